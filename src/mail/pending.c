#include "mail/pending.h"

#include "base/limits.h"
#include "base/memory.h"

#include <stdlib.h>

static struct asked *pending_items(struct pending *pending)
{
	return pending->ring != NULL ? pending->ring : pending->few;
}

static size_t pending_size(const struct pending *pending)
{
	return pending->ring != NULL ? pending->size : PENDING_FEW;
}

struct asked *pending_at(struct pending *pending, size_t index)
{
	if (index >= pending->count)
		return NULL;
	return &pending_items(pending)[(pending->first + index) & (pending_size(pending) - 1)];
}

static void pending_grow(struct pending *pending)
{
	size_t size = pending_size(pending) * 2;
	struct asked *ring = memory_new(size, sizeof *ring);

	for (size_t i = 0; i < pending->count; i++)
		ring[i] = *pending_at(pending, i);
	free(pending->ring);
	pending->ring = ring;
	pending->size = size;
	pending->first = 0;
}

void pending_add(struct pending *pending, const struct asked *asked)
{
	if (pending->count == LIMIT_PENDING)
		pending_drop(pending, 1);
	if (pending->count == pending_size(pending))
		pending_grow(pending);
	pending->count++;
	*pending_newest(pending) = *asked;
}

void pending_drop(struct pending *pending, size_t count)
{
	if (count > pending->count)
		count = pending->count;
	pending->first = (pending->first + count) & (pending_size(pending) - 1);
	pending->count -= count;
}

void pending_fini(struct pending *pending)
{
	free(pending->ring);
	*pending = (struct pending){.ring = NULL};
}
