#include "replay/tape.h"

#include "base/language.h"
#include "client/conversation.h"

/* A session on its way onto the tape. */
struct taping {
	struct tape *tape;
	const struct session *session;
	size_t unanswered; /* no step before it waits for a reply */
	size_t answered;   /* the step whose reply is coming; count: none */
	size_t chunks;     /* the first BDAT of the message that is coming */
	uint32_t login;    /* number of the last AUTH */
	bool is_waiting;   /* something was said since the last reply */
	bool has_begun;    /* the greeting has come */
	bool is_open;      /* more lines of the reply follow */
	const struct verb *login_verb;
};

static struct span keep(struct taping *taping, struct span octets)
{
	return arena_copy(&taping->tape->arena, octets);
}

static struct tape_step *add_step(struct taping *taping, const struct tape_step *step)
{
	struct tape *tape = taping->tape;

	tape->steps = arena_grow(&tape->arena, tape->steps, tape->count, sizeof *tape->steps);
	tape->steps[tape->count] = *step;
	return &tape->steps[tape->count++];
}

static void take_said(struct taping *taping, const struct line *line)
{
	struct tape_step step = {.kind = TAPE_COMMAND,
		.verb = line->verb,
		.command = line->command,
		.mechanism = line->mechanism,
		.is_sealed = line->is_sealed,
		.said = keep(taping, line->text)};

	if (line->secret.length > 0)
		step.secret = span_of(
			step.said.at + (line->secret.at - line->text.at), line->secret.length);
	if (line->kind == LINE_RESPONSE) {
		step.kind = TAPE_RESPONSE;
		step.command = taping->login;
		step.verb = taping->login_verb;
	} else if (line->verb != NULL && line->verb->effect == EFFECT_AUTH) {
		taping->login = line->command;
		taping->login_verb = line->verb;
		taping->tape->has_login = true;
	} else if (line->verb != NULL && line->verb->effect == EFFECT_PASSWORD) {
		taping->tape->has_login = true;
	}
	taping->tape->is_grouped = taping->tape->is_grouped || taping->is_waiting;
	taping->is_waiting = true;
	add_step(taping, &step);
}

/* A reply to the text of a message can come before its end was seen: the step of the text. */
static size_t add_text(struct taping *taping, const struct line *line)
{
	struct tape_step step = {.kind = TAPE_TEXT,
		.verb = line->verb,
		.command = line->command,
		.is_sealed = line->is_sealed};

	add_step(taping, &step);
	return taping->tape->count - 1;
}

/* A reply goes to the first step of its command that has none. */
static size_t find_answered(struct taping *taping, const struct line *line)
{
	struct tape *tape = taping->tape;

	if (line->kind == LINE_GREETING)
		return 0;
	while (taping->unanswered < tape->count &&
		tape->steps[taping->unanswered].reply.line_count > 0)
		taping->unanswered++;
	for (size_t i = taping->unanswered; i < tape->count; i++)
		if (tape->steps[i].command == line->command && line->command > 0 &&
			tape->steps[i].reply.line_count == 0)
			return i;
	return line->verb != NULL && line->verb->effect == EFFECT_DATA ? add_text(taping, line)
								       : tape->count;
}

static int code_of(const struct taping *taping, const struct line *line)
{
	if (taping->tape->protocol == MAIL_SMTP)
		return line->code;
	if (line->kind == LINE_CHALLENGE)
		return POP3_CHALLENGE;
	return line->code > 0 ? POP3_OK : line->code < 0 ? POP3_ERROR : 0;
}

/* The greeting comes first, whatever the client said before it. */
static void begin(struct taping *taping)
{
	struct tape *tape = taping->tape;
	static const struct tape_step greeting = {.kind = TAPE_GREETING};

	add_step(taping, &greeting);
	memmove(tape->steps + 1, tape->steps, (tape->count - 1) * sizeof *tape->steps);
	tape->steps[0] = greeting;
	taping->has_begun = true;
	taping->unanswered = 0;
}

