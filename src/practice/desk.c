#include "practice/desk.h"

#include "base/language.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void desk_init(struct desk *desk, const struct talk_kind *kind,
	const struct desk_language *language, struct house *house)
{
	bool is_pop3 = language->protocol == MAIL_POP3;
	uint64_t *sessions = is_pop3 ? &house->pop3_sessions : &house->smtp_sessions;

	desk->language = language;
	desk->house = house;
	talk_init(&desk->talk, kind, language->idle);
	line_taker_init(&desk->lines);
	desk->talk.session = ++*sessions;
	faults_init(&desk->faults, house->script, language->protocol, desk->talk.session);
	faults_set_up(&desk->faults, &desk->talk);
}

void desk_fini(struct desk *desk)
{
	exchange_free(desk->exchange);
	faults_fini(&desk->faults);
	line_taker_fini(&desk->lines);
	talk_fini(&desk->talk);
}

void desk_describe(const struct desk *desk, struct buffer *line)
{
	const struct talk *talk = &desk->talk;

	buffer_printf(line, _("%s session %llu from %s%s%s%s%s: "), talk->kind->name,
		(unsigned long long)desk->faults.session, talk->address, talk->is_tls ? ", " : "",
		talk->cipher, desk->user != NULL ? _(", user ") : "",
		desk->user != NULL ? desk->user->name : "");
}

const char *desk_line_end(const struct desk *desk)
{
	return faults_setting(&desk->faults, RULE_BARE_LF) != NULL ? "\n" : "\r\n";
}

void desk_say(struct desk *desk, struct span line)
{
	buffer_add_span(&desk->talk.out, line);
	if (line.length == 0 || line.at[line.length - 1] != '\n')
		buffer_add_text(&desk->talk.out, desk_line_end(desk));
}

static void reply_with(struct desk *desk, const char *code, const char *format, va_list more)
{
	char *text = NULL;

	if (vasprintf(&text, format, more) < 0)
		abort();
	desk->language->reply(desk, span_text(code), span_text(text));
	free(text);
}

void desk_reply(struct desk *desk, const char *code, const char *format, ...)
{
	va_list more;

	va_start(more, format);
	reply_with(desk, code, format, more);
	va_end(more);
}

void desk_wrong(struct desk *desk, const char *code, const char *format, ...)
{
	va_list more;

	va_start(more, format);
	reply_with(desk, code, format, more);
	va_end(more);
	if (++desk->wrong >= LIMIT_PRACTICE_WRONG)
		desk_dismiss(desk, "Too many errors");
}

void desk_dismiss(struct desk *desk, const char *why)
{
	const char *code = desk->language->codes[DESK_FAREWELL];

	if (code != NULL)
		desk_reply(desk, code, "%s %s, closing", desk->house->host, why);
	desk->talk.then = TALK_CLOSE;
}

static void end_by(struct desk *desk, const struct rule *rule)
{
	desk->talk.then = rule->act == RULE_RESET ? TALK_RESET : TALK_CLOSE;
}

bool desk_arrive(struct desk *desk, const char *place, const struct rule **reply)
{
	struct faults_met met = faults_meet(&desk->faults, RULE_AT, place);

	*reply = met.reply;
	talk_wait(&desk->talk, met.delay);
	if (met.end != NULL)
		end_by(desk, met.end);
	return met.end == NULL;
}

void desk_after(struct desk *desk, const char *place)
{
	struct faults_met met = faults_meet(&desk->faults, RULE_AFTER, place);

	for (size_t i = 0; i < met.say_count; i++)
		desk_say(desk, met.say[i]);
	if (met.end != NULL)
		end_by(desk, met.end);
}

void desk_greet(struct desk *desk)
{
	const struct rule *reply;

	if (!desk_arrive(desk, "GREETING", &reply))
		return;
	if (reply != NULL)
		desk->language->obey(desk, reply);
	else
		desk->language->greet(desk);
	desk_after(desk, "GREETING");
}

bool desk_may_begin_tls(struct desk *desk, const struct verb *verb)
{
	const char *const *codes = desk->language->codes;

	if (desk->talk.is_tls)
		desk_wrong(desk, codes[DESK_ORDER], "TLS is on already");
	else if (!desk->house->can_tls || !desk_offers(desk, verb->name, true))
		desk_wrong(desk, codes[DESK_UNOFFERED], "%s is not offered", verb->name);
	else
		return true;
	return false;
}

void desk_begin_tls(struct desk *desk, const char *code, const char *text)
{
	const struct rule *rule = faults_setting(&desk->faults, RULE_INJECT);

	desk_reply(desk, code, "%s", text);
	if (rule != NULL)
		desk_say(desk, rule->text);
	desk->talk.then = TALK_TLS;
}

