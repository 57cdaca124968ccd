#include "base/limits.h"
#include "message/message.h"
#include "message/tame.h"
#include "suite.h"

/* name, then piece again and again, then behind, as one message. */
static void message_of(struct buffer *out, const char *name, const char *piece, size_t times)
{
	buffer_clear(out);
	buffer_add_text(out, name);
	for (size_t i = 0; i < times; i++)
		buffer_add_text(out, piece);
	buffer_add_text(out, "\r\nSubject: behind\r\n\r\ntext\r\n");
}

static const struct {
	const char *name, *piece;
	size_t times;
	bool is_tamed;
} cases[] = {
	{"From: ", "a:", LIMIT_NESTED - 2, false},
	{"From: ", "a:", LIMIT_NESTED + 1, true},
	{"From \t: ", "a:", LIMIT_NESTED + 1, true},
	{"From me to you: ", "a:", LIMIT_NESTED + 1, false},
	{"From: ", "a:;", LIMIT_NESTED + 1, true},
	{"tO: ", "a:", LIMIT_NESTED + 1, true},
	{"From: a\r\n ", "\r\n a:", LIMIT_NESTED + 1, true},
	{"Received: ", "a:", LIMIT_NESTED + 1, false},
	{"Subject: ", "a:", LIMIT_NESTED + 1, false},
	{"X: \r\n\r\n--b\r\nCc: ", "a:", LIMIT_NESTED + 1, true},
	{"To: ", "a,", LIMIT_NESTED + 1, true},
	{"To: ", "a@b,", LIMIT_NESTED + 1, false},
	{"To: ", "a(@),", LIMIT_NESTED + 1, true},
	{"To: ", "a@b, ", LIMIT_MAILBOXES, false},
	{"To: ", "a@b, ", LIMIT_MAILBOXES + 1, true},
	{"Subject: ", "=?utf-8?q?a?= b ", 10000, false},
	{"Subject: ", "=?utf-8?b?YQ==?= b ", 10000, false},
	{"Subject: ", "=?utf-8?q?a=", LIMIT_NESTED + 1, true},
	{"Subject: ", "=?utf-8?q?a", LIMIT_NESTED, false},
	{"Subject: ", "=?utf-8?q?a", LIMIT_NESTED + 1, true},
	{"Date: ", "=?utf-8?q?a", LIMIT_NESTED + 1, true},
	{"Subject: ", "?=b=?utf-8?q?a", LIMIT_NESTED + 2, false},
	{"Content-Type: ", "=? ", LIMIT_NESTED + 1, true},
};

/* A message that is all right is not copied; in one that is not nothing moves, and only the field
 * changes. */
static void test_fields(void)
{
	struct buffer message, copy;

	buffer_init(&message, 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct span tamed;
		bool is_cut = false;
		size_t behind = strlen("\r\nSubject: behind\r\n\r\ntext\r\n");

		buffer_init(&copy, 0);
		message_of(&message, cases[i].name, cases[i].piece, cases[i].times);
		tamed = tame(buffer_span(&message), &copy, &is_cut);
		CU_ASSERT_EQUAL(tamed.at != message.at, cases[i].is_tamed);
		CU_ASSERT_EQUAL(tamed.length, message.length);
		CU_ASSERT_FALSE(is_cut);
		CU_ASSERT_EQUAL(memcmp(tamed.at, message.at, strlen(cases[i].name) + 100), 0);
		CU_ASSERT_EQUAL(memcmp(tamed.at + tamed.length - behind,
					message.at + tamed.length - behind, behind),
			0);
		buffer_fini(&copy);
	}
	buffer_fini(&message);
}

/* What would take all stack or minutes is read at once. */
static void test_message(void)
{
	static const char *const names[] = {
		"From: ", "To : ", "Subject: ", "Content-Type: message/rfc822\r\n\r\nCc: "};
	static const char *const pieces[] = {
		"a:", "a,", "=?q?q?a", "=?=", "=?q?q?=", "(", "\"", "<@", "a.", "[", ";"};
	struct buffer message;

	buffer_init(&message, 0);
	for (size_t n = 0; n < sizeof names / sizeof names[0]; n++)
		for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
			struct message_summary summary;

			message_of(&message, names[n], pieces[p], 200000);
			message_parse(&summary, buffer_span(&message));
			CU_ASSERT_TRUE(summary.part_count > 0);
			message_fini(&summary);
		}
	buffer_fini(&message);
}

#define MULTIPART "From: a@b\r\nContent-Type: multipart/mixed; boundary="
#define PART "--b\r\n\r\n"

