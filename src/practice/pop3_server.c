#include "practice/pop3_server.h"

#include "base/memory.h"
#include "practice/pop3_parts.h"

#include <openssl/rand.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { IDLE = 600 }; /* RFC 1939 3: at least ten minutes */

const char *pop3_line_end(const struct pop3_server *pop3)
{
	return faults_setting(&pop3->faults, RULE_BARE_LF) != NULL ? "\n" : "\r\n";
}

bool pop3_offers(const struct pop3_server *pop3, const char *tag, bool is_offered)
{
	const struct rule *rule = faults_offer(&pop3->faults, tag);

	return rule != NULL ? rule->act == RULE_OFFER : is_offered;
}

static void add_line(struct pop3_server *pop3, struct span line)
{
	buffer_add_span(&pop3->talk.out, line);
	if (line.length == 0 || line.at[line.length - 1] != '\n')
		buffer_add_text(&pop3->talk.out, pop3_line_end(pop3));
}

static void reply_with(struct pop3_server *pop3, const char *format, va_list more)
{
	char *text = NULL;

	if (vasprintf(&text, format, more) < 0)
		abort();
	add_line(pop3, span_text(text));
	free(text);
}

void pop3_reply(struct pop3_server *pop3, const char *format, ...)
{
	va_list more;

	va_start(more, format);
	reply_with(pop3, format, more);
	va_end(more);
}

void pop3_wrong(struct pop3_server *pop3, const char *format, ...)
{
	va_list more;

	va_start(more, format);
	reply_with(pop3, format, more);
	va_end(more);
	if (++pop3->wrong >= LIMIT_PRACTICE_WRONG)
		pop3->talk.then = TALK_CLOSE;
}

static void end_by(struct pop3_server *pop3, const struct rule *rule)
{
	pop3->talk.then = rule->act == RULE_RESET ? TALK_RESET : TALK_CLOSE;
}

void pop3_after(struct pop3_server *pop3, const char *place)
{
	struct faults_met met = faults_meet(&pop3->faults, RULE_AFTER, place);

	for (size_t i = 0; i < met.say_count; i++)
		add_line(pop3, met.say[i]);
	if (met.end != NULL)
		end_by(pop3, met.end);
}

/* What CAPA offers, a row each (RFC 2449 6): when, and with which words. */
static bool offers_always(const struct pop3_server *pop3)
{
	(void)pop3;
	return true;
}

static bool offers_login(const struct pop3_server *pop3)
{
	return pop3->talk.is_tls || !pop3->house->needs_tls;
}

static bool offers_tls(const struct pop3_server *pop3)
{
	return !pop3->talk.is_tls && pop3->house->can_tls && pop3->state == IN_AUTHORIZATION;
}

static const struct offer {
	const char *tag;
	bool (*is_offered)(const struct pop3_server *pop3);
	const char *words; /* NULL: the mechanisms */
} offers[] = {
	{"USER", offers_login, ""},
	{"SASL", offers_login, NULL},
	{"STLS", offers_tls, ""},
	{"TOP", offers_always, ""},
	{"UIDL", offers_always, ""},
	{"RESP-CODES", offers_always, ""},
	{"AUTH-RESP-CODE", offers_always, ""},
	{"PIPELINING", offers_always, ""},
	{"EXPIRE", offers_always, " NEVER"},
	{"UTF8", offers_always, " USER"},
	{"IMPLEMENTATION", offers_always, " mailscope-practice"},
};
enum { OFFERS = sizeof offers / sizeof offers[0] };

static bool is_known_offer(const char *tag)
{
	for (size_t i = 0; i < OFFERS; i++)
		if (strcmp(offers[i].tag, tag) == 0)
			return true;
	return strcmp(tag, "APOP") == 0;
}

