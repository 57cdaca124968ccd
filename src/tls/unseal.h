/* tls/unseal.h: one record opened with keys and a sequence number. */
#ifndef TLS_UNSEAL_H
#define TLS_UNSEAL_H

#include "base/limits.h"
#include "tls/cipher.h"
#include "tls/open.h"
#include "tls/secrets.h"

#include <openssl/evp.h>

/* The keys of one side. */
struct keys {
	const struct cipher *cipher;
	uint16_t version;
	bool encrypts_then_macs;
	EVP_CIPHER_CTX *context;  /* has the key; NULL: there are none */
	uint8_t iv[16];           /* or salt; before TLS 1.1 the last block (RFC 2246 6.2.3.2) */
	uint64_t iv_sequence;     /* before TLS 1.1: the record that the IV belongs to */
	uint8_t mac[48];          /* key of the HMAC */
	struct tls_secret secret; /* TLS 1.3: they are made of it */
};

enum { UNSEAL_FRONT = 13 }; /* what HMAC is fed before the record (RFC 5246 6.2.3.1) */

/* Room for one record's plaintext. */
struct unsealed {
	uint8_t octets[UNSEAL_FRONT + LIMIT_RECORD];
	struct span plain;
	bool is_blind; /* authentic, but its IV was in a record that is missing */
};

/* Makes keys that a key block or a secret gives (RFC 5246 6.3, RFC 8446 7.3); false when OpenSSL
 * refuses. */
bool keys_of_block(struct keys *keys, struct span key, struct span iv, struct span mac);
bool keys_of_secret(struct keys *keys, const struct tls_secret *secret);
void keys_fini(struct keys *keys); /* wipes them */

/* Opens the record into *out; false when its authentication fails. With TLS 1.3 the last octet of
 * out->plain is the content type, padding is cut off. The plaintext of a blind record is empty. */
bool unseal(const struct keys *keys, uint64_t sequence, const struct sealed_record *record,
	struct unsealed *out);

/* The record passed: what the keys need of it for the record with the number next, or UINT64_MAX
 * when the record was not opened, for then nobody knows. */
void unseal_pass(struct keys *keys, uint64_t next, const struct sealed_record *record);

#endif
