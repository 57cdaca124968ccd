#include "message/boundary.h"

static const char PARAMETER[] = "boundary";

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span skip_space(struct span s)
{
	while (s.length > 0 && is_space(s.at[0]))
		s = span_from(s, 1);
	return s;
}

static struct span drop_space(struct span s)
{
	while (s.length > 0 && is_space(s.at[s.length - 1]))
		s.length--;
	return s;
}

static void add(struct boundaries *boundaries, struct span value)
{
	for (size_t i = 0; i < boundaries->count; i++)
		if (span_equal(boundaries->values[i], value))
			return;
	if (boundaries->count < BOUNDARIES)
		boundaries->values[boundaries->count++] = value;
	else
		boundaries->is_any = true;
}

/* Of a value that readers agree on: a token (RFC 2045 5.1), or what stands between quotes as it is.
 */
static bool is_plain(uint8_t c, bool is_quoted)
{
	static const char specials[] = "()<>@,;:\\\"/[]?=";

	if (c <= (is_quoted ? ' ' - 1 : ' ') || c > '~')
		return false;
	return is_quoted ? c != '\\' : strchr(specials, c) == NULL;
}

/* The value behind "=", which is not empty; false when it takes more than this to tell it: escapes,
 * encoded words, folds. */
static bool take_value(struct span s, struct span *value)
{
	bool is_quoted = s.at[0] == '"';
	size_t length = 0;

	if (is_quoted)
		s = span_from(s, 1);
	while (length < s.length &&
		(is_quoted ? s.at[length] != '"' : s.at[length] != ';' && !is_space(s.at[length])))
		length++;
	*value = span_first(s, length);
	for (size_t i = 0; i < length; i++)
		if (!is_plain(value->at[i], is_quoted))
			return false;
	return length > 0 && value->at[0] != ' ' && value->at[length - 1] != ' ' &&
	       span_find(*value, "=?") == length;
}

void boundaries_add(struct boundaries *boundaries, struct span field)
{
	size_t at;

	while (!boundaries->is_any && (at = span_find_letters(field, PARAMETER)) < field.length) {
		struct span value;

		field = skip_space(span_from(field, at + strlen(PARAMETER)));
		if (field.length == 0 ||
			(field.at[0] != '=' && field.at[0] != '*' && field.at[0] != '('))
			continue; /* a word in another place */
		value = skip_space(span_from(field, 1));
		if (field.at[0] != '=' || value.length == 0 || !take_value(value, &value))
			boundaries->is_any = true;
		else
			add(boundaries, value);
	}
}

/* Behind the last part stands "--" once more. */
static bool is_end(struct span behind)
{
	return span_is(drop_space(behind), "--");
}

bool boundaries_has(const struct boundaries *boundaries, struct span line)
{
	if (line.length < 2 || line.at[0] != '-' || line.at[1] != '-')
		return false;
	if (boundaries->is_any)
		return true;
	line = span_from(line, 2);
	for (size_t i = 0; i < boundaries->count; i++) {
		struct span value = boundaries->values[i];

		if (span_equal(span_first(line, value.length), value) &&
			!is_end(span_from(line, value.length)))
			return true;
	}
	return false;
}
