/* mail/pending.h: the commands that wait for their replies, oldest first. */
#ifndef MAIL_PENDING_H
#define MAIL_PENDING_H

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
	enum ask kind;
	bool is_many; /* POP3: the positive reply has many lines */
	bool is_last; /* BDAT LAST */
};

enum { PENDING_FEW = 4 }; /* a power of two, as every size of the ring */

/* All zero is an empty one; memory is taken only when more than a few commands wait. */
struct pending {
	struct asked few[PENDING_FEW];
	struct asked *ring; /* NULL: few */
	size_t first, count, size;
};

/* Beyond LIMIT_PENDING the oldest is forgotten. */
void pending_add(struct pending *pending, const struct asked *asked);

/* The index-th, 0 the oldest; NULL when there are no so many. */
struct asked *pending_at(struct pending *pending, size_t index);

static inline struct asked *pending_newest(struct pending *pending)
{
	return pending->count > 0 ? pending_at(pending, pending->count - 1) : NULL;
}

/* Forgets the count oldest. */
void pending_drop(struct pending *pending, size_t count);

void pending_fini(struct pending *pending);

static inline enum verb_effect asked_effect(const struct asked *asked)
{
	return asked->verb != NULL ? asked->verb->effect : EFFECT_NONE;
}

#endif
