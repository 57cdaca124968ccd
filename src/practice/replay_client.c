#include "practice/replay_client.h"

#include "base/language.h"
#include "client/authenticate.h"
#include "client/conversation.h"
#include "client/pop3_offers.h"
#include "client/smtp_offers.h"
#include "practice/unload.h"

enum {
	SECONDS = 300,         /* for a reply (RFC 5321 4.5.3.2) */
	SECONDS_MESSAGE = 600, /* for that to a message (4.5.3.2.6) */
	BLOCK = 64 * 1024,
};

/* A session that is being played. */
struct play {
	const struct replay_client_options *options;
	const struct tape *tape;
	struct conversation conversation;
	struct replay_result *result;
	struct smtp_offers smtp_offers;
	struct pop3_offers pop3_offers;
	struct reply_sink sink;
	struct buffer listing; /* lines of a POP3 reply that is kept */
	struct span stamp;     /* of the greeting, for APOP */
	bool is_logging_in;    /* replies are not those of a row's step */
	bool asks_offers;      /* by CAPA */
	bool awaits_text;      /* the server has said 354 */
	bool is_over;          /* nothing more can be played */
	struct fail *fail;
};

static struct replay_row *row_at(const struct play *play, size_t index)
{
	return &play->result->rows[index];
}

static struct span keep(struct play *play, struct span octets)
{
	return arena_copy(&play->result->arena, octets);
}

/* Each with LF behind it, as a live reply has them. */
static struct span join_lines(struct play *play, const struct tape_reply *reply)
{
	struct buffer joined;
	struct span kept;

	buffer_init(&joined, 0);
	for (size_t i = 0; i < reply->line_count; i++) {
		if (i > 0 && play->tape->protocol == MAIL_POP3 && span_is(reply->lines[i], "."))
			continue; /* the end of a listing */
		buffer_add_span(&joined, reply->lines[i]);
		buffer_add_byte(&joined, '\n');
	}
	kept = keep(play, buffer_span(&joined));
	buffer_fini(&joined);
	return kept;
}

static struct span describe(struct play *play, const struct tape_step *step)
{
	struct buffer line, words;
	struct span kept;

	buffer_init(&words, 0);
	buffer_init(&line, 0);
	tape_describe(step, &words);
	if (step->kind == TAPE_COMMAND)
		replay_rewrite_line(&play->options->rewrites, buffer_span(&words), &line);
	else
		buffer_add_span(&line, buffer_span(&words));
	kept = keep(play, buffer_span(&line));
	buffer_fini(&line);
	buffer_fini(&words);
	return kept;
}

/* The next row, of a step that is not played yet; its index. */
static size_t add_row(
	struct play *play, const struct tape_step *step, const struct tape_reply *reply)
{
	struct replay_result *result = play->result;
	struct replay_row *row;

	result->rows =
		arena_grow(&result->arena, result->rows, result->count, sizeof *result->rows);
	row = &result->rows[result->count];
	*row = (struct replay_row){.verdict = REPLAY_NOT_PLAYED,
		.effect = step->verb != NULL ? step->verb->effect : EFFECT_NONE,
		.said = describe(play, step)};
	row->recorded.code = reply->is_open ? 0 : reply->code;
	row->recorded.lines = join_lines(play, reply);
	return result->count++;
}

static void note(struct play *play, size_t index, const char *text)
{
	row_at(play, index)->note = keep(play, span_text(text));
}

static void take_live(struct play *play, size_t index, const struct reply *reply)
{
	struct replay_row *row = row_at(play, index);

	row->live.code = reply->code;
	row->live.lines = keep(play, buffer_span(&reply->lines));
}

static enum step on_reply(void *context, const struct command *command, const struct reply *reply)
{
	struct play *play = context;

	if (!play->is_logging_in)
		take_live(play, command->place, reply);
	return STEP_DONE;
}

static const struct conversation_language languages[] = {
	[MAIL_SMTP] = {smtp_reply_ends, on_reply},
	[MAIL_POP3] = {pop3_reply_ends, on_reply},
};

static void judge(struct play *play, size_t index, const struct verb *verb)
{
	struct replay_row *row = row_at(play, index);
	struct replay_pair pair = {.protocol = play->tape->protocol,
		.verb = verb,
		.recorded = row->recorded,
		.live = row->live};
	struct buffer words;

	buffer_init(&words, 0);
	row->verdict = replay_judge(&pair, &words);
	row->note = keep(play, buffer_span(&words));
	buffer_fini(&words);
	if (row->verdict != REPLAY_DIFFERS)
		return;
	play->result->differences++;
	play->is_over = play->is_over || play->options->stops;
}

