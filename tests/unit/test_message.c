#include "example.h"
#include "message/message.h"
#include "suite.h"

#include "base/limits.h"

#include <pthread.h>

static void test_header(void)
{
	struct message_summary summary;

	message_parse_header(&summary, span_text(example_mime));
	CU_ASSERT_TRUE(span_is(summary.from, "Andr\xc3\xa9 <andre@b.example>, second@b.example"));
	CU_ASSERT_TRUE(span_is(summary.address, "andre@b.example"));
	CU_ASSERT_TRUE(span_is(summary.subject, "\xd0\x9e\xd1\x82\xd1\x87\xd1\x91\xd1\x82"));
	CU_ASSERT_TRUE(span_is(summary.message_id, "1@b.example"));
	CU_ASSERT_EQUAL(summary.part_count, 0);
	message_fini(&summary);
}

static void test_parts(void)
{
	struct message_summary summary;

	message_parse(&summary, span_text(example_mime));
	CU_ASSERT_EQUAL_FATAL(summary.part_count, 3);
	CU_ASSERT_TRUE(span_is(summary.parts[0].type, "multipart/mixed"));
	CU_ASSERT_EQUAL(summary.parts[0].depth, 0);
	CU_ASSERT_TRUE(span_is(summary.parts[1].type, "text/plain"));
	CU_ASSERT_EQUAL(summary.parts[1].depth, 1);
	CU_ASSERT_TRUE(
		span_is(summary.parts[1].text, "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82"));
	CU_ASSERT_EQUAL(summary.parts[1].octets, 6);
	CU_ASSERT_TRUE(
		span_is(summary.parts[2].name, "\xd0\xbe\xd1\x82\xd1\x87\xd1\x91\xd1\x82.bin"));
	CU_ASSERT_TRUE(span_is(summary.parts[2].disposition, "attachment"));
	CU_ASSERT_EQUAL(summary.parts[2].octets, 5);
	CU_ASSERT_EQUAL(summary.parts[2].text.length, 0);
	message_fini(&summary);
}

