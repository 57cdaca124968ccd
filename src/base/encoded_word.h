/* base/encoded_word.h: encoded words in header fields (RFC 2047), as UTF-8. */
#ifndef BASE_ENCODED_WORD_H
#define BASE_ENCODED_WORD_H

#include "base/buffer.h"

/* Appends the value of a field unfolded, its encoded words in UTF-8. What cannot be decoded stays
 * as it is. Characters that are split between words that follow each other are put together, though
 * RFC 2047 5 forbids to split them. */
void encoded_word_decode(struct span value, struct buffer *out);

/* Words that follow each other, with nothing but blanks between. */
struct encoded_words {
	size_t length;      /* of the text they stand in; 0: there are none */
	size_t count, kept; /* kept: those that cannot be decoded */
};

/* The same for the words alone at the front of the text, LIMIT_ENCODED_WORDS of them at most. */
struct encoded_words encoded_word_take(struct span text, struct buffer *out);

#endif
