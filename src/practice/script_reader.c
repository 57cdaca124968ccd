#include "practice/script_reader.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/printable.h"

#include <stdarg.h>
#include <stdio.h>

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

struct span script_word(struct script_reader *reader)
{
	struct span rest;

	while (reader->at < reader->line.length && is_blank(reader->line.at[reader->at]))
		reader->at++;
	reader->word = reader->at;
	rest = span_from(reader->line, reader->at);
	for (size_t i = 0; i <= rest.length; i++)
		if (i == rest.length || is_blank(rest.at[i])) {
			reader->at += i;
			return span_first(rest, i);
		}
	return rest;
}

struct span script_peek(struct script_reader *reader)
{
	size_t at = reader->at;
	struct span word = script_word(reader);

	reader->at = at;
	return word;
}

bool script_wrong(struct script_reader *reader, const char *format, ...)
{
	char text[400];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, language_text(format), arguments);
	va_end(arguments);
	buffer_clear(reader->complaint);
	printable_add(reader->complaint, span_text(text));
	return false;
}

bool script_number(struct script_reader *reader, uint64_t least, uint64_t most, uint64_t *value)
{
	struct span word = script_word(reader);

	if (span_number(word, value) && *value >= least && *value <= most)
		return true;
	return script_wrong(reader, "a number from %llu to %llu must stand here",
		(unsigned long long)least, (unsigned long long)most);
}

bool script_duration(struct script_reader *reader, uint64_t *milliseconds)
{
	static const struct {
		const char *unit;
		uint64_t milliseconds;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"", 1000}};
	struct span word = script_word(reader);
	size_t digits = 0;
	uint64_t value;

	while (digits < word.length && word.at[digits] >= '0' && word.at[digits] <= '9')
		digits++;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (!span_is(span_from(word, digits), units[i].unit))
			continue;
		if (!span_number(span_first(word, digits), &value) ||
			value > LIMIT_PRACTICE_DELAY / units[i].milliseconds)
			break;
		*milliseconds = value * units[i].milliseconds;
		return true;
	}
	return script_wrong(reader, "a time of at most an hour must stand here: 500ms, 3s, 2m");
}

/* The octet behind a backslash at text[i]; how long it is in the script, 0: no such. */
static size_t escape(struct span text, size_t i, uint8_t *octet)
{
	static const char letters[] = "rnt\\", octets[] = "\r\n\t\\";
	const char *at = i + 1 < text.length && text.at[i + 1] != '\0'
				 ? strchr(letters, text.at[i + 1])
				 : NULL;

	if (at != NULL) {
		*octet = (uint8_t)octets[at - letters];
		return 2;
	}
	if (i + 3 >= text.length || text.at[i + 1] != 'x' || hex_value(text.at[i + 2]) < 0 ||
		hex_value(text.at[i + 3]) < 0)
		return 0;
	*octet = (uint8_t)(hex_value(text.at[i + 2]) * 16 + hex_value(text.at[i + 3]));
	return 4;
}

bool script_text(struct script_reader *reader)
{
	struct span text = span_trim(span_from(reader->line, reader->at));
	struct buffer out;
	bool is_good = true;

	(void)script_peek(reader);
	if (text.length == 0)
		return script_wrong(reader, "a text must stand here");
	buffer_init(&out, 0);
	for (size_t i = 0; i < text.length && is_good;) {
		size_t length = 1;
		uint8_t octet = text.at[i];

		if (octet == '\\' && (length = escape(text, i, &octet)) == 0) {
			reader->word += i;
			is_good = script_wrong(reader, "\\ stands before r, n, t, \\ or xHH");
			break;
		}
		buffer_add_byte(&out, octet);
		i += length;
	}
	reader->rule->text = arena_copy(reader->arena, buffer_span(&out));
	reader->at = reader->line.length;
	buffer_fini(&out);
	return is_good;
}
