/* The server's direction of POP3 (RFC 1939 3): the state decides what a line is, never its look. */
#include "mail/pop3.h"

enum {
	REPLY_LINE = 512,       /* RFC 1939 3 */
	CHALLENGE_LINE = 12288, /* RFC 5034 4 */
};

uint8_t pop3_state_after(enum verb_effect effect, uint8_t state)
{
	return effect == EFFECT_PASSWORD || effect == EFFECT_AUTH ? IN_TRANSACTION : state;
}

enum pop3_status pop3_status(struct span line)
{
	uint8_t first = line.length > 0 ? line.at[0] : 0;

	if (first == '-')
		return span_starts_letters(line, "-ERR") ? POP3_ERROR : POP3_NO_STATUS;
	if (first != '+')
		return POP3_NO_STATUS;
	if (line.length >= 3 && (line.at[1] | 0x20) == 'o' && (line.at[2] | 0x20) == 'k')
		return POP3_OK;
	return line.length == 1 || line.at[1] == ' ' ? POP3_CHALLENGE : POP3_NO_STATUS;
}

void pop3_open_lost_text(struct mail *mail, bool is_partial)
{
	struct asked asked = {.verb = vocabulary_verb(MAIL_POP3, span_text("RETR")),
		.kind = ASK_COMMAND,
		.effect = EFFECT_RETRIEVE};
	const struct asked *oldest = pending_at(&mail->pending, 0);

	if (oldest != NULL && oldest->effect == EFFECT_RETRIEVE) {
		asked = *oldest;
		pending_drop(&mail->pending, 1);
	}
	content_open(mail, &asked, SIDE_SERVER);
	mail->content.is_partial = is_partial;
	mail->sides[SIDE_SERVER].mode = MODE_TEXT;
}

void pop3_open_lost_listing(struct mail *mail)
{
	const struct asked *oldest = pending_at(&mail->pending, 0);

	mail->reply = (struct reply){.is_open = true};
	mail->answered = (struct asked){.kind = ASK_NOTHING};
	if (oldest == NULL || !oldest->is_many)
		return;
	mail->answered = *oldest;
	pending_drop(&mail->pending, 1);
}

static void pop3_describe(const struct mail *mail, struct mail_event *event)
{
	const struct asked *asked = &mail->answered;
	enum verb_effect effect = asked->effect;

	event->verb = asked->verb;
	event->asked = asked->origin;
	event->asked_number = asked->number;
	if (!event->is_final || (effect != EFFECT_AUTH && effect != EFFECT_PASSWORD))
		return;
	if (effect == EFFECT_AUTH && mail->login.next == SASL_PART_NONE)
		return; /* a list of mechanisms */
	event->part = SASL_PART_RESULT;
	if (effect == EFFECT_AUTH)
		event->mechanism = mail->login.mechanism;
	else if (strcmp(asked->verb->name, "APOP") == 0)
		event->mechanism = SASL_APOP;
}

/* RFC 2449 6.6 */
static void pop3_note_capability(struct mail *mail, struct span line)
{
	const struct verb *verb = mail->answered.verb;

	if (verb != NULL && strcmp(verb->name, "CAPA") == 0 &&
		span_is_letters(span_trim(line), "PIPELINING"))
		mail->offers_pipelining = true;
}

/* A further line of a reply with many; its end is a dot alone (RFC 1939 3). */
static void pop3_listing_line(struct mail *mail, struct mail_event *event)
{
	bool is_end = event->text.length == 1 && event->text.at[0] == '.' && event->end != LINE_CUT;

	event->kind = MAIL_REPLY;
	event->is_first = false;
	event->is_final = is_end;
	mail->sides[SIDE_SERVER].is_fragment = false;
	if (mail->is_brief && !is_end)
		return;
	pop3_describe(mail, event);
	conversation_give(mail, event);
	if (mail->wants_oddities) {
		conversation_judge_line(mail, event, SIZE_MAX);
		pop3_note_capability(mail, event->text);
	}
	if (!is_end)
		return;
	mail->reply.is_open = false;
	mail->is_behind_body = true;
	mail->is_text_told = false;
}

/* A line that is no reply: the end of one that a gap has cut, or text that nobody asked for. */
static NEVER_INLINE void pop3_stray_line(struct mail *mail, struct mail_event *event)
{
	struct mail_side *server = &mail->sides[SIDE_SERVER];
	bool is_expected = server->is_fragment || event->end == LINE_CUT;

	event->kind = MAIL_REPLY;
	event->is_first = event->is_final = false;
	if (server->is_fragment)
		pop3_describe(mail, event);
	conversation_give(mail, event);
	conversation_judge_line(mail, event, REPLY_LINE);
	server->is_fragment = false;
	if (is_expected || (mail->is_behind_body && mail->is_text_told))
		return;
	mail->is_text_told = mail->is_behind_body;
	conversation_odd(mail, SIDE_SERVER,
		mail->is_behind_body ? ODDITY_TEXT_AFTER_END : ODDITY_NO_CODE, event->last);
}

/* RFC 5034 4:  "+" SP [base64]; false when nothing shows that an exchange is going on. */
static NEVER_INLINE bool pop3_challenge_line(struct mail *mail, struct mail_event *event)
{
	const struct asked *oldest = pending_at(&mail->pending, 0);

	if (oldest != NULL ? oldest->effect != EFFECT_AUTH : !conversation_is_client_partial(mail))
		return false;
	mail->reply = (struct reply){.code = 0};
	mail->answered = oldest != NULL ? *oldest : (struct asked){.kind = ASK_NOTHING};
	if (oldest == NULL)
		mail->login = (struct login){.next = SASL_PART_NEXT};
	event->kind = MAIL_CHALLENGE;
	event->is_final = false;
	pop3_describe(mail, event);
	event->is_final = true;
	login_challenge(mail, event);
	conversation_give(mail, event);
	conversation_judge_line(mail, event, CHALLENGE_LINE);
	mail->is_challenged = true;
	conversation_release(mail);
	return true;
}

