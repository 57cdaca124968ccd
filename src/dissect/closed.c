#include "dissect/closed.h"

struct connection *closed_ring_add(struct closed_ring *ring, struct connection *connection)
{
	struct connection *oldest = NULL;

	if (ring->count == LIMIT_CLOSED) {
		oldest = ring->places[ring->first];
		ring->first = (ring->first + 1) % LIMIT_CLOSED;
		ring->count--;
	}
	ring->places[(ring->first + ring->count++) % LIMIT_CLOSED] = connection;
	return oldest;
}

void closed_ring_remove(struct closed_ring *ring, const struct connection *connection)
{
	for (size_t i = 0; i < ring->count; i++) {
		size_t place = (ring->first + i) % LIMIT_CLOSED;

		if (ring->places[place] == connection)
			ring->places[place] = NULL;
	}
}
