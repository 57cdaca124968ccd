#include "pool.h"

#include <stdlib.h>
#include <string.h>

enum {
	POOL_SIZE = 4 << 20,
	UNIT_MOST = 5 + 16384,
	UNIT_LEAST = 2, /* an empty line */
};

static uint8_t *line_end(uint8_t *at)
{
	*at++ = '\r';
	*at++ = '\n';
	return at;
}

static uint8_t *put_words(uint8_t *at, struct chance *chance)
{
	static const char *const words[] = {"the", "session", "of", "a", "mail", "server", "and",
		"its", "client", "is", "written", "down", "line", "by", "line,", "with", "time",
		"and", "place", "of", "every", "octet.", "Whoever", "reads", "it", "knows"};
	uint32_t count = chance_below(chance, 13);

	for (uint32_t i = 0; i < count; i++) {
		const char *word = words[chance_below(chance, sizeof words / sizeof *words)];
		size_t length = strlen(word);
		memcpy(at, word, length);
		at[length] = ' ';
		at += length + 1;
	}
	return at;
}

static uint8_t *put_base64(uint8_t *at, struct chance *chance)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (int i = 0; i < 76; i++)
		*at++ = (uint8_t)digits[chance_below(chance, 64)];
	return at;
}

static uint8_t *put_noise(uint8_t *at, struct chance *chance, size_t length)
{
	for (size_t i = 0; i < length; i++)
		*at++ = (uint8_t)chance_next(chance);
	return at;
}

/* Runs of prose and of base64, as in a message with attachments. */
static uint8_t *text_unit(uint8_t *at, struct chance *chance)
{
	static uint32_t left, is_base64;

	if (left-- == 0) {
		left = 40 + chance_below(chance, 400);
		is_base64 = chance_below(chance, 2);
	}
	if (is_base64)
		return line_end(put_base64(at, chance));
	if (chance_below(chance, 64) == 0) { /* a line that begins with a dot: RFC 5321 4.5.2 */
		memcpy(at, "..", 2);
		at += 2;
	}
	return line_end(put_words(at, chance));
}

/* RFC 5246 6.2.1 */
static uint8_t *record_unit(uint8_t *at, struct chance *chance)
{
	uint32_t length = chance_below(chance, 4) == 0 ? 16384 : 100 + chance_below(chance, 4000);
	const uint8_t header[] = {23, 3, 3, (uint8_t)(length >> 8), (uint8_t)length};

	memcpy(at, header, sizeof header);
	return put_noise(at + sizeof header, chance, length);
}

static uint8_t *noise_unit(uint8_t *at, struct chance *chance)
{
	return put_noise(at, chance, 64);
}

void pool_init(struct pool *pool, enum pool_kind kind, struct chance *chance)
{
	static uint8_t *(*const units[])(uint8_t *, struct chance *) = {
		[POOL_TEXT] = text_unit,
		[POOL_RECORDS] = record_unit,
		[POOL_NOISE] = noise_unit,
	};

	*pool = (struct pool){.at = malloc(POOL_SIZE),
		.starts = calloc(POOL_SIZE / UNIT_LEAST, sizeof *pool->starts)};
	if (pool->at == NULL || pool->starts == NULL)
		abort();
	uint8_t *at = pool->at;
	while ((size_t)(at - pool->at) + UNIT_MOST <= POOL_SIZE) {
		pool->starts[pool->count++] = (uint32_t)(at - pool->at);
		at = units[kind](at, chance);
	}
	pool->starts[pool->count++] = (uint32_t)(at - pool->at);
}

void pool_fini(struct pool *pool)
{
	free(pool->at);
	free(pool->starts);
	*pool = (struct pool){.count = 0};
}

/* The first unit at or behind offset. */
static uint32_t find_unit(const struct pool *pool, uint32_t offset)
{
	uint32_t low = 0, high = pool->count - 1;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (pool->starts[middle] < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct slice pool_slice(const struct pool *pool, struct chance *chance, uint32_t length)
{
	uint32_t end = pool->starts[pool->count - 1];
	uint32_t last = length < end ? end - length : 0;
	uint32_t first = pool->starts[find_unit(pool, chance_below(chance, last + 1))];
	uint32_t behind = pool->starts[find_unit(pool, first + length)];

	return (struct slice){pool->at + first, behind - first};
}
