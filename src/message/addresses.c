#include "message/addresses.h"

#include "base/language.h"
#include "base/printable.h"
#include "message/field.h"
#include "message/start.h"

#include <gmime/gmime.h>

enum {
	LOCAL_MOST = 64,    /* RFC 5321 4.5.3.1.1 */
	MAILBOX_MOST = 254, /* a path of 256 with its brackets (4.5.3.1.3) */
	LABEL_MOST = 63,
};

struct reader {
	struct addresses *list;
	struct span rest;
	struct span item; /* from the beginning of this address on, for the message */
	const char *field;
	bool is_in_group;
	struct fail *fail;
};

static enum step refuse(const struct reader *reader, const char *why)
{
	size_t length = (size_t)(reader->rest.at - reader->item.at);

	/* Up to where it went wrong and a little more: enough to find it by. */
	length = length + 20 < reader->item.length ? length + 20 : reader->item.length;
	return fail_set(reader->fail, FAIL_USAGE, "%s: \"%.*s\" is no address: %s", reader->field,
		(int)(length < 120 ? length : 120), (const char *)reader->item.at, why);
}

static uint8_t next(const struct reader *reader)
{
	return reader->rest.length > 0 ? reader->rest.at[0] : 0;
}

static void skip(struct reader *reader, size_t length)
{
	reader->rest = span_from(reader->rest, length);
}

static bool is_special(uint8_t c)
{
	return c <= ' ' || c == 127 || strchr("()<>[]:;@\\,\"", c) != NULL;
}

/* comment = "(" *([FWS] ccontent) [FWS] ")" (RFC 5322 3.2.2); its length, or 0. */
static size_t comment_length(struct span text)
{
	size_t depth = 0;

	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] == '\\')
			i++;
		else if (text.at[i] == '(')
			depth++;
		else if (text.at[i] == ')' && --depth == 0)
			return i + 1;
	}
	return 0;
}

/* Blanks and comments; the last comment's text is a name where there is no other. */
static enum step skip_blanks(struct reader *reader, struct span *comment)
{
	for (;;) {
		size_t length;

		while (next(reader) == ' ' || next(reader) == '\t')
			skip(reader, 1);
		if (next(reader) != '(')
			return STEP_DONE;
		length = comment_length(reader->rest);
		if (length == 0)
			return refuse(reader, _("a bracket is not closed"));
		if (comment != NULL)
			*comment = span_trim(span_of(reader->rest.at + 1, length - 2));
		skip(reader, length);
	}
}

/* The length of a quoted string with its quotes; 0: it does not end. */
static size_t quoted_length(struct span text)
{
	for (size_t i = 1; i < text.length; i++) {
		if (text.at[i] == '\\')
			i++;
		else if (text.at[i] == '"')
			return i + 1;
	}
	return 0;
}

/* One word: a quoted string, or characters that are not special. Empty: there is none here. */
static enum step take_word(struct reader *reader, struct span *word)
{
	size_t length = 0;

	if (next(reader) == '"') {
		length = quoted_length(reader->rest);
		if (length == 0)
			return refuse(reader, _("a quote is not closed"));
	}
	while (length < reader->rest.length && reader->rest.at[0] != '"' &&
		!is_special(reader->rest.at[length]))
		length++;
	*word = span_first(reader->rest, length);
	skip(reader, length);
	return STEP_DONE;
}

/* Adds a word of a name, quotes undone. */
static void add_name(struct buffer *name, struct span word)
{
	bool is_quoted = word.length > 1 && word.at[0] == '"';
	struct span inner = is_quoted ? span_of(word.at + 1, word.length - 2) : word;

	if (name->length > 0)
		buffer_add_byte(name, ' ');
	for (size_t i = 0; i < inner.length; i++) {
		if (is_quoted && inner.at[i] == '\\' && i + 1 < inner.length)
			i++;
		buffer_add_byte(name, inner.at[i]);
	}
}

