/* The server's direction of SMTP (RFC 5321 4.2): which command a reply answers, and what it
 * changes. */
#include "mail/smtp.h"

enum {
	REPLY_LINE = 512,       /* RFC 5321 4.5.3.1.5 */
	CHALLENGE_LINE = 12288, /* RFC 4954 4 */
	FIND_FEW = 32,          /* commands looked at to find the one a reply fits */
};

static bool is_success(int code)
{
	return code >= 200 && code <= 299;
}

static bool is_go_ahead(int code)
{
	return code >= 300 && code <= 399;
}

/* Replies that fit one command alone: after a loss they show where the pairing stands. */
static enum verb_effect effect_of_code(int code)
{
	enum { FIRST = 220, LAST = 354 };
	static const uint8_t effects[LAST - FIRST + 1] = {
		[220 - FIRST] = EFFECT_TLS,
		[221 - FIRST] = EFFECT_QUIT,
		[235 - FIRST] = EFFECT_AUTH,
		[334 - FIRST] = EFFECT_AUTH,
		[354 - FIRST] = EFFECT_DATA,
	};

	if (code < FIRST || code > LAST)
		return EFFECT_NONE;
	return (enum verb_effect)effects[code - FIRST];
}

static bool smtp_fits(const struct asked *asked, enum verb_effect effect)
{
	return asked->kind == ASK_COMMAND && asked->effect == effect;
}

/* XEXCH50 is answered twice, as DATA is: 354, and 250 behind the octets that it announced. */
static bool smtp_wants_octets(const struct asked *asked)
{
	return asked->kind == ASK_COMMAND && asked->verb != NULL &&
	       strcmp(asked->verb->name, "XEXCH50") == 0;
}

/* The index of the waiting command that a reply with this code answers; the count when none. */
static size_t smtp_find_index(struct mail *mail, int code)
{
	struct pending *pending = &mail->pending;
	const struct asked *oldest = pending_at(pending, 0), *next = pending_at(pending, 1);
	enum verb_effect effect = effect_of_code(code);

	/* The 354 is lost: a success can only be the message's. */
	if (next != NULL && next->kind == ASK_MESSAGE && next->number == oldest->number &&
		(is_success(code) || mail->is_pairing_loose) && !is_go_ahead(code))
		return 1;
	if (effect == EFFECT_NONE || (code == 354 && smtp_wants_octets(oldest)))
		return 0;
	for (size_t i = 0; i < pending->count && i < FIND_FEW; i++)
		if (smtp_fits(pending_at(pending, i), effect))
			return i;
	if (smtp_fits(pending_newest(pending), effect))
		return pending->count - 1U;
	return is_go_ahead(code) ? pending->count : 0;
}

/* What a reply with this code answers; what has waited longer is dropped. NULL: nothing. */
static const struct asked *smtp_find_asked(struct mail *mail, int code)
{
	struct pending *pending = &mail->pending;
	size_t index = 0;

	if (pending->count > 1 || (pending->count > 0 && is_go_ahead(code)))
		index = smtp_find_index(mail, code);
	if (index >= pending->count)
		return NULL;
	if (index > 0)
		pending_drop(pending, index);
	return pending_place(pending, 0);
}

static bool smtp_is_greeting(struct mail *mail, int code)
{
	if (LIKELY(!mail->expects_greeting))
		return false;
	mail->expects_greeting = false;
	return code == 220 || code >= 400 || mail->pending.count == 0;
}

/* A reply while the client sends a message, which it does not wait for. */
static void smtp_bind_early(struct mail *mail)
{
	mail->answered = mail->content.asked;
	mail->answered.kind = ASK_MESSAGE;
	if (mail->content.is_begun)
		mail->answered.origin = mail->content.last;
	mail->reply.is_early = true;
}

