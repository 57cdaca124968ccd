/* base/buffer.h: bytes that grow, up to a limit, and the text that is written into them. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "base/attributes.h"
#include "base/span.h"

struct buffer {
	uint8_t *at;
	size_t length, size;
	size_t limit; /* 0: none. What would pass it is left out, and is_cut is set */
	bool is_cut;
};

/* limit is in bytes; 0 for text that mailscope itself makes. */
void buffer_init(struct buffer *buffer, size_t limit);
void buffer_fini(struct buffer *buffer);

static inline void buffer_clear(struct buffer *buffer)
{
	buffer->length = 0;
	buffer->is_cut = false;
}

static inline struct span buffer_span(const struct buffer *buffer)
{
	return span_of(buffer->at, buffer->length);
}

/* Room for more bytes behind the end; false when the limit forbids it. */
bool buffer_reserve(struct buffer *buffer, size_t more);

/* The same, where there nearly always is room. */
static inline bool buffer_has_room(struct buffer *buffer, size_t more)
{
	return LIKELY(buffer->size - buffer->length >= more) || buffer_reserve(buffer, more);
}

/* Appends as many of the bytes as the limit allows; false when some were left out. */
bool buffer_add_slow(struct buffer *buffer, const void *bytes, size_t length);

static inline bool buffer_add(struct buffer *buffer, const void *bytes, size_t length)
{
	if (LIKELY(buffer->size - buffer->length >= length && buffer->size > 0)) {
		memcpy(buffer->at + buffer->length, bytes, length);
		buffer->length += length;
		return true;
	}
	return buffer_add_slow(buffer, bytes, length);
}

static inline bool buffer_add_byte(struct buffer *buffer, uint8_t byte)
{
	return buffer_add(buffer, &byte, 1);
}

static inline bool buffer_add_span(struct buffer *buffer, struct span s)
{
	return s.length == 0 || buffer_add(buffer, s.at, s.length);
}

static inline bool buffer_add_text(struct buffer *buffer, const char *text)
{
	return buffer_add(buffer, text, strlen(text));
}

/* Decimal, without printf(): these stand in rows of which there are millions. */
bool buffer_add_number(struct buffer *buffer, uint64_t value);

/* Seconds with nine decimals out of nanoseconds ("-0.000000100"). */
bool buffer_add_seconds(struct buffer *buffer, int64_t nanoseconds);

bool buffer_printf(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);

/* The text so far with a NUL behind it; valid until the next change. */
const char *buffer_text(struct buffer *buffer);

/* Drops the first length bytes. */
void buffer_drop(struct buffer *buffer, size_t length);

#endif
