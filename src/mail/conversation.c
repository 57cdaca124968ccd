#include "mail/conversation.h"

#include "base/limits.h"

const struct mail_event event_empty = {.kind = MAIL_GREETING};

static const struct language *language_of(const struct mail *mail)
{
	return mail->protocol == MAIL_SMTP ? &smtp_language : &pop3_language;
}

void conversation_odd(struct mail *mail, enum side side, enum oddity oddity, struct origin origin)
{
	struct mail_event event;

	if (!mail->listener.wants_oddities)
		return;
	event_begin(&event, MAIL_ODDITY, side, origin);
	event.oddity = oddity;
	conversation_give(mail, &event);
}

void conversation_odd_once(
	struct mail *mail, enum side side, enum oddity oddity, struct origin origin)
{
	uint32_t bit = UINT32_C(1) << (unsigned)oddity;

	if (!(mail->said & bit))
		conversation_odd(mail, side, oddity, origin);
	mail->said |= bit;
}

void conversation_judge_line(
	struct mail *mail, enum side side, const struct split_line *line, size_t longest)
{
	if (!mail->listener.wants_oddities)
		return;
	if (line->end == LINE_LF)
		conversation_odd(mail, side, ODDITY_BARE_LF, line->last);
	if (line->end == LINE_CR || span_index(line->text, '\r') < line->text.length)
		conversation_odd(mail, side, ODDITY_BARE_CR, line->last);
	if (line->is_over)
		conversation_odd(mail, side, ODDITY_LINE_OVER_LIMIT, line->last);
	else if (line->octets > longest)
		conversation_odd(mail, side, ODDITY_LONG_LINE, line->last);
}

bool conversation_is_reply_coming(const struct mail *mail)
{
	const struct mail_side *server = &mail->sides[SIDE_SERVER];

	return server->is_seen && !server->is_ended && !mail->is_reply_lost;
}

void conversation_wait(struct mail *mail, enum doubt doubt)
{
	mail->sides[SIDE_CLIENT].doubt = doubt;
	mail->sides[SIDE_CLIENT].waits_for_reply = true;
	mail->is_reply_lost = false;
}

void conversation_release(struct mail *mail)
{
	struct mail_side *client = &mail->sides[SIDE_CLIENT];

	client->doubt = DOUBT_NONE;
	client->waits_for_reply = false;
	client->is_released = true;
	conversation_drain(mail, SIDE_CLIENT, false);
	client->is_released = false;
}

void conversation_seal(struct mail *mail, enum side side)
{
	struct mail_side *from = &mail->sides[side];
	struct split_line line;
	struct mail_event event;

	if (from->mode == MODE_SEALED)
		return;
	if (splitter_flush(&from->splitter, &line))
		language_of(mail)->on_line[side](mail, &line);
	if (mail->content.side == side)
		content_close(mail, false);
	event_begin(&event, MAIL_TLS, side, from->last);
	from->mode = MODE_SEALED;
	from->doubt = DOUBT_NONE;
	from->waits_for_reply = from->wants_tls = false;
	conversation_give(mail, &event);
	conversation_drain(mail, side, true);
}

void conversation_begin_tls(struct mail *mail)
{
	struct mail_side *client = &mail->sides[SIDE_CLIENT];
	struct span held = held_peek(&client->held);

	mail->sides[SIDE_SERVER].wants_tls = true;
	client->wants_tls = true;
	if (held.length == 0 || conversation_looks_like_tls(held.at[0]))
		conversation_seal(mail, SIDE_CLIENT);
	conversation_release(mail);
	if (splitter_is_empty(&client->splitter))
		conversation_seal(mail, SIDE_CLIENT);
}

/* At a line's beginning: whether TLS begins here. Text that still comes is told. */
static bool conversation_turns_to_tls(struct mail *mail, enum side side, const struct chunk *rest)
{
	struct mail_side *from = &mail->sides[side];
	uint8_t octet = rest->bytes.at[0];

	if (from->wants_tls) {
		if (conversation_looks_like_tls(octet))
			conversation_seal(mail, side);
		else
			conversation_odd_once(mail, side, ODDITY_TEXT_BEFORE_TLS, rest->origin);
		return from->mode == MODE_SEALED;
	}
	if (octet != 0x16 || !conversation_is_client_partial(mail) || mail->content.is_open)
		return false;
	/* The STARTTLS exchange is not in the capture. */
	conversation_seal(mail, SIDE_CLIENT);
	conversation_seal(mail, SIDE_SERVER);
	return true;
}

