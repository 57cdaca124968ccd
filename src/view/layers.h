/* view/layers.h: the byte ledger as rows: what each layer put around the message. */
#ifndef VIEW_LAYERS_H
#define VIEW_LAYERS_H

#include "session/session.h"

enum { LAYERS = 11 };

/* Octets may be negative in the row that makes the sum right. */
struct layer {
	const char *name;
	int64_t octets;
};

/* From the message down to the wire, which is the last row. The two rows called "other" are what no
 * layer claimed, so that the rows are always the wire's octets in sum: sealed application data
 * whose inside cannot be seen, and padding of frames. */
void layers_take(const struct ledger *ledger, struct layer layers[LAYERS]);

#endif
