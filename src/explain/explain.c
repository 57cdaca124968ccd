#include "explain/explain.h"

#include "base/language.h"
#include "base/printable.h"

enum { LOOK_BACK = 256 }; /* lines between the end of data and its reply */

void explain_sentence(struct buffer *out, struct span name, const char *meaning, const char *rfc)
{
	if (name.length > 0) {
		printable_add(out, name);
		buffer_add_text(out, ": ");
	}
	buffer_add_text(out, _(meaning));
	if (rfc != NULL && rfc[0] != '\0') {
		buffer_add_text(out, " [");
		buffer_add_text(out, rfc);
		buffer_add_byte(out, ']');
	}
	buffer_add_byte(out, '\n');
}

static void add_word(struct buffer *out, enum word_kind kind, struct span name)
{
	const struct word *word = vocabulary_word(kind, name);

	if (word != NULL)
		explain_sentence(out, name, word->meaning, word->rfc);
}

/* "SIZE=1024" names the parameter SIZE. */
static void add_parameters(struct buffer *out, enum word_kind kind, struct span rest)
{
	span_word(&rest);
	while (rest.length > 0) {
		struct span word = span_word(&rest);

		if (word.length > 0)
			add_word(out, kind, span_first(word, span_index(word, '=')));
	}
}

/* "AUTH PLAIN =": the response behind the mechanism may be one of no octets. */
static void explain_login(struct buffer *out, struct span rest)
{
	struct span initial;

	span_word(&rest);
	add_word(out, WORD_MECHANISM, span_word(&rest));
	initial = span_word(&rest);
	if (span_is(initial, "="))
		explain_mark(out, "smtp.empty", initial);
}

/* A dot alone where a command should be is the end of a message that was refused. */
static void explain_unknown(struct buffer *out, const struct session *session, struct span text)
{
	struct span word = span_word(&text);

	if (session->protocol == MAIL_SMTP && span_is(word, ".") && text.length == 0)
		explain_mark(out, "smtp.data", word);
	else
		explain_sentence(out, word, "No RFC knows this command.", "RFC 5321 4.1.5");
}

static void explain_command(
	struct buffer *out, const struct session *session, const struct line *line)
{
	const struct verb *verb = line->verb;
	struct span rest = line->text;

	if (verb == NULL) {
		explain_unknown(out, session, rest);
		return;
	}
	explain_sentence(out, span_text(verb->name), verb->meaning, verb->rfc);
	if (verb->effect == EFFECT_MAIL)
		add_parameters(out, WORD_MAIL_PARAMETER, rest);
	else if (verb->effect == EFFECT_RECIPIENT)
		add_parameters(out, WORD_RCPT_PARAMETER, rest);
	else if (verb->effect == EFFECT_AUTH)
		explain_login(out, rest);
}

const char *explain_answered(const struct session *session, size_t index)
{
	const struct line *line = &session->lines[index];

	if (line->kind == LINE_GREETING)
		return "";
	if (line->verb == NULL)
		return NULL;
	if (line->verb->effect != EFFECT_DATA || line->code == 354)
		return line->verb->name;
	for (size_t i = index, left = LOOK_BACK; i > 0 && left > 0; i--, left--) {
		const struct line *before = &session->lines[i - 1];

		if (before->kind == LINE_DATA)
			return ".";
		if (before->kind == LINE_COMMAND && before->verb == line->verb)
			break;
	}
	return line->verb->name;
}

static void explain_class(struct buffer *out, int code)
{
	static const char *const classes[] = {
		[2] = N_("2yz: The command was carried out."),
		[3] = N_("3yz: The command is accepted so far; the server waits for more."),
		[4] = N_("4yz: Refused for now; the same may succeed later."),
		[5] = N_("5yz: Refused; the same must not be sent again unchanged."),
	};

	if (code >= 200 && code < 600)
		explain_sentence(out, span_of(NULL, 0), classes[code / 100], "RFC 5321 4.2.1");
}

/* RFC 3463 2:  status-code = class "." subject "." detail. Its octets at the front of text, or 0.
 */
static size_t status_length(struct span text)
{
	size_t length = 0;

	for (int part = 0; part < 3; part++) {
		size_t digits = 0;

		if (part > 0 && (length >= text.length || text.at[length++] != '.'))
			return 0;
		while (length < text.length && text.at[length] >= '0' && text.at[length] <= '9') {
			length++;
			digits++;
		}
		if (digits == 0 || digits > 3)
			return 0;
	}
	return length == text.length || text.at[length] == ' ' ? length : 0;
}

static void explain_status(struct buffer *out, struct span text)
{
	size_t length = status_length(text);
	const struct word *word;
	struct buffer name;

	if (length == 0 || text.at[1] != '.')
		return;
	buffer_init(&name, 0);
	buffer_add_byte(&name, 'x');
	buffer_add(&name, text.at + 1, length - 1);
	word = vocabulary_word(WORD_STATUS, buffer_span(&name));
	if (word != NULL)
		explain_sentence(out, span_first(text, length), word->meaning, word->rfc);
	buffer_fini(&name);
}

