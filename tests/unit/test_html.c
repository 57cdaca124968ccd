#include "example.h"
#include "report/html.h"
#include "report/page.h"
#include "report/svg.h"
#include "report/text.h"
#include "suite.h"
#include "view/text.h"

#include <stdio.h>

static void check_text(struct buffer *out, const char *wanted)
{
	if (strcmp(buffer_text(out), wanted) != 0)
		fprintf(stderr, "%s is not %s\n", buffer_text(out), wanted);
	CU_ASSERT_STRING_EQUAL(buffer_text(out), wanted);
	buffer_clear(out);
}

static bool stands(struct buffer *out, const char *text)
{
	return span_find(buffer_span(out), text) < out->length;
}

static void test_escapes(void)
{
	struct buffer out;

	buffer_init(&out, 0);
	html_text(&out, span_text("<script>\"a\" & 'b'</script>\x1b\xff"));
	check_text(&out, "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;\\033\xef\xbf"
			 "\xbd");
	html_lines(&out, span_text("a\tb\r\n<c>\n\nd"), 100);
	check_text(&out, "a\tb\n&lt;c&gt;\n\nd\n");
	html_lines(&out, span_text("abcdef"), 4);
	check_text(&out, "abcd\n… 2 octets more\n");
	html_fact(&out, "<label>", span_text("<value>"));
	check_text(&out, "<tr><th scope=\"row\">&lt;label&gt;</th><td>&lt;value&gt;</td></tr>\n");
	html_fact(&out, "label", span_of(NULL, 0));
	check_text(&out, "");
	buffer_fini(&out);
}

static void test_links(void)
{
	struct buffer out;

	buffer_init(&out, 0);
	html_rfc(&out, span_text("RFC 5321 4.1, RFC 1939"));
	check_text(&out,
		"<a class=\"rfc\" href=\"https://www.rfc-editor.org/rfc/rfc5321#section-4.1\">RFC "
		"5321 4.1</a>, <a class=\"rfc\" "
		"href=\"https://www.rfc-editor.org/rfc/rfc1939\">RFC 1939</a>");
	html_rfc(&out, span_text("RFC x\"><b>"));
	check_text(&out, "RFC x&quot;&gt;&lt;b&gt;");
	html_sentence(&out, span_text("A <b>. [RFC 1 2]"));
	check_text(&out, "A &lt;b&gt;. <a class=\"rfc\" "
			 "href=\"https://www.rfc-editor.org/rfc/rfc1#section-2\">RFC 1 2</a>");
	html_sentence(&out, span_text("[<b>]"));
	check_text(&out, "[&lt;b&gt;]");
	buffer_fini(&out);
}

static void test_drawing(void)
{
	static const char svg[] =
		"<?xml version=\"1.0\"?><!-- > --><svg width=\"9pt\" viewBox=\"0 0 9 "
		"9\">\n<title>no"
		"</title><script>no()</script><g id=\"frame&#45;4\" onload=\"no()\" "
		"style=\"x\"><a xlink:href=\"#frame-4-2\" xlink:title=\"a > b\"><text "
		"x=\"1\">&lt;said&gt;</text></a><a xlink:href=\"javascript:no\"/>"
		"<foreignObject/></g></svg>";
	struct html_svg drawing = {span_text(svg), "s1-flow-1", "s1", "<label>"};
	struct buffer out;

	buffer_init(&out, 0);
	html_svg_add(&out, &drawing);
	check_text(&out,
		"<svg role=\"img\" aria-label=\"&lt;label&gt;\" width=\"9pt\" viewBox=\"0 0 9 "
		"9\">\nno()<g "
		"id=\"s1-flow-1-frame&#45;4\"><a xlink:href=\"#s1-p4\" xlink:title=\"a > b\"><text "
		"x=\"1\">&lt;said&gt;</text></a><a/></g></svg>");
	drawing.svg = span_text("<svg><g id=\"a");
	html_svg_add(&out, &drawing);
	CU_ASSERT(out.length < 200);
	buffer_fini(&out);
}

/* Every writer of a session's parts, on each example. */
static void test_redacts(void)
{
	static const struct {
		bool is_redacted;
		const char *hidden;
	} cases[] = {{true, "QWlaaWViN08"}, {false, "QWlaaWViN08"}};

	for (size_t i = 0; i < 2; i++) {
		struct session session;
		struct buffer out;
		struct html html = {&out, "s1", cases[i].is_redacted};

		buffer_init(&out, 0);
		example_smtp(&session);
		html_setup(&html, &session);
		html_facts(&html, &session);
		html_dialogue(&html, &session);
		html_ledger(&html, &session);
		html_times(&html, &session);
		html_findings(&html, &session);
		html_messages(&html, &session);
		CU_ASSERT_EQUAL(stands(&out, cases[i].hidden), !cases[i].is_redacted);
		CU_ASSERT(stands(&out, "<b>Yes.</b>"));
		CU_ASSERT(stands(&out, "id=\"s1-l20\""));
		CU_ASSERT(stands(&out, "password-in-clear"));
		arena_fini(&session.arena);
		buffer_fini(&out);
	}
}

static void test_answers(void)
{
	for (int is_opened = 0; is_opened < 2; is_opened++) {
		struct session session;
		struct buffer out;
		struct html html = {&out, "s1", true};

		buffer_init(&out, 0);
		example_starttls(&session, is_opened != 0);
		html_facts(&html, &session);
		CU_ASSERT_EQUAL(stands(&out, "<b>No.</b>"), is_opened == 0);
		CU_ASSERT_EQUAL(
			stands(&out, "<b>Yes, but only with the keys.</b>"), is_opened == 1);
		arena_fini(&session.arena);
		buffer_fini(&out);
	}
}

