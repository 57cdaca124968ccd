#include "text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char *place_file = "";
static unsigned place_line;

void text_place(const char *file, unsigned line)
{
	place_file = file;
	place_line = line;
}

void text_complain(const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "builder: %s:", place_file);
	if (place_line > 0)
		fprintf(stderr, "%u:", place_line);
	fputc(' ', stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(65);
}

struct span text_take(struct span *rest, const char *what)
{
	struct span word;

	*rest = span_trim(*rest);
	word = span_word(rest);
	if (word.length == 0)
		text_complain("%s is missing", what);
	return word;
}

static bool hex_number(struct span digits, uint64_t *value)
{
	*value = 0;
	for (size_t i = 0; i < digits.length; i++) {
		int digit = hex_value(digits.at[i]);

		if (digit < 0 || i == 16)
			return false;
		*value = *value << 4 | (unsigned)digit;
	}
	return digits.length > 0;
}

uint64_t text_number(struct span word, uint64_t largest)
{
	bool is_hex = span_is(span_first(word, 2), "0x");
	uint64_t value = 0;
	bool is_good = is_hex ? hex_number(span_from(word, 2), &value) : span_number(word, &value);

	if (!is_good)
		text_complain("\"%.*s\" is no number", (int)word.length, word.at);
	if (value > largest)
		text_complain("%.*s is more than %llu", (int)word.length, word.at,
			(unsigned long long)largest);
	return value;
}

int64_t text_seconds(struct span word)
{
	size_t dot = span_index(word, '.');
	struct span decimals = span_from(word, dot + 1);
	int64_t seconds = (int64_t)text_number(span_first(word, dot), INT32_MAX);
	int64_t fraction = 0;

	if (decimals.length > 9)
		text_complain("more than nine decimals");
	if (dot < word.length)
		fraction = (int64_t)text_number(decimals, 999999999);
	for (size_t i = decimals.length; i < 9; i++)
		fraction *= 10;
	return seconds * 1000000000 + fraction;
}

int64_t text_date(struct span word)
{
	char text[32];
	char *end;
	struct tm when = {0};
	struct span rest;

	if (word.length >= sizeof text || word.length == 0)
		text_complain("a date is written 2022-11-20T17:24:09.32Z");
	memcpy(text, word.at, word.length);
	text[word.length] = '\0';
	end = strptime(text, "%Y-%m-%dT%H:%M:%S", &when);
	if (end == NULL || text[word.length - 1] != 'Z')
		text_complain("a date is written 2022-11-20T17:24:09.32Z");
	rest = span_of(end, strlen(end) - 1);
	if (rest.length == 0)
		return (int64_t)timegm(&when) * 1000000000;
	if (rest.at[0] != '.')
		text_complain("a date is written 2022-11-20T17:24:09.32Z");
	end[-1] = '0'; /* the last digit of the seconds: what is left reads "0.32" */
	return (int64_t)timegm(&when) * 1000000000 +
	       text_seconds(span_of(end - 1, rest.length + 1));
}

enum side text_side(struct span word)
{
	if (span_is(word, "C"))
		return SIDE_CLIENT;
	if (span_is(word, "S"))
		return SIDE_SERVER;
	text_complain("\"%.*s\" is neither C nor S", (int)word.length, word.at);
}

static bool parse_address(struct span text, struct packet_end *end)
{
	char copy[64];
	bool is_six = text.length > 2 && text.at[0] == '[' && text.at[text.length - 1] == ']';

	if (is_six)
		text = span_first(span_from(text, 1), text.length - 2);
	if (text.length >= sizeof copy)
		return false;
	memcpy(copy, text.at, text.length);
	copy[text.length] = '\0';
	memset(end->address, 0, sizeof end->address);
	end->family = is_six ? 6 : 4;
	return inet_pton(is_six ? AF_INET6 : AF_INET, copy, end->address) == 1;
}

void text_end(struct span word, struct packet_end *end)
{
	size_t colon = word.length;

	while (colon > 0 && word.at[colon - 1] != ':')
		colon--;
	if (colon == 0 || !parse_address(span_first(word, colon - 1), end))
		text_complain("an end is written 192.0.2.10:40000 or [2001:db8::10]:40000");
	end->port = (uint16_t)text_number(span_from(word, colon), UINT16_MAX);
}

void text_mac(struct span word, uint8_t mac[6])
{
	for (size_t i = 0; i < 6; i++) {
		uint64_t value;

		if (word.length < 2 || !hex_number(span_first(word, 2), &value) ||
			(word.length > 2 && word.at[2] != ':'))
			text_complain("an Ethernet address is written 00:00:5e:00:53:01");
		mac[i] = (uint8_t)value;
		word = span_from(word, 3);
	}
}

/* What the character behind a backslash stands for, or -1. */
static int escaped(uint8_t c)
{
	static const char from[] = "rnt\\";
	static const char to[] = "\r\n\t\\";
	const char *at = memchr(from, c, sizeof from - 1);

	return at != NULL ? to[at - from] : -1;
}

bool text_unescape(struct span text, struct buffer *out)
{
	while (text.length > 0) {
		uint64_t value = text.at[0];
		size_t taken = 1;

		if (text.at[0] == '\\') {
			if (span_is(text, "\\c"))
				return false;
			taken = text.length > 1 && text.at[1] == 'x' ? 4 : 2;
			if (text.length < taken)
				text_complain("the escape at the end of the line is cut");
			if (taken == 4 && !hex_number(span_first(span_from(text, 2), 2), &value))
				text_complain("\\x wants two hexadecimal digits");
			if (taken == 2 && escaped(text.at[1]) < 0)
				text_complain("\\%c is no escape", text.at[1]);
			if (taken == 2)
				value = (uint64_t)escaped(text.at[1]);
		}
		buffer_add_byte(out, (uint8_t)value);
		text = span_from(text, taken);
	}
	return true;
}

void text_read_file(const char *path, struct buffer *text)
{
	FILE *stream = fopen(path, "rb");
	char bytes[4096];
	size_t got;

	if (stream == NULL)
		text_complain("%s: %s", path, strerror(errno));
	while ((got = fread(bytes, 1, sizeof bytes, stream)) > 0)
		buffer_add(text, bytes, got);
	if (ferror(stream))
		text_complain("%s: %s", path, strerror(errno));
	fclose(stream);
}