/* Whether TLS could have been had. */
static void note_offer(struct taping *taping, const struct line *line)
{
	bool is_smtp = taping->tape->protocol == MAIL_SMTP;
	struct span text = is_smtp ? tape_reply_text(MAIL_SMTP, line->text) : line->text;
	const char *name = line->verb != NULL ? line->verb->name : "";

	if (strcmp(name, is_smtp ? "EHLO" : "CAPA") == 0 && !line->is_sealed &&
		span_is_letters(span_word(&text), is_smtp ? "STARTTLS" : "STLS"))
		taping->tape->offers_tls = true;
}

static void take_reply(struct taping *taping, const struct line *line)
{
	struct tape_reply *reply;

	if (line->kind == LINE_GREETING && !taping->has_begun)
		begin(taping);
	if (line->is_first || line->kind == LINE_CHALLENGE)
		taping->answered = find_answered(taping, line);
	else
		taping->tape->is_cut = !taping->is_open; /* it is no reply: what answers what? */
	taping->is_open = !line->is_final && line->kind != LINE_CHALLENGE;
	taping->is_waiting = false;
	if (taping->answered >= taping->tape->count || taping->tape->is_cut)
		return; /* nothing asked for it */
	note_offer(taping, line);
	reply = &taping->tape->steps[taping->answered].reply;
	if (reply->line_count == 0)
		reply->code = code_of(taping, line);
	reply->lines = arena_grow(
		&taping->tape->arena, reply->lines, reply->line_count, sizeof *reply->lines);
	reply->lines[reply->line_count++] = keep(taping, line->text);
	reply->is_open = taping->is_open;
}

static const struct message *find_message(const struct session *session, uint32_t number)
{
	for (size_t i = 0; i < session->message_count; i++)
		if (session->messages[i].number == number)
			return &session->messages[i];
	return NULL;
}

/* What the size of a BDAT says, or less where less was sent. */
static uint64_t chunk_size(struct span said)
{
	uint64_t size;

	(void)span_word(&said);
	return span_number(span_word(&said), &size) ? size : 0;
}

static void give_chunks(struct taping *taping, struct span text)
{
	for (size_t i = taping->chunks; i < taping->tape->count; i++) {
		struct tape_step *step = &taping->tape->steps[i];

		if (step->kind != TAPE_COMMAND || step->verb == NULL ||
			step->verb->effect != EFFECT_BDAT)
			continue;
		step->has_text = true;
		step->text = span_first(text, chunk_size(step->said));
		step->is_open = step->text.length < chunk_size(step->said);
		text = span_from(text, step->text.length);
	}
	taping->chunks = taping->tape->count;
}

static bool is_chunk(const struct line *line)
{
	return line->verb != NULL && line->verb->effect == EFFECT_BDAT;
}

/* The step of a text, which may wait for it. */
static struct tape_step *find_text(struct taping *taping, const struct line *line)
{
	struct tape *tape = taping->tape;
	size_t index = tape->count;

	while (index > 0 && tape->steps[index - 1].kind != TAPE_TEXT)
		index--;
	if (index == 0 || tape->steps[index - 1].command != line->command ||
		tape->steps[index - 1].has_text)
		index = add_text(taping, line) + 1;
	return &tape->steps[index - 1];
}

static void take_sent(struct taping *taping, const struct line *line)
{
	const struct message *message = find_message(taping->session, line->message);
	struct tape_step *step;

	if (message == NULL)
		return;
	taping->is_waiting = true;
	if (is_chunk(line)) {
		give_chunks(taping, keep(taping, message->text));
		return;
	}
	step = find_text(taping, line);
	step->has_text = true;
	step->text = keep(taping, message->text);
	/* A server that has answered took it to be at its end, whatever ended it. */
	step->is_open = !message->is_complete && step->reply.line_count == 0;
}

static void take_fetched(struct taping *taping, const struct line *line)
{
	const struct message *message = find_message(taping->session, line->message);
	struct tape *tape = taping->tape;

	for (size_t i = tape->count; i > 0 && message != NULL; i--)
		if (tape->steps[i - 1].command == line->command &&
			tape->steps[i - 1].kind == TAPE_COMMAND) {
			tape->steps[i - 1].has_text = true;
			tape->steps[i - 1].text = keep(taping, message->text);
			tape->steps[i - 1].reply.is_open = !message->is_complete;
			return;
		}
}