/* The conversation ended here. Where the recording's ended too, that is no difference. */
static void end_here(struct play *play, size_t index)
{
	struct replay_row *row = row_at(play, index);

	if (row->live.code == 0 && row->recorded.code != 0)
		note(play, index, play->conversation.fail.text);
	play->is_over = true;
}

/* The server offers what it says now. */
static void take_offers(struct play *play, const struct verb *verb, size_t index)
{
	const struct replay_row *row = row_at(play, index);

	if (verb == NULL || tape_class(row->live.code) != 2)
		return;
	if (verb->effect == EFFECT_HELLO)
		smtp_offers_read(&play->smtp_offers, row->live.lines);
	if (verb->effect == EFFECT_HELLO)
		play->conversation.is_grouping =
			play->tape->is_grouped && !play->options->stops &&
			smtp_offers_has(&play->smtp_offers, SMTP_OFFER_PIPELINING);
}

/* What is too long is cut: texts are not compared. */
static enum step keep_listing(void *context, struct span octets)
{
	struct play *play = context;

	if (play->asks_offers)
		pop3_offers_add(&play->pop3_offers, octets);
	buffer_add_span(&play->listing, octets);
	return STEP_DONE;
}

/* The lines of a POP3 reply behind its first. */
static void add_listing(struct play *play, size_t index)
{
	struct replay_row *row = row_at(play, index);
	struct span lines = buffer_span(&play->listing);
	struct buffer all;

	buffer_init(&all, 0);
	buffer_add_span(&all, row->live.lines);
	for (size_t i = 0; i < lines.length; i++)
		if (lines.at[i] != '\r')
			buffer_add_byte(&all, lines.at[i]);
	row->live.lines = keep(play, buffer_span(&all));
	buffer_fini(&all);
	buffer_clear(&play->listing);
}

static struct command command_of(const struct play *play, const struct tape_step *step, size_t row)
{
	static const char *const names[] = {[TAPE_GREETING] = N_("the greeting"),
		[TAPE_COMMAND] = N_("a command"),
		[TAPE_RESPONSE] = N_("the login"),
		[TAPE_TEXT] = N_("the message")};
	bool has_verb = step->kind == TAPE_COMMAND && step->verb != NULL;

	(void)play;
	return (struct command){.verb = has_verb ? step->verb : NULL,
		.name = has_verb ? NULL : names[step->kind],
		.is_secret = step->secret.length > 0,
		.seconds = step->kind == TAPE_TEXT ? SECONDS_MESSAGE : SECONDS,
		.place = row};
}

/* RFC 3030 2: the line, and the octets at once. */
static enum step say_chunk(struct play *play, const struct tape_step *step, struct command *command)
{
	struct buffer line;
	enum step done;

	buffer_init(&line, 0);
	buffer_add_span(&line, step->said);
	buffer_add_text(&line, "\r\n");
	done = conversation_finish(&play->conversation);
	if (done == STEP_DONE)
		done = conversation_send(&play->conversation, buffer_span(&line), SECONDS);
	if (done == STEP_DONE && step->text.length > 0)
		done = conversation_send(&play->conversation, step->text, SECONDS);
	connection_break(play->conversation.connection);
	if (done == STEP_DONE)
		done = conversation_hear(&play->conversation, command);
	buffer_fini(&line);
	return done;
}

/* A line with octets in it that no command has goes out as it is. */
static enum step say_odd(struct play *play, const struct tape_step *step, struct command *command)
{
	struct buffer line;
	enum step done;

	buffer_init(&line, 0);
	buffer_add_span(&line, step->said);
	buffer_add_text(&line, "\r\n");
	done = conversation_send(&play->conversation, buffer_span(&line), SECONDS);
	if (done == STEP_DONE)
		done = conversation_hear(&play->conversation, command);
	buffer_fini(&line);
	return done;
}

static bool is_odd(struct span line)
{
	return span_index(line, '\r') < line.length || span_index(line, '\n') < line.length ||
	       span_index(line, '\0') < line.length;
}

static enum step say_line(struct play *play, const struct tape_step *step, struct command *command)
{
	struct buffer line;
	enum step done;

