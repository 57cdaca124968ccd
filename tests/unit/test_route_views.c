/* A route as text, tsv, JSON and picture. */
#include "base/buffer.h"
#include "json_reader.h"
#include "suite.h"
#include "view/route.h"

#include <stdio.h>
#include <unistd.h>

/* Hostile: controls, markup and half a character where names stand; and a field with no words. */
static const char hostile[] =
	"Return-Path: <\x1b[31m@b.example>\n"
	"Received: from <script>alert(1)</script> (\"><b>\x07 [192.0.2.1]) by "
	"c\x1b]0;x\x07.example "
	"with \xff\xfe id \xe2\x80\xae; Tue, 8 Nov 2022 18:43:51 -0000\n"
	"Received: from ev&lt.example (evil\ttab) by \\N.example with ESMTPS id {|}<&amp;>; "
	"Tue, 8 "
	"Nov 2022 18:43:52 +0000\n"
	"Received: \n"
	"Subject: =?utf-8?Q?=1B[31m_red?=\n"
	"From: a@b.example\n"
	"DKIM-Signature: v=\x1b[2J; d=<b>; t=99999999999999999999; x=253402300799\n"
	"Authentication-Results: \x1b[2J; spf=\x07 (\xff)\n";

static void make(struct buffer *out, const char *header, const struct view_options *options)
{
	struct route route;
	struct route_view view = {out, &route, "na\x1bme.eml", ROUTE_PARTS, options};

	route_read(&route, span_text(header), 1710000000);
	view_route(&view);
	route_fini(&route);
}

static bool is_printable(struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if ((text.at[i] < ' ' && text.at[i] != '\n' && text.at[i] != '\t') ||
			text.at[i] == 0x7f)
			return false;
	return true;
}

static void test_hostile(void)
{
	static const enum view_format formats[] = {FORMAT_TEXT, FORMAT_TSV, FORMAT_JSON};

	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
		for (int width = 0; width < 200; width += 66) {
			struct view_options options = {.format = formats[i], .width = width};
			struct buffer out;

			buffer_init(&out, 0);
			make(&out, hostile, &options);
			CU_ASSERT_TRUE(out.length > 500);
			CU_ASSERT_TRUE(is_printable(buffer_span(&out)));
			buffer_fini(&out);
		}
}

static void test_text(void)
{
	static const char header[] =
		"Received: from b.example.org (b.example.org [192.0.2.2]) by c.example.org with "
		"ESMTPSA id 3 for <x@example.org>; Thu, 29 Feb 2024 23:59:59 +0000\n"
		"Received: from a.example.org by b.example.org with SMTP id 2; Fri, 1 Mar 2024 "
		"08:00:01 +0800\n"
		"Date: Thu, 29 Feb 2024 23:59:58 +0000\n";
	static const char *const lines[] = {
		"  Date            Thu, 29 Feb 2024 23:59:58 +0000 (first hop: +0:00:03)\n",
		"Route: 2 hops, -0:00:02 from the first to the last\n",
		"    1  2024-03-01 00:00:01                from a.example.org\n",
		"       08:00:01 +0800                     by b.example.org\n",
		"    2  2024-02-29 23:59:59  -0:00:02      from b.example.org [192.0.2.2]\n",
		"       23:59:59 +0000                     by c.example.org\n",
		"with ESMTPSA: SMTP through TLS, the client logged in [RFC 3848 1]\n",
		"for x@example.org\n",
		"Authentication: no field says anything of it\n",
		"  warning  clock-back, hop 2: it came 2 s before it was sent on",
	};
	struct view_options options = {.format = FORMAT_TEXT};
	struct buffer out;

	buffer_init(&out, 0);
	make(&out, header, &options);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		if (span_find(buffer_span(&out), lines[i]) == out.length)
			printf("\nmissing: %s\n%s", lines[i], buffer_text(&out));
		CU_ASSERT_TRUE(span_find(buffer_span(&out), lines[i]) < out.length);
	}
	buffer_fini(&out);
}

/* The same number of columns in all records of a part. */
static void test_tsv(void)
{
	struct view_options options = {.format = FORMAT_TSV};
	struct buffer out;
	struct span rest;
	size_t tabs = 0, parts = 0;

	buffer_init(&out, 0);
	make(&out, hostile, &options);
	rest = buffer_span(&out);
	while (rest.length > 0) {
		struct span line = span_first(rest, span_index(rest, '\n'));
		size_t count = 0;

		rest = span_from(rest, line.length + 1);
		if (line.at[0] == '#') {
			parts++;
			tabs = 0;
			continue;
		}
		for (size_t i = 0; i < line.length; i++)
			count += line.at[i] == '\t';
		CU_ASSERT_TRUE(count > 0);
		CU_ASSERT_TRUE(tabs == 0 || tabs == count);
		tabs = count;
	}
	CU_ASSERT_EQUAL(parts, 3);
	buffer_fini(&out);
}

static void check_number(const struct value *object, const char *name, const char *expected)
{
	const struct value *value = json_member(object, name);

	CU_ASSERT_PTR_NOT_NULL_FATAL(value);
	CU_ASSERT_TRUE(span_is(value->text, expected));
}

