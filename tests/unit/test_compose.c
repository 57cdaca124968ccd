#include "suite.h"

#include "base/memory.h"
#include "message/compose.h"
#include "message/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define CYRILLIC "\xd0\x9e\xd1\x82\xd1\x87\xd1\x91\xd1\x82" /* Отчёт */
#define SMILE "\xf0\x9f\x98\x80"

static const struct compose plain = {
	.from = "Ann Lee <ann@a.example>",
	.to = "bob@b.example",
	.subject = "Hello",
	.body = {(const uint8_t *)"Hello.\n", 7},
};

/* The composed message; none when it cannot be. */
static struct buffer make(const struct compose *compose)
{
	struct buffer out;
	struct fail fail = {.code = FAIL_NONE};

	buffer_init(&out, 0);
	if (compose_message(compose, &out, &fail) != STEP_DONE)
		CU_FAIL(fail.text);
	return out;
}

/* Refused, for the reason given, and with nothing written. */
static void refuses(const struct compose *compose, const char *reason)
{
	struct buffer out;
	struct fail fail = {.code = FAIL_NONE};

	buffer_init(&out, 0);
	CU_ASSERT_EQUAL(compose_message(compose, &out, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(fail.text, reason));
	if (strstr(fail.text, reason) == NULL)
		printf("\n%s, not %s\n", fail.text, reason);
	CU_ASSERT_EQUAL(out.length, 0);
	buffer_fini(&out);
}

/* How often the text stands in it. */
static unsigned times(struct span message, const char *text)
{
	unsigned count = 0;

	for (size_t at = span_find(message, text); at < message.length;) {
		count++;
		message = span_from(message, at + 1);
		at = span_find(message, text);
	}
	return count;
}

static struct span header_of(struct span message)
{
	return span_first(message, span_find(message, "\r\n\r\n") + 2);
}

static struct span body_of(struct span message)
{
	return span_from(message, span_find(message, "\r\n\r\n") + 4);
}

/* The longest line; 0 when a line ends otherwise than with CRLF, or not at all. */
static size_t longest(struct span message)
{
	size_t most = 0;

	while (message.length > 0) {
		size_t length = span_find(message, "\r\n");

		if (length == message.length || span_index(message, '\n') != length + 1 ||
			span_index(message, '\r') != length)
			return 0;
		most = length > most ? length : most;
		message = span_from(message, length + 2);
	}
	return most;
}

static bool is_seven_bit(struct span message)
{
	for (size_t i = 0; i < message.length; i++)
		if (message.at[i] >= 0x80 || message.at[i] == 0)
			return false;
	return true;
}

static void test_m1(void)
{
	struct compose compose = plain;
	struct buffer one = make(&plain);
	struct buffer other = make(&plain);
	struct span first = header_of(buffer_span(&one));
	struct message_summary a;
	struct message_summary b;

	CU_ASSERT_EQUAL(times(first, "Date: "), 1);
	CU_ASSERT_EQUAL(times(first, "From: "), 1);
	CU_ASSERT_EQUAL(times(first, "Message-ID: <"), 1);
	CU_ASSERT_EQUAL(times(first, "Sender: "), 0);
	message_parse(&a, buffer_span(&one));
	message_parse(&b, buffer_span(&other));
	CU_ASSERT_FALSE(span_equal(a.message_id, b.message_id));
	CU_ASSERT_EQUAL(span_find(a.message_id, "@a.example"), a.message_id.length - 10);
	message_fini(&a);
	message_fini(&b);
	buffer_fini(&one);
	buffer_fini(&other);
	compose.from = "ann@a.example, eve@e.example";
	refuses(&compose, "Sender");
	compose.sender = "eve@e.example, ann@a.example";
	refuses(&compose, "one address");
	compose.sender = "eve@e.example";
	one = make(&compose);
	CU_ASSERT_EQUAL(times(buffer_span(&one), "Sender: eve@e.example\r\n"), 1);
	buffer_fini(&one);
	compose.from = "eve@e.example";
	one = make(&compose);
	CU_ASSERT_EQUAL(times(buffer_span(&one), "Sender: "), 0);
	buffer_fini(&one);
	compose.from = NULL;
	refuses(&compose, "From");
}

static void test_m2(void)
{
	char word[2001];
	char words[3001];
	struct compose compose = plain;
	struct buffer out;
	struct message_summary summary;

	memset(word, 'x', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	for (size_t i = 0; i < sizeof words - 1; i++)
		words[i] = i % 7 == 6 ? ' ' : 'w';
	words[sizeof words - 1] = '\0';
	compose.date = 1700000000;
	compose.subject = words;
	setenv("TZ", "XYZ-05:30", 1);
	tzset();
	out = make(&compose);
	unsetenv("TZ");
	tzset();
	CU_ASSERT_EQUAL(times(buffer_span(&out), "Date: Wed, 15 Nov 2023 03:43:20 +0530\r\n"), 1);
	CU_ASSERT_TRUE(longest(buffer_span(&out)) <= 78 && longest(buffer_span(&out)) > 70);
	CU_ASSERT_EQUAL(times(buffer_span(&out), "=?"), 0);
	message_parse(&summary, buffer_span(&out));
	CU_ASSERT_TRUE(span_equal(summary.subject, span_trim(span_text(words))));
	message_fini(&summary);
	buffer_fini(&out);
	compose.subject = word;
	out = make(&compose);
	CU_ASSERT_TRUE(longest(buffer_span(&out)) <= 78 && longest(buffer_span(&out)) > 0);
	message_parse(&summary, buffer_span(&out));
	CU_ASSERT_TRUE(span_is(summary.subject, word));
	message_fini(&summary);
	buffer_fini(&out);
}

static void test_m3(void)
{
	static const char *const headers[] = {"Received: from x", "return-path: <a@b>",
		"Bcc: eve@e.example", "MIME-Version: 1.1", "Content-Type: text/html"};
	struct compose compose = plain;
	struct buffer out;

	compose.bcc = "secret@s.example";
	out = make(&compose);
	CU_ASSERT_EQUAL(times(buffer_span(&out), "secret"), 0);
	CU_ASSERT_EQUAL(times(buffer_span(&out), "Bcc"), 0);
	CU_ASSERT_EQUAL(times(buffer_span(&out), "Received"), 0);
	CU_ASSERT_EQUAL(times(buffer_span(&out), "Return-Path"), 0);
	buffer_fini(&out);
	compose.header_count = 1;
	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
		compose.headers = &headers[i];
		refuses(&compose, "header ");
	}
}

static void test_m4(void)
{
	const struct compose_attachment attachment = {
		.path = "tests/unit/test_compose.c", .name = "t.c"};
	struct compose compose = plain;
	struct buffer out = make(&compose);

	CU_ASSERT_EQUAL(times(buffer_span(&out), "MIME-Version: 1.0\r\n"), 1);
	CU_ASSERT_EQUAL(
		times(buffer_span(&out), "Content-Type: text/plain; charset=us-ascii\r\n"), 1);
	CU_ASSERT_EQUAL(times(buffer_span(&out), "Content-Transfer-Encoding: 7bit\r\n"), 1);
	buffer_fini(&out);
	compose.attachments = &attachment;
	compose.attachment_count = 1;
	out = make(&compose);
	CU_ASSERT_EQUAL(times(buffer_span(&out), "MIME-Version: 1.0\r\n"), 1);
	CU_ASSERT_EQUAL(times(buffer_span(&out), "Content-Type: application/octet-stream\r\n"), 1);
	/* The whole has no encoding but 7bit (RFC 2045 6.4), and so names none. */
	CU_ASSERT_EQUAL(times(header_of(buffer_span(&out)), "Content-Transfer-Encoding"), 0);
	buffer_fini(&out);
}

/* The body that comes back is the one given, with CRLF line ends. */
static void comes_back(const char *body, size_t length, const char *encoding)
{
	struct compose compose = plain;
	struct message_summary summary;
	struct buffer out;
	struct buffer expected;
	struct buffer got;

	compose.body = span_of(body, length);
	out = make(&compose);
	CU_ASSERT_TRUE(is_seven_bit(buffer_span(&out)));
	CU_ASSERT_TRUE(longest(buffer_span(&out)) > 0 && longest(buffer_span(&out)) <= 998);
	if (strcmp(encoding, "7bit") != 0)
		CU_ASSERT_TRUE(longest(body_of(buffer_span(&out))) <= 76);
	message_parse(&summary, buffer_span(&out));
	CU_ASSERT_EQUAL_FATAL(summary.part_count, 1);
	CU_ASSERT_TRUE(span_is(summary.parts[0].encoding, encoding));
	buffer_init(&expected, 0);
	buffer_init(&got, 0);
	for (size_t i = 0; i < length; i++) {
		bool is_end = body[i] == '\n' || body[i] == '\r';

		if (body[i] == '\n' && i > 0 && body[i - 1] == '\r')
			continue;
		buffer_add(&expected, is_end ? "\n" : &body[i], 1);
	}
	if (expected.length > 0 && expected.at[expected.length - 1] != '\n')
		buffer_add_byte(&expected, '\n');
	for (size_t i = 0; i < summary.parts[0].text.length; i++)
		if (summary.parts[0].text.at[i] != '\r')
			buffer_add_byte(&got, summary.parts[0].text.at[i]);
	CU_ASSERT_TRUE(span_equal(buffer_span(&expected), buffer_span(&got)));
	buffer_fini(&expected);
	buffer_fini(&got);
	message_fini(&summary);
	buffer_fini(&out);
}

static void test_m5(void)
{
	static const struct {
		const char *body, *encoding;
	} cases[] = {
		{"", "7bit"},
		{"no line end", "7bit"},
		{"lf\ncrlf\r\ncr\rend\n\n\n", "7bit"},
		{".\n..\n.dot\n\n.\n", "7bit"},
		{"From me\n trailing \t \n", "7bit"},
		{"caf\xc3\xa9 = good \nFrom here\n.\n\t\n a\xcc\x81 \n", "quoted-printable"},
		{CYRILLIC CYRILLIC "\n" CYRILLIC, "base64"},
		{"a long line that is plain but for one sign at its end, and must be folded: "
		 "\xe2\x82\xac\n",
			"quoted-printable"},
	};
	char *big = memory_new(1, 5000);
	struct buffer out;
	struct compose compose = plain;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		comes_back(cases[i].body, strlen(cases[i].body), cases[i].encoding);
	memset(big, 'y', 5000);
	comes_back(big, 998, "7bit");
	comes_back(big, 999, "quoted-printable");
	memset(big + 2000, '=', 3000);
	comes_back(big, 5000, "base64");
	memset(big, ' ', 1500);
	comes_back(big, 1500, "quoted-printable");
	comes_back("nul \0 in it", 11, "quoted-printable");
	compose.body = span_text("x \ny\t\na little more caf\xc3\xa9=");
	out = make(&compose);
	CU_ASSERT_TRUE(span_is(
		body_of(buffer_span(&out)), "x=20\r\ny=09\r\na little more caf=C3=A9=3D\r\n"));
	buffer_fini(&out);
	compose.body = span_text("latin \xe9");
	refuses(&compose, "UTF-8");
	free(big);
}

/* A file with these octets; its path is to be unlinked and freed. */
static char *file_of(struct span octets)
{
	char path[] = "/tmp/mailscope-attachment-XXXXXX";
	int descriptor = mkstemp(path);

	CU_ASSERT_TRUE_FATAL(descriptor >= 0);
	CU_ASSERT_EQUAL(write(descriptor, octets.at, octets.length), (ssize_t)octets.length);
	close(descriptor);
	return memory_text(path);
}

static void test_m6(void)
{
	char *path = file_of(span_text("octets \0 and more"));
	char *empty = file_of(span_of(NULL, 0));
	char *message = file_of(span_text("Subject: inner\n\ntext\n"));
	const struct compose_attachment attachments[] = {{.path = path, .name = "a.png"},
		{.path = empty}, {.path = message, .name = "m.eml"}};
	struct compose compose = plain;
	struct message_summary summary;
	struct buffer out;
	size_t at;

	compose.attachments = attachments;
	compose.attachment_count = 3;
	out = make(&compose);
	at = span_find(buffer_span(&out), "boundary=\"");
	CU_ASSERT_EQUAL(out.at[at + 10 + 34], '"');
	out.at[at + 10 + 34] = '\0';
	CU_ASSERT_EQUAL(times(body_of(buffer_span(&out)), (const char *)out.at + at + 10), 5);
	out.at[at + 10 + 34] = '"';
	CU_ASSERT_TRUE(longest(buffer_span(&out)) > 0);
	message_parse(&summary, buffer_span(&out));
	CU_ASSERT_EQUAL_FATAL(summary.part_count, 6);
	CU_ASSERT_TRUE(span_is(summary.parts[0].type, "multipart/mixed"));
	CU_ASSERT_TRUE(span_is(summary.parts[1].text, "Hello.\r\n"));
	CU_ASSERT_TRUE(span_is(summary.parts[2].type, "image/png"));
	CU_ASSERT_EQUAL(summary.parts[2].octets, 7);
	CU_ASSERT_EQUAL(summary.parts[3].octets, 0);
	CU_ASSERT_TRUE(span_is(summary.parts[4].type, "message/rfc822"));
	CU_ASSERT_TRUE(span_is(summary.parts[4].encoding, "7bit"));
	CU_ASSERT_EQUAL(summary.parts[5].depth, 2);
	message_fini(&summary);
	buffer_fini(&out);
	unlink(path);
	unlink(empty);
	unlink(message);
	free(path);
	free(empty);
	free(message);
}

/* Each encoded word has 75 octets at most, and each its whole characters. */
static void check_encoded_words(struct span header)
{
	for (size_t at = span_find(header, "=?UTF-8?"); at < header.length;
		at = span_find(header, "=?UTF-8?")) {
		size_t end;

		header = span_from(header, at);
		end = 10 + span_find(span_from(header, 10), "?=") + 2;
		CU_ASSERT_TRUE(end <= 75);
		header = span_from(header, end);
	}
}

static void test_m7(void)
{
	static const char *const subjects[] = {CYRILLIC, "Re: " CYRILLIC " (1) " CYRILLIC " end",
		"plain =?utf-8?Q?fake?= text", " lead and trail ", "a  b \xc3\xa9  c", "tab\there",
		"   ", "\"quoted\" <b> (c)",
		SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE
			SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE SMILE,
		"caf\xc3\xa9 caf\xc3\xa9 caf\xc3\xa9 and a lot of ordinary words after it, so that "
		"the line is folded behind the last of them, but not before"};

	for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
		struct compose compose = plain;
		struct message_summary summary;
		struct buffer out;

		compose.subject = subjects[i];
		compose.to = CYRILLIC " " CYRILLIC
				      " <a@x.example>, \"Lee, \\\"Bob\\\" C.\" <b@x.example>,"
				      "\"=?utf-8?Q?fake?=\" <c@x.example>";
		out = make(&compose);
		CU_ASSERT_TRUE(is_seven_bit(buffer_span(&out)));
		CU_ASSERT_TRUE(longest(buffer_span(&out)) <= 78 && longest(buffer_span(&out)) > 0);
		check_encoded_words(header_of(buffer_span(&out)));
		CU_ASSERT_EQUAL(times(buffer_span(&out), "\"=?"), 0);
		message_parse(&summary, buffer_span(&out));
		CU_ASSERT_TRUE(span_is(summary.subject, subjects[i]));
		CU_ASSERT_TRUE(span_is(summary.to,
			CYRILLIC " " CYRILLIC " <a@x.example>, \"Lee, \\\"Bob\\\" C.\" "
				 "<b@x.example>, =?utf-8?Q?fake?= <c@x.example>"));
		message_fini(&summary);
		buffer_fini(&out);
	}
}