static void take_line(struct taping *taping, const struct line *line)
{
	switch (line->kind) {
	case LINE_COMMAND:
	case LINE_RESPONSE:
		take_said(taping, line);
		break;
	case LINE_GREETING:
	case LINE_REPLY:
	case LINE_CHALLENGE:
		take_reply(taping, line);
		break;
	case LINE_DATA:
		take_sent(taping, line);
		break;
	case LINE_BODY:
		take_fetched(taping, line);
		break;
	case LINE_SEALED:
	case LINE_GAP:
		break;
	}
}

static bool lacks_octets(const struct session *session)
{
	for (size_t i = 0; i < session->line_count; i++)
		if (session->lines[i].kind == LINE_GAP)
			return true;
	for (size_t i = 0; i < session->message_count; i++)
		if (session->messages[i].missing > 0)
			return true;
	return false;
}

static bool has_greeting(const struct session *session)
{
	for (size_t i = 0; i < session->line_count; i++)
		if (session->lines[i].kind == LINE_GREETING)
			return true;
	return false;
}

static enum step check(const struct session *session, struct fail *fail)
{
	const char *why = NULL;

	if (session->tls.is_present && !session->tls.is_decrypted)
		why = _("it is sealed by TLS: name the secrets of it with --keylog FILE");
	else if (lacks_octets(session))
		why = _("octets of it are missing in the capture");
	else if (!has_greeting(session))
		why = _("its beginning is not in the capture");
	if (why == NULL)
		return STEP_DONE;
	return fail_set(fail, FAIL_DAMAGED, "%s: session %u cannot be played: %s", session->capture,
		session->number, why);
}

enum step tape_record(struct tape *tape, const struct session *session, struct fail *fail)
{
	struct taping taping = {.tape = tape, .session = session, .answered = SIZE_MAX};

	*tape = (struct tape){.session = session->number,
		.protocol = session->protocol,
		.transport = session->transport};
	arena_init(&tape->arena);
	if (check(session, fail) == STEP_FAIL)
		return STEP_FAIL;
	tape->capture = (const char *)keep(&taping, span_text(session->capture)).at;
	for (size_t i = 0; i < session->line_count && !tape->is_cut; i++)
		take_line(&taping, &session->lines[i]);
	return STEP_DONE;
}

void tape_fini(struct tape *tape)
{
	arena_fini(&tape->arena);
	tape->steps = NULL;
	tape->count = 0;
}

struct span tape_reply_text(enum mail_protocol protocol, struct span line)
{
	if (protocol == MAIL_SMTP)
		return span_from(line, 4);
	return span_from(line, span_index(line, ' ') + 1);
}

struct span tape_stamp(struct span line)
{
	struct span rest = span_from(line, span_index(line, '<'));
	struct span stamp = span_first(rest, span_index(rest, '>') + 1);

	if (span_index(stamp, '>') < stamp.length && span_index(stamp, '@') < stamp.length &&
		span_index(stamp, ' ') == stamp.length)
		return stamp;
	return span_of(NULL, 0);
}

size_t tape_outcome(const struct tape *tape, size_t index)
{
	size_t last = index;

	for (size_t i = index + 1; i < tape->count; i++)
		if (tape->steps[i].command == tape->steps[index].command)
			last = i;
		else if (tape->steps[i].kind == TAPE_COMMAND && !tape->is_grouped)
			break;
	return last;
}

static void add_size(struct buffer *out, const struct tape_step *step)
{
	buffer_printf(out, _("[message, %zu octets%s]"), step->text.length,
		step->is_open ? _(", not to its end") : "");
}

void tape_describe(const struct tape_step *step, struct buffer *out)
{
	if (step->kind == TAPE_GREETING) {
		buffer_add_text(out, _("[greeting]"));
	} else if (step->kind == TAPE_TEXT) {
		add_size(out, step);
	} else if (step->secret.length == 0) {
		buffer_add_span(out, step->said);
	} else {
		size_t before = (size_t)(step->secret.at - step->said.at);

		buffer_add_span(out, span_first(step->said, before));
		buffer_add_text(out, SASL_HIDDEN);
		buffer_add_span(out, span_from(step->said, before + step->secret.length));
	}
}
