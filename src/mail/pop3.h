/* mail/pop3.h: what the two directions of POP3 share. Private to mail. */
#ifndef MAIL_POP3_H
#define MAIL_POP3_H

#include "mail/conversation.h"

/* RFC 1939 3, RFC 5034 4: how a reply begins. */
enum pop3_status {
	POP3_ERROR = -1,
	POP3_NO_STATUS = 0,
	POP3_OK = 1,
	POP3_CHALLENGE = 2,
};
enum pop3_status pop3_status(struct span line);

void pop3_reply_line(struct mail *mail, struct mail_event *event);

/* What asked for the lines that come now is not in the capture; is_partial: nor is their beginning.
 */
void pop3_open_lost_text(struct mail *mail, bool is_partial);
void pop3_open_lost_listing(struct mail *mail);

/* The state once a command with this effect has succeeded (RFC 1939 4). */
uint8_t pop3_state_after(enum verb_effect effect, uint8_t state);

#endif
