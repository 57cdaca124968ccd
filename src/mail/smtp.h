/* mail/smtp.h: what the two directions of SMTP share. Private to mail. */
#ifndef MAIL_SMTP_H
#define MAIL_SMTP_H

#include "mail/conversation.h"

/* RFC 5321 4.2:  Reply-code [ "-" / SP ] [ textstring ] */
struct smtp_status {
	int code; /* 0: the line does not begin with one */
	bool is_final;
	struct span text; /* behind the separator */
};
struct smtp_status smtp_status(struct span line);

void smtp_reply_line(struct mail *mail, const struct split_line *line);

/* The client's next octets are a message's, for the DATA command that asked tells. */
void smtp_open_text(struct mail *mail, const struct asked *asked);

/* The same when DATA itself is not in the capture; is_partial: nor is the message's beginning. */
void smtp_open_lost_text(struct mail *mail, bool is_partial);

/* The state once a command with this effect has succeeded (RFC 5321 4.1.4). */
unsigned smtp_state_after(enum verb_effect effect, unsigned state);

#endif
