/* practice/unload.h: a stored message as POP3 sends it: CRLF line ends, dots stuffed, a dot alone
 * behind it; a piece at a time. */
#ifndef PRACTICE_UNLOAD_H
#define PRACTICE_UNLOAD_H

#include "base/buffer.h"
#include "base/step.h"

struct unload {
	int descriptor; /* closed by unload_fini() */
	bool is_unix;   /* LF is a line's end, and becomes CRLF */
	bool is_unstuffed;
	bool has_limit; /* TOP: the header, and so many lines */
	uint64_t lines;

	bool is_inside;  /* not at the beginning of a line */
	bool ends_in_cr; /* the last octet was CR */
	bool has_text;   /* the line has more than its end */
	bool is_in_body;
};

/* The octets behind those that came before; false: TOP has had its lines. */
bool unload_octets(struct unload *unload, struct span octets, struct buffer *out);

/* The end: CRLF when the last line has none, and the dot. */
void unload_end(struct unload *unload, struct buffer *out);

/* Reads a piece of the descriptor and adds it. STEP_DONE: with it the end. STEP_FAIL: it cannot be
 * read. */
enum step unload_next(struct unload *unload, struct buffer *out);
void unload_fini(struct unload *unload);

#endif
