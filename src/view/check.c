#include "view/check_parts.h"

#include "message/message.h"

static bool compares(const struct check_rule *rule, uint64_t number)
{
	switch (rule->relation) {
	case CHECK_LESS:
		return number < rule->number;
	case CHECK_AT_MOST:
		return number <= rule->number;
	case CHECK_EQUAL:
		return number == rule->number;
	case CHECK_AT_LEAST:
		return number >= rule->number;
	case CHECK_MORE:
		return number > rule->number;
	}
	return false;
}

static bool is_protocol(const struct check_case *subject, const struct check_rule *rule)
{
	return span_is_letters(rule->text, protocol_name(subject->session->protocol));
}

static bool has_outcome(const struct check_case *subject, const struct check_rule *rule)
{
	return span_is_letters(rule->text, outcome_name(subject->session->outcome));
}

static bool is_complete(const struct check_case *subject, const struct check_rule *rule)
{
	(void)rule;
	return subject->session->is_complete;
}

static bool has_tls(const struct check_case *subject, const struct check_rule *rule)
{
	(void)rule;
	return subject->session->transport != TRANSPORT_CLEAR;
}

static bool is_opened(const struct check_case *subject, const struct check_rule *rule)
{
	(void)rule;
	return subject->session->tls.is_decrypted;
}

static bool has_version(const struct check_case *subject, const struct check_rule *rule)
{
	struct span version = span_text(subject->session->tls.version);
	uint64_t minor = 0;

	return span_starts_letters(version, "TLS 1.") &&
	       span_number(span_from(version, strlen("TLS 1.")), &minor) &&
	       compares(rule, 10 + minor);
}

static bool is_login(const struct line *line)
{
	return line->kind == LINE_COMMAND && line->verb != NULL &&
	       (line->verb->effect == EFFECT_AUTH || line->verb->effect == EFFECT_PASSWORD ||
		       line->verb->effect == EFFECT_USER);
}

/* Of a sealed session that nobody can read the login is not seen: that it is not in clear is all
 * that can be said. */
static bool has_tls_before_login(const struct check_case *subject, const struct check_rule *rule)
{
	const struct session *session = subject->session;
	bool is_seen = false;

	if (!has_tls(subject, rule))
		return false;
	for (size_t i = 0; i < session->line_count; i++) {
		if (!is_login(&session->lines[i]))
			continue;
		if (!session->lines[i].is_sealed)
			return false;
		is_seen = true;
	}
	return is_seen || !session->tls.is_decrypted;
}

static bool has_login(const struct check_case *subject, const struct check_rule *rule)
{
	(void)rule;
	return subject->session->is_logged_in;
}

static bool has_login_by(const struct check_case *subject, const struct check_rule *rule)
{
	const struct session *session = subject->session;

	for (size_t i = 0; i < session->line_count; i++) {
		const struct line *line = &session->lines[i];
		struct span text = line->text;
		struct span verb = span_word(&text), mechanism = span_word(&text);

		if (is_login(line) && (span_same_letters(verb, rule->text) ||
					      span_same_letters(mechanism, rule->text)))
			return session->is_logged_in;
	}
	return false;
}

/* The message that fits best counts. */
static bool has_recipients(const struct check_case *subject, const struct check_rule *rule)
{
	const struct session *session = subject->session;

	for (size_t i = 0; i < session->message_count; i++)
		if (session->messages[i].from == SIDE_CLIENT &&
			compares(rule, session->messages[i].recipient_count))
			return true;
	return session->message_count == 0 && compares(rule, 0);
}

static bool has_messages(const struct check_case *subject, const struct check_rule *rule)
{
	return compares(rule, subject->session->message_count);
}

static bool has_octets(const struct check_case *subject, const struct check_rule *rule)
{
	for (size_t i = 0; i < subject->session->message_count; i++)
		if (compares(rule, subject->session->messages[i].octets))
			return true;
	return false;
}

static bool has_sender(const struct check_case *subject, const struct check_rule *rule)
{
	for (size_t i = 0; i < subject->session->message_count; i++)
		if (span_same_letters(subject->session->messages[i].sender, rule->text))
			return true;
	return false;
}

