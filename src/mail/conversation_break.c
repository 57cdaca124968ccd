/* What breaks off what a side says: gaps and ends. And what is odd about it. */
#include "mail/conversation.h"

void conversation_odd(struct mail *mail, enum side side, enum oddity oddity, struct origin origin)
{
	struct mail_event event;

	if (!mail->wants_oddities)
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

void conversation_judge_line(struct mail *mail, const struct mail_event *line, size_t longest)
{
	enum side side = line->side;

	if (!mail->wants_oddities)
		return;
	if (line->end == LINE_LF)
		conversation_odd(mail, side, ODDITY_BARE_LF, line->last);
	if (line->end == LINE_CR || span_index(line->text, '\r') < line->text.length)
		conversation_odd(mail, side, ODDITY_BARE_CR, line->last);
	if (splitter_is_over(line))
		conversation_odd(mail, side, ODDITY_LINE_OVER_LIMIT, line->last);
	else if (line->octets > longest)
		conversation_odd(mail, side, ODDITY_LONG_LINE, line->last);
}

void conversation_judge_order(struct mail *mail, const struct mail_event *command)
{
	const struct mail_side *server = &mail->sides[SIDE_SERVER];
	const struct verb *verb = command->verb;
	bool is_early = mail->pending.count > 0 || mail->sides[SIDE_CLIENT].is_released;

	if (verb == NULL)
		conversation_odd(mail, SIDE_CLIENT, ODDITY_UNKNOWN_VERB, command->last);
	else if (!(verb->states & mail->expected) ||
		 (mail->is_logged_in && verb->effect == EFFECT_AUTH)) /* RFC 4954 4 */
		conversation_odd(mail, SIDE_CLIENT, ODDITY_OUT_OF_ORDER, command->last);
	if (is_early && !mail->offers_pipelining && server->is_seen && !server->is_lossy &&
		!mail->is_midway)
		conversation_odd_once(mail, SIDE_CLIENT, ODDITY_NOT_PIPELINED, command->last);
}

void conversation_judge_blanks(struct mail *mail, const struct mail_event *command)
{
	struct span last = span_from(command->text, command->text.length - 1);

	if (command->text.length > 0 && (last.at[0] == ' ' || last.at[0] == '\t'))
		conversation_odd(mail, SIDE_CLIENT, ODDITY_TRAILING_BLANKS, command->last);
}

void conversation_drop_content(struct mail *mail, enum side side)
{
	if (mail->has_content && mail->content.side == side)
		content_close(mail, false);
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

	if (from->is_line_begun) {
		conversation_end_line(mail, side, NULL);
		from->is_line_cut = true;
	}
	if (mail->has_content && mail->content.side == side)
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

void conversation_take_gap(struct mail *mail, enum side side, uint64_t octets, struct origin origin)
{
	struct mail_side *from = &mail->sides[side];

	if (from->doubt != DOUBT_NONE)
		(void)conversation_settle(mail, side, span_of(NULL, 0), true);
	if (from->mode == MODE_SEALED)
		return;
	from->is_lossy = true;
	if (side == SIDE_CLIENT && mail->login.next == SASL_PART_USER)
		mail->login.next = SASL_PART_PASSWORD; /* the name may be what is missing */
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
	mail->last[side] = origin;
}

void conversation_gap(struct mail *mail, enum side side, uint64_t octets, struct origin origin)
{
	struct mail_side *from = &mail->sides[side];
	bool must_wait = from->waits_for_reply && conversation_is_reply_coming(mail);

	if (must_wait && held_add_gap(conversation_held(mail, side), octets, origin)) {
		from->is_holding = true;
		return;
	}
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
static NEVER_INLINE void conversation_give_up(
	struct mail *mail, enum side side, struct origin origin)
{
	struct mail_side *from = &mail->sides[side];

	if (from->is_line_begun)
		conversation_end_line(mail, side, NULL);
	if (from->mode == MODE_OCTETS)
		conversation_odd(mail, side, ODDITY_BDAT_CUT, origin);
	if (from->mode == MODE_TEXT)
		content_break(mail);
	conversation_drop_content(mail, side);
	from->mode = MODE_LINES;
}

static inline void conversation_finish(struct mail *mail, enum side side, struct origin origin)
{
	const struct mail_side *from = &mail->sides[side];

	if (from->mode != MODE_SEALED && (from->is_line_begun || mail->has_content))
		conversation_give_up(mail, side, origin);
}

void conversation_end(struct mail *mail, enum side side, struct origin origin)
{
	struct mail_side *from = &mail->sides[side], *client = &mail->sides[SIDE_CLIENT];
	bool must_wait =
		from->is_holding && from->waits_for_reply && conversation_is_reply_coming(mail);

	from->is_ended = true;
	from->is_ending = must_wait && side == SIDE_CLIENT;
	if (from->is_ending) {
		mail->backlogs[side].end = origin;
		return; /* the reply to a client that has said all is still to come */
	}
	conversation_drain(mail, side, true);
	conversation_finish(mail, side, origin);
	if (side == SIDE_CLIENT)
		return;
	conversation_drain(mail, SIDE_CLIENT, client->is_ended);
	if (client->is_ending)
		conversation_finish(mail, SIDE_CLIENT, mail->backlogs[SIDE_CLIENT].end);
	conversation_tell_missing(mail, origin);
}
