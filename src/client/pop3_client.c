#include "client/pop3_client.h"

#include "base/memory.h"
#include "client/authenticate.h"
#include "client/pop3_parts.h"

#include <stdlib.h>

static enum pop3_at connect_first(struct pop3_client *client);
static enum pop3_at greet(struct pop3_client *client);
static enum pop3_at say_capa(struct pop3_client *client);
static enum pop3_at say_stls(struct pop3_client *client);
static enum pop3_at begin_tls(struct pop3_client *client);
static enum pop3_at say_utf8(struct pop3_client *client);
static enum pop3_at log_in(struct pop3_client *client);

const struct pop3_step pop3_steps[] = {
	[POP3_AT_CONNECT] = {NULL, "the connection", 0, POP3_STAGE_CONNECT, connect_first},
	[POP3_AT_GREETING] = {NULL, "the connection", 300, POP3_STAGE_GREETING, greet},
	[POP3_AT_CAPA] = {"CAPA", NULL, 120, POP3_STAGE_CAPA, say_capa},
	[POP3_AT_STLS] = {"STLS", NULL, 120, POP3_STAGE_STLS, say_stls},
	[POP3_AT_TLS] = {NULL, "TLS", 120, POP3_STAGE_TLS, begin_tls},
	[POP3_AT_UTF8] = {"UTF8", NULL, 120, POP3_STAGE_NONE, say_utf8},
	[POP3_AT_LOGIN] = {"AUTH", NULL, 300, POP3_STAGE_LOGIN, log_in},
	[POP3_AT_READY] = {NULL, "ready", 0, POP3_STAGE_NONE, NULL},
	[POP3_AT_STAT] = {"STAT", NULL, 300, POP3_STAGE_NONE, NULL},
	[POP3_AT_LIST] = {"LIST", NULL, 300, POP3_STAGE_LIST, NULL},
	[POP3_AT_UIDL] = {"UIDL", NULL, 300, POP3_STAGE_LIST, NULL},
	[POP3_AT_RETR] = {"RETR", NULL, 300, POP3_STAGE_RETR, NULL},
	[POP3_AT_DELE] = {"DELE", NULL, 300, POP3_STAGE_DELE, NULL},
	[POP3_AT_QUIT] = {"QUIT", NULL, 300, POP3_STAGE_NONE, NULL},
	[POP3_AT_FAILED] = {NULL, "failed", 0, POP3_STAGE_NONE, NULL},
};

enum pop3_stage pop3_stage(const char *name)
{
#define X(id, text)                                                                                \
	if (span_is_letters(span_text(name), text))                                                \
		return POP3_STAGE_##id;
	POP3_STAGES(X)
#undef X
	return POP3_STAGE_NONE;
}

struct pop3_client *pop3_client_new(
	struct connection *connection, const struct pop3_client_options *options)
{
	struct pop3_client *client = memory_new(1, sizeof *client);

	client->options = *options;
	conversation_init(&client->conversation, connection, &pop3_client_language, client);
	pop3_offers_init(&client->offers);
	buffer_init(&client->timestamp, LIMIT_REPLY_LINE);
	return client;
}

void pop3_client_free(struct pop3_client *client)
{
	if (client == NULL)
		return;
	pop3_offers_fini(&client->offers);
	buffer_fini(&client->timestamp);
	conversation_fini(&client->conversation);
	free(client->entries);
	free(client);
}

const struct fail *pop3_client_fail(const struct pop3_client *client)
{
	return &client->conversation.fail;
}

struct command pop3_command(enum pop3_at at)
{
	const struct pop3_step *step = &pop3_steps[at];

	return (struct command){
		.verb = step->verb != NULL ? vocabulary_verb(MAIL_POP3, span_text(step->verb))
					   : NULL,
		.name = step->name,
		.seconds = step->seconds,
	};
}

enum step pop3_say(struct pop3_client *client, const struct command *command, uint32_t number)
{
	struct buffer line;
	enum step step;

	buffer_init(&line, 0);
	buffer_add_text(&line, command->verb->name);
	if (number > 0)
		buffer_printf(&line, " %u", number);
	step = conversation_say(&client->conversation, command, buffer_span(&line));
	buffer_fini(&line);
	return step;
}

static bool is_ok(const struct pop3_client *client)
{
	return client->conversation.reply.code == POP3_OK;
}

static enum pop3_at refuse(struct pop3_client *client, const char *what)
{
	conversation_refused(
		&client->conversation, pop3_fail_code(&client->conversation.reply), what);
	return POP3_AT_FAILED;
}

static enum pop3_at fail(struct pop3_client *client, enum fail_code code, const char *what)
{
	conversation_fail(&client->conversation, code, "%s", what);
	return POP3_AT_FAILED;
}

