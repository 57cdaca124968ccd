/* tests/unit/tls_talk.h: real TLS sessions, made with OpenSSL on both sides, as the bytes that they
 * put on the wire. */
#ifndef TESTS_UNIT_TLS_TALK_H
#define TESTS_UNIT_TLS_TALK_H

#include "base/buffer.h"
#include "base/chunk.h"

#include <openssl/ssl.h>

/* What one side wrote before the other did. */
struct tls_flight {
	enum side side;
	size_t start, end; /* in the talk's bytes */
};

struct tls_talk {
	SSL_CTX *client_context, *server_context; /* to be changed before the session is made */
	SSL *client, *server;                     /* after tls_talk_open(), likewise */
	struct buffer bytes;
	struct tls_flight flights[64];
	size_t flight_count;
};

/* Contexts of this one version (TLS1_2_VERSION ...) with a certificate of "C=DE, O=Example\, Inc,
 * CN=mail.example", issued by "CN=Test CA", for mail.example and smtp.example. */
void tls_talk_init(struct tls_talk *talk, int version);
void tls_talk_fini(struct tls_talk *talk);

/* Makes client and server of the contexts; the client asks for mail.example. */
void tls_talk_open(struct tls_talk *talk);

/* Shakes hands, sends octets both ways, and closes; false when the handshake fails. */
bool tls_talk_run(struct tls_talk *talk, size_t octets);

/* The session of the last run, for SSL_set_session(); the caller frees it. */
SSL_SESSION *tls_talk_session(const struct tls_talk *talk);

#endif
