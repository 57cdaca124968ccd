/* The server's direction of SMTP (RFC 5321 4.2): which command a reply answers, and what it
 * changes. */
#include "mail/smtp.h"

enum {
	REPLY_LINE = 512,       /* RFC 5321 4.5.3.1.5 */
	CHALLENGE_LINE = 12288, /* RFC 4954 4 */
	FIND_FEW = 32,          /* commands looked at to find the one a reply fits */
};

static bool is_digit(uint8_t octet)
{
	return octet >= '0' && octet <= '9';
}

struct smtp_status smtp_status(struct span line)
{
	struct smtp_status status = {0, false, {NULL, 0}};

	if (line.length < 3 || !is_digit(line.at[0]) || !is_digit(line.at[1]) ||
		!is_digit(line.at[2]) || (line.length > 3 && is_digit(line.at[3])))
		return status;
	status.code = (line.at[0] - '0') * 100 + (line.at[1] - '0') * 10 + (line.at[2] - '0');
	status.is_final = line.length == 3 || line.at[3] != '-';
	status.text = span_from(line, 4);
	return status;
}

/* Replies that fit one command alone: after a loss they show where the pairing stands. */
static enum verb_effect effect_of_code(int code)
{
	static const struct {
		int code;
		enum verb_effect effect;
	} rules[] = {
		{354, EFFECT_DATA},
		{334, EFFECT_AUTH},
		{235, EFFECT_AUTH},
		{221, EFFECT_QUIT},
		{220, EFFECT_TLS},
	};

	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (rules[i].code == code)
			return rules[i].effect;
	return EFFECT_NONE;
}

static bool smtp_fits(const struct asked *asked, enum verb_effect effect)
{
	return asked->kind == ASK_COMMAND && asked_effect(asked) == effect;
}

/* The index of the waiting command that a reply with this code answers; the count when none. */
static size_t smtp_find_asked(struct mail *mail, int code)
{
	struct pending *pending = &mail->pending;
	const struct asked *oldest = pending_at(pending, 0), *next = pending_at(pending, 1);
	enum verb_effect effect = effect_of_code(code);

	if (oldest == NULL)
		return 0;
	/* The 354 is lost: a success can only be the message's. */
	if (next != NULL && next->kind == ASK_MESSAGE && next->number == oldest->number &&
		(code / 100 == 2 || mail->is_pairing_loose) && code / 100 != 3)
		return 1;
	if (effect == EFFECT_NONE)
		return 0;
	for (size_t i = 0; i < pending->count && i < FIND_FEW; i++)
		if (smtp_fits(pending_at(pending, i), effect))
			return i;
	if (smtp_fits(pending_newest(pending), effect))
		return pending->count - 1;
	return code / 100 == 3 ? pending->count : 0;
}

static bool smtp_is_greeting(struct mail *mail, int code)
{
	bool is_greeting = mail->expects_greeting;

	mail->expects_greeting = false;
	return is_greeting && (code == 220 || code >= 400 || mail->pending.count == 0);
}

/* Finds out, on the first line of a reply, what it answers. */
static void smtp_bind(struct mail *mail, int code)
{
	struct reply *reply = &mail->reply;
	const struct content *content = &mail->content;
	size_t index;

	*reply = (struct reply){.code = code};
	if (mail->sides[SIDE_SERVER].wants_tls)
		return;
	reply->is_greeting = smtp_is_greeting(mail, code);
	if (reply->is_greeting)
		return;
	index = smtp_find_asked(mail, code);
	if (index < mail->pending.count) {
		pending_drop(&mail->pending, index);
		reply->asked = *pending_at(&mail->pending, 0);
	} else if (mail->sides[SIDE_CLIENT].mode == MODE_TEXT && code / 100 != 3) {
		reply->asked = content->asked;
		reply->asked.kind = ASK_MESSAGE;
		if (content->is_begun)
			reply->asked.origin = content->last;
		reply->is_early = true;
	}
}

/* The reply was no command's, though all commands are there to be seen. */
static bool smtp_is_unasked(const struct mail *mail, int code)
{
	const struct reply *reply = &mail->reply;

	return reply->asked.kind == ASK_NOTHING && !reply->is_greeting && code != 421 &&
	       !mail->sides[SIDE_SERVER].wants_tls && !conversation_is_client_partial(mail);
}

static void smtp_describe(struct mail *mail, struct mail_event *event)
{
	const struct asked *asked = &mail->reply.asked;
	bool is_login = asked->kind == ASK_COMMAND && asked_effect(asked) == EFFECT_AUTH;

	if (mail->reply.is_greeting)
		event->kind = MAIL_GREETING;
	event->verb = asked->verb;
	event->asked = asked->origin;
	event->asked_number = asked->number;
	event->answers_message = asked->kind == ASK_MESSAGE || asked->is_last;
	if (event->code == 334 && (is_login || asked->kind == ASK_NOTHING)) {
		event->kind = MAIL_CHALLENGE;
		login_challenge(mail, event);
	} else if (is_login) {
		event->mechanism = mail->login.mechanism;
		event->part = SASL_PART_RESULT;
	}
}

