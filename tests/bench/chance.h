/* bench/chance.h: a small fast pseudo-random generator; the same seed gives the same numbers. */
#ifndef BENCH_CHANCE_H
#define BENCH_CHANCE_H

#include <stdint.h>

struct chance {
	uint64_t state; /* never 0 */
};

static inline void chance_init(struct chance *chance, uint64_t seed)
{
	chance->state = seed * 0x9e3779b97f4a7c15U + 0xd1b54a32d192ed03U;
	if (chance->state == 0)
		chance->state = 1;
}

/* Marsaglia's xorshift64*: the upper half is the good one. */
static inline uint32_t chance_next(struct chance *chance)
{
	chance->state ^= chance->state >> 12;
	chance->state ^= chance->state << 25;
	chance->state ^= chance->state >> 27;
	return (uint32_t)(chance->state * 0x2545f4914f6cdd1dU >> 32);
}

/* 0 to limit - 1. */
static inline uint32_t chance_below(struct chance *chance, uint32_t limit)
{
	return (uint32_t)((uint64_t)chance_next(chance) * limit >> 32);
}

/* least to most, the small more often than the large: the mean is at a third of the way. */
static inline uint32_t chance_small(struct chance *chance, uint32_t least, uint32_t most)
{
	uint32_t one = chance_below(chance, most - least + 1);
	uint32_t other = chance_below(chance, most - least + 1);
	return least + (one < other ? one : other);
}

#endif