static void test_m8(void)
{
	static const char *const names[] = {"plain.txt", CYRILLIC ".bin", "with \"quote\\.txt",
		"semi;colon, (x).pdf", "50%'s.txt",
		CYRILLIC CYRILLIC CYRILLIC CYRILLIC CYRILLIC CYRILLIC CYRILLIC CYRILLIC CYRILLIC
			CYRILLIC CYRILLIC ".pdf",
		SMILE ".png"};
	char *path = file_of(span_text("12345"));

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const struct compose_attachment attachment = {.path = path, .name = names[i]};
		struct compose compose = plain;
		struct message_summary summary;
		struct buffer out;

		compose.attachments = &attachment;
		compose.attachment_count = 1;
		out = make(&compose);
		CU_ASSERT_TRUE(is_seven_bit(buffer_span(&out)));
		CU_ASSERT_TRUE(longest(buffer_span(&out)) <= 78 && longest(buffer_span(&out)) > 0);
		CU_ASSERT_EQUAL(times(buffer_span(&out), "=?"), 0);
		CU_ASSERT_EQUAL(times(buffer_span(&out), "iso-8859"), 0);
		message_parse(&summary, buffer_span(&out));
		CU_ASSERT_EQUAL_FATAL(summary.part_count, 3);
		CU_ASSERT_TRUE(span_is(summary.parts[2].name, names[i]));
		CU_ASSERT_EQUAL(summary.parts[2].octets, 5);
		message_fini(&summary);
		buffer_fini(&out);
	}
	unlink(path);
	free(path);
}

