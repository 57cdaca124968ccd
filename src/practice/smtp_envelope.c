#include "practice/smtp_parts.h"

#include "base/memory.h"

#include <stdlib.h>

/* Parameters of MAIL and RCPT. What each is needs its keyword of EHLO; STEP_FAIL: it was refused.
 */
struct reading {
	struct smtp_server *smtp;
	struct smtp_envelope *envelope;
	const struct verb *verb;
	unsigned seen; /* rows */
};

static enum step refuse(struct reading *reading, const char *why)
{
	desk_wrong(&reading->smtp->desk, "501 5.5.4", "%s", why);
	return STEP_FAIL;
}

/* RFC 1870 6 */
static enum step read_size(struct reading *reading, struct span value)
{
	uint64_t octets;

	if (!span_number(value, &octets) || value.length > 20)
		return refuse(reading, "SIZE is a number of octets");
	if (octets <= reading->smtp->desk.house->size)
		return STEP_DONE;
	desk_reply(&reading->smtp->desk, "552 5.3.4", "More than %llu octets are not taken",
		(unsigned long long)reading->smtp->desk.house->size);
	return STEP_FAIL;
}

/* RFC 6152 2, RFC 3030 3 */
static enum step read_body(struct reading *reading, struct span value)
{
	if (span_is_letters(value, "7BIT"))
		reading->envelope->body = SMTP_BODY_7BIT;
	else if (span_is_letters(value, "8BITMIME"))
		reading->envelope->body = SMTP_BODY_8BIT;
	else if (span_is_letters(value, "BINARYMIME") &&
		 desk_offers(&reading->smtp->desk, "BINARYMIME", true))
		reading->envelope->body = SMTP_BODY_BINARY;
	else
		return refuse(reading, "BODY is 7BIT, 8BITMIME or BINARYMIME");
	return STEP_DONE;
}

static enum step read_utf8(struct reading *reading, struct span value)
{
	(void)value;
	reading->envelope->is_utf8 = true;
	return STEP_DONE;
}

/* RFC 3461 4.3 */
static enum step read_ret(struct reading *reading, struct span value)
{
	if (span_is_letters(value, "FULL") || span_is_letters(value, "HDRS"))
		return STEP_DONE;
	return refuse(reading, "RET is FULL or HDRS");
}

/* RFC 3461 4.4 */
static enum step read_envid(struct reading *reading, struct span value)
{
	if (value.length <= 100 && path_is_xtext(value))
		return STEP_DONE;
	return refuse(reading, "ENVID is xtext of at most 100 characters");
}

/* RFC 4954 5 */
static enum step read_auth(struct reading *reading, struct span value)
{
	if (span_is(value, "<>") || path_is_xtext(value))
		return STEP_DONE;
	return refuse(reading, "AUTH is an address as xtext, or <>");
}

/* RFC 3461 4.1: NEVER alone, or a list of the others. */
static enum step read_notify(struct reading *reading, struct span value)
{
	static const char *const events[] = {"SUCCESS", "FAILURE", "DELAY"};

	if (span_is_letters(value, "NEVER"))
		return STEP_DONE;
	for (;;) {
		struct span event = span_first(value, span_index(value, ','));
		bool is_event = false;

		for (size_t i = 0; i < 3; i++)
			is_event = is_event || span_is_letters(event, events[i]);
		if (!is_event)
			return refuse(reading, "NOTIFY is NEVER, or of SUCCESS,FAILURE,DELAY");
		if (event.length == value.length)
			return STEP_DONE;
		value = span_from(value, event.length + 1);
	}
}

/* RFC 3461 4.2: addr-type ";" xtext; RFC 6533 3: with "utf-8" not only xtext. */
static enum step read_orcpt(struct reading *reading, struct span value)
{
	size_t type = span_index(value, ';');
	struct span address = span_from(value, type + 1);

	if (value.length <= 500 && type > 0 && address.length > 0 &&
		(span_is_letters(span_first(value, type), "utf-8") || path_is_xtext(address)))
		return STEP_DONE;
	return refuse(reading, "ORCPT is a type, a semicolon and an address as xtext");
}

static const struct parameter_row {
	const char *verb, *keyword;
	const char *offer; /* the keyword of EHLO that brings it */
	bool has_value;
	enum step (*read)(struct reading *reading, struct span value);
} parameter_rows[] = {
	{"MAIL", "SIZE", "SIZE", true, read_size},
	{"MAIL", "BODY", "8BITMIME", true, read_body},
	{"MAIL", "SMTPUTF8", "SMTPUTF8", false, read_utf8},
	{"MAIL", "RET", "DSN", true, read_ret},
	{"MAIL", "ENVID", "DSN", true, read_envid},
	{"MAIL", "AUTH", "AUTH", true, read_auth},
	{"RCPT", "NOTIFY", "DSN", true, read_notify},
	{"RCPT", "ORCPT", "DSN", true, read_orcpt},
};
enum { PARAMETERS = sizeof parameter_rows / sizeof parameter_rows[0] };

