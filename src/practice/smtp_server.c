#include "practice/smtp_server.h"

#include "base/memory.h"
#include "practice/smtp_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { IDLE = 300 }; /* RFC 5321 4.5.3.2.7 */

static const char *line_end(const struct smtp_server *smtp)
{
	return faults_setting(&smtp->faults, RULE_BARE_LF) != NULL ? "\n" : "\r\n";
}

bool smtp_offers(const struct smtp_server *smtp, const char *keyword, bool is_offered)
{
	const struct rule *rule = faults_offer(&smtp->faults, keyword);

	return rule != NULL ? rule->act == RULE_OFFER : is_offered;
}

/* Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF; the
 * status code, if any, on each line (RFC 2034 4). */
static void add_reply(struct smtp_server *smtp, struct span code, struct span text)
{
	struct buffer *out = &smtp->talk.out;
	struct span enhanced = span_from(code, 4);
	const char *end = line_end(smtp);

	if (!smtp_offers(smtp, "ENHANCEDSTATUSCODES", true))
		enhanced.length = 0;
	for (;;) {
		struct span line = span_first(text, span_index(text, '\n'));
		bool is_last = line.length == text.length;

		buffer_add_span(out, span_first(code, 3));
		buffer_add_byte(out, is_last ? ' ' : '-');
		buffer_add_span(out, enhanced);
		if (enhanced.length > 0)
			buffer_add_byte(out, ' ');
		buffer_add_span(out, line);
		buffer_add_text(out, end);
		if (is_last)
			return;
		text = span_from(text, line.length + 1);
	}
}

static void reply_with(struct smtp_server *smtp, const char *code, const char *format, va_list more)
{
	char *text = NULL;

	if (vasprintf(&text, format, more) < 0)
		abort();
	add_reply(smtp, span_text(code), span_text(text));
	free(text);
}

void smtp_reply(struct smtp_server *smtp, const char *code, const char *format, ...)
{
	va_list more;

	va_start(more, format);
	reply_with(smtp, code, format, more);
	va_end(more);
}

void smtp_wrong(struct smtp_server *smtp, const char *code, const char *format, ...)
{
	va_list more;

	va_start(more, format);
	reply_with(smtp, code, format, more);
	va_end(more);
	if (++smtp->wrong < LIMIT_PRACTICE_WRONG)
		return;
	smtp_reply(smtp, "421 4.7.0", "%s Too many errors, closing", smtp->house->host);
	smtp->talk.then = TALK_CLOSE;
}

void smtp_reply_rule(struct smtp_server *smtp, const struct rule *rule)
{
	struct span code = span_first(rule->text, 3);

	add_reply(smtp, code, span_from(rule->text, code.length + 1));
}

/* What a rule says, as a line. */
static void say(struct smtp_server *smtp, struct span text)
{
	buffer_add_span(&smtp->talk.out, text);
	if (text.length == 0 || text.at[text.length - 1] != '\n')
		buffer_add_text(&smtp->talk.out, line_end(smtp));
}

static void end_by(struct smtp_server *smtp, const struct rule *rule)
{
	smtp->talk.then = rule->act == RULE_RESET ? TALK_RESET : TALK_CLOSE;
}

void smtp_after(struct smtp_server *smtp, const char *place)
{
	struct faults_met met = faults_meet(&smtp->faults, RULE_AFTER, place);

	for (size_t i = 0; i < met.say_count; i++)
		say(smtp, met.say[i]);
	if (met.end != NULL)
		end_by(smtp, met.end);
}

/* A message that was not taken to its end ends the transaction too. */
void smtp_reset(struct smtp_server *smtp)
{
	delivery_abandon(smtp->delivery);
	smtp->delivery = NULL;
	if (smtp->envelope != NULL) {
		buffer_fini(&smtp->envelope->sender);
		buffer_fini(&smtp->envelope->recipient);
		free(smtp->envelope);
	}
	smtp->envelope = NULL;
	smtp->is_chunked = smtp->is_last_chunk = smtp->is_refused = false;
	smtp->has_bare_lf = smtp->has_failed = false;
	smtp->octets = 0;
	if (smtp->state != IN_START)
		smtp->state = IN_READY;
}

