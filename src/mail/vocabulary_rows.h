/* mail/vocabulary_rows.h: the rows behind vocabulary.h, a file for each kind. For vocabulary*.c
 * alone. */
#ifndef MAIL_VOCABULARY_ROWS_H
#define MAIL_VOCABULARY_ROWS_H

#include "mail/vocabulary.h"

/* The first four letters of a verb as one number; a shorter verb ends in blanks. */
#define VERB_KEY(a, b, c, d)                                                                       \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/* The only row whose verb can begin with these letters (in upper case), or NULL. */
const struct verb *vocabulary_smtp_row(uint32_t key);
const struct verb *vocabulary_pop3_row(uint32_t key);

const struct verb *vocabulary_smtp_rows(size_t *count);
const struct verb *vocabulary_pop3_rows(size_t *count);

#endif
