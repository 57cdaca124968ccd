/* tls/secrets.h: the secrets of TLS connections out of key logs, found by the client's random. */
#ifndef TLS_SECRETS_H
#define TLS_SECRETS_H

#include "base/span.h"

enum tls_secret_kind {
	TLS_SECRET_MASTER,           /* before TLS 1.3 (RFC 5246 8.1) */
	TLS_SECRET_CLIENT_HANDSHAKE, /* TLS 1.3 (RFC 8446 7.1) */
	TLS_SECRET_SERVER_HANDSHAKE,
	TLS_SECRET_CLIENT_TRAFFIC, /* number 0 */
	TLS_SECRET_SERVER_TRAFFIC,
	TLS_SECRET_KINDS
};

enum {
	TLS_RANDOM = 32,              /* octets of a client's random */
	TLS_SECRET_OCTETS = 48,       /* of the longest secret */
	TLS_SECRETS_DSB = 0x544c534b, /* secrets type of a key log in a pcapng */
};

struct tls_secret {
	uint8_t octets[TLS_SECRET_OCTETS];
	uint8_t length; /* 0: not known */
};

/* What is known of one connection. */
struct tls_keyring {
	uint8_t random[TLS_RANDOM];
	struct tls_secret secrets[TLS_SECRET_KINDS];
};

struct tls_secrets;

/* also: secrets that are known too, borrowed; may be NULL. */
struct tls_secrets *tls_secrets_new(const struct tls_secrets *also);

/* Wipes them. */
void tls_secrets_free(struct tls_secrets *secrets);

/* Takes the lines of a key log (SSLKEYLOGFILE format: "LABEL random secret" in hexadecimal). Lines
 * that say anything else are passed over. False when some were left out, because there were more
 * than LIMIT_SECRETS octets of them. */
bool tls_secrets_add(struct tls_secrets *secrets, struct span text);

bool tls_secrets_is_empty(const struct tls_secrets *secrets);

/* What is known of the connection of this client's random (TLS_RANDOM octets); NULL: nothing. Valid
 * until the next tls_secrets_add(). */
const struct tls_keyring *tls_secrets_find(
	const struct tls_secrets *secrets, const uint8_t *random);

#endif