static bool is_ascii(struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] >= 0x80)
			return false;
	return true;
}

/* Local-part = Dot-string / Quoted-string (RFC 5321 4.1.2). */
static const char *local_fault(struct span local)
{
	if (local.length == 0)
		return _("nothing stands before the @");
	if (local.length > LOCAL_MOST)
		return _("more than 64 octets before the @");
	if (local.at[0] == '"')
		return NULL;
	for (size_t i = 0; i < local.length; i++)
		if (local.at[i] == '.' &&
			(i == 0 || i + 1 == local.length || local.at[i + 1] == '.'))
			return _("a dot begins or ends it, or two stand together");
	return NULL;
}

/* sub-domain = Let-dig [Ldh-str], or a label above ASCII (RFC 6531 3.3). */
static bool is_label(struct span label)
{
	if (label.length == 0 || label.length > LABEL_MOST || label.at[0] == '-' ||
		label.at[label.length - 1] == '-')
		return false;
	for (size_t i = 0; i < label.length; i++)
		if (label.at[i] < 0x80 && label.at[i] != '-' && !g_ascii_isalnum(label.at[i]))
			return false;
	return true;
}

static const char *domain_fault(struct span domain)
{
	if (domain.length == 0)
		return _("no domain stands behind the @");
	while (domain.length > 0) {
		size_t length = span_index(domain, '.');

		if (!is_label(span_first(domain, length)) || length + 1 == domain.length)
			return _("the domain has letters, digits, hyphens and single dots only");
		domain = span_from(domain, length + 1);
	}
	return NULL;
}

/* address-literal (RFC 5321 4.1.3): what is in the brackets is the server's to judge. */
static enum step take_literal(struct reader *reader, struct span *literal)
{
	size_t length = span_index(reader->rest, ']');

	*literal = span_first(reader->rest, length + 1);
	for (size_t i = 1; i < length; i++)
		if (!g_ascii_isalnum(reader->rest.at[i]) &&
			strchr(".:-", reader->rest.at[i]) == NULL)
			length = reader->rest.length;
	if (length >= reader->rest.length || length < 2)
		return refuse(reader, _("what is in brackets is no address of a host"));
	skip(reader, length + 1);
	return STEP_DONE;
}

/* The mailbox as it goes over the wire. */
static struct span wire_form(struct reader *reader, struct span local, struct span domain)
{
	struct arena *arena = &reader->list->arena;
	struct buffer text;
	struct span mailbox;

	buffer_init(&text, 0);
	buffer_add_span(&text, local);
	buffer_add_byte(&text, '@');
	buffer_add_span(&text, domain);
	if (is_ascii(local) && !is_ascii(domain)) {
		InternetAddress *address;
		const char *wire;

		message_start();
		address = internet_address_mailbox_new(NULL, buffer_text(&text));
		wire = internet_address_mailbox_get_idn_addr(INTERNET_ADDRESS_MAILBOX(address));
		mailbox = arena_copy(arena, wire != NULL ? span_text(wire) : buffer_span(&text));
		g_object_unref(address);
	} else {
		mailbox = arena_copy(arena, buffer_span(&text));
	}
	buffer_fini(&text);
	return mailbox;
}

static struct address *add_item(struct reader *reader, enum address_kind kind, struct span name)
{
	struct addresses *list = reader->list;
	struct address *item;

	list->item = arena_grow(&list->arena, list->item, list->count, sizeof *list->item);
	item = &list->item[list->count++];
	*item = (struct address){.kind = kind, .name = arena_copy(&list->arena, name)};
	list->mailboxes += kind == ADDRESS_MAILBOX;
	return item;
}

/* Behind the local part: "@" domain. */
static enum step take_domain(struct reader *reader, struct span local, struct span *mailbox)
{
	const char *fault = local_fault(local);
	struct span domain;

