/* dissect/manners.h: what client and server owe each other beyond the form of their lines: to use
 * only what was offered, to say QUIT, to mean what they said before. */
#ifndef DISSECT_MANNERS_H
#define DISSECT_MANNERS_H

#include "mail/mail.h"

enum { MANNERS_TEXT = 256 };

/* Part of a line that is kept; what is longer is not judged. */
struct manners_text {
	char *at; /* the session's; as large as the longest so far */
	uint16_t length, size;
};

struct manners {
	unsigned offers;   /* a bit for each extension */
	bool knows_offers; /* the last EHLO's or CAPA's reply was seen whole */
	bool is_lossy;     /* octets are missing: nothing is held against anybody */
	bool has_refused_greeting, has_time_stamp, has_quit, has_deleted, has_utf8;
	bool is_binary, is_utf8, is_in_header;
	uint8_t header_end; /* how much of CR LF CR LF stands at the end */
	uint64_t size_limit, size_declared;
	uint32_t command; /* number of the last command */
	struct manners_text mechanisms, said, refused, nonce;
	struct manners_text user, sender, recipient; /* of POP3; the first ones of SMTP */
	uint32_t messages;
};

struct recorder;

/* What mail says, in order; the findings are the recorder's. */
void manners_event(struct recorder *recorder, const struct mail_event *event);

/* The connection is over: what was owed and not done, and what others could see. */
void manners_finish(struct recorder *recorder);

#endif
