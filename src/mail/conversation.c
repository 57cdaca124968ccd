#include "mail/conversation.h"

#include "base/limits.h"

enum { TLS_HANDSHAKE = 0x16 }; /* RFC 8446 5.1 */

bool conversation_is_reply_coming(const struct mail *mail)
{
	const struct mail_side *server = &mail->sides[SIDE_SERVER];

	return server->is_seen && !server->is_ended && !mail->is_reply_lost;
}

void conversation_tighten(struct mail *mail, const struct mail_event *command)
{
	const struct asked *newest = pending_newest(&mail->pending);

	if (newest != NULL && newest->origin.frame == command->last.frame)
		return;
	pending_clear(&mail->pending);
	mail->is_pairing_loose = false;
}

void conversation_wait(struct mail *mail, enum doubt doubt)
{
	mail->sides[SIDE_CLIENT].doubt = doubt;
	mail->sides[SIDE_CLIENT].waits_for_reply = true;
	mail->is_reply_lost = false;
}

static void conversation_take_held(struct mail *mail, enum side side, size_t octets)
{
	held_take(conversation_held(mail, side), octets);
	mail->sides[side].is_holding = !held_is_empty(conversation_held(mail, side));
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

void conversation_end_line(struct mail *mail, enum side side, const struct origin *lf)
{
	struct mail_event event;

	mail->sides[side].is_line_begun = false;
	event_begin_line(&event, side);
	splitter_end(&mail->backlogs[side].splitter, lf, &event);
	language_of(mail)->on_line[side](mail, &event);
}

void conversation_seal(struct mail *mail, enum side side)
{
	struct mail_side *from = &mail->sides[side];
	struct mail_event event;

	if (from->mode == MODE_SEALED)
		return;
	if (from->is_line_begun)
		conversation_end_line(mail, side, NULL);
	conversation_drop_content(mail, side);
	event_begin(&event, MAIL_TLS, side, mail->last[side]);
	from->mode = MODE_SEALED;
	from->doubt = DOUBT_NONE;
	from->waits_for_reply = from->wants_tls = false;
	conversation_give(mail, &event);
	conversation_drain(mail, side, true);
}

void conversation_begin_tls(struct mail *mail)
{
	struct mail_side *client = &mail->sides[SIDE_CLIENT];
	struct span held = held_peek(conversation_held(mail, SIDE_CLIENT));

	mail->sides[SIDE_SERVER].wants_tls = true;
	client->wants_tls = true;
	if (held.length == 0 || conversation_looks_like_tls(held.at[0]))
		conversation_seal(mail, SIDE_CLIENT);
	conversation_release(mail);
	if (!client->is_line_begun)
		conversation_seal(mail, SIDE_CLIENT);
}

void conversation_answer_auth(struct mail *mail, bool is_challenged)
{
	mail->is_challenged = is_challenged;
	if (mail->sides[SIDE_CLIENT].doubt == DOUBT_AUTH)
		conversation_release(mail);
}

void conversation_answer_tls(struct mail *mail, bool is_granted)
{
	if (is_granted)
		conversation_begin_tls(mail);
	else if (mail->sides[SIDE_CLIENT].doubt == DOUBT_TLS)
		conversation_release(mail);
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
	if (octet != TLS_HANDSHAKE || !conversation_is_client_partial(mail) || mail->has_content)
		return false;
	/* The STARTTLS exchange is not in the capture. */
	conversation_seal(mail, SIDE_CLIENT);
	conversation_seal(mail, SIDE_SERVER);
	return true;
}

static NEVER_INLINE void conversation_begin_line(
	struct mail *mail, enum side side, struct span bytes, const struct origin *origin)
{
	splitter_keep(&mail->backlogs[side].splitter, &(struct chunk){bytes, *origin}, false);
	mail->sides[side].is_line_begun = true;
}

/* More of a line whose beginning is kept. */
static void conversation_continue_line(struct mail *mail, enum side side, struct chunk *rest)
{
	size_t at = span_index(rest->bytes, '\n');
	struct chunk piece = {span_first(rest->bytes, at), rest->origin};

	splitter_keep(&mail->backlogs[side].splitter, &piece, true);
	if (at < rest->bytes.length)
		conversation_end_line(mail, side, &piece.origin);
	rest->bytes = span_from(rest->bytes, at + 1);
}

/* The ordinary case: a line from its beginning on. The bytes behind it. */
static ALWAYS_INLINE struct span conversation_take_line(
	struct mail *mail, enum side side, struct span bytes, const struct origin *origin)
{
	const uint8_t *lf = memchr(bytes.at, '\n', bytes.length);
	struct mail_event event;

	if (UNLIKELY(lf == NULL)) {
		conversation_begin_line(mail, side, bytes, origin);
		return span_of(bytes.at + bytes.length, 0);
	}
	event_begin_line(&event, side);
	event.first = event.last = *origin;
	splitter_cut(bytes.at, lf, &event);
	language_of(mail)->on_line[side](mail, &event);
	return span_of(lf + 1, (size_t)(bytes.at + bytes.length - lf) - 1);
}

/* A line where TLS may begin, or that has begun in an earlier chunk. */
static void conversation_take_other_line(struct mail *mail, enum side side, struct chunk *rest)
{
	if (mail->sides[side].is_line_begun)
		conversation_continue_line(mail, side, rest);
	else if (!conversation_turns_to_tls(mail, side, rest))
		rest->bytes = conversation_take_line(mail, side, rest->bytes, &rest->origin);
}

/* All that was sent in clear before TLS is taken. */
static bool conversation_ends_in_clear(const struct mail_side *from, const struct chunk *rest)
{
	return from->wants_tls && rest->bytes.length == 0 && from->mode == MODE_LINES &&
	       !from->is_draining && !from->is_line_begun;
}

static void conversation_take_message(struct mail *mail, enum side side, struct chunk *rest)
{
	struct mail_side *from = &mail->sides[side];
	bool is_text = from->mode == MODE_TEXT;
	size_t used = is_text ? content_feed(mail, rest) : content_feed_octets(mail, rest);

	rest->bytes = span_from(rest->bytes, used);
	if (is_text ? mail->has_content : mail->content.left > 0)
		return;
	from->mode = MODE_LINES;
	language_of(mail)->on_text_end(mail);
}

bool conversation_settle(struct mail *mail, enum side side, struct span head, bool is_forced)
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

/* What is not plain: messages, doubts, TLS that is to begin. The octets not consumed. */
static NEVER_INLINE size_t conversation_take_rest(
	struct mail *mail, enum side side, struct span bytes, const struct origin *origin)
{
	struct mail_side *from = &mail->sides[side];
	struct chunk rest = {bytes, *origin};

	while (rest.bytes.length > 0 && from->mode != MODE_SEALED) {
		if (from->doubt != DOUBT_NONE) {
			if (!conversation_settle(mail, side, rest.bytes, false))
				break;
		} else if (from->mode == MODE_LINES) {
			conversation_take_other_line(mail, side, &rest);
		} else {
			conversation_take_message(mail, side, &rest);
		}
	}
	if (conversation_ends_in_clear(from, &rest))
		conversation_seal(mail, side);
	return rest.bytes.length;
}

/* Nothing is known of the side but that it sends lines, and stands at the beginning of one. */
static ALWAYS_INLINE bool is_plain(const struct mail_side *from, struct span bytes)
{
	return bytes.length > 0 && from->mode == MODE_LINES && from->doubt == DOUBT_NONE &&
	       !from->is_line_begun && !from->wants_tls && bytes.at[0] != TLS_HANDSHAKE;
}

/* Takes bytes as far as it is known what they are; the octets consumed. */
static ALWAYS_INLINE size_t conversation_consume(
	struct mail *mail, enum side side, const struct chunk *chunk)
{
	const struct mail_side *from = &mail->sides[side];
	struct span rest = chunk->bytes;

	while (LIKELY(is_plain(from, rest)))
		rest = conversation_take_line(mail, side, rest, &chunk->origin);
	if (UNLIKELY(rest.length > 0 || from->wants_tls))
		rest.length = conversation_take_rest(mail, side, rest, &chunk->origin);
	return chunk->bytes.length - rest.length;
}

static void conversation_give_tls(struct mail *mail, enum side side)
{
	struct chunk chunk = held_front(conversation_held(mail, side));
	struct mail_event event;

	event_begin(&event, MAIL_TLS_BYTES, side, chunk.origin);
	event.text = chunk.bytes;
	event.octets = chunk.bytes.length;
	conversation_give(mail, &event);
	conversation_take_held(mail, side, chunk.bytes.length);
}

/* Takes the first of what is held; false when it must wait. */
static bool conversation_drain_front(struct mail *mail, enum side side, bool is_forced)
{
	struct mail_side *from = &mail->sides[side];
	struct held *held = conversation_held(mail, side);
	struct origin origin;
	uint64_t gap = held_gap(held, &origin);
	struct chunk front;

	if (from->doubt != DOUBT_NONE) {
		if (held->gaps > 0 &&
			!(from->waits_for_reply && conversation_is_reply_coming(mail)))
			is_forced = true; /* what is behind the gap says nothing */
		return conversation_settle(mail, side, held_peek(held), is_forced);
	}
	if (gap > 0) {
		conversation_take_held(mail, side, 0);
		conversation_take_gap(mail, side, gap, origin);
		return true;
	}
	if (from->mode == MODE_SEALED) {
		conversation_give_tls(mail, side);
		return true;
	}
	front = held_front(held);
	conversation_take_held(mail, side, conversation_consume(mail, side, &front));
	return true;
}

void conversation_drain_held(struct mail *mail, enum side side, bool is_forced)
{
	struct mail_side *from = &mail->sides[side];

	if (from->is_draining)
		return;
	from->is_draining = true;
	while (from->is_holding && conversation_drain_front(mail, side, is_forced))
		;
	from->is_draining = false;
}

/* Keeps bytes that were not consumed; the octets kept (fewer: TLS began). */
static NEVER_INLINE size_t conversation_hold(
	struct mail *mail, enum side side, struct span bytes, const struct origin *origin)
{
	struct mail_side *from = &mail->sides[side];
	struct chunk rest = {bytes, *origin};

	while (!held_add(conversation_held(mail, side), &rest)) {
		conversation_drain(mail, side, true);
		if (from->mode == MODE_SEALED)
			return bytes.length - rest.bytes.length;
		if (from->is_holding)
			continue;
		if (from->doubt != DOUBT_NONE)
			(void)conversation_settle(mail, side, rest.bytes, true);
		rest.bytes = span_from(rest.bytes, conversation_consume(mail, side, &rest));
	}
	from->is_holding = !held_is_empty(conversation_held(mail, side));
	conversation_drain(mail, side, false);
	return bytes.length;
}

size_t conversation_feed(struct mail *mail, enum side side, const struct chunk *chunk)
{
	struct mail_side *from = &mail->sides[side];
	size_t used = 0;

	if (from->mode == MODE_SEALED || chunk->bytes.length == 0)
		return 0;
	from->is_seen = true;
	mail->last[side] = chunk->origin;
	if (LIKELY(!from->is_holding))
		used = conversation_consume(mail, side, chunk);
	if (LIKELY(used == chunk->bytes.length) || from->mode == MODE_SEALED)
		return used;
	return used + conversation_hold(mail, side, span_from(chunk->bytes, used), &chunk->origin);
}
