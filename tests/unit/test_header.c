#include "base/limits.h"
#include "mail/header.h"
#include "suite.h"

#include <stdlib.h>

/* Fields as "name=value|", decoded. */
static void fields_of(struct span header, struct buffer *out)
{
	struct span name, value;

	while (header_take(&header, &name, &value)) {
		buffer_add_span(out, name);
		buffer_add_byte(out, '=');
		header_decode(value, out);
		buffer_add_byte(out, '|');
	}
}

static const struct {
	const char *header, *fields;
} headers[] = {
	{"", ""},
	{"\r\n", ""},
	{"From: a@b\r\nSubject: x\r\n\r\nTo: body\r\n", "From=a@b|Subject=x|"},
	{"From: a@b\nSubject: x\n", "From=a@b|Subject=x|"},
	{"From:a@b", "From=a@b|"},
	{"From :  a@b \t\r\n", "From=a@b|"},
	{"Subject:\r\n", "Subject=|"},
	{"Subject:\r\n folded first\r\n", "Subject= folded first|"},
	{"Subject: one\r\n two\r\n\tthree\r\nTo: x\r\n", "Subject=one two\tthree|To=x|"},
	{"Subject: one\r\n \r\n two\r\n", "Subject=one  two|"},
	{"Subject: a: b: c\r\n", "Subject=a: b: c|"},
	{"no field\r\nTo: x\r\n", ""},
	{"From: a\r\nno field\r\nTo: x\r\n", "From=a|"},
	{": x\r\n", ""},
};

/* Each header stands in an allocation of its length: nothing behind it is read. */
static void test_fields(void)
{
	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
		size_t length = strlen(headers[i].header);
		char *copy = malloc(length + 1);
		struct buffer out;

		memcpy(copy, headers[i].header, length);
		buffer_init(&out, 0);
		fields_of(span_of(copy, length), &out);
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), headers[i].fields);
		buffer_fini(&out);
		free(copy);
	}
}

static const struct {
	const char *value, *text;
} values[] = {
	{"plain", "plain"},
	{"=?utf-8?Q?caf=C3=A9?=", "caf\xc3\xa9"},
	{"=?UTF-8?b?Y2Fmw6k=?=", "caf\xc3\xa9"},
	{"=?ISO-8859-1?q?caf=e9_au_lait?=", "caf\xc3\xa9 au lait"},
	{"=?koi8-r?B?8NLJ18XU?=", "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82"},
	{"=?us-ascii*en?Q?hi?=", "hi"},
	{"=?windows-1258?Q?a?=", "a"}, /* its converter keeps a letter back for its accent */
	{"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "\xe6\x97\xa5\xe6\x9c\xac"},
	{"Re: =?utf-8?q?a?= b", "Re: a b"},
	/* RFC 2047 6.2 and 8: blanks between encoded words vanish, others stay */
	{"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"},
	{"=?utf-8?q?a?=\r\n\t=?utf-8?b?Yg==?= c", "ab c"},
	{"=?utf-8?q?a_?= =?utf-8?q?b?=", "a b"},
	{"=?utf-8?q?a?= =?broken", "a =?broken"},
	{"=?utf-8?q?a?==?utf-8?q?b?=", "ab"},
	/* what cannot be decoded stays */
	{"=?no-such-charset?q?a?=", "=?no-such-charset?q?a?="},
	{"=??q?a?=", "=??q?a?="},
	{"=?*en?q?a?=", "=?*en?q?a?="},
	{"=?utf-8?x?a?=", "=?utf-8?x?a?="},
	{"=?utf-8?q?a=?=", "=?utf-8?q?a=?="},
	{"=?utf-8?q?a=4?=", "=?utf-8?q?a=4?="},
	{"=?utf-8?q?a=XY?=", "=?utf-8?q?a=XY?="},
	{"=?utf-8?q?=FF=FE?=", "=?utf-8?q?=FF=FE?="},
	{"=?utf-8?b?YWJ?=", "=?utf-8?b?YWJ?="},
	{"=?utf-8?b?Y W J j?=", "=?utf-8?b?Y W J j?="},
	{"=?utf-8?q?never ends", "=?utf-8?q?never ends"},
	{"=?utf-8?q", "=?utf-8?q"},
	{"=?", "=?"},
	{"=", "="},
	{"1=1 a==b =?", "1=1 a==b =?"},
	{"=?utf-8?q?"
	 "?=",
		""},
};

static void test_words(void)
{
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		size_t length = strlen(values[i].value);
		char *copy = malloc(length + 1);
		struct buffer out;

		memcpy(copy, values[i].value, length);
		buffer_init(&out, 0);
		header_decode(span_of(copy, length), &out);
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), values[i].text);
		buffer_fini(&out);
		free(copy);
	}
}

