#include "message/compose.h"

#include "base/language.h"
#include "base/memory.h"
#include "base/printable.h"
#include "message/addresses.h"
#include "message/compose_part.h"
#include "message/field.h"
#include "message/start.h"

#include <gmime/gmime.h>
#include <stdlib.h>

enum {
	ID_OCTETS = 16, /* random ones of a Message-ID */
	WORD_MOST = 900,
};

/* The message's own fields, each at most once (RFC 5322 3.6). What the user adds by one of these
 * names takes its place. */
struct fields {
	const char *from, *sender, *reply_to, *to, *cc, *subject;
	const char *message_id, *in_reply_to, *references;
	const char *date; /* as written; NULL: the time of compose */
};

static const struct {
	const char *name;
	size_t offset;
} once[] = {
	{"From", offsetof(struct fields, from)},
	{"Sender", offsetof(struct fields, sender)},
	{"Reply-To", offsetof(struct fields, reply_to)},
	{"To", offsetof(struct fields, to)},
	{"Cc", offsetof(struct fields, cc)},
	{"Subject", offsetof(struct fields, subject)},
	{"Message-ID", offsetof(struct fields, message_id)},
	{"In-Reply-To", offsetof(struct fields, in_reply_to)},
	{"References", offsetof(struct fields, references)},
	{"Date", offsetof(struct fields, date)},
};

/* Fields that are not the user's to write, and why. */
static const struct {
	const char *name, *why;
} forbidden[] = {
	{"Bcc", N_("would show to all whom a copy went to in secret")},
	{"Resent-Bcc", N_("would show to all whom a copy went to in secret")},
	{"Return-Path", N_("is written by the last server (RFC 5321 4.4)")},
	{"Received", N_("is written by servers (RFC 5321 4.4)")},
	{"MIME-Version", N_("is written with the body")},
	{"Content-Type", N_("is written with the body")},
	{"Content-Transfer-Encoding", N_("is written with the body")},
	{"Content-Disposition", N_("is written with the body")},
};

/* One line of UTF-8: no CR, LF or NUL begins a field of its own. */
static enum step check_line(const char *name, struct span text, struct fail *fail)
{
	uint32_t character;

	while (text.length > 0) {
		size_t taken = utf8_take(text, &character);

		if (taken == 0)
			return fail_set(fail, FAIL_USAGE, "%s: it is not in UTF-8", name);
		if (text.at[0] == '\r' || text.at[0] == '\n' || text.at[0] == '\0')
			return fail_set(fail, FAIL_USAGE, "%s: it has more than one line", name);
		text = span_from(text, taken);
	}
	return STEP_DONE;
}

/* A further field: its name as a text of its own (to be freed), its value. NULL: it cannot be. */
static char *split_header(const char *header, const char **value, struct fail *fail)
{
	size_t length = 0;
	char *name;

	while (header[length] > ' ' && header[length] < 127 && header[length] != ':')
		length++;
	if (length == 0 || length > 76 || header[length] != ':') {
		(void)fail_set(fail, FAIL_USAGE, "header \"%.80s\": it is not Name: value", header);
		return NULL;
	}
	name = memory_text(header);
	name[length] = '\0';
	*value = header + length + 1;
	while (**value == ' ' || **value == '\t')
		(*value)++;
	for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
		if (span_is_letters(span_text(name), forbidden[i].name)) {
			(void)fail_set(
				fail, FAIL_USAGE, "header %s: it %s", name, _(forbidden[i].why));
			free(name);
			return NULL;
		}
	return name;
}

/* Where the field of that name stands in *fields; NULL: it may come more than once. */
static const char **once_find(struct fields *fields, const char *name)
{
	for (size_t i = 0; i < sizeof once / sizeof once[0]; i++)
		if (span_is_letters(span_text(name), once[i].name))
			return (const char **)((char *)fields + once[i].offset);
	return NULL;
}

/* Further fields that take the place of the message's own; the others go to *more. */
static enum step take_headers(const struct compose *compose, struct fields *fields,
	struct buffer *more, struct fail *fail)
{
	for (size_t i = 0; i < compose->header_count; i++) {
		const char *value;
		char *name = split_header(compose->headers[i], &value, fail);
		const char **place = name != NULL ? once_find(fields, name) : NULL;
		enum step step =
			name == NULL ? STEP_FAIL : check_line(name, span_text(value), fail);

		if (step == STEP_DONE && place != NULL) {
			*place = value;
		} else if (step == STEP_DONE) {
			field_begin(more, name);
			field_text(more, span_text(value));
			field_end(more);
		}
		free(name);
		if (step == STEP_FAIL)
			return STEP_FAIL;
	}
	return STEP_DONE;
}

/* The numeric zone of the place, or as the user wrote the date. */
static enum step add_date(
	struct buffer *out, const struct fields *fields, time_t when, struct fail *fail)
{
	GDateTime *date;
	char *text;

