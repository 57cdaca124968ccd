/* client/tap.h: hears every octet that passes a connection, below all parsers: had log and wire
 * gone through the same parser, an error in it would agree with itself. */
#ifndef CLIENT_TAP_H
#define CLIENT_TAP_H

#include "base/chunk.h"

/* Any function may be NULL. Spans hold during the call. */
struct tap {
	void *context;
	/* Octets of the dialogue as they passed, outside TLS or inside it, in the order they
	 * passed. is_secret: they must not be shown anywhere. No octets: what was said so far is
	 * whole, though no line end says so (a chunk of BDAT). */
	void (*on_octets)(void *context, enum side from, struct span octets, bool is_secret);
	/* What happened besides, as one line for people ("Connection closed"); may hold text of the
	 * network, printable. */
	void (*on_note)(void *context, const char *note);
	/* A line of SSLKEYLOGFILE format, without line end. */
	void (*on_secrets)(void *context, const char *line);
	/* A secret that must not appear, whoever says it: a server may repeat a password. */
	void (*on_guard)(void *context, struct span secret);
};

#endif