/* Finds out, on the first line of a reply, what it answers. */
static void smtp_bind(struct mail *mail, int code)
{
	bool wants_tls = mail->sides[SIDE_SERVER].wants_tls;
	bool is_greeting = !wants_tls && smtp_is_greeting(mail, code);
	bool is_answer = !wants_tls && !is_greeting;
	const struct asked *asked = is_answer ? smtp_find_asked(mail, code) : NULL;
	bool is_repeated = is_answer && mail->reply.code == 0 && mail->pending.count == 0;

	mail->reply = (struct reply){.code = (int16_t)code, .is_greeting = is_greeting};
	if (LIKELY(asked != NULL)) {
		mail->answered = *asked;
		return;
	}
	if (is_repeated && mail->answered.kind != ASK_NOTHING)
		return; /* a line without code was taken for this reply */
	mail->answered = (struct asked){.kind = ASK_NOTHING};
	if (is_answer && !is_go_ahead(code) && mail->sides[SIDE_CLIENT].mode == MODE_TEXT)
		smtp_bind_early(mail);
}

/* The reply was no command's, though all commands are there to be seen. */
static bool smtp_is_unasked(const struct mail *mail, int code)
{
	return mail->answered.kind == ASK_NOTHING && !mail->reply.is_greeting && code != 421 &&
	       !mail->sides[SIDE_SERVER].wants_tls && !conversation_is_client_partial(mail);
}

static bool is_message(const struct asked *asked)
{
	return asked->kind == ASK_MESSAGE || asked->is_last;
}

/* RFC 2033 4.2: LMTP answers the message once for each recipient: the last speaks for it. */
static bool is_for_one_of_many(const struct mail *mail)
{
	return mail->is_lmtp && mail->recipients > 1;
}

static ALWAYS_INLINE void smtp_describe(struct mail *mail, struct mail_event *event)
{
	const struct asked *asked = &mail->answered;
	bool is_login = asked->effect == EFFECT_AUTH && asked->kind == ASK_COMMAND;

	if (mail->reply.is_greeting)
		event->kind = MAIL_GREETING;
	event->verb = asked->verb;
	event->asked = asked->origin;
	event->asked_number = asked->number;
	event->answers_message = is_message(asked) && !is_for_one_of_many(mail);
	if (event->code == 334 && (is_login || asked->kind == ASK_NOTHING)) {
		event->kind = MAIL_CHALLENGE;
		login_challenge(mail, event);
	} else if (is_login) {
		event->mechanism = mail->login.mechanism;
		event->part = SASL_PART_RESULT;
	}
}

/* An EHLO keyword at the front, in any case; in capitals as a rule. */
static inline bool begins_with(struct span offer, const char *word)
{
	size_t length = strlen(word);

	if (offer.length < length || ((offer.at[0] ^ word[0]) & 0x5f) != 0)
		return false;
	return memcmp(offer.at, word, length) == 0 || span_starts_letters(offer, word);
}

/* RFC 5321 4.1.1.1: the extensions that the reply to EHLO offers. */
static void smtp_note_offer(struct mail *mail, const struct mail_event *event)
{
	const size_t length = strlen("PIPELINING");
	struct span offer = span_from(event->text, 4);

	if (event->code != 250 || mail->answered.effect != EFFECT_HELLO)
		return;
	if (event->is_first)
		mail->offers_pipelining = false;
	else if (begins_with(offer, "PIPELINING"))
		mail->offers_pipelining |= offer.length == length || offer.at[length] == ' ';
	else if (begins_with(offer, "AUTH="))
		conversation_odd_once(mail, SIDE_SERVER, ODDITY_OLD_AUTH_OFFER, event->last);
}

static void smtp_judge_reply(struct mail *mail, const struct mail_event *event, bool is_changed)
{
	conversation_judge_line(
		mail, event, event->kind == MAIL_CHALLENGE ? CHALLENGE_LINE : REPLY_LINE);
	if (event->code < 200 || event->code > 599)
		conversation_odd(mail, SIDE_SERVER, ODDITY_STRANGE_CODE, event->last);
	if (is_changed)
		conversation_odd(mail, SIDE_SERVER, ODDITY_CHANGED_CODE, event->last);
	if (!event->is_first)
		return;
	if (smtp_is_unasked(mail, event->code))
		conversation_odd(mail, SIDE_SERVER, ODDITY_UNASKED_REPLY, event->last);
	if (event->kind == MAIL_GREETING && mail->pending.count > 0)
		conversation_odd(mail, SIDE_CLIENT, ODDITY_CLIENT_FIRST, mail->last[SIDE_CLIENT]);
}

