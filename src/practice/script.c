#include "practice/script.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "practice/script_reader.h"
#include "practice/talk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct script {
	struct arena arena;
	struct rule *rules;
	size_t count;
};

/* A word, and what is read behind it. */
struct row {
	const char *word;
	bool (*read)(struct script_reader *reader);
	enum rule_act act;
	unsigned when; /* a set of 1 << enum rule_when */
};

enum { WHEN_AT = 1 << RULE_AT, WHEN_AFTER = 1 << RULE_AFTER };

static struct span printed(struct span word)
{
	return span_first(word, 40);
}

#define SHOWN(word) (int)printed(word).length, (const char *)printed(word).at

static bool read_by_rows(struct script_reader *reader, const struct row *rows, const char *what)
{
	struct span word = script_word(reader);

	for (const struct row *row = rows; row->word != NULL; row++)
		if (span_is_letters(word, row->word)) {
			reader->rule->act = row->act;
			if (row->when != 0 && (row->when >> reader->rule->when & 1) == 0)
				return script_wrong(reader, "\"%s\" stands only behind \"%s\"",
					row->word, row->when == WHEN_AT ? "at" : "after");
			return row->read == NULL || row->read(reader);
		}
	if (word.length == 0)
		return script_wrong(reader, "%s must stand here", what);
	return script_wrong(reader, "\"%.*s\": %s must stand here", SHOWN(word), what);
}

/* CODE = 3DIGIT / "+OK" / "-ERR" */
static bool read_reply(struct script_reader *reader)
{
	struct span code = script_peek(reader);
	uint64_t number;

	if (span_is(code, "+OK") || span_is(code, "-ERR"))
		reader->rule->sides &= RULE_POP3;
	else if (code.length == 3 && span_number(code, &number) && number >= 200 && number < 600)
		reader->rule->sides &= RULE_SMTP;
	else
		return script_wrong(
			reader, "a reply begins with a code from 200 to 599, or with +OK or -ERR");
	if (reader->rule->sides == 0)
		return script_wrong(reader, "no such reply in this protocol");
	return script_text(reader);
}

static bool read_delay(struct script_reader *reader)
{
	return script_duration(reader, &reader->rule->value);
}

static const struct row actions[] = {
	{"reply", read_reply, RULE_REPLY, WHEN_AT},
	{"delay", read_delay, RULE_DELAY, WHEN_AT},
	{"close", NULL, RULE_CLOSE, WHEN_AT | WHEN_AFTER},
	{"reset", NULL, RULE_RESET, WHEN_AT | WHEN_AFTER},
	{"say", script_text, RULE_SAY, WHEN_AFTER},
	{.word = NULL},
};

static bool set_place(struct rule *rule, struct span word)
{
	if (word.length == 0 || word.length >= sizeof rule->place)
		return false;
	for (size_t i = 0; i < word.length; i++)
		rule->place[i] = (char)(word.at[i] >= 'a' && word.at[i] <= 'z' ? word.at[i] - 32
									       : word.at[i]);
	rule->place[word.length] = '\0';
	return true;
}

/* Which protocols have the place. */
static unsigned place_sides(struct span word)
{
	unsigned sides = 0;

	if (span_is_letters(word, "greeting"))
		return RULE_BOTH;
	if (span_is_letters(word, "message"))
		return RULE_SMTP;
	for (int protocol = MAIL_SMTP; protocol <= MAIL_POP3; protocol++) {
		const struct verb *verb = vocabulary_verb((enum mail_protocol)protocol, word);

		if (verb != NULL && span_is_letters(word, verb->name))
			sides |= 1U << protocol;
	}
	return sides;
}

/* (verb / "greeting" / "message") [number] action */
static bool read_place(struct script_reader *reader)
{
	struct span word = script_word(reader);
	uint64_t number;

	if (place_sides(word) == 0 || !set_place(reader->rule, word))
		return script_wrong(
			reader, "a command, \"greeting\" or \"message\" must stand here");
	reader->rule->sides &= place_sides(word);
	if (reader->rule->sides == 0)
		return script_wrong(reader, "no such command in this protocol");
	word = script_peek(reader);
	if (span_number(word, &number) &&
		!script_number(reader, 1, UINT32_MAX, &reader->rule->number))
		return false;
	return read_by_rows(reader, actions, _("reply, delay, close, reset or say"));
}