static const struct desk_handler *handler_of(const struct desk *desk, const struct verb *verb)
{
	const struct desk_handler *handler = desk->language->handlers;

	while (handler->verb != NULL && strcmp(handler->verb, verb->name) != 0)
		handler++;
	return handler->verb != NULL ? handler : NULL;
}

static bool swallows(
	struct desk *desk, const struct verb *verb, struct span argument, const struct rule *rule)
{
	return desk->language->swallow != NULL &&
	       desk->language->swallow(desk, verb, argument, rule);
}

/* Blanks at the end are let pass (RFC 5321 4.1.1), but those of a password belong to it (RFC 1939
 * 7). */
static struct span argument_of(const struct verb *verb, struct span line)
{
	struct span argument = span_from(line, strlen(verb->name));

	while (argument.length > 0 && argument.at[argument.length - 1] == ' ' &&
		verb->effect != EFFECT_PASSWORD)
		argument.length--;
	return span_from(argument, 1);
}

static void run_verb(struct desk *desk, const struct verb *verb, struct span argument)
{
	const struct desk_handler *handler = handler_of(desk, verb);
	const char *const *codes = desk->language->codes;

	if (handler == NULL) {
		desk_wrong(desk, codes[DESK_UNOFFERED], "%s is not implemented", verb->name);
	} else if ((verb->states & desk->state) == 0) {
		if (!swallows(desk, verb, argument, NULL))
			desk_wrong(desk, codes[DESK_ORDER], "%s out of order: %s", verb->name,
				desk->language->what_first(desk, verb));
	} else if ((handler->argument == ARGUMENT_MUST && argument.length == 0) ||
		   (handler->argument == ARGUMENT_NONE && argument.length > 0)) {
		desk_wrong(desk, codes[DESK_SYNTAX], "Syntax: %s", verb->grammar);
	} else {
		handler->run(desk, verb, argument);
	}
}

static void on_verb(struct desk *desk, const struct verb *verb, struct span line)
{
	struct span argument = argument_of(verb, line);
	const struct rule *reply;

	if (!desk_arrive(desk, verb->name, &reply))
		return;
	if (reply == NULL)
		run_verb(desk, verb, argument);
	else if (!swallows(desk, verb, argument, reply))
		desk->language->obey(desk, reply);
	/* BDAT is answered when its octets are here, a long answer when all of it is given. */
	if (verb->effect != EFFECT_BDAT && !desk->talk.has_more)
		desk_after(desk, verb->name);
}

static bool has_controls(struct span line)
{
	for (size_t i = 0; i < line.length; i++)
		if (line.at[i] < ' ' || line.at[i] == 0x7f)
			return true;
	return false;
}

static void on_command(struct desk *desk, struct span line, enum line_flaw flaw)
{
	const struct desk_language *language = desk->language;
	const struct verb *verb = vocabulary_verb(language->protocol, line);
	bool is_auth = verb != NULL && verb->effect == EFFECT_AUTH;
	const char *code = language->codes[DESK_LINE];

	if (flaw == LINE_TOO_LONG || (line.length > language->longest && !is_auth))
		desk_wrong(
			desk, is_auth ? language->codes[DESK_LOGIN_LINE] : code, "Line too long");
	else if (flaw == LINE_BARE_LF)
		desk_wrong(desk, code, "LF without CR: a line ends in both");
	else if (language->refuses_controls && has_controls(line))
		desk_wrong(desk, code, "Control characters in a command");
	else if (verb == NULL)
		desk_wrong(desk, code, "Command not recognized");
	else
		on_verb(desk, verb, line);
}

struct span desk_secret(const struct talk *talk, struct span line)
{
	const struct desk *desk = (const struct desk *)talk;

	return line_secret(desk->language->protocol, line, desk->exchange != NULL);
}

void desk_take_line(struct desk *desk, struct span *octets)
{
	struct span line, before = *octets;
	enum line_flaw flaw;
	enum step step = line_take(&desk->lines, octets, &line, &flaw);

	talk_hear_line(&desk->talk, span_first(before, before.length - octets->length));
	if (step != STEP_DONE)
		return;
	if (desk->exchange == NULL) {
		on_command(desk, line, flaw);
	} else if (flaw == LINE_WHOLE) {
		desk_respond(desk, line);
	} else {
		desk_give_up_login(desk);
		desk_wrong(desk, desk->language->codes[DESK_LOGIN_LINE],
			"Line too long, or without CR LF; login given up");
	}
}
