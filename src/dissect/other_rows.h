/* dissect/other_rows.h: rows of packets that are no TCP: named, not dissected. */
#ifndef DISSECT_OTHER_ROWS_H
#define DISSECT_OTHER_ROWS_H

#include "dissect/rows.h"

/* Sets the draft's protocol and info. */
void other_rows_describe(
	struct draft *draft, const struct frame *frame, const struct packet *packet);

#endif
