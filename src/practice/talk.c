#include "practice/talk.h"

void talk_init(struct talk *talk, const struct talk_kind *kind, unsigned idle)
{
	talk->kind = kind;
	talk->idle = idle;
	buffer_init(&talk->out, LIMIT_PRACTICE_OUT);
}

void talk_fini(struct talk *talk)
{
	buffer_fini(&talk->out);
}

void talk_wait(struct talk *talk, uint64_t milliseconds)
{
	if (milliseconds == 0)
		return;
	if (talk->pause == 0)
		talk->pause_at = talk->out.length;
	talk->pause += milliseconds;
}
