#include "message/tame.h"

#include "base/base64.h"
#include "base/encoded_word.h"
#include "base/limits.h"
#include "message/boundary.h"

enum content { CONTENT_WORDS, CONTENT_ADDRESSES, CONTENT_PARAMETERS };

/* The fields that GMime takes apart unasked. */
static const struct {
	const char *name; /* or how it begins */
	enum content content;
} fields[] = {{"From", CONTENT_ADDRESSES}, {"To", CONTENT_ADDRESSES}, {"Cc", CONTENT_ADDRESSES},
	{"Bcc", CONTENT_ADDRESSES}, {"Sender", CONTENT_ADDRESSES}, {"Reply-To", CONTENT_ADDRESSES},
	{"Subject", CONTENT_WORDS}, {"Message-ID", CONTENT_WORDS}, {"Date", CONTENT_WORDS},
	{"Content-", CONTENT_PARAMETERS}};

/* How far a message has been looked at. */
struct tamer {
	struct boundaries boundaries;
	bool in_header;
	bool has_message; /* a header follows this one: that of a message inside */
	bool is_digest;   /* and so behind each part's (RFC 2046 5.1.5) */
	size_t parts, fields, parameters, addresses, words;
	struct buffer *copy; /* of the message as far as it was changed */
	struct span left;    /* what of it is not in the copy */
};

/* The length of the line at the front, its end included. */
static size_t line_length(struct span s)
{
	size_t end = span_index(s, '\n');

	return end < s.length ? end + 1 : s.length;
}

/* The name ends with a colon; blanks may stand before it (RFC 5322 4.5). */
static bool has_colon(struct span line)
{
	size_t at = 0;

	while (at < line.length && line.at[at] > ' ' && line.at[at] != ':')
		at++;
	while (at < line.length && (line.at[at] == ' ' || line.at[at] == '\t'))
		at++;
	return at < line.length && line.at[at] == ':';
}

/* Which field begins here; -1: none of them. */
static int field_at(struct span line)
{
	/* Most lines are told by their first letter: no call for each name. */
	if (line.length == 0 || memchr("FfTtCcBbSsRrMmDd", line.at[0], 16) == NULL)
		return -1;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (span_starts_letters(line, fields[i].name) && has_colon(line))
			return (int)i;
	return -1;
}

/* With the lines that continue it (RFC 5322 2.2.3). */
static size_t field_length(struct span s)
{
	size_t length = line_length(s);

	while (length < s.length && (s.at[length] == ' ' || s.at[length] == '\t'))
		length += line_length(span_from(s, length));
	return length;
}

/* What a field has had so far. */
struct excess {
	size_t comments;           /* within each other */
	bool has_at;               /* since the last comma */
	size_t bare, colons, open; /* addresses without '@', groups, words not ended */
};

static bool is_too_many_addresses(struct tamer *tamer, struct excess *excess, uint8_t octet)
{
	switch (octet) {
	case '(':
		excess->comments++;
		return false;
	case ')':
		excess->comments -= excess->comments > 0;
		return false;
	case '@':
		excess->has_at |= excess->comments == 0;
		return false;
	case ':':
		return ++excess->colons > LIMIT_NESTED;
	case ',':
		excess->bare += !excess->has_at;
		excess->has_at = false;
		return ++tamer->addresses > LIMIT_MAILBOXES || excess->bare > LIMIT_NESTED;
	default:
		return false;
	}
}

/* Counts one octet; whether it goes beyond all reason. */
static bool is_too_much(
	struct tamer *tamer, struct excess *excess, struct span rest, enum content content)
{
	uint8_t next = rest.length > 1 ? rest.at[1] : 0;
	bool is_end = excess->open > 0 && rest.length > 2 && rest.at[2] == '='; /* YQ=?= */

	if (rest.at[0] == '=' && next == '?' && !is_end)
		return ++excess->open > LIMIT_NESTED;
	if (rest.at[0] == '?' && next == '=' && excess->open > 0)
		excess->open--;
	if (content == CONTENT_PARAMETERS)
		return rest.at[0] == ';' && ++tamer->parameters > LIMIT_PARAMETERS;
	return content == CONTENT_ADDRESSES && is_too_many_addresses(tamer, excess, rest.at[0]);
}

/* The octets of the field that can stay. */
static size_t tame_length(struct tamer *tamer, struct span field, enum content content)
{
	struct excess excess = {.comments = 0};

	for (size_t i = 0; i < field.length; i++)
		if (is_too_much(tamer, &excess, span_from(field, i), content))
			return i;
	return field.length;
}

