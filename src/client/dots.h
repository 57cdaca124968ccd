/* client/dots.h: the lines of a message on the wire: CRLF ends, a dot in front doubled, a dot alone
 * at the end (RFC 5321 4.5.2, RFC 1939 3). */
#ifndef CLIENT_DOTS_H
#define CLIENT_DOTS_H

#include "base/buffer.h"
#include "base/step.h"

/* Makes them. All zero but is_plain is one to begin with. */
struct dot {
	bool is_plain;  /* no dots: a chunk of BDAT */
	bool is_inside; /* of a line */
	bool was_cr;
};

/* Appends the octets; LF, CR and CRLF each end a line. */
void dot_add(struct dot *dot, struct span octets, struct buffer *out);

/* The end of the message: ends its last line if it has none, and adds the dot. */
void dot_end(struct dot *dot, struct buffer *out);

/* Takes them away again, wherever the octets are split. All zero to begin with. */
struct undot {
	enum { UNDOT_BEGIN, UNDOT_TEXT, UNDOT_CR, UNDOT_DOT, UNDOT_DOT_CR } state;
};

/* Takes octets off the front of *in and appends the text. STEP_DONE: its end was there, and is
 * taken; STEP_MORE: *in is empty. */
enum step undot_take(struct undot *undot, struct span *in, struct buffer *out);

#endif