/* What EHLO offers, a row each (RFC 5321 4.1.1.1): when, and with which words. */
static bool offers_always(const struct smtp_server *smtp)
{
	(void)smtp;
	return true;
}

static bool offers_login(const struct smtp_server *smtp)
{
	return smtp->talk.is_tls || !smtp->house->needs_tls;
}

static bool offers_tls(const struct smtp_server *smtp)
{
	return !smtp->talk.is_tls && smtp->house->can_tls;
}

static void add_size(const struct smtp_server *smtp, struct buffer *out)
{
	buffer_printf(out, " %llu", (unsigned long long)smtp->house->size);
}

static void add_mechanisms(const struct smtp_server *smtp, struct buffer *out)
{
	house_add_mechanisms(faults_offer(&smtp->faults, "AUTH"), out);
}

static const struct offer {
	const char *keyword;
	bool (*is_offered)(const struct smtp_server *smtp);
	void (*add)(const struct smtp_server *smtp, struct buffer *out);
} offers[] = {
	{"PIPELINING", offers_always, NULL},
	{"SIZE", offers_always, add_size},
	{"STARTTLS", offers_tls, NULL},
	{"AUTH", offers_login, add_mechanisms},
	{"8BITMIME", offers_always, NULL},
	{"BINARYMIME", offers_always, NULL},
	{"CHUNKING", offers_always, NULL},
	{"SMTPUTF8", offers_always, NULL},
	{"DSN", offers_always, NULL},
	{"ENHANCEDSTATUSCODES", offers_always, NULL},
	{"HELP", offers_always, NULL},
};
enum { OFFERS = sizeof offers / sizeof offers[0] };

static bool is_known_offer(const char *keyword)
{
	for (size_t i = 0; i < OFFERS; i++)
		if (strcmp(offers[i].keyword, keyword) == 0)
			return true;
	return false;
}

static void add_offer(const struct smtp_server *smtp, const struct offer *offer, struct buffer *out)
{
	const struct rule *rule = faults_offer(&smtp->faults, offer->keyword);

	if (rule != NULL ? rule->act != RULE_OFFER : !offer->is_offered(smtp))
		return;
	buffer_printf(out, "\n%s", offer->keyword);
	if (rule != NULL && rule->text.length > 0) {
		buffer_add_byte(out, ' ');
		buffer_add_span(out, rule->text);
	} else if (offer->add != NULL) {
		offer->add(smtp, out);
	}
}

/* Keywords that the script alone knows. */
static void add_foreign_offers(const struct smtp_server *smtp, struct buffer *out)
{
	const struct rule *rules;
	size_t count = 0;

	if (smtp->faults.counts == NULL)
		return;
	rules = script_rules(smtp->faults.script, &count);
	for (size_t i = 0; i < count; i++) {
		if (rules[i].act != RULE_OFFER || is_known_offer(rules[i].place) ||
			faults_offer(&smtp->faults, rules[i].place) != &rules[i])
			continue;
		buffer_printf(out, "\n%s", rules[i].place);
		if (rules[i].text.length > 0)
			buffer_add_byte(out, ' ');
		buffer_add_span(out, rules[i].text);
	}
}

static void hello(struct smtp_server *smtp, const struct verb *verb, struct span argument)
{
	struct buffer text;

	if (!path_is_hello(argument)) {
		smtp_wrong(smtp, "501 5.5.4", "Syntax: %s", verb->grammar);
		return;
	}
	smtp_reset(smtp);
	smtp->state = IN_READY;
	smtp->is_extended = strcmp(verb->name, "EHLO") == 0;
	buffer_clear(&smtp->hello);
	buffer_add_span(&smtp->hello, argument);
	buffer_init(&text, 0);
	buffer_printf(&text, "%s greets ", smtp->house->host);
	buffer_add_span(&text, argument);
	for (size_t i = 0; i < OFFERS && smtp->is_extended; i++)
		add_offer(smtp, &offers[i], &text);
	if (smtp->is_extended)
		add_foreign_offers(smtp, &text);
	add_reply(smtp, span_text("250"), buffer_span(&text));
	buffer_fini(&text);
}

