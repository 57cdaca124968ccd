#include "view/text.h"

#include "base/address.h"
#include "base/digits.h"
#include "base/language.h"
#include "base/printable.h"

#include <time.h>

enum { NARROWEST = 24 }; /* columns below which folding would only hurt */

static const int64_t SECOND = 1000000000;

void text_capture(struct buffer *out, const struct view_options *options)
{
	if (options->capture.length == 0)
		return;
	buffer_add_span(out, options->capture);
	buffer_add_byte(out, '\t');
}

void text_capture_heading(struct buffer *out, const struct view_options *options)
{
	if (options->capture.length > 0)
		buffer_add_text(out, "capture\t");
}

void text_colour(struct buffer *out, const struct view_options *options, enum text_colour colour)
{
	static const char *const codes[] = {
		[COLOUR_CLIENT] = "\x1b[36m",
		[COLOUR_SERVER] = "\x1b[32m",
		[COLOUR_DIM] = "\x1b[2m",
		[COLOUR_STRONG] = "\x1b[1m",
		[COLOUR_GOOD] = "\x1b[32m",
		[COLOUR_WARNING] = "\x1b[33m",
		[COLOUR_ERROR] = "\x1b[31m",
	};

	if (options->has_colour)
		buffer_add_text(out, codes[colour]);
}

void text_plain(struct buffer *out, const struct view_options *options)
{
	if (options->has_colour)
		buffer_add_text(out, "\x1b[0m");
}

void text_blanks(struct buffer *out, size_t count)
{
	static const char blanks[] = "                                ";

	while (count > 0) {
		size_t length = count < sizeof blanks - 1 ? count : sizeof blanks - 1;

		buffer_add(out, blanks, length);
		count -= length;
	}
}

/* The columns of what stands since start: counts the octets that begin a character, which is
 * exact for the texts that mailscope makes itself. */
static size_t columns_since(const struct buffer *out, size_t start)
{
	size_t columns = 0;

	for (size_t i = start; i < out->length; i++)
		columns += (out->at[i] & 0xc0) != 0x80;
	return columns;
}

void text_left(struct buffer *out, size_t start, size_t width)
{
	size_t columns = columns_since(out, start);

	if (columns < width)
		text_blanks(out, width - columns);
}

void text_right(struct buffer *out, size_t start, size_t width)
{
	size_t columns = columns_since(out, start);
	size_t length = out->length - start;
	size_t missing = columns < width ? width - columns : 0;

	if (missing == 0)
		return;
	text_blanks(out, missing);
	memmove(out->at + start + missing, out->at + start, length);
	memset(out->at + start, ' ', missing);
}

void text_number(struct buffer *out, uint64_t value)
{
	uint8_t digits[27];
	size_t first = sizeof digits;
	unsigned count = 0;

	do {
		if (count > 0 && count % 3 == 0)
			digits[--first] = ',';
		digits[--first] = (uint8_t)('0' + value % 10);
		value /= 10;
		count++;
	} while (value > 0);
	buffer_add(out, digits + first, sizeof digits - first);
}

void text_count(struct buffer *out, uint64_t count, const char *one, const char *many)
{
	text_number(out, count);
	buffer_add_byte(out, ' ');
	buffer_add_text(out, language_count(one, many, count));
}

size_t text_widest(const char *const *texts)
{
	size_t widest = 0;

	for (; *texts != NULL; texts++) {
		size_t width = printable_width(span_text(_(*texts)));

		widest = width > widest ? width : widest;
	}
	return widest;
}

void text_severity(struct buffer *out, enum severity severity, uint64_t count)
{
	switch (severity) {
	case SEVERITY_NOTE:
		text_count(out, count, "note", "notes");
		break;
	case SEVERITY_WARNING:
		text_count(out, count, "warning", "warnings");
		break;
	case SEVERITY_ERROR:
		text_count(out, count, "error", "errors");
		break;
	}
}

