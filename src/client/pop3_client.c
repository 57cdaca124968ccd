#include "client/pop3_client.h"

#include "base/language.h"
#include "base/memory.h"
#include "client/authenticate.h"
#include "client/pop3_parts.h"

#include <stdio.h>
#include <stdlib.h>

static int greet(struct course *course);
static int say_capa(struct course *course);
static int say_utf8(struct course *course);
static int log_in(struct course *course);

/* RFC 1939 names no time limit; a server may take long to open a mailbox. */
static const struct course_step steps[] = {
	[COURSE_CONNECT] = {NULL, N_("the connection"), 0, 0, POP3_STAGE_CONNECT, course_connect},
	[COURSE_GREETING] = {NULL, N_("the connection"), 2, 300, POP3_STAGE_GREETING, greet},
	[COURSE_OFFERS] = {"CAPA", NULL, 2, 120, POP3_STAGE_CAPA, say_capa},
	[COURSE_STARTTLS] = {"STLS", NULL, 2, 120, POP3_STAGE_STLS, course_say_starttls},
	[COURSE_TLS] = {NULL, "TLS", 0, 120, POP3_STAGE_TLS, course_begin_tls},
	[POP3_AT_UTF8] = {"UTF8", NULL, 2, 120, POP3_STAGE_NONE, say_utf8},
	[COURSE_LOGIN] = {"AUTH", NULL, 2, 300, POP3_STAGE_LOGIN, log_in},
	[COURSE_READY] = {NULL, "ready", 0, 0, POP3_STAGE_LIST, NULL},
	[POP3_AT_STAT] = {"STAT", NULL, 2, 300, POP3_STAGE_NONE, NULL},
	[POP3_AT_LIST] = {"LIST", NULL, 2, 300, POP3_STAGE_LIST, NULL},
	[POP3_AT_UIDL] = {"UIDL", NULL, 2, 300, POP3_STAGE_LIST, NULL},
	[POP3_AT_RETR] = {"RETR", NULL, 2, 300, POP3_STAGE_RETR, NULL},
	[POP3_AT_DELE] = {"DELE", NULL, 2, 300, POP3_STAGE_DELE, NULL},
	[COURSE_QUIT] = {"QUIT", NULL, 2, 300, POP3_STAGE_NONE, NULL},
};

/* RFC 2595 4 */
static void forget(struct course *course)
{
	pop3_offers_clear(&((struct pop3_client *)course)->offers);
}

static void quit(struct course *course)
{
	(void)pop3_client_quit((struct pop3_client *)course);
}

static const struct course_plan plan = {
	.protocol = MAIL_POP3,
	.language = &pop3_client_language,
	.steps = steps,
	.fail_code = pop3_fail_code,
	.forget = forget,
	.quit = quit,
};

static const char *const stages[] = {
#define X(id, name) name,
	POP3_STAGES(X)
#undef X
		NULL,
};

int pop3_stage(const char *name)
{
	return course_stage(stages, name);
}

struct pop3_client *pop3_client_new(
	struct connection *connection, const struct pop3_client_options *options)
{
	struct pop3_client *client = memory_new(1, sizeof *client);

	client->options = *options;
	course_init(&client->course, connection, &plan, &options->wants);
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
	course_fini(&client->course);
	free(client->entries);
	free(client);
}

const struct fail *pop3_client_fail(const struct pop3_client *client)
{
	return &client->course.conversation.fail;
}

enum step pop3_say(struct pop3_client *client, const struct command *command, uint32_t number)
{
	char text[sizeof "4294967295"];

	snprintf(text, sizeof text, "%u", number);
	return course_say(&client->course, command, number > 0 ? text : NULL);
}

