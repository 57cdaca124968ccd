#include "practice/talk.h"

#include <openssl/crypto.h>

enum { GUARD_LEAST = 4 }; /* octets: what is shorter stands in any text */

void talk_init(struct talk *talk, const struct talk_kind *kind, unsigned idle)
{
	talk->kind = kind;
	talk->idle = idle;
	buffer_init(&talk->out, LIMIT_PRACTICE_OUT);
	buffer_init(&talk->said, LIMIT_PRACTICE_LOGIN + 2);
}

static void forget_said(struct talk *talk)
{
	if (talk->said.size > 0)
		OPENSSL_cleanse(talk->said.at, talk->said.size);
	buffer_clear(&talk->said);
}

static struct span without_end(struct span line)
{
	if (line.length > 0 && line.at[line.length - 1] == '\n')
		line.length--;
	if (line.length > 0 && line.at[line.length - 1] == '\r')
		line.length--;
	return line;
}

static void tell_said(struct talk *talk)
{
	struct span said = buffer_span(&talk->said);
	struct span secret = span_of(NULL, 0);

	if (talk->kind->secret != NULL)
		secret = talk->kind->secret(talk, without_end(said));
	if (secret.length >= GUARD_LEAST && talk->tap.on_guard != NULL)
		talk->tap.on_guard(talk->tap.context, secret);
	talk->tap.on_octets(talk->tap.context, SIDE_CLIENT, said, secret.length > 0);
	forget_said(talk);
}

void talk_fini(struct talk *talk)
{
	if (talk->said.length > 0)
		tell_said(talk);
	forget_said(talk);
	buffer_fini(&talk->said);
	buffer_fini(&talk->out);
}

void talk_hear(struct talk *talk, struct span octets)
{
	if (talk->tap.on_octets != NULL && octets.length > 0)
		talk->tap.on_octets(talk->tap.context, SIDE_CLIENT, octets, false);
}

void talk_hear_break(struct talk *talk)
{
	if (talk->tap.on_octets != NULL)
		talk->tap.on_octets(talk->tap.context, SIDE_CLIENT, span_of(NULL, 0), false);
}

/* All the room at once: growing would leave copies of a secret. What is too long to be a line is
 * told in parts, each judged by its own beginning. */
void talk_hear_line(struct talk *talk, struct span octets)
{
	if (talk->tap.on_octets == NULL)
		return;
	buffer_reserve(&talk->said, talk->said.limit - talk->said.length);
	while (octets.length > 0) {
		struct span part = span_first(octets, talk->said.limit - talk->said.length);

		buffer_add_span(&talk->said, part);
		octets = span_from(octets, part.length);
		if (talk->said.length == talk->said.limit || part.at[part.length - 1] == '\n')
			tell_said(talk);
	}
}

size_t talk_feed(struct talk *talk, struct span octets)
{
	struct span left = octets;

	while (talk_may_go_on(talk) && (talk->has_more || left.length > 0)) {
		if (talk->has_more)
			talk->kind->give(talk);
		else
			talk->kind->take(talk, &left);
	}
	return octets.length - left.length;
}

void talk_wait(struct talk *talk, uint64_t milliseconds)
{
	if (milliseconds == 0)
		return;
	if (talk->pause == 0)
		talk->pause_at = talk->out.length;
	talk->pause += milliseconds;
}