static void starttls(struct smtp_server *smtp, const struct verb *verb, struct span argument)
{
	const struct rule *rule = faults_setting(&smtp->faults, RULE_INJECT);

	(void)verb, (void)argument;
	if (smtp->talk.is_tls) {
		smtp_wrong(smtp, "503 5.5.1", "TLS is on already");
	} else if (!smtp->house->can_tls || !smtp_offers(smtp, "STARTTLS", true)) {
		smtp_wrong(smtp, "502 5.5.1", "STARTTLS is not offered");
	} else {
		smtp_reply(smtp, "220 2.0.0", "Ready to start TLS");
		if (rule != NULL)
			say(smtp, rule->text);
		smtp->talk.then = TALK_TLS;
	}
}

static void rset(struct smtp_server *smtp, const struct verb *verb, struct span argument)
{
	(void)verb, (void)argument;
	smtp_reset(smtp);
	smtp_reply(smtp, "250 2.0.0", "Reset");
}

static void noop(struct smtp_server *smtp, const struct verb *verb, struct span argument)
{
	(void)verb, (void)argument;
	smtp_reply(smtp, "250 2.0.0", "Still here");
}

static void quit(struct smtp_server *smtp, const struct verb *verb, struct span argument)
{
	(void)verb, (void)argument;
	smtp_reply(smtp, "221 2.0.0", "%s closing, good bye", smtp->house->host);
	smtp->has_quit = true;
	smtp->talk.then = TALK_CLOSE;
}

/* RFC 5321 3.5.3, 7.3: who is here is not told. */
static void vrfy(struct smtp_server *smtp, const struct verb *verb, struct span argument)
{
	(void)verb, (void)argument;
	smtp_reply(smtp, "252 2.0.0", "Cannot tell; send the message, and see");
}

static void help(struct smtp_server *smtp, const struct verb *verb, struct span argument);

/* What a command does, and whether something must, may, must not stand behind it. */
static const struct handler {
	const char *verb;
	enum { ARGUMENT_NONE, ARGUMENT_MAY, ARGUMENT_MUST } argument;
	void (*run)(struct smtp_server *smtp, const struct verb *verb, struct span argument);
} handlers[] = {
	{"EHLO", ARGUMENT_MUST, hello},
	{"HELO", ARGUMENT_MUST, hello},
	{"STARTTLS", ARGUMENT_NONE, starttls},
	{"AUTH", ARGUMENT_MUST, smtp_auth},
	{"MAIL", ARGUMENT_MUST, smtp_mail},
	{"RCPT", ARGUMENT_MUST, smtp_rcpt},
	{"DATA", ARGUMENT_NONE, smtp_data},
	{"BDAT", ARGUMENT_MUST, smtp_bdat},
	{"RSET", ARGUMENT_NONE, rset},
	{"NOOP", ARGUMENT_MAY, noop},
	{"VRFY", ARGUMENT_MUST, vrfy},
	{"HELP", ARGUMENT_MAY, help},
	{"QUIT", ARGUMENT_NONE, quit},
};
enum { HANDLERS = sizeof handlers / sizeof handlers[0] };

static const struct handler *handler_of(const struct verb *verb)
{
	for (size_t i = 0; i < HANDLERS; i++)
		if (strcmp(handlers[i].verb, verb->name) == 0)
			return &handlers[i];
	return NULL;
}

