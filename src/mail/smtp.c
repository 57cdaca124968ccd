/* The client's direction of SMTP (RFC 5321 4.1), and what its bytes look like. */
#include "mail/smtp.h"

enum {
	SMTP_LINE = 512,           /* RFC 5321 4.5.3.1.4 */
	SMTP_LINE_EXTENDED = 2048, /* with the parameters of SIZE, DSN, AUTH, SMTPUTF8 */
	SMTP_LINE_AUTH = 12288,    /* RFC 4954 4 */
};

void smtp_open_text(struct mail *mail, const struct asked *asked)
{
	struct mail_side *client = &mail->sides[SIDE_CLIENT];

	content_open(mail, asked, SIDE_CLIENT);
	mail->content.is_partial = client->is_fragment;
	client->is_fragment = false;
	client->mode = MODE_TEXT;
	client->doubt = DOUBT_NONE;
}

void smtp_open_lost_text(struct mail *mail, bool is_partial)
{
	struct asked asked = {.verb = vocabulary_verb(MAIL_SMTP, span_text("DATA")),
		.kind = ASK_COMMAND,
		.effect = EFFECT_DATA};

	smtp_open_text(mail, &asked);
	mail->content.is_partial = mail->content.is_guessed = is_partial;
}

static void smtp_text_end(struct mail *mail)
{
	const struct content *content = &mail->content;
	struct asked *newest = pending_newest(&mail->pending);
	struct asked asked = content->asked;

	if (asked.effect == EFFECT_BDAT) {
		if (newest != NULL && newest->number == mail->commands)
			newest->origin = content->last;
		if (!content->is_last)
			return;
		content_close(mail, !content->is_partial);
	} else if (!content->is_answered) {
		asked.kind = ASK_MESSAGE;
		asked.origin = content->last;
		*pending_push(&mail->pending) = asked;
	}
	if (mail->expected != IN_ANY)
		mail->expected = IN_READY;
}

/* RFC 3030 2:  "BDAT" SP chunk-size [ SP "LAST" ] */
static NEVER_INLINE void smtp_begin_chunk(struct mail *mail, struct asked *asked, struct span line)
{
	struct content *content = &mail->content;
	struct span arguments = line, size;
	uint64_t octets;

	(void)span_word(&arguments);
	size = span_word(&arguments);
	if (!span_number(size, &octets)) {
		conversation_odd(mail, SIDE_CLIENT, ODDITY_BDAT_SIZE, asked->origin);
		return;
	}
	asked->is_last = span_is_letters(span_trim(arguments), "LAST");
	if (!mail->has_content)
		content_open(mail, asked, SIDE_CLIENT);
	content->asked = *asked;
	content->is_last = asked->is_last;
	content->left = octets;
	content_begin(mail, asked->origin);
	content->last = asked->origin;
	if (octets > 0)
		mail->sides[SIDE_CLIENT].mode = MODE_OCTETS;
	else
		smtp_text_end(mail);
}

static NEVER_INLINE void smtp_obey_data(
	struct mail *mail, const struct mail_event *event, bool has_go_ahead)
{
	struct asked asked;

	content_close(mail, false); /* BDAT without LAST */
	if (has_go_ahead) {
		asked_begin(&asked, event);
		smtp_open_text(mail, &asked);
		return;
	}
	(void)conversation_ask(mail, event);
	conversation_wait(mail, DOUBT_DATA);
}

/* RFC 5321 4.1.4, RFC 3030 2: these end a message of BDAT whose LAST has not come. */
static bool ends_message(enum verb_effect effect)
{
	return effect == EFFECT_HELLO || effect == EFFECT_MAIL || effect == EFFECT_RESET ||
	       effect == EFFECT_QUIT;
}

