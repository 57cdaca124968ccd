/* The route of a message: header blocks of many servers (route.blocks), and what has limits. */
#include "base/buffer.h"
#include "base/limits.h"
#include "message/route.h"
#include "suite.h"

#include <inttypes.h>
#include <stdio.h>

enum { BLOCKS_SIZE = 256 * 1024, NOW = 1710000000 /* 2024-03-09 */ };

static struct span read_blocks(struct arena *arena)
{
	FILE *file = fopen("tests/unit/route.blocks", "rb");
	uint8_t *bytes = arena_new(arena, BLOCKS_SIZE);
	size_t length = 0;

	if (file != NULL) {
		length = fread(bytes, 1, BLOCKS_SIZE, file);
		fclose(file);
	}
	return span_of(bytes, length);
}

static void add_cell(struct buffer *out, struct span value)
{
	buffer_add_text(out, " | ");
	buffer_add_span(out, value.length > 0 ? value : span_text("-"));
}

static void add_time(struct buffer *out, const struct received *received)
{
	int64_t seconds = received->date.seconds;
	int64_t rest = seconds - seconds / 86400 * 86400;
	struct calendar_day day = date_day(seconds / 86400);

	if (received->has_date)
		buffer_printf(out, "%04" PRId64 "-%02u-%02uT%02d:%02d:%02dZ", day.year, day.month,
			day.day, (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
	else
		buffer_add_byte(out, '-');
}

static void add_hop(struct buffer *out, const struct hop *hop)
{
	const struct received *received = &hop->received;
	struct span tls = received_is_sealed(received) ? span_text("TLS") : span_of(NULL, 0);

	buffer_add_text(out, "hop ");
	add_time(out, received);
	if (hop->has_delay)
		buffer_printf(out, " %" PRId64, hop->delay);
	else
		buffer_add_text(out, " -");
	add_cell(out, received->helo);
	add_cell(out, received->reverse);
	add_cell(out, received->address);
	add_cell(out, received->by);
	add_cell(out, received->with);
	add_cell(out, received->tls.version.length > 0 ? received->tls.version : tls);
	add_cell(out, received->recipient);
	buffer_add_byte(out, '\n');
}

/* What was read, as the file writes it. */
static void add_route(struct buffer *out, const struct route *route)
{
	for (size_t i = 0; i < route->hop_count; i++)
		add_hop(out, &route->hops[i]);
	buffer_add_text(out, "remarks");
	for (size_t i = 0; i < route->remarks.count; i++)
		buffer_printf(out, " %s", route->remarks.at[i].id);
	buffer_add_byte(out, '\n');
}

static struct span take_until(struct span *rest, const char *mark)
{
	size_t length = span_find(*rest, mark);
	struct span taken = span_first(*rest, length);

	*rest = span_from(*rest, length + strlen(mark));
	return taken;
}

static void check_block(struct span name, struct span header, struct span expected)
{
	struct buffer out;
	struct route route;

	while (expected.length > 0 && expected.at[expected.length - 1] == '\n')
		expected.length--;
	buffer_init(&out, 0);
	route_read(&route, header, NOW);
	add_route(&out, &route);
	out.length--;
	if (!span_equal(buffer_span(&out), expected))
		printf("\n%.*s:\n%s\n", (int)name.length, (const char *)name.at, buffer_text(&out));
	CU_ASSERT_TRUE(span_equal(buffer_span(&out), expected));
	route_fini(&route);
	buffer_fini(&out);
}

static void test_blocks(void)
{
	struct arena arena;
	struct span rest;
	size_t count = 0;

	arena_init(&arena);
	rest = read_blocks(&arena);
	(void)take_until(&rest, "\n== ");
	while (rest.length > 0) {
		struct span name = take_until(&rest, "\n");
		struct span header = take_until(&rest, "\n--\n");

		check_block(name, header, take_until(&rest, "\n== "));
		count++;
	}
	CU_ASSERT_TRUE(count >= 30);
	arena_fini(&arena);
}

/* A header may begin and end anywhere: nothing breaks. */
static void test_cut(void)
{
	struct arena arena;
	struct span blocks;

	arena_init(&arena);
	blocks = span_first(read_blocks(&arena), 6000);
	for (size_t length = 0; length < blocks.length; length += 7) {
		struct route route;

		route_read(&route, span_of(blocks.at + blocks.length - length, length), NOW);
		CU_ASSERT_TRUE(route.hop_count <= route.received_count);
		route_fini(&route);
	}
	arena_fini(&arena);
}

static bool has_remark(const struct route *route, const char *id)
{
	for (size_t i = 0; i < route->remarks.count; i++)
		if (strcmp(route->remarks.at[i].id, id) == 0)
			return true;
	return false;
}

static void test_front(void)
{
	static const char *const fronts[] = {"", "\n\r\n", "\xef\xbb\xbf",
		"From x@example.org Tue Nov  8 18:43:51 2022\n", ">From x\r\n"};

	for (size_t i = 0; i < sizeof fronts / sizeof fronts[0]; i++) {
		struct buffer text;
		struct route route;

		buffer_init(&text, 0);
		buffer_add_text(&text, fronts[i]);
		buffer_add_text(&text, "Received: from a by b\r\n\twith SMTP; Tue, 8 Nov 2022 "
				       "18:43:51 +0000\r\nFrom: a@b.example\r\n\r\n"
				       "Received: from text by text");
		route_read(&route, buffer_span(&text), NOW);
		CU_ASSERT_EQUAL(route.hop_count, 1);
		CU_ASSERT_EQUAL(route.stray_count, 0);
		CU_ASSERT_TRUE(route.has_total == false);
		route_fini(&route);
		buffer_fini(&text);
	}
}

static void add_many(struct buffer *text, const char *line, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buffer_add_text(text, line);
}

static void test_many_fields(void)
{
	struct buffer text;
	struct route route;

	buffer_init(&text, 0);
	add_many(&text, "Received: from a.example by b.example; Tue, 8 Nov 2022 18:43:51 +0000\n",
		10000);
	add_many(&text, "Authentication-Results: x; a=b; a=b; a=b\n", 1000);
	add_many(&text, "DKIM-Signature: d=x\n", 1000);
	add_many(&text, "stray\n", 3);
	route_read(&route, buffer_span(&text), NOW);
	CU_ASSERT_EQUAL(route.hop_count, LIMIT_HOPS);
	CU_ASSERT_EQUAL(route.received_count, 10000);
	CU_ASSERT_EQUAL(route.results.count, LIMIT_RESULTS);
	CU_ASSERT_TRUE(route.results.dropped > 0);
	CU_ASSERT_EQUAL(route.signatures.count, LIMIT_SIGNATURES);
	CU_ASSERT_EQUAL(route.remarks.count, LIMIT_REMARKS);
	CU_ASSERT_TRUE(route.remarks.dropped > 0);
	CU_ASSERT_EQUAL(route.stray_count, 3);
	route_fini(&route);
	buffer_fini(&text);
}

/* Each of these is a megabyte of one field that costs as much as a field can. */
static void test_large_field(void)
{
	static const char *const pieces[] = {"a ", "(", "<", "\"", ";", "; Mon, 1 ", "from x by y ",
		"((a)", "id with ", "\\(", "[[", "a=b;", "\n ("};

	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
		struct buffer text;
		struct route route;

		buffer_init(&text, 0);
		for (int field = 0; field < 2; field++) {
			buffer_add_text(
				&text, field == 0 ? "Received: " : "\nAuthentication-Results: ");
			add_many(&text, pieces[i], 1024 * 1024 / strlen(pieces[i]));
		}
		route_read(&route, buffer_span(&text), NOW);
		CU_ASSERT_EQUAL(route.hop_count, 1);
		CU_ASSERT_TRUE(route.hops[0].received.whole.length <= LIMIT_ROUTE_FIELD);
		CU_ASSERT_TRUE(has_remark(&route, "cut"));
		route_fini(&route);
		buffer_fini(&text);
	}
}

static void test_large_header(void)
{
	struct buffer text;
	struct route route;

	buffer_init(&text, 0);
	add_many(&text, "X-Filler: some text that is of no interest\n", 120000);
	CU_ASSERT_TRUE(text.length > LIMIT_ROUTE_HEADER);
	route_read(&route, buffer_span(&text), NOW);
	CU_ASSERT_TRUE(route.is_cut);
	route_fini(&route);
	buffer_clear(&text);
	buffer_add_text(&text, "From: a@b.example\n\n");
	add_many(&text, "the text of the message is of no interest\n", 120000);
	route_read(&route, buffer_span(&text), NOW);
	CU_ASSERT_FALSE(route.is_cut);
	CU_ASSERT_EQUAL(route.stray_count, 0);
	route_fini(&route);
	buffer_fini(&text);
}

static void test_domain(void)
{
	static const struct {
		const char *value, *domain;
	} cases[] = {
		{"a@b.example", "b.example"},
		{"Anna <a@b.example>", "b.example"},
		{"\"x@y.example\" <a@b.example>", "b.example"},
		{"x@y.example <a@b.example>", "b.example"},
		{"(c@d.example) a@b.example.", "b.example"},
		{"a@b.example, c@d.example", "b.example"},
		{"<>", ""},
		{"", ""},
		{"nobody", ""},
		{"@", ""},
		{",", ""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		CU_ASSERT_TRUE(span_is(route_domain(span_text(cases[i].value)), cases[i].domain));
}

SUITE(route, {"reads the blocks of many servers", test_blocks}, {"may be cut anywhere", test_cut},
	{"finds the header's beginning and end", test_front},
	{"keeps its limits with many fields", test_many_fields},
	{"keeps its limits with large fields", test_large_field},
	{"keeps its limits with a large header", test_large_header},
	{"finds the domain of an address", test_domain});