void text_seconds(struct buffer *out, int64_t nanoseconds, unsigned decimals)
{
	size_t before = out->length;

	buffer_add_seconds(out, nanoseconds);
	if (out->length - before > 9 - decimals)
		out->length -= 9 - decimals;
}

static void add_fraction(struct buffer *out, uint32_t nanoseconds, unsigned decimals)
{
	uint8_t digits[9];

	for (size_t i = sizeof digits; i > 0; i--) {
		digits[i - 1] = (uint8_t)('0' + nanoseconds % 10);
		nanoseconds /= 10;
	}
	if (decimals == 0)
		return;
	buffer_add_byte(out, '.');
	buffer_add(out, digits, decimals < sizeof digits ? decimals : sizeof digits);
}

void text_time(struct buffer *out, int64_t time, char divider, unsigned decimals)
{
	int64_t fraction = time % SECOND;
	time_t seconds;
	struct tm parts;
	char text[32];

	if (fraction < 0)
		fraction += SECOND;
	seconds = (time_t)((time - fraction) / SECOND);
	if (gmtime_r(&seconds, &parts) == NULL)
		return;
	buffer_add(out, text, strftime(text, sizeof text, "%Y-%m-%d", &parts));
	buffer_add_byte(out, (uint8_t)divider);
	buffer_add(out, text, strftime(text, sizeof text, "%H:%M:%S", &parts));
	add_fraction(out, (uint32_t)fraction, decimals);
}

void text_hex(struct buffer *out, struct span bytes)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes.length; i++) {
		buffer_add_byte(out, (uint8_t)digits[bytes.at[i] >> 4]);
		buffer_add_byte(out, (uint8_t)digits[bytes.at[i] & 15]);
	}
}

void text_address(struct buffer *out, const struct endpoint *endpoint)
{
	endpoint_add_address(out, endpoint);
}

void text_endpoint(struct buffer *out, const struct endpoint *endpoint)
{
	enum { PORT = 8 }; /* octets copied: what is too much is written over */
	uint8_t digits[DIGITS_MOST + PORT], *end = digits + DIGITS_MOST;
	uint8_t *port = digits_before(end, endpoint->port);
	char *text;

	if (!buffer_has_room(out, ADDRESS_TEXT + 3 + PORT))
		return;
	text = (char *)out->at + out->length;
	if (endpoint->family == 6)
		*text++ = '[';
	text += address_text(text, endpoint->family, endpoint->address);
	if (endpoint->family == 6)
		*text++ = ']';
	*text++ = ':';
	memcpy(text, port, PORT);
	out->length = (size_t)(text - (char *)out->at) + (size_t)(end - port);
}

void text_endpoints(struct buffer *out, const struct session *session)
{
	text_endpoint(out, &session->client);
	buffer_add_text(out, " → ");
	text_endpoint(out, &session->server);
}

void text_session(
	struct buffer *out, const struct session *session, const struct view_options *options)
{
	text_colour(out, options, COLOUR_STRONG);
	buffer_add_text(out, _("Session "));
	buffer_add_number(out, session->number);
	buffer_add_text(out, ": ");
	buffer_add_text(out, protocol_name(session->protocol));
	buffer_add_byte(out, ' ');
	buffer_add_text(out, _(transport_name(session->transport)));
	buffer_add_text(out, ", ");
	text_endpoints(out, session);
	text_plain(out, options);
}

/* The octets of text that fit into columns; all of it, or up to a blank where there is one in the
 * second half. "[RFC 5321 4.1.1]" is not torn apart. */
static size_t fold_at(struct span text, size_t columns)
{
	size_t length = 0;
	size_t used = 0;
	size_t blank = 0;
	bool is_bracketed = false;

	while (length < text.length) {
		uint32_t character = '?';
		size_t taken = utf8_take(span_from(text, length), &character);
		size_t octets = taken > 0 ? taken : 1;

		used += printable_width(span_first(span_from(text, length), octets));
		if (used > columns)
			return blank > columns / 2 ? blank : length > 0 ? length : octets;
		if (character == '[' || character == ']')
			is_bracketed = character == '[';
		if (character == ' ' && !is_bracketed)
			blank = length;
		length += octets;
	}
	return length;
}

