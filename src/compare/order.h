/* compare/order.h: lines that both sides have, in another order. */
#ifndef COMPARE_ORDER_H
#define COMPARE_ORDER_H

#include "compare/verdicts.h"

/* Finds rows of the log alone and of the wire alone that are one line, and rows that differ because
 * two lines changed places: joins them, and says which order each has. What a client that does not
 * wait for replies may rightly log so stays no difference. */
void order_find(struct comparison *comparison);

#endif
