/* The vector search must find what the plain one finds, wherever it stands. */
#include "mail/scan.h"
#include "suite.h"

enum { WANTS = 4, LENGTH = 100 };

/* What the header promises, octet by octet. */
static size_t scan_plainly(struct span text, unsigned wants)
{
	for (size_t i = 0; i < text.length; i++) {
		bool has_next = i + 1 < text.length;
		bool is_behind_cr = i > 0 && text.at[i - 1] == '\r';

		if (text.at[i] == '\n' && has_next && text.at[i + 1] == '.')
			return i;
		if (text.at[i] == '\n' && (wants & SCAN_BARE_LF) && !is_behind_cr)
			return i;
		if (text.at[i] == '\r' && (wants & SCAN_BARE_CR) && has_next &&
			text.at[i + 1] != '\n')
			return i;
	}
	return text.length;
}

static void check(struct span text)
{
	for (unsigned wants = 0; wants < WANTS; wants++) {
		size_t found = scan_plainly(text, wants);

		CU_ASSERT_EQUAL(scan_text(text, wants), found);
		CU_ASSERT_EQUAL(scan_text_portable(text, wants), found);
	}
}

static void test_places(void)
{
	static const char *const signs[] = {
		"\n.", "\r\n.", "\n", "\r", "\r\n", "\r\r\n", "\n\n.", ".\r", "\r.", "\r\n\r\n."};
	uint8_t octets[LENGTH];

	for (size_t n = 0; n < sizeof signs / sizeof signs[0]; n++) {
		size_t size = strlen(signs[n]);

		for (size_t at = 0; at + size <= sizeof octets; at++) {
			memset(octets, 'x', sizeof octets);
			memcpy(octets + at, signs[n], size);
			for (size_t length = at; length <= sizeof octets; length += 3)
				check(span_of(octets, length));
		}
	}
}

static void test_mixtures(void)
{
	static const char alphabet[] = "\r\n.xxxxxxxxxxxxx";
	uint8_t octets[LENGTH];
	uint32_t random = 1;

	for (size_t round = 0; round < 3000; round++) {
		for (size_t i = 0; i < sizeof octets; i++) {
			random = random * 1664525 + 1013904223;
			octets[i] = (uint8_t)
				alphabet[(random >> 16) % (round % 2 ? 4 : sizeof alphabet - 1)];
			if (i > 0 && octets[i - 1] == '\r' && round % 3)
				octets[i] = '\n';
		}
		check(span_of(octets, round % (sizeof octets + 1)));
	}
}

SUITE(scan, {"finds each sign at each place", test_places},
	{"finds the first of many", test_mixtures});
