#include "mail/header.h"

#include "base/base64.h"
#include "base/limits.h"

#include <iconv.h>

enum { WORD_LIMIT = 1024, CHARSET_LIMIT = 64 }; /* of one encoded word; RFC 2047 2 allows 75 */

/* The length of the line at the front, its end included. */
static size_t line_length(struct span s)
{
	size_t end = span_index(s, '\n');

	return end < s.length ? end + 1 : s.length;
}

static bool is_continued(struct span s)
{
	return s.length > 0 && (s.at[0] == ' ' || s.at[0] == '\t');
}

bool header_take(struct span *header, struct span *name, struct span *value)
{
	size_t colon = span_index(span_first(*header, line_length(*header)), ':');
	size_t length = line_length(*header);

	if (length == 0 || colon == 0 || colon >= length)
		return false;
	while (is_continued(span_from(*header, length)))
		length += line_length(span_from(*header, length));
	*name = span_trim(span_first(*header, colon));
	*value = span_from(span_first(*header, length), colon + 1);
	*header = span_from(*header, length);
	while (value->length > 0 &&
		(value->at[value->length - 1] == '\n' || value->at[value->length - 1] == '\r'))
		value->length--;
	*value = span_trim(*value);
	return true;
}

/* Where in the header the next octet stands. */
enum header_place { AT_LINE, IN_NAME, IN_VALUE, BEHIND_HEADER };

void header_scan_init(struct header_scan *scan)
{
	*scan = (struct header_scan){.state = AT_LINE};
	buffer_init(&scan->fields, LIMIT_FIELDS);
}

void header_scan_fini(struct header_scan *scan)
{
	buffer_fini(&scan->fields);
}

void header_scan_clear(struct header_scan *scan)
{
	buffer_clear(&scan->fields);
	scan->state = AT_LINE;
	scan->is_picked = false;
}

/* A name ends at its colon; a line without one ends the header. */
static size_t scan_name(struct header_scan *scan, struct span text)
{
	size_t used = 0;
	struct span name;

	while (used < text.length && text.at[used] != ':' && text.at[used] != '\n') {
		if (scan->name_length < sizeof scan->name)
			scan->name[scan->name_length++] = text.at[used];
		used++;
	}
	if (used == text.length)
		return used;
	if (text.at[used] == '\n' || scan->name_length == 0) {
		scan->state = BEHIND_HEADER;
		return used;
	}
	scan->state = IN_VALUE;
	name = span_trim(span_of(scan->name, scan->name_length));
	scan->is_picked = scan->name_length < sizeof scan->name &&
			  (span_is_letters(name, "From") || span_is_letters(name, "Subject"));
	if (scan->is_picked)
		buffer_add_span(&scan->fields, name);
	return used;
}

/* The rest of a line, from the colon on. */
static size_t scan_value(struct header_scan *scan, struct span text)
{
	size_t used = line_length(text);

	if (scan->is_picked && !buffer_add(&scan->fields, text.at, used))
		scan->state = BEHIND_HEADER;
	else if (text.at[used - 1] == '\n')
		scan->state = AT_LINE;
	return used;
}

void header_scan_add(struct header_scan *scan, struct span text)
{
	while (text.length > 0 && scan->state != BEHIND_HEADER) {
		if (scan->state == AT_LINE) {
			scan->state = is_continued(text) ? IN_VALUE : IN_NAME;
			scan->name_length = 0;
		}
		text = span_from(text,
			scan->state == IN_NAME ? scan_name(scan, text) : scan_value(scan, text));
	}
}