/* 354 or 334 whose command is not in the capture, or not yet. */
static void smtp_answer_nothing(struct mail *mail, int code)
{
	struct mail_side *client = &mail->sides[SIDE_CLIENT];
	bool is_free = client->mode == MODE_LINES && !client->is_line_begun && !client->is_holding;

	if (!conversation_is_client_partial(mail)) {
		mail->has_go_ahead = code == 354;
		return;
	}
	if (client->doubt == DOUBT_AUTH) { /* behind a response whose AUTH is not there */
		mail->is_challenged = code == 334;
		conversation_release(mail);
		return;
	}
	if (!is_free || mail->reply.is_greeting)
		return;
	if (code == 354)
		smtp_open_lost_text(mail, false);
	if (code == 334) {
		mail->login = (struct login){.next = SASL_PART_NEXT};
		mail->is_challenged = true;
	}
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

	if (client->doubt == DOUBT_DATA && is_go_ahead(code)) {
		if (client->is_holding)
			conversation_odd(mail, SIDE_CLIENT, ODDITY_EARLY_DATA,
				held_front(&mail->backlogs[SIDE_CLIENT].held).origin);
		smtp_open_text(mail, asked);
		conversation_release(mail);
	} else if (client->doubt == DOUBT_DATA) {
		conversation_release(mail);
	} else if (is_guessed && is_go_ahead(code)) {
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

	if (code >= 500 && code <= 599 && client->mode == MODE_OCTETS &&
		client->doubt == DOUBT_NONE && mail->content.asked.number == asked->number)
		client->doubt = DOUBT_CHUNK;
}

/* RFC 2033 4.2: LMTP answers the message once for each recipient it has accepted; false while such
 * replies are still to come. */
static bool smtp_count_message(struct mail *mail)
{
	if (mail->recipients > 0)
		mail->recipients--;
	return !mail->is_lmtp || mail->recipients == 0;
}

/* What the success of a command changes. */
static void smtp_succeed(struct mail *mail, const struct asked *asked)
{
	enum verb_effect effect = asked->effect;

	if (effect == EFFECT_RECIPIENT)
		mail->recipients++;
	else if (effect == EFFECT_MAIL || effect == EFFECT_RESET)
		mail->recipients = 0;
	else if (effect == EFFECT_AUTH)
		mail->is_logged_in = true;
	else if (effect == EFFECT_HELLO)
		mail->is_lmtp = strcmp(asked->verb->name, "LHLO") == 0;
}

static void smtp_change_state(struct mail *mail, const struct asked *asked, int code)
{
	if (is_message(asked) || (code >= 400 && asked->effect == EFFECT_BDAT))
		mail->state = IN_READY;
	else if (is_success(code))
		mail->state = smtp_state_after(asked->effect, mail->state);
	if (mail->pending.count == 0)
		mail->expected = mail->state;
}

static void smtp_answer_command(struct mail *mail, const struct asked *asked, int code)
{
	switch (asked->effect) {
	case EFFECT_BDAT:
		smtp_answer_chunk(mail, asked, code);
		break;
	case EFFECT_DATA:
		smtp_answer_data(mail, asked, code);
		break;
	case EFFECT_AUTH:
		conversation_answer_auth(mail, is_go_ahead(code));
		break;
	case EFFECT_TLS:
		conversation_answer_tls(mail, is_success(code));
		break;
	default:
		break;
	}
}

/* The oldest of the waiting commands, when it is the one that was answered, waits no more. */
static inline void smtp_drop_answered(struct mail *mail)
{
	const struct asked *oldest = pending_at(&mail->pending, 0);

	if (oldest != NULL && oldest->number == mail->answered.number)
		pending_drop(&mail->pending, 1);
}

/* What a whole reply changes. */
static void smtp_answer(struct mail *mail, int code)
{
	const struct asked *asked = &mail->answered;
	bool is_done = true;

	if (UNLIKELY(mail->reply.is_early)) {
		smtp_answer_early(mail);
		return;
	}
	if (asked->kind == ASK_NOTHING) {
		smtp_answer_nothing(mail, code);
		return;
	}
	if (is_message(asked))
		is_done = smtp_count_message(mail);
	else if (is_success(code))
		smtp_succeed(mail, asked);
	else if (is_go_ahead(code))
		is_done = asked->effect != EFFECT_AUTH && !smtp_wants_octets(asked);
	if (is_done)
		smtp_drop_answered(mail);
	if (mail->wants_oddities)
		smtp_change_state(mail, asked, code);
	if (asked->kind == ASK_COMMAND)
		smtp_answer_command(mail, asked, code);
}

/* Whether a line without code stands for the reply to the oldest command. Behind commands whose
 * reply changes the language it must at least begin as a code does. */
static bool smtp_is_poor_reply(struct mail *mail, const struct mail_event *event)
{
	const struct mail_side *server = &mail->sides[SIDE_SERVER];
	const struct asked *oldest = pending_at(&mail->pending, 0);
	uint8_t first = event->text.length > 0 ? event->text.at[0] : 0;

	if (oldest == NULL || mail->reply.is_open || mail->expects_greeting ||
		server->is_fragment || server->wants_tls || event->end == LINE_CUT)
		return false;
	if (first >= '0' && first <= '9')
		return true;
	return first != 0 && oldest->effect != EFFECT_DATA && oldest->effect != EFFECT_AUTH &&
	       oldest->effect != EFFECT_TLS;
}

static void smtp_poor_reply(struct mail *mail, struct mail_event *event)
{
	mail->reply = (struct reply){.code = 0};
	mail->answered = *pending_place(&mail->pending, 0);
	smtp_describe(mail, event);
	conversation_give(mail, event);
	conversation_judge_line(mail, event, REPLY_LINE);
	conversation_odd(mail, SIDE_SERVER, ODDITY_NO_CODE, event->last);
	smtp_answer(mail, 0);
}

/* A line without code: the rest of a line that a gap has cut, or no SMTP. */
static NEVER_INLINE void smtp_stray_line(struct mail *mail, struct mail_event *event)
{
	struct mail_side *server = &mail->sides[SIDE_SERVER];
	bool is_expected = server->is_fragment || event->end == LINE_CUT;

	if (smtp_is_poor_reply(mail, event)) {
		smtp_poor_reply(mail, event);
		return;
	}
	event->is_first = event->is_final = false;
	if (mail->reply.is_open || server->is_fragment)
		smtp_describe(mail, event);
	conversation_give(mail, event);
	conversation_judge_line(mail, event, REPLY_LINE);
	if (!is_expected)
		conversation_odd(mail, SIDE_SERVER, ODDITY_NO_CODE, event->last);
	server->is_fragment = false;
}

/* Another reply begins, and the last lines of this one are missing. */
static NEVER_INLINE void smtp_close_partial(struct mail *mail)
{
	smtp_drop_answered(mail);
	mail->reply.is_open = false;
}

/* The server speaks behind a line that may be a response. */
static NEVER_INLINE void smtp_settle_begin(struct mail *mail)
{
	struct span held = held_peek(conversation_held(mail, SIDE_CLIENT));

	if (held.length > 0 && held.at[held.length - 1] == '\n')
		conversation_drain(mail, SIDE_CLIENT, true);
}

void smtp_reply_line(struct mail *mail, struct mail_event *event)
{
	struct reply *reply = &mail->reply;
	int code = smtp_code(event->text);
	bool is_changed;

	event->kind = MAIL_REPLY;
	if (UNLIKELY(code == 0)) {
		smtp_stray_line(mail, event);
		return;
	}
	if (UNLIKELY(reply->is_partial) && code != reply->code)
		smtp_close_partial(mail);
	if (UNLIKELY(mail->sides[SIDE_CLIENT].doubt == DOUBT_BEGIN) &&
		mail->sides[SIDE_CLIENT].is_holding)
		smtp_settle_begin(mail);
	event->code = code;
	event->is_first = !reply->is_open;
	event->is_final = event->text.length == 3 || event->text.at[3] != '-';
	if (event->is_first)
		smtp_bind(mail, code);
	is_changed = code != reply->code;
	reply->code = (int16_t)code;
	reply->is_open = !event->is_final;
	mail->sides[SIDE_SERVER].is_fragment = false;
	if (mail->is_brief && !event->is_final && code != 334)
		return;
	smtp_describe(mail, event);
	conversation_give(mail, event);
	if (mail->wants_oddities) {
		smtp_judge_reply(mail, event, is_changed);
		smtp_note_offer(mail, event);
	}
	if (event->is_final)
		smtp_answer(mail, code);
}
