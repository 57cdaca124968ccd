/* view/cell.h: numbers of a table, written from their last digit to their first: rows come by the
 * million. */
#ifndef VIEW_CELL_H
#define VIEW_CELL_H

#include "base/buffer.h"

enum { CELL_SIZE = 48 }; /* the widest column, and the longest number with commas or decimals */

/* Blanks, and from first on the number; a blank or two behind it. */
struct cell {
	uint8_t at[CELL_SIZE];
	size_t first;
};

/* An empty cell. */
static inline void cell_begin(struct cell *cell)
{
	memset(cell->at, ' ', sizeof cell->at);
	cell->first = CELL_SIZE - 2;
}

/* Puts the digits, at least so many, in front of what is there. */
static inline void cell_put_digits(struct cell *cell, uint64_t value, unsigned least)
{
	for (; value > 0 || least > 0; value /= 10) {
		cell->at[--cell->first] = (uint8_t)('0' + value % 10);
		least -= least > 0;
	}
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
	size_t first = CELL_SIZE - 2 - width;

	if (cell->first < first)
		first = cell->first;
	buffer_add(out, cell->at + first, CELL_SIZE - 2 - first + blanks);
}

/* Appends the text left-aligned in width columns (at most 40) and a blank. */
void cell_add_left(struct buffer *out, struct span text, size_t width);

#endif
