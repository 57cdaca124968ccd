/* live/watch.h: watches connections on the wire for their ends, by TCP's flags alone: what is said
 * in them is not looked at, so that no parser of mail can be wrong about it. */
#ifndef LIVE_WATCH_H
#define LIVE_WATCH_H

#include "base/limits.h"
#include "live/ends.h"

/* A connection whose beginning was seen. */
struct watched {
	struct ends ends; /* SIDE_CLIENT sent the SYN */
	bool has_spoken;  /* the client has said something */
	bool has_reset;
	bool has_end[2], is_end_acknowledged[2];
	uint32_t end[2]; /* sequence number of the FIN */
};

struct watch {
	struct watched connections[LIMIT_WATCHED];
	size_t count; /* begun so far: the latest LIMIT_WATCHED are kept */
};

/* The next packet, of kind PACKET_TCP. */
void watch_packet(struct watch *watch, const struct packet *packet);

/* The connection whose ends are these, the latest; NULL when its beginning was not seen. */
const struct watched *watch_find(const struct watch *watch, const struct ends *ends);

/* Whether some began, and of those whose clients said nothing none goes on. */
bool watch_is_at_rest(const struct watch *watch);

/* Whether TCP has nothing more to show of it: both FINs are acknowledged, or there was a RST. */
bool watched_is_over(const struct watched *watched);

#endif