static enum pop3_at connect_first(struct pop3_client *client)
{
	return client->options.tls == TLS_MODE_IMPLICIT ? POP3_AT_TLS : POP3_AT_GREETING;
}

/* RFC 1939 7: a time stamp has the form of an RFC 822 msg-id. */
static void keep_timestamp(struct pop3_client *client)
{
	struct span lines = buffer_span(&client->conversation.reply.lines);
	struct span text = {0};
	size_t end;

	buffer_clear(&client->timestamp);
	reply_take(&lines, &text);
	text = span_from(text, span_index(text, '<'));
	end = span_index(text, '>');
	text = span_first(text, end + 1);
	if (end < text.length && span_index(text, '@') < text.length &&
		span_index(text, ' ') == text.length)
		buffer_add_span(&client->timestamp, text);
}

static enum pop3_at greet(struct pop3_client *client)
{
	struct command command = pop3_command(POP3_AT_GREETING);

	if (conversation_hear(&client->conversation, &command) != STEP_DONE)
		return POP3_AT_FAILED;
	if (is_ok(client)) {
		client->is_greeted = true;
		keep_timestamp(client);
		return POP3_AT_CAPA;
	}
	refuse(client, "the server does not want this session");
	if (client->conversation.fail.code == FAIL_PROTOCOL)
		client->conversation.fail.code = FAIL_UNAVAILABLE;
	return POP3_AT_FAILED;
}

static enum step take_offers(void *context, struct span octets)
{
	struct pop3_client *client = context;

	pop3_offers_add(&client->offers, octets);
	return STEP_DONE;
}

static bool is_ascii(const char *text)
{
	while (*text != '\0')
		if ((uint8_t)*text++ >= 0x80)
			return false;
	return true;
}

/* From the offers on: TLS, if it is wanted and not there, then the login. */
static enum pop3_at after_capa(struct pop3_client *client)
{
	enum tls_mode tls = client->options.tls;
	const char *user = client->options.login.user;

	if (!client->has_tls && (tls == TLS_MODE_STARTTLS || tls == TLS_MODE_OFFERED)) {
		if (pop3_offers_has(&client->offers, POP3_OFFER_STLS))
			return POP3_AT_STLS;
		if (tls == TLS_MODE_STARTTLS)
			return fail(client, FAIL_PROTOCOL,
				"TLS is required, and the server does not offer STLS");
		connection_note(client->conversation.connection,
			"The server does not offer STLS: the session stays in clear");
	}
	if (user != NULL && !is_ascii(user) && pop3_offers_has(&client->offers, POP3_OFFER_UTF8))
		return POP3_AT_UTF8;
	return user != NULL ? POP3_AT_LOGIN : POP3_AT_READY;
}

/* RFC 2449 5: a server that does not know CAPA says -ERR, and is taken as one of RFC 1939. */
static enum pop3_at say_capa(struct pop3_client *client)
{
	struct command command = pop3_command(POP3_AT_CAPA);
	struct reply_sink sink = {client, take_offers};

	pop3_offers_clear(&client->offers);
	command.sink = &sink;
	command.limit = LIMIT_REPLY;
	if (pop3_say(client, &command, 0) != STEP_DONE)
		return POP3_AT_FAILED;
	client->offers.is_known = is_ok(client);
	return after_capa(client);
}

static enum pop3_at say_stls(struct pop3_client *client)
{
	struct command command = pop3_command(POP3_AT_STLS);

	if (pop3_say(client, &command, 0) != STEP_DONE)
		return POP3_AT_FAILED;
	if (is_ok(client)) {
		client->cannot_quit = true;
		return POP3_AT_TLS;
	}
	if (client->options.tls == TLS_MODE_STARTTLS)
		return refuse(client, "TLS is required, and STLS was refused");
	connection_note(
		client->conversation.connection, "STLS was refused: the session stays in clear");
	return client->options.login.user != NULL ? POP3_AT_LOGIN : POP3_AT_READY;
}

/* RFC 2595 4: what was known of the server is forgotten. */
static enum pop3_at begin_tls(struct pop3_client *client)
{
	if (conversation_secure(&client->conversation, pop3_steps[POP3_AT_TLS].seconds) !=
		STEP_DONE)
		return POP3_AT_FAILED;
	client->has_tls = true;
	client->cannot_quit = false;
	pop3_offers_clear(&client->offers);
	return client->is_greeted ? POP3_AT_CAPA : POP3_AT_GREETING;
}

static enum pop3_at say_utf8(struct pop3_client *client)
{
	struct command command = pop3_command(POP3_AT_UTF8);

	if (pop3_say(client, &command, 0) != STEP_DONE)
		return POP3_AT_FAILED;
	return is_ok(client) ? POP3_AT_LOGIN : refuse(client, "UTF8 was refused");
}

