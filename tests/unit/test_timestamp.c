#include "capture/timestamp.h"

#include "suite.h"

enum { BINARY = 0x80 };

static const struct {
	uint8_t resolution;
	int64_t offset; /* seconds */
	uint64_t ticks;
	int64_t time;
} cases[] = {
	{6, 0, 1340954905298858, 1340954905298858000},
	{9, 0, 1666684800123456789, 1666684800123456789},
	{0, 0, 1666684800, 1666684800000000000},
	{3, 0, 1, 1000000},
	{6, 10, 1, 10000001000},
	{6, -10, 1, -9999999000},
	{9, 0, INT64_MAX, INT64_MAX},
	{9, 0, (uint64_t)INT64_MAX - 1, INT64_MAX - 1},
	{9, 0, UINT64_MAX, INT64_MAX},
	{6, 0, UINT64_MAX, INT64_MAX},
	{6, 0, 9223372036854775, 9223372036854775000},
	{6, 0, 9223372036854776, INT64_MAX},
	{0, 0, UINT64_MAX, INT64_MAX},
	{9, INT64_MAX, 5, INT64_MAX},
	{9, INT64_MIN, 5, INT64_MIN},
	{9, -9223372036, 5, -9223372035999999995},
	{9, -9300000000, 10000000000000000005u, 700000000000000005},
	{12, 0, 1999999999999, 1999999999},
	{18, 0, UINT64_MAX, 18446744073},
	{19, 5, 15000000000000000000u, 6500000000},
	{28, 0, UINT64_MAX, 1},
	{29, 0, UINT64_MAX, 0},
	{127, 1, UINT64_MAX, 1000000000},
	{BINARY | 0, 0, 3, 3000000000},
	{BINARY | 1, 0, 3, 1500000000},
	{BINARY | 10, 0, 1024 + 512, 1500000000},
	{BINARY | 32, 0, (uint64_t)7 << 32 | 1u << 31, 7500000000},
	{BINARY | 63, 0, UINT64_MAX, 1999999999},
	{BINARY | 64, 0, UINT64_MAX, 999999999},
	{BINARY | 127, 0, UINT64_MAX, 0},
	{BINARY | 0, 0, UINT64_MAX, INT64_MAX},
};

static void test_cases(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct timestamp_clock clock;

		timestamp_init(&clock, cases[i].resolution, cases[i].offset);
		CU_ASSERT_EQUAL(timestamp_of(&clock, cases[i].ticks), cases[i].time);
		CU_ASSERT_EQUAL(timestamp_any(&clock, cases[i].ticks), cases[i].time);
	}
}

/* Where the quick way is taken, it says what the long one says. */
static void test_both_ways(void)
{
	static const int64_t offsets[] = {
		0, 1, -1, 1000000000, -1000000000, 9223372036, -9223372036};

	for (uint8_t resolution = 0; resolution <= 9; resolution++) {
		for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
			struct timestamp_clock clock;

			timestamp_init(&clock, resolution, offsets[i]);
			for (uint64_t back = 0; back < 3; back++) {
				uint64_t ticks = clock.limit + 1 - back;

				CU_ASSERT_EQUAL(
					timestamp_of(&clock, ticks), timestamp_any(&clock, ticks));
			}
		}
	}
}

SUITE(timestamp, {"every resolution", test_cases}, {"quick and long way", test_both_ways});