/* No text of the caller begins a field of its own. */
static void test_injection(void)
{
	static const char *const wild[] = {
		"a\r\nX-Injected: 1", "a\nX-Injected: 1", "a\rX-Injected: 1", "a\r\n X: 1", "\n"};

	for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++) {
		char header[64];
		const char *headers[] = {header};
		struct compose_attachment attachment = {.path = "/dev/null", .name = wild[i]};

		(void)snprintf(header, sizeof header, "X-Mine: %s", wild[i]);
		for (int field = 0; field < 13; field++) {
			struct compose compose = plain;
			const char **places[] = {&compose.from, &compose.sender, &compose.to,
				&compose.cc, &compose.reply_to, &compose.subject,
				&compose.in_reply_to, &compose.references, &compose.message_id};

			if (field < 9) {
				*places[field] = wild[i];
			} else if (field < 11) {
				if (field == 10)
					header[0] = '\n';
				compose.headers = headers;
				compose.header_count = 1;
			} else {
				attachment.name = field == 11 ? wild[i] : "x";
				attachment.type = field == 11 ? NULL : wild[i];
				compose.attachments = &attachment;
				compose.attachment_count = 1;
			}
			refuses(&compose, "");
		}
	}
}

static void test_headers(void)
{
	static const char *const headers[] = {"X-Mine: 1", "X-Mine: " CYRILLIC, "subject: Another",
		"Date: Tue, 14 Nov 2023 22:13:20 +0300", "To:Eve <eve@e.example>",
		"Message-ID: <1@x.example>", "References: <2@x> <3@x>"};
	static const char *const bad[] = {"no colon", "Bad Name: x", ": x", "Date: yesterday",
		"To: nobody", "Message-ID: 1@x", "Message-ID: <1@x> <2@x>", "X: \xff"};
	struct compose compose = plain;
	struct buffer out;
	struct span message;

	compose.headers = headers;
	compose.header_count = sizeof headers / sizeof headers[0];
	out = make(&compose);
	message = buffer_span(&out);
	CU_ASSERT_EQUAL(times(message, "X-Mine: "), 2);
	CU_ASSERT_EQUAL(times(message, "X-Mine: =?UTF-8?"), 1);
	CU_ASSERT_EQUAL(times(message, "Subject: Another\r\n"), 1);
	CU_ASSERT_EQUAL(times(message, "ubject: "), 1);
	CU_ASSERT_EQUAL(times(message, "Date: "), 1);
	CU_ASSERT_EQUAL(times(message, "Date: Tue, 14 Nov 2023 22:13:20 +0300\r\n"), 1);
	CU_ASSERT_EQUAL(times(message, "To: Eve <eve@e.example>\r\n"), 1);
	CU_ASSERT_EQUAL(times(message, "bob@b.example"), 0);
	CU_ASSERT_EQUAL(times(message, "Message-ID: <1@x.example>\r\n"), 1);
	CU_ASSERT_EQUAL(times(message, "References: <2@x> <3@x>\r\n"), 1);
	buffer_fini(&out);
	compose.header_count = 1;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		compose.headers = &bad[i];
		refuses(&compose, "");
	}
}

