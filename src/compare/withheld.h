/* compare/withheld.h: what a log withheld, marked as secret in the session it was held against. */
#ifndef COMPARE_WITHHELD_H
#define COMPARE_WITHHELD_H

#include "compare/verdicts.h"

/* A server's word that repeats a password, say, is a secret where the language of mail sees none.
 * lines is a copy of those of the comparison's session. */
void withheld_mark(struct line *lines, const struct comparison *comparison);

#endif
