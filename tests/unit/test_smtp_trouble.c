#include "smtp_try.h"
#include "suite.h"

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

static void test_nonsense(void)
{
	smtp_bad_script("S SSH-2.0-OpenSSH\nX\n", FAIL_PROTOCOL, "is no reply: SSH-2.0-OpenSSH");
	smtp_bad_script("S \\x00\\xff\\x16\\x03\nX\n", FAIL_PROTOCOL, "is no reply: \\000");
	smtp_bad_script("S 999 what\nX\n", FAIL_PROTOCOL, "is no reply: 999 what");
	smtp_bad_script("S 199 what\nX\n", FAIL_PROTOCOL, "is no reply");
	smtp_bad_script("S 22 what\nX\n", FAIL_PROTOCOL, "is no reply");
	smtp_bad_script("S 220-a\nS 221 b\nX\n", FAIL_PROTOCOL, "is no reply: 221 b");
	smtp_bad_script("L 20000\nX\n", FAIL_PROTOCOL, "a line of more than 16384 octets");
	smtp_bad_script("R 9000 220-again\nX\n", FAIL_PROTOCOL, "more than 65536 octets");
	smtp_bad_script("s 220 mail\nX\n", FAIL_TEMPORARY, "in the middle of");
}

#define WHOLE                                                                                      \
	GREET HELLO(                                                                               \
		"S 250-PIPELINING\nS 250-SIZE 1000\n") "C MAIL FROM:<a@example.org> SIZE=20\nC "   \
						       "RCPT TO:<b@example.org>\nC DATA\n"         \
						       "S 250 ok\nS 250-yes\nS 250 ok\nS 354 "     \
						       "go\nD\nS 250 taken\n" BYE

static void test_splits(void)
{
	struct smtp_try what = {.script = WHOLE};
	size_t octets = mail_peer_octets(WHOLE);

	for (what.split = 1; what.split < octets; what.split++)
		smtp_good(&what);
}

/* Wherever the server breaks off: a failure that may pass, or all was well before. */
static void test_cuts(void)
{
	struct smtp_try what = {.script = WHOLE};
	size_t octets = mail_peer_octets(WHOLE);
	size_t taken = octets - strlen("221 2.0.0 bye\r\n");

	for (what.cut = 1; what.cut < octets; what.cut++) {
		struct smtp_outcome outcome = smtp_try(&what);

		CU_ASSERT_EQUAL(
			outcome.begin == STEP_DONE && outcome.send == STEP_DONE, what.cut >= taken);
		if (what.cut < taken) {
			CU_ASSERT_EQUAL(outcome.fail.code, FAIL_TEMPORARY);
		}
		if (outcome.begin == STEP_DONE && what.cut < taken) {
			CU_ASSERT_EQUAL(outcome.results[0].code, 0);
		}
	}
}

/* Ends after each stage: what was said last. */
static void test_stages(void)
{
	static const struct {
		const char *stage, *script;
	} ends[] = {
		{"connect", ""},
		{"greeting", GREET BYE},
		{"ehlo", GREET HELLO("S 250-STARTTLS\n") BYE},
		{"starttls", GREET HELLO("S 250-STARTTLS\n") "C STARTTLS\nS 220 go\n"},
		{"auth", GREET HELLO("") BYE},
		{"mail", GREET HELLO("S 250-PIPELINING\n") "C MAIL FROM:<a@example.org>\nS 250 "
							   "ok\n" BYE},
		{"rcpt", GREET HELLO("S 250-PIPELINING\n") ENVELOPE BYE},
		{"data", GREET HELLO("") ENVELOPE "C DATA\nS 354 go\n"},
		{"message", GREET HELLO("") ENVELOPE DATA BYE},
	};

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		struct smtp_try what = {.script = ends[i].script};
		struct smtp_outcome outcome;
		bool is_last = i + 1 == sizeof ends / sizeof ends[0];

		what.options.wants.quit_after = smtp_stage(ends[i].stage);
		CU_ASSERT_NOT_EQUAL(what.options.wants.quit_after, SMTP_STAGE_NONE);
		what.options.wants.tls =
			has(ends[i].script, "STARTTLS") ? TLS_MODE_STARTTLS : TLS_MODE_NONE;
		outcome = smtp_try(&what);
		CU_ASSERT_STRING_EQUAL(outcome.wrong, "");
		if (outcome.wrong[0] != '\0')
			printf("\n%s: %s\n", ends[i].stage, outcome.wrong);
		CU_ASSERT_TRUE(outcome.begin == STEP_MORE ||
			       outcome.send == (is_last ? STEP_DONE : STEP_MORE));
		what.options.wants.quit_after = SMTP_STAGE_NONE;
		what.options.wants.drop_after = smtp_stage(ends[i].stage);
		outcome = smtp_try(&what);
		CU_ASSERT_FALSE(has(outcome.said, "QUIT"));
		CU_ASSERT_TRUE(has(outcome.notes, "dropped"));
		CU_ASSERT_TRUE(outcome.begin == STEP_MORE ||
			       outcome.send == (is_last ? STEP_DONE : STEP_MORE));
	}
	CU_ASSERT_EQUAL(smtp_stage("nonsense"), SMTP_STAGE_NONE);
}

SUITE(smtp_trouble, {"nonsense", test_nonsense}, {"split at every octet", test_splits},
	{"cut at every octet", test_cuts}, {"ends after each stage", test_stages});
