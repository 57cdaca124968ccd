/* view/cell.h: numbers of a table, written from their last digit to their first: rows come by the
 * million. */
#ifndef VIEW_CELL_H
#define VIEW_CELL_H

#include "base/buffer.h"
#include "base/digits.h"

enum { CELL_WIDEST = 32 }; /* the widest column, and the longest number with commas or decimals */

/* Blanks, with the number in front of their middle: so many octets from wherever it begins are it,
 * and blanks behind it. */
struct cell {
	uint8_t at[2 * CELL_WIDEST];
	uint8_t *first;
};

/* An empty cell. */
static inline void cell_begin(struct cell *cell)
{
	memset(cell->at, ' ', sizeof cell->at);
	cell->first = cell->at + CELL_WIDEST;
}

/* Puts the number in front of what is there. */
static inline void cell_put_number(struct cell *cell, uint64_t value)
{
	cell->first = digits_before(cell->first, value);
}

/* "1,234,567" */
void cell_put_grouped(struct cell *cell, uint64_t value);

/* Seconds with 3 or 6 decimals, cut, not rounded, as Wireshark does. */
void cell_put_seconds(struct cell *cell, int64_t nanoseconds, unsigned decimals);

/* Appends it right-aligned in width columns, with this many blanks behind. What is wider stays
 * whole. A copy of fixed length is a few instructions, whatever is too much is written over. */
static inline void cell_add(
	struct buffer *out, const struct cell *cell, size_t width, size_t blanks)
{
	const uint8_t *end = cell->at + CELL_WIDEST;
	const uint8_t *first = cell->first < end - width ? cell->first : end - width;

	if (!buffer_has_room(out, CELL_WIDEST + blanks))
		return;
	memcpy(out->at + out->length, first, CELL_WIDEST);
	out->length += (size_t)(end - first) + blanks;
}

/* Appends the text left-aligned in width columns (at most 40), with this many blanks behind. */
static inline void cell_add_left(struct buffer *out, struct span text, size_t width, size_t blanks)
{
	enum { BLANKS = 48 };

	if (!buffer_has_room(out, text.length + BLANKS))
		return;
	if (text.length > 0)
		memcpy(out->at + out->length, text.at, text.length);
	memset(out->at + out->length + text.length, ' ', BLANKS);
	out->length += (text.length < width ? width : text.length) + blanks;
}

#endif
