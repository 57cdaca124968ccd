/* unit/peer.h: a server for one connection, in a thread of its own, and an ear at the client's
 * connection to it. */
#ifndef TESTS_UNIT_PEER_H
#define TESTS_UNIT_PEER_H

#include "client/connection.h"

#include <openssl/ssl.h>
#include <pthread.h>

/* A certificate to be made. All zero: a good one for localhost and 127.0.0.1. */
struct peer_wish {
	const char *common_name; /* NULL: "Peer" */
	const char *names;       /* subjectAltName as OpenSSL writes it; "": none */
	int from, until;         /* days from now; 0 and 0: from yesterday until tomorrow */
	bool is_self_signed;     /* else an authority signs it, which peer_ca_file() has */
	bool is_authority_old;   /* which has expired */
};

struct peer {
	void (*run)(struct peer *peer); /* in the thread, with the connection accepted */
	void *context;
	struct peer_wish wish;
	int version; /* of TLS, at most; 0: any */
	/* From here on the peer's own. */
	int listener, socket; /* socket: the accepted one; run() may close it: then -1 */
	uint16_t port;
	int stopped[2];            /* a pipe that ends when the peer is to */
	bool is_inside, is_joined; /* TLS */
	pthread_t thread;
	SSL *ssl;
	struct buffer heard, said; /* in clear and inside TLS */
	int error;                 /* errno of the last read; 0: it was an end */
};

/* Listens and starts the thread; joins it and frees what is there. */
void peer_start(struct peer *peer);
void peer_stop(struct peer *peer);

/* Lets it end, after which its fields may be read. */
void peer_join(struct peer *peer);

/* A listener that answers no connection attempt; close it. */
int peer_deaf(uint16_t *port);

/* For run(). hear reads until so many octets more have come; false: ended before. */
void peer_say(struct peer *peer, const char *text);
void peer_say_octets(struct peer *peer, struct span octets);
bool peer_hear(struct peer *peer, size_t octets);
bool peer_secure(struct peer *peer);
void peer_hang_up(struct peer *peer, bool is_reset); /* the socket alone, whatever TLS is at */
void peer_sleep(int milliseconds);
void peer_wait(struct peer *peer); /* until peer_stop() is called */

/* The file with the authority's certificate, and its fingerprint and that of the last
 * certificate made, in hexadecimal digits. */
const char *peer_ca_file(void);
const char *peer_fingerprint(void);

/* What the tap of a connection told. */
struct ear {
	struct buffer octets[2], notes, secrets, guards;
	struct buffer order; /* "C5 S12 C!8": octets in a row of one side; "!": secret */
};
void ear_init(struct ear *ear);
void ear_fini(struct ear *ear);
struct tap ear_tap(struct ear *ear);

/* Options for the peer: by "127.0.0.1", its authority trusted, nothing to cancel. */
struct connection_options peer_options(const struct peer *peer, struct ear *ear);

#endif
