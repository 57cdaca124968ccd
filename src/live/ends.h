/* live/ends.h: the two ends of a connection as the kernel names them, and as packets do. */
#ifndef LIVE_ENDS_H
#define LIVE_ENDS_H

#include "client/connection.h"
#include "net/packet.h"
#include "session/session.h"

/* By enum side. An end of family 0 is none. */
struct ends {
	struct endpoint at[2];
};

/* An IPv4 address inside IPv6 (RFC 4291 2.5.5.2) is what it is on the wire: IPv4. */
struct endpoint ends_endpoint(const struct sockaddr_storage *address);

struct ends ends_of(const struct connection_ends *ends);

/* Whether there was a connection at all. */
bool ends_are_known(const struct ends *ends);

/* Who sent a packet of kind PACKET_TCP as a connection of its own: SIDE_CLIENT is its sender. */
struct ends ends_of_packet(const struct packet *packet);

/* Whether both are the same connection; *side is set to the one of b->at that is a->at[0]. */
bool ends_same(const struct ends *a, const struct ends *b, enum side *side);

#endif