static void add_offer(struct pop3_server *pop3, const struct offer *offer)
{
	const struct rule *rule = faults_offer(&pop3->faults, offer->tag);
	struct buffer *out = &pop3->talk.out;

	if (rule != NULL ? rule->act != RULE_OFFER : !offer->is_offered(pop3))
		return;
	buffer_add_text(out, offer->tag);
	if (rule != NULL && rule->text.length > 0) {
		buffer_add_byte(out, ' ');
		buffer_add_span(out, rule->text);
	} else if (offer->words == NULL) {
		house_add_mechanisms(rule, out);
	} else {
		buffer_add_text(out, offer->words);
	}
	buffer_add_text(out, pop3_line_end(pop3));
}

/* Tags that the script alone knows. */
static void add_foreign_offers(struct pop3_server *pop3)
{
	const struct rule *rules;
	size_t count = 0;

	if (pop3->faults.counts == NULL)
		return;
	rules = script_rules(pop3->faults.script, &count);
	for (size_t i = 0; i < count; i++)
		if (rules[i].act == RULE_OFFER && !is_known_offer(rules[i].place) &&
			faults_offer(&pop3->faults, rules[i].place) == &rules[i])
			pop3_reply(pop3, "%s%s%.*s", rules[i].place,
				rules[i].text.length > 0 ? " " : "", (int)rules[i].text.length,
				(const char *)rules[i].text.at);
}

static void capa(struct pop3_server *pop3, const struct verb *verb, struct span argument)
{
	(void)verb, (void)argument;
	pop3_reply(pop3, "+OK What I can:");
	for (size_t i = 0; i < OFFERS; i++)
		add_offer(pop3, &offers[i]);
	add_foreign_offers(pop3);
	pop3_reply(pop3, ".");
}

static void stls(struct pop3_server *pop3, const struct verb *verb, struct span argument)
{
	const struct rule *rule = faults_setting(&pop3->faults, RULE_INJECT);

	(void)verb, (void)argument;
	if (pop3->talk.is_tls) {
		pop3_wrong(pop3, "-ERR TLS is on already");
	} else if (!pop3->house->can_tls || !pop3_offers(pop3, "STLS", true)) {
		pop3_wrong(pop3, "-ERR STLS is not offered");
	} else if (pop3->is_utf8) {
		pop3_wrong(pop3, "-ERR STLS must come before UTF8"); /* RFC 6856 2.1 */
	} else {
		pop3_reply(pop3, "+OK Begin TLS now");
		if (rule != NULL)
			add_line(pop3, rule->text);
		pop3->talk.then = TALK_TLS;
	}
}

static void utf8(struct pop3_server *pop3, const struct verb *verb, struct span argument)
{
	(void)verb, (void)argument;
	if (!pop3_offers(pop3, "UTF8", true)) {
		pop3_wrong(pop3, "-ERR UTF8 is not offered");
		return;
	}
	pop3->is_utf8 = true;
	pop3_reply(pop3, "+OK Messages come as they are");
}

static void noop(struct pop3_server *pop3, const struct verb *verb, struct span argument)
{
	(void)verb, (void)argument;
	pop3_reply(pop3, "+OK Still here");
}

static void count_deleted(struct pop3_server *pop3)
{
	for (size_t i = 0; i < maildrop_count(pop3->maildrop); i++)
		pop3->deleted += maildrop_message(pop3->maildrop, i)->is_deleted;
}

/* After a login QUIT removes what is marked, and only QUIT does (RFC 1939 6). */
static void quit(struct pop3_server *pop3, const struct verb *verb, struct span argument)
{
	bool is_good = true;

	(void)verb, (void)argument;
	if (pop3->maildrop != NULL) {
		count_deleted(pop3);
		is_good = maildrop_update(pop3->maildrop);
		maildrop_close(pop3->maildrop);
		pop3->maildrop = NULL;
	}
	pop3_reply(pop3, is_good ? "+OK Good bye" : "-ERR Some deleted messages not removed");
	pop3->has_quit = true;
	pop3->talk.then = TALK_CLOSE;
}