/* Cut anywhere, a value gives what is there, and nothing is read behind it. */
static void test_cut_words(void)
{
	static const char value[] = "a =?utf-8?q?b=C3=A9?= =?utf-8?b?Yg==?= c";

	for (size_t length = 0; length < sizeof value; length++) {
		char *copy = malloc(length + 1);
		struct buffer out;

		memcpy(copy, value, length);
		buffer_init(&out, 0);
		header_decode(span_of(copy, length), &out);
		CU_ASSERT_TRUE(out.length <= length);
		CU_ASSERT_TRUE(length < 2 || memcmp(out.at, "a ", 2) == 0);
		buffer_fini(&out);
		free(copy);
	}
}

/* Too long for an encoded word: charset or text. */
static void test_long_words(void)
{
	static const size_t lengths[] = {63, 64, 100, 70000};

	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
		for (int is_charset = 0; is_charset < 2; is_charset++) {
			struct buffer value, out;

			buffer_init(&value, 0);
			buffer_init(&out, 0);
			buffer_add_text(&value, is_charset ? "=?" : "=?utf-8?q?");
			for (size_t k = 0; k < lengths[i]; k++)
				buffer_add_byte(&value, 'x');
			buffer_add_text(&value, is_charset ? "?q?a?=" : "?=");
			header_decode(buffer_span(&value), &out);
			CU_ASSERT_EQUAL(out.length,
				is_charset || lengths[i] > 1000 ? value.length : lengths[i]);
			buffer_fini(&value);
			buffer_fini(&out);
		}
}

static void scan_all(struct header_scan *scan, struct span text, size_t piece)
{
	for (; text.length > 0; text = span_from(text, piece))
		header_scan_add(scan, span_first(text, piece));
}

/* Only From and Subject are picked, folds with them, whatever pieces the header comes in. */
static void test_scan(void)
{
	static const struct {
		const char *header, *fields;
	} cases[] = {
		{"To: x\r\nFrom: a\r\n b\r\nX-From: no\r\nSUBJECT : c\r\n\r\nFrom: body\r\n",
			"From=a b|SUBJECT=c|"},
		{"From: a\nSubject: b\n\nFrom: body\n", "From=a|Subject=b|"},
		{" folded: x\r\nFrom: a\r\n", "From=a|"},
		{"X-A-Name-That-Is-Longer-Than-Sixteen: x\r\nFrom: a\r\n", "From=a|"},
		{"no header\r\nFrom: a\r\n", ""},
		{":\r\nFrom: a\r\n", ""},
		{"From: a\r\n: b\r\nSubject: c", "From=a|"},
		{"Subject: a", "Subject=a|"},
		{"Fromage: a\r\nFro: b\r\nFrom: c", "From=c|"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct header_scan scan;
		size_t length = strlen(cases[i].header);

		header_scan_init(&scan);
		for (size_t piece = 1; piece <= length; piece++) {
			struct buffer out;

			buffer_init(&out, 0);
			header_scan_clear(&scan);
			scan_all(&scan, span_text(cases[i].header), piece);
			fields_of(buffer_span(&scan.fields), &out);
			CU_ASSERT_STRING_EQUAL(buffer_text(&out), cases[i].fields);
			buffer_fini(&out);
		}
		header_scan_fini(&scan);
	}
}

/* A field without end is kept up to the limit; the next message begins anew. */
static void test_scan_limit(void)
{
	struct header_scan scan;

	header_scan_init(&scan);
	header_scan_add(&scan, span_text("Subject: "));
	for (size_t i = 0; i < 2 * LIMIT_FIELDS; i += 10)
		header_scan_add(&scan, span_text("0123456789"));
	CU_ASSERT_EQUAL(scan.fields.length, LIMIT_FIELDS);
	header_scan_add(&scan, span_text("\r\nFrom: a\r\n"));
	CU_ASSERT_EQUAL(scan.fields.length, LIMIT_FIELDS);
	header_scan_clear(&scan);
	header_scan_add(&scan, span_text("From: b\r\n"));
	CU_ASSERT_TRUE(span_is(buffer_span(&scan.fields), "From: b\r\n"));
	header_scan_fini(&scan);
}

SUITE(header, {"takes fields, and their folds", test_fields}, {"decodes words", test_words},
	{"bears words cut anywhere", test_cut_words}, {"bears words without end", test_long_words},
	{"picks From and Subject", test_scan}, {"keeps within its limit", test_scan_limit});
