#include "client/conversation.h"

#include "base/language.h"
#include "client/dots.h"
#include "client/guarded.h"

#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	WRITE_SECONDS = 180,    /* RFC 5321 4.5.3.2.5: a block of data */
	LAST_WORDS_SECONDS = 1, /* for what a server says before it hangs up */
};

bool reply_take(struct span *lines, struct span *text)
{
	size_t end = span_index(*lines, '\n');
	size_t mark;

	if (lines->length == 0)
		return false;
	*text = span_first(*lines, end);
	*lines = span_from(*lines, end + 1);
	mark = text->length > 0 && text->at[0] >= '0' && text->at[0] <= '9'
		       ? 3
		       : span_index(*text, ' ');
	*text = span_from(*text, mark + 1);
	return true;
}

void conversation_init(struct conversation *conversation, struct connection *connection,
	const struct conversation_language *language, void *context)
{
	*conversation = (struct conversation){
		.connection = connection, .language = language, .context = context};
	buffer_init(&conversation->in, 0); /* lines and replies have limits of their own */
	buffer_init(&conversation->out, 0);
	buffer_init(&conversation->body, 0);
	buffer_init(&conversation->reply.lines, LIMIT_REPLY);
}

/* Commands with secrets passed through these. */
static void wipe(struct buffer *buffer)
{
	if (buffer->size > 0)
		OPENSSL_cleanse(buffer->at, buffer->size);
	buffer_clear(buffer);
}

void conversation_fini(struct conversation *conversation)
{
	wipe(&conversation->out);
	buffer_fini(&conversation->in);
	buffer_fini(&conversation->out);
	buffer_fini(&conversation->body);
	buffer_fini(&conversation->reply.lines);
	for (size_t i = 0; i < conversation->secret_count; i++) {
		wipe(&conversation->secrets[i]);
		buffer_fini(&conversation->secrets[i]);
	}
	conversation->secret_count = 0;
}

enum step conversation_fail(
	struct conversation *conversation, enum fail_code code, const char *format, ...)
{
	struct buffer text;
	char words[sizeof conversation->fail.text];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof words, language_text(format), arguments);
	va_end(arguments);
	buffer_init(&text, sizeof conversation->fail.text - 1);
	buffer_printf(&text, "%s: ", connection_name(conversation->connection));
	printable_cut(&text, span_text(words));
	fail_set(&conversation->fail, code, "%s", buffer_text(&text));
	buffer_fini(&text);
	return STEP_FAIL;
}

void conversation_guard(struct conversation *conversation, struct span secret)
{
	struct buffer *kept;

	if (secret.length == 0 || conversation->secret_count == LIMIT_GUARDED)
		return;
	kept = &conversation->secrets[conversation->secret_count++];
	buffer_init(kept, 0);
	buffer_reserve(kept, secret.length);
	buffer_add_span(kept, secret);
	/* One so short stands in half of all words: in a log its places would be its letters. */
	if (secret.length >= GUARDED_SHORTEST)
		connection_guard(conversation->connection, secret);
}

void conversation_cite(
	const struct conversation *conversation, struct span text, struct buffer *out)
{
	struct buffer blotted, line;

	for (size_t i = 0; i < conversation->secret_count; i++)
		if (conversation->secrets[i].length < GUARDED_SHORTEST)
			return; /* what is left would show where it stood */
	buffer_init(&blotted, 0);
	guarded_blot(conversation->secrets, conversation->secret_count, text, &blotted);
	buffer_init(&line, LIMIT_REPLY_CITED);
	printable_cut(&line, buffer_span(&blotted));
	buffer_add_span(out, buffer_span(&line));
	buffer_fini(&line);
	buffer_fini(&blotted);
}

void conversation_cite_reply(const struct conversation *conversation, struct buffer *out)
{
	struct span lines = buffer_span(&conversation->reply.lines);
	struct buffer joined;
	struct span text;

	buffer_init(&joined, LIMIT_REPLY);
	buffer_add_span(&joined, span_first(lines, span_index(lines, '\n')));
	reply_take(&lines, &text);
	while (reply_take(&lines, &text)) {
		buffer_add_byte(&joined, ' ');
		buffer_add_span(&joined, text);
	}
	conversation_cite(conversation, buffer_span(&joined), out);
	if (out->length == 0 && conversation->reply.code >= 400) /* nothing may be cited */
		buffer_printf(out, "%d", conversation->reply.code);
	buffer_fini(&joined);
}

enum step conversation_refused(
	struct conversation *conversation, enum fail_code code, const char *what)
{
	struct buffer cited;

	buffer_init(&cited, 0);
	conversation_cite_reply(conversation, &cited);
	conversation_fail(conversation, code, "%s: %s", what, buffer_text(&cited));
	buffer_fini(&cited);
	return STEP_FAIL;
}

static const char *name_of(const struct command *command)
{
	return command->name != NULL ? _(command->name) : command->verb->name;
}