static bool has_recipient(const struct check_case *subject, const struct check_rule *rule)
{
	const struct session *session = subject->session;

	for (size_t i = 0; i < session->message_count; i++)
		for (size_t k = 0; k < session->messages[i].recipient_count; k++)
			if (span_same_letters(session->messages[i].recipients[k], rule->text))
				return true;
	return false;
}

static bool has_command(const struct check_case *subject, const struct check_rule *rule)
{
	const struct session *session = subject->session;

	for (size_t i = 0; i < session->line_count; i++) {
		struct span text = session->lines[i].text;

		if (session->lines[i].kind == LINE_COMMAND &&
			span_same_letters(span_word(&text), rule->text))
			return true;
	}
	return false;
}

static bool lacks_command(const struct check_case *subject, const struct check_rule *rule)
{
	return !has_command(subject, rule);
}

static bool has_quit(const struct check_case *subject, const struct check_rule *rule)
{
	struct check_rule quit = *rule;

	quit.text = span_text("QUIT");
	return has_command(subject, &quit);
}

static bool has_reply(const struct check_case *subject, const struct check_rule *rule)
{
	const struct session *session = subject->session;

	for (size_t i = 0; i < session->line_count; i++)
		if (session->lines[i].code > 1 && (uint64_t)session->lines[i].code == rule->number)
			return true;
	return false;
}

static bool lacks_reply(const struct check_case *subject, const struct check_rule *rule)
{
	return !has_reply(subject, rule);
}

static bool is_hex(const uint8_t *hash, struct span text)
{
	for (size_t i = 0; i < 32; i++)
		if (hex_value(text.at[2 * i]) * 16 + hex_value(text.at[2 * i + 1]) != hash[i])
			return false;
	return true;
}

static bool has_message_hash(const struct check_case *subject, const struct check_rule *rule)
{
	const struct session *session = subject->session;

	for (size_t i = 0; i < session->message_count; i++)
		if (session->messages[i].has_sha256 &&
			is_hex(session->messages[i].sha256, rule->text))
			return true;
	return false;
}

/* Whether a message is so, once it is parsed. */
static bool any_message(const struct check_case *subject, const struct check_rule *rule,
	bool (*is_so)(const struct message_summary *summary, const struct check_rule *rule))
{
	const struct session *session = subject->session;
	bool is_any = false;

	for (size_t i = 0; i < session->message_count && !is_any; i++) {
		struct message_summary summary;

		message_parse_hashed(&summary, session->messages[i].text);
		is_any = is_so(&summary, rule);
		message_fini(&summary);
	}
	return is_any;
}

static bool has_part_hash(const struct message_summary *summary, const struct check_rule *rule)
{
	for (size_t i = 0; i < summary->part_count; i++)
		if (summary->has_hashes && summary->parts[i].octets > 0 &&
			is_hex(summary->parts[i].sha256, rule->text))
			return true;
	return false;
}

static bool has_part_name(const struct message_summary *summary, const struct check_rule *rule)
{
	for (size_t i = 0; i < summary->part_count; i++)
		if (span_equal(summary->parts[i].name, rule->text))
			return true;
	return false;
}

static bool is_about(const struct message_summary *summary, const struct check_rule *rule)
{
	for (size_t at = 0; at + rule->text.length <= summary->subject.length; at++)
		if (span_same_letters(
			    span_first(span_from(summary->subject, at), rule->text.length),
			    rule->text))
			return true;
	return false;
}

static bool has_attachment(const struct check_case *subject, const struct check_rule *rule)
{
	return any_message(subject, rule, has_part_hash);
}

static bool has_attachment_name(const struct check_case *subject, const struct check_rule *rule)
{
	return any_message(subject, rule, has_part_name);
}

static bool has_subject(const struct check_case *subject, const struct check_rule *rule)
{
	return any_message(subject, rule, is_about);
}

/* "must", "should", "note" are the RFC's words; "error", "warning" mailscope's. What is graver
 * counts as well: no findings should means no findings must, too. */