/* RFC 2047 4.2 */
static bool decode_q(struct span text, struct buffer *out)
{
	for (size_t i = 0; i < text.length; i++) {
		uint8_t c = text.at[i];

		if (c == '=') {
			int high = i + 2 < text.length ? hex_value(text.at[i + 1]) : -1;
			int low = i + 2 < text.length ? hex_value(text.at[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			c = (uint8_t)(high << 4 | low);
			i += 2;
		} else if (c == '_') {
			c = ' ';
		}
		buffer_add_byte(out, c);
	}
	return true;
}

static bool to_utf8(struct span charset, struct span text, struct buffer *out)
{
	char name[CHARSET_LIMIT] = {0};
	char converted[WORD_LIMIT * 4];
	char *to = converted, *from = (char *)(uintptr_t)text.at;
	size_t to_left = sizeof converted, from_left = text.length;
	iconv_t converter;
	bool is_whole;

	charset = span_first(charset, span_index(charset, '*')); /* RFC 2231 5: then a language */
	if (charset.length == 0)                                 /* iconv would take the locale's */
		return false;
	memcpy(name, charset.at, charset.length);
	converter = iconv_open("UTF-8", name);
	if (converter == (iconv_t)-1)
		return false;
	is_whole = iconv(converter, &from, &from_left, &to, &to_left) != (size_t)-1 &&
		   iconv(converter, NULL, NULL, &to, &to_left) != (size_t)-1;
	iconv_close(converter);
	return is_whole && buffer_add(out, converted, sizeof converted - to_left);
}

/* encoded-word = "=?" charset "?" encoding "?" encoded-text "?=" (RFC 2047 2). Its length, 0 if
 * there is none. */
static size_t decode_word(struct span s, struct buffer *out)
{
	struct span rest = span_from(s, 2), text;
	size_t charset, length;
	struct buffer octets;
	bool is_decoded;

	if (s.length < 8 || s.at[0] != '=' || s.at[1] != '?')
		return 0;
	charset = span_index(span_first(rest, CHARSET_LIMIT), '?');
	text = span_from(rest, charset + 3);
	length = span_find(span_first(text, WORD_LIMIT), "?=");
	if (charset >= CHARSET_LIMIT || charset + 3 >= rest.length || rest.at[charset + 2] != '?' ||
		length >= text.length || length >= WORD_LIMIT)
		return 0;
	buffer_init(&octets, WORD_LIMIT);
	text.length = length;
	is_decoded = (rest.at[charset + 1] | 0x20) == 'b'   ? base64_decode(text, &octets)
		     : (rest.at[charset + 1] | 0x20) == 'q' ? decode_q(text, &octets)
							    : false;
	is_decoded = is_decoded && to_utf8(span_first(rest, charset), buffer_span(&octets), out);
	buffer_fini(&octets);
	return is_decoded ? 2 + charset + 3 + length + 2 : 0;
}

/* Blanks between two encoded words are not shown (RFC 2047 6.2). */
static size_t blanks_before_word(struct span s)
{
	size_t blanks = 0;

	while (blanks < s.length && (s.at[blanks] == ' ' || s.at[blanks] == '\t' ||
					    s.at[blanks] == '\r' || s.at[blanks] == '\n'))
		blanks++;
	return blanks + 1 < s.length && s.at[blanks] == '=' && s.at[blanks + 1] == '?' ? blanks : 0;
}

/* Encoded words that follow each other; their length, 0 if there is none. */
static size_t decode_words(struct span s, struct buffer *out)
{
	size_t used = decode_word(s, out);
	size_t more = used;

	while (more > 0) {
		size_t blanks = blanks_before_word(span_from(s, used));

		more = decode_word(span_from(s, used + blanks), out);
		used += more > 0 ? blanks + more : 0;
	}
	return used;
}

/* The octets up to the next one that may mean something: an encoded word's beginning, a line end.
 */
static size_t plain_length(struct span value)
{
	size_t length = 0;

	while (length < value.length && value.at[length] != '=' && value.at[length] != '\r' &&
		value.at[length] != '\n')
		length++;
	return length;
}

void header_decode(struct span value, struct buffer *out)
{
	while (value.length > 0) {
		size_t plain = plain_length(value);
		size_t word;

		buffer_add_span(out, span_first(value, plain));
		value = span_from(value, plain);
		word = decode_words(value, out);
		if (word > 0) {
			value = span_from(value, word);
			continue;
		}
		/* RFC 5322 2.2.3: unfolding removes the line end. */
		if (value.length > 0 && value.at[0] == '=')
			buffer_add_byte(out, '=');
		value = span_from(value, 1);
	}
}
