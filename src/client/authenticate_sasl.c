#include "base/base64.h"
#include "base/language.h"
#include "client/authenticate_parts.h"

#include <stdlib.h>

enum {
	ROUNDS = 8, /* challenges; with more the server is only playing */
	LIMIT_HOST = 256,
};

/* The messages that go to and fro. */
struct exchange {
	struct attempt *attempt;
	struct sasl_client *client;
	const struct sasl_way *way;
	struct buffer challenge; /* the server's last */
	struct buffer message;   /* ours */
	bool is_unsaid;          /* it is made, and goes with the next line */
	enum step state;         /* STEP_MORE: the mechanism still wants a challenge */
};

/* RFC 4954 4, RFC 5034 4: "*" gives up; what the server says to it does not matter. */
static enum step cancel(struct exchange *exchange, enum fail_code code, const char *why)
{
	struct attempt *attempt = exchange->attempt;

	if (authenticate_say(attempt, span_text("*"), false) != STEP_DONE)
		return STEP_FAIL;
	return conversation_fail(attempt->conversation, code, "%s", why);
}

static enum step make_message(struct exchange *exchange, struct fail *fail)
{
	authenticate_wipe(&exchange->message);
	buffer_init(&exchange->message, 0);
	exchange->state = sasl_client_step(
		exchange->client, buffer_span(&exchange->challenge), &exchange->message, fail);
	exchange->is_unsaid = exchange->state != STEP_FAIL;
	return exchange->state;
}

/* Says the message in base64 behind a prefix. An empty one is "=" in the AUTH line, an empty line
 * otherwise. */
static enum step say_message(struct exchange *exchange, const char *prefix)
{
	struct attempt *attempt = exchange->attempt;
	struct span message = buffer_span(&exchange->message);
	bool is_secret = message.length > 0 &&
			 sasl_client_messages(exchange->client) > exchange->way->open_messages;
	struct buffer line;
	enum step step;

	exchange->is_unsaid = false;
	buffer_init(&line, 0);
	buffer_reserve(&line, strlen(prefix) + message.length / 3 * 4 + 8);
	buffer_add_text(&line, prefix);
	base64_encode(message, &line);
	if (message.length == 0 && *prefix != '\0')
		buffer_add_text(&line, "=");
	if (is_secret)
		conversation_guard(
			attempt->conversation, span_from(buffer_span(&line), strlen(prefix)));
	step = authenticate_say(attempt, buffer_span(&line), is_secret);
	authenticate_wipe(&line);
	return step;
}

/* With CRLF the line must keep its limit. */
static bool fits(const struct exchange *exchange, const char *prefix)
{
	size_t limit = exchange->attempt->authenticate->protocol == MAIL_SMTP ? LIMIT_SMTP_COMMAND
									      : LIMIT_POP3_COMMAND;

	return strlen(prefix) + (exchange->message.length + 2) / 3 * 4 + 2 <= limit;
}

/* RFC 4954 4:  "AUTH" SP mechanism [ SP initial-response ] */
static enum step begin(struct exchange *exchange)
{
	struct attempt *attempt = exchange->attempt;
	struct fail fail = {.code = FAIL_PROTOCOL};
	struct buffer line;
	enum step step;

	if ((exchange->way->traits & SASL_CLIENT_FIRST) != 0 &&
		make_message(exchange, &fail) == STEP_FAIL)
		return conversation_fail(attempt->conversation, fail.code, "%s", fail.text);
	buffer_init(&line, 0);
	buffer_printf(&line, "AUTH %s", exchange->way->name);
	/* Who could not be asked may not know of initial responses (RFC 1734). */
	if (exchange->is_unsaid && attempt->authenticate->has_list &&
		fits(exchange, buffer_text(&line)) && buffer_add_byte(&line, ' '))
		step = say_message(exchange, buffer_text(&line));
	else
		step = authenticate_say(attempt, buffer_span(&line), false);
	buffer_fini(&line);
	attempt->command.verb = NULL; /* what follows is no command */
	attempt->command.name = _("the login");
	return step;
}

