#include "mail/mail.h"

#include "base/memory.h"
#include "mail/conversation.h"

#include <stdlib.h>

static void mail_begin_session(struct mail *mail)
{
	mail->state = mail->expected = mail->protocol == MAIL_SMTP ? IN_START : IN_AUTHORIZATION;
	mail->offers_pipelining = mail->is_lmtp = mail->is_logged_in = false;
	mail->recipients = 0;
}

/* All is zero, but what has memory of its own. */
static void mail_begin(
	struct mail *mail, enum mail_protocol protocol, const struct mail_listener *listener)
{
	mail->context = listener->context;
	mail->on_event = listener->on_event;
	mail->wants_oddities = listener->wants_oddities;
	mail->is_brief = listener->is_brief;
	mail->protocol = protocol;
	mail->expects_greeting = true;
	pending_clear(&mail->pending);
	mail_begin_session(mail);
}

struct mail *mail_new(enum mail_protocol protocol, const struct mail_listener *listener)
{
	struct mail *mail = memory_new_line(sizeof *mail);

	mail_begin(mail, protocol, listener);
	return mail;
}

/* The queue and the backlogs, which have memory of their own, are kept. */
void mail_reset(
	struct mail *mail, enum mail_protocol protocol, const struct mail_listener *listener)
{
	const size_t behind = offsetof(struct mail, answered);

	for (size_t i = 0; i < 2; i++)
		if (mail->sides[i].is_holding)
			held_clear(&mail->backlogs[i].held);
	memset(mail, 0, offsetof(struct mail, pending));
	memset((char *)mail + behind, 0, offsetof(struct mail, backlogs) - behind);
	mail_begin(mail, protocol, listener);
}

size_t mail_octets(void)
{
	return sizeof(struct mail);
}

void mail_fini(struct mail *mail)
{
	for (size_t i = 0; i < 2; i++) {
		splitter_fini(&mail->backlogs[i].splitter);
		held_fini(&mail->backlogs[i].held);
	}
	pending_fini(&mail->pending);
}

void mail_free(struct mail *mail)
{
	if (mail == NULL)
		return;
	mail_fini(mail);
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

void mail_prefetch(const struct mail *mail)
{
	PREFETCH(mail);
	PREFETCH(&mail->pending.few);
	PREFETCH(&mail->answered);
	PREFETCH(&mail->content);
	PREFETCH((const char *)&mail->content + CACHE_LINE);
}

size_t mail_feed(struct mail *mail, enum side side, const struct chunk *chunk)
{
	return conversation_feed(mail, side, chunk);
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
				mail, SIDE_CLIENT, ODDITY_OPEN_TLS, mail->last[SIDE_CLIENT]);
		return;
	}
	mail->is_in_tls = true;
	if (!was_sealed)
		return; /* TLS from the connection's first byte: the greeting is still to come */
	pending_clear(&mail->pending);
	mail->reply = (struct reply){.code = 0};
	mail->answered = (struct asked){.kind = ASK_NOTHING};
	mail->login = (struct login){.mechanism = SASL_NONE};
	mail->is_challenged = false;
	mail->expects_greeting = mail->is_midway = false;
	mail_begin_session(mail);
}

bool mail_is_holding(const struct mail *mail, enum side side)
{
	return mail->sides[side].is_holding;
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
