/* dissect/closed.h: connections that have ended stay for a while: their last segments must not look
 * like new ones. */
#ifndef DISSECT_CLOSED_H
#define DISSECT_CLOSED_H

#include "base/limits.h"

#include <stddef.h>
#include <stdint.h>

struct closed_ring {
	uint64_t fingerprints[LIMIT_CLOSED]; /* 0: it left before its turn */
	size_t first, count;
};

/* Adds a connection by its fingerprint; the one that has to leave for it, 0 for none. */
uint64_t closed_ring_add(struct closed_ring *ring, uint64_t fingerprint);

/* Takes a connection out before its turn: its ports are used anew. */
void closed_ring_remove(struct closed_ring *ring, uint64_t fingerprint);

#endif