static void show_policy(struct pop3_client *client)
{
	const struct pop3_offers *offers = &client->offers;
	struct buffer text;

	buffer_init(&text, 0);
	if (pop3_offers_has(offers, POP3_OFFER_EXPIRE)) {
		conversation_cite(&client->conversation, buffer_span(&offers->expire), &text);
		connection_note(client->conversation.connection,
			"EXPIRE: messages stay on the server for (days): %s", buffer_text(&text));
	}
	buffer_clear(&text);
	if (pop3_offers_has(offers, POP3_OFFER_LOGIN_DELAY)) {
		conversation_cite(&client->conversation, buffer_span(&offers->login_delay), &text);
		connection_note(client->conversation.connection,
			"LOGIN-DELAY: seconds to wait from one login to the next: %s",
			buffer_text(&text));
	}
	buffer_fini(&text);
}

static enum pop3_at log_in(struct pop3_client *client)
{
	const struct pop3_offers *offers = &client->offers;
	struct authenticate authenticate = {
		.conversation = &client->conversation,
		.login = &client->options.login,
		.protocol = MAIL_POP3,
		.offers = buffer_span(&offers->mechanisms),
		.has_list = offers->is_known,
		.timestamp = buffer_span(&client->timestamp),
		.has_user = !offers->is_known || pop3_offers_has(offers, POP3_OFFER_USER),
		.seconds = pop3_steps[POP3_AT_LOGIN].seconds,
		.fail_code = pop3_login_fail_code,
	};
	enum step step;

	client->is_logging_in = true;
	step = authenticate_run(&authenticate);
	client->is_logging_in = false;
	return step == STEP_DONE ? POP3_AT_READY : POP3_AT_FAILED;
}

static bool ends_at(enum pop3_stage wanted, enum pop3_stage stage, bool is_past)
{
	return wanted != POP3_STAGE_NONE && (is_past ? wanted < stage : wanted == stage);
}

bool pop3_ends(struct pop3_client *client, enum pop3_stage stage, bool is_past)
{
	if (stage == POP3_STAGE_NONE)
		return false;
	if (ends_at(client->options.drop_after, stage, is_past)) {
		connection_drop(client->conversation.connection);
		client->is_closed = client->conversation.is_over = true;
		return true;
	}
	if (!ends_at(client->options.quit_after, stage, is_past))
		return false;
	(void)pop3_client_quit(client);
	return true;
}

/* The stage before which the session may have had to end already. */
static enum pop3_stage stage_ahead(const struct pop3_client *client, enum pop3_at at)
{
	if (at == POP3_AT_READY)
		return POP3_STAGE_LIST;
	return at == POP3_AT_TLS && !client->is_greeted ? POP3_STAGE_NONE : pop3_steps[at].stage;
}

enum step pop3_client_begin(struct pop3_client *client)
{
	enum pop3_at at = POP3_AT_CONNECT;

	while (at != POP3_AT_READY) {
		enum pop3_stage stage = pop3_steps[at].stage;

		if (pop3_ends(client, stage_ahead(client, at), true))
			return STEP_MORE;
		at = pop3_steps[at].run(client);
		if (at == POP3_AT_FAILED)
			return STEP_FAIL;
		if (pop3_ends(client, stage, false))
			return STEP_MORE;
	}
	if (pop3_ends(client, stage_ahead(client, at), true))
		return STEP_MORE;
	show_policy(client);
	/* RFC 2449 6.6: what was offered before the login holds after it too. */
	client->conversation.is_grouping = pop3_offers_has(&client->offers, POP3_OFFER_PIPELINING);
	client->is_ready = true;
	return STEP_DONE;
}

bool pop3_client_is_over(const struct pop3_client *client)
{
	return client->conversation.is_over;
}

enum step pop3_client_quit(struct pop3_client *client)
{
	struct fail before = client->conversation.fail;
	struct command command = pop3_command(POP3_AT_QUIT);
	enum step step = STEP_FAIL;

	if (client->is_closed)
		return client->has_quit ? STEP_DONE : STEP_FAIL;
	if (client->is_greeted && !client->cannot_quit && !client->conversation.is_over)
		step = pop3_say(client, &command, 0);
	else
		conversation_fail(&client->conversation, FAIL_TEMPORARY,
			"the session was broken off: the server removes nothing");
	if (step == STEP_DONE && !is_ok(client))
		step = conversation_refused(&client->conversation, FAIL_TEMPORARY,
			"the server has not removed all that was to be");
	connection_close(client->conversation.connection);
	client->has_quit = step == STEP_DONE;
	client->is_closed = client->conversation.is_over = true;
	if (before.code != FAIL_NONE) /* the first cause is what is to be told */
		client->conversation.fail = before;
	return step;
}
