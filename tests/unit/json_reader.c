#include "json_reader.h"

#include "base/printable.h"

enum { DEEPEST = 64 };

struct reader {
	struct arena *arena;
	struct span rest;
	unsigned depth;
};

static struct value *read_value(struct reader *reader);

static uint8_t peek(struct reader *reader)
{
	while (reader->rest.length > 0 && memchr(" \t\r\n", reader->rest.at[0], 4) != NULL)
		reader->rest = span_from(reader->rest, 1);
	return reader->rest.length > 0 ? reader->rest.at[0] : 0;
}

static bool take(struct reader *reader, uint8_t c)
{
	if (peek(reader) != c)
		return false;
	reader->rest = span_from(reader->rest, 1);
	return true;
}

/* The octets of an escape, or 0. */
static size_t escape_length(struct span s)
{
	if (s.length < 2)
		return 0;
	if (s.at[1] != 'u')
		return strchr("\"\\/bfnrt", s.at[1]) != NULL ? 2 : 0;
	for (size_t i = 2; i < 6; i++)
		if (i >= s.length || strchr("0123456789abcdefABCDEF", s.at[i]) == NULL)
			return 0;
	return 6;
}

static bool read_string(struct reader *reader, struct span *text)
{
	struct span s;
	size_t length = 0;

	if (!take(reader, '"'))
		return false;
	s = reader->rest;
	while (length < s.length && s.at[length] != '"') {
		uint32_t character;
		size_t taken = s.at[length] == '\\' ? escape_length(span_from(s, length))
						    : utf8_take(span_from(s, length), &character);

		if (taken == 0 || s.at[length] < 0x20)
			return false;
		length += taken;
	}
	*text = span_first(s, length);
	reader->rest = span_from(s, length);
	return take(reader, '"');
}

static size_t digits(struct span s, size_t from)
{
	size_t at = from;

	while (at < s.length && s.at[at] >= '0' && s.at[at] <= '9')
		at++;
	return at - from;
}

/* RFC 8259 6:  number = [ "-" ] int [ frac ] [ exp ]; mailscope writes no exponent. */
static bool read_number(struct reader *reader, struct span *text)
{
	struct span s = reader->rest;
	size_t sign = s.length > 0 && s.at[0] == '-';
	size_t whole = digits(s, sign);
	size_t length = sign + whole;

	if (whole == 0 || (whole > 1 && s.at[sign] == '0'))
		return false;
	if (length < s.length && s.at[length] == '.') {
		size_t fraction = digits(s, length + 1);

		if (fraction == 0)
			return false;
		length += 1 + fraction;
	}
	*text = span_first(s, length);
	reader->rest = span_from(s, length);
	return true;
}

static bool read_members(struct reader *reader, struct value *value, uint8_t end)
{
	if (take(reader, end))
		return true;
	do {
		struct span name = {NULL, 0};
		struct value *member;

		if (end == '}' && (!read_string(reader, &name) || !take(reader, ':')))
			return false;
		member = read_value(reader);
		if (member == NULL)
			return false;
		member->name = name;
		value->members = arena_grow(
			reader->arena, value->members, value->count, sizeof *value->members);
		value->members[value->count++] = member;
	} while (take(reader, ','));
	return take(reader, end);
}

static bool read_word(struct reader *reader, struct value *value)
{
	static const struct {
		const char *word;
		enum value_type type;
	} words[] = {{"null", VALUE_NULL}, {"true", VALUE_BOOL}, {"false", VALUE_BOOL}};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		size_t length = strlen(words[i].word);

		if (!span_is(span_first(reader->rest, length), words[i].word))
			continue;
		value->type = words[i].type;
		value->text = span_first(reader->rest, length);
		reader->rest = span_from(reader->rest, length);
		return true;
	}
	value->type = VALUE_NUMBER;
	return read_number(reader, &value->text);
}