	if (next(reader) != '@')
		return refuse(reader, _("it has no @"));
	if (fault != NULL)
		return refuse(reader, fault);
	skip(reader, 1);
	if (next(reader) == '[') {
		if (take_literal(reader, &domain) == STEP_FAIL)
			return STEP_FAIL;
	} else {
		size_t length = 0;

		while (length < reader->rest.length && !is_special(reader->rest.at[length]))
			length++;
		domain = span_first(reader->rest, length);
		skip(reader, length);
		fault = domain_fault(domain);
		if (fault != NULL)
			return refuse(reader, fault);
	}
	*mailbox = wire_form(reader, local, domain);
	if (mailbox->length > MAILBOX_MOST)
		return refuse(reader, _("more than 254 octets"));
	if (!is_ascii(local) || is_ascii(*mailbox))
		return STEP_DONE;
	return refuse(reader, _("its domain cannot be a name on the network (RFC 5890)"));
}

/* "<" addr-spec ">" */
static enum step take_angle(struct reader *reader, struct span name)
{
	struct span local;
	struct span mailbox;

	skip(reader, 1);
	if (skip_blanks(reader, NULL) == STEP_FAIL || take_word(reader, &local) == STEP_FAIL ||
		take_domain(reader, local, &mailbox) == STEP_FAIL ||
		skip_blanks(reader, NULL) == STEP_FAIL)
		return STEP_FAIL;
	if (next(reader) != '>')
		return refuse(reader, _("a > is missing"));
	skip(reader, 1);
	add_item(reader, ADDRESS_MAILBOX, name)->mailbox = mailbox;
	return skip_blanks(reader, NULL);
}

/* A word was taken and "@" stands behind it: an address without brackets. */
static enum step take_bare(struct reader *reader, struct span local)
{
	struct span comment = span_of(NULL, 0);
	struct span mailbox;

	if (take_domain(reader, local, &mailbox) == STEP_FAIL ||
		skip_blanks(reader, &comment) == STEP_FAIL)
		return STEP_FAIL;
	add_item(reader, ADDRESS_MAILBOX, comment)->mailbox = mailbox;
	return STEP_DONE;
}

/* The words at the front of an address: so many, the last of them as written. */
struct words {
	size_t count;
	struct span last;
	struct buffer name; /* all of them, quotes undone */
};

static enum step take_words(struct reader *reader, struct words *words)
{
	for (;;) {
		struct span word;

		if (take_word(reader, &word) == STEP_FAIL)
			return STEP_FAIL;
		if (word.length == 0)
			return STEP_DONE;
		add_name(&words->name, word);
		words->last = word;
		words->count++;
		if (next(reader) == '@')
			return STEP_DONE;
		if (skip_blanks(reader, NULL) == STEP_FAIL)
			return STEP_FAIL;
	}
}

/* What the words have turned out to be; STEP_MORE: a group's name. */
static enum step take_behind_words(struct reader *reader, struct words *words)
{
	struct span name = buffer_span(&words->name);

	switch (next(reader)) {
	case '<':
		return take_angle(reader, name);
	case ':':
		if (reader->is_in_group || name.length == 0)
			return refuse(reader, _("a colon stands where no group can begin"));
		reader->is_in_group = true;
		add_item(reader, ADDRESS_GROUP, name);
		skip(reader, 1);
		return STEP_MORE;
	case '@':
		if (words->count == 1)
			return take_bare(reader, words->last);
		return refuse(reader, _("what stands before the @ is more than one word"));
	default:
		return refuse(reader, _("it has no @"));
	}
}

/* One address, or the beginning of a group (STEP_MORE). */
static enum step take_address(struct reader *reader)
{
	struct words words = {.count = 0};
	enum step step;

	buffer_init(&words.name, 0);
	step = take_words(reader, &words);
	if (step != STEP_FAIL)
		step = take_behind_words(reader, &words);
	buffer_fini(&words.name);
	return step;
}

