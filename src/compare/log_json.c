#include "compare/log_reader.h"

#include "base/base64.h"
#include "base/limits.h"
#include "base/printable.h"

/* session.jsonl has an object a line (RFC 8259), flat, in the order of the session:
 * {"time": "2022-11-21T00:24:09.123456789Z", "monotonic": 12.5, "line": 3, "direction": "client",
 *  "offset": 0, "length": 16, "text": "EHLO localhost", "end": "crlf", "withheld": false}
 * line is that of session.log: people are told that one.
 * A text that is no UTF-8 stands in "base64" instead; of a long one, its first LIMIT_LINE octets.
 * Many lines of a message may stand in one object, line by line in "texts": offset and length are
 * those of all, line is that of the first.
 * Fields that are not known are passed over. */
struct object {
	struct buffer text;
	bool has_side, has_offset, has_length, is_withheld;
	bool has_texts; /* text is of several lines, LF behind each */
	enum side side;
	uint64_t offset, length, number; /* number: 0, not known */
	enum log_end end;
	int64_t time;
	bool has_time;
};

static void skip_blanks(struct span *rest)
{
	while (rest->length > 0 && (rest->at[0] == ' ' || rest->at[0] == '\t'))
		*rest = span_from(*rest, 1);
}

static bool take(struct span *rest, char c)
{
	skip_blanks(rest);
	if (rest->length == 0 || rest->at[0] != (uint8_t)c)
		return false;
	*rest = span_from(*rest, 1);
	return true;
}

/* The four digits behind \u; -1 when there are none. */
static int32_t take_unit(struct span *rest)
{
	int32_t value = 0;

	if (rest->length < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		if (hex_value(rest->at[i]) < 0)
			return -1;
		value = value * 16 + hex_value(rest->at[i]);
	}
	*rest = span_from(*rest, 4);
	return value;
}

