#include "example.h"
#include "json_reader.h"
#include "suite.h"
#include "view/json_writer.h"
#include "view/view.h"

#include <stdio.h>
#include <stdlib.h>

static void test_strings(void)
{
	static const struct {
		const char *octets, *json;
	} cases[] = {
		{"", "\"\""},
		{"plain /", "\"plain /\""},
		{"\"\\", "\"\\\"\\\\\""},
		{"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
		{"\x01\x0b\x1b\x7f", "\"\\u0001\\u000b\\u001b\\u007f\""},
		{"\xd0\x9f\xf0\x9f\x93\xa7", "\"\xd0\x9f\xf0\x9f\x93\xa7\""},
		{"a\xff\xc3(", "\"a\xef\xbf\xbd\xef\xbf\xbd(\""},
		{"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
		{"\xc2\x9b"
		 "31m\xe2\x80\xae",
			"\"\\u009b31m\\u202e\""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buffer out;
		struct json json;

		buffer_init(&out, 0);
		json_init(&json, &out, 0);
		json_span(&json, NULL, span_text(cases[i].octets));
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), cases[i].json);
		buffer_fini(&out);
	}
}

static void test_levels(void)
{
	struct buffer out;
	struct json json;

	buffer_init(&out, 0);
	json_init(&json, &out, 1);
	json_object(&json, NULL, JSON_LONG);
	json_array(&json, "a", JSON_SHORT);
	json_number(&json, NULL, UINT64_MAX);
	json_null(&json, NULL);
	json_array_end(&json);
	json_object(&json, "o", JSON_LONG);
	json_object_end(&json);
	json_seconds(&json, "s", -1);
	json_bool(&json, "b", false);
	json_object_end(&json);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), "{\n   \"a\": [18446744073709551615, null],\n"
						  "   \"o\": {},\n   \"s\": -0.000000001,\n"
						  "   \"b\": false\n }");
	buffer_fini(&out);
}

static struct span read_schema(struct buffer *out)
{
	FILE *file = fopen("docs/session.schema.json", "r");
	char text[4096];
	size_t length;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	while ((length = fread(text, 1, sizeof text, file)) > 0)
		buffer_add(out, text, length);
	fclose(file);
	return buffer_span(out);
}

static void check_schema(struct span object)
{
	struct arena arena;
	struct buffer file;
	const struct value *schema, *value;

	arena_init(&arena);
	buffer_init(&file, 0);
	schema = json_read(&arena, read_schema(&file));
	value = json_read(&arena, object);
	CU_ASSERT_PTR_NOT_NULL(schema);
	CU_ASSERT_PTR_NOT_NULL(value);
	if (schema != NULL && value != NULL) {
		const struct value *misfit = json_misfit(value, schema, schema);

		if (misfit != NULL)
			fprintf(stderr, "%.*s: %.*s: not as the schema says\n",
				(int)misfit->name.length, (const char *)misfit->name.at,
				(int)misfit->text.length, (const char *)misfit->text.at);
		CU_ASSERT_PTR_NULL(misfit);
	}
	buffer_fini(&file);
	arena_fini(&arena);
}

static void test_schema(void)
{
	const struct view_options options[] = {
		{.format = FORMAT_JSONL},
		{.format = FORMAT_JSONL,
			.with_streams = true,
			.with_texts = true,
			.with_statistics = true},
		{.format = FORMAT_JSONL, .is_redacted = true},
	};

	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
		struct session sessions[4];

		example_smtp(&sessions[0]);
		example_starttls(&sessions[1], true);
		example_starttls(&sessions[2], false);
		example_pop3(&sessions[3]);
		for (size_t k = 0; k < 4; k++) {
			struct buffer out;

			buffer_init(&out, 0);
			view_json(&out, &sessions[k], &options[i]);
			CU_ASSERT_EQUAL(span_index(buffer_span(&out), '\n'), out.length - 1);
			check_schema(buffer_span(&out));
			buffer_fini(&out);
			arena_fini(&sessions[k].arena);
		}
	}
}