/* Commas between, empty places allowed (RFC 5322 4.4), a group's end. */
static enum step take_divider(struct reader *reader, bool *is_due)
{
	for (;;) {
		if (skip_blanks(reader, NULL) == STEP_FAIL)
			return STEP_FAIL;
		reader->item = *is_due ? reader->item : reader->rest;
		if (next(reader) == ';' && reader->is_in_group) {
			add_item(reader, ADDRESS_GROUP_END, span_of(NULL, 0));
			reader->is_in_group = false;
			*is_due = true;
		} else if (next(reader) == ',') {
			*is_due = false;
		} else if (reader->rest.length == 0 || !*is_due) {
			return STEP_DONE;
		} else {
			return refuse(reader, _("no comma stands behind it"));
		}
		skip(reader, 1);
	}
}

/* Neither line ends nor other controls: they could begin a field of their own. */
static enum step check_text(struct reader *reader)
{
	struct span text = reader->rest;

	while (text.length > 0) {
		uint32_t character;
		size_t taken = utf8_take(text, &character);

		if (taken == 0 || (character < ' ' && character != '\t') || character == 127)
			return fail_set(reader->fail, FAIL_USAGE,
				"%s: addresses have no line ends, no control characters, "
				"and are in UTF-8",
				reader->field);
		text = span_from(text, taken);
	}
	return STEP_DONE;
}

enum step addresses_parse(
	struct addresses *list, const char *field, const char *text, struct fail *fail)
{
	struct reader reader = {.list = list, .field = field, .fail = fail};
	bool is_due = false;

	*list = (struct addresses){.count = 0};
	arena_init(&list->arena);
	if (text == NULL)
		return STEP_DONE;
	reader.rest = reader.item = span_text(text);
	if (check_text(&reader) == STEP_FAIL)
		return STEP_FAIL;
	while (take_divider(&reader, &is_due) == STEP_DONE) {
		enum step step;

		if (reader.rest.length == 0)
			return reader.is_in_group
				       ? refuse(&reader, _("the group has no ; at its end"))
				       : STEP_DONE;
		reader.item = reader.rest;
		step = take_address(&reader);
		if (step == STEP_FAIL)
			return STEP_FAIL;
		is_due = step == STEP_DONE;
	}
	return STEP_FAIL;
}

void addresses_fini(struct addresses *list)
{
	arena_fini(&list->arena);
	*list = (struct addresses){.count = 0};
}

/* Whether a comma stands behind the item: not behind a group's name, nor before its end. */
static bool has_comma(const struct addresses *list, size_t index)
{
	return index + 1 < list->count && list->item[index].kind != ADDRESS_GROUP &&
	       list->item[index + 1].kind != ADDRESS_GROUP_END;
}

static void write_mailbox(struct buffer *out, const struct address *address, bool has_comma)
{
	bool has_name = address->name.length > 0;
	struct buffer word;

	if (has_name)
		field_phrase(out, address->name);
	buffer_init(&word, 0);
	buffer_add_text(&word, has_name ? "<" : "");
	buffer_add_span(&word, address->mailbox);
	buffer_add_text(&word, has_name ? ">" : "");
	buffer_add_text(&word, has_comma ? "," : "");
	field_word(out, buffer_span(&word));
	buffer_fini(&word);
}

void addresses_write(struct buffer *out, const char *name, const struct addresses *list)
{
	field_begin(out, name);
	for (size_t i = 0; i < list->count; i++) {
		const struct address *address = &list->item[i];

		if (address->kind == ADDRESS_MAILBOX) {
			write_mailbox(out, address, has_comma(list, i));
		} else if (address->kind == ADDRESS_GROUP) {
			field_phrase(out, address->name);
			buffer_add_byte(out, ':');
		} else {
			buffer_add_text(out, has_comma(list, i) ? ";," : ";");
		}
	}
	field_end(out);
}

struct span addresses_first(const struct addresses *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->item[i].kind == ADDRESS_MAILBOX)
			return list->item[i].mailbox;
	return span_of(NULL, 0);
}
