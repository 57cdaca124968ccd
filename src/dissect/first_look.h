/* dissect/first_look.h: what speaks over a connection, told from its first bytes: mail, in clear or
 * in TLS, or not. */
#ifndef DISSECT_FIRST_LOOK_H
#define DISSECT_FIRST_LOOK_H

#include "mail/mail.h"

enum found {
	FOUND_MORE, /* too few bytes to say */
	FOUND_MAIL,
	FOUND_MAIL_IN_TLS,
	FOUND_TLS,       /* TLS that says nothing of mail */
	FOUND_OTHER_TLS, /* TLS that says it is something else */
	FOUND_NOTHING,
};

/* *protocol is set when mail is found. *is_exchanged (only when look->is_midway): side 0 is in
 * truth the server. */
enum found first_look(
	const struct mail_first_look *look, enum mail_protocol *protocol, bool *is_exchanged);

#endif
