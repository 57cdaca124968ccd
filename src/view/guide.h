/* view/guide.h: of each thing that mailscope explains: why it stands where it does, and what the
 * other side must do next. */
#ifndef VIEW_GUIDE_H
#define VIEW_GUIDE_H

#include <stddef.h>

struct guide {
	const char *id; /* of the catalogue, or the beginning of several ids up to a dot */
	const char *why, *next;
};

/* The guide of that id; where it has none of its own, of the longest beginning up to a dot. A reply
 * code without one is guided by its first digit. NULL: none. */
const struct guide *guide_find(const char *id);

/* The rows, a file for each kind, each ended by a row without an id. For guide.c and the tests. */
extern const struct guide guide_smtp[], guide_reply[], guide_pop3[], guide_word[], guide_wire[],
	guide_header[];

#endif
