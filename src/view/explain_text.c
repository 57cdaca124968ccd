#include "view/explain_text.h"

#include "base/memory.h"

#include <stdlib.h>

struct search {
	const struct catalogue *catalogue;
	struct explained_text *found;
	const char *after;
};

enum {
	KIND_PARAMETER = CATALOGUE_MAIL_PARAMETER | CATALOGUE_RCPT_PARAMETER,
	KIND_VERB = CATALOGUE_SMTP_VERB | CATALOGUE_POP3_VERB,
	KIND_REPLY = CATALOGUE_SMTP_REPLY | CATALOGUE_POP3_REPLY,
	KIND_SMALL =
		CATALOGUE_METHOD | CATALOGUE_RESULT, /* always in small letters: PASS is POP3's */
};

static void add_entry(struct explained_text *found, const struct catalogue_entry *entry)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->at[i] == entry)
			return;
	found->at = memory_resize(found->at, found->count + 1, sizeof(const void *));
	found->at[found->count++] = entry;
}

static void add_unknown(struct search *search, struct span text)
{
	if (search->found->unknown.length > 0)
		buffer_add_byte(&search->found->unknown, '\n');
	buffer_add_span(&search->found->unknown, text);
}

static bool is_divider(uint8_t c)
{
	return c == ' ' || c == '-' || c == '_' || c == '/' || c == ',';
}

static struct span skip_dividers(struct span s)
{
	while (s.length > 1 && is_divider(s.at[0]))
		s = span_from(s, 1);
	return s;
}

/* Letters without regard to case or to what divides words: "ClientHello" is Client Hello. The text
 * has no brackets around it any more: nor has the name. */
static bool is_named(struct span text, const char *name)
{
	struct span other = span_text(name);

	if (other.length > 2 && other.at[0] == '[')
		other = span_first(span_from(other, 1), other.length - 2);
	while (text.length > 0 && other.length > 0) {
		text = skip_dividers(text);
		other = skip_dividers(other);
		if (!span_same_letters(span_first(text, 1), span_first(other, 1)))
			return false;
		text = span_from(text, 1);
		other = span_from(other, 1);
	}
	return text.length == 0 && other.length == 0;
}

/* Of the replies those to the command that was asked for, else those to any. */
static bool is_wanted(const struct search *search, const struct catalogue_entry *entry)
{
	const struct reply_meaning *row;
	char id[CATALOGUE_ID_SIZE];
	uint64_t code = 0;

	if (search->after == NULL || (entry->kind & KIND_REPLY) == 0)
		return true;
	if (entry->kind == CATALOGUE_SMTP_REPLY) {
		if (!span_number(span_text(entry->name), &code))
			return true;
		row = vocabulary_reply((int)code, search->after);
	} else {
		row = vocabulary_pop3_reply(entry->name[0] == '+', search->after);
	}
	catalogue_reply_id(id, row, entry->kind == CATALOGUE_SMTP_REPLY);
	return strcmp(id, entry->id) == 0;
}

/* "softfail" alone is that of any method. */
static bool has_name(const struct catalogue_entry *entry, struct span name)
{
	struct span own = span_text(entry->name);
	size_t end = span_index(own, '=');

	if (span_is_letters(name, entry->id))
		return true;
	if ((entry->kind & KIND_SMALL) == 0)
		return is_named(name, entry->name);
	return span_is(name, entry->name) ||
	       (end < own.length && span_equal(name, span_from(own, end + 1)));
}

/* Everything of these kinds (enum catalogue_kind) that has the name; how many. */
static size_t add_named(struct search *search, struct span name, unsigned among)
{
	size_t count = 0;

	for (size_t i = 0; name.length > 0 && i < search->catalogue->count; i++) {
		const struct catalogue_entry *entry = &search->catalogue->at[i];

		if ((entry->kind & among) == 0 || !is_wanted(search, entry) ||
			!has_name(entry, name))
			continue;
		add_entry(search->found, entry);
		count++;
	}
	return count;
}

