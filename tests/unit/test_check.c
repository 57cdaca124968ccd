#include "suite.h"
#include "view/check.h"

#include <stdio.h>

/* sha256 of "hello\n" */
#define HELLO "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"

static const char letter[] =
	"Subject: =?utf-8?q?a_letter?=\r\nMIME-Version: 1.0\r\n"
	"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ntext\r\n--x\r\n"
	"Content-Type: application/octet-stream\r\n"
	"Content-Disposition: attachment; filename=\"hello world.txt\"\r\n"
	"Content-Transfer-Encoding: base64\r\n\r\naGVsbG8K\r\n--x--\r\n";

static bool holds(const char *text)
{
	struct message message = {.text = span_of(letter, sizeof letter - 1)};
	struct session session = {.messages = &message, .message_count = 1, .tls = SESSION_NO_TLS};
	struct check_case subject = {&session, NULL};
	struct check_rules rules;
	struct fail fail;
	bool is_so = false;

	if (check_rules_read(&rules, span_text(text), &fail) == STEP_DONE)
		is_so = check_holds(&rules.at[0], &subject);
	check_rules_fini(&rules);
	return is_so;
}

static void test_attachments(void)
{
	CU_ASSERT_TRUE(holds("attachment sha256 " HELLO));
	CU_ASSERT_FALSE(holds("attachment sha256 4" HELLO));
	CU_ASSERT_FALSE(holds("attachment sha256 "
			      "0000000000000000000000000000000000000000000000000000000000000000"));
	CU_ASSERT_TRUE(holds("attachment name hello world.txt"));
	CU_ASSERT_FALSE(holds("attachment name world.txt"));
	CU_ASSERT_TRUE(holds("subject contains A Letter"));
	CU_ASSERT_FALSE(holds("subject contains a letter too"));
}

static void test_rules(void)
{
	static const char text[] = "# none\r\n\r\n  score 3 Recipients >= 2 \r\nQUIT SENT";
	struct check_rules rules;
	struct fail fail;

	CU_ASSERT_EQUAL_FATAL(
		check_rules_read(&rules, span_of(text, sizeof text - 1), &fail), STEP_DONE);
	CU_ASSERT_EQUAL(rules.count, 2);
	CU_ASSERT_EQUAL(rules.points, 4);
	CU_ASSERT_EQUAL(rules.at[0].line, 3);
	CU_ASSERT_EQUAL(rules.at[0].relation, CHECK_AT_LEAST);
	CU_ASSERT_EQUAL(rules.at[0].number, 2);
	CU_ASSERT_TRUE(span_is(rules.at[0].words, "Recipients >= 2"));
	CU_ASSERT_EQUAL(rules.at[1].line, 4);
	check_rules_fini(&rules);
}

SUITE(check, {"knows attachments and subjects", test_attachments}, {"reads rules", test_rules});
