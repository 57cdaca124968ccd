#include "example.h"
#include "suite.h"

#include "base/memory.h"
#include "message/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void test_html(void)
{
	static const struct {
		const char *html, *text;
	} cases[] = {
		{"", ""},
		{"plain", "plain\n"},
		{"  two \n\t words  ", "two words\n"},
		{"<p>One</p><p>Two</p>", "One\n\nTwo\n"},
		{"<div>One</div>\n<div>Two<br>Three</div>", "One\nTwo\nThree\n"},
		{"a<br><br><br><br>b", "a\n\nb\n"},
		{"<ul><li>One<li><p>Two</p></ul>after", "- One\n- Two\n\nafter\n"},
		{"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n"},
		{"<pre>a  b\r\n  c</pre>d", "a  b\n  c\n\nd\n"},
		{"&lt;b&gt; &amp;amp; &#233;&#xE9; &euro;&nbsp;1", "<b> &amp; \xc3\xa9\xc3\xa9 "
								   "\xe2\x82\xac 1\n"},
		{"&#0;&#xD800;&#x110000;&#99999999999999;",
			"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n"},
		{"AT&T & co &nosuch; &", "AT&T & co &nosuch; &\n"},
		{"a < b and c > d <3", "a < b and c > d <3\n"},
		{"<script>alert('<p>x</p>')</script>safe", "safe\n"},
		{"<SCRIPT>if (a</b) x()</SCRIPT >safe", "safe\n"},
		{"<style>p { }</style><title>t</title>x", "x\n"},
		{"before<script>never ended", "before\n"},
		{"<!-- <p>no</p> -->yes<!-- never ended", "yes\n"},
		{"<!DOCTYPE html><?xml version='1'?>x", "x\n"},
		{"<a href='https://x.example/?a=1&amp;b=2'>here</a>.",
			"here <https://x.example/?a=1&b=2>.\n"},
		{"<a href=https://x.example>https://x.example</a>", "https://x.example\n"},
		{"<a href=\"https://evil.example\">https://bank.example</a>",
			"https://bank.example <https://evil.example>\n"},
		{"<a href='javascript:alert(1)'>click</a> <a href='#top'>up</a>", "click up\n"},
		{"<a title=\"a > b\" data-href='no' href='mailto:a@b'>mail</a>",
			"mail <mailto:a@b>\n"},
		{"<a href='http://x'>never ended", "never ended <http://x>\n"},
		{"<img src='cid:1' alt='A picture'><img src=x>", "[A picture]\n"},
		{"<p", ""},
		{"<", "<\n"},
		{"</", "</\n"},
		{"<a href=", ""},
		{"<a href='", ""},
		{"x<hr>y", "x\n----\ny\n"},
		{"\xd0\x9f\xd1\x80 <b>\xd0\xb8</b>", "\xd0\x9f\xd1\x80 \xd0\xb8\n"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buffer out;

		buffer_init(&out, 0);
		html_to_text(&out, span_text(cases[i].html));
		CU_ASSERT_TRUE(span_is(buffer_span(&out), cases[i].text));
		if (!span_is(buffer_span(&out), cases[i].text))
			printf("\n%s\n-> [%s]\n", cases[i].html, buffer_text(&out));
		buffer_fini(&out);
	}
}

/* However it is cut, nothing breaks; and what is said of a part of it stays when more comes. */
static void test_cut(void)
{
	static const char html[] =
		"<html><head><style>p{}</style></head><body><p>One &amp; <a "
		"href='http://x/?a=1&amp;b'>two</a></p><ul><li>three</ul><!-- x --><pre>\n a</pre>"
		"<script>x</script><img alt=\"&quot;\"></body></html>";

	for (size_t length = 0; length < sizeof html; length++) {
		struct buffer out;
		char *copy = memory_new(1, length > 0 ? length : 1); /* a sanitizer sees its end */

		memcpy(copy, html, length);
		buffer_init(&out, 0);
		html_to_text(&out, span_of(copy, length));
		CU_ASSERT_TRUE(out.length <= length + 16);
		buffer_fini(&out);
		free(copy);
	}
}

/* What is made to take long takes no time. */
static void test_hostile(void)
{
	static const char *const pieces[] = {"<a href='http://x'>", "<li>", "<p", "<!--", "&",
		"<script>", "<a ", "<a href=\"", "<pre>", "&#1", "</a", "<td>\t", "\t", "<svg>"};
	const size_t size = 1024 * 1024;
	clock_t start = clock();

	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
		struct buffer message;
		struct buffer out;

		buffer_init(&message, 0);
		buffer_add_text(&message, "Content-Type: text/html\r\n\r\n");
		while (message.length < size)
			buffer_add_text(&message, pieces[i]);
		buffer_init(&out, 0);
		message_text(&out, buffer_span(&message));
		CU_ASSERT_TRUE(out.length < 10 * size);
		buffer_fini(&out);
		buffer_fini(&message);
	}
	CU_ASSERT_TRUE(clock() - start < 20 * CLOCKS_PER_SEC);
}

