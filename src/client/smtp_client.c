#include "client/smtp_client.h"

#include "base/memory.h"
#include "client/authenticate.h"
#include "client/smtp_parts.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static enum smtp_at greet(struct smtp_client *client);
static enum smtp_at connect_first(struct smtp_client *client);
static enum smtp_at say_ehlo(struct smtp_client *client);
static enum smtp_at say_helo(struct smtp_client *client);
static enum smtp_at say_starttls(struct smtp_client *client);
static enum smtp_at begin_tls(struct smtp_client *client);
static enum smtp_at log_in(struct smtp_client *client);

/* Time limits by RFC 5321 4.5.3.2, five minutes where it names none; QUIT has nothing to lose. */
const struct smtp_step smtp_steps[] = {
	[SMTP_AT_CONNECT] = {NULL, "the connection", 0, 0, SMTP_STAGE_CONNECT, connect_first},
	[SMTP_AT_GREETING] = {NULL, "the connection", 2, 300, SMTP_STAGE_GREETING, greet},
	[SMTP_AT_EHLO] = {"EHLO", NULL, 2, 300, SMTP_STAGE_EHLO, say_ehlo},
	[SMTP_AT_HELO] = {"HELO", NULL, 2, 300, SMTP_STAGE_EHLO, say_helo},
	[SMTP_AT_STARTTLS] = {"STARTTLS", NULL, 2, 300, SMTP_STAGE_STARTTLS, say_starttls},
	[SMTP_AT_TLS] = {NULL, "TLS", 0, 120, SMTP_STAGE_TLS, begin_tls},
	[SMTP_AT_AUTH] = {"AUTH", NULL, 2, 300, SMTP_STAGE_AUTH, log_in},
	[SMTP_AT_READY] = {NULL, "ready", 0, 0, SMTP_STAGE_NONE, NULL},
	[SMTP_AT_MAIL] = {"MAIL", NULL, 2, 300, SMTP_STAGE_MAIL, NULL},
	[SMTP_AT_RCPT] = {"RCPT", NULL, 2, 300, SMTP_STAGE_RCPT, NULL},
	[SMTP_AT_DATA] = {"DATA", NULL, 3, 120, SMTP_STAGE_DATA, NULL},
	[SMTP_AT_BLOCK] = {NULL, "a block of the message", 0, 180, SMTP_STAGE_NONE, NULL},
	[SMTP_AT_MESSAGE] = {NULL, "the end of the message", 2, 600, SMTP_STAGE_MESSAGE, NULL},
	[SMTP_AT_BDAT] = {"BDAT", NULL, 2, 600, SMTP_STAGE_MESSAGE, NULL},
	[SMTP_AT_RSET] = {"RSET", NULL, 2, 300, SMTP_STAGE_NONE, NULL},
	[SMTP_AT_QUIT] = {"QUIT", NULL, 2, 30, SMTP_STAGE_NONE, NULL},
	[SMTP_AT_FAILED] = {NULL, "failed", 0, 0, SMTP_STAGE_NONE, NULL},
};

enum smtp_stage smtp_stage(const char *name)
{
#define X(id, text)                                                                                \
	if (span_is_letters(span_text(name), text))                                                \
		return SMTP_STAGE_##id;
	SMTP_STAGES(X)
#undef X
	return SMTP_STAGE_NONE;
}

struct smtp_client *smtp_client_new(
	struct connection *connection, const struct smtp_client_options *options)
{
	struct smtp_client *client = memory_new(1, sizeof *client);

	client->options = *options;
	conversation_init(&client->conversation, connection, &smtp_client_language, client);
	smtp_offers_init(&client->offers);
	return client;
}

void smtp_client_free(struct smtp_client *client)
{
	if (client == NULL)
		return;
	smtp_offers_fini(&client->offers);
	conversation_fini(&client->conversation);
	free(client);
}

const struct fail *smtp_client_fail(const struct smtp_client *client)
{
	return &client->conversation.fail;
}

struct command smtp_command(enum smtp_at at)
{
	const struct smtp_step *step = &smtp_steps[at];

	return (struct command){
		.verb = step->verb != NULL ? vocabulary_verb(MAIL_SMTP, span_text(step->verb))
					   : NULL,
		.name = step->name,
		.seconds = step->seconds,
	};
}

enum step smtp_say(struct smtp_client *client, enum smtp_at at, const char *format, ...)
{
	struct command command = smtp_command(at);
	struct buffer line;
	va_list arguments;
	char *text = NULL;
	enum step step;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		abort();
	va_end(arguments);
	buffer_init(&line, 0);
	buffer_add_text(&line, smtp_steps[at].verb);
	buffer_add_text(&line, text);
	free(text);
	step = conversation_say(&client->conversation, &command, buffer_span(&line));
	buffer_fini(&line);
	return step;
}

/* The last reply refuses what a step said. */
static enum smtp_at refuse(struct smtp_client *client, const char *what)
{
	conversation_refused(
		&client->conversation, smtp_fail_code(&client->conversation.reply), what);
	return SMTP_AT_FAILED;
}

