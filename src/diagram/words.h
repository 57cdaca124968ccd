/* diagram/words.h: the words of the flow diagram: printable, wrapped, never cut off. */
#ifndef DIAGRAM_WORDS_H
#define DIAGRAM_WORDS_H

#include "base/arena.h"
#include "base/buffer.h"

/* Columns that fit between the lifelines: what was said, and the smaller text under it. */
enum { WORDS_SAID = 72, WORDS_ASIDE = 82 };

/* Lines divided by line feeds, in UTF-8 that XML allows. */
struct words {
	const char *text; /* NULL when there are none */
	unsigned lines, columns;
};

/* Appends the bytes as base/printable.h does, and without the two characters that XML forbids
 * beyond that (XML 1.0 2.2). Of more than LIMIT_DIAGRAM_LINE octets the middle is left out, and the
 * text says so. */
void words_add(struct buffer *out, struct span bytes);

/* Appends printable text in lines of at most that many columns, broken between words where that is
 * possible; what goes on in the next line is indented. The first line begins a new line of *out. */
void words_wrap(struct buffer *out, struct span text, unsigned columns);

/* Keeps what *out holds, and empties it. */
struct words words_keep(struct arena *arena, struct buffer *out);

#endif