/* Messages of which no reader needs all: before, then a piece again and again. */
static const struct {
	const char *before, *piece;
	size_t times;
	bool is_cut;
} crowds[] = {
	{MULTIPART "b\r\n\r\n", PART, LIMIT_PARTS, false},
	{MULTIPART "b\r\n\r\n", PART, LIMIT_PARTS + 1, true},
	{MULTIPART "\"b\"; x=y\r\n\r\n", PART, LIMIT_PARTS + 1, true},
	{MULTIPART "a;boundary=b\r\n\r\n", PART, LIMIT_PARTS + 1, true},
	{MULTIPART "b/c\r\n\r\n", PART, LIMIT_PARTS + 1, true},
	{MULTIPART "(c)b\r\n\r\n", PART, LIMIT_PARTS + 1, true},
	{MULTIPART "\"\\b\"\r\n\r\n", PART, LIMIT_PARTS + 1, true},
	{MULTIPART "\"b \"\r\n\r\n", PART, LIMIT_PARTS + 1, true},
	{MULTIPART "\"b\r\n \"\r\n\r\n", PART, LIMIT_PARTS + 1, true},
	{MULTIPART "=?q?q?b?=\r\n\r\n", PART, LIMIT_PARTS + 1, true},
	{MULTIPART "\"=?q?q?b?=\"\r\n\r\n", PART, LIMIT_PARTS + 1, true},
	{"Content-type\t  :\r\n multipart/x;\r\n\tBOUNDARY\r\n =\r\n b\r\n\r\n", PART,
		LIMIT_PARTS + 1, true},
	{"Content-Type: a/b; boundary*0=b\r\n\r\n", PART, LIMIT_PARTS + 1, true},
	{"Content-Type: a/b; boundary (c) =b\r\n\r\n", PART, LIMIT_PARTS + 1, true},
	{MULTIPART "a\r\n\r\n--a\r\nContent-Type: multipart/x; boundary=b\r\n\r\n", PART,
		LIMIT_PARTS + 1, true},
	{MULTIPART "b\r\n\r\n", "--b  \n\n", LIMIT_PARTS + 1, true},
	/* lines that only look alike */
	{MULTIPART "b\r\n\r\n", "--b--\r\n", 3 * LIMIT_PARTS, false},
	{MULTIPART "b\r\n\r\n", "--a\r\n+++ b\r\n", 3 * LIMIT_PARTS, false},
	{"Content-Type: text/plain\r\n\r\nboundary=b\r\n", PART, 3 * LIMIT_PARTS, false},
	{"Subject: boundary=b\r\n\r\n", "-- \r\n", 3 * LIMIT_PARTS, false},
	/* fields */
	{"", "a:\r\n", LIMIT_HEADER_FIELDS - 1, false},
	{"", "a:\r\n", LIMIT_HEADER_FIELDS + 1, true},
	{"Subject: a\r\n\r\n", "a:\r\n", 3 * LIMIT_HEADER_FIELDS, false},
	{"a: b\r\n", "\tc:\r\n", 3 * LIMIT_HEADER_FIELDS, false},
	{MULTIPART "b\r\n\r\n--b\r\n", "a:\r\n", LIMIT_HEADER_FIELDS + 1, true},
	{MULTIPART "b\r\n\r\n--b\r\n\r\n", "a:\r\n", 3 * LIMIT_HEADER_FIELDS, false},
	{"Content-Type: message/rfc822\r\n\r\n", "a:\r\n", LIMIT_HEADER_FIELDS + 1, true},
	{"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n", "a:\r\n",
		LIMIT_HEADER_FIELDS + 1, true},
	{"", "Content-Type: message/rfc822\r\n\r\n", LIMIT_HEADER_FIELDS + 1, true},
};

static void test_crowds(void)
{
	struct buffer message, copy;

	buffer_init(&message, 0);
	for (size_t i = 0; i < sizeof crowds / sizeof crowds[0]; i++) {
		size_t before = strlen(crowds[i].before);
		struct span tamed;
		bool is_cut = false;

		buffer_init(&copy, 0);
		message_of(&message, crowds[i].before, crowds[i].piece, crowds[i].times);
		tamed = tame(buffer_span(&message), &copy, &is_cut);
		CU_ASSERT_EQUAL(is_cut, crowds[i].is_cut);
		CU_ASSERT_PTR_EQUAL(tamed.at, message.at);
		CU_ASSERT_EQUAL(tamed.length < message.length, crowds[i].is_cut);
		CU_ASSERT_TRUE(
			tamed.length >= before + (LIMIT_PARTS - 1) * strlen(crowds[i].piece));
		buffer_fini(&copy);
	}
	buffer_fini(&message);
}

/* What is counted is counted of the whole message: many fields are no way around it. */
static void test_totals(void)
{
	static const struct {
		const char *field;
		size_t each, limit;
	} rows[] = {{"To: a@b,a@b,a@b,a@b,a@b\r\n", 4, LIMIT_MAILBOXES},
		{"Content-Type: a/b;a=b;a=b;a=b;a=b\r\n", 4, LIMIT_PARAMETERS}};
	struct buffer message, copy;

	buffer_init(&message, 0);
	for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
		size_t times = rows[i / 2].limit / rows[i / 2].each + i % 2;
		struct span tamed;
		bool is_cut = false;

		buffer_init(&copy, 0);
		message_of(&message, "", rows[i / 2].field, times);
		tamed = tame(buffer_span(&message), &copy, &is_cut);
		CU_ASSERT_FALSE(is_cut);
		CU_ASSERT_EQUAL(tamed.at != message.at, i % 2 != 0);
		buffer_fini(&copy);
	}
	buffer_fini(&message);
}

