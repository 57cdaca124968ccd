/* message/boundary.h: the lines that divide a message's parts, as a lenient reader takes them. */
#ifndef MESSAGE_BOUNDARY_H
#define MESSAGE_BOUNDARY_H

#include "base/span.h"

enum { BOUNDARIES = 256 };

/* RFC 2046 5.1.1: "--" and what a Content-Type field above names. */
struct boundaries {
	struct span values[BOUNDARIES]; /* borrowed from the message */
	size_t count;
	bool is_any; /* more than these, or one that cannot be told: any line with "--" in front */
};

/* Takes what the field names, folded or not. */
void boundaries_add(struct boundaries *boundaries, struct span field);

/* Whether a part may begin behind the line. */
bool boundaries_has(const struct boundaries *boundaries, struct span line);

#endif
