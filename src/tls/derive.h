/* tls/derive.h: keys out of secrets. */
#ifndef TLS_DERIVE_H
#define TLS_DERIVE_H

#include "base/span.h"

/* The key block of the master secret (RFC 5246 6.3); digest "MD5-SHA1" is the PRF before TLS 1.2
 * (RFC 4346 5). The randoms have 32 octets each. False when OpenSSL refuses. */
struct derive_block {
	const char *digest;
	struct span master;
	const uint8_t *client_random, *server_random;
};
bool derive_key_block(const struct derive_block *block, uint8_t *out, size_t length);

/* HKDF-Expand-Label with an empty context (RFC 8446 7.1): labels "key", "iv", "traffic upd". */
struct derive_label {
	const char *digest, *label;
	struct span secret;
};
bool derive_label(const struct derive_label *label, uint8_t *out, size_t length);

#endif
