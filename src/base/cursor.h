/* base/cursor.h: the only way to consume bytes of a packet: every read is bounded. */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include "base/span.h"

/* A read past the end gives zeros and sets is_short, which stays set: check once, at the end. */
struct cursor {
	const uint8_t *at;
	size_t left;
	bool is_short;
};

static inline struct cursor cursor_of(struct span s)
{
	return (struct cursor){s.at, s.length, false};
}

/* The next length bytes, or NULL (and is_short) when fewer are left; then nothing is consumed. */
static inline const uint8_t *cursor_take(struct cursor *c, size_t length)
{
	const uint8_t *at = c->at;

	if (__builtin_expect(c->left < length, 0)) {
		c->is_short = true;
		return NULL;
	}
	if (__builtin_expect(length == 0, 0)) /* at may be NULL then */
		return at;
	c->at += length;
	c->left -= length;
	return at;
}

/* The next length bytes as a span; empty (and is_short) when fewer are left. */
static inline struct span cursor_span(struct cursor *c, size_t length)
{
	const uint8_t *at = cursor_take(c, length);

	return at != NULL ? span_of(at, length) : span_of(NULL, 0);
}

/* All that is left, consumed. */
static inline struct span cursor_rest(struct cursor *c)
{
	return cursor_span(c, c->left);
}

static inline void cursor_skip(struct cursor *c, size_t length)
{
	(void)cursor_take(c, length);
}

static inline uint8_t cursor_u8(struct cursor *c)
{
	const uint8_t *at = cursor_take(c, 1);

	return at != NULL ? at[0] : 0;
}

static inline uint16_t cursor_u16(struct cursor *c)
{
	const uint8_t *at = cursor_take(c, 2);

	return at != NULL ? (uint16_t)(at[0] << 8 | at[1]) : 0;
}

static inline uint32_t cursor_u24(struct cursor *c)
{
	const uint8_t *at = cursor_take(c, 3);

	return at != NULL ? (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2] : 0;
}

static inline uint32_t cursor_u32(struct cursor *c)
{
	const uint8_t *at = cursor_take(c, 4);

	return at != NULL ? (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
				    at[3]
			  : 0;
}

static inline uint16_t cursor_u16_little(struct cursor *c)
{
	return __builtin_bswap16(cursor_u16(c));
}

static inline uint32_t cursor_u32_little(struct cursor *c)
{
	return __builtin_bswap32(cursor_u32(c));
}

#endif
