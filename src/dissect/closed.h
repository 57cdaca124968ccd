/* dissect/closed.h: connections that have ended stay for a while: their last segments must not look
 * like new ones. */
#ifndef DISSECT_CLOSED_H
#define DISSECT_CLOSED_H

#include "base/limits.h"

#include <stddef.h>

struct connection;

struct closed_ring {
	struct connection *places[LIMIT_CLOSED]; /* NULL: it left before its turn */
	size_t first, count;
};

/* Adds a connection; the one that has to leave for it, NULL for none. */
struct connection *closed_ring_add(struct closed_ring *ring, struct connection *connection);

/* Who has to leave next when the ring is full; may be NULL. */
static inline struct connection *closed_ring_next(const struct closed_ring *ring)
{
	return ring->places[ring->first];
}

/* Takes a connection out before its turn: its ports are used anew. */
void closed_ring_remove(struct closed_ring *ring, const struct connection *connection);

#endif
