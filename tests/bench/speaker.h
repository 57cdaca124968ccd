/* bench/speaker.h: a session that is being spoken: each step is one packet. */
#ifndef BENCH_SPEAKER_H
#define BENCH_SPEAKER_H

#include "chance.h"
#include "talk.h"

/* What one side says before the other speaks: text, then body, then tail. */
struct turn {
	enum side from;
	size_t length, sent;
	size_t cut; /* a segment ends here, wherever else they end; 0: nowhere */
	size_t text_length;
	struct slice body;
	size_t tail_length;
	uint8_t text[1024];
};

enum phase {
	PHASE_SYN,
	PHASE_ACCEPT,
	PHASE_OPEN,
	PHASE_TALK,
	PHASE_FIN,
	PHASE_ANSWER,
	PHASE_LAST,
	PHASE_OVER
};

struct speaker {
	const struct talk *talk;
	uint32_t number; /* of the session */
	enum phase phase;
	uint32_t row;    /* the next to be said */
	uint32_t rounds; /* left after this one */
	uint32_t unacknowledged;
	bool owes; /* the listener acknowledges before anything else */
	uint64_t messages;
	struct flow flow;
	struct turn turn;
};

/* What all speakers share. */
struct stage {
	struct sink sink;
	struct chance chance;
	struct pool pools[POOL_KINDS];
};

/* number: of the session, from 0; makes addresses and ports that no other has for long. */
void speaker_init(
	struct speaker *speaker, struct stage *stage, const struct talk *talk, uint32_t number);

/* Writes a packet, at the stage's time; false, and writes none, when the session is over. */
bool speaker_step(struct speaker *speaker, struct stage *stage);

#endif
