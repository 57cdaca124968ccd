#include "mail/pending.h"

#include "base/memory.h"

#include <stdlib.h>

_Static_assert((LIMIT_PENDING & (LIMIT_PENDING - 1)) == 0, "the sizes of the ring double up to it");

void pending_clear(struct pending *pending)
{
	if (pending->ring == NULL) {
		pending->ring = pending->few;
		pending->size = PENDING_FEW;
	}
	pending->first = pending->count = 0;
}

void pending_fini(struct pending *pending)
{
	if (pending->ring != pending->few)
		free(pending->ring);
	pending->ring = NULL;
	pending_clear(pending);
}

void pending_make_room(struct pending *pending)
{
	size_t size = pending->size * 2U;
	struct asked *ring;

	if (pending->count == LIMIT_PENDING) {
		pending_drop(pending, 1);
		return;
	}
	ring = memory_new(size, sizeof *ring);
	for (size_t i = 0; i < pending->count; i++)
		ring[i] = *pending_place(pending, i);
	if (pending->ring != pending->few)
		free(pending->ring);
	pending->ring = ring;
	pending->size = (uint16_t)size;
	pending->first = 0;
}
