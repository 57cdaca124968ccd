#include "compare/sealing.h"
#include "suite.h"

#include <stdio.h>

static const struct {
	const char *version, *cipher;
	uint64_t octets; /* of a record */
	uint64_t low, high;
	bool is_possible;
} cases[] = {
	{"TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 45, 16, 16, true},
	{"TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 29, 0, 0, true},
	{"TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 28, 0, 0, false},
	{"TLS 1.2", "TLS_DHE_RSA_WITH_AES_256_CCM", 45, 16, 16, true},
	{"TLS 1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", 37, 16, 16, true},
	{"TLS 1.2", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 37, 16, 16, true},
	{"TLS 1.3", "TLS_AES_256_GCM_SHA384", 38, 16, 16, true},
	{"TLS 1.3", "TLS_CHACHA20_POLY1305_SHA256", 38, 16, 16, true},
	{"TLS 1.3", "TLS_AES_128_CCM_8_SHA256", 30, 16, 16, true},
	/* 16 octets of text, 20 of MAC, 12 of padding: three blocks, and the IV before them */
	{"TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", 69, 12, 27, true},
	/* with encrypt-then-MAC: two blocks of text and padding, IV, MAC */
	{"TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", 73, 16, 31, true},
	{"TLS 1.0", "TLS_RSA_WITH_AES_128_CBC_SHA", 53, 12, 27, true},
	{"TLS 1.1", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", 53, 12, 19, true},
	{"TLS 1.2", "TLS_RSA_WITH_AES_256_CBC_SHA256", 85, 16, 31, true},
	{"TLS 1.0", "TLS_RSA_WITH_RC4_128_MD5", 37, 16, 16, true},
};

static void test_lengths(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct sealing sealing = sealing_of(cases[i].version, cases[i].cipher);
		uint64_t low, high;

		CU_ASSERT_TRUE(sealing.is_known);
		CU_ASSERT_EQUAL(
			sealing_text(&sealing, cases[i].octets, &low, &high), cases[i].is_possible);
		if (cases[i].is_possible && (low != cases[i].low || high != cases[i].high))
			fprintf(stderr, "%s: %llu to %llu\n", cases[i].cipher,
				(unsigned long long)low, (unsigned long long)high);
		CU_ASSERT_TRUE(
			!cases[i].is_possible || (low == cases[i].low && high == cases[i].high));
	}
}

static void test_unknown(void)
{
	CU_ASSERT_FALSE(sealing_of("", "").is_known);
	CU_ASSERT_FALSE(sealing_of("TLS 1.2", "TLS_SOMETHING_NEW").is_known);
	CU_ASSERT_PTR_NOT_NULL(sealing_guess(0).name);
	CU_ASSERT_PTR_NULL(sealing_guess(99).name);
}

/* RFC 8446 4.4.4: Finished is a hash, 4 octets before it. */
static void test_finished(void)
{
	CU_ASSERT_EQUAL(sealing_of("TLS 1.3", "TLS_AES_256_GCM_SHA384").finished, 74);
	CU_ASSERT_EQUAL(sealing_of("TLS 1.3", "TLS_AES_128_GCM_SHA256").finished, 58);
}

SUITE(sealing, {"lengths", test_lengths}, {"unknown ciphers", test_unknown},
	{"Finished", test_finished});