/* Words that follow each other become one, in every header of the message and nowhere else. */
static void test_words(void)
{
	static const struct {
		const char *message, *tamed;
	} joined[] = {
		{"Subject: =?utf-8?B?YQ==?=\r\n =?utf-8?B?Yg==?= c\r\n\r\nx",
			"Subject: =?utf-8?B?YWI=?= c\r\n\r\nx"},
		{"To: =?utf-8?q?a?= =?koi8-r?b?8A==?= <a@b>,\n =?utf-8?q?c?= =?utf-8?q?d?= <c@d>\n",
			"To: =?utf-8?B?YdCf?= <a@b>,\n =?utf-8?B?Y2Q=?= <c@d>\n"},
		{"Subject: =?utf-8?q?a?= b =?utf-8?q?c?=\n", NULL},
		{"Subject: =?utf-8?q?a?= =?none?q?c?=\n", NULL},
		{"Subject: =?utf-8?q?a?= =?c\n", NULL},
		{"Subject: =?utf-8?q?a?= =?c =?utf-8?q?d?= =?utf-8?q?e?=\n",
			"Subject: =?utf-8?q?a?= =?c =?utf-8?B?ZGU=?=\n"},
		{"Subject: a\n\nSubject: =?utf-8?q?a?= =?utf-8?q?b?=\n", NULL},
		{"X: =?utf-8?q?a?= =?utf-8?q?b?=\nSubject: a\n\n", NULL},
		{"Content-Type: multipart/mixed; boundary=b\n\nTo: =?a?q?a?= =?b?q?b?=\n--b\n"
		 "Content-Disposition: attachment; filename=\"=?utf-8?q?a?=\n =?utf-8?q?b?=\"\n\n"
		 "To: =?utf-8?q?a?= =?utf-8?q?b?=\n--b--\n",
			"Content-Type: multipart/mixed; boundary=b\n\nTo: =?a?q?a?= "
			"=?b?q?b?=\n--b\n"
			"Content-Disposition: attachment; filename=\"=?utf-8?B?YWI=?=\"\n\n"
			"To: =?utf-8?q?a?= =?utf-8?q?b?=\n--b--\n"},
	};

	for (size_t i = 0; i < sizeof joined / sizeof joined[0]; i++) {
		struct span message = span_text(joined[i].message);
		struct span tamed;
		struct buffer copy;
		bool is_cut = false;

		buffer_init(&copy, 0);
		tamed = tame(message, &copy, &is_cut);
		CU_ASSERT_TRUE(span_is(
			tamed, joined[i].tamed != NULL ? joined[i].tamed : joined[i].message));
		CU_ASSERT_FALSE(is_cut);
		buffer_fini(&copy);
	}
}

/* More words than anybody writes are left as they are, and a field may be joined and blanked. */
static void test_many_words(void)
{
	struct buffer message, copy;
	struct span tamed;
	bool is_cut = false;

	buffer_init(&message, 0);
	buffer_init(&copy, 0);
	message_of(&message, "Subject: ", "=?utf-8?q?a?= =?utf-8?q?b?= c ", LIMIT_ENCODED_WORDS);
	tamed = tame(buffer_span(&message), &copy, &is_cut);
	CU_ASSERT_TRUE(tamed.at != message.at);
	CU_ASSERT_TRUE(span_find(tamed, "=?utf-8?B?YWI=?= c =?utf-8?q?a?= =?utf-8?q?b?= c ") <
		       tamed.length);
	buffer_clear(&copy);
	message_of(&message, "Subject: =?utf-8?q?a?= =?utf-8?q?b?= ", "=?q?q?a", LIMIT_NESTED + 1);
	tamed = tame(buffer_span(&message), &copy, &is_cut);
	CU_ASSERT_EQUAL(span_find(tamed, "Subject: =?utf-8?B?YWI=?= =?q?q?a=?q"), 0);
	CU_ASSERT_TRUE(span_find(tamed, "  \r\nSubject: behind\r\n\r\ntext\r\n") < tamed.length);
	CU_ASSERT_FALSE(is_cut);
	buffer_fini(&copy);
	buffer_fini(&message);
}

SUITE(tame, {"joins encoded words", test_words}, {"joins so many and no more", test_many_words},
	{"blanks what is beyond reason", test_fields},
	{"cuts off what is beyond reason", test_crowds}, {"counts of all fields", test_totals},
	{"such messages are read", test_message});
