/* view/json_writer.h: writes JSON (RFC 8259) into a buffer: commas, indentation and escapes are its
 * business, the order of the calls is the caller's. */
#ifndef VIEW_JSON_WRITER_H
#define VIEW_JSON_WRITER_H

#include "base/buffer.h"

enum { JSON_DEPTH = 16 };

struct json {
	struct buffer *out;
	unsigned indent; /* blanks before the outermost value */
	unsigned depth;
	bool is_long[JSON_DEPTH]; /* this level has a line for each member */
	bool has_member[JSON_DEPTH];
};

/* indent is that of the lines of JSON_LONG levels, for a value inside another text. */
void json_init(struct json *json, struct buffer *out, unsigned indent);

/* A level on one line, or with a line for each member. */
enum json_shape { JSON_SHORT, JSON_LONG };

/* name is NULL inside an array. It stands as it is: only names that mailscope chose. */
void json_object(struct json *json, const char *name, enum json_shape shape);
void json_array(struct json *json, const char *name, enum json_shape shape);
void json_object_end(struct json *json);
void json_array_end(struct json *json);

/* A string of untrusted octets: what is no UTF-8 becomes U+FFFD. */
void json_span(struct json *json, const char *name, struct span text);
void json_text(struct json *json, const char *name, const char *text);
void json_number(struct json *json, const char *name, uint64_t value);
void json_integer(struct json *json, const char *name, int64_t value);
/* Nanoseconds as seconds with nine decimals. */
void json_seconds(struct json *json, const char *name, int64_t nanoseconds);
void json_bool(struct json *json, const char *name, bool value);
void json_null(struct json *json, const char *name);

#endif