/* RFC 1939 7: a time stamp has the form of an RFC 822 msg-id. */
static void keep_timestamp(struct pop3_client *client)
{
	struct span lines = buffer_span(&client->course.conversation.reply.lines);
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

static int greet(struct course *course)
{
	struct command command = course_command(course, COURSE_GREETING);

	if (conversation_hear(&course->conversation, &command) != STEP_DONE)
		return COURSE_FAILED;
	if (course_is_good(course, COURSE_GREETING)) {
		course->is_greeted = true;
		keep_timestamp((struct pop3_client *)course);
		return COURSE_OFFERS;
	}
	course_refused(course, _("the server does not want this session"));
	if (course->conversation.fail.code == FAIL_PROTOCOL)
		course->conversation.fail.code = FAIL_UNAVAILABLE;
	return COURSE_FAILED;
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

/* UTF8 before a login whose name needs it (RFC 6856 2.1). */
static int after_capa(struct pop3_client *client)
{
	const struct pop3_offers *offers = &client->offers;
	int at = course_after_offers(&client->course, pop3_offers_has(offers, POP3_OFFER_STLS));

	if (at == COURSE_LOGIN && !is_ascii(client->options.wants.login.user) &&
		pop3_offers_has(offers, POP3_OFFER_UTF8))
		return POP3_AT_UTF8;
	return at;
}

/* RFC 2449 5: a server that does not know CAPA says -ERR, and is taken as one of RFC 1939. */
static int say_capa(struct course *course)
{
	struct pop3_client *client = (struct pop3_client *)course;
	struct command command = course_command(course, COURSE_OFFERS);
	struct reply_sink sink = {client, take_offers};

	pop3_offers_clear(&client->offers);
	command.sink = &sink;
	command.limit = LIMIT_REPLY;
	if (course_say(course, &command, NULL) != STEP_DONE)
		return COURSE_FAILED;
	client->offers.is_known = course_is_good(course, COURSE_OFFERS);
	return after_capa(client);
}

static int say_utf8(struct course *course)
{
	struct command command = course_command(course, POP3_AT_UTF8);

	if (course_say(course, &command, NULL) != STEP_DONE)
		return COURSE_FAILED;
	if (course_is_good(course, POP3_AT_UTF8))
		return COURSE_LOGIN;
	return course_refused(course, _("UTF8 was refused"));
}

static void show_policy(struct pop3_client *client)
{
	const struct pop3_offers *offers = &client->offers;
	struct buffer text;

	buffer_init(&text, 0);
	if (pop3_offers_has(offers, POP3_OFFER_EXPIRE)) {
		conversation_cite(
			&client->course.conversation, buffer_span(&offers->expire), &text);
		connection_note(client->course.conversation.connection,
			"EXPIRE: messages stay on the server for (days): %s", buffer_text(&text));
	}
	buffer_clear(&text);
	if (pop3_offers_has(offers, POP3_OFFER_LOGIN_DELAY)) {
		conversation_cite(
			&client->course.conversation, buffer_span(&offers->login_delay), &text);
		connection_note(client->course.conversation.connection,
			"LOGIN-DELAY: seconds to wait from one login to the next: %s",
			buffer_text(&text));
	}
	buffer_fini(&text);
}

static int log_in(struct course *course)
{
	struct pop3_client *client = (struct pop3_client *)course;
	const struct pop3_offers *offers = &client->offers;
	struct authenticate authenticate = {
		.conversation = &course->conversation,
		.login = &course->wants.login,
		.protocol = MAIL_POP3,
		.offers = buffer_span(&offers->mechanisms),
		.has_list = offers->is_known,
		.timestamp = buffer_span(&client->timestamp),
		.has_user = !offers->is_known || pop3_offers_has(offers, POP3_OFFER_USER),
		.seconds = steps[COURSE_LOGIN].seconds,
		.fail_code = pop3_login_fail_code,
	};
	enum step step;

	client->is_logging_in = true;
	step = authenticate_run(&authenticate);
	client->is_logging_in = false;
	return step == STEP_DONE ? COURSE_READY : COURSE_FAILED;
}

enum step pop3_client_begin(struct pop3_client *client)
{
	enum step step = course_begin(&client->course);

	if (step != STEP_DONE)
		return step;
	show_policy(client);
	/* RFC 2449 6.6: what was offered before the login holds after it too. */
	client->course.conversation.is_grouping =
		pop3_offers_has(&client->offers, POP3_OFFER_PIPELINING);
	return STEP_DONE;
}

bool pop3_client_is_over(const struct pop3_client *client)
{
	return client->course.conversation.is_over;
}

/* The reply to QUIT says whether the messages are removed. */
static enum step say_quit(struct course *course)
{
	struct command command = course_command(course, COURSE_QUIT);

	if (!course_can_quit(course))
		return conversation_fail(&course->conversation, FAIL_TEMPORARY,
			"the session was broken off: the server removes nothing");
	if (course_say(course, &command, NULL) != STEP_DONE)
		return STEP_FAIL;
	if (course_is_good(course, COURSE_QUIT))
		return STEP_DONE;
	return conversation_refused(&course->conversation, FAIL_TEMPORARY,
		_("the server has not removed all that was to be"));
}

enum step pop3_client_quit(struct pop3_client *client)
{
	struct course *course = &client->course;
	struct fail before = course->conversation.fail;
	enum step step;

	if (course->is_closed)
		return client->has_quit ? STEP_DONE : STEP_FAIL;
	step = say_quit(course);
	course_close(course);
	client->has_quit = step == STEP_DONE;
	if (before.code != FAIL_NONE) /* the first cause is what is to be told */
		course->conversation.fail = before;
	return step;
}
