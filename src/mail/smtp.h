/* mail/smtp.h: what the two directions of SMTP share. Private to mail. */
#ifndef MAIL_SMTP_H
#define MAIL_SMTP_H

#include "mail/conversation.h"

/* RFC 5321 4.2:  Reply-code [ "-" / SP ] [ textstring ]. 0: the line does not begin with one. */
static inline int smtp_code(struct span line)
{
	unsigned hundreds, tens, ones;

	if (line.length < 3)
		return 0;
	hundreds = line.at[0] - (unsigned)'0';
	tens = line.at[1] - (unsigned)'0';
	ones = line.at[2] - (unsigned)'0';
	if (hundreds > 9 || tens > 9 || ones > 9)
		return 0;
	if (line.length > 3 && line.at[3] - (unsigned)'0' <= 9)
		return 0;
	return (int)(hundreds * 100 + tens * 10 + ones);
}

void smtp_reply_line(struct mail *mail, struct mail_event *event);

/* The client's next octets are a message's, for the DATA command that asked tells. */
void smtp_open_text(struct mail *mail, const struct asked *asked);

/* The same when DATA itself is not in the capture; is_partial: nor is the message's beginning. */
void smtp_open_lost_text(struct mail *mail, bool is_partial);

/* The state once a command with this effect has succeeded (RFC 5321 4.1.4). */
static inline uint8_t smtp_state_after(enum verb_effect effect, uint8_t state)
{
	static const uint8_t states[EFFECT_QUIT + 1] = {
		[EFFECT_HELLO] = IN_READY,
		[EFFECT_MAIL] = IN_MAIL,
		[EFFECT_RECIPIENT] = IN_RECIPIENTS,
		[EFFECT_RESET] = IN_READY,
	};

	if (states[effect] == 0 || (effect == EFFECT_RESET && state == IN_START))
		return state;
	return states[effect];
}

#endif
