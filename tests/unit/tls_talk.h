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
	struct buffer secrets; /* key log lines of all sessions so far */
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

/* The steps of such a run; after tls_talk_shake() has said true the others may come in any order.
 * tls_talk_update(): the side takes new keys, and asks the other to (TLS 1.3).
 * tls_talk_renegotiate(): the client shakes hands anew (TLS 1.2). */
bool tls_talk_shake(struct tls_talk *talk);
void tls_talk_say(struct tls_talk *talk, enum side side, struct span text);
void tls_talk_update(struct tls_talk *talk, enum side side);
bool tls_talk_renegotiate(struct tls_talk *talk);
void tls_talk_close(struct tls_talk *talk);

/* The session of the last run, for SSL_set_session(); the caller frees it. */
SSL_SESSION *tls_talk_session(const struct tls_talk *talk);

#endif