static bool read_at(struct script_reader *reader)
{
	reader->rule->when = RULE_AT;
	return read_place(reader);
}

static bool read_after(struct script_reader *reader)
{
	reader->rule->when = RULE_AFTER;
	return read_place(reader);
}

/* ["no"] keyword [text] */
static bool read_offer(struct script_reader *reader)
{
	struct span word = script_word(reader);

	if (span_is_letters(word, "no")) {
		reader->rule->act = RULE_OFFER_NO;
		word = script_word(reader);
	}
	for (size_t i = 0; i < word.length; i++)
		if (word.at[i] <= ' ' || word.at[i] >= 0x7f)
			return script_wrong(reader, "a keyword has no such letters");
	if (!set_place(reader->rule, word))
		return script_wrong(reader, "a keyword of at most 23 letters must stand here");
	if (reader->rule->act == RULE_OFFER && script_peek(reader).length > 0)
		return script_text(reader);
	return true;
}

static bool read_certificate(struct script_reader *reader)
{
	static const char *const names[TALK_CERTIFICATES] = {
		"good", "expired", "wrong-name", "self-signed"};
	struct span word = script_word(reader);

	for (uint64_t i = 0; i < TALK_CERTIFICATES; i++)
		if (span_is_letters(word, names[i])) {
			reader->rule->value = i;
			return true;
		}
	return script_wrong(reader, "expired, wrong-name, self-signed or good must stand here");
}

static bool read_octets(struct script_reader *reader)
{
	return script_number(reader, 0, UINT32_MAX, &reader->rule->value);
}

static bool read_split(struct script_reader *reader)
{
	return script_number(reader, 1, LIMIT_PRACTICE_OUT, &reader->rule->value);
}

static const struct row retrievals[] = {
	{"unstuffed", NULL, RULE_UNSTUFFED, 0},
	{"octets", read_octets, RULE_OCTETS, 0},
	{.word = NULL},
};

static const struct row replies[] = {
	{"bare-lf", NULL, RULE_BARE_LF, 0},
	{"split", read_split, RULE_SPLIT, 0},
	{.word = NULL},
};

static const struct row injections[] = {
	{"inject", script_text, RULE_INJECT, 0},
	{.word = NULL},
};

static const struct row refusals[] = {
	{"bare-lf", NULL, RULE_REFUSE_LF, 0},
	{.word = NULL},
};

static bool read_retr(struct script_reader *reader)
{
	reader->rule->sides &= RULE_POP3;
	if (reader->rule->sides == 0)
		return script_wrong(reader, "no such command in this protocol");
	return read_by_rows(reader, retrievals, _("unstuffed or octets"));
}

static bool read_replies(struct script_reader *reader)
{
	return read_by_rows(reader, replies, _("bare-lf or split"));
}

static bool read_starttls(struct script_reader *reader)
{
	return read_by_rows(reader, injections, "inject");
}

static bool read_refuse(struct script_reader *reader)
{
	reader->rule->sides &= RULE_SMTP;
	if (reader->rule->sides == 0)
		return script_wrong(reader, "POP3 brings no messages in");
	return read_by_rows(reader, refusals, "bare-lf");
}

static const struct row heads[] = {
	{"at", read_at, RULE_REPLY, 0},
	{"after", read_after, RULE_REPLY, 0},
	{"offer", read_offer, RULE_OFFER, 0},
	{"certificate", read_certificate, RULE_CERTIFICATE, 0},
	{"retr", read_retr, RULE_UNSTUFFED, 0},
	{"reply", read_replies, RULE_BARE_LF, 0},
	{"starttls", read_starttls, RULE_INJECT, 0},
	{"refuse", read_refuse, RULE_REFUSE_LF, 0},
	{.word = NULL},
};