/* What the command does to the conversation. */
static void smtp_obey(struct mail *mail, const struct mail_event *event)
{
	enum verb_effect effect = event_effect(event);
	bool has_go_ahead = mail->has_go_ahead;

	mail->has_go_ahead = false;
	if (mail->wants_oddities && mail->expected != IN_ANY)
		mail->expected = smtp_state_after(effect, mail->expected);
	if (effect == EFFECT_DATA) {
		smtp_obey_data(mail, event, has_go_ahead);
		return;
	}
	if (effect == EFFECT_BDAT) {
		smtp_begin_chunk(mail, conversation_ask(mail, event), event->text);
		return;
	}
	if (mail->has_content && ends_message(effect))
		content_close(mail, false);
	(void)conversation_ask(mail, event);
	if (effect == EFFECT_AUTH && !mail->is_challenged)
		conversation_wait(mail, DOUBT_AUTH);
	if (effect == EFFECT_TLS)
		conversation_wait(mail, DOUBT_TLS);
}

static size_t smtp_longest(enum verb_effect effect)
{
	if (effect == EFFECT_AUTH)
		return SMTP_LINE_AUTH;
	return effect == EFFECT_MAIL || effect == EFFECT_RECIPIENT ? SMTP_LINE_EXTENDED : SMTP_LINE;
}

/* RFC 5321 4.1.2:  "MAIL FROM:" / "RCPT TO:"; what comes behind it. */
static bool smtp_path_begins(const struct mail_event *event, struct span *path)
{
	const char *word = event->verb->effect == EFFECT_RECIPIENT ? "TO" : "FROM";
	struct span arguments = event->text, name;
	size_t colon;

	(void)span_word(&arguments);
	colon = span_index(arguments, ':');
	name = span_first(arguments, colon);
	*path = span_from(arguments, colon + 1);
	return colon < arguments.length && span_is_letters(span_trim(name), word);
}

/* A path that begins with "<" ends with ">", and blanks stand before the parameters. */
static bool smtp_path_ends(struct span command_line)
{
	struct span path = mail_path(command_line), rest = command_line;
	size_t end = (size_t)(path.at - rest.at) + path.length;

	if (end >= rest.length)
		return false;
	rest = span_from(rest, end + 1);
	return rest.length == 0 || span_trim(rest).at != rest.at || span_trim(rest).length == 0;
}

/* RFC 5321 4.1.2: no blanks behind the colon, brackets around the path. */
static void smtp_judge_path(struct mail *mail, const struct mail_event *event)
{
	struct span path, trimmed;
	bool is_begun;

	if (event->verb->effect != EFFECT_MAIL && event->verb->effect != EFFECT_RECIPIENT)
		return;
	is_begun = smtp_path_begins(event, &path);
	trimmed = span_trim(path);
	if (!is_begun || trimmed.length == 0) {
		conversation_odd(mail, SIDE_CLIENT, ODDITY_PATH_FORM, event->last);
		return;
	}
	if (trimmed.at != path.at)
		conversation_odd(mail, SIDE_CLIENT, ODDITY_SPACE_AFTER_COLON, event->last);
	if (trimmed.at[0] != '<')
		conversation_odd(mail, SIDE_CLIENT, ODDITY_NO_BRACKETS, event->last);
	else if (!smtp_path_ends(event->text))
		conversation_odd(mail, SIDE_CLIENT, ODDITY_PATH_FORM, event->last);
}

static NEVER_INLINE void smtp_judge(struct mail *mail, const struct mail_event *event)
{
	conversation_judge_line(mail, event, smtp_longest(event_effect(event)));
	if (mail->sides[SIDE_CLIENT].is_fragment || event->end == LINE_CUT)
		return;
	if (!mail->sides[SIDE_CLIENT].wants_tls)
		conversation_judge_order(mail, event);
	conversation_judge_blanks(mail, event);
	if (event->verb != NULL)
		smtp_judge_path(mail, event);
	login_judge(mail, event);
}

/* A proxy's first line, to which no reply comes. */
static bool is_proxy_line(const struct mail *mail, struct span line)
{
	return mail->expects_greeting && mail->commands == 1 && span_starts_letters(line, "PROXY ");
}