static void shows(const char *message, const char *expected)
{
	struct buffer out;

	buffer_init(&out, 0);
	message_text(&out, span_text(message));
	CU_ASSERT_TRUE(span_is(buffer_span(&out), expected));
	if (!span_is(buffer_span(&out), expected))
		printf("\n[%s]\n", buffer_text(&out));
	buffer_fini(&out);
}

static void test_message(void)
{
	shows("From: Ann <a@x>\r\nTo: b@y\r\nCc: c@z\r\nSubject: =?utf-8?Q?caf=C3=A9?=\r\n"
	      "Date: Wed, 9 Nov 2022 01:43:49 +0700\r\n\r\nHello\tyou.\r\n\x1b[31mred\r\n",
		"From:    Ann <a@x>\nTo:      b@y\nCc:      c@z\nSubject: caf\xc3\xa9\n"
		"Date:    2022-11-09 01:43:49 +0700\n\nHello   you.\n\\033[31mred\n");
	shows(example_mime,
		"From:    Andr\xc3\xa9 <andre@b.example>, second@b.example\n"
		"To:      \xd0\x9f\xd0\xbe\xd0\xbb\xd1\x83\xd1\x87\xd0\xb0\xd1\x82\xd0\xb5\xd0\xbb"
		"\xd1\x8c <u@c.example>\n"
		"Subject: \xd0\x9e\xd1\x82\xd1\x87\xd1\x91\xd1\x82\n\n"
		"\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82\n\nAttachments:\n"
		"  \xd0\xbe\xd1\x82\xd1\x87\xd1\x91\xd1\x82.bin, application/octet-stream, "
		"5 octets\n");
	shows("Subject: x\r\nContent-Type: text/html\r\n\r\n<p>Hi &amp; <b>bye</b>\x07</p>",
		"Subject: x\n\nHi & bye\\a\n");
	shows("Subject: x\r\nContent-Type: image/png; name=\"a\x1b.png\"\r\n\r\nabc",
		"Subject: x\n\n\nAttachments:\n  a\\033.png, image/png, 3 octets\n");
	shows("", "\n");
}

#define PART(type, text) "--x\r\nContent-Type: " type "\r\n\r\n" text "\r\n"

static void test_choice(void)
{
	shows("Content-Type: multipart/alternative; boundary=x\r\n\r\n" PART("text/plain", "plain")
			PART("text/html", "<p>html") "--x--\r\n",
		"\nplain\n");
	shows("Content-Type: multipart/alternative; boundary=x\r\n\r\n" PART("text/plain", " \r\n")
			PART("text/html", "<p>html") "--x--\r\n",
		"\n \n\nhtml\n");
	shows("Content-Type: multipart/mixed; boundary=x\r\n\r\n" PART("text/plain", "one") PART(
		      "text/html", "<p>two") PART("text/html\r\nContent-Disposition: attachment",
		      "<p>three") "--x--\r\n",
		"\none\n\ntwo\n\nAttachments:\n  (no name), text/html, 8 octets\n");
}

static void test_header(void)
{
	struct buffer out;

	buffer_init(&out, 0);
	message_text_header(&out,
		span_text("Received: a\r\n\tby b\r\nSubject: \x1b]0;x\x07\xff\n\r\nBody: x\r\n"));
	CU_ASSERT_TRUE(span_is(buffer_span(&out), "Received: a\n        by b\n"
						  "Subject: \\033]0;x\\a\xef\xbf\xbd\n"));
	buffer_fini(&out);
}

SUITE(text, {"HTML", test_html}, {"cut", test_cut}, {"hostile", test_hostile},
	{"message", test_message}, {"choice", test_choice}, {"header", test_header});
