/* mail/login.h: the steps of an authentication: whose line it is and what of it is secret.
 * Private to mail. */
#ifndef MAIL_LOGIN_H
#define MAIL_LOGIN_H

#include "mail/pending.h"

struct login {
	enum sasl_mechanism mechanism;
	enum sasl_part next;     /* what the next response will be */
	const struct verb *verb; /* AUTH */
	uint32_t number;
	struct origin origin; /* of the last line of the client */
	bool is_challenged;   /* the next line of the client is a response */
};

struct mail;
struct split_line;

/* RFC 4954 4, RFC 5034 4: "AUTH" mechanism [initial-response]; arguments is what follows AUTH. */
void login_command(struct mail *mail, struct mail_event *event, struct span arguments);

/* A line of the client that answers a challenge: gives its event. */
void login_response(struct mail *mail, const struct split_line *line);

/* Marks the event of a challenge; payload is what stands behind "334 " or "+ ". */
void login_challenge(struct mail *mail, struct mail_event *event);

/* Oddities of a line with a secret, after its event. */
void login_judge(struct mail *mail, const struct mail_event *event);

#endif