	if (is_odd(step->said))
		return say_odd(play, step, command);
	if (step->secret.length > 0)
		conversation_guard(&play->conversation, step->secret);
	play->asks_offers = step->verb != NULL && strcmp(step->verb->name, "CAPA") == 0;
	if (play->asks_offers)
		pop3_offers_clear(&play->pop3_offers);
	if (step->verb != NULL && step->verb->effect != EFFECT_RETRIEVE)
		command->sink = &play->sink;
	buffer_init(&line, 0);
	if (step->kind == TAPE_COMMAND && step->secret.length == 0)
		replay_rewrite_line(&play->options->rewrites, step->said, &line);
	else
		buffer_add_span(&line, step->said);
	done = conversation_say(&play->conversation, command, buffer_span(&line));
	buffer_fini(&line);
	return done;
}

static enum step send_text(struct play *play, const struct tape_step *step)
{
	struct unload unload = {.descriptor = -1};
	struct span left = step->text;
	enum step done = STEP_DONE;
	struct buffer out;

	buffer_init(&out, 0);
	do {
		struct span block = span_first(left, BLOCK);

		(void)unload_octets(&unload, block, &out);
		left = span_from(left, block.length);
		if (left.length == 0 && !step->is_open)
			unload_end(&unload, &out);
		if (out.length > 0)
			done = conversation_send(&play->conversation, buffer_span(&out), SECONDS);
		buffer_clear(&out);
	} while (done == STEP_DONE && left.length > 0);
	buffer_fini(&out);
	return done;
}

/* Its end is not recorded: then nothing is answered, and nothing follows. */
static enum step say_text(struct play *play, const struct tape_step *step, struct command *command)
{
	play->awaits_text = false;
	if (send_text(play, step) != STEP_DONE)
		return STEP_FAIL;
	if (!step->is_open)
		return conversation_hear(&play->conversation, command);
	play->is_over = true;
	return STEP_DONE;
}

static enum step say(struct play *play, const struct tape_step *step, struct command *command)
{
	if (step->kind == TAPE_GREETING)
		return conversation_hear(&play->conversation, command);
	if (step->kind == TAPE_TEXT)
		return say_text(play, step, command);
	if (step->verb != NULL && step->verb->effect == EFFECT_BDAT)
		return say_chunk(play, step, command);
	return say_line(play, step, command);
}

/* The server has agreed to TLS. STEP_FAIL: there is none. */
static enum step secure(struct play *play)
{
	smtp_offers_clear(&play->smtp_offers);
	pop3_offers_clear(&play->pop3_offers);
	play->conversation.is_grouping = false;
	if (conversation_secure(&play->conversation, SECONDS) == STEP_DONE)
		return STEP_DONE;
	*play->fail = play->conversation.fail;
	return STEP_FAIL;
}

/* What must not be said now; NULL: it may. */
static const char *obstacle(const struct play *play, const struct tape_step *step)
{
	const struct replay_result *result = play->result;

	if (step->kind == TAPE_TEXT)
		return play->awaits_text ? NULL : _("the server does not wait for a message");
	/* A response where nothing is asked would be a command. */
	if (step->kind == TAPE_RESPONSE &&
		tape_class(result->rows[result->count - 2].live.code) != 3)
		return _("the server does not ask for more");
	return NULL;
}

/* The server waits for what the recording has not: a message, or more of a login. */
static bool is_stranded(const struct play *play, const struct tape_step *step)
{
	return play->awaits_text && step->kind != TAPE_TEXT;
}

static enum step act_on_reply(struct play *play, const struct tape_step *step, size_t row)
{
	int class = tape_class(row_at(play, row)->live.code);

	if (step->kind != TAPE_COMMAND || step->verb == NULL)
		return STEP_DONE;
	take_offers(play, step->verb, row);
	if (step->verb->effect == EFFECT_DATA)
		play->awaits_text = class == 3;
	if (step->verb->effect == EFFECT_TLS && class == 2)
		return secure(play);
	if (step->verb->effect == EFFECT_TLS && tape_class(step->reply.code) == 2)
		play->is_over = true; /* what follows was meant for TLS */
	return STEP_DONE;
}

/* "*" ends a login that the recording does not go on with (RFC 4954 4). */
static enum step cancel_login(struct play *play)
{
	struct command command = {.name = _("the login"), .seconds = SECONDS};
	enum step done;

	play->is_logging_in = true;
	done = conversation_say(&play->conversation, &command, span_text("*"));
	play->is_logging_in = false;
	return done;
}