static int last_code(const struct smtp_client *client)
{
	return client->conversation.reply.code;
}

static enum smtp_at first_hello(const struct smtp_client *client)
{
	return client->options.is_hello_old ? SMTP_AT_HELO : SMTP_AT_EHLO;
}

static enum smtp_at connect_first(struct smtp_client *client)
{
	return client->options.tls == TLS_MODE_IMPLICIT ? SMTP_AT_TLS : SMTP_AT_GREETING;
}

/* RFC 5321 3.1, 4.3.1: nothing is said before the greeting. */
static enum smtp_at greet(struct smtp_client *client)
{
	struct command command = smtp_command(SMTP_AT_GREETING);

	if (conversation_hear(&client->conversation, &command) != STEP_DONE)
		return SMTP_AT_FAILED;
	client->is_greeted = true;
	if (smtp_is_good(SMTP_AT_GREETING, last_code(client)))
		return first_hello(client);
	refuse(client, "the server does not want this session");
	if (last_code(client) / 100 == 5)
		client->conversation.fail.code = FAIL_UNAVAILABLE;
	return SMTP_AT_FAILED;
}

/* Letters, digits, "-" and at least one "." (RFC 5321 2.3.5), and no made-up domain. */
static bool is_full_name(const char *name)
{
	size_t length = strlen(name);

	return strchr(name, '.') != NULL && name[0] != '.' && name[length - 1] != '.' &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.") ==
		       length &&
	       !span_starts_letters(span_text(name), "localhost.");
}

/* RFC 5321 4.1.3:  "[" IPv4 "]", "[IPv6:" IPv6 "]" */
static void add_literal(const struct sockaddr_storage *address, struct buffer *out)
{
	char text[INET6_ADDRSTRLEN] = "127.0.0.1";
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;
	bool is_six = address->ss_family == AF_INET6;

	if (is_six && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
		is_six = false;
		inet_ntop(AF_INET, &six->sin6_addr.s6_addr[12], text, sizeof text);
	} else if (is_six) {
		inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
	} else if (address->ss_family == AF_INET) {
		inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text,
			sizeof text);
	}
	buffer_printf(out, "[%s%s]", is_six ? "IPv6:" : "", text);
}

/* RFC 5321 4.1.4: the host's full name, or its address. Nobody else is asked for the name. */
static void add_own_name(const struct smtp_client *client, struct buffer *out)
{
	char name[LIMIT_DOMAIN + 1] = "";

	if (client->options.hello != NULL) {
		buffer_add_text(out, client->options.hello);
		return;
	}
	if (gethostname(name, sizeof name - 1) == 0 && is_full_name(name)) {
		buffer_add_text(out, name);
	} else {
		struct connection_ends ends = connection_ends(client->conversation.connection);

		add_literal(&ends.local, out);
	}
}

static enum step say_hello(struct smtp_client *client, enum smtp_at at)
{
	struct buffer name;
	enum step step;

	buffer_init(&name, 0);
	add_own_name(client, &name);
	if (name.length == 0 || strpbrk(buffer_text(&name), " \t\r\n") != NULL)
		step = conversation_fail(&client->conversation, FAIL_USAGE,
			"\"%s\" is no name to say hello with", buffer_text(&name));
	else
		step = smtp_say(client, at, " %s", buffer_text(&name));
	buffer_fini(&name);
	return step;
}

/* What comes after the server's name is known. */
static enum smtp_at after_hello(struct smtp_client *client)
{
	enum tls_mode tls = client->options.tls;

	client->conversation.is_grouping =
		smtp_offers_has(&client->offers, SMTP_OFFER_PIPELINING) &&
		!client->options.no_pipelining;
	if (!client->has_tls && (tls == TLS_MODE_STARTTLS || tls == TLS_MODE_OFFERED)) {
		if (smtp_offers_has(&client->offers, SMTP_OFFER_STARTTLS))
			return SMTP_AT_STARTTLS;
		if (tls == TLS_MODE_STARTTLS) {
			conversation_fail(&client->conversation, FAIL_PROTOCOL,
				"TLS is required, and the server does not offer STARTTLS");
			return SMTP_AT_FAILED;
		}
		connection_note(client->conversation.connection,
			"The server does not offer STARTTLS: the session stays in clear");
	}
	return client->options.login.user != NULL ? SMTP_AT_AUTH : SMTP_AT_READY;
}

static enum smtp_at say_ehlo(struct smtp_client *client)
{
	int code;

	smtp_offers_clear(&client->offers);
	if (say_hello(client, SMTP_AT_EHLO) != STEP_DONE)
		return SMTP_AT_FAILED;
	code = last_code(client);
	if (code >= 500 && code <= 504) /* RFC 5321 3.2 */
		return SMTP_AT_HELO;
	if (!smtp_is_good(SMTP_AT_EHLO, code))
		return refuse(client, "EHLO was refused");
	smtp_offers_read(&client->offers, buffer_span(&client->conversation.reply.lines));
	return after_hello(client);
}