static void smtp_command(struct mail *mail, struct mail_event *event)
{
	struct mail_side *client = &mail->sides[SIDE_CLIENT];
	bool is_tail = client->is_fragment && client->is_line_cut;

	event->kind = MAIL_COMMAND;
	if (!client->is_fragment)
		event->verb = vocabulary_verb(MAIL_SMTP, event->text);
	event->asked_number = is_tail ? mail->commands : ++mail->commands;
	if (UNLIKELY(event->verb == NULL))
		login_hide(mail, event);
	else
		mail->is_login_open = event->verb->effect == EFFECT_AUTH;
	if (event_effect(event) == EFFECT_AUTH)
		login_command(mail, event);
	conversation_give(mail, event);
	if (mail->wants_oddities)
		smtp_judge(mail, event);
	if (!is_tail && !client->wants_tls && !is_proxy_line(mail, event->text))
		smtp_obey(mail, event);
	if (client->is_fragment && !conversation_is_reply_coming(mail))
		client->doubt = DOUBT_BEGIN; /* it may have been the middle of a message */
	client->is_fragment = client->is_line_cut = false;
}

static bool has_word_before_colon(struct span arguments, const char *word)
{
	return span_starts_letters(arguments, word) &&
	       span_index(arguments, ':') < arguments.length;
}

/* Whether a line has not only a verb but all of a command's form, as few lines of text do. */
static bool smtp_is_command(struct span line)
{
	const struct verb *verb = vocabulary_verb(MAIL_SMTP, line);
	struct span arguments = line, rest;
	uint64_t octets;

	if (verb == NULL)
		return false;
	(void)span_word(&arguments);
	arguments = rest = span_trim(arguments);
	switch (verb->effect) {
	case EFFECT_MAIL:
		return has_word_before_colon(arguments, "FROM");
	case EFFECT_RECIPIENT:
		return has_word_before_colon(arguments, "TO");
	case EFFECT_BDAT:
		return span_number(span_word(&rest), &octets);
	case EFFECT_AUTH:
		return sasl_mechanism(span_word(&rest)) != SASL_UNKNOWN;
	case EFFECT_HELLO:
		return span_word(&rest).length > 0 && rest.length == 0;
	case EFFECT_NONE:
		(void)span_word(&rest);
		return rest.length == 0;
	default:
		return arguments.length == 0;
	}
}

/* An AUTH whose challenge is there already: octets before it were missing, and waited for. */
static NEVER_INLINE bool is_late_login(const struct mail *mail, struct span line)
{
	const struct verb *verb = vocabulary_verb(MAIL_SMTP, line);

	return mail->login.verb == NULL && verb != NULL && verb->effect == EFFECT_AUTH &&
	       smtp_is_command(line);
}

static void smtp_client_line(struct mail *mail, struct mail_event *event)
{
	if (LIKELY(!mail->is_challenged) || is_late_login(mail, event->text)) {
		smtp_command(mail, event);
		return;
	}
	login_response(mail, event);
	conversation_judge_line(mail, event, SMTP_LINE_AUTH);
}

static enum look smtp_look_at_client(const struct mail *mail, struct span line)
{
	static const enum look others[] = {
		[DOUBT_DATA] = LOOK_TEXT,
		[DOUBT_AUTH] = LOOK_TEXT, /* that is, a response */
		[DOUBT_BEGIN] = LOOK_TEXT,
		[DOUBT_CHUNK] = LOOK_TEXT,
		[DOUBT_TEXT] = LOOK_TEXT,
		[DOUBT_LINES] = LOOK_FRAGMENT,
		[DOUBT_BODY] = LOOK_LINE,
	};
	enum doubt doubt = mail->sides[SIDE_CLIENT].doubt;

	if (smtp_is_command(line))
		return LOOK_LINE;
	if (doubt == DOUBT_LINES && mail->has_go_ahead)
		return LOOK_TEXT;
	return others[doubt];
}

static bool is_base64_text(struct span line)
{
	size_t i = 0;

	for (; i < line.length; i++) {
		uint8_t c = line.at[i], letter = c | 0x20;

		if ((letter < 'a' || letter > 'z') && (c < '0' || c > '9') && c != '+' && c != '/')
			break;
	}
	while (i > 0 && i < line.length && line.at[i] == '=')
		i++;
	return i > 0 && i == line.length;
}

/* Where a capture begins, a line of base64 may be a response or a message's, of which more lines
 * follow at once, none longer than 76 (RFC 2045 6.8). Alone it waits for the server, which answers
 * no line of a message. */
