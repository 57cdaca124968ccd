/* live/citations.h: which lines of the log a packet carries, as the comment that it gets. */
#ifndef LIVE_CITATIONS_H
#define LIVE_CITATIONS_H

#include "compare/verdicts.h"

struct citation {
	struct buffer text; /* LIMIT_CITED */
	size_t left_out;    /* lines of the log that had no room */
};

struct citations {
	struct citation *packets; /* by frame number, that of the first being 1 */
	size_t count;
};

void citations_init(struct citations *citations);
void citations_fini(struct citations *citations);

/* Cites every line of the log that stands for something on the wire, on the packets that carry it:
 * "log line 12: Client: MAIL FROM:<a@example.org> · RFC 5321 4.1.1.2". What the log withheld is
 * named as withheld. */
void citations_add(struct citations *citations, const struct comparison *comparison);

/* The comment on a frame; NULL: none. Valid until the next call. */
const char *citations_of(struct citations *citations, uint64_t frame);

#endif
