/* unit/mail_peer.h: a mail server that says and expects what a script tells it. */
#ifndef TESTS_UNIT_MAIL_PEER_H
#define TESTS_UNIT_MAIL_PEER_H

#include "peer.h"

/* A script has a step a line:
 *   S TEXT   says the text, and CRLF          s TEXT  says the text
 *   C TEXT   expects exactly this line        c TEXT  expects a line that begins so
 *   D        expects a message, up to its dot B N     expects N octets
 *   Q        expects silence for a moment     T       begins TLS
 *   L N      says N octets without line end   R N TEXT  says the line N times
 *   X        breaks off
 * \xHH is an octet. After the last step it expects the connection's end. */
struct mail_peer {
	const char *script;
	size_t split; /* the server's octet number split goes out later than the one before it; 0:
			 none does */
	size_t cut;   /* instead of octet number cut comes the end; SIZE_MAX: never */
	struct peer peer;
	struct ear ear;
	struct connection *connection;
	size_t said;
	struct buffer data; /* what D and B heard */
	char wrong[400];    /* the first thing that was not expected; empty: all was */
};

/* A connection to a peer that follows the script, open. trust of the options may be changed by the
 * second form. */
void mail_peer_meet(struct mail_peer *peer, const char *script);
void mail_peer_meet_with(
	struct mail_peer *peer, const char *script, void (*change)(struct connection_options *));

/* Hears the peer out: wrong and data are whole then. */
void mail_peer_join(struct mail_peer *peer);
void mail_peer_part(struct mail_peer *peer);

/* The octets that all S and s steps of the script say. */
size_t mail_peer_octets(const char *script);

#endif
