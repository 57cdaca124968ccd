#include "base/memory.h"

#include "base/attributes.h"
#include "base/language.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static NO_RETURN void memory_out(size_t count, size_t size)
{
	fprintf(stderr, _("mailscope: memory: no room for %zu items of %zu bytes\n"), count, size);
	abort();
}

void *memory_new(size_t count, size_t size)
{
	void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

	if (memory == NULL)
		memory_out(count, size);
	return memory;
}

void *memory_new_line(size_t size)
{
	enum { LINE = 64 };
	size_t whole = (size + LINE - 1) / LINE * LINE;
	void *memory = aligned_alloc(LINE, whole);

	if (memory == NULL)
		memory_out(1, size);
	return memset(memory, 0, whole);
}

void *memory_resize(void *old, size_t count, size_t size)
{
	void *memory;

	if (size > 0 && count > SIZE_MAX / size)
		memory_out(count, size);
	memory = realloc(old, count * size > 0 ? count * size : 1);
	if (memory == NULL)
		memory_out(count, size);
	return memory;
}

void *memory_grow(void *items, size_t count, size_t size)
{
	if ((count & (count - 1)) != 0)
		return items;
	return memory_resize(items, count > 0 ? 2 * count : 1, size);
}

char *memory_text(const char *text)
{
	size_t length = strlen(text) + 1;

	return memcpy(memory_new(length, 1), text, length);
}

void memory_trim(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