/* A mechanism is followed by what is said when it is used. */
static size_t add_mechanism(struct search *search, struct span name)
{
	const struct login_step *step = NULL;

	if (add_named(search, name, CATALOGUE_MECHANISM) == 0)
		return 0;
	while ((step = vocabulary_login_step(name, step)) != NULL)
		for (size_t i = 0; i < search->catalogue->count; i++)
			if (search->catalogue->at[i].step == step)
				add_entry(search->found, &search->catalogue->at[i]);
	return 1;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* RFC 3463 2:  a class, a subject and a detail, the class 2, 4, 5 or an x for any. */
static bool is_status(struct span word)
{
	size_t dots = 0;

	for (size_t i = 0; i < word.length; i++) {
		if (word.at[i] == '.')
			dots++;
		else if (!is_digit(word.at[i]) && !(i == 0 && (word.at[i] | 0x20) == 'x'))
			return false;
	}
	return dots == 2 && word.length >= 5 && word.at[1] == '.';
}

static bool add_status(struct search *search, struct span text)
{
	struct span word = span_word(&text);
	const struct word *row;

	if (!is_status(word))
		return false;
	row = vocabulary_word(WORD_STATUS, word);
	if (row == NULL)
		add_unknown(search, word);
	else
		add_named(search, span_text(row->name), CATALOGUE_STATUS);
	return true;
}

/* "250-SIZE 1000": a keyword of EHLO's reply; of AUTH its mechanisms too. */
static void add_keyword(struct search *search, struct span text)
{
	struct span word = span_word(&text);
	struct span name = span_first(word, span_index(word, '='));

	if (add_named(search, name, CATALOGUE_EHLO) == 0 || !span_is_letters(name, "AUTH"))
		return;
	add_mechanism(search, span_from(word, name.length + 1)); /* AUTH=LOGIN, the old form */
	while (text.length > 0)
		add_mechanism(search, span_word(&text));
}

static bool is_keyword(struct span text)
{
	struct span word = span_word(&text);

	return vocabulary_word(WORD_EHLO, word) != NULL;
}

/* RFC 5321 4.2:  a code of three digits, "-" or blank, text. The text may be an enhanced status
 * code, or a keyword of EHLO's reply. */
static bool explain_code(struct search *search, struct span text)
{
	struct span code = span_first(text, 3), rest = span_from(text, 4);
	uint64_t number = 0;
	char class[] = "0yz";

	if (text.length < 3 || !span_number(code, &number) ||
		(text.length > 3 && text.at[3] != ' ' && text.at[3] != '-'))
		return false;
	if (number == 250 && search->after == NULL && is_keyword(rest))
		search->after = "EHLO";
	class[0] = (char)code.at[0];
	if (number < 200 || number > 599)
		add_unknown(search, code);
	else if (add_named(search, code, CATALOGUE_SMTP_REPLY) == 0)
		add_named(search, span_text(class), CATALOGUE_SMTP_REPLY);
	if (!add_status(search, rest) && number == 250)
		add_keyword(search, rest);
	return true;
}

static void explain_bracket(struct search *search, struct span text)
{
	struct span code;

	if (text.length == 0 || text.at[0] != '[')
		return;
	text = span_from(text, 1);
	code = span_first(text, span_index(text, ']'));
	if (add_named(search, code, CATALOGUE_POP3_CODE) == 0)
		add_unknown(search, code);
}

/* RFC 1939 3, RFC 2449 8, RFC 5034 4:  status, or "+" for a challenge. */
static bool explain_status(struct search *search, struct span text)
{
	struct span word = span_word(&text);

	if (!span_is_letters(word, "+OK") && !span_is_letters(word, "-ERR"))
		return span_is(word, "+") && add_named(search, word, CATALOGUE_MARK) > 0;
	add_named(search, word, CATALOGUE_POP3_REPLY);
	explain_bracket(search, text);
	return true;
}

/* "FROM:<a@b.example> SIZE=1000 BODY=8BITMIME" */
static void explain_parameters(struct search *search, struct span text, unsigned among)
{
	size_t end = span_index(text, '>');

	if (end < text.length)
		text = span_trim(span_from(text, end + 1));
	else
		span_word(&text);
	while (text.length > 0) {
		struct span word = span_word(&text);
		struct span name = span_first(word, span_index(word, '='));

		if (name.length > 0 && add_named(search, name, among) == 0)
			add_unknown(search, name);
	}
}

static void explain_arguments(struct search *search, struct span verb, struct span text)
{
	struct span first;

	if (span_is_letters(verb, "MAIL")) {
		explain_parameters(search, text, CATALOGUE_MAIL_PARAMETER);
	} else if (span_is_letters(verb, "RCPT")) {
		explain_parameters(search, text, CATALOGUE_RCPT_PARAMETER);
	} else if (span_is_letters(verb, "AUTH") || span_is_letters(verb, "SASL")) {
		first = span_word(&text);
		if (first.length > 0 && add_mechanism(search, first) == 0)
			add_unknown(search, first);
		while (text.length > 0)
			add_mechanism(search, span_word(&text));
	}
}

/* The row that holds for every method. */
static void add_any_result(struct search *search, struct span value)
{
	for (size_t i = 0; i < search->catalogue->count; i++)
		if (search->catalogue->at[i].kind == CATALOGUE_RESULT &&
			span_is(value, search->catalogue->at[i].name)) {
			add_entry(search->found, &search->catalogue->at[i]);
			return;
		}
	add_unknown(search, value);
}

/* "SIZE=1000", "AUTH=LOGIN", "spf=pass", "dkim=temperror", "header.d=example.org", "bh=...": what
 * stands before the equals sign at end, and the whole. */
static bool add_assigned(struct search *search, struct span word, size_t end)
{
	struct span name = span_first(word, end), tag = span_first(word, end + 1);
	unsigned more = span_is_letters(name, "AUTH") ? CATALOGUE_EHLO : 0;
	size_t count = add_named(search, name, KIND_PARAMETER | CATALOGUE_PROPERTY | more);
	size_t methods = add_named(search, name, CATALOGUE_METHOD);

	if (methods > 0 && add_named(search, word, CATALOGUE_RESULT) == 0)
		add_any_result(search, span_from(word, end + 1));
	return count + methods + add_named(search, tag, CATALOGUE_DKIM_TAG | CATALOGUE_ARC_TAG) > 0;
}

/* A command, a keyword or a parameter, with what belongs to it. */
static bool explain_word(struct search *search, struct span text)
{
	struct span rest = text, word = span_word(&rest);
	size_t end = span_index(word, '=');
	struct span name = span_first(word, end);

	if (end < word.length && end > 0)
		return add_assigned(search, word, end);
	if (rest.length > 0 && add_named(search, name, KIND_VERB) > 0) {
		explain_arguments(search, name, rest);
		return true;
	}
	if (add_named(search, name, CATALOGUE_EHLO | CATALOGUE_CAPA) == 0)
		return false;
	explain_arguments(search, name, rest);
	return true;
}

/* "[FIN, ACK]", "Client Hello, Application Data": as the packet list has them. */
static bool explain_list(struct search *search, struct span text)
{
	bool is_any = false;

	while (text.length > 0) {
		size_t comma = span_index(text, ',');
		struct span name = span_trim(span_first(text, comma));

		is_any = add_named(search, name,
				 CATALOGUE_TCP_FLAG | CATALOGUE_TLS_MESSAGE |
					 CATALOGUE_TLS13_MESSAGE | CATALOGUE_POP3_CODE) > 0 ||
			 is_any;
		text = span_from(text, comma + 1);
	}
	return is_any;
}

static struct span without_front(struct span text)
{
	static const char *const fronts[] = {"C: ", "S: ", "Client: ", "Server: "};

	text = span_trim(text);
	for (size_t i = 0; i < sizeof fronts / sizeof fronts[0]; i++)
		if (span_starts_letters(text, fronts[i]))
			return span_trim(span_from(text, strlen(fronts[i])));
	return text;
}

/* "Alert (Level: Fatal, Description: Unknown CA)" and what stands in brackets. */
static struct span inside(struct span text)
{
	static const char FRONT[] = "Description: ";
	size_t at = span_find(text, FRONT);

	if (at < text.length) {
		text = span_from(text, at + sizeof FRONT - 1);
		return span_first(text, span_index(text, ')'));
	}
	if (text.length < 2 || text.at[0] != '[')
		return text;
	text = span_from(text, 1);
	return span_first(text, span_index(text, ']'));
}

void explain_text(struct explained_text *explained, const struct catalogue *catalogue,
	struct span text, const char *after)
{
	struct search search = {catalogue, NULL, after};
	size_t known;

	*explained = (struct explained_text){NULL, 0, {0}};
	search.found = explained;
	buffer_init(&explained->unknown, 0);
	text = without_front(text);
	known = add_mechanism(&search, text);
	if (explain_code(&search, text) || explain_status(&search, text) ||
		add_status(&search, text))
		return;
	known += add_named(&search, inside(text),
		CATALOGUE_ALL & ~(unsigned)CATALOGUE_STATUS &
			~(span_index(text, '=') < text.length ? (unsigned)CATALOGUE_RESULT : 0));
	if (known == 0 && !explain_word(&search, text) && !explain_list(&search, inside(text)))
		add_unknown(&search, text);
}

void explained_text_fini(struct explained_text *explained)
{
	free(explained->at);
	buffer_fini(&explained->unknown);
}