static void test_groups(void)
{
	struct compose compose = plain;
	struct buffer out;

	compose.to = "Undisclosed recipients:;";
	compose.cc = "x@y, " CYRILLIC ": a@b, c@d;, e@f";
	out = make(&compose);
	CU_ASSERT_EQUAL(times(buffer_span(&out), "To: Undisclosed recipients:;\r\n"), 1);
	CU_ASSERT_EQUAL(times(buffer_span(&out),
				"Cc: x@y, =?UTF-8?B?0J7RgtGH0ZHRgg==?=: a@b, c@d;, e@f\r\n"),
		1);
	buffer_fini(&out);
	compose.from = "g: a@b;";
	refuses(&compose, "group");
}

static void test_recipients(void)
{
	struct compose compose = plain;
	struct fail fail = {.code = FAIL_NONE};
	char **list;
	size_t count;

	compose.to = "Bob <bob@B.example>, g: x@y, bob@b.EXAMPLE;";
	compose.cc = "Bob@b.example, x@y, \"Q@b\"@X, \"q@b\"@x, \"q@b\"@X";
	compose.bcc = "secret@s.example";
	CU_ASSERT_EQUAL(compose_recipients(&compose, &list, &count, &fail), STEP_DONE);
	CU_ASSERT_EQUAL_FATAL(count, 6);
	CU_ASSERT_STRING_EQUAL(list[0], "bob@B.example");
	CU_ASSERT_STRING_EQUAL(list[1], "x@y");
	CU_ASSERT_STRING_EQUAL(list[2], "Bob@b.example");
	CU_ASSERT_STRING_EQUAL(list[3], "\"Q@b\"@X");
	CU_ASSERT_STRING_EQUAL(list[4], "\"q@b\"@x");
	CU_ASSERT_STRING_EQUAL(list[5], "secret@s.example");
	CU_ASSERT_PTR_NULL(list[6]);
	compose_recipients_free(list);
	compose.cc = "good@x.example, not an address, y@z";
	CU_ASSERT_EQUAL(compose_recipients(&compose, &list, &count, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(fail.text, "Cc: \"not an address"));
	compose.to = compose.cc = compose.bcc = NULL;
	CU_ASSERT_EQUAL(compose_recipients(&compose, &list, &count, &fail), STEP_DONE);
	CU_ASSERT_EQUAL(count, 0);
	compose_recipients_free(list);
}

static void test_no_attachment(void)
{
	const struct compose_attachment attachment = {.path = "/nowhere/file.txt"};
	const struct compose_attachment folder = {.path = "/tmp"};
	struct compose compose = plain;
	struct fail fail = {.code = FAIL_NONE};
	struct buffer out;

	buffer_init(&out, 0);
	compose.attachments = &attachment;
	compose.attachment_count = 1;
	CU_ASSERT_EQUAL(compose_message(&compose, &out, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_OPEN);
	compose.attachments = &folder;
	CU_ASSERT_EQUAL(compose_message(&compose, &out, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_OPEN);
	CU_ASSERT_EQUAL(out.length, 0);
	buffer_fini(&out);
}

/* Ten megabytes come back as they were, and soon. */
static void test_large(void)
{
	const size_t length = 10 * 1024 * 1024;
	uint8_t *octets = memory_new(1, length);
	struct compose_attachment attachment = {.name = "large.bin"};
	struct compose compose = plain;
	struct message_summary summary;
	struct buffer out;
	clock_t start;

	for (size_t i = 0; i < length; i++)
		octets[i] = (uint8_t)(i * 2654435761u >> 13);
	attachment.path = file_of(span_of(octets, length));
	compose.attachments = &attachment;
	compose.attachment_count = 1;
	start = clock();
	out = make(&compose);
	CU_ASSERT_TRUE(clock() - start < 5 * CLOCKS_PER_SEC);
	message_parse(&summary, buffer_span(&out));
	CU_ASSERT_EQUAL_FATAL(summary.part_count, 3);
	CU_ASSERT_EQUAL(summary.parts[2].octets, length);
	message_fini(&summary);
	buffer_fini(&out);
	unlink(attachment.path);
	free((char *)attachment.path);
	free(octets);
}

/* What another reader makes of the message: Python's email module, where it is there. */
static void test_python(void)
{
	static const char script[] =
		"python3 -c '\n"
		"import sys, email, email.policy\n"
		"m = email.message_from_binary_file(open(sys.argv[1], \"rb\"),"
		" policy=email.policy.default)\n"
		"parts = list(m.walk())\n"
		"assert m[\"Subject\"] == sys.argv[2], m[\"Subject\"]\n"
		"assert m[\"To\"].addresses[0].display_name == sys.argv[3], m[\"To\"]\n"
		"assert m[\"To\"].addresses[1].addr_spec == \"b@x.example\", m[\"To\"]\n"
		"assert m[\"Date\"].datetime.timestamp() == 1700000000, m[\"Date\"]\n"
		"assert parts[1].get_content().replace(\"\\r\", \"\") == sys.argv[4] + \"\\n\"\n"
		"assert parts[2].get_filename() == sys.argv[5], parts[2].get_filename()\n"
		"assert parts[2].get_content() == b\"12345\"\n"
		"assert not any(p.defects for p in parts), [p.defects for p in parts]\n"
		"assert not any(v.defects for p in parts for v in p.values())\n"
		"' '%s' '%s' '%s' '%s' '%s'";
	char *path = file_of(span_text("12345"));
	const struct compose_attachment attachment = {.path = path, .name = CYRILLIC " 1.bin"};
	struct compose compose = plain;
	struct buffer out;
	char *file;
	struct buffer command;

	if (system("command -v python3 >/dev/null") != 0) { /* NOLINT(cert-env33-c) */
		unlink(path);
		free(path);
		return;
	}
	compose.subject =
		"Re: " CYRILLIC " " SMILE SMILE SMILE " and a long end of the subject " CYRILLIC;
	compose.to = CYRILLIC " " CYRILLIC " <a@x.example>, b@x.example";
	compose.body = span_text(CYRILLIC " and text.\n.\nFrom a line");
	compose.attachments = &attachment;
	compose.attachment_count = 1;
	compose.date = 1700000000;
	out = make(&compose);
	file = file_of(buffer_span(&out));
	buffer_init(&command, 0);
	buffer_printf(&command, script, file, compose.subject, CYRILLIC " " CYRILLIC,
		CYRILLIC " and text.\n.\nFrom a line", attachment.name);
	CU_ASSERT_EQUAL(system(buffer_text(&command)), 0); /* NOLINT(cert-env33-c) */
	buffer_fini(&command);
	unlink(file);
	free(file);
	buffer_fini(&out);
	unlink(path);
	free(path);
}

SUITE(compose, {"M-1 origin", test_m1}, {"M-2 lines", test_m2}, {"M-3 traces", test_m3},
	{"M-4 MIME", test_m4}, {"M-5 encodings", test_m5}, {"M-6 boundary", test_m6},
	{"M-7 encoded words", test_m7}, {"M-8 parameters", test_m8}, {"injection", test_injection},
	{"further headers", test_headers}, {"groups", test_groups}, {"recipients", test_recipients},
	{"no attachment", test_no_attachment}, {"large", test_large}, {"Python", test_python});
