#include "capture/timestamp.h"

enum { SECOND = 1000000000, BINARY = 0x80, DECIMALS = 9, WIDE_DECIMALS = 19 };

/* __int128 is no ISO C; both compilers that build mailscope have it. */
__extension__ typedef __int128 wide;

static uint64_t power_of_ten(unsigned exponent)
{
	uint64_t power = 1;

	while (exponent-- > 0)
		power *= 10;
	return power;
}

void timestamp_init(struct timestamp_clock *clock, uint8_t resolution, int64_t offset_seconds)
{
	*clock = (struct timestamp_clock){
		.resolution = resolution, .offset_seconds = offset_seconds};
	if (resolution > DECIMALS ||
		__builtin_mul_overflow(offset_seconds, (int64_t)SECOND, &clock->offset))
		return;
	clock->factor = power_of_ten(DECIMALS - resolution);
	clock->limit = ((uint64_t)INT64_MAX - (uint64_t)(clock->offset > 0 ? clock->offset : 0)) /
		       clock->factor;
}

static int64_t clamp(wide nanoseconds)
{
	if (nanoseconds > INT64_MAX)
		return INT64_MAX;
	return nanoseconds < INT64_MIN ? INT64_MIN : (int64_t)nanoseconds;
}

int64_t timestamp_any(const struct timestamp_clock *clock, uint64_t ticks)
{
	wide nanoseconds = ticks;
	unsigned exponent = clock->resolution & ~(unsigned)BINARY;

	if (clock->resolution & BINARY)
		nanoseconds = nanoseconds * SECOND >> exponent;
	else if (exponent <= DECIMALS)
		nanoseconds *= power_of_ten(DECIMALS - exponent);
	else if (exponent - DECIMALS <= WIDE_DECIMALS)
		nanoseconds /= power_of_ten(exponent - DECIMALS);
	else
		nanoseconds = 0;
	return clamp(nanoseconds + (wide)clock->offset_seconds * SECOND);
}