static void test_json(void)
{
	static const char header[] =
		"Received: from b by c with SMTP; Fri, 31 Dec 9999 23:59:59 +0000\n"
		"Received: from a by b with ESMTPS; Mon, 1 Jan 1900 00:00:00 +0000\n"
		"Authentication-Results: c; spf=pass (fine) smtp.mailfrom=\"a\"\n";
	struct view_options options = {.format = FORMAT_JSON};
	const struct value *object, *hops;
	struct arena arena;
	struct buffer out;

	arena_init(&arena);
	buffer_init(&out, 0);
	make(&out, header, &options);
	object = json_read(&arena, buffer_span(&out));
	CU_ASSERT_PTR_NOT_NULL_FATAL(object);
	check_number(object, "received", "2");
	check_number(object, "total", "255611289599");
	hops = json_member(object, "hops");
	CU_ASSERT_EQUAL_FATAL(hops->count, 2);
	CU_ASSERT_TRUE(
		span_is(json_member(hops->members[0], "time")->text, "1900-01-01T00:00:00Z"));
	CU_ASSERT_EQUAL(json_member(hops->members[0], "delay")->type, VALUE_NULL);
	CU_ASSERT_EQUAL(json_member(hops->members[0], "tls")->type, VALUE_OBJECT);
	CU_ASSERT_EQUAL(json_member(hops->members[1], "tls")->type, VALUE_NULL);
	check_number(hops->members[1], "delay", "255611289599");
	CU_ASSERT_EQUAL(json_member(object, "results")->count, 1);
	buffer_clear(&out);
	make(&out, hostile, &options);
	CU_ASSERT_PTR_NOT_NULL(json_read(&arena, buffer_span(&out)));
	buffer_fini(&out);
	arena_fini(&arena);
}

static void read_file(struct buffer *out, const char *path)
{
	FILE *file = fopen(path, "rb");
	char bytes[4096];
	size_t length;

	buffer_clear(out);
	if (file == NULL)
		return;
	while ((length = fread(bytes, 1, sizeof bytes, file)) > 0)
		buffer_add(out, bytes, length);
	fclose(file);
}

static void draw(struct buffer *out, const char *header, const char *ending)
{
	char path[64];
	struct route route;
	struct fail fail;

	snprintf(path, sizeof path, "/tmp/mailscope-route-%d%s", (int)getpid(), ending);
	route_read(&route, span_text(header), 1710000000);
	CU_ASSERT_EQUAL(view_route_diagram(&route, "na\x1bme", path, &fail), STEP_DONE);
	read_file(out, path);
	unlink(path);
	route_fini(&route);
}

static void test_picture(void)
{
	static const struct {
		const char *ending, *front;
	} files[] = {
		{".svg", "<?xml"}, {".pdf", "%PDF-"}, {".png", "\x89PNG"}, {".dot", "digraph"}};
	struct buffer once, again;

	buffer_init(&once, 0);
	buffer_init(&again, 0);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		draw(&once, hostile, files[i].ending);
		draw(&again, hostile, files[i].ending);
		CU_ASSERT_TRUE(span_starts_letters(buffer_span(&once), files[i].front));
		CU_ASSERT_TRUE(span_equal(buffer_span(&once), buffer_span(&again)));
	}
	draw(&once, hostile, ".svg");
	CU_ASSERT_EQUAL(span_find(buffer_span(&once), "<script"), once.length);
	CU_ASSERT_TRUE(span_find(buffer_span(&once), "ev&amp;lt.example") < once.length);
	draw(&once, "From: a@b.example\n", ".svg");
	CU_ASSERT_TRUE(span_find(buffer_span(&once), "no Received field") < once.length);
	buffer_fini(&once);
	buffer_fini(&again);
}

/* The middle of a long route is folded, and the picture says how much of it. */
static void test_long_picture(void)
{
	struct buffer header, picture;

	buffer_init(&header, 0);
	buffer_init(&picture, 0);
	for (int i = 0; i < 900; i++)
		buffer_printf(
			&header, "Received: from h%d.example by h%d.example with SMTP\n", i + 1, i);
	draw(&picture, buffer_text(&header), ".svg");
	CU_ASSERT_TRUE(span_find(buffer_span(&picture), "840 hops not drawn") < picture.length);
	draw(&picture, buffer_text(&header), ".png");
	CU_ASSERT_TRUE(picture.length > 1000);
	buffer_fini(&header);
	buffer_fini(&picture);
}

static void test_refused(void)
{
	struct route route;
	struct fail fail;

	route_read(&route, span_text("From: a@b.example\n"), 0);
	CU_ASSERT_EQUAL(view_route_diagram(&route, "x", "route.gif", &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_USAGE);
	CU_ASSERT_EQUAL(view_route_diagram(&route, "x", "/nowhere/route.svg", &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_WRITE);
	route_fini(&route);
}

SUITE(route_views, {"prints nothing raw", test_hostile}, {"has a table for people", test_text},
	{"has as many columns everywhere", test_tsv}, {"is JSON", test_json},
	{"draws a picture", test_picture}, {"folds a long picture", test_long_picture},
	{"says why it cannot draw", test_refused});
