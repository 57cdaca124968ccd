#include "base/limits.h"
#include "mail/header.h"
#include "suite.h"

/* What is picked out of a message's beginning. */
static const struct {
	const char *message, *fields;
} cases[] = {
	{"From: a\r\nTo: b\r\nSubject: c\r\n\r\nFrom: d\r\n", "From: a\r\nSubject: c\r\n"},
	{"from : a\r\nSUBJECT:\r\n\r\n", "from: a\r\nSUBJECT:\r\n"},
	{"Subject: a\r\n b\r\n\tc\r\nX: d\r\n e\r\nFrom: f\r\n\r\n",
		"Subject: a\r\n b\r\n\tc\r\nFrom: f\r\n"},
	{"From: a\nSubject: b\n\nSubject: c\n", "From: a\nSubject: b\n"},
	{"From: a: b\r\nFrom: c", "From: a: b\r\nFrom: c"},
	{"Received: x\r\nno field\r\nFrom: a\r\n", ""},
	{": a\r\nFrom: b\r\n", ""},
	{"\r\nFrom: a\r\n", ""},
	{"\r\n", ""},
	{"", ""},
	{"From-line: a\r\nResent-From: b\r\nSubjects: c\r\n", ""},
	{"From                        X: a\r\nFrom: b\r\n", "From: b\r\n"},
};

/* Whole, and cut at every two places. */
static void test_scan(void)
{
	struct header_scan scan;

	header_scan_init(&scan);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct span message = span_text(cases[i].message);

		for (size_t k = 0; k <= message.length; k++) {
			for (size_t n = 0; n <= message.length - k; n++) {
				header_scan_clear(&scan);
				header_scan_add(&scan, span_first(message, k));
				header_scan_add(&scan, span_first(span_from(message, k), n));
				header_scan_add(&scan, span_from(message, k + n));
				CU_ASSERT_STRING_EQUAL(buffer_text(&scan.fields), cases[i].fields);
			}
		}
	}
	header_scan_fini(&scan);
}

/* However much is said, no more than the limit is kept, and nothing of what follows. */
static void test_limit(void)
{
	struct header_scan scan;

	header_scan_init(&scan);
	header_scan_add(&scan, span_text("To: x\r\n y"));
	for (int i = 0; i < LIMIT_FIELDS; i++)
		header_scan_add(&scan, span_text(" more"));
	header_scan_add(&scan, span_text("\r\nFrom: a\r\n"));
	CU_ASSERT_STRING_EQUAL(buffer_text(&scan.fields), "From: a\r\n");
	header_scan_add(&scan, span_text("Subject: "));
	for (int i = 0; i < LIMIT_FIELDS; i++)
		header_scan_add(&scan, span_text("more\r\n "));
	header_scan_add(&scan, span_text("\r\nFrom: b\r\n"));
	CU_ASSERT_EQUAL(scan.fields.length, LIMIT_FIELDS);
	header_scan_clear(&scan);
	header_scan_add(&scan, span_text("From: b\r\n"));
	CU_ASSERT_STRING_EQUAL(buffer_text(&scan.fields), "From: b\r\n");
	header_scan_fini(&scan);
}

static void test_decode(void)
{
	static const struct {
		const char *value, *text;
	} values[] = {
		{"plain", "plain"},
		{"a\r\n b", "a b"},
		{"=?utf-8?B?0J/RgNC40LLQtdGC?=\r\n =?utf-8?Q?=2C_=D0=BC=D0=B8=D1=80?=",
			"Привет, мир"},
		{"=?koi8-r?B?4c7OwQ==?= <ann@client.example>", "Анна <ann@client.example>"},
		{"=?koi8-r*ru?q?=E1=CE=CE=C1?=", "Анна"},
		{"a =?nowhere?B?YQ==?= b", "a =?nowhere?B?YQ==?= b"},
		{"=?utf-8?B?YQ", "=?utf-8?B?YQ"},
		{"=?utf-8?Q?=4?=", "=?utf-8?Q?=4?="},
		{"=?utf-8?X?a?=", "=?utf-8?X?a?="},
		{"=?", "=?"},
	};

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		struct buffer out;

		buffer_init(&out, 0);
		header_decode(span_text(values[i].value), &out);
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), values[i].text);
		buffer_fini(&out);
	}
}

SUITE(header, {"picks From and Subject", test_scan}, {"keeps its limit", test_limit},
	{"decodes", test_decode});
