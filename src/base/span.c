#include "base/span.h"

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

bool span_same_letters(struct span a, struct span b)
{
	if (a.length != b.length)
		return false;
	for (size_t i = 0; i < a.length; i++)
		if (lower(a.at[i]) != lower(b.at[i]))
			return false;
	return true;
}

bool span_is_letters(struct span s, const char *text)
{
	return span_same_letters(s, span_text(text));
}

bool span_starts_letters(struct span s, const char *prefix)
{
	return span_same_letters(span_first(s, strlen(prefix)), span_text(prefix));
}

struct span span_trim(struct span s)
{
	while (s.length > 0 && is_blank(s.at[0]))
		s = span_from(s, 1);
	while (s.length > 0 && is_blank(s.at[s.length - 1]))
		s.length--;
	return s;
}

struct span span_word(struct span *s)
{
	size_t length = 0;
	struct span word;

	while (length < s->length && !is_blank(s->at[length]))
		length++;
	word = span_first(*s, length);
	while (length < s->length && is_blank(s->at[length]))
		length++;
	*s = span_from(*s, length);
	return word;
}

bool span_number(struct span s, uint64_t *value)
{
	uint64_t sum = 0;

	if (s.length == 0)
		return false;
	for (size_t i = 0; i < s.length; i++) {
		uint8_t digit = (uint8_t)(s.at[i] - '0');

		if (digit > 9 || sum > (UINT64_MAX - digit) / 10)
			return false;
		sum = sum * 10 + digit;
	}
	*value = sum;
	return true;
}

size_t span_find(struct span s, const char *needle)
{
	const uint8_t *at = s.length > 0 ? memmem(s.at, s.length, needle, strlen(needle)) : NULL;

	return at != NULL ? (size_t)(at - s.at) : s.length;
}

size_t span_find_letters(struct span s, const char *needle)
{
	size_t length = strlen(needle);

	for (size_t i = 0; length <= s.length && i <= s.length - length; i++)
		if (span_same_letters(span_first(span_from(s, i), length), span_of(needle, length)))
			return i;
	return s.length;
}