/* RFC 5321 4.1.1.1: the extensions that the reply to EHLO offers. */
static void smtp_note_offer(struct mail *mail, const struct mail_event *event, struct span text)
{
	struct span word = span_word(&text);

	if (asked_effect(&mail->reply.asked) != EFFECT_HELLO || event->code != 250)
		return;
	if (event->is_first)
		mail->offers_pipelining = false;
	else if (span_is_letters(word, "PIPELINING"))
		mail->offers_pipelining = true;
	else if (span_starts_letters(word, "AUTH="))
		conversation_odd_once(mail, SIDE_SERVER, ODDITY_OLD_AUTH_OFFER, event->last);
}

static void smtp_judge_reply(struct mail *mail, const struct mail_event *event,
	const struct split_line *line, bool is_changed)
{
	const struct mail_side *client = &mail->sides[SIDE_CLIENT];

	if (!mail->listener.wants_oddities)
		return;
	conversation_judge_line(mail, SIDE_SERVER, line,
		event->kind == MAIL_CHALLENGE ? CHALLENGE_LINE : REPLY_LINE);
	if (event->code < 200 || event->code > 599)
		conversation_odd(mail, SIDE_SERVER, ODDITY_STRANGE_CODE, event->last);
	if (is_changed)
		conversation_odd(mail, SIDE_SERVER, ODDITY_CHANGED_CODE, event->last);
	if (!event->is_first)
		return;
	if (smtp_is_unasked(mail, event->code))
		conversation_odd(mail, SIDE_SERVER, ODDITY_UNASKED_REPLY, event->last);
	if (event->kind == MAIL_GREETING && mail->pending.count > 0)
		conversation_odd(mail, SIDE_CLIENT, ODDITY_CLIENT_FIRST, client->last);
}

/* A line without code: the rest of a line that a gap has cut, or no SMTP. */
static void smtp_stray_line(struct mail *mail, const struct split_line *line)
{
	struct mail_event event;
	struct mail_side *server = &mail->sides[SIDE_SERVER];
	bool is_expected = server->is_fragment || line->end == LINE_CUT;

	event_begin_line(&event, MAIL_REPLY, SIDE_SERVER, line);
	event.is_first = event.is_final = false;
	if (mail->reply.is_open || server->is_fragment)
		smtp_describe(mail, &event);
	conversation_give(mail, &event);
	conversation_judge_line(mail, SIDE_SERVER, line, REPLY_LINE);
	if (!is_expected)
		conversation_odd(mail, SIDE_SERVER, ODDITY_NO_CODE, event.last);
	server->is_fragment = false;
}

/* 354 or 334 whose command is not in the capture, or not yet. */
static void smtp_answer_nothing(struct mail *mail, int code)
{
	struct mail_side *client = &mail->sides[SIDE_CLIENT];
	bool is_free = client->mode == MODE_LINES && splitter_is_empty(&client->splitter) &&
		       held_is_empty(&client->held);

	if (!conversation_is_client_partial(mail)) {
		mail->has_go_ahead = code == 354;
		return;
	}
	if (!is_free || mail->reply.is_greeting)
		return;
	if (code == 354)
		smtp_open_lost_text(mail, false);
	if (code == 334)
		mail->login = (struct login){.next = SASL_PART_NEXT, .is_challenged = true};
	if (client->doubt == DOUBT_BEGIN)
		client->doubt = DOUBT_NONE;
}

/* The final reply came though the message's end was not seen: it is in a gap, or the server took
 * a look-alike for it. Otherwise the server did not wait for the end. */
static void smtp_answer_early(struct mail *mail)
{
	struct content *content = &mail->content;
	bool is_over = content->is_partial || content_ends_in_look_alike(content) ||
		       !mail->sides[SIDE_CLIENT].is_seen;

	if (!is_over) {
		content->is_answered = true;
		return;
	}
	content_close(mail, false);
	mail->sides[SIDE_CLIENT].mode = MODE_LINES;
	conversation_release(mail);
}

static void smtp_answer_data(struct mail *mail, const struct asked *asked, int code)
{
	struct mail_side *client = &mail->sides[SIDE_CLIENT];
	bool is_guessed = client->mode == MODE_TEXT && mail->content.is_guessed;

	if (client->doubt == DOUBT_DATA && code / 100 == 3) {
		if (!held_is_empty(&client->held))
			conversation_odd(mail, SIDE_CLIENT, ODDITY_EARLY_DATA,
				held_front(&client->held).origin);
		smtp_open_text(mail, asked);
		conversation_release(mail);
	} else if (client->doubt == DOUBT_DATA) {
		conversation_release(mail);
	} else if (is_guessed && code / 100 == 3) {
		mail->content.is_guessed = false;
	} else if (is_guessed) { /* it was not a message after all */
		content_close(mail, false);
		client->mode = MODE_LINES;
		conversation_release(mail);
	}
}

