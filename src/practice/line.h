/* practice/line.h: command lines out of octets, however they are cut. */
#ifndef PRACTICE_LINE_H
#define PRACTICE_LINE_H

#include "base/buffer.h"
#include "base/step.h"
#include "mail/vocabulary.h"

/* What is wrong with a line. Only CRLF ends one (RFC 5321 2.3.8); one that ends in LF alone is
 * taken off all the same, so that it can be refused. */
enum line_flaw { LINE_WHOLE, LINE_BARE_LF, LINE_TOO_LONG };

struct line_taker {
	struct buffer held; /* limit LIMIT_PRACTICE_LOGIN */
	bool is_done;       /* held is a line that was given out */
};

void line_taker_init(struct line_taker *taker);
void line_taker_fini(struct line_taker *taker);

/* Takes octets off the front of *octets. STEP_DONE: *line is a line without its end, valid until
 * the next call. STEP_MORE: all octets are taken, and no line is whole. */
enum step line_take(
	struct line_taker *taker, struct span *octets, struct span *line, enum line_flaw *flaw);

/* Overwrites what is held: it was a secret. */
void line_wipe(struct line_taker *taker);

/* What of a client's line must not be shown; empty: nothing. is_response: it answers a challenge.
 */
struct span line_secret(enum mail_protocol protocol, struct span line, bool is_response);

#endif