static void help(struct smtp_server *smtp, const struct verb *verb, struct span argument)
{
	struct buffer text;

	(void)verb;
	verb = argument.length > 0 ? vocabulary_verb(MAIL_SMTP, argument) : NULL;
	if (verb != NULL) {
		smtp_reply(
			smtp, "214 2.0.0", "%s\n%s\n%s", verb->grammar, verb->meaning, verb->rfc);
		return;
	}
	buffer_init(&text, 0);
	buffer_add_text(&text, "Commands:");
	for (size_t i = 0; i < HANDLERS; i++)
		buffer_printf(&text, " %s", handlers[i].verb);
	buffer_add_text(&text, "\nHELP and one of them tells more");
	smtp_reply(smtp, "214 2.0.0", "%s", buffer_text(&text));
	buffer_fini(&text);
}

/* Why the verb may not come now, in words that help. */
static const char *what_first(const struct smtp_server *smtp, const struct verb *verb)
{
	if (smtp->state == IN_START)
		return "EHLO or HELO comes first";
	if (smtp->state != IN_READY && (verb->states & IN_READY) != 0)
		return "a transaction is open: end it, or RSET";
	return smtp->state == IN_READY ? "MAIL comes first" : "RCPT comes first";
}

/* Argument: what stands behind the verb and one blank; blanks at the end are let pass (RFC 5321
 * 4.1.1). */
static void run_verb(struct smtp_server *smtp, const struct verb *verb, struct span line)
{
	const struct handler *handler = handler_of(verb);
	struct span argument = span_from(line, strlen(verb->name));
	bool is_chunk = verb->effect == EFFECT_BDAT;

	while (argument.length > 0 && argument.at[argument.length - 1] == ' ')
		argument.length--;
	argument = span_from(argument, 1);
	if (handler == NULL) {
		smtp_wrong(smtp, "502 5.5.1", "%s is not implemented", verb->name);
	} else if ((verb->states & smtp->state) == 0) {
		if (!is_chunk || !smtp_swallow(smtp, argument, NULL))
			smtp_wrong(smtp, "503 5.5.1", "%s out of order: %s", verb->name,
				what_first(smtp, verb));
	} else if ((handler->argument == ARGUMENT_MUST && argument.length == 0) ||
		   (handler->argument == ARGUMENT_NONE && argument.length > 0)) {
		smtp_wrong(smtp, "501 5.5.4", "Syntax: %s", verb->grammar);
	} else {
		handler->run(smtp, verb, argument);
	}
}

static void on_verb(struct smtp_server *smtp, const struct verb *verb, struct span line)
{
	struct faults_met met = faults_meet(&smtp->faults, RULE_AT, verb->name);

	talk_wait(&smtp->talk, met.delay);
	if (met.end != NULL) {
		end_by(smtp, met.end);
		return;
	}
	if (met.reply == NULL)
		run_verb(smtp, verb, line);
	else if (verb->effect != EFFECT_BDAT || !smtp_swallow(smtp, span_from(line, 5), met.reply))
		smtp_reply_rule(smtp, met.reply);
	/* BDAT is answered when its octets are here. */
	if (verb->effect != EFFECT_BDAT)
		smtp_after(smtp, verb->name);
}

static bool has_odd_octets(struct span line)
{
	for (size_t i = 0; i < line.length; i++)
		if (line.at[i] < ' ' || line.at[i] == 0x7f)
			return true;
	return false;
}

static void on_command(struct smtp_server *smtp, struct span line, enum line_flaw flaw)
{
	const struct verb *verb = vocabulary_verb(MAIL_SMTP, line);
	bool is_auth = verb != NULL && verb->effect == EFFECT_AUTH;

	if (flaw == LINE_TOO_LONG || (line.length > LIMIT_PRACTICE_COMMAND && !is_auth))
		smtp_wrong(smtp, is_auth ? "500 5.5.6" : "500 5.5.2", "Line too long");
	else if (flaw == LINE_BARE_LF)
		smtp_wrong(smtp, "500 5.5.2", "LF without CR: a line ends in both");
	else if (has_odd_octets(line))
		smtp_wrong(smtp, "500 5.5.2", "Control characters in a command");
	else if (verb == NULL)
		smtp_wrong(smtp, "500 5.5.2", "Command not recognized");
	else
		on_verb(smtp, verb, line);
}

