#include "base/encoded_word.h"
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
		encoded_word_decode(value, out);
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

SUITE(header, {"takes fields, and their folds", test_fields}, {"picks From and Subject", test_scan},
	{"keeps within its limit", test_scan_limit});
