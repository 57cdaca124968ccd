#include "message/field.h"

#include "base/base64.h"
#include "base/printable.h"

enum {
	COLUMNS = 78,      /* RFC 5322 2.1.1 */
	WORD_COLUMNS = 76, /* of a line with an encoded word (RFC 2047 2) */
	WORD_FRAME = 12,   /* =?UTF-8?Q??= */
	WORD_PAYLOAD = 63, /* with its frame 75 */
	WORD_LEAST = 16,   /* payload worth beginning on this line */
	LONG_WORD = 900,   /* cannot be a line, of which 998 is the most */
	LONG_PHRASE = 60,
};

/* Columns of the line that is being written. */
static size_t column(const struct buffer *out)
{
	size_t length = 0;

	while (length < out->length && out->at[out->length - 1 - length] != '\n')
		length++;
	return length;
}

static void fold(struct buffer *out)
{
	buffer_add_text(out, "\r\n");
}

void field_begin(struct buffer *out, const char *name)
{
	buffer_add_text(out, name);
	buffer_add_byte(out, ':');
}

/* A field without a word still has its blank: some read no "Subject:" without one. */
void field_end(struct buffer *out)
{
	if (out->length > 0 && out->at[out->length - 1] == ':')
		buffer_add_byte(out, ' ');
	buffer_add_text(out, "\r\n");
}

/* The blanks, and the word behind them; the line may be ended before the blanks. */
static void add_behind(struct buffer *out, struct span blanks, struct span word, size_t columns)
{
	size_t at = column(out);

	/* A line that has the field's name alone is not ended: the name's own blank is there. */
	if (at + blanks.length + word.length > columns && at > 0 && out->at[out->length - 1] != ':')
		fold(out);
	buffer_add_span(out, blanks);
	buffer_add_span(out, word);
}

void field_word(struct buffer *out, struct span word)
{
	add_behind(out, span_text(" "), word, COLUMNS);
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* What an encoded word may hold as itself, in a phrase too (RFC 2047 5). */
static bool is_plain_in_word(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!*+-/", c) != NULL);
}

static size_t quoted_length(struct span text)
{
	size_t length = 0;

	for (size_t i = 0; i < text.length; i++)
		length += is_plain_in_word(text.at[i]) || text.at[i] == ' ' ? 1 : 3;
	return length;
}

static size_t base64_length(size_t octets)
{
	return (octets + 2) / 3 * 4;
}

/* Whole characters off the front of the text whose encoded form has no more octets than room. Where
 * it can be, base64 ends without padding: GMime 3.2.13, which others read mail with too, drops the
 * word behind one that has some (its issue 133). */
static struct span take_characters(struct span text, bool is_quoted, size_t room)
{
	size_t taken = 0;
	size_t unpadded = 0;

	while (taken < text.length) {
		uint32_t character;
		size_t next = utf8_take(span_from(text, taken), &character);
		struct span longer = span_first(text, taken + (next > 0 ? next : 1));

		if ((is_quoted ? quoted_length(longer) : base64_length(longer.length)) > room)
			break;
		taken = longer.length;
		unpadded = taken % 3 == 0 ? taken : unpadded;
	}
	return span_first(
		text, is_quoted || unpadded == 0 || taken == text.length ? taken : unpadded);
}

static void add_quoted(struct buffer *out, struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		uint8_t c = text.at[i];

		if (is_plain_in_word(c))
			buffer_add_byte(out, c);
		else if (c == ' ')
			buffer_add_byte(out, '_');
		else
			buffer_printf(out, "=%02X", c);
	}
}

static void add_encoded_word(struct buffer *out, struct span text, bool is_quoted)
{
	buffer_add_text(out, is_quoted ? "=?UTF-8?Q?" : "=?UTF-8?B?");
	if (is_quoted)
		add_quoted(out, text);
	else
		base64_encode(text, out);
	buffer_add_text(out, "?=");
}

/* The text in as many encoded words as it takes; the blanks between them are not part of it (RFC
 * 2047 6.2). lead stands before the first. */
