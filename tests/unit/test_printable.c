#include "base/printable.h"
#include "suite.h"

#define BAD "\xef\xbf\xbd" /* U+FFFD */

static const struct {
	const char *bytes, *text;
} cases[] = {
	{"EHLO \"a\\b\" <c@d>", "EHLO \"a\\b\" <c@d>"},
	{"\a\b\t\n\v\f\r", "\\a\\b\\t\\n\\v\\f\\r"},
	{"\1\6\16\33[31m\37", "\\001\\006\\016\\033[31m\\037"},
	{"a\177b", "a\\177b"},
	{"na\xc3\xafve \xe2\x82\xac \xf0\x9f\x93\xa7",
		"na\xc3\xafve \xe2\x82\xac \xf0\x9f\x93\xa7"},
	/* no UTF-8 (RFC 3629 3): lone, cut short, too long a form, surrogates, behind U+10FFFF */
	{"a\x80z", "a" BAD "z"},
	{"a\xc3", "a" BAD},
	{"a\xc3z", "a" BAD "z"},
	{"\xe2\x82", BAD BAD},
	{"\xe2\x82z", BAD BAD "z"},
	{"\xf0\x9f\x93", BAD BAD BAD},
	{"\xc0\x80", BAD BAD},
	{"\xc1\xbf", BAD BAD},
	{"\xe0\x9f\xbf", BAD BAD BAD},
	{"\xf0\x8f\xbf\xbf", BAD BAD BAD BAD},
	{"\xed\xa0\x80", BAD BAD BAD},
	{"\xed\x9f\xbf", "\xed\x9f\xbf"},
	{"\xf4\x90\x80\x80", BAD BAD BAD BAD},
	{"\xf5\x80\x80\x80", BAD BAD BAD BAD},
	{"\xff\xfe", BAD BAD},
	/* what is not seen, or turns what is seen around */
	{"\xc2\x80\xc2\x9f", "\\u0080\\u009F"},
	{"\xc2\xa0", "\xc2\xa0"},
	{"\xc2\xad", "\\u00AD"},
	{"\xef\xbb\xbfx", "\\uFEFFx"},
	{"\xe2\x80\xae"
	 "evil",
		"\\u202Eevil"},
	{"\xe2\x80\x8b\xe2\x81\xa6", "\\u200B\\u2066"},
	{"\xf3\xa0\x80\x81", "\\U000E0001"},
	{"", ""},
};

static void test_texts(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buffer out;

		buffer_init(&out, 0);
		printable_add(&out, span_text(cases[i].bytes));
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), cases[i].text);
		buffer_fini(&out);
	}
}

/* Whatever the octets: printable text comes out, and printable text stays what it is. */
static void test_any(void)
{
	for (unsigned a = 0; a < 256; a++)
		for (unsigned b = 0; b < 256; b++) {
			const uint8_t bytes[] = {(uint8_t)a, (uint8_t)b, 0x80};
			struct buffer once, twice;
			size_t controls = 0;

			buffer_init(&once, 0);
			buffer_init(&twice, 0);
			printable_add(&once, span_of(bytes, sizeof bytes));
			printable_add(&twice, buffer_span(&once));
			for (size_t i = 0; i < once.length; i++)
				controls += once.at[i] < 0x20 || once.at[i] == 0x7f;
			if (controls > 0 || !span_equal(buffer_span(&once), buffer_span(&twice)))
				CU_FAIL("not printable");
			buffer_fini(&once);
			buffer_fini(&twice);
		}
}

static void test_width(void)
{
	CU_ASSERT_EQUAL(printable_width(span_text("")), 0);
	CU_ASSERT_EQUAL(printable_width(span_text("abc")), 3);
	CU_ASSERT_EQUAL(printable_width(span_text("\xc3\xa9")), 1);
	CU_ASSERT_EQUAL(printable_width(span_text("e\xcc\x81")), 1);
	CU_ASSERT_EQUAL(printable_width(span_text("\xe6\x97\xa5\xe6\x9c\xac")), 4);
	CU_ASSERT_EQUAL(printable_width(span_text("\xf0\x9f\x93\xa7")), 2);
	CU_ASSERT_EQUAL(printable_width(span_text("\x80\xff")), 2);
}

/* Every character comes back as it went in. */
static void test_utf8(void)
{
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		struct buffer text;
		uint32_t back = 0;

		if (c >= 0xd800 && c < 0xe000)
			continue;
		buffer_init(&text, 0);
		utf8_add(&text, c);
		CU_ASSERT_EQUAL(utf8_take(buffer_span(&text), &back), text.length);
		CU_ASSERT_EQUAL(back, c);
		buffer_fini(&text);
	}
}

SUITE(printable, {"shows what is unsafe as text", test_texts}, {"any octets", test_any},
	{"knows how wide text is", test_width}, {"characters and octets", test_utf8});
