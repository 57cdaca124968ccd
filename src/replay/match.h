/* replay/match.h: which step of a tape a live client's command is: by verb and class of
 * argument, not by octets. */
#ifndef REPLAY_MATCH_H
#define REPLAY_MATCH_H

#include "replay/tape.h"

/* A live command. */
struct replay_asked {
	struct span line;
	bool is_sealed; /* TLS is on, or counts as on */
};

/* How near the recording comes to it. */
enum replay_near {
	REPLAY_NEAR_STEP,     /* it is a step */
	REPLAY_NEAR_ARGUMENT, /* the verb was recorded, but with nothing of this kind behind it */
	REPLAY_NEAR_NOTHING,
};

/* *index: the step that answers it: the first of its kind that was not used yet, with the same
 * argument if there is one; when all were used, the last. used has a place for each step. */
enum replay_near replay_match(const struct tape *tape, const uint8_t *used,
	const struct replay_asked *asked, size_t *index);

/* Appends what the recording has in store: "RCPT or DATA", "RETR 2", "nothing more". */
void replay_add_expected(const struct tape *tape, const uint8_t *used, struct buffer *out);

#endif
