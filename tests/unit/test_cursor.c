#include "base/cursor.h"
#include "suite.h"

static void test_reads(void)
{
	static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};
	struct cursor c = cursor_of(span_of(bytes, sizeof bytes));

	CU_ASSERT_EQUAL(cursor_u8(&c), 1);
	CU_ASSERT_EQUAL(cursor_u16(&c), 0x0203);
	CU_ASSERT_EQUAL(cursor_u24(&c), 0x040506);
	CU_ASSERT_EQUAL(cursor_u32(&c), 0x0708090a);
	CU_ASSERT_EQUAL(cursor_u16_little(&c), 0x0c0b);
	CU_ASSERT_EQUAL(cursor_u32_little(&c), 0x100f0e0d);
	CU_ASSERT_EQUAL(cursor_rest(&c).length, 1);
	CU_ASSERT_EQUAL(c.left, 0);
	CU_ASSERT_FALSE(c.is_short);
	CU_ASSERT_EQUAL(cursor_rest(&c).length, 0);
	cursor_skip(&c, 0);
	CU_ASSERT_FALSE(c.is_short);
}

/* A read past the end gives zeros, takes nothing, and is remembered. */
static void test_short(void)
{
	static const uint8_t bytes[] = {1, 2, 3};
	struct cursor c = cursor_of(span_of(bytes, sizeof bytes));

	CU_ASSERT_EQUAL(cursor_u32(&c), 0);
	CU_ASSERT_TRUE(c.is_short);
	CU_ASSERT_EQUAL(c.left, 3);
	CU_ASSERT_EQUAL(cursor_u24(&c), 0x010203);
	CU_ASSERT_TRUE(c.is_short);
	CU_ASSERT_EQUAL(cursor_u8(&c), 0);
	CU_ASSERT_EQUAL(cursor_u16(&c), 0);
	CU_ASSERT_EQUAL(cursor_u24(&c), 0);
	CU_ASSERT_PTR_NULL(cursor_take(&c, SIZE_MAX));
	CU_ASSERT_EQUAL(cursor_span(&c, 1).length, 0);
	c = cursor_of(span_of(NULL, 0));
	CU_ASSERT_EQUAL(cursor_rest(&c).length, 0);
	CU_ASSERT_FALSE(c.is_short);
	CU_ASSERT_EQUAL(cursor_u8(&c), 0);
	CU_ASSERT_TRUE(c.is_short);
}

SUITE(cursor, {"reads numbers", test_reads}, {"never reads past the end", test_short});
