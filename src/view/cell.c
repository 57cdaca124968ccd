#include "view/cell.h"

void cell_put_grouped(struct cell *cell, uint64_t value)
{
	for (; value >= 1000; value /= 1000) {
		cell_put_digits(cell, value % 1000, 3);
		cell->at[--cell->first] = ',';
	}
	cell_put_digits(cell, value, 1);
}

void cell_put_seconds(struct cell *cell, int64_t nanoseconds, unsigned decimals)
{
	static const uint32_t units[] = {[3] = 1000000, [6] = 1000};
	uint64_t size = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds : (uint64_t)nanoseconds;

	cell_put_digits(cell, size % 1000000000 / units[decimals], decimals);
	cell->at[--cell->first] = '.';
	cell_put_digits(cell, size / 1000000000, 1);
	if (nanoseconds < 0)
		cell->at[--cell->first] = '-';
}

void cell_add_left(struct buffer *out, struct span text, size_t width)
{
	static const char blanks[] = "                                         ";

	buffer_add_span(out, text);
	buffer_add(out, blanks, text.length < width ? width - text.length + 1 : 1);
}
