/* replay/plan.h: what a client does to play a tape to a live server, step by step. */
#ifndef REPLAY_PLAN_H
#define REPLAY_PLAN_H

#include "client/login.h"
#include "replay/tape.h"

enum replay_move_kind {
	REPLAY_PLAY,      /* the step as it is recorded */
	REPLAY_LOG_IN,    /* the steps up to last are a login: it is made anew */
	REPLAY_PASS_OVER, /* STARTTLS that is not wanted */
	REPLAY_START_TLS, /* STARTTLS, or STLS, that the recording has not */
	REPLAY_PLAY_AGAIN /* EHLO behind it */
};

struct replay_move {
	enum replay_move_kind kind;
	size_t step, last;
};

struct replay_plan {
	struct replay_move *moves;
	size_t count;
};

/* How the recorded session came to TLS. */
enum tls_mode replay_tls_mode(const struct tape *tape);

/* has_user: who logs in is given, and logins are made anew. */
void replay_plan_make(
	struct replay_plan *plan, const struct tape *tape, enum tls_mode tls, bool has_user);
void replay_plan_fini(struct replay_plan *plan);

#endif
