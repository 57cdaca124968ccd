/* The client's direction of POP3 (RFC 1939, RFC 5034), and what the bytes of both look like. */
#include "mail/pop3.h"

enum {
	POP3_LINE = 255,        /* RFC 2449 4 */
	POP3_LINE_AUTH = 12288, /* a response: RFC 5034 4 */
};

/* RFC 1939 7: a password may hold blanks; of APOP the digest alone is secret. */
static NEVER_INLINE void pop3_mark_password(struct mail_event *event)
{
	struct span arguments = event->text;

	(void)span_word(&arguments);
	if (arguments.length == 0)
		return;
	event->part = SASL_PART_PASSWORD;
	if (strcmp(event->verb->name, "APOP") == 0) {
		struct span name = span_word(&arguments);

		if (arguments.length == 0) /* the digest alone, for all that is known */
			arguments = name;
		event->mechanism = SASL_APOP;
		event->part = SASL_PART_INITIAL;
	}
	event->secret = arguments;
}

/* RFC 1939 7 and RFC 2595 2.1: what of the command is the user, and what is secret. */
static void pop3_mark_login(struct mail *mail, struct mail_event *event)
{
	enum verb_effect effect = event_effect(event);

	if (event->verb == NULL)
		login_hide(mail, event);
	else
		mail->is_login_open =
			effect == EFFECT_AUTH || effect == EFFECT_PASSWORD || effect == EFFECT_USER;
	if (effect == EFFECT_AUTH)
		login_command(mail, event);
	else if (effect == EFFECT_USER)
		event->part = SASL_PART_USER;
	else if (effect == EFFECT_PASSWORD)
		pop3_mark_password(event);
}

static NEVER_INLINE void pop3_judge(struct mail *mail, const struct mail_event *event)
{
	conversation_judge_line(mail, event, POP3_LINE);
	if (mail->sides[SIDE_CLIENT].is_fragment || event->end == LINE_CUT)
		return;
	conversation_judge_order(mail, event);
	if (event->part != SASL_PART_PASSWORD)
		conversation_judge_blanks(mail, event);
	if (event->verb == NULL || event->verb->effect == EFFECT_AUTH)
		login_judge(mail, event);
	if (event->part == SASL_PART_PASSWORD && !mail->is_in_tls)
		conversation_odd_once(mail, SIDE_CLIENT, ODDITY_CLEAR_PASSWORD, event->last);
}

static bool pop3_is_many(const struct mail_event *event)
{
	struct span arguments = event->text;

	if (event->verb == NULL || event->verb->shape != REPLY_MANY_WITHOUT_ARGUMENT)
		return event->verb != NULL && event->verb->shape == REPLY_MANY_LINES;
	(void)span_word(&arguments);
	return arguments.length == 0;
}

/* A command behind a message whose end the capture lacks, or that ended in a look-alike: the next
 * bytes of the server may be replies. */
static void pop3_doubt_message(struct mail *mail)
{
	struct mail_side *server = &mail->sides[SIDE_SERVER];

	if (server->mode != MODE_TEXT || server->doubt != DOUBT_NONE)
		return;
	if (content_ends_in_look_alike(&mail->content)) {
		content_close(mail, false);
		server->mode = MODE_LINES;
	} else if (mail->content.is_partial) {
		server->doubt = DOUBT_TEXT;
	}
}

/* What the command does to the conversation. */
static void pop3_obey(struct mail *mail, const struct mail_event *event)
{
	enum verb_effect effect = event_effect(event);

	conversation_ask(mail, event)->is_many = pop3_is_many(event);
	if (effect == EFFECT_AUTH && event->part != SASL_PART_NONE)
		conversation_wait(mail, DOUBT_AUTH);
	if (effect == EFFECT_TLS)
		conversation_wait(mail, DOUBT_TLS);
	if (mail->wants_oddities && mail->expected != IN_ANY)
		mail->expected = pop3_state_after(effect, mail->expected);
}

static void pop3_command(struct mail *mail, struct mail_event *event)
{
	struct mail_side *client = &mail->sides[SIDE_CLIENT];
	bool is_tail = client->is_fragment && client->is_line_cut;

	event->kind = MAIL_COMMAND;
	if (!client->is_fragment)
		event->verb = vocabulary_verb(MAIL_POP3, event->text);
	event->asked_number = is_tail ? mail->commands : ++mail->commands;
	pop3_mark_login(mail, event);
	conversation_give(mail, event);
	if (mail->wants_oddities)
		pop3_judge(mail, event);
	pop3_doubt_message(mail);
	if (!is_tail && !client->wants_tls)
		pop3_obey(mail, event);
	client->is_fragment = client->is_line_cut = false;
}

static void pop3_client_line(struct mail *mail, struct mail_event *event)
{
	if (LIKELY(!mail->is_challenged)) {
		pop3_command(mail, event);
		return;
	}
	login_response(mail, event);
	conversation_judge_line(mail, event, POP3_LINE_AUTH);
}

