#include "replay/server.h"

#include "base/language.h"
#include "base/memory.h"
#include "practice/pop3_server.h"
#include "practice/smtp_server.h"
#include "replay/parts.h"

#include <stdlib.h>

enum { IDLE = 600, PIECE = 16 * 1024 };

static bool is_smtp(const struct replay_server *server)
{
	return server->tape->protocol == MAIL_SMTP;
}

static enum verb_effect effect_of(const struct verb *verb)
{
	return verb != NULL ? verb->effect : EFFECT_NONE;
}

/* What goes out goes by here. */
static void send(struct replay_server *server, struct span octets)
{
	buffer_add_span(&server->talk.out, octets);
}

static void end_by(struct replay_server *server, const struct rule *rule)
{
	server->talk.then = rule->act == RULE_RESET ? TALK_RESET : TALK_CLOSE;
}

/* The session has come to a place of the script, NULL: to none; *reply: what the script answers, or
 * NULL. False: it has made an end. */
static bool arrive(struct replay_server *server, const char *place, const struct rule **reply)
{
	struct faults_met met = {.reply = NULL};

	if (place != NULL)
		met = faults_meet(&server->faults, RULE_AT, place);
	talk_wait(&server->talk, met.delay);
	if (met.end != NULL)
		end_by(server, met.end);
	else
		server->place = place;
	*reply = met.reply;
	return met.end == NULL;
}

/* The answer is given: what the script has behind it, and what the session comes to. */
static void finish_answer(struct replay_server *server)
{
	struct faults_met met = {.reply = NULL};

	server->talk.has_more = false;
	buffer_clear(&server->pending);
	server->given = 0;
	if (server->place != NULL)
		met = faults_meet(&server->faults, RULE_AFTER, server->place);
	server->place = NULL;
	for (size_t i = 0; i < met.say_count; i++)
		replay_say_line(server, met.say[i]);
	send(server, buffer_span(&server->pending));
	buffer_clear(&server->pending);
	server->talk.then = server->then;
	server->then = TALK_ON;
	if (met.end != NULL)
		end_by(server, met.end);
}

/* A piece of the message behind a reply, or its end. */
static bool give_text(struct replay_server *server)
{
	struct span piece = span_first(server->text, PIECE);
	struct buffer out;

	if (!server->has_text)
		return false;
	buffer_init(&out, 0);
	(void)unload_octets(&server->unload, piece, &out);
	server->text = span_from(server->text, piece.length);
	if (server->text.length == 0) {
		if (server->then != TALK_CLOSE) /* its end is recorded */
			unload_end(&server->unload, &out);
		server->has_text = false;
	}
	send(server, buffer_span(&out));
	buffer_fini(&out);
	return true;
}

/* As much of the answer as there is room for. */
static void give(struct replay_server *server)
{
	server->talk.has_more = true;
	while (server->talk.out.length < LIMIT_PRACTICE_OUT / 4) {
		struct span left = span_from(buffer_span(&server->pending), server->given);
		struct span piece = span_first(left, PIECE);

		if (piece.length > 0) {
			send(server, piece);
			server->given += piece.length;
		} else if (!give_text(server)) {
			finish_answer(server);
			return;
		}
	}
}

/* RETR and TOP: a size that the script wants, and the message. */
static void say_message(struct replay_server *server, size_t index)
{
	const struct tape_step *step = &server->tape->steps[index];
	const struct rule *octets = faults_setting(&server->faults, RULE_OCTETS);

	if (octets != NULL && step->reply.code / 100 == 2) {
		server->used[index] = 1;
		buffer_printf(&server->pending, "+OK %llu octets%s",
			(unsigned long long)octets->value, replay_line_end(server));
	} else {
		replay_say_step(server, index);
	}
	server->text = step->text;
	server->has_text = step->has_text;
	server->unload = (struct unload){.descriptor = -1,
		.is_unstuffed = faults_setting(&server->faults, RULE_UNSTUFFED) != NULL};
}

