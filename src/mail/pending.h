/* mail/pending.h: the commands that wait for their replies, oldest first. */
#ifndef MAIL_PENDING_H
#define MAIL_PENDING_H

#include "base/attributes.h"
#include "base/limits.h"
#include "mail/mail.h"

enum ask {
	ASK_NOTHING,
	ASK_COMMAND,
	ASK_MESSAGE, /* the end of a message's text: the second reply to DATA */
};

struct asked {
	const struct verb *verb; /* NULL: unknown */
	struct origin origin;    /* of the last octet of what is to be answered */
	uint32_t number;         /* the command's, from 1 */
	enum ask kind : 8;
	enum verb_effect effect : 8; /* the verb's */
	bool is_many;                /* POP3: the positive reply has many lines */
	bool is_last;                /* BDAT LAST */
};

enum { PENDING_FEW = 4 }; /* a power of two, as every size of the ring */

/* Memory is taken only when more than a few commands wait. A queue that gets empty begins at its
 * first place again: so that one command after the other uses the same cache line. */
struct pending {
	struct asked *ring; /* few, or memory of its own */
	uint16_t first, count, size;
	struct asked few[PENDING_FEW];
};

/* Makes one that is all zero ready, which must stay where it is then; or forgets all commands, but
 * keeps its memory. */
void pending_clear(struct pending *pending);
void pending_fini(struct pending *pending);

/* Makes room for one more. */
void pending_make_room(struct pending *pending);

static inline struct asked *pending_place(struct pending *pending, size_t index)
{
	return &pending->ring[(pending->first + index) & (pending->size - 1U)];
}

/* The index-th, 0 the oldest; NULL when there are no so many. */
static inline struct asked *pending_at(struct pending *pending, size_t index)
{
	return index < pending->count ? pending_place(pending, index) : NULL;
}

static inline struct asked *pending_newest(struct pending *pending)
{
	return pending->count > 0 ? pending_place(pending, pending->count - 1U) : NULL;
}

/* The place of one more, to be filled. Beyond LIMIT_PENDING the oldest is forgotten. */
static inline struct asked *pending_push(struct pending *pending)
{
	if (UNLIKELY(pending->count == pending->size))
		pending_make_room(pending);
	return pending_place(pending, pending->count++);
}

/* Forgets the count oldest. */
static inline void pending_drop(struct pending *pending, size_t count)
{
	if (LIKELY(count >= pending->count)) {
		pending->first = pending->count = 0;
		return;
	}
	pending->first = (uint16_t)((pending->first + count) & (pending->size - 1U));
	pending->count = (uint16_t)(pending->count - count);
}

#endif