/* RFC 4954 4: strictly base64, and one line. */
static bool take_challenge(struct exchange *exchange)
{
	struct span lines = buffer_span(&exchange->attempt->conversation->reply.lines);
	struct span text = {0};

	buffer_clear(&exchange->challenge);
	reply_take(&lines, &text);
	return lines.length == 0 && base64_decode(text, &exchange->challenge);
}

static bool is_token(const struct exchange *exchange)
{
	return exchange->way->step == sasl_step_oauthbearer ||
	       exchange->way->step == sasl_step_xoauth2;
}

/* RFC 7628 3.2.3: the server has told why it does not take the token, and waits for an empty word
 * to refuse it. */
static enum step hear_token_error(struct exchange *exchange)
{
	struct conversation *conversation = exchange->attempt->conversation;
	struct fail fail = {0};
	struct buffer cited;

	(void)make_message(exchange, &fail);
	buffer_init(&cited, 0);
	conversation_cite(conversation, buffer_span(&exchange->challenge), &cited);
	if (say_message(exchange, "") == STEP_DONE)
		conversation_fail(
			conversation, fail.code, "%s: %s", fail.text, buffer_text(&cited));
	buffer_fini(&cited);
	return STEP_FAIL;
}

static enum step answer(struct exchange *exchange)
{
	struct fail fail = {.code = FAIL_PROTOCOL};

	if (!take_challenge(exchange))
		return cancel(exchange, FAIL_PROTOCOL, _("the server's challenge is no base64"));
	if (exchange->is_unsaid)
		return say_message(exchange, "");
	if (is_token(exchange))
		return hear_token_error(exchange);
	if (exchange->state == STEP_DONE)
		return cancel(exchange, FAIL_PROTOCOL,
			_("the server wants more for the login than its mechanism has"));
	if (make_message(exchange, &fail) == STEP_FAIL)
		return cancel(exchange, fail.code, fail.text);
	return say_message(exchange, "");
}

static enum step talk(struct exchange *exchange)
{
	struct attempt *attempt = exchange->attempt;
	const struct reply *reply = &attempt->conversation->reply;

	if (begin(exchange) != STEP_DONE)
		return STEP_FAIL;
	for (int round = 0; round < ROUNDS && reply->code / 100 == 3; round++)
		if (answer(exchange) != STEP_DONE)
			return STEP_FAIL;
	if (reply->code / 100 == 3)
		return cancel(exchange, FAIL_PROTOCOL, _("the login does not come to an end"));
	if (reply->code / 100 != 2)
		return authenticate_refuse(attempt, _("the login was refused"));
	if (exchange->state == STEP_DONE && !exchange->is_unsaid)
		return STEP_DONE;
	return conversation_fail(attempt->conversation, FAIL_PROTOCOL,
		"the server ends the login before %s is at its end: it has proved nothing",
		exchange->way->name);
}

/* "host:port" of the connection, for the mechanism that tells it. */
static unsigned split_name(const char *name, char host[LIMIT_HOST])
{
	const char *colon = strrchr(name, ':');
	struct span text = span_of(name, (size_t)(colon - name));

	if (text.length > 1 && text.at[0] == '[')
		text = span_of(text.at + 1, text.length - 2);
	text = span_first(text, LIMIT_HOST - 1);
	memcpy(host, text.at, text.length);
	host[text.length] = '\0';
	return (unsigned)strtoul(colon + 1, NULL, 10);
}

enum step authenticate_run_sasl(struct attempt *attempt, const struct sasl_way *way)
{
	char host[LIMIT_HOST];
	struct sasl_identity identity = {
		.user = attempt->authenticate->login->user,
		.secret = attempt->secret,
		.host = host,
		.port = split_name(connection_name(attempt->conversation->connection), host),
	};
	struct exchange exchange = {.attempt = attempt, .way = way, .state = STEP_MORE};
	struct fail fail = {0};
	enum step step;

	exchange.client = sasl_client_new(way, &identity, &fail);
	if (exchange.client == NULL)
		return conversation_fail(attempt->conversation, fail.code, "%s", fail.text);
	buffer_init(&exchange.challenge, LIMIT_REPLY_LINE);
	buffer_init(&exchange.message, 0);
	step = talk(&exchange);
	authenticate_wipe(&exchange.challenge);
	authenticate_wipe(&exchange.message);
	sasl_client_free(exchange.client);
	return step;
}