/* Finds out which command a reply answers, and takes that off. */
static void pop3_bind(struct mail *mail)
{
	const struct asked *oldest = pending_at(&mail->pending, 0);
	bool is_greeting = mail->expects_greeting;

	mail->expects_greeting = false;
	is_greeting = is_greeting && (oldest == NULL || !mail->sides[SIDE_SERVER].is_lossy);
	if (LIKELY(oldest != NULL && !is_greeting && !mail->sides[SIDE_SERVER].wants_tls)) {
		mail->reply = (struct reply){.code = 0};
		mail->answered = *oldest;
		pending_drop(&mail->pending, 1);
		return;
	}
	mail->reply =
		(struct reply){.is_greeting = is_greeting && !mail->sides[SIDE_SERVER].wants_tls};
	mail->answered = (struct asked){.kind = ASK_NOTHING};
}

static NEVER_INLINE void pop3_judge_reply(struct mail *mail, const struct mail_event *event)
{
	bool is_greeting = mail->reply.is_greeting;
	bool is_upper = memcmp(event->text.at, event->code > 0 ? "+OK" : "-ER", 3) == 0;

	conversation_judge_line(mail, event, REPLY_LINE);
	if (!is_upper)
		conversation_odd(mail, SIDE_SERVER, ODDITY_STRANGE_CODE, event->last);
	if (is_greeting && mail->pending.count > 0)
		conversation_odd(mail, SIDE_CLIENT, ODDITY_CLIENT_FIRST, mail->last[SIDE_CLIENT]);
	if (!is_greeting && mail->answered.kind == ASK_NOTHING &&
		!mail->sides[SIDE_SERVER].wants_tls && !conversation_is_client_partial(mail))
		conversation_odd(mail, SIDE_SERVER, ODDITY_UNASKED_REPLY, event->last);
}

/* RFC 1939 5: "+OK 120 octets" is usual, not promised. */
static NEVER_INLINE void pop3_note_size(struct mail *mail, struct span text)
{
	struct content *content = &mail->content;
	struct span word, size;

	(void)span_word(&text);
	size = span_word(&text);
	word = span_word(&text);
	content->has_declared =
		strcmp(content->asked.verb->name, "RETR") == 0 &&
		(span_starts_letters(word, "octets") || span_starts_letters(word, "bytes")) &&
		span_number(size, &content->declared);
}

static void pop3_answer_command(struct mail *mail, const struct mail_event *event)
{
	const struct asked *asked = &mail->answered;
	bool is_good = event->code == POP3_OK;

	switch (asked->effect) {
	case EFFECT_RETRIEVE:
		if (!is_good)
			break;
		content_open(mail, asked, SIDE_SERVER);
		mail->sides[SIDE_SERVER].mode = MODE_TEXT;
		if (mail->wants_oddities)
			pop3_note_size(mail, event->text);
		break;
	case EFFECT_AUTH:
		conversation_answer_auth(mail, false);
		break;
	case EFFECT_TLS:
		conversation_answer_tls(mail, is_good);
		break;
	default:
		break;
	}
}

static void pop3_change_state(struct mail *mail, const struct asked *asked, bool is_good)
{
	if (is_good && !asked->is_many)
		mail->state = pop3_state_after(asked->effect, mail->state);
	if (mail->pending.count == 0)
		mail->expected = mail->state;
}

/* What the reply changes. */
static void pop3_answer(struct mail *mail, const struct mail_event *event)
{
	const struct asked *asked = &mail->answered;
	bool is_good = event->code == POP3_OK;

	if (mail->wants_oddities)
		pop3_change_state(mail, asked, is_good);
	if (asked->kind != ASK_NOTHING)
		pop3_answer_command(mail, event);
	else if (is_good && !mail->reply.is_greeting && conversation_is_client_partial(mail))
		mail->sides[SIDE_SERVER].doubt = DOUBT_BODY;
}

static void pop3_status_line(struct mail *mail, struct mail_event *event, enum pop3_status status)
{
	struct reply *reply = &mail->reply;

	pop3_bind(mail);
	mail->is_behind_body = false;
	reply->is_open = status == POP3_OK && mail->answered.is_many &&
			 mail->answered.effect != EFFECT_RETRIEVE;
	event->kind = reply->is_greeting ? MAIL_GREETING : MAIL_REPLY;
	event->code = status;
	event->is_final = !reply->is_open;
	pop3_describe(mail, event);
	conversation_give(mail, event);
	if (mail->wants_oddities)
		pop3_judge_reply(mail, event);
	mail->sides[SIDE_SERVER].is_fragment = false;
	pop3_answer(mail, event);
}

void pop3_reply_line(struct mail *mail, struct mail_event *event)
{
	enum pop3_status status = pop3_status(event->text);
	bool is_reply = status == POP3_OK || status == POP3_ERROR;

	if (mail->reply.is_open && !(mail->reply.is_partial && is_reply))
		pop3_listing_line(mail, event);
	else if (is_reply)
		pop3_status_line(mail, event, status);
	else if (status == POP3_NO_STATUS || !pop3_challenge_line(mail, event))
		pop3_stray_line(mail, event);
}