static struct span unread(const struct conversation *conversation)
{
	return span_from(buffer_span(&conversation->in), conversation->taken);
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* More octets. until: of the monotonic clock, in seconds. */
static enum step fill(
	struct conversation *conversation, const struct command *command, int64_t until)
{
	int64_t left = until - now();
	enum step step;

	buffer_drop(&conversation->in, conversation->taken);
	conversation->taken = 0;
	if (left <= 0)
		return conversation_fail(conversation, FAIL_TEMPORARY,
			"the server did not finish its answer to %s within %d seconds",
			name_of(command), command->seconds);
	step = connection_read(
		conversation->connection, &conversation->in, (int)left, &conversation->fail);
	if (step == STEP_MORE)
		return conversation_fail(conversation, FAIL_TEMPORARY,
			"the server closed the connection %s %s",
			conversation->in.length > 0 || conversation->reply.lines.length > 0
				? _("in the middle of its answer to")
				: _("before it answered"),
			name_of(command));
	return step;
}

/* The next line, without its end (a bare LF is one too, RFC 5321 2.3.8 notwithstanding). */
static enum step hear_line(struct conversation *conversation, const struct command *command,
	int64_t until, struct span *line)
{
	for (;;) {
		struct span rest = unread(conversation);
		size_t lf = span_index(rest, '\n');

		if (lf >= LIMIT_REPLY_LINE)
			return conversation_fail(conversation, FAIL_PROTOCOL,
				"the server's answer to %s has a line of more than %d octets",
				name_of(command), LIMIT_REPLY_LINE);
		if (lf < rest.length) {
			conversation->taken += lf + 1;
			*line = span_first(rest, lf);
			if (lf > 0 && rest.at[lf - 1] == '\r')
				line->length--;
			return STEP_DONE;
		}
		if (fill(conversation, command, until) != STEP_DONE)
			return STEP_FAIL;
	}
}

static enum step complain(
	struct conversation *conversation, const struct command *command, struct span line)
{
	struct buffer cited;

	buffer_init(&cited, 0);
	conversation_cite(conversation, line, &cited);
	conversation_fail(conversation, FAIL_PROTOCOL,
		"what the server answers to %s is no reply: %s", name_of(command),
		buffer_text(&cited));
	buffer_fini(&cited);
	return STEP_FAIL;
}

static enum step hear_lines(struct conversation *conversation, const struct command *command)
{
	struct reply *reply = &conversation->reply;
	int64_t until = now() + command->seconds;
	enum step step = STEP_MORE;

	reply->code = 0;
	buffer_clear(&reply->lines);
	while (step == STEP_MORE) {
		struct span line;

		if (hear_line(conversation, command, until, &line) != STEP_DONE)
			return STEP_FAIL;
		step = conversation->language->reply_ends(reply, line);
		if (step == STEP_FAIL)
			return complain(conversation, command, line);
		buffer_add_span(&reply->lines, line);
		if (!buffer_add_byte(&reply->lines, '\n'))
			return conversation_fail(conversation, FAIL_PROTOCOL,
				"the server's answer to %s has more than %d octets",
				name_of(command), LIMIT_REPLY);
	}
	return STEP_DONE;
}

/* RFC 1939 3: the lines of a positive reply that has many, up to a dot alone. */
static enum step hear_body(struct conversation *conversation, const struct command *command)
{
	const struct reply_sink *sink = command->sink;
	struct undot undot = {0};
	uint64_t octets = 0;
	enum step step;

	for (;;) {
		struct span rest = unread(conversation);
		size_t before = rest.length;

		step = undot_take(&undot, &rest, &conversation->body);
		conversation->taken += before - rest.length;
		octets += before - rest.length;
		if (sink != NULL && conversation->body.length > 0 &&
			sink->take(sink->context, buffer_span(&conversation->body)) == STEP_FAIL)
			sink = NULL;
		buffer_clear(&conversation->body);
		if (step == STEP_DONE)
			return STEP_DONE;
		if (command->limit > 0 && octets > command->limit)
			return conversation_fail(conversation, FAIL_PROTOCOL,
				"the server's answer to %s has more than %llu octets",
				name_of(command), (unsigned long long)command->limit);
		if (fill(conversation, command, now() + command->seconds) != STEP_DONE)
			return STEP_FAIL;
	}
}

static enum step hear(struct conversation *conversation, const struct command *command)
{
	if (hear_lines(conversation, command) != STEP_DONE)
		return STEP_FAIL;
	if (command->code != NULL)
		*command->code = conversation->reply.code;
	if (command->has_many_lines && conversation->reply.code == POP3_OK &&
		hear_body(conversation, command) != STEP_DONE)
		return STEP_FAIL;
	return conversation->language->on_reply(
		conversation->context, command, &conversation->reply);
}

/* The server hung up while it was being spoken to: what it said last may tell why. */
static enum step hear_last_words(struct conversation *conversation)
{
	struct fail fail = conversation->fail;
	struct command command = {.name = _("what was sent"), .seconds = LAST_WORDS_SECONDS};