static void test_hides_rows(void)
{
	const struct row rows[] = {{.number = 3, .info = span_text("S: <one>")},
		{.number = 5, .info = span_text("S: two")}};
	const uint64_t hidden[] = {5, 5};
	struct html_packets packets = {rows, 2, 7, hidden, 2};
	struct buffer out;
	struct html html = {&out, "s1", true};

	buffer_init(&out, 0);
	html_packets(&html, &packets);
	CU_ASSERT(stands(&out, "S: &lt;one&gt;"));
	CU_ASSERT(!stands(&out, "two"));
	CU_ASSERT(stands(&out, "and 7 packets more"));
	buffer_fini(&out);
}

/* Reads a template; what is wrong with it, "" when nothing is. */
static void check_template(const char *text, const char *wrong)
{
	struct html_template template;
	struct fail fail = {.text = ""};
	enum step step = html_template_read(&template, "t", span_text(text), &fail);

	if (strcmp(fail.text, wrong) != 0)
		fprintf(stderr, "%s is not %s\n", fail.text, wrong);
	CU_ASSERT_STRING_EQUAL(fail.text, wrong);
	CU_ASSERT_EQUAL(step, wrong[0] == '\0' ? STEP_DONE : STEP_FAIL);
	html_template_fini(&template);
}

static void test_template(void)
{
	check_template("", "");
	check_template(html_template_default, "");
	check_template("{ files }\r\n{for each session}\n{facts}\n{end}", "");
	check_template("\n{}\n", "t:2: no such part: ");
	check_template("{", "");
	check_template("{files}\n{files}", "t:2: stands twice: files");
	check_template("{for each day}", "t:1: there is \"for each\" session, message, log: day");
	check_template("{for each log}\n{for each log}", "t:2: a \"for each\" inside another: log");
	check_template("{for each log}\n{end}\n{for each log}", "t:3: stands twice: log");
	check_template("{for each log}\n", "t:1: \"for each\" without {end}: log");
	check_template("{end}", "t:1: nothing to end: end");
	check_template("{route}", "t:1: {route} stands inside of \"for each message\"");
	check_template(
		"{for each log}\n{files}", "t:2: {files} stands outside of \"for each log\"");
	check_template(
		"{for each log}\n= A", "t:2: a heading inside of \"for each\" begins with ==: = A");
}

static void test_template_words(void)
{
	static const char text[] =
		"title: A\nauthor: B\n= H\none\n  two\n\nthree\n- four\nfive\n#x\n"
		"title: six\n";
	struct html_template template;
	struct fail fail;

	CU_ASSERT_EQUAL_FATAL(
		html_template_read(&template, "t", span_text(text), &fail), STEP_DONE);
	CU_ASSERT(span_is(template.title, "A"));
	CU_ASSERT(span_is(template.author, "B"));
	CU_ASSERT_EQUAL_FATAL(template.count, 4);
	CU_ASSERT(span_is(template.items[1].text, "one two"));
	CU_ASSERT(span_is(template.items[2].text, "three"));
	CU_ASSERT_EQUAL(template.items[3].kind, TEMPLATE_ITEM);
	CU_ASSERT(span_is(template.items[3].text, "four five title: six"));
	html_template_fini(&template);
}

/* Every part of the default template stands once in a page with one chapter of each kind. */
static void test_page(void)
{
	struct html_chapter chapters[3];
	struct html_template template;
	struct html_page page = {.template = &template,
		.version = "v",
		.chapters = chapters,
		.chapter_count = 3,
		.left_out = 2};
	struct buffer out;
	struct fail fail;

	buffer_init(&out, 0);
	CU_ASSERT_EQUAL_FATAL(
		html_template_read(&template, "t", span_text(html_template_default), &fail),
		STEP_DONE);
	for (int i = 0; i < 3; i++) {
		html_chapter_init(&chapters[i], (enum html_scope)(HTML_SESSION + i), 1);
		for (int part = 0; part < HTML_PART_COUNT; part++)
			buffer_printf(&chapters[i].parts[part], "%s of %s;",
				html_part_name((enum html_part)part), chapters[i].id);
	}
	html_page_add(&out, &page);
	for (int part = HTML_PART_SETUP; part < HTML_PART_COUNT; part++) {
		char mark[64];
		size_t at;

		snprintf(mark, sizeof mark, ">\n%s of ", html_part_name((enum html_part)part));
		at = span_find(buffer_span(&out), mark);
		CU_ASSERT(at < out.length);
		CU_ASSERT_EQUAL(
			span_find(span_from(buffer_span(&out), at + 1), mark), out.length - at - 1);
	}
	CU_ASSERT(stands(&out, "and 2 sessions more"));
	CU_ASSERT(stands(&out, "script-src 'sha256-"));
	for (int i = 0; i < 3; i++)
		html_chapter_fini(&chapters[i]);
	html_template_fini(&template);
	buffer_fini(&out);
}

SUITE(html, {"escapes", test_escapes}, {"links to RFCs", test_links},
	{"takes in drawings", test_drawing}, {"hides secrets", test_redacts},
	{"says whether content can be seen", test_answers}, {"hides rows", test_hides_rows},
	{"reads templates", test_template}, {"reads their words", test_template_words},
	{"writes each part once", test_page});