/* The step that answers the text behind DATA. */
static size_t text_of(const struct tape *tape, size_t index)
{
	for (size_t i = index + 1; i < tape->count; i++)
		if (tape->steps[i].kind == TAPE_TEXT &&
			tape->steps[i].command == tape->steps[index].command)
			return i;
	return tape->count;
}

static void begin_message(struct replay_server *server, size_t index)
{
	server->mode = REPLAY_TEXT;
	server->message = index;
	server->undot = (struct undot){0};
	server->octets = 0;
	server->has_bare_lf = server->was_cr = false;
}

static void say_data(struct replay_server *server, size_t index)
{
	replay_say_step(server, index);
	if (tape_class(server->tape->steps[index].reply.code) == 3)
		begin_message(server, text_of(server->tape, index));
}

static void say_starttls(struct replay_server *server, size_t index, enum replay_near near)
{
	const struct rule *inject = faults_setting(&server->faults, RULE_INJECT);
	bool is_offered = server->house->can_tls && !server->talk.is_tls &&
			  replay_offers(server, is_smtp(server) ? "STARTTLS" : "STLS", true);
	bool was_taken =
		near == REPLAY_NEAR_STEP && tape_class(server->tape->steps[index].reply.code) == 2;

	if (!is_offered && was_taken) {
		replay_say(server, "502 5.5.1", "-ERR", "TLS is not offered now");
		return;
	}
	if (near == REPLAY_NEAR_STEP && (is_offered == was_taken))
		replay_say_step(server, index);
	else if (is_offered)
		replay_say(server, "220 2.0.0", "+OK", "Begin TLS now");
	else
		replay_say_unknown(server, "502 5.5.1");
	if (!is_offered)
		return;
	if (inject != NULL)
		replay_say_line(server, inject->text);
	server->then = TALK_TLS;
}

static void say_quit(struct replay_server *server, size_t index, enum replay_near near)
{
	if (near == REPLAY_NEAR_STEP)
		replay_say_step(server, index);
	else
		replay_say(server, "221 2.0.0", "+OK", "Good bye; the recording has no QUIT");
	server->has_quit = true;
	server->then = TALK_CLOSE;
}

static bool has_argument(struct span line)
{
	(void)span_word(&line);
	return line.length > 0;
}

/* The command is a step of the tape. */
static void say_answer(struct replay_server *server, size_t index, struct span line)
{
	const struct verb *verb = server->tape->steps[index].verb;

	switch (effect_of(verb)) {
	case EFFECT_HELLO:
		replay_say_offers(server, index);
		break;
	case EFFECT_MAIL:
	case EFFECT_RECIPIENT:
		replay_say_for_path(server, index, line);
		break;
	case EFFECT_DATA:
		say_data(server, index);
		break;
	case EFFECT_RETRIEVE:
		say_message(server, index);
		break;
	case EFFECT_AUTH:
		if (has_argument(line)) {
			server->place = NULL; /* it is the outcome's */
			replay_begin_login(server, index, line);
		} else {
			replay_say_step(server, index);
		}
		break;
	default:
		if (verb != NULL && strcmp(verb->name, "CAPA") == 0)
			replay_say_offers(server, index);
		else
			replay_say_step(server, index);
	}
}

static const char *code_of_unknown(const struct verb *verb, enum replay_near near)
{
	if (verb == NULL)
		return "500 5.5.2";
	return near == REPLAY_NEAR_ARGUMENT ? "501 5.5.4" : "502 5.5.1";
}

static void answer(struct replay_server *server, const struct verb *verb, struct span line)
{
	struct replay_asked asked = {line, server->talk.is_tls || server->house->counts_as_sealed};
	size_t index = 0;
	enum replay_near near = replay_match(server->tape, server->used, &asked, &index);

	if (effect_of(verb) == EFFECT_TLS)
		say_starttls(server, index, near);
	else if (effect_of(verb) == EFFECT_QUIT)
		say_quit(server, index, near);
	else if (near == REPLAY_NEAR_STEP)
		say_answer(server, index, line);
	else
		replay_say_unknown(server, code_of_unknown(verb, near));
}

