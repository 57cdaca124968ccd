#include "base/address.h"
#include "suite.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

/* inet_ntop() is the reference. */
static void check(uint8_t family, const uint8_t *address)
{
	char text[ADDRESS_TEXT + 8], reference[INET6_ADDRSTRLEN];
	size_t length = address_text(text, family, address);

	inet_ntop(family == 6 ? AF_INET6 : AF_INET, address, reference, sizeof reference);
	CU_ASSERT_STRING_EQUAL(text, reference);
	CU_ASSERT_EQUAL(length, strlen(reference));
}

static void test_known(void)
{
	static const char *const addresses[] = {"::", "::1", "1::", "2001:db8::1",
		"2001:db8:0:1:1:1:1:1", "2001:0:0:1:0:0:0:1", "fe80::1:2:3:4", "::ffff:192.0.2.1",
		"::192.0.2.1", "1:2:3:4:5:6:7:8", "1:0:0:2::", "0:0:1::", "::2:0:0:0:0:0",
		"ff02::fb"};

	for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
		uint8_t address[16];

		CU_ASSERT_EQUAL(inet_pton(AF_INET6, addresses[i], address), 1);
		check(6, address);
	}
}

/* Every pattern of zero groups, and every octet. */
static void test_all(void)
{
	for (unsigned zeros = 0; zeros < 256; zeros++) {
		uint8_t address[16];

		for (unsigned i = 0; i < 8; i++) {
			address[2 * i] =
				(zeros >> i & 1) != 0 ? 0 : (uint8_t)(i * 16 + (zeros & 15));
			address[2 * i + 1] = (zeros >> i & 1) != 0 ? 0 : (uint8_t)(i + 1);
		}
		check(6, address);
	}
	for (unsigned octet = 0; octet < 256; octet++) {
		uint8_t address[4] = {(uint8_t)octet, 0, (uint8_t)(255 - octet), 10};

		check(4, address);
	}
}

SUITE(address, {"writes the forms of RFC 5952", test_known}, {"agrees with inet_ntop", test_all});
