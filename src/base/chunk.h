/* base/chunk.h: bytes on their way up the pipeline, with where and when they came. */
#ifndef BASE_CHUNK_H
#define BASE_CHUNK_H

#include "base/span.h"

/* The client opens the connection, the server answers. */
enum side { SIDE_CLIENT = 0, SIDE_SERVER = 1 };

static inline enum side side_other(enum side side)
{
	return side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
}

/* Where and when a byte came: frame number (from 1), nanoseconds since 1970-01-01 UTC. */
struct origin {
	uint64_t frame;
	int64_t time;
};

/* Bytes of one direction, in order, each once. The span holds until the call returns. */
struct chunk {
	struct span bytes;
	struct origin origin;
};

#endif