static enum look smtp_look_at_base64(struct span line, bool is_alone, bool is_forced)
{
	enum { MIME_LINE = 76 };

	if (line.length > MIME_LINE)
		return LOOK_RESPONSE;
	if (!is_alone)
		return LOOK_TEXT;
	return is_forced ? LOOK_RESPONSE : LOOK_MORE;
}

static enum look smtp_look(
	const struct mail *mail, enum side side, struct span head, bool is_forced)
{
	enum doubt doubt = mail->sides[side].doubt;
	bool may_be_text = doubt == DOUBT_TEXT || doubt == DOUBT_DATA || doubt == DOUBT_CHUNK;
	size_t end = span_index(head, '\n');
	struct span line = span_first(head, end);

	if (head.length == 0 && !is_forced)
		return LOOK_MORE;
	if (head.length == 0)
		return may_be_text ? LOOK_TEXT : LOOK_LINE;
	if (head.at[0] == 0x16 || (doubt == DOUBT_TLS && conversation_looks_like_tls(head.at[0])))
		return may_be_text ? LOOK_TEXT : LOOK_TLS;
	if (doubt == DOUBT_TLS)
		return LOOK_LINE;
	if (end == head.length && !is_forced)
		return LOOK_MORE;
	if (line.length > 0 && line.at[line.length - 1] == '\r')
		line.length--;
	if (side == SIDE_CLIENT && doubt == DOUBT_BEGIN && is_base64_text(line) &&
		!smtp_is_command(line))
		return smtp_look_at_base64(line, end + 1 >= head.length, is_forced);
	if (side == SIDE_CLIENT)
		return smtp_look_at_client(mail, line);
	return smtp_code(line) != 0 ? LOOK_LINE : LOOK_FRAGMENT;
}

static void smtp_settle_text(struct mail *mail, enum doubt doubt)
{
	const struct asked *newest = pending_newest(&mail->pending);

	switch (doubt) {
	case DOUBT_DATA:
		if (newest != NULL)
			smtp_open_text(mail, newest);
		mail->content.is_guessed = true;
		break;
	case DOUBT_AUTH:
		mail->is_challenged = true;
		break;
	case DOUBT_BEGIN:
	case DOUBT_LINES:
		smtp_open_lost_text(mail, true);
		break;
	default:
		break;
	}
}

/* A response whose AUTH the capture lacks: it waits for its reply as if that were there. */
static void smtp_settle_response(struct mail *mail)
{
	struct asked asked = {.verb = vocabulary_verb(MAIL_SMTP, span_text("AUTH")),
		.kind = ASK_COMMAND,
		.effect = EFFECT_AUTH};

	*pending_push(&mail->pending) = asked;
	mail->login = (struct login){.verb = asked.verb, .next = SASL_PART_NEXT};
	mail->is_challenged = mail->is_login_open = true;
}

static void smtp_settle(struct mail *mail, enum side side, enum look look)
{
	struct mail_side *from = &mail->sides[side];
	enum doubt doubt = from->doubt;

	from->doubt = DOUBT_NONE;
	if (look == LOOK_TLS) {
		conversation_seal(mail, SIDE_CLIENT);
		conversation_seal(mail, SIDE_SERVER);
	} else if (look == LOOK_FRAGMENT) {
		from->is_fragment = true;
	} else if (look == LOOK_RESPONSE) {
		smtp_settle_response(mail);
	} else if (look == LOOK_TEXT && side == SIDE_CLIENT) {
		smtp_settle_text(mail, doubt);
	} else if (doubt == DOUBT_CHUNK) {
		content_close(mail, false);
		from->mode = MODE_LINES;
	} else if (doubt == DOUBT_TEXT) { /* the gap has swallowed the message's end */
		content_close(mail, false);
		from->mode = MODE_LINES;
		smtp_text_end(mail);
	}
}

const struct language smtp_language = {
	.on_line = {smtp_client_line, smtp_reply_line},
	.look = smtp_look,
	.settle = smtp_settle,
	.on_text_end = smtp_text_end,
};
