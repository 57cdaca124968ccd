#include "practice/smtp_parts.h"

#include "base/base64.h"

#include <openssl/crypto.h>

static void give_up(struct smtp_server *smtp)
{
	exchange_free(smtp->exchange);
	smtp->exchange = NULL;
	smtp->mode = SMTP_COMMAND;
	line_wipe(&smtp->lines);
}

/* 535 for whatever was wrong (RFC 4954 6); a few are enough. */
static void refuse(struct smtp_server *smtp)
{
	give_up(smtp);
	smtp_reply(smtp, "535 5.7.8", "Wrong user or password");
	if (++smtp->failed_logins < LIMIT_PRACTICE_LOGINS)
		return;
	smtp_reply(smtp, "421 4.7.0", "%s Too many failed logins, closing", smtp->house->host);
	smtp->talk.then = TALK_CLOSE;
}

static void accept(struct smtp_server *smtp)
{
	smtp->user = exchange_account(smtp->exchange);
	give_up(smtp);
	smtp_reply(smtp, "235 2.7.0", "Welcome, %s", smtp->user->name);
}

static void challenge(struct smtp_server *smtp, struct span text)
{
	struct buffer encoded;

	buffer_init(&encoded, 0);
	base64_encode(text, &encoded);
	smtp_reply(smtp, "334", "%s", buffer_text(&encoded));
	buffer_fini(&encoded);
	smtp->mode = SMTP_LOGIN;
}

static void step(struct smtp_server *smtp, bool has_response, struct span response)
{
	struct buffer text;

	buffer_init(&text, 0);
	switch (exchange_step(smtp->exchange, has_response, response, &text)) {
	case STEP_MORE:
		challenge(smtp, buffer_span(&text));
		break;
	case STEP_DONE:
		accept(smtp);
		break;
	default:
		refuse(smtp);
	}
	buffer_fini(&text);
}

/* A response in base64. */
static void step_encoded(struct smtp_server *smtp, struct span encoded)
{
	struct buffer response;

	buffer_init(&response, 0);
	buffer_reserve(&response, encoded.length + 1);
	if (base64_decode(encoded, &response)) {
		step(smtp, true, buffer_span(&response));
	} else {
		give_up(smtp);
		smtp_wrong(smtp, "501 5.5.2", "Not base64; login given up");
	}
	OPENSSL_cleanse(response.at, response.size);
	buffer_fini(&response);
}

void smtp_response(struct smtp_server *smtp, struct span line)
{
	if (!span_is(line, "*")) {
		step_encoded(smtp, line);
		return;
	}
	give_up(smtp);
	smtp_reply(smtp, "501 5.7.0", "Login cancelled");
}

/* What stands against a login before it begins; false: it was refused. */
static bool may_log_in(struct smtp_server *smtp, struct span mechanism)
{
	const struct rule *rule = faults_offer(&smtp->faults, "AUTH");

	if (smtp->user != NULL)
		smtp_wrong(smtp, "503 5.5.1", "You are logged in already");
	else if (smtp->house->needs_tls && !smtp->talk.is_tls)
		smtp_reply(smtp, "538 5.7.11", "STARTTLS comes first");
	else if (!smtp->is_extended || !smtp_offers(smtp, "AUTH", true))
		smtp_wrong(smtp, "502 5.5.1", "AUTH is not offered");
	else if (!house_offers_mechanism(rule, mechanism))
		smtp_wrong(smtp, "504 5.5.4", "Mechanism not offered");
	else
		return true;
	return false;
}

/* "AUTH" SP sasl-mech [SP initial-response]; "=" stands for an empty one (RFC 4954 4). */
void smtp_auth(struct smtp_server *smtp, const struct verb *verb, struct span argument)
{
	struct span mechanism = span_word(&argument);

	(void)verb;
	if (!may_log_in(smtp, mechanism))
		return;
	smtp->exchange = exchange_new(smtp->house->authenticator, mechanism);
	if (smtp->exchange == NULL) {
		smtp_wrong(smtp, "504 5.5.4", "Mechanism not recognized");
	} else if (argument.length > 0 && exchange_begins_server(smtp->exchange)) {
		give_up(smtp);
		smtp_wrong(smtp, "501 5.7.0", "This mechanism has no initial response");
	} else if (argument.length == 0) {
		step(smtp, false, argument);
	} else {
		step_encoded(smtp, span_is(argument, "=") ? span_of(NULL, 0) : argument);
	}
}