	if (hear_lines(conversation, &command) == STEP_DONE && conversation->reply.code >= 400)
		return conversation_refused(conversation,
			conversation->reply.code < 500 ? FAIL_TEMPORARY : FAIL_DENIED,
			_("the server ended the session"));
	conversation->fail = fail;
	return STEP_FAIL;
}

static enum step send_out(struct conversation *conversation, bool is_secret)
{
	enum step step = STEP_DONE;

	if (conversation->out.length > 0)
		step = connection_write(conversation->connection, buffer_span(&conversation->out),
			is_secret, WRITE_SECONDS, &conversation->fail);
	if (is_secret)
		wipe(&conversation->out);
	buffer_clear(&conversation->out);
	return step == STEP_FAIL ? hear_last_words(conversation) : STEP_DONE;
}

/* RFC 1939 3, 5; RFC 5321's replies tell their length themselves. */
static bool is_many(const struct verb *verb, struct span line)
{
	return verb != NULL &&
	       (verb->shape == REPLY_MANY_LINES || (verb->shape == REPLY_MANY_WITHOUT_ARGUMENT &&
							   span_index(line, ' ') == line.length));
}

enum step conversation_finish(struct conversation *conversation)
{
	size_t count = conversation->count;

	if (conversation->is_over)
		return STEP_FAIL;
	conversation->count = 0;
	conversation->is_over = true; /* unless all goes well */
	if (send_out(conversation, false) != STEP_DONE)
		return STEP_FAIL;
	for (size_t i = 0; i < count; i++)
		if (hear(conversation, &conversation->waiting[i]) != STEP_DONE)
			return STEP_FAIL;
	conversation->is_over = false;
	return STEP_DONE;
}

/* A reply that nothing asked for, before anything more is said: the pairs would be wrong. */
static enum step check_quiet(struct conversation *conversation)
{
	static const struct command nothing = {.name = N_("nothing"), .seconds = 1};

	if (conversation->count > 0 || unread(conversation).length == 0)
		return STEP_DONE;
	conversation->is_over = true;
	if (hear_lines(conversation, &nothing) != STEP_DONE)
		return STEP_FAIL;
	if (conversation->reply.code == 421)
		return conversation->language->on_reply(
			conversation->context, &nothing, &conversation->reply);
	return conversation_refused(
		conversation, FAIL_PROTOCOL, _("the server answers what was not asked"));
}

static bool is_one_line(struct span line)
{
	return span_index(line, '\r') == line.length && span_index(line, '\n') == line.length &&
	       span_index(line, '\0') == line.length;
}

static bool may_wait(const struct conversation *conversation, const struct command *command)
{
	return conversation->is_grouping && command->verb != NULL &&
	       command->verb->may_be_grouped && conversation->count < LIMIT_GROUP &&
	       conversation->out.length < LIMIT_GROUP_OCTETS;
}

enum step conversation_say(
	struct conversation *conversation, const struct command *command, struct span line)
{
	struct buffer *out = &conversation->out;

	if (conversation->is_over)
		return STEP_FAIL;
	if (!is_one_line(line))
		return conversation_fail(conversation, FAIL_USAGE,
			"%s cannot be said: it would be more than one line", name_of(command));
	if (check_quiet(conversation) != STEP_DONE)
		return STEP_FAIL;
	if (command->is_secret && send_out(conversation, false) != STEP_DONE)
		goto failed;
	buffer_reserve(out, line.length + 2); /* one place in memory, which is wiped */
	buffer_add_span(out, line);
	buffer_add_text(out, "\r\n");
	conversation->waiting[conversation->count] = *command;
	conversation->waiting[conversation->count++].has_many_lines = is_many(command->verb, line);
	if (command->is_secret && send_out(conversation, true) != STEP_DONE)
		goto failed;
	return may_wait(conversation, command) ? STEP_DONE : conversation_finish(conversation);
failed:
	conversation->is_over = true;
	return STEP_FAIL;
}

enum step conversation_hear(struct conversation *conversation, const struct command *command)
{
	if (conversation->is_over)
		return STEP_FAIL;
	conversation->waiting[conversation->count++] = *command;
	return conversation_finish(conversation);
}

enum step conversation_send(struct conversation *conversation, struct span octets, int seconds)
{
	if (conversation->is_over)
		return STEP_FAIL;
	if (connection_write(conversation->connection, octets, false, seconds,
		    &conversation->fail) != STEP_FAIL)
		return STEP_DONE;
	conversation->is_over = true;
	return hear_last_words(conversation);
}

enum step conversation_secure(struct conversation *conversation, int seconds)
{
	if (conversation->is_over)
		return STEP_FAIL;
	conversation->is_over = true;
	if (unread(conversation).length > 0)
		return conversation_fail(conversation, FAIL_PROTOCOL,
			"octets in clear stand behind the reply that begins TLS: somebody may have "
			"put them there");
	if (connection_secure(conversation->connection, seconds, &conversation->fail) != STEP_DONE)
		return STEP_FAIL;
	conversation->is_over = false;
	return STEP_DONE;
}