/* What a command does, and whether something must, may, must not stand behind it. */
static const struct handler {
	const char *verb;
	enum { ARGUMENT_NONE, ARGUMENT_MAY, ARGUMENT_MUST } argument;
	void (*run)(struct pop3_server *pop3, const struct verb *verb, struct span argument);
} handlers[] = {
	{"USER", ARGUMENT_MUST, pop3_user},
	{"PASS", ARGUMENT_MUST, pop3_pass},
	{"APOP", ARGUMENT_MUST, pop3_apop},
	{"AUTH", ARGUMENT_MAY, pop3_auth},
	{"CAPA", ARGUMENT_NONE, capa},
	{"STLS", ARGUMENT_NONE, stls},
	{"UTF8", ARGUMENT_NONE, utf8},
	{"STAT", ARGUMENT_NONE, pop3_stat},
	{"LIST", ARGUMENT_MAY, pop3_list},
	{"UIDL", ARGUMENT_MAY, pop3_list},
	{"RETR", ARGUMENT_MUST, pop3_retr},
	{"TOP", ARGUMENT_MUST, pop3_retr},
	{"DELE", ARGUMENT_MUST, pop3_dele},
	{"NOOP", ARGUMENT_NONE, noop},
	{"RSET", ARGUMENT_NONE, pop3_rset},
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

/* Argument: what stands behind the verb and one blank; of PASS blanks belong to it (RFC 1939 7). */
static void run_verb(struct pop3_server *pop3, const struct verb *verb, struct span line)
{
	const struct handler *handler = handler_of(verb);
	struct span argument = span_from(line, strlen(verb->name));

	while (argument.length > 0 && argument.at[argument.length - 1] == ' ' &&
		verb->effect != EFFECT_PASSWORD)
		argument.length--;
	argument = span_from(argument, 1);
	if (handler == NULL)
		pop3_wrong(pop3, "-ERR %s is not implemented", verb->name);
	else if ((verb->states & pop3->state) == 0)
		pop3_wrong(pop3, "-ERR %s out of order: %s", verb->name,
			pop3->state == IN_AUTHORIZATION ? "log in first"
							: "you are logged in already");
	else if ((handler->argument == ARGUMENT_MUST && argument.length == 0) ||
		 (handler->argument == ARGUMENT_NONE && argument.length > 0))
		pop3_wrong(pop3, "-ERR Syntax: %s", verb->grammar);
	else
		handler->run(pop3, verb, argument);
}

static void on_verb(struct pop3_server *pop3, const struct verb *verb, struct span line)
{
	struct faults_met met = faults_meet(&pop3->faults, RULE_AT, verb->name);

	talk_wait(&pop3->talk, met.delay);
	if (met.end != NULL) {
		end_by(pop3, met.end);
		return;
	}
	if (met.reply != NULL)
		add_line(pop3, met.reply->text);
	else
		run_verb(pop3, verb, line);
	if (!pop3->talk.has_more)
		pop3_after(pop3, verb->name);
}

static void on_command(struct pop3_server *pop3, struct span line, enum line_flaw flaw)
{
	const struct verb *verb = vocabulary_verb(MAIL_POP3, line);
	bool is_auth = verb != NULL && verb->effect == EFFECT_AUTH;

	if (flaw == LINE_TOO_LONG || (line.length + 2 > LIMIT_PRACTICE_REQUEST && !is_auth))
		pop3_wrong(pop3, "-ERR Line too long");
	else if (flaw == LINE_BARE_LF)
		pop3_wrong(pop3, "-ERR LF without CR: a line ends in both");
	else if (verb == NULL)
		pop3_wrong(pop3, "-ERR Command not recognized");
	else
		on_verb(pop3, verb, line);
}

static void on_line(struct pop3_server *pop3, struct span line, enum line_flaw flaw)
{
	if (pop3->exchange != NULL && flaw == LINE_WHOLE) {
		pop3_response(pop3, line);
	} else if (pop3->exchange != NULL) {
		pop3_give_up_login(pop3);
		pop3_wrong(pop3, "-ERR Line too long, or without CR LF; login given up");
	} else {
		on_command(pop3, line, flaw);
	}
}

static size_t feed(struct talk *talk, struct span octets)
{
	struct pop3_server *pop3 = (struct pop3_server *)talk;
	struct span left = octets, line;
	enum line_flaw flaw;

	while (talk_may_go_on(talk) && (talk->has_more || left.length > 0)) {
		if (talk->has_more)
			pop3_give(pop3);
		else if (line_take(&pop3->lines, &left, &line, &flaw) == STEP_DONE)
			on_line(pop3, line, flaw);
	}
	return octets.length - left.length;
}

/* RFC 1939 7: msg-id, another one each time. */
static void make_stamp(struct pop3_server *pop3)
{
	uint64_t chance = 0;

	(void)RAND_bytes((uint8_t *)&chance, sizeof chance);
	snprintf(pop3->stamp, sizeof pop3->stamp, "<%llu.%016llx.%lld@%.64s>",
		(unsigned long long)pop3->faults.session, (unsigned long long)chance,
		(long long)pop3->house->now(), pop3->house->host);
}

static void greet(struct pop3_server *pop3)
{
	struct faults_met met = faults_meet(&pop3->faults, RULE_AT, "GREETING");

	pop3->state = IN_AUTHORIZATION;
	talk_wait(&pop3->talk, met.delay);
	if (met.end != NULL) {
		end_by(pop3, met.end);
		return;
	}
	if (pop3_offers(pop3, "APOP", true))
		make_stamp(pop3);
	if (met.reply != NULL)
		add_line(pop3, met.reply->text);
	else
		pop3_reply(pop3, "+OK mailscope practice POP3 on %s%s%s", pop3->house->host,
			pop3->stamp[0] != '\0' ? " " : "", pop3->stamp);
	pop3_after(pop3, "GREETING");
}

/* Behind STLS everything is forgotten, but not the greeting (RFC 2595 4). */
static void ready(struct talk *talk)
{
	struct pop3_server *pop3 = (struct pop3_server *)talk;

	if (pop3->state == 0)
		greet(pop3);
	else
		buffer_clear(&pop3->name);
}

static struct talk *open_session(void *context)
{
	struct pop3_server *pop3 = memory_new(1, sizeof *pop3);

	pop3->house = context;
	pop3->unload.descriptor = -1;
	talk_init(&pop3->talk, &pop3_server_kind, IDLE);
	line_taker_init(&pop3->lines);
	buffer_init(&pop3->name, 0);
	faults_init(&pop3->faults, pop3->house->script, MAIL_POP3, ++pop3->house->pop3_sessions);
	faults_set_up(&pop3->faults, &pop3->talk);
	return &pop3->talk;
}

static void end(struct talk *talk, const char *how, struct buffer *line)
{
	struct pop3_server *pop3 = (struct pop3_server *)talk;

	buffer_printf(line, "POP3 session %llu from %s%s%s%s%s: %u fetched, %u deleted; %s",
		(unsigned long long)pop3->faults.session, talk->address, talk->is_tls ? ", " : "",
		talk->cipher, pop3->user != NULL ? ", user " : "",
		pop3->user != NULL ? pop3->user->name : "", pop3->fetched, pop3->deleted,
		pop3->has_quit ? "QUIT" : how);
	unload_fini(&pop3->unload);
	maildrop_close(pop3->maildrop);
	exchange_free(pop3->exchange);
	faults_fini(&pop3->faults);
	line_taker_fini(&pop3->lines);
	buffer_fini(&pop3->name);
	talk_fini(talk);
	free(pop3);
}

/* RFC 1939 3: a session that is silent too long ends without a word. */
const struct talk_kind pop3_server_kind = {
	.name = "POP3",
	.open = open_session,
	.ready = ready,
	.feed = feed,
	.end = end,
	.busy = "-ERR [SYS/TEMP] Too many sessions, try again later\r\n",
	.goodbye = "-ERR [SYS/TEMP] Shutting down\r\n",
};