static bool fill_value(struct reader *reader, struct value *value)
{
	switch (peek(reader)) {
	case '"':
		value->type = VALUE_STRING;
		return read_string(reader, &value->text);
	case '{':
		value->type = VALUE_OBJECT;
		return take(reader, '{') && read_members(reader, value, '}');
	case '[':
		value->type = VALUE_ARRAY;
		return take(reader, '[') && read_members(reader, value, ']');
	default:
		return read_word(reader, value);
	}
}

static struct value *read_value(struct reader *reader)
{
	struct value *value = arena_new(reader->arena, sizeof *value);
	bool is_read;

	if (++reader->depth > DEEPEST)
		return NULL;
	is_read = fill_value(reader, value);
	reader->depth--;
	return is_read ? value : NULL;
}

struct value *json_read(struct arena *arena, struct span text)
{
	struct reader reader = {arena, text, 0};
	struct value *value = read_value(&reader);

	return value != NULL && peek(&reader) == 0 && reader.rest.length == 0 ? value : NULL;
}

const struct value *json_member(const struct value *object, const char *name)
{
	for (size_t i = 0; object != NULL && i < object->count; i++)
		if (span_is(object->members[i]->name, name))
			return object->members[i];
	return NULL;
}

static bool is_of_type(const struct value *value, struct span type)
{
	static const char *const names[] = {
		"null", "boolean", "number", "string", "array", "object"};

	if (span_is(type, "integer"))
		return value->type == VALUE_NUMBER &&
		       span_index(value->text, '.') == value->text.length;
	return span_is(type, names[value->type]);
}

static bool fits_type(const struct value *value, const struct value *type)
{
	if (type == NULL || type->type == VALUE_STRING)
		return type == NULL || is_of_type(value, type->text);
	for (size_t i = 0; i < type->count; i++)
		if (is_of_type(value, type->members[i]->text))
			return true;
	return false;
}

static bool fits_enum(const struct value *value, const struct value *list)
{
	for (size_t i = 0; list != NULL && i < list->count; i++)
		if (list->members[i]->type == value->type &&
			span_equal(list->members[i]->text, value->text))
			return true;
	return list == NULL;
}

static const struct value *misfit_member(
	const struct value *value, const struct value *schema, const struct value *root)
{
	const struct value *properties = json_member(schema, "properties");
	const struct value *required = json_member(schema, "required");

	for (size_t i = 0; required != NULL && i < required->count; i++) {
		bool is_there = false;

		for (size_t k = 0; k < value->count; k++)
			is_there |= span_equal(value->members[k]->name, required->members[i]->text);
		if (!is_there)
			return required->members[i];
	}
	for (size_t i = 0; i < value->count; i++) {
		const struct value *member = value->members[i];
		const struct value *rule = NULL;
		const struct value *misfit;

		for (size_t k = 0; properties != NULL && k < properties->count; k++)
			if (span_equal(properties->members[k]->name, member->name))
				rule = properties->members[k];
		misfit = rule != NULL ? json_misfit(member, rule, root) : member;
		if (misfit != NULL)
			return misfit;
	}
	return NULL;
}

/* "#/$defs/NAME" */
static const struct value *follow(const struct value *reference, const struct value *root)
{
	const struct value *rules = json_member(root, "$defs");

	for (size_t i = 0; rules != NULL && i < rules->count; i++)
		if (span_equal(rules->members[i]->name, span_from(reference->text, 8)))
			return rules->members[i];
	return NULL;
}

const struct value *json_misfit(
	const struct value *value, const struct value *schema, const struct value *root)
{
	const struct value *reference = json_member(schema, "$ref");
	const struct value *items = json_member(schema, "items");

	if (reference != NULL) {
		const struct value *rule = follow(reference, root);

		return rule != NULL ? json_misfit(value, rule, root) : reference;
	}
	if (!fits_type(value, json_member(schema, "type")) ||
		!fits_enum(value, json_member(schema, "enum")))
		return value;
	for (size_t i = 0; items != NULL && i < value->count; i++) {
		const struct value *misfit = json_misfit(value->members[i], items, root);

		if (misfit != NULL)
			return misfit;
	}
	return value->type == VALUE_OBJECT ? misfit_member(value, schema, root) : NULL;
}
