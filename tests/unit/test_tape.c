#include "suite.h"
#include "tape_maker.h"

#include <stdio.h>
#include <stdlib.h>

static void check_tape(enum mail_protocol protocol, const char *session, const char *steps)
{
	struct tape tape;
	char *text;

	tape_make(&tape, protocol, session);
	text = tape_text(&tape);
	if (strcmp(text, steps) != 0) {
		fprintf(stderr, "\n%s-- must be --\n%s", text, steps);
		CU_FAIL("not the steps of the session");
	}
	free(text);
	tape_fini(&tape);
}

static void test_smtp(void)
{
	check_tape(MAIL_SMTP,
		"S 220 a\nC EHLO b\nS 250-a\nS 250 SIZE 9\nC MAIL FROM:<>\nS 250 ok\n"
		"C RCPT TO:<c@d>\nS 550 no\nC RCPT TO:<e@d>\nS 250 ok\nC DATA\nS 354 go\nC ..dot\n"
		"C x\nC .\nS 250 id=4711\nC QUIT\nS 221 bye\n",
		"[greeting]|220 220 a\nEHLO b|250 250-a 250 SIZE 9\nMAIL FROM:<>|250 250 ok\n"
		"RCPT TO:<c@d>|550 550 no\nRCPT TO:<e@d>|250 250 ok\nDATA|354 354 go\n"
		"[message, 9 octets]|250 250 id=4711\nQUIT|221 221 bye\n");
}

/* Replies find their commands by number, not by place. */
static void test_grouped(void)
{
	check_tape(MAIL_SMTP,
		"S 220 a\nC EHLO b\nS 250-a\nS 250 PIPELINING\nC MAIL FROM:<a@b>\nC RCPT TO:<c@d>\n"
		"C DATA\nS 250 one\nS 550 two\nS 554 three\nC RSET\nS 250 four\n",
		"[greeting]|220 220 a\nEHLO b|250 250-a 250 PIPELINING\n"
		"MAIL FROM:<a@b>|250 250 one\nRCPT TO:<c@d>|550 550 two\nDATA|554 554 three\n"
		"RSET|250 250 four\n");
}

static void test_chunks(void)
{
	struct tape tape;

	tape_make(&tape, MAIL_SMTP,
		"S 220 a\nC EHLO b\nS 250-a\nS 250 CHUNKING\nC MAIL FROM:<a@b>\nS 250 ok\n"
		"C RCPT TO:<c@d>\nS 250 ok\nC BDAT 3\nC x\nS 250 3 octets\nC BDAT 4 LAST\nC yz\n"
		"S 250 done\n");
	CU_ASSERT_EQUAL_FATAL(tape.count, 6);
	CU_ASSERT_TRUE(span_is(tape.steps[4].text, "x\r\n"));
	CU_ASSERT_TRUE(span_is(tape.steps[5].text, "yz\r\n"));
	CU_ASSERT_FALSE(tape.steps[5].is_open);
	CU_ASSERT_EQUAL(tape.steps[5].reply.code, 250);
	tape_fini(&tape);
}

static void test_pop3(void)
{
	struct tape tape;

	check_tape(MAIL_POP3,
		"S +OK hi <1.2@host>\nC USER ann\nS +OK\nC PASS s3cret\nS -ERR [AUTH] no\n"
		"C PASS s3cret\nS +OK in\nC LIST\nS +OK 1\nS 1 9\nS .\nC QUIT\nS +OK\n",
		"[greeting]|200 +OK hi <1.2@host>\nUSER ann|200 +OK\n"
		"PASS " SASL_HIDDEN "|500 -ERR [AUTH] no\nPASS " SASL_HIDDEN "|200 +OK in\n"
		"LIST|200 +OK 1 1 9 .\nQUIT|200 +OK\n");
	tape_make(&tape, MAIL_POP3,
		"S +OK\nC USER a\nS +OK\nC PASS b\nS +OK\nC RETR 1\nS +OK 9 octets\nS ..x\nS y\nS "
		".\n");
	CU_ASSERT_TRUE(span_is(tape.steps[3].text, ".x\r\ny\r\n"));
	CU_ASSERT_FALSE(tape.steps[3].reply.is_open);
	CU_ASSERT_TRUE(tape.has_login);
	tape_fini(&tape);
}

