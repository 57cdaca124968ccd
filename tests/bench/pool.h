/* bench/pool.h: octets made once, of which message texts, records and downloads are slices. */
#ifndef BENCH_POOL_H
#define BENCH_POOL_H

#include "chance.h"

#include <stddef.h>
#include <stdint.h>

/* Slices begin and end where a unit (a line, a record) does. */
struct pool {
	uint8_t *at;
	uint32_t *starts;
	uint32_t count; /* of starts; the last is the end */
};

struct slice {
	const uint8_t *at;
	size_t length;
};

enum pool_kind { POOL_TEXT, POOL_RECORDS, POOL_NOISE, POOL_KINDS };

/* Text: lines of a message as they are sent, some of them dot-stuffed. Records: TLS application
 * data. Noise: anything. */
void pool_init(struct pool *pool, enum pool_kind kind, struct chance *chance);
void pool_fini(struct pool *pool);

/* A slice from a random unit on, of whole units that make at least length octets, or as many as
 * fit. */
struct slice pool_slice(const struct pool *pool, struct chance *chance, uint32_t length);

#endif