static bool is_as_grave(enum finding_id id, struct span word)
{
	enum requirement requirement = finding_advice(id)->requirement;
	enum severity severity = finding_rule(id)->severity;

	if (span_is_letters(word, "must"))
		return requirement == REQUIREMENT_MUST;
	if (span_is_letters(word, "should"))
		return requirement >= REQUIREMENT_SHOULD;
	if (span_is_letters(word, "error"))
		return severity == SEVERITY_ERROR;
	if (span_is_letters(word, "warning"))
		return severity >= SEVERITY_WARNING;
	return true;
}

static bool is_gravity(const struct check_rule *rule)
{
	return span_is_letters(rule->text, "must") || span_is_letters(rule->text, "should") ||
	       span_is_letters(rule->text, "note") || span_is_letters(rule->text, "error") ||
	       span_is_letters(rule->text, "warning");
}

static bool is_finding(const struct check_rule *rule)
{
	for (int id = 0; id < FINDING_COUNT; id++)
		if (span_is(rule->text, finding_rule((enum finding_id)id)->name))
			return true;
	return false;
}

static bool is_protocol_name(const struct check_rule *rule)
{
	return span_is_letters(rule->text, "SMTP") || span_is_letters(rule->text, "POP3");
}

static bool is_outcome(const struct check_rule *rule)
{
	for (int outcome = OUTCOME_NOTHING; outcome <= OUTCOME_CUT; outcome++)
		if (span_is_letters(rule->text, outcome_name((enum outcome)outcome)))
			return true;
	return false;
}

static bool lacks_findings(const struct check_case *subject, const struct check_rule *rule)
{
	for (size_t i = 0; i < subject->session->finding_count; i++)
		if (is_as_grave(subject->session->findings[i].id, rule->text))
			return false;
	return subject->session->findings_dropped == 0;
}

static bool has_finding(const struct check_case *subject, const struct check_rule *rule)
{
	for (size_t i = 0; i < subject->session->finding_count; i++)
		if (span_is(rule->text, finding_rule(subject->session->findings[i].id)->name))
			return true;
	return false;
}

static bool lacks_finding(const struct check_case *subject, const struct check_rule *rule)
{
	return !has_finding(subject, rule);
}

static bool has_no_difference(const struct check_case *subject, const struct check_rule *rule)
{
	(void)rule;
	return subject->comparison != NULL && comparison_differences(subject->comparison) == 0;
}

/* docs/check.md has the same list. */
static const struct check_form forms[] = {
	{"protocol WORD", is_protocol, is_protocol_name},
	{"outcome TEXT", has_outcome, is_outcome},
	{"complete", is_complete, NULL},
	{"tls", has_tls, NULL},
	{"tls opened", is_opened, NULL},
	{"tls before login", has_tls_before_login, NULL},
	{"tls version COMPARE VERSION", has_version, NULL},
	{"login", has_login, NULL},
	{"login by WORD", has_login_by, NULL},
	{"sender WORD", has_sender, NULL},
	{"recipient WORD", has_recipient, NULL},
	{"recipients COMPARE NUMBER", has_recipients, NULL},
	{"messages COMPARE NUMBER", has_messages, NULL},
	{"message octets COMPARE NUMBER", has_octets, NULL},
	{"message sha256 HASH", has_message_hash, NULL},
	{"subject contains TEXT", has_subject, NULL},
	{"attachment sha256 HASH", has_attachment, NULL},
	{"attachment name TEXT", has_attachment_name, NULL},
	{"quit sent", has_quit, NULL},
	{"command WORD sent", has_command, NULL},
	{"command WORD not sent", lacks_command, NULL},
	{"reply NUMBER seen", has_reply, NULL},
	{"reply NUMBER not seen", lacks_reply, NULL},
	{"no findings WORD", lacks_findings, is_gravity},
	{"no finding WORD", lacks_finding, is_finding},
	{"finding WORD", has_finding, is_finding},
	{"comparison without differences", has_no_difference, NULL},
};

const struct check_form *check_forms(size_t *count)
{
	*count = sizeof forms / sizeof forms[0];
	return forms;
}

bool check_holds(const struct check_rule *rule, const struct check_case *subject)
{
	return forms[rule->form].holds(subject, rule);
}
