#include "view/cell.h"

void cell_put_grouped(struct cell *cell, uint64_t value)
{
	for (; value >= 1000; value /= 1000) {
		cell->first = digits_last(cell->first, (uint32_t)(value % 1000), 3);
		*--cell->first = ',';
	}
	cell_put_number(cell, value);
}

void cell_put_seconds(struct cell *cell, int64_t nanoseconds, unsigned decimals)
{
	uint64_t size = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds : (uint64_t)nanoseconds;
	uint32_t fraction = (uint32_t)(size % 1000000000);

	/* By a constant: multiplications. */
	fraction = decimals == 6 ? fraction / 1000 : fraction / 1000000;
	cell->first = digits_last(cell->first, fraction, decimals);
	*--cell->first = '.';
	cell_put_number(cell, size / 1000000000);
	if (nanoseconds < 0)
		*--cell->first = '-';
}