static enum step read_parameter(struct reading *reading, const struct parameter *parameter)
{
	for (size_t i = 0; i < PARAMETERS; i++) {
		const struct parameter_row *row = &parameter_rows[i];

		if (strcmp(row->verb, reading->verb->name) != 0 ||
			!span_is_letters(parameter->keyword, row->keyword) ||
			!reading->smtp->is_extended ||
			!desk_offers(&reading->smtp->desk, row->offer, true))
			continue;
		if (row->has_value != parameter->has_value)
			return refuse(reading, row->has_value ? "A parameter lacks its value"
							      : "A parameter has a value");
		if ((reading->seen & 1U << i) != 0)
			return refuse(reading, "A parameter stands twice");
		reading->seen |= 1U << i;
		return row->read(reading, parameter->value);
	}
	desk_wrong(&reading->smtp->desk, "555 5.5.4", "Parameter not recognized, or not offered");
	return STEP_FAIL;
}

/* What stands behind the keyword and colon: a path, and parameters. STEP_FAIL: it was refused. */
static enum step read_path(
	struct reading *reading, struct span argument, const char *keyword, struct path *path)
{
	struct parameter parameter;
	int taken;

	if (!span_starts_letters(argument, keyword))
		return refuse(reading, reading->verb->grammar);
	argument = span_from(argument, strlen(keyword));
	if (!path_take(&argument, path)) {
		desk_wrong(&reading->smtp->desk,
			reading->verb->effect == EFFECT_MAIL ? "501 5.1.7" : "501 5.1.3",
			"Not an address in angle brackets: %s", reading->verb->grammar);
		return STEP_FAIL;
	}
	while ((taken = parameter_take(&argument, &parameter)) > 0)
		if (read_parameter(reading, &parameter) == STEP_FAIL)
			return STEP_FAIL;
	if (taken < 0)
		return refuse(reading, reading->verb->grammar);
	if (path->has_utf8 && !reading->envelope->is_utf8) {
		desk_wrong(&reading->smtp->desk, "553 5.6.7", "This address needs SMTPUTF8");
		return STEP_FAIL;
	}
	return STEP_DONE;
}

/* What must have come before; false: it was refused. */
static bool may_send(struct smtp_server *smtp)
{
	if (smtp->desk.house->needs_tls && !smtp->desk.talk.is_tls)
		desk_reply(&smtp->desk, "530 5.7.0", "STARTTLS comes first");
	else if (smtp->desk.house->needs_login && smtp->desk.user == NULL)
		desk_reply(&smtp->desk, "530 5.7.0", "Log in first, with AUTH");
	else
		return true;
	return false;
}

void smtp_mail(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct smtp_server *smtp = (struct smtp_server *)desk;
	struct smtp_envelope *envelope;
	struct reading reading = {.smtp = smtp, .verb = verb};
	struct path path;

	if (!may_send(smtp))
		return;
	envelope = memory_new(1, sizeof *envelope);
	buffer_init(&envelope->sender, 0);
	buffer_init(&envelope->recipient, 0);
	smtp->envelope = reading.envelope = envelope;
	if (read_path(&reading, argument, "FROM:", &path) == STEP_FAIL) {
		smtp_reset(smtp);
		return;
	}
	buffer_add_span(&envelope->sender, path.mailbox);
	desk->state = IN_MAIL;
	desk_reply(desk, "250 2.1.0", "Sender OK");
}

/* Nothing is relayed: the domain does not matter, the user must be here. */
static struct account *find_recipient(struct smtp_server *smtp, const struct path *path)
{
	struct span local = path->local;
	struct account *account;

	if (local.length >= 2 && local.at[0] == '"')
		local = span_first(span_from(local, 1), local.length - 2);
	account = span_index(local, '@') < local.length
			  ? NULL
			  : accounts_find(smtp->desk.house->accounts, local);
	if (account == NULL && span_is_letters(local, "postmaster"))
		account = accounts_postmaster(smtp->desk.house->accounts);
	return account;
}

static void accept_recipient(
	struct smtp_server *smtp, const struct path *path, struct account *account)
{
	struct smtp_envelope *envelope = smtp->envelope;
	size_t i = 0;

	while (i < envelope->recipient_count && envelope->recipients[i] != account)
		i++;
	if (i == envelope->recipient_count)
		envelope->recipients[envelope->recipient_count++] = account;
	if (envelope->accepted++ == 0)
		buffer_add_span(&envelope->recipient, path->mailbox);
	smtp->desk.state = IN_RECIPIENTS;
	desk_reply(&smtp->desk, "250 2.1.5", "Recipient OK");
}

void smtp_rcpt(struct desk *desk, const struct verb *verb, struct span argument)
{
	struct smtp_server *smtp = (struct smtp_server *)desk;
	struct smtp_envelope *envelope = smtp->envelope;
	struct reading reading = {.smtp = smtp, .envelope = envelope, .verb = verb};
	struct path path;
	struct account *account;

	if (smtp->is_chunked) {
		desk_wrong(desk, "503 5.5.1", "RCPT out of order: BDAT has begun");
		return;
	}
	if (read_path(&reading, argument, "TO:", &path) == STEP_FAIL)
		return;
	account = path.mailbox.length > 0 ? find_recipient(smtp, &path) : NULL;
	if (path.mailbox.length == 0)
		desk_wrong(desk, "501 5.1.3", "A recipient is not <>");
	else if (account == NULL)
		desk_reply(desk, "550 5.1.1", "No such user here, and nothing is relayed");
	else if (envelope->accepted == LIMIT_PRACTICE_RECIPIENTS)
		desk_reply(desk, "452 4.5.3", "Too many recipients");
	else if (account->mailbox.count >= LIMIT_PRACTICE_MAILBOX)
		desk_reply(desk, "452 4.2.2", "Mailbox full");
	else
		accept_recipient(smtp, &path, account);
}
