/* tests/unit/json_reader.h: a small strict JSON reader, and a checker for the part of JSON Schema
 * that docs/session.schema.json uses. */
#ifndef TESTS_UNIT_JSON_READER_H
#define TESTS_UNIT_JSON_READER_H

#include "base/arena.h"

enum value_type { VALUE_NULL, VALUE_BOOL, VALUE_NUMBER, VALUE_STRING, VALUE_ARRAY, VALUE_OBJECT };

struct value {
	enum value_type type;
	struct span
		text; /* strings: between the quotation marks, escapes not undone; else as it is */
	struct span name; /* of a member, in the same form */
	struct value **members;
	size_t count;
};

/* The value that fills the text up to blanks; NULL when it is no JSON (RFC 8259). */
struct value *json_read(struct arena *arena, struct span text);

/* The member of an object; NULL when there is none. */
const struct value *json_member(const struct value *object, const char *name);

/* NULL when value is as schema says; else what is not, or the name of a member that is missing.
 * Members that the schema does not name are refused too: they would be undocumented. */
const struct value *json_misfit(
	const struct value *value, const struct value *schema, const struct value *root);

#endif