static bool is_challenged(const struct play *play, const struct tape_step *step, size_t row)
{
	bool is_login =
		step->kind == TAPE_RESPONSE || (step->kind == TAPE_COMMAND && step->verb != NULL &&
						       step->verb->effect == EFFECT_AUTH);

	return is_login && tape_class(row_at(play, row)->live.code) == 3 &&
	       (step + 1 == play->tape->steps + play->tape->count || step[1].kind != TAPE_RESPONSE);
}

static enum step play_step(struct play *play, const struct tape_step *step)
{
	size_t row = add_row(play, step, &step->reply);
	struct command command = command_of(play, step, row);
	const char *why = obstacle(play, step);

	if (why != NULL) {
		note(play, row, why);
		return STEP_DONE;
	}
	if (is_stranded(play, step)) {
		note(play, row, _("the server waits for a message that the recording has not"));
		connection_drop(play->conversation.connection);
		play->is_over = true;
		return STEP_DONE;
	}
	row_at(play, row)->verdict = REPLAY_SAME; /* it is said; judged when all is */
	if (say(play, step, &command) != STEP_DONE)
		end_here(play, row);
	if (play->listing.length > 0)
		add_listing(play, row);
	if (step->kind == TAPE_GREETING)
		play->stamp = tape_stamp(row_at(play, row)->live.lines);
	if (!play->is_over && is_challenged(play, step, row) && cancel_login(play) != STEP_DONE)
		play->is_over = true;
	if (play->options->stops)
		judge(play, row, step->kind == TAPE_COMMAND ? step->verb : NULL);
	return play->is_over ? STEP_DONE : act_on_reply(play, step, row);
}

static enum fail_code login_fail_code(const struct reply *reply)
{
	return tape_class(reply->code) == 4 ? FAIL_TEMPORARY : FAIL_DENIED;
}

static struct authenticate authenticate_of(struct play *play, const struct login *login)
{
	bool is_smtp = play->tape->protocol == MAIL_SMTP;

	return (struct authenticate){
		.conversation = &play->conversation,
		.login = login,
		.protocol = play->tape->protocol,
		.offers = is_smtp ? buffer_span(&play->smtp_offers.mechanisms)
				  : buffer_span(&play->pop3_offers.mechanisms),
		.has_list = is_smtp || play->pop3_offers.is_known,
		.timestamp = play->stamp,
		.has_user = !is_smtp,
		.seconds = SECONDS,
		.fail_code = login_fail_code,
	};
}

/* A password that cannot be had is no difference. */
static enum step check_secret(struct play *play)
{
	enum fail_code code = play->conversation.fail.code;

	if (code != FAIL_OPEN && code != FAIL_USAGE)
		return STEP_DONE;
	*play->fail = play->conversation.fail;
	return STEP_FAIL;
}

/* USER and PASS are one login, and so are AUTH and its responses: one row, of the outcome. */
static enum step play_login(struct play *play, const struct replay_move *move)
{
	const struct tape_step *step = &play->tape->steps[move->step];
	size_t row = add_row(play, step, &play->tape->steps[move->last].reply);
	struct login login = play->options->login;
	struct authenticate authenticate;
	struct buffer said;
	enum step done;

	if (login.mechanism == NULL)
		login.mechanism = step->verb->effect == EFFECT_USER ? "USER"
				  : step->mechanism != SASL_NONE && step->mechanism != SASL_UNKNOWN
					  ? sasl_name(step->mechanism)
					  : NULL;
	buffer_init(&said, 0);
	buffer_printf(&said, _("[login as %s%s%s]"), login.user,
		login.mechanism != NULL ? ", " : "",
		login.mechanism != NULL ? login.mechanism : "");
	row_at(play, row)->said = keep(play, buffer_span(&said));
	buffer_fini(&said);
	authenticate = authenticate_of(play, &login);
	buffer_clear(&play->conversation.reply.lines);
	play->conversation.reply.code = 0;
	play->is_logging_in = true;
	done = authenticate_run(&authenticate);
	play->is_logging_in = false;
	take_live(play, row, &play->conversation.reply);
	row_at(play, row)->verdict = REPLAY_SAME;
	if (play->conversation.is_over)
		end_here(play, row);
	if (play->options->stops)
		judge(play, row, NULL);
	if (done == STEP_DONE || row_at(play, row)->live.code != 0)
		return STEP_DONE;
	note(play, row, play->conversation.fail.text);
	return check_secret(play);
}

