#include "explain/catalogue.h"

#include "base/language.h"
#include "base/memory.h"
#include "explain/explain.h"
#include "message/authentication.h"
#include "message/received.h"
#include "session/finding.h"

#include <stdio.h>
#include <stdlib.h>

_Static_assert(sizeof((struct catalogue_entry *)0)->id == CATALOGUE_ID_SIZE, "ids fit");

static const struct kind_row {
	enum catalogue_kind kind;
	const char *front, *name;
} kinds[] = {
	{CATALOGUE_SMTP_VERB, "smtp.verb.", N_("SMTP command")},
	{CATALOGUE_POP3_VERB, "pop3.verb.", N_("POP3 command")},
	{CATALOGUE_SMTP_REPLY, "smtp.reply.", N_("SMTP reply")},
	{CATALOGUE_POP3_REPLY, "pop3.", N_("POP3 reply")},
	{CATALOGUE_MARK, "", N_("mark of the dialogue")},
	{CATALOGUE_EHLO, "smtp.ehlo.", N_("EHLO keyword")},
	{CATALOGUE_CAPA, "pop3.capa.", N_("CAPA tag")},
	{CATALOGUE_MAIL_PARAMETER, "smtp.mail.", N_("MAIL parameter")},
	{CATALOGUE_RCPT_PARAMETER, "smtp.rcpt.", N_("RCPT parameter")},
	{CATALOGUE_STATUS, "status.", N_("enhanced status code")},
	{CATALOGUE_MECHANISM, "sasl.", N_("SASL mechanism")},
	{CATALOGUE_STEP, "sasl.step.", N_("SASL step")},
	{CATALOGUE_POP3_CODE, "pop3.code.", N_("POP3 response code")},
	{CATALOGUE_TLS_MESSAGE, "tls.message.", N_("TLS message")},
	{CATALOGUE_TLS13_MESSAGE, "tls13.message.", N_("TLS 1.3 message")},
	{CATALOGUE_TLS_ALERT, "tls.alert.", N_("TLS alert")},
	{CATALOGUE_TCP_FLAG, "tcp.flag.", N_("TCP flag")},
	{CATALOGUE_TCP_PHASE, "tcp.phase.", N_("TCP phase")},
	{CATALOGUE_FINDING, "finding.", N_("finding")},
	{CATALOGUE_FIELD, "header.field.", N_("header field")},
	{CATALOGUE_WITH, "header.with.", N_("protocol of Received")},
	{CATALOGUE_METHOD, "auth.method.", N_("authentication method")},
	{CATALOGUE_RESULT, "auth.result.", N_("authentication result")},
	{CATALOGUE_PROPERTY, "auth.property.", N_("property of a result")},
	{CATALOGUE_DKIM_TAG, "dkim.tag.", N_("DKIM tag")},
	{CATALOGUE_ARC_TAG, "arc.tag.", N_("ARC tag")},
};

static const struct kind_row *kind_row(enum catalogue_kind kind)
{
	size_t i = 0;

	while (kinds[i].kind != kind)
		i++;
	return &kinds[i];
}

const char *catalogue_kind_name(enum catalogue_kind kind)
{
	return kind_row(kind)->name;
}

/* In small letters; what is between words as "-", "=" as a dot, brackets not at all. */
static void set_id(char *id, const char *front, struct span name)
{
	size_t length = strlen(front);

	memcpy(id, front, length);
	for (size_t i = 0; i < name.length && length + 1 < CATALOGUE_ID_SIZE; i++) {
		uint8_t c = name.at[i];

		if (c == '[' || c == ']' || c == ',')
			continue;
		if (c >= 'A' && c <= 'Z')
			c = (uint8_t)(c - 'A' + 'a');
		if (c == '=' && i + 1 == name.length)
			continue;
		if (c == ' ' || c == '/' || c == '_')
			c = '-';
		id[length++] = c == '=' ? '.' : (char)c;
	}
	id[length] = '\0';
}

void catalogue_verb_id(char *id, const struct verb *verb)
{
	set_id(id, verb->protocol == MAIL_SMTP ? "smtp.verb." : "pop3.verb.",
		span_text(verb->name));
}

/* "smtp.reply.250.end", "smtp.reply.4yz", "pop3.ok.retr" */
void catalogue_reply_id(char *id, const struct reply_meaning *reply, bool is_smtp)
{
	const char *after = reply->verb != NULL ? reply->verb : "";
	const char *dot = reply->verb != NULL ? "." : "";
	char front[32];

	if (!is_smtp)
		snprintf(front, sizeof front, "pop3.%s%s", reply->code > 0 ? "ok" : "err", dot);
	else if (reply->code < 10)
		snprintf(front, sizeof front, "smtp.reply.%dyz", reply->code);
	else
		snprintf(front, sizeof front, "smtp.reply.%d%s", reply->code, dot);
	if (reply->verb != NULL && after[0] == '\0')
		after = "greeting";
	set_id(id, front, span_text(strcmp(after, ".") == 0 ? "end" : after));
}