static bool is_empty(struct span line)
{
	return line.at[0] == '\n' || (line.at[0] == '\r' && line.length == 2);
}

static void take_type(struct tamer *tamer, struct span field)
{
	boundaries_add(&tamer->boundaries, field);
	tamer->is_digest |= span_find_letters(field, "digest") < field.length;
	tamer->has_message |= span_find_letters(field, "message/") < field.length;
}

/* Counts a line, or a field of that kind with all its lines; whether the message may go on so. */
static bool goes_on(struct tamer *tamer, struct span line, int kind)
{
	if (is_empty(line)) {
		tamer->in_header = tamer->has_message;
		tamer->has_message = false;
		return true;
	}
	if (boundaries_has(&tamer->boundaries, line)) {
		tamer->in_header = true;
		tamer->has_message = tamer->is_digest;
		return ++tamer->parts <= LIMIT_PARTS;
	}
	if (kind >= 0 && fields[kind].content == CONTENT_PARAMETERS)
		take_type(tamer, line);
	return !tamer->in_header || line.at[0] == ' ' || line.at[0] == '\t' ||
	       ++tamer->fields <= LIMIT_HEADER_FIELDS;
}

/* Whether encoded words follow each other here. */
static bool has_words(struct span field)
{
	for (size_t end = span_find(field, "?="); end < field.length;
		end = span_find(field, "?=")) {
		field = span_from(field, end + 2);
		for (end = 0; end < field.length && field.at[end] <= ' ';)
			end++;
		if (span_is(span_first(span_from(field, end), 2), "=?"))
			return true;
	}
	return false;
}

/* Appends the words at the front of the text; those that follow each other as one. Their octets. */
static size_t join_words(struct tamer *tamer, struct span text)
{
	struct encoded_words words = {.length = 0};
	struct buffer decoded;

	buffer_init(&decoded, 0);
	if (tamer->words < LIMIT_ENCODED_WORDS)
		words = encoded_word_take(text, &decoded);
	tamer->words += words.count + 1;
	if (words.count > 1 && words.kept == 0) {
		buffer_add_text(tamer->copy, "=?utf-8?B?");
		base64_encode(buffer_span(&decoded), tamer->copy);
		buffer_add_text(tamer->copy, "?=");
	} else {
		words.length = words.length > 0 ? words.length : 2;
		buffer_add_span(tamer->copy, span_first(text, words.length));
	}
	buffer_fini(&decoded);
	return words.length;
}

static void add_joined(struct tamer *tamer, struct span text)
{
	while (text.length > 0) {
		size_t plain = span_find(text, "=?");

		buffer_add_span(tamer->copy, span_first(text, plain));
		text = span_from(text, plain);
		if (text.length > 0)
			text = span_from(text, join_words(tamer, text));
	}
}

/* The copy gets the field up to where it stays, the rest blank; nothing when there is nothing to
 * change. */
static void tame_field(struct tamer *tamer, struct span field, size_t stays)
{
	bool is_joined = tamer->in_header && has_words(field);

	if (stays == field.length && !is_joined)
		return;
	buffer_add_span(tamer->copy, span_first(tamer->left, (size_t)(field.at - tamer->left.at)));
	if (is_joined)
		add_joined(tamer, span_first(field, stays));
	else
		buffer_add_span(tamer->copy, span_first(field, stays));
	for (size_t i = stays; i < field.length; i++)
		buffer_add_byte(tamer->copy,
			field.at[i] == '\r' || field.at[i] == '\n' ? field.at[i] : ' ');
	tamer->left = span_from(tamer->left, (size_t)(field.at - tamer->left.at) + field.length);
}

struct span tame(struct span message, struct buffer *copy, bool *is_cut)
{
	struct tamer tamer = {.in_header = true, .copy = copy, .left = message};
	struct span left = message;

	while (left.length > 0) {
		int kind = field_at(left);
		size_t length = kind < 0 ? line_length(left) : field_length(left);
		struct span field = span_first(left, length);

		if (!goes_on(&tamer, field, kind)) {
			*is_cut = true;
			break;
		}
		if (kind >= 0)
			tame_field(&tamer, field, tame_length(&tamer, field, fields[kind].content));
		left = span_from(left, length);
	}
	if (copy->length == 0)
		return span_first(message, message.length - left.length);
	buffer_add_span(copy, span_first(tamer.left, tamer.left.length - left.length));
	return buffer_span(copy);
}