/* STARTTLS, or STLS, which the recording has not. */
static enum step start_tls(struct play *play)
{
	const char *name = play->tape->protocol == MAIL_SMTP ? "STARTTLS" : "STLS";
	struct tape_step step = {.kind = TAPE_COMMAND,
		.verb = vocabulary_verb(play->tape->protocol, span_text(name)),
		.said = span_text(name)};
	size_t row = add_row(play, &step, &step.reply);
	struct command command = command_of(play, &step, row);

	row_at(play, row)->verdict = REPLAY_ADDED;
	if (say(play, &step, &command) != STEP_DONE) {
		end_here(play, row);
	} else if (tape_class(row_at(play, row)->live.code) == 2) {
		return secure(play);
	} else {
		conversation_refused(&play->conversation, FAIL_PROTOCOL, _("there is no TLS"));
	}
	*play->fail = play->conversation.fail;
	return STEP_FAIL;
}

static void pass_over(
	struct play *play, const struct replay_move *move, enum replay_verdict verdict)
{
	const struct tape_step *step = &play->tape->steps[move->step];
	size_t row = add_row(play, step, &play->tape->steps[move->last].reply);

	row_at(play, row)->verdict = verdict;
}

static enum step make_move(struct play *play, const struct replay_move *move)
{
	switch (move->kind) {
	case REPLAY_PLAY:
	case REPLAY_PLAY_AGAIN:
		return play_step(play, &play->tape->steps[move->step]);
	case REPLAY_LOG_IN:
		return play_login(play, move);
	case REPLAY_START_TLS:
		return start_tls(play);
	default:
		pass_over(play, move, REPLAY_LEFT_OUT);
		return STEP_DONE;
	}
}

static const struct verb *verb_of(const struct play *play, const struct replay_move *move)
{
	const struct tape_step *step = &play->tape->steps[move->step];

	return step->kind == TAPE_COMMAND && move->kind != REPLAY_LOG_IN ? step->verb : NULL;
}

/* Replies of a group come late, so the rows are judged when all is said. What could not be said has
 * its reason in a difference before it. */
static void judge_all(struct play *play, const struct replay_plan *plan)
{
	for (size_t i = 0; i < play->result->count && !play->options->stops; i++) {
		struct span why = row_at(play, i)->note;

		if (row_at(play, i)->verdict != REPLAY_SAME)
			continue;
		judge(play, i, verb_of(play, &plan->moves[i]));
		if (why.length > 0 && row_at(play, i)->verdict == REPLAY_DIFFERS)
			row_at(play, i)->note = why;
	}
}

static enum step play_all(struct play *play, const struct replay_plan *plan)
{
	enum step step = STEP_DONE;

	for (size_t i = 0; i < plan->count; i++) {
		if (step == STEP_FAIL || play->is_over)
			pass_over(play, &plan->moves[i], REPLAY_NOT_PLAYED);
		else
			step = make_move(play, &plan->moves[i]);
	}
	if (step == STEP_DONE && !play->conversation.is_over)
		(void)conversation_finish(&play->conversation);
	judge_all(play, plan);
	return step;
}

enum step replay_client_run(struct connection *connection,
	const struct replay_client_options *options, struct replay_result *result,
	struct fail *fail)
{
	struct play play = {
		.options = options, .tape = options->tape, .result = result, .fail = fail};
	struct replay_plan plan;
	enum step step = STEP_DONE;

	*result = (struct replay_result){.count = 0};
	arena_init(&result->arena);
	conversation_init(
		&play.conversation, connection, &languages[options->tape->protocol], &play);
	smtp_offers_init(&play.smtp_offers);
	pop3_offers_init(&play.pop3_offers);
	buffer_init(&play.listing, LIMIT_REPLY);
	play.sink = (struct reply_sink){&play, keep_listing};
	replay_plan_make(&plan, options->tape, options->tls, options->login.user != NULL);
	if (options->tls == TLS_MODE_IMPLICIT)
		step = secure(&play);
	if (step == STEP_DONE)
		step = play_all(&play, &plan);
	replay_plan_fini(&plan);
	buffer_fini(&play.listing);
	pop3_offers_fini(&play.pop3_offers);
	smtp_offers_fini(&play.smtp_offers);
	conversation_fini(&play.conversation);
	return step;
}

void replay_result_fini(struct replay_result *result)
{
	arena_fini(&result->arena);
	result->rows = NULL;
	result->count = 0;
}
