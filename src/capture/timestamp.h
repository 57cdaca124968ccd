/* capture/timestamp.h: an interface's clock ticks as nanoseconds since 1970-01-01 UTC. */
#ifndef CAPTURE_TIMESTAMP_H
#define CAPTURE_TIMESTAMP_H

#include "base/attributes.h"

#include <stdint.h>

struct timestamp_clock {
	uint64_t factor;        /* nanoseconds a tick, where that is whole */
	uint64_t limit;         /* ticks below it need a multiplication and an addition, no more */
	int64_t offset;         /* nanoseconds */
	int64_t offset_seconds; /* if_tsoffset */
	uint8_t resolution;     /* if_tsresol */
};

/* resolution: 10 to the minus n seconds a tick, with the top bit 2 to the minus n. */
void timestamp_init(struct timestamp_clock *clock, uint8_t resolution, int64_t offset_seconds);

/* The same for every clock, by 128-bit arithmetic. What does not fit becomes the earliest or latest
 * time. */
int64_t timestamp_any(const struct timestamp_clock *clock, uint64_t ticks);

static inline int64_t timestamp_of(const struct timestamp_clock *clock, uint64_t ticks)
{
	if (LIKELY(ticks < clock->limit))
		return (int64_t)(ticks * clock->factor) + clock->offset;
	return timestamp_any(clock, ticks);
}

#endif
