#include "base/digits.h"

#include "suite.h"

#include <inttypes.h>
#include <stdio.h>

/* The same digits as printf(), around each power of ten. */
static void check_number(uint64_t value)
{
	uint8_t digits[DIGITS_MOST], *end = digits + sizeof digits;
	uint8_t *first = digits_before(end, value);
	char expected[DIGITS_MOST + 1];
	int length = snprintf(expected, sizeof expected, "%" PRIu64, value);

	CU_ASSERT_EQUAL_FATAL(end - first, length);
	CU_ASSERT_EQUAL(memcmp(first, expected, (size_t)length), 0);
}

static void test_numbers(void)
{
	uint64_t power = 1;

	for (int i = 0; i < 20; i++, power *= 10) {
		check_number(power - 1);
		check_number(power);
		check_number(power + 1);
	}
	for (uint64_t i = 0; i < 2000; i++)
		check_number(i);
	check_number(UINT64_MAX);
}

static void test_last(void)
{
	static const struct {
		uint32_t value;
		unsigned count;
		const char *text;
	} cases[] = {{0, 3, "000"}, {7, 3, "007"}, {1234567, 6, "234567"}, {42, 0, ""},
		{42, 1, "2"}, {999999999, 9, "999999999"}, {1000, 9, "000001000"}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t digits[DIGITS_MOST], *end = digits + sizeof digits;
		uint8_t *first = digits_last(end, cases[i].value, cases[i].count);

		CU_ASSERT_EQUAL_FATAL(end - first, cases[i].count);
		CU_ASSERT_EQUAL(memcmp(first, cases[i].text, cases[i].count), 0);
	}
}

SUITE(digits, {"numbers", test_numbers}, {"so many digits", test_last});