	message_start();
	date = fields->date != NULL ? g_mime_utils_header_decode_date(fields->date)
				    : g_date_time_new_from_unix_local(when);
	if (date == NULL)
		return fail_set(fail, FAIL_USAGE,
			"Date: \"%.80s\" is no date such as Tue, 14 Nov 2023 22:13:20 +0000",
			fields->date != NULL ? fields->date : "");
	text = g_mime_utils_header_format_date(date);
	field_begin(out, "Date");
	field_word(out, span_text(text));
	field_end(out);
	g_free(text);
	g_date_time_unref(date);
	return STEP_DONE;
}

static enum step add_addresses(
	struct buffer *out, const char *name, const char *text, struct fail *fail)
{
	struct addresses list;
	enum step step = addresses_parse(&list, name, text, fail);

	if (step == STEP_DONE && list.count > 0)
		addresses_write(out, name, &list);
	addresses_fini(&list);
	return step;
}

static enum step check_origin(
	const struct addresses *from, const struct addresses *sender, struct fail *fail)
{
	if (from->mailboxes == 0)
		return fail_set(fail, FAIL_USAGE, "From: a message needs an address there");
	if (from->mailboxes != from->count || sender->mailboxes != sender->count)
		return fail_set(fail, FAIL_USAGE, "From: a group sends nothing");
	if (sender->count > 1)
		return fail_set(fail, FAIL_USAGE, "Sender: one address, not %zu", sender->count);
	if (from->count > 1 && sender->count == 0)
		return fail_set(
			fail, FAIL_USAGE, "From: several addresses need a Sender (RFC 5322 3.6.2)");
	return STEP_DONE;
}

/* From and Sender, which is left out where it says the same (RFC 5322 3.6.2). *author is the first
 * address, to be freed. */
static enum step add_origin(
	struct buffer *out, const struct fields *fields, char **author, struct fail *fail)
{
	struct addresses from;
	struct addresses sender = {.count = 0};
	enum step step = addresses_parse(&from, "From", fields->from, fail);

	if (step == STEP_DONE)
		step = addresses_parse(&sender, "Sender", fields->sender, fail);
	if (step == STEP_DONE)
		step = check_origin(&from, &sender, fail);
	if (step == STEP_DONE) {
		*author = memory_text((const char *)addresses_first(&from).at);
		addresses_write(out, "From", &from);
		if (sender.count > 0 && !(from.count == 1 && span_equal(sender.item[0].mailbox,
								     from.item[0].mailbox)))
			addresses_write(out, "Sender", &sender);
	}
	addresses_fini(&from);
	addresses_fini(&sender);
	return step;
}

/* msg-id = "<" id-left "@" id-right ">" (RFC 5322 3.6.4) */
static bool is_message_id(struct span id)
{
	size_t at = span_index(id, '@');

	if (id.length < 5 || id.length > WORD_MOST || id.at[0] != '<' ||
		id.at[id.length - 1] != '>' || at < 2 || at + 2 >= id.length)
		return false;
	for (size_t i = 1; i + 1 < id.length; i++)
		if (id.at[i] <= ' ' || id.at[i] > 126 || strchr("<>()\\\"", id.at[i]) != NULL ||
			(id.at[i] == '@' && i != at))
			return false;
	return true;
}

static enum step add_ids(struct buffer *out, const char *name, const char *text, struct fail *fail)
{
	struct span rest = span_trim(span_text(text));

	field_begin(out, name);
	while (rest.length > 0) {
		struct span id = span_word(&rest);

		if (!is_message_id(id))
			return fail_set(fail, FAIL_USAGE,
				"%s: \"%.*s\" is no message id such as <1@example.org>", name,
				(int)(id.length < 80 ? id.length : 80), (const char *)id.at);
		field_word(out, id);
	}
	field_end(out);
	return STEP_DONE;
}

/* A new one. The domain is in ASCII even where the author's address is not. */
static void make_message_id(struct buffer *id, const char *author)
{
	struct addresses list;
	struct buffer place;

	buffer_init(&place, 0);
	buffer_add_byte(&place, 'x');
	buffer_add_text(&place, strrchr(author, '@'));
	buffer_add_byte(id, '<');
	compose_random(id, ID_OCTETS);
	if (addresses_parse(&list, "", buffer_text(&place), NULL) == STEP_DONE)
		buffer_add_span(id, span_from(addresses_first(&list), 1));
	else
		buffer_add_text(id, "@localhost");
	buffer_add_byte(id, '>');
	addresses_fini(&list);
	buffer_fini(&place);
}

static enum step add_message_id(
	struct buffer *out, const char *given, const char *author, struct fail *fail)
{
	struct buffer id;
	enum step step;

	if (given != NULL && span_index(span_trim(span_text(given)), ' ') < strlen(given))
		return fail_set(fail, FAIL_USAGE, "Message-ID: there is one of it");
	buffer_init(&id, 0);
	if (given == NULL)
		make_message_id(&id, author);
	else
		buffer_add_text(&id, given);
	step = add_ids(out, "Message-ID", buffer_text(&id), fail);
	buffer_fini(&id);
	return step;
}