/* The octets of a chunk are taken whatever is answered, unless their number is none. */
static bool begin_chunk(struct replay_server *server, struct span line, const struct rule *rule)
{
	struct replay_asked asked = {line, server->talk.is_tls || server->house->counts_as_sealed};
	size_t index = 0;
	enum replay_near near = replay_match(server->tape, server->used, &asked, &index);
	const struct tape_step *step = &server->tape->steps[index];
	struct span words = line;

	(void)span_word(&words);
	if (!span_number(span_word(&words), &server->chunk_left))
		return false;
	/* A server that refused at once did not wait for them, and its client sent none. */
	if (near == REPLAY_NEAR_STEP && step->is_open && tape_class(step->reply.code) == 5)
		return false;
	server->mode = REPLAY_CHUNK;
	server->chunk_rule = rule;
	server->is_refused = near != REPLAY_NEAR_STEP;
	server->message = index;
	if (near == REPLAY_NEAR_STEP)
		server->used[index] = 1;
	return true;
}

static void end_chunk(struct replay_server *server)
{
	server->mode = REPLAY_COMMANDS;
	server->place = "BDAT";
	if (server->chunk_rule != NULL)
		replay_say_rule(server, server->chunk_rule);
	else if (server->is_refused)
		replay_say_unknown(server, "502 5.5.1");
	else
		replay_say_receipt(server, server->message);
	give(server);
}

static void on_verb(struct replay_server *server, const struct verb *verb, struct span line)
{
	const struct rule *reply;

	if (!arrive(server, verb != NULL ? verb->name : NULL, &reply))
		return;
	if (effect_of(verb) == EFFECT_BDAT && begin_chunk(server, line, reply)) {
		if (server->chunk_left == 0)
			end_chunk(server);
		return;
	}
	if (effect_of(verb) == EFFECT_MAIL)
		server->octets = 0;
	if (reply != NULL)
		replay_say_rule(server, reply);
	else
		answer(server, verb, line);
	give(server);
}

static void on_line(struct replay_server *server, struct span line, enum line_flaw flaw)
{
	if (flaw == LINE_TOO_LONG) {
		replay_end_login(server);
		replay_say(server, "500 5.5.2", "-ERR", "Line too long");
		give(server);
	} else if (server->mode == REPLAY_LOGIN) {
		replay_take_response(server, line);
		give(server);
	} else {
		server->commands++;
		on_verb(server, vocabulary_verb(server->tape->protocol, line), line);
	}
}

static struct span secret(const struct talk *talk, struct span line)
{
	const struct replay_server *server = (const struct replay_server *)talk;

	return line_secret(server->tape->protocol, line, server->mode == REPLAY_LOGIN);
}

static void take_line(struct replay_server *server, struct span *left)
{
	struct span line, before = *left;
	enum line_flaw flaw;
	enum step step = line_take(&server->lines, left, &line, &flaw);

	talk_hear_line(&server->talk, span_first(before, before.length - left->length));
	if (step == STEP_DONE)
		on_line(server, line, flaw);
}

/* The whole message is here. */
static void end_message(struct replay_server *server)
{
	bool is_refused =
		server->has_bare_lf && faults_setting(&server->faults, RULE_REFUSE_LF) != NULL;
	const struct rule *reply;

	server->mode = REPLAY_COMMANDS;
	if (!arrive(server, "MESSAGE", &reply))
		return;
	if (reply != NULL)
		replay_say_rule(server, reply);
	else if (is_refused)
		replay_say(server, "550 5.6.0", "", "The message has LF without CR");
	else if (server->message < server->tape->count)
		replay_say_receipt(server, server->message);
	else
		server->then = TALK_CLOSE; /* so did the recorded one */
	give(server);
}

