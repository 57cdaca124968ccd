/* mail/login.h: the steps of an authentication: whose line it is and what of it is secret.
 * Private to mail. */
#ifndef MAIL_LOGIN_H
#define MAIL_LOGIN_H

#include "mail/pending.h"

struct login {
	const struct verb *verb; /* AUTH */
	uint32_t number;
	enum sasl_mechanism mechanism : 8;
	enum sasl_part next : 8; /* what the next response will be */
};

struct mail;

/* RFC 4954 4, RFC 5034 4: "AUTH" mechanism [initial-response] */
void login_command(struct mail *mail, struct mail_event *event);

/* A line of the client that answers a challenge: completes its event, and gives it. */
void login_response(struct mail *mail, struct mail_event *event);

/* Marks the event of a challenge; payload is what stands behind "334 " or "+ ". */
void login_challenge(struct mail *mail, struct mail_event *event);

/* What may be secret in a line whose verb is not known, or lost: the whole of it behind a command
 * that logs in, else what stands behind such a command in no proper form. A line too many is hidden
 * rather than one too few. */
void login_hide(struct mail *mail, struct mail_event *event);

/* Oddities of a line with a secret, after its event. */
void login_judge(struct mail *mail, const struct mail_event *event);

#endif
