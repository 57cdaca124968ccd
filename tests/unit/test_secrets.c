#include "base/buffer.h"
#include "base/limits.h"
#include "suite.h"
#include "tls/secrets.h"

#define RANDOM_1 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define SECRET_32 "ffeeddccbbaa99887766554433221100FFEEDDCCBBAA99887766554433221100"
#define SECRET_48 SECRET_32 "00112233445566778899aabbccddeeff"

static const uint8_t random_1[TLS_RANDOM] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

/* A key log, and the length of each secret that it tells of random_1. */
static const struct {
	const char *text;
	uint8_t lengths[TLS_SECRET_KINDS];
} logs[] = {
	{"", {0}},
	{"CLIENT_RANDOM " RANDOM_1 " " SECRET_48 "\n", {48}},
	{"CLIENT_RANDOM " RANDOM_1 " " SECRET_48, {48}},
	{"  CLIENT_RANDOM   " RANDOM_1 "  " SECRET_48 "  \r\n", {48}},
	{"CLIENT_RANDOM " RANDOM_1 " " SECRET_48 " more\n", {48}},
	{"CLIENT_HANDSHAKE_TRAFFIC_SECRET " RANDOM_1 " " SECRET_32 "\n", {0, 32}},
	{"SERVER_HANDSHAKE_TRAFFIC_SECRET " RANDOM_1 " " SECRET_48 "\n", {0, 0, 48}},
	{"CLIENT_TRAFFIC_SECRET_0 " RANDOM_1 " " SECRET_32 "\r\nSERVER_TRAFFIC_SECRET_0 " RANDOM_1
	 " " SECRET_48 "\r\n",
		{0, 0, 0, 32, 48}},
	{"# a comment\n\n\r\n\nEXPORTER_SECRET " RANDOM_1 " " SECRET_32 "\nCLIENT_RANDOM " RANDOM_1
	 " " SECRET_48 "\n",
		{48}},
	/* nothing that could be used */
	{"CLIENT_RANDOM " RANDOM_1 " " SECRET_32 "\n", {0}},
	{"CLIENT_RANDOM " RANDOM_1 "00 " SECRET_48 "\n", {0}},
	{"CLIENT_RANDOM " RANDOM_1 " " SECRET_48 "00\n", {0}},
	{"CLIENT_RANDOM " RANDOM_1 " \n", {0}},
	{"CLIENT_RANDOM " RANDOM_1, {0}},
	{"CLIENT_RANDOM\n", {0}},
	{"CLIENT_RANDOM 0001 " SECRET_48 "\n", {0}},
	{"CLIENT_TRAFFIC_SECRET_0 " RANDOM_1 " ffee\n", {0}},
	{"CLIENT_TRAFFIC_SECRET_0 " RANDOM_1 " f" SECRET_32 "\n", {0}},
	{"CLIENT_TRAFFIC_SECRET_0 " RANDOM_1 " gg" SECRET_32 "\n", {0}},
	{"client_random " RANDOM_1 " " SECRET_48 "\n", {0}},
	{"CLIENT_TRAFFIC_SECRET_1 " RANDOM_1 " " SECRET_32 "\n", {0}},
	{"RSA Session-ID:0011 Master-Key:" SECRET_48 "\n", {0}},
	{"RSA 0011223344556677 " SECRET_48 "\n", {0}},
};

static void check(const struct tls_secrets *secrets, const uint8_t *lengths)
{
	const struct tls_keyring *ring = tls_secrets_find(secrets, random_1);
	bool is_any = false;

	for (size_t kind = 0; kind < TLS_SECRET_KINDS; kind++) {
		is_any = is_any || lengths[kind] > 0;
		CU_ASSERT_EQUAL(ring != NULL ? ring->secrets[kind].length : 0, lengths[kind]);
		if (ring != NULL && lengths[kind] > 0)
			CU_ASSERT_EQUAL(ring->secrets[kind].octets[1], 0xee);
	}
	CU_ASSERT_EQUAL(ring != NULL, is_any);
	CU_ASSERT_EQUAL(tls_secrets_is_empty(secrets), !is_any);
}

static void test_lines(void)
{
	for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++) {
		struct tls_secrets *secrets = tls_secrets_new(NULL);

		CU_ASSERT_TRUE(tls_secrets_add(secrets, span_text(logs[i].text)));
		check(secrets, logs[i].lengths);
		tls_secrets_free(secrets);
	}
}

static void test_also(void)
{
	struct tls_secrets *first = tls_secrets_new(NULL), *second = tls_secrets_new(first);

	CU_ASSERT_TRUE(tls_secrets_is_empty(NULL));
	CU_ASSERT_TRUE(tls_secrets_is_empty(second));
	CU_ASSERT_TRUE(tls_secrets_add(first, span_text("CLIENT_RANDOM " RANDOM_1 " " SECRET_48)));
	CU_ASSERT_FALSE(tls_secrets_is_empty(second));
	check(second, (const uint8_t[TLS_SECRET_KINDS]){48});
	CU_ASSERT_TRUE(tls_secrets_add(
		second, span_text("CLIENT_TRAFFIC_SECRET_0 " RANDOM_1 " " SECRET_32)));
	check(second, (const uint8_t[TLS_SECRET_KINDS]){0, 0, 0, 32});
	check(first, (const uint8_t[TLS_SECRET_KINDS]){48});
	tls_secrets_free(second);
	tls_secrets_free(first);
	tls_secrets_free(NULL);
}

/* As many as the limit allows are found again, and no others. */
static void test_limit(void)
{
	enum { MANY = LIMIT_SECRETS / sizeof(struct tls_keyring) };
	struct tls_secrets *secrets = tls_secrets_new(NULL);
	struct buffer line;
	uint8_t random[TLS_RANDOM] = {0};
	size_t found = 0;

	buffer_init(&line, 0);
	for (unsigned i = 0; i < MANY + 10; i++) {
		buffer_clear(&line);
		buffer_printf(&line, "CLIENT_RANDOM %08x%056d %s\n", i, 0, SECRET_48);
		CU_ASSERT_EQUAL(tls_secrets_add(secrets, buffer_span(&line)), i < MANY);
	}
	for (unsigned i = 0; i < MANY + 10; i++) {
		for (int shift = 0; shift < 4; shift++)
			random[shift] = (uint8_t)(i >> (24 - 8 * shift));
		found += tls_secrets_find(secrets, random) != NULL;
	}
	CU_ASSERT_EQUAL(found, MANY);
	CU_ASSERT_TRUE(tls_secrets_add(secrets, span_text("CLIENT_RANDOM")));
	buffer_fini(&line);
	tls_secrets_free(secrets);
}

SUITE(secrets, {"lines of a key log", test_lines}, {"secrets known besides", test_also},
	{"as many as the limit allows", test_limit});