void catalogue_record_id(char *id, struct span name, bool is_tls13)
{
	set_id(id, is_tls13 ? "tls13.message." : "tls.message.", name);
}

void catalogue_tcp_id(char *id, const struct wire_meaning *row)
{
	set_id(id, strcmp(row->kind, "flag") == 0 ? "tcp.flag." : "tcp.phase.",
		span_text(row->name));
}

static struct catalogue_entry *add(
	struct catalogue *catalogue, enum catalogue_kind kind, const char *name)
{
	struct catalogue_entry *entry;

	if ((catalogue->count & (catalogue->count - 1)) == 0)
		catalogue->at = memory_resize(catalogue->at,
			catalogue->count > 0 ? 2 * catalogue->count : 1, sizeof *catalogue->at);
	entry = &catalogue->at[catalogue->count++];
	*entry = (struct catalogue_entry){.kind = kind};
	snprintf(entry->name, sizeof entry->name, "%s", name);
	set_id(entry->id, kind_row(kind)->front, span_text(name));
	return entry;
}

static void say(struct catalogue_entry *entry, const char *meaning, const char *rfc)
{
	entry->meaning = meaning;
	entry->rfc = rfc;
	entry->guide = guide_find(entry->id);
	entry->why = entry->guide != NULL ? entry->guide->why : NULL;
	entry->next = entry->guide != NULL ? entry->guide->next : NULL;
}

static void add_verbs(struct catalogue *catalogue, enum mail_protocol protocol)
{
	size_t count;
	const struct verb *rows = vocabulary_verbs(protocol, &count);

	for (size_t i = 0; i < count; i++) {
		struct catalogue_entry *entry = add(catalogue,
			protocol == MAIL_SMTP ? CATALOGUE_SMTP_VERB : CATALOGUE_POP3_VERB,
			rows[i].name);

		entry->grammar = rows[i].grammar;
		say(entry, rows[i].meaning, rows[i].rfc);
	}
}

/* What is known by its first digit alone is "4yz". */
static void add_replies(struct catalogue *catalogue, bool is_smtp)
{
	size_t count;
	const struct reply_meaning *rows =
		is_smtp ? vocabulary_replies(&count) : vocabulary_pop3_replies(&count);

	for (size_t i = 0; i < count; i++) {
		enum catalogue_kind kind = is_smtp ? CATALOGUE_SMTP_REPLY : CATALOGUE_POP3_REPLY;
		struct catalogue_entry *entry;
		char name[16];

		if (is_smtp)
			snprintf(
				name, sizeof name, rows[i].code < 10 ? "%dyz" : "%d", rows[i].code);
		else
			snprintf(name, sizeof name, "%s", rows[i].code > 0 ? "+OK" : "-ERR");
		entry = add(catalogue, kind, name);
		entry->after = rows[i].verb;
		catalogue_reply_id(entry->id, &rows[i], is_smtp);
		say(entry, rows[i].meaning, rows[i].rfc);
	}
}

static void add_marks(struct catalogue *catalogue)
{
	size_t count;
	const struct mark *rows = explain_marks(&count);

	for (size_t i = 0; i < count; i++) {
		struct catalogue_entry *entry = add(catalogue, CATALOGUE_MARK, rows[i].name);

		set_id(entry->id, rows[i].id, span_of(NULL, 0));
		say(entry, rows[i].meaning, rows[i].rfc);
	}
}

static void add_words(struct catalogue *catalogue)
{
	static const enum catalogue_kind of_word[] = {
		[WORD_EHLO] = CATALOGUE_EHLO,
		[WORD_CAPA] = CATALOGUE_CAPA,
		[WORD_MAIL_PARAMETER] = CATALOGUE_MAIL_PARAMETER,
		[WORD_RCPT_PARAMETER] = CATALOGUE_RCPT_PARAMETER,
		[WORD_STATUS] = CATALOGUE_STATUS,
		[WORD_MECHANISM] = CATALOGUE_MECHANISM,
		[WORD_POP3_CODE] = CATALOGUE_POP3_CODE,
	};
	size_t count;
	const struct word *rows = vocabulary_words(&count);

	for (size_t i = 0; i < count; i++) {
		struct catalogue_entry *entry = add(catalogue, of_word[rows[i].kind], rows[i].name);

		if (rows[i].kind == WORD_STATUS)
			set_id(entry->id, "status.", span_text(rows[i].name + strlen("x.")));
		say(entry, rows[i].meaning, rows[i].rfc);
	}
}