static void add_encoded(struct buffer *out, struct span lead, struct span text)
{
	bool is_quoted = quoted_length(text) <= base64_length(text.length);

	while (text.length > 0) {
		size_t used = column(out) + lead.length + WORD_FRAME;
		size_t room = used < WORD_COLUMNS ? WORD_COLUMNS - used : 0;
		struct span part;

		if (room < WORD_LEAST) {
			fold(out);
			room = WORD_COLUMNS - WORD_FRAME - lead.length;
		}
		part = take_characters(text, is_quoted, room < WORD_PAYLOAD ? room : WORD_PAYLOAD);
		buffer_add_span(out, lead);
		add_encoded_word(out, part, is_quoted);
		text = span_from(text, part.length);
		lead = span_text(" ");
	}
}

/* The blanks at the front, or the octets up to the next. */
static size_t run_length(struct span text)
{
	size_t length = 0;

	while (length < text.length && is_blank(text.at[length]) == is_blank(text.at[0]))
		length++;
	return length;
}

/* A word that cannot stand as it is. */
static bool is_to_encode(struct span word)
{
	if (word.length > LONG_WORD || span_find(word, "=?") < word.length)
		return true;
	for (size_t i = 0; i < word.length; i++)
		if (word.at[i] < 33 || word.at[i] > 126)
			return true;
	return false;
}

/* From the first word that needs it to the last; *from == *to: none does. Blanks at the ends, and
 * more of them than a line holds, would not arrive otherwise. */
static void range_to_encode(struct span text, size_t *from, size_t *to)
{
	*from = *to = 0;
	for (size_t at = 0; at < text.length;) {
		struct span run = span_first(span_from(text, at), run_length(span_from(text, at)));
		bool is_end = at == 0 || at + run.length == text.length;

		if (is_blank(run.at[0]) ? is_end || run.length > WORD_PAYLOAD : is_to_encode(run)) {
			if (*to == 0)
				*from = at;
			*to = at + run.length;
		}
		at += run.length;
	}
}

/* Words that stand as they are. lead: what stands before the first. */
static void add_plain(struct buffer *out, struct span lead, struct span text)
{
	while (text.length > 0) {
		struct span word;

		if (is_blank(text.at[0])) {
			lead = span_first(text, run_length(text));
			text = span_from(text, lead.length);
		}
		word = span_first(text, run_length(text));
		add_behind(out, lead, word, COLUMNS);
		text = span_from(text, word.length);
	}
}

void field_text(struct buffer *out, struct span text)
{
	struct span lead = span_text(" ");
	size_t from;
	size_t to;

	range_to_encode(text, &from, &to);
	if (from == to) {
		add_plain(out, lead, text);
		return;
	}
	if (from > 0) {
		size_t end = from;

		while (is_blank(text.at[end - 1]))
			end--;
		add_plain(out, lead, span_first(text, end));
		lead = span_first(span_from(text, end), from - end);
	}
	add_encoded(out, lead, span_first(span_from(text, from), to - from));
	add_plain(out, span_of(NULL, 0), span_from(text, to));
}

/* RFC 5322 3.2.3: what an atom is made of. */
static bool is_atom_character(uint8_t c)
{
	return is_plain_in_word(c) || (c != '\0' && strchr("#$%&'=?^_`{|}~", c) != NULL);
}

/* Words of atoms with one blank between them. */
static bool is_atoms(struct span name)
{
	bool was_blank = true;

	for (size_t i = 0; i < name.length; i++) {
		if (name.at[i] != ' ' && !is_atom_character(name.at[i]))
			return false;
		if (name.at[i] == ' ' && was_blank)
			return false;
		was_blank = name.at[i] == ' ';
	}
	return !was_blank;
}

static void add_quoted_string(struct buffer *out, struct span name)
{
	struct buffer word;

	buffer_init(&word, 0);
	buffer_add_byte(&word, '"');
	for (size_t i = 0; i < name.length; i++) {
		if (name.at[i] == '"' || name.at[i] == '\\')
			buffer_add_byte(&word, '\\');
		buffer_add_byte(&word, name.at[i]);
	}
	buffer_add_byte(&word, '"');
	field_word(out, buffer_span(&word));
	buffer_fini(&word);
}

static bool is_ascii_text(struct span name)
{
	for (size_t i = 0; i < name.length; i++)
		if (name.at[i] < 32 || name.at[i] > 126)
			return false;
	return true;
}

void field_phrase(struct buffer *out, struct span name)
{
	if (!is_ascii_text(name) || name.length > LONG_PHRASE ||
		span_find(name, "=?") < name.length)
		add_encoded(out, span_text(" "), name);
	else if (is_atoms(name))
		add_plain(out, span_text(" "), name);
	else
		add_quoted_string(out, name);
}