static void on_line(struct smtp_server *smtp, struct span line, enum line_flaw flaw)
{
	if (smtp->mode == SMTP_LOGIN && flaw == LINE_WHOLE) {
		smtp_response(smtp, line);
	} else if (smtp->mode == SMTP_LOGIN) {
		smtp->mode = SMTP_COMMAND;
		exchange_free(smtp->exchange);
		smtp->exchange = NULL;
		smtp_wrong(smtp, "500 5.5.6", "Line too long, or without CR LF; login given up");
	} else {
		on_command(smtp, line, flaw);
	}
}

static size_t feed(struct talk *talk, struct span octets)
{
	struct smtp_server *smtp = (struct smtp_server *)talk;
	struct span left = octets, line;
	enum line_flaw flaw;

	while (left.length > 0 && talk_may_go_on(talk)) {
		if (smtp->mode == SMTP_DATA)
			left = span_from(left, smtp_take_text(smtp, left));
		else if (smtp->mode == SMTP_CHUNK)
			left = span_from(left, smtp_take_chunk(smtp, left));
		else if (line_take(&smtp->lines, &left, &line, &flaw) == STEP_DONE)
			on_line(smtp, line, flaw);
	}
	return octets.length - left.length;
}

static void greet(struct smtp_server *smtp)
{
	struct faults_met met = faults_meet(&smtp->faults, RULE_AT, "GREETING");

	smtp->state = IN_START;
	talk_wait(&smtp->talk, met.delay);
	if (met.end != NULL) {
		end_by(smtp, met.end);
		return;
	}
	if (met.reply != NULL)
		smtp_reply_rule(smtp, met.reply);
	else
		smtp_reply(smtp, "220", "%s ESMTP mailscope practice", smtp->house->host);
	smtp_after(smtp, "GREETING");
}

/* Behind STARTTLS everything is forgotten (RFC 3207 4.2). */
static void ready(struct talk *talk)
{
	struct smtp_server *smtp = (struct smtp_server *)talk;

	if (smtp->state == 0) {
		greet(smtp);
		return;
	}
	smtp_reset(smtp);
	smtp->state = IN_START;
	smtp->user = NULL;
	smtp->is_extended = false;
	buffer_clear(&smtp->hello);
}

static struct talk *open_session(void *context)
{
	struct smtp_server *smtp = memory_new(1, sizeof *smtp);

	smtp->house = context;
	talk_init(&smtp->talk, &smtp_server_kind, IDLE);
	line_taker_init(&smtp->lines);
	buffer_init(&smtp->hello, 0);
	faults_init(&smtp->faults, smtp->house->script, MAIL_SMTP, ++smtp->house->smtp_sessions);
	faults_set_up(&smtp->faults, &smtp->talk);
	return &smtp->talk;
}

static void end(struct talk *talk, const char *how, struct buffer *line)
{
	struct smtp_server *smtp = (struct smtp_server *)talk;

	buffer_printf(line, "SMTP session %llu from %s%s%s%s%s: %u message%s; %s",
		(unsigned long long)smtp->faults.session, talk->address, talk->is_tls ? ", " : "",
		talk->cipher, smtp->user != NULL ? ", user " : "",
		smtp->user != NULL ? smtp->user->name : "", smtp->messages,
		smtp->messages == 1 ? "" : "s", smtp->has_quit ? "QUIT" : how);
	smtp_reset(smtp);
	exchange_free(smtp->exchange);
	faults_fini(&smtp->faults);
	line_taker_fini(&smtp->lines);
	buffer_fini(&smtp->hello);
	talk_fini(talk);
	free(smtp);
}

const struct talk_kind smtp_server_kind = {
	.name = "SMTP",
	.open = open_session,
	.ready = ready,
	.feed = feed,
	.end = end,
	.busy = "421 4.3.2 Too many sessions, try again later\r\n",
	.timeout = "421 4.4.2 Silent too long, closing\r\n",
	.goodbye = "421 4.3.2 Shutting down\r\n",
};