static void test_login(void)
{
	struct tape tape;

	tape_make(&tape, MAIL_SMTP,
		"S 220 a\nC EHLO b\nS 250-a\nS 250-STARTTLS\nS 250 AUTH LOGIN\nC AUTH LOGIN\n"
		"S 334 VXNlcm5hbWU6\nC dGlt\nS 334 UGFzc3dvcmQ6\nC dGFuc3RhYWY=\nS 235 in\nC QUIT\n"
		"S 221 bye\n");
	CU_ASSERT_EQUAL_FATAL(tape.count, 6);
	CU_ASSERT_EQUAL(tape.steps[2].mechanism, SASL_LOGIN);
	CU_ASSERT_EQUAL(tape.steps[3].kind, TAPE_RESPONSE);
	CU_ASSERT_EQUAL(tape_outcome(&tape, 2), 4);
	CU_ASSERT_EQUAL(tape_outcome(&tape, 5), 5);
	CU_ASSERT_EQUAL(tape.steps[4].reply.code, 235);
	CU_ASSERT_TRUE(tape.has_login && tape.offers_tls);
	tape_fini(&tape);
}

/* A server that answers too much, too early, or not to the end. */
static void test_odd(void)
{
	check_tape(MAIL_SMTP,
		"S 220 a\nC NOOP\nS 250 x\nS 250 what nobody asked for\nC QUIT\nS 221 y\n",
		"[greeting]|220 220 a\nNOOP|250 250 x\nQUIT|221 221 y\n");
	check_tape(
		MAIL_SMTP, "S 220 a\nC NOOP\nC QUIT\n", "[greeting]|220 220 a\nNOOP|0\nQUIT|0\n");
	check_tape(MAIL_POP3, "S +OK\nC USER a\nS +OK\nC PASS b\nS +OK\nC LIST\nS +OK 2\nS 1 9\n",
		"[greeting]|200 +OK\nUSER a|200 +OK\nPASS " SASL_HIDDEN
		"|200 +OK\nLIST|200 +OK 2 1 9...\n");
}

static void test_sealed(void)
{
	struct fail fail = {.code = FAIL_NONE};
	struct tape tape;

	CU_ASSERT_EQUAL(tape_try(&tape, MAIL_SMTP,
				"S 220 a\nC EHLO b\nS 250-a\nS 250 STARTTLS\nC STARTTLS\nS 220 go\n"
				"C \\x16\\x03\\x01\\x00\\x02\\x01\\x00\nS "
				"\\x15\\x03\\x01\\x00\\x02\\x02\\x28\n",
				&fail),
		STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_DAMAGED);
	CU_ASSERT_PTR_NOT_NULL(strstr(fail.text, "--keylog"));
	tape_fini(&tape);
}

static void test_stamp(void)
{
	CU_ASSERT_TRUE(span_is(tape_stamp(span_text("+OK hi <1.2@host> you")), "<1.2@host>"));
	CU_ASSERT_EQUAL(tape_stamp(span_text("+OK <1.2>")).length, 0);
	CU_ASSERT_EQUAL(tape_stamp(span_text("+OK <1 2@host>")).length, 0);
	CU_ASSERT_EQUAL(tape_stamp(span_text("+OK <1@host")).length, 0);
}

SUITE(tape, {"a message is sent", test_smtp}, {"commands in a group", test_grouped},
	{"chunks have their octets", test_chunks}, {"mail is fetched", test_pop3},
	{"a login and its outcome", test_login}, {"odd servers", test_odd},
	{"what is sealed cannot be played", test_sealed}, {"the stamp of a greeting", test_stamp});
