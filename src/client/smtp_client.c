#include "client/smtp_client.h"

#include "base/language.h"
#include "base/memory.h"
#include "client/authenticate.h"
#include "client/smtp_parts.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>

static int greet(struct course *course);
static int say_ehlo(struct course *course);
static int say_helo(struct course *course);
static int log_in(struct course *course);

/* Time limits by RFC 5321 4.5.3.2, five minutes where it names none; QUIT has nothing to lose. */
const struct course_step smtp_steps[] = {
	[COURSE_CONNECT] = {NULL, N_("the connection"), 0, 0, SMTP_STAGE_CONNECT, course_connect},
	[COURSE_GREETING] = {NULL, N_("the connection"), 2, 300, SMTP_STAGE_GREETING, greet},
	[COURSE_OFFERS] = {"EHLO", NULL, 2, 300, SMTP_STAGE_EHLO, say_ehlo},
	[SMTP_AT_HELO] = {"HELO", NULL, 2, 300, SMTP_STAGE_EHLO, say_helo},
	[COURSE_STARTTLS] = {"STARTTLS", NULL, 2, 300, SMTP_STAGE_STARTTLS, course_say_starttls},
	[COURSE_TLS] = {NULL, "TLS", 0, 120, SMTP_STAGE_TLS, course_begin_tls},
	[COURSE_LOGIN] = {"AUTH", NULL, 2, 300, SMTP_STAGE_AUTH, log_in},
	[COURSE_READY] = {NULL, "ready", 0, 0, SMTP_STAGE_MAIL, NULL},
	[SMTP_AT_MAIL] = {"MAIL", NULL, 2, 300, SMTP_STAGE_MAIL, NULL},
	[SMTP_AT_RCPT] = {"RCPT", NULL, 2, 300, SMTP_STAGE_RCPT, NULL},
	[SMTP_AT_DATA] = {"DATA", NULL, 3, 120, SMTP_STAGE_DATA, NULL},
	[SMTP_AT_BLOCK] = {NULL, N_("a block of the message"), 0, 180, SMTP_STAGE_NONE, NULL},
	[SMTP_AT_MESSAGE] = {NULL, N_("the end of the message"), 2, 600, SMTP_STAGE_MESSAGE, NULL},
	[SMTP_AT_BDAT] = {"BDAT", NULL, 2, 600, SMTP_STAGE_MESSAGE, NULL},
	[SMTP_AT_RSET] = {"RSET", NULL, 2, 300, SMTP_STAGE_NONE, NULL},
	[COURSE_QUIT] = {"QUIT", NULL, 2, 30, SMTP_STAGE_NONE, NULL},
};

/* RFC 3207 4.2 */
static void forget(struct course *course)
{
	smtp_offers_clear(&((struct smtp_client *)course)->offers);
}

static void quit(struct course *course)
{
	smtp_client_quit((struct smtp_client *)course);
}

static const struct course_plan plan = {
	.protocol = MAIL_SMTP,
	.language = &smtp_client_language,
	.steps = smtp_steps,
	.fail_code = smtp_fail_code,
	.forget = forget,
	.quit = quit,
};

static const char *const stages[] = {
#define X(id, name) name,
	SMTP_STAGES(X)
#undef X
		NULL,
};

int smtp_stage(const char *name)
{
	return course_stage(stages, name);
}

struct smtp_client *smtp_client_new(
	struct connection *connection, const struct smtp_client_options *options)
{
	struct smtp_client *client = memory_new(1, sizeof *client);

	client->options = *options;
	course_init(&client->course, connection, &plan, &options->wants);
	smtp_offers_init(&client->offers);
	return client;
}

void smtp_client_free(struct smtp_client *client)
{
	if (client == NULL)
		return;
	smtp_offers_fini(&client->offers);
	course_fini(&client->course);
	free(client);
}

const struct fail *smtp_client_fail(const struct smtp_client *client)
{
	return &client->course.conversation.fail;
}

enum step smtp_say(struct smtp_client *client, int at, const char *arguments)
{
	struct command command = course_command(&client->course, at);

	return course_say(&client->course, &command, arguments);
}

