/* replay/rewrite.h: other addresses in the envelope of a recorded session. */
#ifndef REPLAY_REWRITE_H
#define REPLAY_REWRITE_H

#include "base/buffer.h"

/* "ann@old.example" and what stands in its place; or of all addresses of a domain "@old.example"
 * and "@new.example". */
struct replay_rewrite {
	struct span from, to;
};

struct replay_rewrites {
	struct replay_rewrite *at;
	size_t count;
};

/* Reads "OLD=NEW", which is borrowed. false: it is none. */
bool replay_rewrite_read(struct replay_rewrite *rewrite, const char *text);

/* Appends the line of MAIL or RCPT with its path rewritten by the first that fits. */
void replay_rewrite_line(
	const struct replay_rewrites *rewrites, struct span line, struct buffer *out);

#endif
