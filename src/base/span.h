/* base/span.h: a borrowed run of bytes: where it is and how long. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const uint8_t *at; /* may be NULL when length is 0 */
	size_t length;
};

static inline struct span span_of(const void *at, size_t length)
{
	return (struct span){at, length};
}

static inline struct span span_text(const char *text)
{
	return (struct span){(const uint8_t *)text, strlen(text)};
}

/* The bytes from offset on; empty when offset lies behind the end. */
static inline struct span span_from(struct span s, size_t offset)
{
	if (offset >= s.length)
		return (struct span){s.at != NULL ? s.at + s.length : NULL, 0};
	return (struct span){s.at + offset, s.length - offset};
}

/* At most the first length bytes. */
static inline struct span span_first(struct span s, size_t length)
{
	return (struct span){s.at, length < s.length ? length : s.length};
}

static inline bool span_equal(struct span a, struct span b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

static inline bool span_is(struct span s, const char *text)
{
	return span_equal(s, span_text(text));
}

/* The offset of the first byte equal to c, or s.length when there is none. */
static inline size_t span_index(struct span s, uint8_t c)
{
	const uint8_t *at = s.length > 0 ? memchr(s.at, c, s.length) : NULL;

	return at != NULL ? (size_t)(at - s.at) : s.length;
}

/* Comparisons of ASCII letters without regard to case; other bytes must be equal. */
bool span_same_letters(struct span a, struct span b);
bool span_is_letters(struct span s, const char *text);
bool span_starts_letters(struct span s, const char *prefix);

/* Without the blanks and tabs at both ends. */
struct span span_trim(struct span s);

/* Takes the first word (up to a blank) off the front of *s, and the blanks behind it. */
struct span span_word(struct span *s);

/* A decimal number that fills the whole span; false when it does not fit 64 bits. */
bool span_number(struct span s, uint64_t *value);

/* The value of a hexadecimal digit; -1 when c is none. */
static inline int hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The offset of the first place where needle stands in s, or s.length. */
size_t span_find(struct span s, const char *needle);

/* The same without regard to the case of ASCII letters. */
size_t span_find_letters(struct span s, const char *needle);

#endif
