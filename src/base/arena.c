#include "base/arena.h"

#include "base/memory.h"

#include <stdalign.h>
#include <stdlib.h>

enum { ARENA_FIRST = 1024, ARENA_LARGEST = 64 * 1024 };

struct arena_block {
	struct arena_block *older;
	size_t size, used;
	alignas(max_align_t) uint8_t bytes[];
};

void arena_init(struct arena *arena)
{
	*arena = (struct arena){NULL, 0};
}

void arena_fini(struct arena *arena)
{
	struct arena_block *block = arena->blocks;

	while (block != NULL) {
		struct arena_block *older = block->older;

		free(block);
		block = older;
	}
	arena_init(arena);
}

void arena_clear(struct arena *arena)
{
	struct arena_block *block = arena->blocks;

	while (block != NULL && block->older != NULL) {
		struct arena_block *older = block->older;

		free(block);
		block = older;
	}
	if (block != NULL && block->size > ARENA_FIRST) {
		free(block);
		block = NULL;
	}
	if (block != NULL)
		block->used = 0;
	*arena = (struct arena){block, 0};
}

static struct arena_block *arena_add(struct arena *arena, size_t size)
{
	size_t room = arena->blocks != NULL ? arena->blocks->size * 2 : ARENA_FIRST;
	struct arena_block *block;

	if (room > ARENA_LARGEST)
		room = ARENA_LARGEST;
	if (room < size)
		room = size;
	block = memory_resize(NULL, 1, sizeof *block + room);
	block->used = 0;
	block->older = arena->blocks;
	block->size = room;
	arena->blocks = block;
	return block;
}

void *arena_new(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->blocks;
	void *memory;

	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (block == NULL || block->size - block->used < size)
		block = arena_add(arena, size);
	memory = block->bytes + block->used;
	block->used += size;
	arena->used += size;
	return memset(memory, 0, size);
}

struct span arena_copy(struct arena *arena, struct span bytes)
{
	uint8_t *copy = arena_new(arena, bytes.length + 1);

	if (bytes.length > 0)
		memcpy(copy, bytes.at, bytes.length);
	return span_of(copy, bytes.length);
}

void *arena_grow(struct arena *arena, void *items, size_t count, size_t size)
{
	void *larger;

	if ((count & (count - 1)) != 0)
		return items;
	larger = arena_new(arena, (count > 0 ? count * 2 : 1) * size);
	if (count > 0)
		memcpy(larger, items, count * size);
	return larger;
}