static void conversation_take_line(struct mail *mail, enum side side, struct chunk *rest)
{
	struct mail_side *from = &mail->sides[side];
	struct split_line line;

	if (splitter_is_empty(&from->splitter) && conversation_turns_to_tls(mail, side, rest))
		return;
	if (splitter_take(&from->splitter, rest, &line) == STEP_DONE)
		language_of(mail)->on_line[side](mail, &line);
	if (from->wants_tls && rest->bytes.length == 0 && !from->is_draining &&
		splitter_is_empty(&from->splitter))
		conversation_seal(mail, side);
}

static void conversation_take_message(struct mail *mail, enum side side, struct chunk *rest)
{
	struct mail_side *from = &mail->sides[side];
	bool is_text = from->mode == MODE_TEXT;
	size_t used = is_text ? content_feed(mail, rest) : content_feed_octets(mail, rest);

	rest->bytes = span_from(rest->bytes, used);
	if (is_text ? mail->content.is_open : mail->content.left > 0)
		return;
	from->mode = MODE_LINES;
	language_of(mail)->on_text_end(mail);
}

/* Settles a doubt by what the bytes look like; false when more of them are needed. */
static bool conversation_settle(struct mail *mail, enum side side, struct span head, bool is_forced)
{
	struct mail_side *from = &mail->sides[side];
	enum look look;

	if (from->waits_for_reply && !is_forced && conversation_is_reply_coming(mail))
		return false;
	look = language_of(mail)->look(mail, side, head, is_forced || head.length >= LIMIT_GUESS);
	if (look == LOOK_MORE)
		return false;
	from->waits_for_reply = false;
	language_of(mail)->settle(mail, side, look);
	return true;
}

size_t conversation_consume(struct mail *mail, enum side side, const struct chunk *chunk)
{
	struct mail_side *from = &mail->sides[side];
	struct chunk rest = *chunk;

	while (rest.bytes.length > 0 && from->mode != MODE_SEALED) {
		if (from->doubt != DOUBT_NONE) {
			if (!conversation_settle(mail, side, rest.bytes, false))
				break;
		} else if (from->mode == MODE_LINES) {
			conversation_take_line(mail, side, &rest);
		} else {
			conversation_take_message(mail, side, &rest);
		}
	}
	return chunk->bytes.length - rest.bytes.length;
}

static void conversation_give_gap(
	struct mail *mail, enum side side, uint64_t octets, struct origin origin)
{
	struct mail_event event;

	event_begin(&event, MAIL_GAP, side, origin);
	event.octets = octets;
	conversation_give(mail, &event);
}

/* Between lines, or inside one: what follows may be the end of a line or the beginning of one. */
static void conversation_break_lines(struct mail *mail, enum side side)
{
	struct mail_side *from = &mail->sides[side];
	struct split_line line;

	if (splitter_flush(&from->splitter, &line)) {
		language_of(mail)->on_line[side](mail, &line);
		from->is_line_cut = true;
	}
	if (side == mail->content.side && mail->content.is_open)
		mail->content.is_partial = true;
	if (side == SIDE_SERVER)
		mail->reply.is_partial = mail->reply.is_open;
	if (from->doubt == DOUBT_NONE)
		from->doubt = DOUBT_LINES;
	else
		from->is_fragment = true;
}

static void conversation_break_chunk(struct mail *mail, enum side side, uint64_t octets)
{
	struct content *content = &mail->content;

	content->is_partial = true;
	if (octets < content->left) {
		content->left -= octets;
		return;
	}
	octets -= content->left;
	content->left = 0;
	mail->sides[side].mode = MODE_LINES;
	language_of(mail)->on_text_end(mail);
	if (octets > 0)
		mail->sides[side].doubt = DOUBT_LINES;
}

/* The gap in its place between the bytes. */
static void conversation_take_gap(
	struct mail *mail, enum side side, uint64_t octets, struct origin origin)
{
	struct mail_side *from = &mail->sides[side];

	if (from->doubt != DOUBT_NONE)
		(void)conversation_settle(mail, side, span_of(NULL, 0), true);
	if (from->mode == MODE_SEALED)
		return;
	from->is_lossy = true;
	mail->state = mail->expected = IN_ANY;
	if (from->mode == MODE_TEXT) {
		content_break(mail);
		from->doubt = DOUBT_TEXT;
	} else if (from->mode == MODE_LINES) {
		conversation_break_lines(mail, side);
	}
	conversation_give_gap(mail, side, octets, origin);
	if (from->mode == MODE_OCTETS)
		conversation_break_chunk(mail, side, octets);
	from->last = origin;
}

static void conversation_give_tls(struct mail *mail, enum side side)
{
	struct held *held = &mail->sides[side].held;
	struct chunk chunk = held_front(held);
	struct mail_event event;

	event_begin(&event, MAIL_TLS_BYTES, side, chunk.origin);
	event.text = chunk.bytes;
	event.octets = chunk.bytes.length;
	conversation_give(mail, &event);
	held_take(held, chunk.bytes.length);
}

