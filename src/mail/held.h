/* mail/held.h: bytes of one direction kept, with their origins, until it is known what they are. */
#ifndef MAIL_HELD_H
#define MAIL_HELD_H

#include "mail/mail.h"

/* All zero is an empty one. */
struct held {
	struct buffer bytes;  /* the octets */
	struct buffer pieces; /* their origins, and the gaps between them */
	size_t byte, piece;   /* the first that were not taken yet: offsets in the two */
	size_t gaps;          /* gaps among the pieces */
};

bool held_is_empty(const struct held *held);

/* Appends a copy; false, with nothing kept, when that would pass LIMIT_BARRIER. */
bool held_add(struct held *held, const struct chunk *chunk);
bool held_add_gap(struct held *held, uint64_t octets, struct origin origin);

/* The octets at the front, whole up to the next gap. */
struct span held_peek(const struct held *held);

/* The front when it is a gap: its octets, 0 when it is none. */
uint64_t held_gap(const struct held *held, struct origin *origin);

/* The front piece (not a gap), valid until the next change. */
struct chunk held_front(const struct held *held);

/* Takes octets off the front piece; a gap is taken whole with any number. */
void held_take(struct held *held, size_t octets);

/* Forgets all; keeps its memory. */
void held_clear(struct held *held);
void held_fini(struct held *held);

#endif