static void look_for_lf(struct replay_server *server, struct span octets)
{
	for (size_t i = 0; i < octets.length && !server->has_bare_lf; i++) {
		server->has_bare_lf = octets.at[i] == '\n' && !server->was_cr;
		server->was_cr = octets.at[i] == '\r';
	}
}

static void take_text(struct replay_server *server, struct span *left)
{
	struct span before = *left;
	enum step step = undot_take(&server->undot, left, &server->sink);

	look_for_lf(server, buffer_span(&server->sink));
	server->octets += server->sink.length;
	buffer_clear(&server->sink);
	talk_hear(&server->talk, span_first(before, before.length - left->length));
	if (step == STEP_DONE)
		end_message(server);
}

static void take_chunk(struct replay_server *server, struct span *left)
{
	struct span run = span_first(*left, server->chunk_left);

	talk_hear(&server->talk, run);
	server->octets += run.length;
	server->chunk_left -= run.length;
	*left = span_from(*left, run.length);
	if (server->chunk_left > 0)
		return;
	talk_hear_break(&server->talk);
	end_chunk(server);
}

static void take(struct talk *talk, struct span *octets)
{
	struct replay_server *server = (struct replay_server *)talk;

	if (server->mode == REPLAY_TEXT)
		take_text(server, octets);
	else if (server->mode == REPLAY_CHUNK)
		take_chunk(server, octets);
	else
		take_line(server, octets);
}

static void give_more(struct talk *talk)
{
	give((struct replay_server *)talk);
}

static void greet(struct replay_server *server)
{
	const struct rule *reply;

	server->is_greeted = true;
	if (!arrive(server, "GREETING", &reply))
		return;
	if (reply != NULL)
		replay_say_rule(server, reply);
	else
		replay_say_step(server, 0);
	give(server);
}

/* Behind STARTTLS there is no second greeting. */
static void ready(struct talk *talk)
{
	struct replay_server *server = (struct replay_server *)talk;

	if (!server->is_greeted)
		greet(server);
}

static struct talk *open_session(void *context)
{
	struct replay_house *house = context;
	struct replay_server *server = memory_new(1, sizeof *server);

	server->house = house;
	server->tape = house->tape;
	talk_init(&server->talk, replay_server_kind(house->tape), IDLE);
	line_taker_init(&server->lines);
	buffer_init(&server->pending, 0);
	buffer_init(&server->sink, 0);
	server->used = memory_new(house->tape->count + 1, sizeof *server->used);
	server->talk.session = ++house->sessions;
	faults_init(&server->faults, house->script, house->tape->protocol, house->sessions);
	faults_set_up(&server->faults, &server->talk);
	server->chance.state = house->seed + house->sessions * 0x9e3779b97f4a7c15U;
	return &server->talk;
}

static void end(struct talk *talk, const char *how, struct buffer *line)
{
	struct replay_server *server = (struct replay_server *)talk;

	buffer_printf(line,
		language_count(
			"%s session %llu from %s%s%s: %u command, %u not in the recording; %s",
			"%s session %llu from %s%s%s: %u commands, %u not in the recording; %s",
			server->commands),
		talk->kind->name, (unsigned long long)server->faults.session, talk->address,
		talk->is_tls ? ", " : "", talk->cipher, server->commands, server->unknown,
		server->has_quit ? "QUIT" : how);
	replay_end_login(server);
	faults_fini(&server->faults);
	line_taker_fini(&server->lines);
	buffer_fini(&server->pending);
	buffer_fini(&server->sink);
	free(server->used);
	talk_fini(talk);
	free(server);
}

#define KIND(its_name, its_words)                                                                  \
	{                                                                                          \
		.name = its_name, .open = open_session, .ready = ready, .take = take,              \
		.give = give_more, .secret = secret, .end = end, .words = its_words                \
	}

static const struct talk_kind kinds[] = {
	[MAIL_SMTP] = KIND("SMTP", &smtp_words),
	[MAIL_POP3] = KIND("POP3", &pop3_words),
};

const struct talk_kind *replay_server_kind(const struct tape *tape)
{
	return &kinds[tape->protocol];
}