/* Takes the first of what is held; false when it must wait. */
static bool conversation_drain_front(struct mail *mail, enum side side, bool is_forced)
{
	struct mail_side *from = &mail->sides[side];
	struct origin origin;
	uint64_t gap = held_gap(&from->held, &origin);
	struct chunk front;

	if (from->doubt != DOUBT_NONE) {
		if (from->held.gaps > 0 &&
			!(from->waits_for_reply && conversation_is_reply_coming(mail)))
			is_forced = true; /* what is behind the gap says nothing */
		return conversation_settle(mail, side, held_peek(&from->held), is_forced);
	}
	if (gap > 0) {
		held_take(&from->held, 0);
		conversation_take_gap(mail, side, gap, origin);
		return true;
	}
	if (from->mode == MODE_SEALED) {
		conversation_give_tls(mail, side);
		return true;
	}
	front = held_front(&from->held);
	held_take(&from->held, conversation_consume(mail, side, &front));
	return true;
}

void conversation_drain(struct mail *mail, enum side side, bool is_forced)
{
	struct mail_side *from = &mail->sides[side];

	if (from->is_draining)
		return;
	from->is_draining = true;
	while (!held_is_empty(&from->held) && conversation_drain_front(mail, side, is_forced))
		;
	from->is_draining = false;
}

size_t conversation_hold(struct mail *mail, enum side side, const struct chunk *chunk)
{
	struct mail_side *from = &mail->sides[side];
	struct chunk rest = *chunk;

	while (!held_add(&from->held, &rest)) {
		conversation_drain(mail, side, true);
		if (from->mode == MODE_SEALED)
			return chunk->bytes.length - rest.bytes.length;
		if (!held_is_empty(&from->held))
			continue;
		if (from->doubt != DOUBT_NONE)
			(void)conversation_settle(mail, side, rest.bytes, true);
		rest.bytes = span_from(rest.bytes, conversation_consume(mail, side, &rest));
	}
	conversation_drain(mail, side, false);
	return chunk->bytes.length;
}

void conversation_gap(struct mail *mail, enum side side, uint64_t octets, struct origin origin)
{
	struct mail_side *from = &mail->sides[side];
	bool must_wait = from->waits_for_reply && conversation_is_reply_coming(mail);

	if (must_wait && held_add_gap(&from->held, octets, origin))
		return;
	conversation_drain(mail, side, true);
	conversation_take_gap(mail, side, octets, origin);
	if (side == SIDE_SERVER) {
		mail->is_reply_lost = mail->is_pairing_loose = true;
		conversation_drain(mail, SIDE_CLIENT, false);
	}
}

static void conversation_tell_missing(struct mail *mail, struct origin origin)
{
	const struct asked *oldest = pending_at(&mail->pending, 0);

	if (oldest != NULL && mail->sides[SIDE_SERVER].is_seen && !mail->is_pairing_loose)
		conversation_odd_once(mail, SIDE_SERVER, ODDITY_MISSING_REPLY, origin);
}

/* What was begun on the side and will not be finished. */
static void conversation_finish(struct mail *mail, enum side side, struct origin origin)
{
	struct mail_side *from = &mail->sides[side];
	struct split_line line;

	if (from->mode == MODE_SEALED)
		return;
	if (splitter_flush(&from->splitter, &line))
		language_of(mail)->on_line[side](mail, &line);
	if (from->mode == MODE_OCTETS)
		conversation_odd(mail, side, ODDITY_BDAT_CUT, origin);
	if (from->mode == MODE_TEXT)
		content_break(mail);
	if (mail->content.side == side)
		content_close(mail, false);
	from->mode = MODE_LINES;
}

void conversation_end(struct mail *mail, enum side side, struct origin origin)
{
	struct mail_side *from = &mail->sides[side], *client = &mail->sides[SIDE_CLIENT];
	bool must_wait = from->waits_for_reply && !held_is_empty(&from->held) &&
			 conversation_is_reply_coming(mail);

	from->is_ended = true;
	from->end = origin;
	if (must_wait && side == SIDE_CLIENT)
		return; /* the reply to a client that has said all is still to come */
	conversation_drain(mail, side, true);
	conversation_finish(mail, side, origin);
	if (side == SIDE_CLIENT)
		return;
	conversation_drain(mail, SIDE_CLIENT, client->is_ended);
	if (client->is_ended)
		conversation_finish(mail, SIDE_CLIENT, client->end);
	conversation_tell_missing(mail, origin);
}