static enum step add_own_fields(struct buffer *out, const struct fields *fields,
	const struct compose *compose, struct fail *fail)
{
	char *author = NULL;
	enum step step = STEP_FAIL;

	if (add_date(out, fields, compose->date != 0 ? compose->date : time(NULL), fail) ==
			STEP_DONE &&
		add_origin(out, fields, &author, fail) == STEP_DONE &&
		add_addresses(out, "Reply-To", fields->reply_to, fail) == STEP_DONE &&
		add_addresses(out, "To", fields->to, fail) == STEP_DONE &&
		add_addresses(out, "Cc", fields->cc, fail) == STEP_DONE)
		step = add_message_id(out, fields->message_id, author, fail);
	free(author);
	if (step == STEP_DONE && fields->in_reply_to != NULL)
		step = add_ids(out, "In-Reply-To", fields->in_reply_to, fail);
	if (step == STEP_DONE && fields->references != NULL)
		step = add_ids(out, "References", fields->references, fail);
	if (step == STEP_DONE && fields->subject != NULL)
		step = check_line("Subject", span_text(fields->subject), fail);
	if (step == STEP_DONE && fields->subject != NULL) {
		field_begin(out, "Subject");
		field_text(out, span_text(fields->subject));
		field_end(out);
	}
	return step;
}

enum step compose_message(const struct compose *compose, struct buffer *out, struct fail *fail)
{
	struct fields fields = {
		.from = compose->from,
		.sender = compose->sender,
		.reply_to = compose->reply_to,
		.to = compose->to,
		.cc = compose->cc,
		.subject = compose->subject,
		.message_id = compose->message_id,
		.in_reply_to = compose->in_reply_to,
		.references = compose->references,
	};
	struct buffer more;
	size_t start = out->length;
	enum step step;

	buffer_init(&more, 0);
	step = take_headers(compose, &fields, &more, fail);
	if (step == STEP_DONE)
		step = add_own_fields(out, &fields, compose, fail);
	if (step == STEP_DONE) {
		buffer_add_span(out, buffer_span(&more));
		step = compose_parts(compose, out, fail);
	}
	buffer_fini(&more);
	if (step == STEP_FAIL)
		out->length = start;
	return step;
}

/* Whether two mailboxes are one: domains have no case, the part before the @ may (RFC 5321 2.4). */
static bool is_same(struct span a, struct span b)
{
	/* The last: a quoted string before it may have one too. */
	size_t at = (size_t)(strrchr((const char *)a.at, '@') - (const char *)a.at);

	return at < b.length && strrchr((const char *)b.at, '@') == (const char *)b.at + at &&
	       span_equal(span_first(a, at), span_first(b, at)) &&
	       span_same_letters(span_from(a, at), span_from(b, at));
}

/* Adds the list's mailboxes; of one that is there already the first form stays. */
static void add_recipients(char ***recipients, size_t *count, const struct addresses *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct span mailbox = list->item[i].mailbox;
		bool is_known = list->item[i].kind != ADDRESS_MAILBOX;

		for (size_t j = 0; j < *count && !is_known; j++)
			is_known = is_same(mailbox, span_text((*recipients)[j]));
		if (is_known)
			continue;
		*recipients = memory_resize(*recipients, *count + 2, sizeof **recipients);
		(*recipients)[(*count)++] = memory_text((const char *)mailbox.at);
		(*recipients)[*count] = NULL;
	}
}

enum step compose_recipients(
	const struct compose *compose, char ***recipients, size_t *count, struct fail *fail)
{
	const char *const names[] = {"To", "Cc", "Bcc"};
	const char *const texts[] = {compose->to, compose->cc, compose->bcc};
	enum step step = STEP_DONE;

	*recipients = memory_new(1, sizeof **recipients);
	*count = 0;
	for (size_t i = 0; i < 3 && step == STEP_DONE; i++) {
		struct addresses list;

		step = addresses_parse(&list, names[i], texts[i], fail);
		if (step == STEP_DONE)
			add_recipients(recipients, count, &list);
		addresses_fini(&list);
	}
	if (step == STEP_FAIL) {
		compose_recipients_free(*recipients);
		*recipients = NULL;
		*count = 0;
	}
	return step;
}

void compose_recipients_free(char **recipients)
{
	for (size_t i = 0; recipients != NULL && recipients[i] != NULL; i++)
		free(recipients[i]);
	free(recipients);
}

char *compose_address(const char *list)
{
	struct addresses addresses;
	char *address = NULL;

	if (addresses_parse(&addresses, "", list, NULL) == STEP_DONE && addresses.mailboxes > 0)
		address = memory_text((const char *)addresses_first(&addresses).at);
	addresses_fini(&addresses);
	return address;
}