/* What comes behind a backslash (RFC 8259 7). */
static bool take_escape(struct span *rest, struct buffer *out)
{
	static const char plain[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	uint8_t c;
	int32_t unit, low;

	if (rest->length == 0)
		return false;
	c = rest->at[0];
	*rest = span_from(*rest, 1);
	for (size_t i = 0; i + 1 < sizeof plain; i += 2)
		if (c == (uint8_t)plain[i])
			return buffer_add_byte(out, (uint8_t)plain[i + 1]);
	unit = c == 'u' ? take_unit(rest) : -1;
	if (unit >= 0xd800 && unit < 0xdc00 && span_equal(span_first(*rest, 2), span_text("\\u"))) {
		*rest = span_from(*rest, 2);
		low = take_unit(rest);
		unit = low >= 0xdc00 && low < 0xe000
			       ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
			       : -1;
	}
	if (unit < 0)
		return false;
	utf8_add(out, (uint32_t)unit);
	return true;
}

/* A string off the front, decoded. */
static bool take_string(struct span *rest, struct buffer *out)
{
	buffer_clear(out);
	if (!take(rest, '"'))
		return false;
	while (rest->length > 0 && rest->at[0] != '"') {
		uint8_t c = rest->at[0];

		*rest = span_from(*rest, 1);
		if (c == '\\' && !take_escape(rest, out))
			return false;
		if (c != '\\')
			buffer_add_byte(out, c);
	}
	return take(rest, '"');
}

/* A number, true, false or null off the front. */
static struct span take_plain(struct span *rest)
{
	struct span word;
	size_t length = 0;

	skip_blanks(rest);
	while (length < rest->length && rest->at[length] != ',' && rest->at[length] != '}')
		length++;
	word = span_trim(span_first(*rest, length));
	*rest = span_from(*rest, length);
	return word;
}

/* A string that is not what its name says is none of ours: false. */
static bool set_text(struct object *object, struct span name, struct span value)
{
	if (span_is(name, "text")) {
		buffer_clear(&object->text);
		buffer_add_span(&object->text, value);
	} else if (span_is(name, "base64")) {
		buffer_clear(&object->text);
		return base64_decode(value, &object->text);
	} else if (span_is(name, "direction")) {
		object->has_side = span_is(value, "client") || span_is(value, "server");
		object->side = span_is(value, "server") ? SIDE_SERVER : SIDE_CLIENT;
	} else if (span_is(name, "end")) {
		object->end = span_is(value, "crlf") ? LOG_END_CRLF
			      : span_is(value, "lf") ? LOG_END_LF
						     : LOG_END_NONE;
	} else if (span_is(name, "time")) {
		object->has_time = log_take_time(&value, &object->time);
	}
	return true;
}

static void set_plain(struct object *object, struct span name, struct span value)
{
	if (span_is(name, "offset"))
		object->has_offset = span_number(value, &object->offset);
	else if (span_is(name, "length"))
		object->has_length = span_number(value, &object->length);
	else if (span_is(name, "line") && !span_number(value, &object->number))
		object->number = 0;
	else if (span_is(name, "withheld"))
		object->is_withheld = span_is(value, "true");
}

/* array = "[" [ string *( "," string ) ] "]" */
static bool take_texts(struct object *object, struct span *rest, struct buffer *scratch)
{
	object->has_texts = take(rest, '[');
	buffer_clear(&object->text);
	if (!object->has_texts || take(rest, ']'))
		return object->has_texts;
	do {
		if (!take_string(rest, scratch))
			return false;
		buffer_add_span(&object->text, buffer_span(scratch));
		buffer_add_byte(&object->text, '\n');
	} while (take(rest, ','));
	return take(rest, ']');
}

static bool take_member(struct object *object, struct span *rest, struct buffer *scratch)
{
	struct buffer name;
	bool is_good;

	buffer_init(&name, LIMIT_LINE);
	is_good = take_string(rest, &name) && take(rest, ':');
	skip_blanks(rest);
	if (is_good && rest->length > 0 && rest->at[0] == '"') {
		is_good = take_string(rest, scratch) &&
			  set_text(object, buffer_span(&name), buffer_span(scratch));
	} else if (is_good && span_is(buffer_span(&name), "texts")) {
		is_good = take_texts(object, rest, scratch);
	} else if (is_good) {
		struct span value = take_plain(rest);

		is_good = value.length > 0;
		set_plain(object, buffer_span(&name), value);
	}
	buffer_fini(&name);
	return is_good;
}

static bool read_object(struct object *object, struct span line)
{
	struct buffer scratch;
	bool is_good = take(&line, '{');

	buffer_init(&scratch, LIMIT_LINE / 3 * 4 + 4); /* in base64 */
	while (is_good && !take(&line, '}')) {
		is_good = take_member(object, &line, &scratch);
		if (is_good && !take(&line, ',')) {
			is_good = take(&line, '}');
			break;
		}
	}
	buffer_fini(&scratch);
	return is_good;
}

static void add_line(
	struct log_reader *reader, const struct object *object, struct span text, uint64_t index)
{
	struct log_line *line = log_add(reader, object->side, text);

	if (object->is_withheld) {
		line->kind = LOG_WITHHELD;
		line->text = span_of(NULL, 0);
	}
	if (object->number > 0 && object->number + index <= UINT32_MAX)
		line->number = (uint32_t)(object->number + index);
	line->end = object->end;
	line->has_offset = object->has_offset && object->has_length;
}

/* Each ends in CRLF; where the object's length says otherwise, none of them has a place. */
static void add_lines(struct log_reader *reader, const struct object *object)
{
	struct span rest = buffer_span(&object->text);
	size_t first = reader->log->count;
	uint64_t offset = object->offset;

	for (uint64_t i = 0; rest.length > 0; i++) {
		struct span text = span_first(rest, span_index(rest, '\n'));
		struct log_line *line;

		add_line(reader, object, text, i);
		line = &reader->log->lines[reader->log->count - 1];
		line->offset = offset;
		line->octets = text.length + 2;
		offset += line->octets;
		rest = span_from(rest, text.length + 1);
	}
	if (object->end == LOG_END_CRLF && offset - object->offset == object->length)
		return;
	for (size_t i = first; i < reader->log->count; i++)
		reader->log->lines[i].has_offset = false;
}

/* What says nothing on the wire (a note of the client) has no direction. */
static void add_object(struct log_reader *reader, const struct object *object)
{
	struct log_line *line;

	if (!object->has_side)
		return;
	reader->time = object->time;
	reader->has_time = object->has_time;
	if (object->has_texts) {
		add_lines(reader, object);
		return;
	}
	add_line(reader, object, buffer_span(&object->text), 0);
	line = &reader->log->lines[reader->log->count - 1];
	line->offset = object->offset;
	line->octets = object->length;
}

bool log_json_is(struct span line)
{
	return take(&line, '{') && (span_find(line, "\"direction\"") < line.length ||
					   span_find(line, "\"monotonic\"") < line.length);
}

void log_json_read(struct log_reader *reader, struct span line)
{
	struct object object = {.has_side = false};

	buffer_init(&object.text, LIMIT_LINE);
	if (read_object(&object, line))
		add_object(reader, &object);
	buffer_fini(&object.text);
}
