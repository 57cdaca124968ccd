#include "base/span.h"
#include "suite.h"

static const struct span nothing = {NULL, 0};

static void test_parts(void)
{
	struct span s = span_text("abcdef");

	CU_ASSERT_TRUE(span_is(span_from(s, 2), "cdef"));
	CU_ASSERT_TRUE(span_is(span_from(s, 6), ""));
	CU_ASSERT_TRUE(span_is(span_from(s, SIZE_MAX), ""));
	CU_ASSERT_TRUE(span_is(span_first(s, 2), "ab"));
	CU_ASSERT_TRUE(span_is(span_first(s, SIZE_MAX), "abcdef"));
	CU_ASSERT_EQUAL(span_from(nothing, 0).length, 0);
	CU_ASSERT_EQUAL(span_from(nothing, 9).length, 0);
	CU_ASSERT_EQUAL(span_first(nothing, 9).length, 0);
	CU_ASSERT_TRUE(span_equal(nothing, span_text("")));
	CU_ASSERT_FALSE(span_equal(nothing, span_text("a")));
	CU_ASSERT_EQUAL(span_index(s, 'c'), 2);
	CU_ASSERT_EQUAL(span_index(s, 'x'), 6);
	CU_ASSERT_EQUAL(span_index(nothing, 'x'), 0);
}

static void test_find(void)
{
	static const struct {
		const char *text, *needle;
		size_t place;
	} cases[] = {
		{"abcabd", "abd", 3},
		{"abcabd", "abx", 6},
		{"abc", "abcd", 3},
		{"abc", "c", 2},
		{"aaab", "aab", 1},
		{"", "a", 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		CU_ASSERT_EQUAL(
			span_find(span_text(cases[i].text), cases[i].needle), cases[i].place);
	CU_ASSERT_EQUAL(span_find(nothing, "a"), 0);
	CU_ASSERT_EQUAL(span_find(span_of("a\0b\0c", 5), "c"), 4);
}

/* ASCII letters alone are the same in both cases: not '@' and '`', not '[' and '{', not Latin-1. */
static void test_letters(void)
{
	CU_ASSERT_TRUE(span_is_letters(span_text("StartTLS"), "STARTTLS"));
	CU_ASSERT_TRUE(span_is_letters(span_text("a-1_z"), "A-1_Z"));
	CU_ASSERT_FALSE(span_is_letters(span_text("@"), "`"));
	CU_ASSERT_FALSE(span_is_letters(span_text("["), "{"));
	CU_ASSERT_FALSE(span_is_letters(span_text("\xc4"), "\xe4"));
	CU_ASSERT_FALSE(span_is_letters(span_text("STARTTL"), "STARTTLS"));
	CU_ASSERT_TRUE(span_starts_letters(span_text("mail from:<>"), "MAIL FROM:"));
	CU_ASSERT_FALSE(span_starts_letters(span_text("mail"), "MAIL FROM:"));
	CU_ASSERT_TRUE(span_starts_letters(nothing, ""));
}

static void test_words(void)
{
	struct span s = span_text("  RCPT \t TO:<a b> ");

	CU_ASSERT_TRUE(span_is(span_trim(span_text(" \t a b\t ")), "a b"));
	CU_ASSERT_TRUE(span_is(span_trim(span_text(" \t ")), ""));
	CU_ASSERT_EQUAL(span_trim(nothing).length, 0);
	CU_ASSERT_TRUE(span_is(span_word(&s), ""));
	CU_ASSERT_TRUE(span_is(span_word(&s), "RCPT"));
	CU_ASSERT_TRUE(span_is(span_word(&s), "TO:<a"));
	CU_ASSERT_TRUE(span_is(s, "b> "));
	CU_ASSERT_TRUE(span_is(span_word(&s), "b>"));
	CU_ASSERT_TRUE(span_is(span_word(&s), ""));
	CU_ASSERT_EQUAL(s.length, 0);
}

static void test_numbers(void)
{
	static const struct {
		const char *text;
		bool is_number;
		uint64_t value;
	} cases[] = {
		{"0", true, 0},
		{"007", true, 7},
		{"18446744073709551615", true, UINT64_MAX},
		{"18446744073709551616", false, 0},
		{"18446744073709551620", false, 0},
		{"99999999999999999999", false, 0},
		{"", false, 0},
		{"-1", false, 0},
		{"+1", false, 0},
		{" 1", false, 0},
		{"1 ", false, 0},
		{"1a", false, 0},
		{"/", false, 0},
		{":", false, 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint64_t value = 42;

		CU_ASSERT_EQUAL(span_number(span_text(cases[i].text), &value), cases[i].is_number);
		CU_ASSERT_EQUAL(value, cases[i].is_number ? cases[i].value : 42);
	}
}

static void test_hex(void)
{
	static const char digits[] = "0123456789abcdef", capitals[] = "0123456789ABCDEF";

	for (int c = 0; c < 256; c++) {
		const char *small = c != 0 ? strchr(digits, c) : NULL;
		const char *great = c != 0 ? strchr(capitals, c) : NULL;
		int value = small != NULL   ? (int)(small - digits)
			    : great != NULL ? (int)(great - capitals)
					    : -1;

		CU_ASSERT_EQUAL(hex_value((uint8_t)c), value);
	}
}

SUITE(span, {"takes parts", test_parts}, {"finds", test_find}, {"compares letters", test_letters},
	{"takes words", test_words}, {"reads numbers", test_numbers},
	{"reads hexadecimal digits", test_hex});