/* RFC 3030 2 has the client send the announced octets whatever the reply is; but many do not when a
 * chunk is refused before it has ended. */
static void smtp_answer_chunk(struct mail *mail, const struct asked *asked, int code)
{
	struct mail_side *client = &mail->sides[SIDE_CLIENT];

	if (code / 100 == 5 && client->mode == MODE_OCTETS && client->doubt == DOUBT_NONE &&
		mail->content.asked.number == asked->number)
		client->doubt = DOUBT_CHUNK;
}

/* RFC 2033 4.2: LMTP answers the message once for each recipient it has accepted; false while such
 * replies are still to come. */
static bool smtp_count_recipients(struct mail *mail, const struct asked *asked, int code)
{
	enum verb_effect effect = asked_effect(asked);
	bool is_message = asked->kind == ASK_MESSAGE || asked->is_last;

	if (is_message && mail->recipients > 0)
		mail->recipients--;
	if (is_message || code / 100 != 2)
		return !is_message || !mail->is_lmtp || mail->recipients == 0;
	if (effect == EFFECT_HELLO)
		mail->is_lmtp = strcmp(asked->verb->name, "LHLO") == 0;
	if (effect == EFFECT_RECIPIENT)
		mail->recipients++;
	else if (effect == EFFECT_MAIL || effect == EFFECT_RESET)
		mail->recipients = 0;
	return true;
}

static void smtp_change_state(struct mail *mail, const struct asked *asked, int code)
{
	enum verb_effect effect = asked_effect(asked);

	if (asked->kind == ASK_MESSAGE ||
		(effect == EFFECT_BDAT && (asked->is_last || code >= 400)))
		mail->state = IN_READY;
	else if (code / 100 == 2 && asked->kind == ASK_COMMAND)
		mail->state = smtp_state_after(effect, mail->state);
	if (mail->pending.count == 0)
		mail->expected = mail->state;
}

/* What a whole reply changes. */
static void smtp_answer(struct mail *mail, int code)
{
	struct asked asked = mail->reply.asked;
	const struct asked *oldest = pending_at(&mail->pending, 0);
	enum doubt doubt = mail->sides[SIDE_CLIENT].doubt;
	bool is_challenge = asked_effect(&asked) == EFFECT_AUTH && code / 100 == 3;
	bool is_done;

	if (mail->reply.is_early) {
		smtp_answer_early(mail);
		return;
	}
	if (asked.kind == ASK_NOTHING) {
		smtp_answer_nothing(mail, code);
		return;
	}
	is_done = smtp_count_recipients(mail, &asked, code) && !is_challenge;
	if (is_done && oldest != NULL && oldest->number == asked.number)
		pending_drop(&mail->pending, 1);
	smtp_change_state(mail, &asked, code);
	if (asked.kind == ASK_MESSAGE)
		return;
	if (asked_effect(&asked) == EFFECT_BDAT) {
		smtp_answer_chunk(mail, &asked, code);
	} else if (asked_effect(&asked) == EFFECT_DATA) {
		smtp_answer_data(mail, &asked, code);
	} else if (asked_effect(&asked) == EFFECT_AUTH) {
		mail->login.is_challenged = is_challenge;
		if (doubt == DOUBT_AUTH)
			conversation_release(mail);
	} else if (asked_effect(&asked) == EFFECT_TLS) {
		if (code / 100 == 2)
			conversation_begin_tls(mail);
		else if (doubt == DOUBT_TLS)
			conversation_release(mail);
	}
}

/* Another reply begins, and the last lines of this one are missing. */
static void smtp_close_partial(struct mail *mail)
{
	const struct asked *oldest = pending_at(&mail->pending, 0);

	if (oldest != NULL && oldest->number == mail->reply.asked.number)
		pending_drop(&mail->pending, 1);
	mail->reply.is_open = false;
}

void smtp_reply_line(struct mail *mail, const struct split_line *line)
{
	struct reply *reply = &mail->reply;
	struct smtp_status status = smtp_status(line->text);
	struct mail_event event;
	bool is_changed;

	event_begin_line(&event, MAIL_REPLY, SIDE_SERVER, line);
	if (status.code == 0) {
		smtp_stray_line(mail, line);
		return;
	}
	if (reply->is_partial && status.code != reply->code)
		smtp_close_partial(mail);
	event.code = status.code;
	event.is_first = !reply->is_open;
	event.is_final = status.is_final;
	if (event.is_first)
		smtp_bind(mail, status.code);
	is_changed = status.code != reply->code;
	reply->code = status.code;
	reply->is_open = !status.is_final;
	smtp_describe(mail, &event);
	conversation_give(mail, &event);
	smtp_judge_reply(mail, &event, line, is_changed);
	smtp_note_offer(mail, &event, status.text);
	mail->sides[SIDE_SERVER].is_fragment = false;
	if (status.is_final)
		smtp_answer(mail, status.code);
}