/* RFC 5321 3.1, 4.3.1: nothing is said before the greeting. */
static int greet(struct course *course)
{
	const struct smtp_client *client = (struct smtp_client *)course;
	struct command command = course_command(course, COURSE_GREETING);

	if (conversation_hear(&course->conversation, &command) != STEP_DONE)
		return COURSE_FAILED;
	course->is_greeted = true;
	if (course_is_good(course, COURSE_GREETING))
		return client->options.is_hello_old ? (int)SMTP_AT_HELO : (int)COURSE_OFFERS;
	course_refused(course, _("the server does not want this session"));
	if (course->conversation.reply.code / 100 == 5)
		course->conversation.fail.code = FAIL_UNAVAILABLE;
	return COURSE_FAILED;
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
		struct connection_ends ends =
			connection_ends(client->course.conversation.connection);

		add_literal(&ends.local, out);
	}
}

static enum step say_hello(struct smtp_client *client, int at)
{
	struct buffer name;
	enum step step;

	buffer_init(&name, 0);
	add_own_name(client, &name);
	if (name.length == 0 || strpbrk(buffer_text(&name), " \t\r\n") != NULL)
		step = conversation_fail(&client->course.conversation, FAIL_USAGE,
			"\"%s\" is no name to say hello with", buffer_text(&name));
	else
		step = smtp_say(client, at, buffer_text(&name));
	buffer_fini(&name);
	return step;
}

/* What comes after the server's name is known. */
static int after_hello(struct smtp_client *client)
{
	client->course.conversation.is_grouping =
		smtp_offers_has(&client->offers, SMTP_OFFER_PIPELINING) &&
		!client->options.no_pipelining;
	return course_after_offers(
		&client->course, smtp_offers_has(&client->offers, SMTP_OFFER_STARTTLS));
}

static int say_ehlo(struct course *course)
{
	struct smtp_client *client = (struct smtp_client *)course;
	int code;

	smtp_offers_clear(&client->offers);
	if (say_hello(client, COURSE_OFFERS) != STEP_DONE)
		return COURSE_FAILED;
	code = course->conversation.reply.code;
	if (code >= 500 && code <= 504) /* RFC 5321 3.2 */
		return SMTP_AT_HELO;
	if (!course_is_good(course, COURSE_OFFERS))
		return course_refused(course, _("EHLO was refused"));
	smtp_offers_read(&client->offers, buffer_span(&course->conversation.reply.lines));
	return after_hello(client);
}

static int say_helo(struct course *course)
{
	struct smtp_client *client = (struct smtp_client *)course;

	smtp_offers_clear(&client->offers);
	if (say_hello(client, SMTP_AT_HELO) != STEP_DONE)
		return COURSE_FAILED;
	if (!course_is_good(course, SMTP_AT_HELO))
		return course_refused(course, _("HELO was refused"));
	return after_hello(client);
}

static int log_in(struct course *course)
{
	const struct smtp_client *client = (struct smtp_client *)course;
	struct authenticate authenticate = {
		.conversation = &course->conversation,
		.login = &course->wants.login,
		.protocol = MAIL_SMTP,
		.offers = buffer_span(&client->offers.mechanisms),
		.has_list = true,
		.seconds = smtp_steps[COURSE_LOGIN].seconds,
		.fail_code = smtp_fail_code,
	};

	return authenticate_run(&authenticate) == STEP_DONE ? COURSE_READY : COURSE_FAILED;
}

static bool ends_in_group(enum smtp_stage wanted)
{
	return wanted == SMTP_STAGE_MAIL || wanted == SMTP_STAGE_RCPT;
}

enum step smtp_client_begin(struct smtp_client *client)
{
	enum step step = course_begin(&client->course);

	/* Groups hide where one stage ends: those who want it to end there see it end there. */
	if (ends_in_group(client->options.wants.quit_after) ||
		ends_in_group(client->options.wants.drop_after))
		client->course.conversation.is_grouping = false;
	return step;
}

void smtp_client_quit(struct smtp_client *client)
{
	struct course *course = &client->course;
	struct fail fail = course->conversation.fail;

	if (course->is_closed)
		return;
	if (course_can_quit(course))
		(void)smtp_say(client, COURSE_QUIT, NULL);
	course_close(course);
	course->conversation.fail = fail;
}
