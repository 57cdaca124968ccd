#include "message/tame.h"

#include "base/limits.h"

enum { HARMLESS = LIMIT_NESTED }; /* octets of a field in which nothing can go wrong */

/* The fields that GMime takes apart unasked. */
static const struct {
	const char *name; /* or how it begins */
	bool has_addresses;
} fields[] = {{"From", true}, {"To", true}, {"Cc", true}, {"Bcc", true}, {"Sender", true},
	{"Reply-To", true}, {"Subject", false}, {"Message-ID", false}, {"Date", false},
	{"Content-", false}};

/* The length of the line at the front, its end included. */
static size_t line_length(struct span s)
{
	size_t end = span_index(s, '\n');

	return end < s.length ? end + 1 : s.length;
}

/* The name ends with a colon; blanks may stand before it (RFC 5322 4.5). */
static bool has_colon(struct span line)
{
	size_t colon = span_index(span_first(line, 64), ':');
	struct span name = span_trim(span_first(line, colon));

	return colon < line.length && colon < 64 && span_index(name, ' ') == name.length;
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
	size_t comments; /* within each other */
	bool has_at;     /* since the last comma */
	size_t commas, bare, colons,
		open; /* addresses, those without '@', groups, words not ended */
};

/* Counts one octet; whether it goes beyond all reason. */
static bool is_too_much(struct excess *excess, struct span rest, bool has_addresses)
{
	uint8_t next = rest.length > 1 ? rest.at[1] : 0;

	if (rest.at[0] == '=' && next == '?')
		return ++excess->open > LIMIT_NESTED;
	if (rest.at[0] == '?' && next == '=' && excess->open > 0)
		excess->open--;
	if (!has_addresses)
		return false;
	if (rest.at[0] == '(')
		excess->comments++;
	if (rest.at[0] == ')' && excess->comments > 0)
		excess->comments--;
	if (rest.at[0] == '@' && excess->comments == 0)
		excess->has_at = true;
	if (rest.at[0] == ':')
		return ++excess->colons > LIMIT_NESTED;
	if (rest.at[0] != ',')
		return false;
	excess->bare += !excess->has_at;
	excess->has_at = false;
	return ++excess->commas > LIMIT_MAILBOXES || excess->bare > LIMIT_NESTED;
}

/* The octets of the field that can stay. */
static size_t tame_length(struct span field, bool has_addresses)
{
	struct excess excess = {.commas = 0};

	for (size_t i = 0; i < field.length; i++)
		if (is_too_much(&excess, span_from(field, i), has_addresses))
			return i;
	return field.length;
}

static void blank(struct buffer *copy, struct span message, struct span rest)
{
	size_t from = (size_t)(rest.at - message.at);

	if (copy->length == 0)
		buffer_add_span(copy, message);
	for (size_t i = 0; i < rest.length; i++)
		if (rest.at[i] != '\r' && rest.at[i] != '\n')
			copy->at[from + i] = ' ';
}

struct span tame(struct span message, struct buffer *copy)
{
	struct span left = message;

	while (left.length > 0) {
		int kind = field_at(left);
		size_t length = kind < 0 ? line_length(left) : field_length(left);
		struct span field = span_first(left, length);
		size_t stays = length;

		if (kind >= 0 && length > HARMLESS)
			stays = tame_length(field, fields[kind].has_addresses);
		if (stays < length)
			blank(copy, message, span_from(field, stays));
		left = span_from(left, length);
	}
	return copy->length > 0 ? buffer_span(copy) : message;
}