/* "in" ["smtp" / "pop3"] ["session" number] */
static bool read_scope(struct script_reader *reader)
{
	struct span word = script_peek(reader);
	bool has_any = false;

	if (!span_is_letters(word, "in"))
		return true;
	(void)script_word(reader);
	word = script_peek(reader);
	if (span_is_letters(word, "smtp") || span_is_letters(word, "pop3")) {
		reader->rule->sides = span_is_letters(word, "smtp") ? RULE_SMTP : RULE_POP3;
		(void)script_word(reader);
		word = script_peek(reader);
		has_any = true;
	}
	if (span_is_letters(word, "session")) {
		(void)script_word(reader);
		return script_number(reader, 1, UINT32_MAX, &reader->rule->session);
	}
	return has_any || script_wrong(reader, "smtp, pop3 or session must stand here");
}

/* A rule, or nothing: an empty line, or one of a comment. */
static bool read_line(struct script_reader *reader)
{
	struct span word = script_peek(reader);

	if (word.length == 0 || word.at[0] == '#') {
		reader->rule->sides = 0;
		return true;
	}
	if (!read_scope(reader) ||
		!read_by_rows(reader, heads,
			_("at, after, offer, certificate, retr, reply, starttls, refuse or in")))
		return false;
	word = script_word(reader);
	return word.length == 0 || word.at[0] == '#' ||
	       script_wrong(reader, "\"%.*s\" is more than the rule needs", SHOWN(word));
}

struct script *script_new(void)
{
	struct script *script = memory_new(1, sizeof *script);

	arena_init(&script->arena);
	return script;
}

void script_free(struct script *script)
{
	if (script == NULL)
		return;
	arena_fini(&script->arena);
	free(script->rules);
	free(script);
}

static enum step add_line(
	struct script *script, struct span line, struct buffer *complaint, size_t *column)
{
	struct rule rule = {.sides = RULE_BOTH};
	struct script_reader reader = {
		.line = line, .arena = &script->arena, .rule = &rule, .complaint = complaint};

	if (!read_line(&reader)) {
		*column = reader.word + 1;
		return STEP_FAIL;
	}
	if (rule.sides == 0)
		return STEP_DONE;
	if (script->count == LIMIT_PRACTICE_RULES) {
		*column = 1;
		script_wrong(&reader, "more than %d rules", (int)LIMIT_PRACTICE_RULES);
		return STEP_FAIL;
	}
	script->rules = memory_resize(script->rules, script->count + 1, sizeof *script->rules);
	script->rules[script->count++] = rule;
	return STEP_DONE;
}

enum step script_add(struct script *script, const char *where, struct span text, struct fail *fail)
{
	struct buffer complaint;
	enum step step = STEP_DONE;
	size_t number = 1, column = 1;

	buffer_init(&complaint, 0);
	for (; step == STEP_DONE && text.length > 0; number++) {
		struct span line = span_first(text, span_index(text, '\n'));

		text = span_from(text, line.length + 1);
		if (line.length > 0 && line.at[line.length - 1] == '\r')
			line.length--;
		step = add_line(script, line, &complaint, &column);
	}
	if (step == STEP_FAIL)
		(void)fail_set(fail, FAIL_USAGE, "%.100s:%zu:%zu: %s", where, number - 1, column,
			buffer_text(&complaint));
	buffer_fini(&complaint);
	return step;
}

static enum step read_all(int descriptor, struct buffer *text)
{
	uint8_t octets[4096];
	ssize_t got;

	while ((got = read(descriptor, octets, sizeof octets)) > 0)
		buffer_add(text, octets, (size_t)got);
	return got < 0 ? STEP_FAIL : STEP_DONE;
}

enum step script_read(struct script *script, const char *path, struct fail *fail)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	struct buffer text;
	enum step step;

	buffer_init(&text, LIMIT_PRACTICE_SCRIPT);
	if (descriptor < 0 || read_all(descriptor, &text) == STEP_FAIL)
		step = fail_set(
			fail, FAIL_OPEN, "%s: cannot read: %s", path, language_error(errno));
	else if (text.is_cut)
		step = fail_set(fail, FAIL_OPEN, "%s: more than %d octets", path,
			(int)LIMIT_PRACTICE_SCRIPT);
	else
		step = script_add(script, path, buffer_span(&text), fail);
	if (descriptor >= 0)
		close(descriptor);
	buffer_fini(&text);
	return step;
}

const struct rule *script_rules(const struct script *script, size_t *count)
{
	*count = script->count;
	return script->rules;
}
