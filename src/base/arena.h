/* base/arena.h: memory that is freed all at once, when the session it belongs to ends. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/span.h"

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used;                /* bytes handed out, for limits */
};

void arena_init(struct arena *arena);

/* Gives everything back; the arena can be used again. */
void arena_fini(struct arena *arena);

/* The same, but keeps one small block for the next use. */
void arena_clear(struct arena *arena);

/* Zeroed memory, aligned for any type, valid until arena_fini() or arena_clear(). */
void *arena_new(struct arena *arena, size_t size);

/* A copy of the bytes with a NUL behind it (not counted in the span's length). */
struct span arena_copy(struct arena *arena, struct span bytes);

/* Makes room for one more item in an array that lives in the arena: doubles it when count is a
 * power of two (or 0). Use: list->item = arena_grow(arena, list->item, list->count, sizeof *item).
 */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t size);

#endif
