#include "tls/cipher.h"

#include "base/span.h"
#include "tls/tls.h"

enum {
	TAG = 16,
	BLOCK = 16,
	SALT = 4,
	NONCE = 12,
	SHA1_OCTETS = 20,
	SHA256_OCTETS = 32,
	SHA384_OCTETS = 48
};

/* How the names of suites end, after the key exchange, which leaves its mark on the master secret
 * alone (RFC 5246 8.1). */
static const struct {
	const char *ending;
	struct cipher cipher;
} ciphers[] = {
	{"_AES_128_GCM_SHA256", {"AES-128-GCM", "SHA256", NULL, 16, SALT, TAG, true}},
	{"_AES_256_GCM_SHA384", {"AES-256-GCM", "SHA384", NULL, 32, SALT, TAG, true}},
	{"_CHACHA20_POLY1305_SHA256", {"ChaCha20-Poly1305", "SHA256", NULL, 32, NONCE, TAG, false}},
	{"_AES_128_CBC_SHA", {"AES-128-CBC", "SHA256", "SHA1", 16, BLOCK, SHA1_OCTETS, false}},
	{"_AES_256_CBC_SHA", {"AES-256-CBC", "SHA256", "SHA1", 32, BLOCK, SHA1_OCTETS, false}},
	{"_AES_128_CBC_SHA256",
		{"AES-128-CBC", "SHA256", "SHA256", 16, BLOCK, SHA256_OCTETS, false}},
	{"_AES_256_CBC_SHA256",
		{"AES-256-CBC", "SHA256", "SHA256", 32, BLOCK, SHA256_OCTETS, false}},
	{"_AES_128_CBC_SHA384",
		{"AES-128-CBC", "SHA384", "SHA384", 16, BLOCK, SHA384_OCTETS, false}},
	{"_AES_256_CBC_SHA384",
		{"AES-256-CBC", "SHA384", "SHA384", 32, BLOCK, SHA384_OCTETS, false}},
};

/* ChaCha20 before RFC 7905: another nonce, another AAD. */
static bool is_draft(uint16_t suite)
{
	return suite >= 0xcc13 && suite <= 0xcc15;
}

const struct cipher *cipher_find(uint16_t suite)
{
	const char *text = tls_cipher_name(suite);
	struct span name = span_text(text != NULL && !is_draft(suite) ? text : "");

	for (size_t i = 0; i < sizeof ciphers / sizeof ciphers[0]; i++) {
		size_t length = strlen(ciphers[i].ending);

		if (name.length > length &&
			span_is(span_from(name, name.length - length), ciphers[i].ending))
			return &ciphers[i].cipher;
	}
	return NULL;
}