/* A schema that is broken on purpose must be seen to be. */
static void test_checker(void)
{
	static const struct {
		const char *schema, *value;
		bool fits;
	} cases[] = {
		{"{\"type\": \"integer\"}", "1", true},
		{"{\"type\": \"integer\"}", "1.5", false},
		{"{\"type\": [\"string\", \"null\"]}", "null", true},
		{"{\"type\": [\"string\", \"null\"]}", "true", false},
		{"{\"enum\": [\"a\"]}", "\"b\"", false},
		{"{\"items\": {\"enum\": [1]}}", "[1, 2]", false},
		{"{\"required\": [\"a\"], \"properties\": {\"a\": {}}}", "{}", false},
		{"{\"properties\": {\"a\": {}}}", "{\"b\": 1}", false},
		{"{\"$defs\": {\"x\": {\"type\": \"null\"}}, \"$ref\": \"#/$defs/x\"}", "1", false},
		{"{}", "[1,]", false},
		{"{}", "\"\\x\"", false},
		{"{}", "01", false},
		{"{}", "\"\xff\"", false},
		{"{}", "{} {}", false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct arena arena;
		const struct value *schema, *value;

		arena_init(&arena);
		schema = json_read(&arena, span_text(cases[i].schema));
		value = json_read(&arena, span_text(cases[i].value));
		CU_ASSERT_EQUAL(
			value != NULL && json_misfit(value, schema, schema) == NULL, cases[i].fits);
		arena_fini(&arena);
	}
}

static const struct value *item(const struct value *object, const char *list, size_t index)
{
	const struct value *value = json_member(object, list);

	return value != NULL && index < value->count ? value->members[index] : NULL;
}

static bool has(const struct value *object, const char *name, const char *text)
{
	const struct value *value = json_member(object, name);

	return value != NULL && span_is(value->text, text);
}

static const struct value *read_session(
	struct arena *arena, const struct session *session, const struct view_options *options)
{
	struct buffer out;
	const struct value *value;

	buffer_init(&out, 0);
	view_json(&out, session, options);
	value = json_read(arena, arena_copy(arena, buffer_span(&out)));
	buffer_fini(&out);
	CU_ASSERT_PTR_NOT_NULL_FATAL(value);
	return value;
}

static void test_smtp(void)
{
	struct view_options options = {.format = FORMAT_JSONL};
	const struct value *value, *line;
	struct session session;
	struct arena arena;

	arena_init(&arena);
	example_smtp(&session);
	value = read_session(&arena, &session, &options);
	CU_ASSERT_TRUE(has(value, "start", "2022-10-25T08:00:00.000000000Z"));
	CU_ASSERT_TRUE(has(value, "duration", "0.480847000"));
	CU_ASSERT_TRUE(has(json_member(value, "client"), "address", "192.168.100.85"));
	CU_ASSERT_PTR_NULL(json_member(value, "tls"));
	CU_ASSERT_PTR_NULL(json_member(value, "streams"));
	CU_ASSERT_PTR_NULL(json_member(value, "statistics"));
	line = item(value, "lines", 0);
	CU_ASSERT_TRUE(has(line, "time", "0.095212000") && has(line, "code", "220"));
	CU_ASSERT_TRUE(has(item(value, "lines", 6), "decoded", "user \\\"b4@cn.ami.nstu.ru\\\""));
	CU_ASSERT_TRUE(has(item(value, "lines", 8), "text", "QWlaaWViN08="));
	CU_ASSERT_TRUE(
		has(item(value, "lines", 12), "decoded", "ORCPT=rfc822;b4+tag@cn.ami.nstu.ru"));
	line = item(value, "lines", 16);
	CU_ASSERT_TRUE(has(line, "kind", "data") && has(line, "text", "null"));
	CU_ASSERT_TRUE(has(item(value, "messages", 0), "subject",
		"\xd0\x9f\xd1\x80\xd0\xbe\xd0\xb2\xd0\xb5\xd1\x80\xd0\xba\xd0\xb0 test program"));
	CU_ASSERT_TRUE(has(item(value, "findings", 0), "id", "password-in-clear"));
	session.end = session.start - 1500000000; /* the capture's clock was set back */
	value = read_session(&arena, &session, &options);
	CU_ASSERT_TRUE(has(value, "duration", "-1.500000000"));
	options.with_texts = true;
	value = read_session(&arena, &session, &options);
	CU_ASSERT_EQUAL(
		span_find(json_member(item(value, "lines", 16), "text")->text, "From: b4@"), 0);
	arena_fini(&session.arena);
	arena_fini(&arena);
}

static void test_redacted(void)
{
	const struct view_options options = {
		.format = FORMAT_JSON, .is_redacted = true, .with_texts = true};
	struct session session;
	struct buffer out;

	buffer_init(&out, 0);
	example_smtp(&session);
	view_json(&out, &session, &options);
	arena_fini(&session.arena);
	example_pop3(&session);
	view_json(&out, &session, &options);
	arena_fini(&session.arena);
	CU_ASSERT_EQUAL(span_find(buffer_span(&out), "QWlaaWViN08"), out.length);
	CU_ASSERT_EQUAL(span_find(buffer_span(&out), "AiZieb7O"), out.length);
	CU_ASSERT_EQUAL(span_find(buffer_span(&out), "eech6Uba"), out.length);
	CU_ASSERT_NOT_EQUAL(span_find(buffer_span(&out), "\"PASS ••••••\""), out.length);
	buffer_fini(&out);
}

static void test_pop3(void)
{
	const struct view_options options = {.format = FORMAT_JSONL, .with_streams = true};
	const struct value *value;
	struct session session;
	struct arena arena;

	arena_init(&arena);
	example_pop3(&session);
	value = read_session(&arena, &session, &options);
	CU_ASSERT_TRUE(has(item(value, "lines", 1), "status", "+OK"));
	CU_ASSERT_TRUE(has(item(value, "lines", 1), "code", "null"));
	CU_ASSERT_TRUE(has(item(value, "lines", 7), "status", "-ERR"));
	CU_ASSERT_TRUE(has(item(value, "lines", 4), "octets", "1460"));
	CU_ASSERT_TRUE(has(item(value, "lines", 6), "end", "lf"));
	CU_ASSERT_TRUE(has(item(value, "messages", 0), "from", "a@b.example"));
	CU_ASSERT_TRUE(
		has(json_member(json_member(value, "streams"), "server"), "missing", "1460"));
	arena_fini(&session.arena);
	arena_fini(&arena);
}

/* Valid with no session, with one, with two. */
static void test_array(void)
{
	const struct view_options options = {.format = FORMAT_JSON, .with_statistics = true};

	for (size_t count = 0; count < 3; count++) {
		const struct value *value;
		struct buffer out;
		struct arena arena;

		arena_init(&arena);
		buffer_init(&out, 0);
		view_json_begin(&out, &options);
		for (size_t i = 0; i < count; i++) {
			struct session session;

			example_starttls(&session, true);
			if (i > 0)
				view_json_separator(&out, &options);
			view_json(&out, &session, &options);
			arena_fini(&session.arena);
		}
		view_json_end(&out, &options);
		value = json_read(&arena, buffer_span(&out));
		CU_ASSERT_TRUE(
			value != NULL && value->type == VALUE_ARRAY && value->count == count);
		buffer_fini(&out);
		arena_fini(&arena);
	}
}

SUITE(json, {"escapes strings", test_strings}, {"nests", test_levels},
	{"its checker sees what is wrong", test_checker}, {"fits the schema", test_schema},
	{"says what an SMTP session was", test_smtp}, {"says what a POP3 session was", test_pop3},
	{"hides secrets", test_redacted}, {"is an array", test_array});