/* What is old or wrong still shows something. */
static void test_tolerant(void)
{
	static const struct {
		const char *message, *from, *subject, *date, *text;
	} cases[] = {
		{"", "", "", "", ""},
		{"no header at all\r\n", "", "", "", "no header at all\r\n"},
		{"\r\nonly text", "", "", "", "only text"},
		{"FROM:a@b\nTO:c@d\nSUBJECT:Hello\n\nHello\nBye.\n", "a@b", "Hello", "",
			"Hello\nBye.\n"},
		{"Subject: \xd0\x9f\xd1\x80\r\n\r\n\xd0\x9f\xd1\x80", "", "\xd0\x9f\xd1\x80", "",
			"\xd0\x9f\xd1\x80"},
		{"Subject: \xcf\xf0\r\nContent-Type: text/plain; "
		 "charset=windows-1251\r\n\r\n\xcf\xf0",
			"", "\xd0\x9f\xd1\x80", "", "\xd0\x9f\xd1\x80"},
		{"Subject: \xe9\r\n\r\n\xe9", "", "\xc3\xa9", "", "\xc3\xa9"},
		{"From: garbage here\r\nDate: yesterday\r\n\r\n", "garbage here", "", "yesterday",
			""},
		{"Date: Wed, 9 Nov 2022 01:43:49 +0700\r\n\r\n", "", "",
			"2022-11-09 01:43:49 +0700", ""},
		{"Subject: x\r\nContent-Type: text/plain; charset=no-such-set\r\n\r\nabc", "", "x",
			"", "abc"},
		{"Subject: =?utf-8?Q?broken\r\n\r\n", "", "=?utf-8?Q?broken", "", ""},
		{"Subject: =?utf-8?Q?a?= =?utf-8?Q?b?=\r\n\r\n", "", "ab", "", ""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct message_summary summary;

		message_parse(&summary, span_text(cases[i].message));
		CU_ASSERT_TRUE(span_is(summary.from, cases[i].from));
		CU_ASSERT_TRUE(span_is(summary.subject, cases[i].subject));
		CU_ASSERT_TRUE(span_is(summary.date, cases[i].date));
		CU_ASSERT_EQUAL(summary.part_count, i > 0);
		if (summary.part_count > 0)
			CU_ASSERT_TRUE(span_is(summary.parts[0].text, cases[i].text));
		message_fini(&summary);
	}
}

/* Encoded words that follow each other, of base64 with padding: all of them are read, in every
 * field and however long the text is. */
static void test_words(void)
{
	static const char words[] = "=?utf-8?B?0J/RgNC40LLQtdGCLCA=?=\r\n =?UTF-8?B?0L/QvtGH?=\r\n"
				    " =?utf-8?B?0YLQsA==?=";
	static const char text[] = "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82, "
				   "\xd0\xbf\xd0\xbe\xd1\x87\xd1\x82\xd0\xb0";
	struct message_summary summary;
	struct buffer message, name;

	buffer_init(&message, 0);
	buffer_init(&name, 0);
	buffer_printf(&message,
		"From: %s <a@b>\r\nTo: c@d, %s <e@f>\r\nSubject: %s!\r\n"
		"Content-Disposition: attachment; filename=\"%s\"\r\n\r\nx",
		words, words, words, words);
	message_parse(&summary, buffer_span(&message));
	buffer_printf(&name, "\"%s\" <a@b>", text);
	CU_ASSERT_TRUE(span_is(summary.from, buffer_text(&name)));
	buffer_clear(&name);
	buffer_printf(&name, "c@d, \"%s\" <e@f>", text);
	CU_ASSERT_TRUE(span_is(summary.to, buffer_text(&name)));
	buffer_clear(&name);
	buffer_printf(&name, "%s!", text);
	CU_ASSERT_TRUE(span_is(summary.subject, buffer_text(&name)));
	CU_ASSERT_TRUE(summary.part_count == 1 && span_is(summary.parts[0].name, text));
	message_fini(&summary);
	buffer_clear(&message);
	buffer_clear(&name);
	buffer_add_text(&message, "Subject:");
	for (int i = 0; i < 500; i++) {
		buffer_printf(&message, " %s\r\n", words);
		buffer_add_text(&name, text);
	}
	message_parse_header(&summary, buffer_span(&message));
	CU_ASSERT_TRUE(span_is(summary.subject, buffer_text(&name)));
	message_fini(&summary);
	buffer_fini(&name);
	buffer_fini(&message);
}

/* Nothing breaks wherever a message ends. */
static void test_cut(void)
{
	for (size_t length = 0; length <= strlen(example_mime); length++) {
		struct message_summary summary;

		message_parse(&summary, span_first(span_text(example_mime), length));
		CU_ASSERT_TRUE(summary.part_count <= 3);
		message_fini(&summary);
	}
}

static void test_limit(void)
{
	struct message_summary summary;
	struct buffer message;

	buffer_init(&message, 0);
	buffer_add_text(&message, "Content-Type: multipart/mixed; boundary=x\r\n\r\n");
	for (int i = 0; i < LIMIT_PARTS + 5; i++)
		buffer_add_text(&message, "--x\r\n\r\na\r\n");
	message_parse(&summary, buffer_span(&message));
	CU_ASSERT_EQUAL(summary.part_count, LIMIT_PARTS);
	CU_ASSERT_TRUE(summary.is_cut);
	message_fini(&summary);
	buffer_clear(&message);
	for (int i = 0; i < LIMIT_DEPTH + 5; i++)
		buffer_add_text(&message, "Content-Type: message/rfc822\r\n\r\n");
	message_parse(&summary, buffer_span(&message));
	CU_ASSERT_TRUE(summary.is_cut);
	CU_ASSERT_TRUE(summary.part_count <= LIMIT_DEPTH + 1);
	message_fini(&summary);
	buffer_fini(&message);
}

static void *parse_many(void *context)
{
	for (int i = 0; i < 50; i++) {
		struct message_summary summary;

		message_parse(&summary, span_text(example_mime));
		*(size_t *)context += summary.part_count;
		message_fini(&summary);
	}
	return NULL;
}

static void test_threads(void)
{
	pthread_t threads[2];
	size_t counts[2] = {0, 0};

	for (size_t i = 0; i < 2; i++)
		CU_ASSERT_EQUAL(pthread_create(&threads[i], NULL, parse_many, &counts[i]), 0);
	for (size_t i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	CU_ASSERT_EQUAL(counts[0], 150);
	CU_ASSERT_EQUAL(counts[1], 150);
}

SUITE(message, {"decodes the header", test_header}, {"decodes all words", test_words},
	{"lists the parts", test_parts}, {"takes what is old or wrong", test_tolerant},
	{"may end anywhere", test_cut}, {"keeps its limits", test_limit},
	{"runs in threads", test_threads});