static enum smtp_at say_helo(struct smtp_client *client)
{
	smtp_offers_clear(&client->offers);
	if (say_hello(client, SMTP_AT_HELO) != STEP_DONE)
		return SMTP_AT_FAILED;
	if (!smtp_is_good(SMTP_AT_HELO, last_code(client)))
		return refuse(client, "HELO was refused");
	return after_hello(client);
}

static enum smtp_at say_starttls(struct smtp_client *client)
{
	if (smtp_say(client, SMTP_AT_STARTTLS, "%s", "") != STEP_DONE)
		return SMTP_AT_FAILED;
	if (smtp_is_good(SMTP_AT_STARTTLS, last_code(client))) {
		client->cannot_quit = true;
		return SMTP_AT_TLS;
	}
	if (client->options.tls == TLS_MODE_STARTTLS)
		return refuse(client, "TLS is required, and STARTTLS was refused");
	connection_note(client->conversation.connection,
		"STARTTLS was refused: the session stays in clear");
	return client->options.login.user != NULL ? SMTP_AT_AUTH : SMTP_AT_READY;
}

/* RFC 3207 4.2: whatever was known of the server is forgotten. */
static enum smtp_at begin_tls(struct smtp_client *client)
{
	if (conversation_secure(&client->conversation, smtp_steps[SMTP_AT_TLS].seconds) !=
		STEP_DONE)
		return SMTP_AT_FAILED;
	client->has_tls = true;
	client->cannot_quit = false;
	client->conversation.is_grouping = false;
	smtp_offers_clear(&client->offers);
	return client->is_greeted ? first_hello(client) : SMTP_AT_GREETING;
}

static enum smtp_at log_in(struct smtp_client *client)
{
	struct authenticate authenticate = {
		.conversation = &client->conversation,
		.login = &client->options.login,
		.protocol = MAIL_SMTP,
		.offers = buffer_span(&client->offers.mechanisms),
		.has_list = true,
		.seconds = smtp_steps[SMTP_AT_AUTH].seconds,
		.fail_code = smtp_fail_code,
	};

	return authenticate_run(&authenticate) == STEP_DONE ? SMTP_AT_READY : SMTP_AT_FAILED;
}

static bool ends_at(enum smtp_stage wanted, enum smtp_stage stage, bool is_past)
{
	return wanted != SMTP_STAGE_NONE && (is_past ? wanted < stage : wanted == stage);
}

bool smtp_ends(struct smtp_client *client, enum smtp_stage stage, bool is_past)
{
	if (stage == SMTP_STAGE_NONE)
		return false;
	if (ends_at(client->options.drop_after, stage, is_past)) {
		connection_drop(client->conversation.connection);
		client->is_closed = client->conversation.is_over = true;
		return true;
	}
	if (!ends_at(client->options.quit_after, stage, is_past))
		return false;
	smtp_client_quit(client);
	return true;
}

/* The stage before which the session may have had to end already. With TLS from the first octet
 * on, it begins before the greeting. */
static enum smtp_stage stage_ahead(const struct smtp_client *client, enum smtp_at at)
{
	if (at == SMTP_AT_READY)
		return SMTP_STAGE_MAIL;
	return at == SMTP_AT_TLS && !client->is_greeted ? SMTP_STAGE_NONE : smtp_steps[at].stage;
}

enum step smtp_client_begin(struct smtp_client *client)
{
	enum smtp_at at = SMTP_AT_CONNECT;

	while (at != SMTP_AT_READY) {
		enum smtp_stage stage = smtp_steps[at].stage;

		if (smtp_ends(client, stage_ahead(client, at), true))
			return STEP_MORE;
		at = smtp_steps[at].run(client);
		if (at == SMTP_AT_FAILED)
			return STEP_FAIL;
		if (at != SMTP_AT_HELO && smtp_ends(client, stage, false))
			return STEP_MORE;
	}
	if (smtp_ends(client, stage_ahead(client, at), true))
		return STEP_MORE;
	client->is_ready = true;
	/* Groups hide where one stage ends: those who want it to end there see it end there. */
	if (client->options.quit_after == SMTP_STAGE_MAIL ||
		client->options.quit_after == SMTP_STAGE_RCPT ||
		client->options.drop_after == SMTP_STAGE_MAIL ||
		client->options.drop_after == SMTP_STAGE_RCPT)
		client->conversation.is_grouping = false;
	return STEP_DONE;
}

void smtp_client_quit(struct smtp_client *client)
{
	struct fail fail = client->conversation.fail;

	if (client->is_closed)
		return;
	if (client->is_greeted && !client->cannot_quit && !client->conversation.is_over &&
		conversation_finish(&client->conversation) == STEP_DONE)
		(void)smtp_say(client, SMTP_AT_QUIT, "%s", "");
	connection_close(client->conversation.connection);
	client->conversation.fail = fail;
	client->is_closed = client->conversation.is_over = true;
}
