#include "replay/plan.h"

#include "base/memory.h"

#include <stdlib.h>

enum tls_mode replay_tls_mode(const struct tape *tape)
{
	switch (tape->transport) {
	case TRANSPORT_STARTTLS:
		return TLS_MODE_STARTTLS;
	case TRANSPORT_TLS:
		return TLS_MODE_IMPLICIT;
	default:
		return TLS_MODE_NONE;
	}
}

static enum verb_effect effect_of(const struct tape_step *step)
{
	return step->verb != NULL && step->kind == TAPE_COMMAND ? step->verb->effect : EFFECT_NONE;
}

static bool has_argument(const struct tape_step *step)
{
	struct span said = step->said;

	(void)span_word(&said);
	return said.length > 0;
}

/* The last step of the login that begins here; index where none does, or where only a part of one
 * is recorded. */
static size_t end_of_login(const struct tape *tape, size_t index, bool *is_login)
{
	const struct tape_step *step = &tape->steps[index];
	size_t last = index;

	*is_login = true;
	switch (effect_of(step)) {
	case EFFECT_AUTH:
		*is_login = has_argument(step);
		while (last + 1 < tape->count && tape->steps[last + 1].kind == TAPE_RESPONSE)
			last++;
		break;
	case EFFECT_USER:
		*is_login = index + 1 < tape->count &&
			    effect_of(&tape->steps[index + 1]) == EFFECT_PASSWORD;
		last += *is_login;
		break;
	case EFFECT_PASSWORD:
		*is_login = strcmp(step->verb->name, "APOP") == 0;
		break;
	default:
		*is_login = false;
	}
	return last;
}

static void add(struct replay_plan *plan, enum replay_move_kind kind, size_t step, size_t last)
{
	plan->moves[plan->count++] = (struct replay_move){kind, step, last};
}

/* Whether TLS that the recording has not begins behind this step. */
static bool begins_tls(const struct tape *tape, size_t index)
{
	if (tape->protocol == MAIL_POP3)
		return index == 0;
	return effect_of(&tape->steps[index]) == EFFECT_HELLO &&
	       tape_class(tape->steps[index].reply.code) == 2;
}

static bool is_taken_starttls(const struct tape_step *step)
{
	return effect_of(step) == EFFECT_TLS && tape_class(step->reply.code) == 2;
}

void replay_plan_make(
	struct replay_plan *plan, const struct tape *tape, enum tls_mode tls, bool has_user)
{
	bool lacks_tls = tls == TLS_MODE_STARTTLS && replay_tls_mode(tape) != TLS_MODE_STARTTLS;

	*plan = (struct replay_plan){.moves = memory_new(tape->count + 2, sizeof *plan->moves)};
	for (size_t i = 0; i < tape->count; i++) {
		bool is_login;
		size_t last = end_of_login(tape, i, &is_login);

		if (is_login && has_user) {
			add(plan, REPLAY_LOG_IN, i, last);
			i = last;
			continue;
		}
		add(plan,
			is_taken_starttls(&tape->steps[i]) && tls != TLS_MODE_STARTTLS
				? REPLAY_PASS_OVER
				: REPLAY_PLAY,
			i, i);
		if (!lacks_tls || !begins_tls(tape, i))
			continue;
		add(plan, REPLAY_START_TLS, i, i);
		if (tape->protocol == MAIL_SMTP)
			add(plan, REPLAY_PLAY_AGAIN, i, i);
		lacks_tls = false;
	}
}

void replay_plan_fini(struct replay_plan *plan)
{
	free(plan->moves);
	*plan = (struct replay_plan){NULL, 0};
}
