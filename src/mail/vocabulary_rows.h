/* mail/vocabulary_rows.h: the rows behind vocabulary.h, a file for each kind. For vocabulary*.c
 * alone. */
#ifndef MAIL_VOCABULARY_ROWS_H
#define MAIL_VOCABULARY_ROWS_H

#include "mail/vocabulary.h"

/* The first four letters of a verb as one number; a shorter verb ends in blanks. */
#define VERB_KEY(a, b, c, d)                                                                       \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/* Verbs are found by one multiplication: the factor leaves each of a language a place of its own,
 * and two in one place would not compile. */
#define VERB_PLACE(key) ((uint32_t)((key)*UINT32_C(0x81909671)) >> 26)
enum { VERB_PLACES = 64 };
struct verb_place {
	uint32_t key;
	const struct verb *row; /* NULL: nobody's */
};

static inline const struct verb *verb_place_row(const struct verb_place *places, uint32_t key)
{
	const struct verb_place *place = &places[VERB_PLACE(key)];

	return place->key == key ? place->row : NULL;
}

/* The only row whose verb can begin with these letters (in upper case), or NULL. */
const struct verb *vocabulary_smtp_row(uint32_t key);
const struct verb *vocabulary_pop3_row(uint32_t key);

const struct verb *vocabulary_smtp_rows(size_t *count);
const struct verb *vocabulary_pop3_rows(size_t *count);

#endif
