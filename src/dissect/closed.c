#include "dissect/closed.h"

uint64_t closed_ring_add(struct closed_ring *ring, uint64_t fingerprint)
{
	uint64_t oldest = 0;

	if (ring->count == LIMIT_CLOSED) {
		oldest = ring->fingerprints[ring->first];
		ring->first = (ring->first + 1) % LIMIT_CLOSED;
		ring->count--;
	}
	ring->fingerprints[(ring->first + ring->count++) % LIMIT_CLOSED] = fingerprint;
	return oldest;
}

void closed_ring_remove(struct closed_ring *ring, uint64_t fingerprint)
{
	for (size_t i = 0; i < ring->count; i++) {
		size_t place = (ring->first + i) % LIMIT_CLOSED;

		if (ring->fingerprints[place] == fingerprint)
			ring->fingerprints[place] = 0;
	}
}
