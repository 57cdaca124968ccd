#include "view/json_writer.h"

#include "base/printable.h"

#include <stdlib.h>

void json_init(struct json *json, struct buffer *out, unsigned indent)
{
	*json = (struct json){.out = out, .indent = indent};
}

static void add_line(struct json *json)
{
	buffer_add_byte(json->out, '\n');
	for (unsigned i = 0; i < json->indent + 2 * json->depth; i++)
		buffer_add_byte(json->out, ' ');
}

/* What stands before a member: comma, line or blank, name. */
static void add_name(struct json *json, const char *name)
{
	bool is_long = json->is_long[json->depth];

	if (json->has_member[json->depth])
		buffer_add_text(json->out, is_long ? "," : ", ");
	if (is_long)
		add_line(json);
	json->has_member[json->depth] = true;
	if (name == NULL)
		return;
	buffer_add_byte(json->out, '"');
	buffer_add_text(json->out, name);
	buffer_add(json->out, "\": ", 3);
}

static void open_level(struct json *json, const char *name, enum json_shape shape, char bracket)
{
	if (json->depth == JSON_DEPTH - 1)
		abort();
	add_name(json, name);
	buffer_add_byte(json->out, (uint8_t)bracket);
	json->depth++;
	json->is_long[json->depth] = shape == JSON_LONG;
	json->has_member[json->depth] = false;
}

static void close_level(struct json *json, char bracket)
{
	bool is_on_line = json->is_long[json->depth] && json->has_member[json->depth];

	json->depth--;
	if (is_on_line)
		add_line(json);
	buffer_add_byte(json->out, (uint8_t)bracket);
}

void json_object(struct json *json, const char *name, enum json_shape shape)
{
	open_level(json, name, shape, '{');
}

void json_array(struct json *json, const char *name, enum json_shape shape)
{
	open_level(json, name, shape, '[');
}

void json_object_end(struct json *json)
{
	close_level(json, '}');
}

void json_array_end(struct json *json)
{
	close_level(json, ']');
}

/* RFC 8259 7:  quotation mark, reverse solidus and the control characters must be escaped. */
static void add_escaped(struct buffer *out, uint8_t c)
{
	static const char letters[] = "btn\0fr"; /* from 8 on */
	static const char digits[] = "0123456789abcdef";

	if (c == '"' || c == '\\')
		buffer_add(out, (char[]){'\\', (char)c}, 2);
	else if (c >= 8 && c <= 13 && c != 11)
		buffer_add(out, (char[]){'\\', letters[c - 8]}, 2);
	else
		buffer_add(out, (char[]){'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]}, 6);
}

static bool is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Controls and marks that would change what a terminal shows around them. */
static bool is_unsafe(uint32_t c)
{
	return (c >= 0x80 && c < 0xa0) || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

/* A character beyond ASCII; its octets in text. */
static size_t add_wide(struct buffer *out, struct span text)
{
	uint32_t character = 0;
	size_t length = utf8_take(text, &character);

	if (length == 0) {
		buffer_add_text(out, "\xef\xbf\xbd");
		return 1;
	}
	if (is_unsafe(character))
		buffer_printf(out, "\\u%04x", character);
	else
		buffer_add(out, text.at, length);
	return length;
}

static void add_string(struct buffer *out, struct span text)
{
	while (text.length > 0) {
		size_t length = 0;

		while (length < text.length && is_plain(text.at[length]))
			length++;
		if (length > 0) {
			buffer_add(out, text.at, length);
		} else if (text.at[0] >= 0x80) {
			length = add_wide(out, text);
		} else {
			add_escaped(out, text.at[0]);
			length = 1;
		}
		text = span_from(text, length);
	}
}

void json_span(struct json *json, const char *name, struct span text)
{
	add_name(json, name);
	buffer_add_byte(json->out, '"');
	add_string(json->out, text);
	buffer_add_byte(json->out, '"');
}

void json_text(struct json *json, const char *name, const char *text)
{
	json_span(json, name, span_text(text));
}

void json_number(struct json *json, const char *name, uint64_t value)
{
	add_name(json, name);
	buffer_add_number(json->out, value);
}

void json_integer(struct json *json, const char *name, int64_t value)
{
	add_name(json, name);
	if (value < 0)
		buffer_add_byte(json->out, '-');
	buffer_add_number(json->out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void json_seconds(struct json *json, const char *name, int64_t nanoseconds)
{
	add_name(json, name);
	buffer_add_seconds(json->out, nanoseconds);
}

void json_bool(struct json *json, const char *name, bool value)
{
	add_name(json, name);
	buffer_add_text(json->out, value ? "true" : "false");
}

void json_null(struct json *json, const char *name)
{
	add_name(json, name);
	buffer_add_text(json->out, "null");
}