/* "sasl.step.scram.2" */
static void add_steps(struct catalogue *catalogue)
{
	size_t count;
	const struct login_step *rows = vocabulary_login_steps(&count);

	for (size_t i = 0; i < count; i++) {
		struct span name = span_text(rows[i].mechanism);
		struct catalogue_entry *entry;
		char text[64];
		size_t length;

		if (name.at[name.length - 1] == '-')
			name.length--;
		snprintf(text, sizeof text, "%.*s step %u", (int)name.length, (const char *)name.at,
			rows[i].number);
		entry = add(catalogue, CATALOGUE_STEP, text);
		set_id(entry->id, kind_row(CATALOGUE_STEP)->front, name);
		length = strlen(entry->id);
		snprintf(entry->id + length, sizeof entry->id - length, ".%u", rows[i].number);
		entry->step = &rows[i];
		say(entry, rows[i].meaning, rows[i].rfc);
	}
}

static void add_records(struct catalogue *catalogue)
{
	size_t count;
	const struct record_meaning *rows = explain_records(&count);

	for (size_t i = 0; i < count; i++) {
		const struct record_meaning *row = &rows[i];

		say(add(catalogue, CATALOGUE_TLS_MESSAGE, row->name), row->meaning, row->rfc);
		if (row->meaning13 == NULL && row->rfc13 == NULL)
			continue;
		say(add(catalogue, CATALOGUE_TLS13_MESSAGE, row->name),
			row->meaning13 != NULL ? row->meaning13 : row->meaning,
			row->rfc13 != NULL ? row->rfc13 : row->rfc);
	}
}

static void add_wire(struct catalogue *catalogue, const struct wire_meaning *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		enum catalogue_kind kind = CATALOGUE_TCP_PHASE;

		if (strcmp(rows[i].kind, "alert") == 0)
			kind = CATALOGUE_TLS_ALERT;
		else if (strcmp(rows[i].kind, "flag") == 0)
			kind = CATALOGUE_TCP_FLAG;
		say(add(catalogue, kind, rows[i].name[0] != '\0' ? rows[i].name : "other"),
			rows[i].meaning, rows[i].rfc);
	}
}

static void add_findings(struct catalogue *catalogue)
{
	for (int id = 0; id < FINDING_COUNT; id++) {
		const struct finding_rule *rule = finding_rule((enum finding_id)id);
		const struct finding_advice *advice = finding_advice((enum finding_id)id);
		struct catalogue_entry *entry = add(catalogue, CATALOGUE_FINDING, rule->name);

		say(entry, rule->text, rule->rfc);
		entry->why = advice->means;
		entry->next = advice->advice;
	}
}

/* What src/message says of the word, or the row itself. */
static const char *header_meaning(const struct header_word *row, const char **rfc)
{
	struct span name = span_text(row->name);
	struct span method = span_first(name, span_index(name, '='));
	struct span value = method.length < name.length ? span_from(name, method.length + 1) : name;
	const struct protocol *protocol;

	*rfc = row->rfc;
	switch (row->kind) {
	case CATALOGUE_WITH:
		if ((protocol = protocol_find(name)) == NULL)
			return row->meaning;
		*rfc = protocol->rfc;
		return protocol->meaning;
	case CATALOGUE_METHOD:
		return method_meaning(name, rfc);
	case CATALOGUE_RESULT:
		return result_meaning(value.at == name.at ? span_of(NULL, 0) : method, value);
	case CATALOGUE_PROPERTY:
		return property_meaning(name);
	case CATALOGUE_DKIM_TAG:
		return tag_meaning(SIGNATURE_DKIM, method);
	case CATALOGUE_ARC_TAG:
		return tag_meaning(SIGNATURE_ARC_SEAL, method);
	default:
		return row->meaning;
	}
}

static void add_header_words(struct catalogue *catalogue)
{
	size_t count;
	const struct header_word *rows = explain_header_words(&count);

	for (size_t i = 0; i < count; i++) {
		const char *rfc;
		const char *meaning = header_meaning(&rows[i], &rfc);

		say(add(catalogue, rows[i].kind, rows[i].name), meaning, rfc);
	}
}

void catalogue_init(struct catalogue *catalogue)
{
	const struct wire_meaning *rows;
	size_t count;

	*catalogue = (struct catalogue){NULL, 0};
	add_verbs(catalogue, MAIL_SMTP);
	add_replies(catalogue, true);
	add_marks(catalogue);
	add_words(catalogue);
	add_steps(catalogue);
	add_verbs(catalogue, MAIL_POP3);
	add_replies(catalogue, false);
	add_records(catalogue);
	rows = explain_alerts(&count);
	add_wire(catalogue, rows, count);
	rows = explain_tcp(&count);
	add_wire(catalogue, rows, count);
	add_findings(catalogue);
	add_header_words(catalogue);
}

void catalogue_fini(struct catalogue *catalogue)
{
	free(catalogue->at);
	*catalogue = (struct catalogue){NULL, 0};
}
