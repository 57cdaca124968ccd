#include "base/buffer.h"

#include "base/digits.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_FIRST = 64 };

void buffer_init(struct buffer *buffer, size_t limit)
{
	*buffer = (struct buffer){.limit = limit};
}

void buffer_fini(struct buffer *buffer)
{
	free(buffer->at);
	*buffer = (struct buffer){.limit = buffer->limit};
}

bool buffer_reserve(struct buffer *buffer, size_t more)
{
	size_t size = buffer->size > 0 ? buffer->size : BUFFER_FIRST;

	if (buffer->limit > 0 && more > buffer->limit - buffer->length)
		return false;
	if (buffer->size - buffer->length >= more)
		return true;
	while (size - buffer->length < more)
		size *= 2;
	if (buffer->limit > 0 && size > buffer->limit)
		size = buffer->limit;
	buffer->at = memory_resize(buffer->at, size, 1);
	buffer->size = size;
	return true;
}

bool buffer_add_slow(struct buffer *buffer, const void *bytes, size_t length)
{
	if (!buffer_reserve(buffer, length)) {
		length = buffer->limit - buffer->length;
		buffer->is_cut = true;
		if (length == 0)
			return false;
		buffer_reserve(buffer, length);
	}
	if (length > 0)
		memcpy(buffer->at + buffer->length, bytes, length);
	buffer->length += length;
	return !buffer->is_cut;
}

bool buffer_add_number(struct buffer *buffer, uint64_t value)
{
	uint8_t digits[DIGITS_MOST], *end = digits + sizeof digits;
	uint8_t *first = digits_before(end, value);

	return buffer_add(buffer, first, (size_t)(end - first));
}

bool buffer_add_seconds(struct buffer *buffer, int64_t nanoseconds)
{
	uint64_t size = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds : (uint64_t)nanoseconds;
	uint8_t text[DIGITS_MOST + 11], *end = text + sizeof text;
	uint8_t *first = digits_last(end, (uint32_t)(size % 1000000000), 9);

	*--first = '.';
	first = digits_before(first, size / 1000000000);
	if (nanoseconds < 0)
		*--first = '-';
	return buffer_add(buffer, first, (size_t)(end - first));
}

bool buffer_printf(struct buffer *buffer, const char *format, ...)
{
	char text[512];
	char *longer;
	va_list arguments;
	int length;
	bool whole;

	va_start(arguments, format);
	length = vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (length < 0)
		return false;
	if ((size_t)length < sizeof text)
		return buffer_add(buffer, text, (size_t)length);
	longer = memory_new((size_t)length + 1, 1);
	va_start(arguments, format);
	vsnprintf(longer, (size_t)length + 1, format, arguments);
	va_end(arguments);
	whole = buffer_add(buffer, longer, (size_t)length);
	free(longer);
	return whole;
}

const char *buffer_text(struct buffer *buffer)
{
	/* The NUL is no part of the size: it must not make room behind the limit. */
	if (buffer->size == buffer->length)
		buffer->at = memory_resize(buffer->at, buffer->size + 1, 1);
	buffer->at[buffer->length] = '\0';
	return (const char *)buffer->at;
}

void buffer_drop(struct buffer *buffer, size_t length)
{
	if (length > buffer->length)
		length = buffer->length;
	if (length == 0)
		return;
	buffer->length -= length;
	memmove(buffer->at, buffer->at + length, buffer->length);
}
