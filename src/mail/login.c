#include "mail/login.h"

#include "base/base64.h"
#include "mail/conversation.h"

/* What the client's first message is to the mechanism, and what comes behind it. */
static enum sasl_part login_first(enum sasl_mechanism mechanism)
{
	return mechanism == SASL_LOGIN ? SASL_PART_USER : SASL_PART_INITIAL;
}

static enum sasl_part login_behind(enum sasl_mechanism mechanism, enum sasl_part part)
{
	bool is_user = mechanism == SASL_LOGIN && part == SASL_PART_USER;

	return is_user ? SASL_PART_PASSWORD : SASL_PART_NEXT;
}

void login_command(struct mail *mail, struct mail_event *event)
{
	struct login *login = &mail->login;
	struct span arguments = event->text, name;

	(void)span_word(&arguments);
	name = span_word(&arguments);
	arguments = span_trim(arguments);
	*login = (struct login){.verb = event->verb, .number = event->asked_number};
	if (name.length == 0)
		return;
	login->mechanism = event->mechanism = sasl_mechanism(name);
	login->next = login_first(login->mechanism);
	event->part = SASL_PART_COMMAND;
	if (arguments.length == 0)
		return;
	event->part = login->next;
	login->next = login_behind(login->mechanism, event->part);
	if (!span_is(arguments, "=")) /* RFC 4954 4: an empty initial response */
		event->secret = arguments;
}

void login_response(struct mail *mail, struct mail_event *event)
{
	struct login *login = &mail->login;
	struct asked *newest = pending_newest(&mail->pending);

	event->kind = MAIL_RESPONSE;
	event->verb = login->verb;
	event->asked_number = login->number;
	event->mechanism = login->mechanism;
	if (span_is(event->text, "*")) {
		event->part = SASL_PART_CANCEL;
	} else {
		event->part = login->next;
		event->secret = event->text;
		login->next = login_behind(login->mechanism, login->next);
	}
	mail->is_challenged = false;
	if (newest != NULL && newest->effect == EFFECT_AUTH)
		newest->origin = event->last;
	conversation_give(mail, event);
	conversation_wait(mail, DOUBT_AUTH);
	login_judge(mail, event);
}

void login_challenge(struct mail *mail, struct mail_event *event)
{
	event->mechanism = mail->login.mechanism;
	event->part = SASL_PART_CHALLENGE;
}

static bool is_base64(struct span text)
{
	struct buffer octets;
	bool is_good;

	buffer_init(&octets, 0);
	is_good = base64_decode(text, &octets);
	buffer_fini(&octets);
	return is_good;
}

/* What lets anybody in who reads it: a password, or a bearer token (RFC 6750 1.2). */
static bool is_reusable(const struct mail_event *event)
{
	return event->mechanism == SASL_PLAIN || event->mechanism == SASL_XOAUTH2 ||
	       event->mechanism == SASL_OAUTHBEARER ||
	       (event->mechanism == SASL_LOGIN && event->part == SASL_PART_PASSWORD);
}

void login_judge(struct mail *mail, const struct mail_event *event)
{
	if (!mail->wants_oddities)
		return;
	if (event->secret.length > 0 && !is_base64(event->secret))
		conversation_odd(mail, event->side, ODDITY_NOT_BASE64, event->last);
	if (event->secret.length > 0 && is_reusable(event) && !mail->is_in_tls)
		conversation_odd_once(mail, event->side, ODDITY_CLEAR_PASSWORD, event->last);
}
