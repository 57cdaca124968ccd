#include "mail/mail.h"

#include "base/memory.h"
#include "mail/conversation.h"

#include <stdlib.h>

static void mail_begin_session(struct mail *mail)
{
	mail->state = mail->expected = mail->protocol == MAIL_SMTP ? IN_START : IN_AUTHORIZATION;
	mail->offers_pipelining = mail->is_lmtp = false;
	mail->recipients = 0;
}

struct mail *mail_new(enum mail_protocol protocol, const struct mail_listener *listener)
{
	struct mail *mail = memory_new(1, sizeof *mail);

	mail->protocol = protocol;
	mail->listener = *listener;
	mail->expects_greeting = true;
	mail_begin_session(mail);
	return mail;
}

void mail_free(struct mail *mail)
{
	if (mail == NULL)
		return;
	for (size_t i = 0; i < 2; i++) {
		splitter_fini(&mail->sides[i].splitter);
		held_fini(&mail->sides[i].held);
	}
	pending_fini(&mail->pending);
	free(mail);
}

void mail_begin_midway(struct mail *mail)
{
	mail->is_midway = true;
	mail->expects_greeting = false;
	mail->state = mail->expected = IN_ANY;
	for (size_t i = 0; i < 2; i++)
		mail->sides[i].doubt = DOUBT_BEGIN;
}

size_t mail_feed(struct mail *mail, enum side side, const struct chunk *chunk)
{
	struct mail_side *from = &mail->sides[side];
	struct chunk rest = *chunk;
	size_t used = 0;

	if (from->mode == MODE_SEALED || chunk->bytes.length == 0)
		return 0;
	from->is_seen = true;
	from->last = chunk->origin;
	if (held_is_empty(&from->held))
		used = conversation_consume(mail, side, chunk);
	if (used == chunk->bytes.length || from->mode == MODE_SEALED)
		return used;
	rest.bytes = span_from(chunk->bytes, used);
	return used + conversation_hold(mail, side, &rest);
}

void mail_gap(struct mail *mail, enum side side, uint64_t octets, struct origin origin)
{
	if (octets > 0 && mail->sides[side].mode != MODE_SEALED)
		conversation_gap(mail, side, octets, origin);
}

void mail_end(struct mail *mail, enum side side, struct origin origin)
{
	conversation_end(mail, side, origin);
}

bool mail_is_sealed(const struct mail *mail, enum side side)
{
	return mail->sides[side].mode == MODE_SEALED;
}

void mail_continue(struct mail *mail, bool with_tls)
{
	bool was_sealed = false;

	for (size_t i = 0; i < 2; i++) {
		struct mail_side *side = &mail->sides[i];

		was_sealed = was_sealed || side->mode == MODE_SEALED;
		if (side->mode == MODE_SEALED)
			side->mode = MODE_LINES;
		side->wants_tls = false;
	}
	if (!with_tls) {
		if (was_sealed)
			conversation_odd_once(
				mail, SIDE_CLIENT, ODDITY_OPEN_TLS, mail->sides[SIDE_CLIENT].last);
		return;
	}
	mail->is_in_tls = true;
	if (!was_sealed)
		return; /* TLS from the connection's first byte: the greeting is still to come */
	pending_drop(&mail->pending, mail->pending.count);
	mail->reply = (struct reply){.code = 0};
	mail->login = (struct login){.mechanism = SASL_NONE};
	mail->expects_greeting = mail->is_midway = false;
	mail_begin_session(mail);
}

bool mail_is_holding(const struct mail *mail, enum side side)
{
	return !held_is_empty(&mail->sides[side].held);
}

/* RFC 5321 4.1.2: a ">" inside a quoted local part does not end the path. */
static size_t path_end(struct span path)
{
	bool is_quoted = false;
	size_t i = 0;

	for (; i < path.length; i++) {
		if (path.at[i] == '\\' && is_quoted)
			i++;
		else if (path.at[i] == '"')
			is_quoted = !is_quoted;
		else if (path.at[i] == '>' && !is_quoted)
			break;
	}
	return i < path.length ? i : path.length;
}

struct span mail_path(struct span command_line)
{
	struct span rest = command_line;
	size_t colon;

	(void)span_word(&rest);
	colon = span_index(rest, ':');
	rest = span_trim(span_from(rest, colon < rest.length ? colon + 1 : 0));
	if (rest.length == 0 || rest.at[0] != '<')
		return span_word(&rest);
	rest = span_from(rest, 1);
	return span_first(rest, path_end(rest));
}