/* "250-AUTH=LOGIN" is an old way to say AUTH. */
static void explain_keyword(struct buffer *out, enum word_kind kind, struct span text)
{
	struct span word = span_word(&text);

	add_word(out, kind, span_first(word, span_index(word, '=')));
}

static bool is_answer_to(const struct line *line, const char *name)
{
	return line->verb != NULL && strcmp(line->verb->name, name) == 0;
}

static void explain_smtp(struct buffer *out, const struct session *session, size_t index)
{
	const struct line *line = &session->lines[index];
	struct span text = span_from(line->text, 4);
	struct span code = span_first(line->text, 3);
	const struct reply_meaning *meaning;

	if (!line->is_first) {
		if (is_answer_to(line, "EHLO") || is_answer_to(line, "LHLO"))
			explain_keyword(out, WORD_EHLO, text);
		return;
	}
	meaning = line->code > 0 ? vocabulary_reply(line->code, explain_answered(session, index))
				 : NULL;
	if (meaning != NULL)
		explain_sentence(out, code, meaning->meaning, meaning->rfc);
	else
		explain_class(out, line->code);
	explain_status(out, text);
}

/* RFC 2449 8:  resp-codes follow the status in brackets. */
static void explain_pop3_code(struct buffer *out, struct span text)
{
	span_word(&text);
	if (text.length == 0 || text.at[0] != '[')
		return;
	text = span_from(text, 1);
	add_word(out, WORD_POP3_CODE, span_first(text, span_index(text, ']')));
}

static void explain_pop3(struct buffer *out, const struct session *session, size_t index)
{
	const struct line *line = &session->lines[index];
	const struct reply_meaning *meaning;

	if (line->code == 0) {
		if (is_answer_to(line, "CAPA"))
			explain_keyword(out, WORD_CAPA, line->text);
		return;
	}
	meaning = vocabulary_pop3_reply(line->code > 0, explain_answered(session, index));
	explain_sentence(
		out, span_text(line->code > 0 ? "+OK" : "-ERR"), meaning->meaning, meaning->rfc);
	explain_pop3_code(out, line->text);
}

static void explain_challenge(
	struct buffer *out, const struct session *session, const struct line *line)
{
	const struct reply_meaning *meaning =
		session->protocol == MAIL_SMTP ? vocabulary_reply(334, "AUTH") : NULL;

	if (meaning != NULL)
		explain_sentence(out, span_first(line->text, 3), meaning->meaning, meaning->rfc);
	else
		explain_mark(out, "pop3.challenge", span_text("+"));
}

static void explain_response(
	struct buffer *out, const struct session *session, const struct line *line)
{
	static const char *const parts[] = {
		[SASL_PART_USER] = N_("The user name, in base64."),
		[SASL_PART_PASSWORD] = N_("The password, in base64: that is no encryption."),
		[SASL_PART_INITIAL] = N_("The client's first step of the login, in base64."),
		[SASL_PART_NEXT] = N_("The client's next step of the login, in base64."),
		[SASL_PART_CANCEL] = N_("The client gives the login up."),
		[SASL_PART_RESULT] = NULL,
	};

	if (parts[line->part] != NULL)
		explain_sentence(out, span_of(NULL, 0), parts[line->part],
			session->protocol == MAIL_SMTP ? "RFC 4954 4" : "RFC 5034 4");
}

static void explain_data(struct buffer *out, const struct line *line)
{
	if (line->kind == LINE_BODY)
		explain_mark(out, "pop3.text", span_of(NULL, 0));
	else if (line->verb != NULL && line->verb->effect == EFFECT_BDAT)
		explain_sentence(out, span_of(NULL, 0),
			"A part of the message, as many octets as BDAT said; no dot ends it.",
			"RFC 3030 2");
	else
		explain_mark(out, "smtp.text", span_of(NULL, 0));
}

void text_explain(struct buffer *out, const struct session *session, size_t index,
	struct text_explained *explained)
{
	const struct line *line = &session->lines[index];

	switch (line->kind) {
	case LINE_GREETING:
	case LINE_REPLY:
		if (session->protocol == MAIL_SMTP)
			explain_smtp(out, session, index);
		else
			explain_pop3(out, session, index);
		break;
	case LINE_COMMAND:
		explain_command(out, session, line);
		break;
	case LINE_CHALLENGE:
		explain_challenge(out, session, line);
		break;
	case LINE_RESPONSE:
		explain_response(out, session, line);
		break;
	case LINE_DATA:
	case LINE_BODY:
		explain_data(out, line);
		break;
	case LINE_SEALED:
		explain_record(out, session, line, explained);
		break;
	case LINE_GAP:
		explain_sentence(out, span_of(NULL, 0),
			"The capture lacks these octets; they may well have reached the other "
			"side.",
			"");
		break;
	}
}
