/* tls/cipher.h: what a cipher suite does with a record, as far as it can be opened. */
#ifndef TLS_CIPHER_H
#define TLS_CIPHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cipher {
	const char *name;   /* OpenSSL's: "AES-128-GCM" */
	const char *digest; /* of the PRF or HKDF from TLS 1.2 on: "SHA256" */
	const char *mac;    /* of a CBC suite, "SHA1"; NULL: an AEAD */
	uint8_t key_length;
	uint8_t iv_length;       /* out of the key block, TLS 1.2; CBC: of a block */
	uint8_t mac_length;      /* of the AEAD's tag, or the HMAC and its key */
	bool has_explicit_nonce; /* TLS 1.2: each record brings 8 octets of its nonce */
};

/* NULL for a suite that is not opened. */
const struct cipher *cipher_find(uint16_t suite);

#endif
