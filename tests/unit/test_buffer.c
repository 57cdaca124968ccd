#include "base/buffer.h"
#include "suite.h"

static void test_limit(void)
{
	struct buffer buffer;

	buffer_init(&buffer, 10);
	CU_ASSERT_TRUE(buffer_add_text(&buffer, "12345678"));
	CU_ASSERT_FALSE(buffer_add_text(&buffer, "abcd"));
	CU_ASSERT_TRUE(buffer.is_cut);
	CU_ASSERT_TRUE(span_is(buffer_span(&buffer), "12345678ab"));
	buffer_fini(&buffer);
}

static void test_numbers(void)
{
	struct buffer buffer;

	buffer_init(&buffer, 0);
	buffer_add_number(&buffer, 0);
	buffer_add_byte(&buffer, ' ');
	buffer_add_number(&buffer, UINT64_MAX);
	buffer_add_byte(&buffer, ' ');
	buffer_add_seconds(&buffer, -100);
	buffer_add_byte(&buffer, ' ');
	buffer_add_seconds(&buffer, 1095212181);
	buffer_printf(&buffer, " %s", "end");
	CU_ASSERT_STRING_EQUAL(
		buffer_text(&buffer), "0 18446744073709551615 -0.000000100 1.095212181 end");
	buffer_drop(&buffer, 2);
	CU_ASSERT_EQUAL(buffer.at[0], '1');
	buffer_fini(&buffer);
}

static void test_grows(void)
{
	struct buffer buffer;

	buffer_init(&buffer, 0);
	for (int i = 0; i < 10000; i++)
		buffer_add_byte(&buffer, (uint8_t)i);
	CU_ASSERT_EQUAL(buffer.length, 10000);
	CU_ASSERT_EQUAL(buffer.at[9999], (uint8_t)9999);
	buffer_fini(&buffer);
}

/* The NUL of buffer_text() makes no room behind the limit, nor is it lost when the buffer is full.
 */
static void test_text_at_limit(void)
{
	struct buffer buffer;

	buffer_init(&buffer, 10);
	CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "");
	CU_ASSERT_TRUE(buffer_add_text(&buffer, "0123456789"));
	for (int i = 0; i < 3; i++) {
		CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "0123456789");
		CU_ASSERT_FALSE(buffer_add_byte(&buffer, 'x'));
		CU_ASSERT_FALSE(buffer_add_text(&buffer, "many more"));
		CU_ASSERT_EQUAL(buffer.length, 10);
	}
	buffer_clear(&buffer);
	CU_ASSERT_TRUE(buffer_printf(&buffer, "%09d", 7));
	CU_ASSERT_FALSE(buffer_printf(&buffer, "%0600d", 7));
	CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "0000000070");
	buffer_fini(&buffer);
}

SUITE(buffer, {"keeps its limit", test_limit}, {"writes numbers", test_numbers},
	{"grows", test_grows}, {"ends texts within its limit", test_text_at_limit});