void text_folded(struct buffer *out, struct span text, size_t indent, size_t width)
{
	if (width < indent + NARROWEST) {
		buffer_add_span(out, text);
		return;
	}
	for (;;) {
		size_t length = fold_at(text, width - indent);

		buffer_add_span(out, span_first(text, length));
		text = span_from(text, length);
		if (text.length == 0)
			return;
		while (text.length > 0 && text.at[0] == ' ')
			text = span_from(text, 1);
		while (out->length > 0 && out->at[out->length - 1] == ' ')
			out->length--;
		buffer_add_byte(out, '\n');
		text_blanks(out, indent);
	}
}

enum { TAB = 8 };

/* A line with its tabs as blanks: nothing is aligned by "\t" written out. */
static void add_untabbed(struct buffer *out, struct span line)
{
	size_t start = out->length;

	while (line.length > 0) {
		size_t length = span_index(line, '\t');

		printable_add(out, span_first(line, length));
		if (length < line.length) {
			size_t used = printable_width(span_from(buffer_span(out), start));

			text_blanks(out, TAB - used % TAB);
			length++;
		}
		line = span_from(line, length);
	}
}

void text_block(struct buffer *out, struct span text, size_t indent, size_t width)
{
	struct buffer line;

	buffer_init(&line, 0);
	while (text.length > 0) {
		size_t length = span_index(text, '\n');
		struct span raw = span_first(text, length);

		if (raw.length > 0 && raw.at[raw.length - 1] == '\r')
			raw.length--;
		buffer_clear(&line);
		add_untabbed(&line, raw);
		text_blanks(out, indent);
		buffer_add_text(out, line.length > 0 ? "│ " : "│");
		text_folded(out, buffer_span(&line), indent + 2, width);
		buffer_add_byte(out, '\n');
		text = span_from(text, length + 1);
	}
	buffer_fini(&line);
}

/* Where the attribute at the front ends: at ", " or " + " without a backslash before it. */
static struct span attribute(struct span name)
{
	size_t length = 0;

	while (length < name.length) {
		struct span rest = span_from(name, length);

		if (span_starts_letters(rest, ", ") || span_starts_letters(rest, " + "))
			break;
		length += rest.at[0] == '\\' && rest.length > 1 ? 2 : 1;
	}
	return span_first(name, length);
}

void text_common_name(struct buffer *out, const char *name)
{
	struct span rest = span_text(name), common = rest;

	while (rest.length > 0) {
		struct span one = attribute(rest);

		if (span_starts_letters(one, "CN=")) {
			common = span_from(one, strlen("CN="));
			break;
		}
		rest = span_from(rest,
			one.length +
				(span_starts_letters(span_from(rest, one.length), ", ") ? 2 : 3));
	}
	for (size_t i = 0; i < common.length; i++) {
		i += common.at[i] == '\\' && i + 1 < common.length;
		buffer_add_byte(out, common.at[i]);
	}
}

enum { EXPLANATION_WIDTH = 100 }; /* when there is no terminal */

void text_explanation(struct buffer *out, struct span sentences, size_t indent,
	const struct view_options *options)
{
	size_t width = options->width > 0 ? (size_t)options->width : EXPLANATION_WIDTH;

	text_colour(out, options, COLOUR_DIM);
	while (sentences.length > 0) {
		size_t length = span_index(sentences, '\n');

		text_blanks(out, indent);
		buffer_add_text(out, "↳ ");
		text_folded(out, span_first(sentences, length), indent + 2, width);
		buffer_add_byte(out, '\n');
		sentences = span_from(sentences, length + 1);
	}
	text_plain(out, options);
}