/* RFC 5322 2.2:  field-name ":" */
static bool is_header_field(struct span line)
{
	size_t colon = span_index(line, ':');

	if (colon == 0 || colon == line.length)
		return false;
	for (size_t i = 0; i < colon; i++)
		if (line.at[i] <= ' ' || line.at[i] >= 0x7f)
			return false;
	return true;
}

/* "1 120" of LIST, "1 whqtswO00WBw418f9t5JxYwZ" of UIDL. */
static bool is_listing(struct span line)
{
	uint64_t number;
	struct span word = span_word(&line);

	if (span_is(word, "."))
		return line.length == 0;
	return span_number(word, &number) && span_word(&line).length > 0 && line.length == 0;
}

static enum look pop3_look_at_server(const struct mail *mail, struct span line)
{
	const struct asked *oldest =
		mail->pending.count > 0 ? pending_at((struct pending *)&mail->pending, 0) : NULL;
	enum pop3_status status = pop3_status(line);
	bool is_reply = status != POP3_NO_STATUS;

	switch (mail->sides[SIDE_SERVER].doubt) {
	case DOUBT_TEXT:
		return is_reply && status != POP3_CHALLENGE && oldest != NULL ? LOOK_LINE
									      : LOOK_TEXT;
	case DOUBT_LINES:
		if (is_reply || oldest == NULL || mail->reply.is_open)
			return is_reply || mail->reply.is_open ? LOOK_LINE : LOOK_FRAGMENT;
		if (oldest->effect == EFFECT_RETRIEVE)
			return LOOK_TEXT;
		return oldest->is_many ? LOOK_LISTING : LOOK_FRAGMENT;
	case DOUBT_BEGIN:
		if (is_reply)
			return LOOK_LINE;
		return is_listing(line) ? LOOK_LISTING : LOOK_TEXT;
	default:
		if (is_reply)
			return LOOK_LINE;
		return is_header_field(line) ? LOOK_TEXT : LOOK_LISTING;
	}
}

static enum look pop3_look_at_client(const struct mail *mail, struct span line)
{
	if (vocabulary_verb(MAIL_POP3, line) != NULL)
		return LOOK_LINE;
	return mail->sides[SIDE_CLIENT].doubt == DOUBT_AUTH ? LOOK_TEXT : LOOK_FRAGMENT;
}

static enum look pop3_look(
	const struct mail *mail, enum side side, struct span head, bool is_forced)
{
	enum doubt doubt = mail->sides[side].doubt;
	size_t end = span_index(head, '\n');
	struct span line = span_first(head, end);

	if (head.length == 0 && !is_forced)
		return LOOK_MORE;
	if (head.length == 0)
		return doubt == DOUBT_TEXT ? LOOK_TEXT : LOOK_LINE;
	if (doubt != DOUBT_TEXT &&
		(head.at[0] == 0x16 ||
			(doubt == DOUBT_TLS && conversation_looks_like_tls(head.at[0]))))
		return LOOK_TLS;
	if (doubt == DOUBT_TLS)
		return LOOK_LINE;
	if (end == head.length && !is_forced)
		return LOOK_MORE;
	if (line.length > 0 && line.at[line.length - 1] == '\r')
		line.length--;
	return side == SIDE_CLIENT ? pop3_look_at_client(mail, line)
				   : pop3_look_at_server(mail, line);
}

static void pop3_settle_server(struct mail *mail, enum doubt doubt, enum look look)
{
	if (look == LOOK_TEXT && doubt != DOUBT_TEXT) {
		pop3_open_lost_text(mail, doubt != DOUBT_BODY);
	} else if (look == LOOK_LISTING) {
		pop3_open_lost_listing(mail);
	} else if (look == LOOK_LINE && doubt == DOUBT_TEXT) {
		content_close(mail, false);
		mail->sides[SIDE_SERVER].mode = MODE_LINES;
	}
}

static void pop3_settle(struct mail *mail, enum side side, enum look look)
{
	enum doubt doubt = mail->sides[side].doubt;

	mail->sides[side].doubt = DOUBT_NONE;
	if (look == LOOK_TLS) {
		conversation_seal(mail, SIDE_CLIENT);
		conversation_seal(mail, SIDE_SERVER);
	} else if (look == LOOK_FRAGMENT) {
		mail->sides[side].is_fragment = true;
	} else if (side == SIDE_SERVER) {
		pop3_settle_server(mail, doubt, look);
	} else if (look == LOOK_TEXT) {
		mail->is_challenged = true;
	}
}

static void pop3_text_end(struct mail *mail)
{
	mail->is_behind_body = true;
}

const struct language pop3_language = {
	.on_line = {pop3_client_line, pop3_reply_line},
	.look = pop3_look,
	.settle = pop3_settle,
	.on_text_end = pop3_text_end,
};
