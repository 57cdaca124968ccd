/* base/memory.h: allocation that never returns NULL: it aborts with a message instead. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Zeroed memory for count items of size bytes; the caller frees it with free(). */
void *memory_new(size_t count, size_t size);

/* The same for one item that begins a cache line (64 octets): what stands together in it is fetched
 * together. */
void *memory_new_line(size_t size);

/* Like realloc() for count items of size bytes; new bytes are not zeroed. */
void *memory_resize(void *old, size_t count, size_t size);

/* Makes room for one more item in an array that is freed with free(): doubles it when count is a
 * power of two (or 0). Use: list->item = memory_grow(list->item, list->count, sizeof *item). New
 * items are not zeroed. A large array is moved without being copied, unlike that of arena_grow().
 */
void *memory_grow(void *items, size_t count, size_t size);

/* A copy of a NUL-terminated text; the caller frees it with free(). */
char *memory_text(const char *text);

/* Hands memory that was freed back to the system, where the C library keeps it: before something
 * that takes memory of another shape, so that the peaks of both do not add up. */
void memory_trim(void);

#endif
