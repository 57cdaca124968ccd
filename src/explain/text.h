/* explain/text.h: explains a text by itself: a line of a dialogue, or a word of one. */
#ifndef EXPLAIN_TEXT_H
#define EXPLAIN_TEXT_H

#include "base/buffer.h"
#include "explain/catalogue.h"

/* What a text names: everything that it may mean, in the order in which it stands there. */
struct explained_text {
	const struct catalogue_entry **at;
	size_t count;
	struct buffer unknown; /* what nothing is known of, divided by line feeds */
};

/* after: the command that a reply answers ("." for the message, "" for the greeting), so that only
 * what holds behind that is found; NULL: any. */
void explain_text(struct explained_text *explained, const struct catalogue *catalogue,
	struct span text, const char *after);
void explained_text_fini(struct explained_text *explained);

#endif
