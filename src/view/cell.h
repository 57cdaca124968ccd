/* view/cell.h: numbers of a table, written from their last digit to their first: rows come by the
 * million. */
#ifndef VIEW_CELL_H
#define VIEW_CELL_H

#include "base/buffer.h"
#include "base/digits.h"

enum { CELL_SIZE = 48 }; /* the widest column, and the longest number with commas or decimals */

/* Blanks, and from first on the number; a blank or two behind it. */
struct cell {
	uint8_t at[CELL_SIZE];
	uint8_t *first;
};

/* An empty cell. */
static inline void cell_begin(struct cell *cell)
{
	memset(cell->at, ' ', sizeof cell->at);
	cell->first = cell->at + CELL_SIZE - 2;
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

/* Appends it right-aligned in width columns, with this many blanks behind (at most 2). What is
 * wider stays whole. */
static inline void cell_add(
	struct buffer *out, const struct cell *cell, size_t width, size_t blanks)
{
	const uint8_t *end = cell->at + CELL_SIZE - 2;
	const uint8_t *first = cell->first < end - width ? cell->first : end - width;

	buffer_add(out, first, (size_t)(end - first) + blanks);
}

/* Appends the text left-aligned in width columns and this many blanks; together at most 42. */
static inline void cell_add_left(struct buffer *out, struct span text, size_t width, size_t blanks)
{
	static const char blank[] = "                                          ";

	buffer_add_span(out, text);
	buffer_add(out, blank, (text.length < width ? width - text.length : 0) + blanks);
}

#endif
