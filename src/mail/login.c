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

/* RFC 4422 3.1; in one case of letters, as base64 is not. */
static bool is_mechanism_name(struct span name)
{
	enum { LONGEST = 20 };
	bool has_upper = false, has_lower = false;

	for (size_t i = 0; i < name.length; i++) {
		uint8_t c = name.at[i];

		has_upper = has_upper || (c >= 'A' && c <= 'Z');
		has_lower = has_lower || (c >= 'a' && c <= 'z');
		if (c != '-' && c != '_' && !(c >= '0' && c <= '9') &&
			((c | 0x20) < 'a' || (c | 0x20) > 'z'))
			return false;
	}
	return name.length <= LONGEST && !(has_upper && has_lower);
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
	if (login->mechanism == SASL_UNKNOWN && !is_mechanism_name(name)) {
		/* A response without its mechanism. */
		event->secret = span_from(event->text, (size_t)(name.at - event->text.at));
		return;
	}
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

	mail->is_login_open = true;
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

/* What stands behind a verb that logs in, when that begins the line but for blanks and octets that
 * are no text. */
static bool find_credentials(struct span line, struct span *credentials)
{
	static const char *const verbs[] = {"AUTH", "PASS", "APOP", "X-EXPS"};

	while (line.length > 0 && (line.at[0] <= ' ' || line.at[0] > '~'))
		line = span_from(line, 1);
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
		if (!span_starts_letters(line, verbs[i]))
			continue;
		*credentials = span_from(line, strlen(verbs[i]));
		return true;
	}
	return false;
}

/* No command but these has neither address nor path, and so much to lose. */
static bool may_be_secret(const struct mail *mail, struct span fragment)
{
	if (mail->protocol == MAIL_POP3)
		return true;
	for (size_t i = 0; i < fragment.length; i++)
		if (fragment.at[i] == '@' || fragment.at[i] == '<' || fragment.at[i] == '>')
			return false;
	return true;
}

NEVER_INLINE void login_hide(struct mail *mail, struct mail_event *event)
{
	bool is_fragment = mail->sides[SIDE_CLIENT].is_fragment;
	struct span credentials = {NULL, 0}, rest;
	bool is_command = find_credentials(event->text, &credentials);

	rest = span_trim(credentials);
	if (is_command && (!mail->is_login_open || rest.at != credentials.at))
		event->secret = rest;
	else if (mail->is_login_open || (is_fragment && may_be_secret(mail, event->text)))
		event->secret = event->text;
	if (mail->is_login_open)
		event->mechanism = mail->login.mechanism;
	mail->is_login_open = mail->is_login_open || is_command;
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
	if (event->secret.length > 0 && event->part != SASL_PART_NONE && !is_base64(event->secret))
		conversation_odd(mail, event->side, ODDITY_NOT_BASE64, event->last);
	if (event->secret.length > 0 && is_reusable(event) && !mail->is_in_tls)
		conversation_odd_once(mail, event->side, ODDITY_CLEAR_PASSWORD, event->last);
}
