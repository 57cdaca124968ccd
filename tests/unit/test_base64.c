#include "base/base64.h"
#include "suite.h"

#include <stdlib.h>

/* RFC 4648 10, and octets of all kinds. */
static const struct {
	const char *octets;
	size_t length;
	const char *text;
} pairs[] = {
	{"", 0, ""},
	{"f", 1, "Zg=="},
	{"fo", 2, "Zm8="},
	{"foo", 3, "Zm9v"},
	{"foob", 4, "Zm9vYg=="},
	{"fooba", 5, "Zm9vYmE="},
	{"foobar", 6, "Zm9vYmFy"},
	{"\0a\0b", 4, "AGEAYg=="},
	{"\xff\xef\xbe", 3, "/+++"},
	{"\0\0\0", 3, "AAAA"},
};

static void test_pairs(void)
{
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		struct buffer out;

		buffer_init(&out, 0);
		base64_encode(span_of(pairs[i].octets, pairs[i].length), &out);
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), pairs[i].text);
		buffer_clear(&out);
		CU_ASSERT_TRUE(base64_decode(span_text(pairs[i].text), &out));
		CU_ASSERT_TRUE(
			span_equal(buffer_span(&out), span_of(pairs[i].octets, pairs[i].length)));
		buffer_fini(&out);
	}
}

/* What is no base64 leaves the buffer as it was. */
static void test_refused(void)
{
	static const char *const texts[] = {"Z", "Zg", "Zg=", "Zg===", "=",
		"==", "===", "====", "=Zg=", "Z===", "Zg=v", "Zg==Zg==", "Zm9v\n", "Zm9 ", "Zm9-",
		"Zm9_", "Zm9\x80", "Zm9vZ", "Zm9v====", "Zm\t=", "*", "Zm9*"};
	struct buffer out;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		buffer_init(&out, 0);
		buffer_add_text(&out, "kept");
		CU_ASSERT_FALSE(base64_decode(span_text(texts[i]), &out));
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), "kept");
		buffer_fini(&out);
	}
	buffer_init(&out, 0);
	CU_ASSERT_FALSE(base64_decode(span_of("Zm\0v", 4), &out));
	CU_ASSERT_EQUAL(out.length, 0);
	buffer_fini(&out);
}

/* Every octet at every place of a group comes back. */
static void test_round(void)
{
	for (unsigned octet = 0; octet < 256; octet++)
		for (size_t length = 1; length <= 4; length++) {
			uint8_t octets[4] = {(uint8_t)octet, (uint8_t)~octet, 0, (uint8_t)octet};
			struct buffer text, out;

			buffer_init(&text, 0);
			buffer_init(&out, 0);
			base64_encode(span_of(octets, length), &text);
			CU_ASSERT_TRUE(base64_decode(buffer_span(&text), &out));
			CU_ASSERT_TRUE(span_equal(buffer_span(&out), span_of(octets, length)));
			buffer_fini(&text);
			buffer_fini(&out);
		}
}

SUITE(base64, {"RFC 4648's and others", test_pairs}, {"refuses what is none", test_refused},
	{"every octet comes back", test_round});
