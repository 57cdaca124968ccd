#include "replay/match.h"
#include "replay/plan.h"
#include "replay/remake.h"
#include "replay/rewrite.h"
#include "replay/verdict.h"
#include "suite.h"
#include "tape_maker.h"

#include <stdio.h>

/* ---- verdicts */

struct verdict_case {
	enum mail_protocol protocol;
	const char *verb;
	int recorded_code;
	const char *recorded;
	int live_code;
	const char *live;
	enum replay_verdict verdict;
	const char *note;
};

static const struct verdict_case verdict_cases[] = {
	{MAIL_SMTP, "MAIL", 250, "250 ok\n", 250, "250 2.1.0 Ok\n", REPLAY_SAME, ""},
	{MAIL_SMTP, "RCPT", 250, "250 ok\n", 251, "251 will forward\n", REPLAY_SAME_CLASS,
		"251, not 250"},
	{MAIL_SMTP, "RCPT", 250, "250 ok\n", 450, "450 later\n", REPLAY_DIFFERS, "450, not 250"},
	{MAIL_SMTP, "RCPT", 550, "550 5.1.1 who\n", 550, "550 5.7.1 no\n", REPLAY_SAME_CLASS,
		"the status is 5.7.1, not 5.1.1"},
	{MAIL_SMTP, "RCPT", 550, "550 5.1.1 who\n", 550, "550 no\n", REPLAY_SAME, ""},
	{MAIL_SMTP, "RCPT", 250, "250 ok\n", 0, "", REPLAY_DIFFERS, "no reply came"},
	{MAIL_SMTP, "RCPT", 0, "", 250, "250 ok\n", REPLAY_NOT_RECORDED,
		"the recording has no reply here"},
	{MAIL_SMTP, "RCPT", 0, "", 0, "", REPLAY_SAME, ""},
	{MAIL_SMTP, "EHLO", 250, "250-a\n250-SIZE 9\n250 HELP\n", 250,
		"250-b at your service\n250-help\n250 SIZE 1000\n", REPLAY_SAME, ""},
	{MAIL_SMTP, "EHLO", 250, "250-a\n250-SIZE 9\n250 HELP\n", 250, "250-b\n250 PIPELINING\n",
		REPLAY_DIFFERS, "no longer offered: SIZE HELP; offered besides: PIPELINING"},
	{MAIL_SMTP, "EHLO", 250, "250-a\n250-AUTH LOGIN PLAIN\n250 AUTH=LOGIN\n", 250,
		"250-b\n250 AUTH PLAIN LOGIN\n", REPLAY_SAME, ""},
	{MAIL_SMTP, "EHLO", 250, "250-a\n250 AUTH LOGIN\n", 250, "250-b\n250 AUTH PLAIN\n",
		REPLAY_SAME_CLASS, "other mechanisms: PLAIN"},
	{MAIL_SMTP, "EHLO", 250, "250-a\n250 SIZE\n", 502, "502 no\n", REPLAY_DIFFERS,
		"502, not 250"},
	{MAIL_SMTP, "HELO", 250, "250 a\n", 250, "250 b\n", REPLAY_SAME, ""},
	{MAIL_POP3, "STAT", 200, "+OK 2 320\n", 200, "+OK 0 0\n", REPLAY_SAME, ""},
	{MAIL_POP3, "STAT", 200, "+OK\n", 500, "-ERR\n", REPLAY_DIFFERS, "another status"},
	{MAIL_POP3, "PASS", 500, "-ERR [AUTH] no\n", 500, "-ERR [IN-USE] no\n", REPLAY_SAME_CLASS,
		"the status is [IN-USE], not [AUTH]"},
	{MAIL_POP3, "CAPA", 200, "+OK\nTOP\nSASL PLAIN\n.\n", 200, "+OK\nSASL PLAIN\nUIDL\n",
		REPLAY_DIFFERS, "no longer offered: TOP; offered besides: UIDL"},
};

static void test_verdicts(void)
{
	for (size_t i = 0; i < sizeof verdict_cases / sizeof verdict_cases[0]; i++) {
		const struct verdict_case *one = &verdict_cases[i];
		struct replay_pair pair = {.protocol = one->protocol,
			.verb = vocabulary_verb(one->protocol, span_text(one->verb)),
			.recorded = {one->recorded_code, span_text(one->recorded)},
			.live = {one->live_code, span_text(one->live)}};
		struct buffer note;

		buffer_init(&note, 0);
		CU_ASSERT_EQUAL(replay_judge(&pair, &note), one->verdict);
		CU_ASSERT_STRING_EQUAL(buffer_text(&note), one->note);
		buffer_fini(&note);
	}
	CU_ASSERT_STRING_EQUAL(replay_verdict_name(REPLAY_SAME_CLASS), "same class");
}

/* ---- matching */

#define MATCH_SESSION                                                                              \
	"S 220 a\nC EHLO b\nS 250-a\nS 250 SIZE 9\n"                                               \
	"C MAIL FROM:<a@x> SIZE=3\nS 250 ok\nC RCPT TO:<b@x>\nS 250 ok\nC RCPT TO:<c@x>\n"         \
	"S 550 no\nC NOOP\nS 250 one\nC NOOP\nS 250 two\nC XTRA 1\nS 500 what\nC QUIT\nS 221 y\n"

struct match_case {
	const char *line;
	enum replay_near near;
	size_t index; /* 0: does not matter */
};

/* Each is said once, in this order. */
static const struct match_case match_cases[] = {
	{"EHLO another.example", REPLAY_NEAR_STEP, 1},
	{"MAIL FROM:<>", REPLAY_NEAR_ARGUMENT, 0},
	{"mail from:<z@y>", REPLAY_NEAR_STEP, 2},
	{"RCPT TO:<C@X> NOTIFY=NEVER", REPLAY_NEAR_STEP, 4}, /* the same address */
	{"RCPT TO:<d@x>", REPLAY_NEAR_STEP, 3},              /* the first that is left */
	{"RCPT TO:<e@x>", REPLAY_NEAR_STEP, 4},              /* none is: the last */
	{"RCPT TO:<b@x>", REPLAY_NEAR_STEP, 3},
	{"NOOP", REPLAY_NEAR_STEP, 5},
	{"NOOP", REPLAY_NEAR_STEP, 6},
	{"NOOP", REPLAY_NEAR_STEP, 6},
	{"xtra 2", REPLAY_NEAR_STEP, 7},
	{"OTHER", REPLAY_NEAR_NOTHING, 0},
	{"VRFY b", REPLAY_NEAR_NOTHING, 0},
	{"HELO b", REPLAY_NEAR_NOTHING, 0},
	{"EHLO", REPLAY_NEAR_ARGUMENT, 0},
	{"", REPLAY_NEAR_NOTHING, 0},
};

static void check_matches(
	const struct tape *tape, const struct match_case *cases, size_t count, uint8_t *used)
{
	for (size_t i = 0; i < count; i++) {
		struct replay_asked asked = {span_text(cases[i].line), false};
		size_t index = 0;
		enum replay_near near = replay_match(tape, used, &asked, &index);

		if (near != cases[i].near ||
			(near == REPLAY_NEAR_STEP && index != cases[i].index)) {
			fprintf(stderr, "\n%s: %d, step %zu\n", cases[i].line, near, index);
			CU_FAIL("not the step that is meant");
		}
		if (near == REPLAY_NEAR_STEP)
			used[index] = 1;
	}
}

static void test_match(void)
{
	uint8_t used[9] = {0};
	struct buffer expected;
	struct tape tape;

	tape_make(&tape, MAIL_SMTP, MATCH_SESSION);
	CU_ASSERT_EQUAL_FATAL(tape.count, 9);
	buffer_init(&expected, 0);
	replay_add_expected(&tape, used, &expected);
	CU_ASSERT_STRING_EQUAL(buffer_text(&expected), "EHLO or MAIL or RCPT");
	check_matches(&tape, match_cases, sizeof match_cases / sizeof match_cases[0], used);
	buffer_clear(&expected);
	replay_add_expected(&tape, used, &expected);
	CU_ASSERT_STRING_EQUAL(buffer_text(&expected), "QUIT");
	used[8] = 1;
	buffer_clear(&expected);
	replay_add_expected(&tape, used, &expected);
	CU_ASSERT_STRING_EQUAL(buffer_text(&expected), "nothing more");
	buffer_fini(&expected);
	tape_fini(&tape);
}

/* Messages are known by their numbers, and a password is told to nobody. */
static void test_match_pop3(void)
{
	static const struct match_case cases[] = {
		{"PASS other", REPLAY_NEAR_STEP, 2},
		{"RETR 1", REPLAY_NEAR_ARGUMENT, 0},
		{"RETR 02", REPLAY_NEAR_STEP, 4},
		{"LIST 2", REPLAY_NEAR_ARGUMENT, 0},
		{"LIST", REPLAY_NEAR_STEP, 3},
		{"DELE 2", REPLAY_NEAR_NOTHING, 0},
	};
	uint8_t used[6] = {0};
	struct buffer expected;
	struct tape tape;

	tape_make(&tape, MAIL_POP3,
		"S +OK\nC USER ann\nS +OK\nC PASS s3cret\nS +OK\nC LIST\nS +OK\nS 2 3\nS .\n"
		"C RETR 2\nS +OK\nS x\nS .\nC QUIT\nS +OK\n");
	buffer_init(&expected, 0);
	used[1] = 1;
	replay_add_expected(&tape, used, &expected);
	CU_ASSERT_STRING_EQUAL(buffer_text(&expected), "PASS or LIST or RETR 2");
	check_matches(&tape, cases, sizeof cases / sizeof cases[0], used);
	buffer_fini(&expected);
	tape_fini(&tape);
}

/* ---- rewriting */

static void check_rewrite(const char *rule, const char *line, const char *result)
{
	struct replay_rewrite one;
	struct replay_rewrites all = {&one, 1};
	struct buffer out;

	CU_ASSERT_TRUE_FATAL(replay_rewrite_read(&one, rule));
	buffer_init(&out, 0);
	replay_rewrite_line(&all, span_text(line), &out);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), result);
	buffer_fini(&out);
}

static void test_rewrite(void)
{
	static const char *const wrong[] = {"", "=", "a@b", "a@b=", "=a@b", "a=b", "@a=b@c",
		"a@b=c@d> X<", "a@b=c@d\r\nQUIT", "a@b=<c@d>"};
	struct replay_rewrite rewrite;

	check_rewrite(
		"a@old=b@new", "RCPT TO:<A@OLD> NOTIFY=NEVER", "RCPT TO:<b@new> NOTIFY=NEVER");
	check_rewrite("a@old=b@new", "RCPT TO:a@old", "RCPT TO:b@new");
	check_rewrite("a@old=b@new", "RCPT TO:<aa@old>", "RCPT TO:<aa@old>");
	check_rewrite("@old=@new", "MAIL FROM:<x@old> SIZE=1", "MAIL FROM:<x@new> SIZE=1");
	check_rewrite("@old=@new", "MAIL FROM:<x@very.old>", "MAIL FROM:<x@very.old>");
	check_rewrite("@old=@new", "MAIL FROM:<>", "MAIL FROM:<>");
	check_rewrite("@old=@new", "NOOP", "NOOP");
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		CU_ASSERT_FALSE(replay_rewrite_read(&rewrite, wrong[i]));
}

/* ---- making new */

static void check_receipt(const char *text, const char *must, bool is_other)
{
	struct replay_chance chance = {1};
	struct replay_taken taken = {218, 300};
	struct buffer out;

	buffer_init(&out, 0);
	replay_remake_receipt(&chance, &taken, span_text(text), &out);
	if (must != NULL)
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), must);
	CU_ASSERT_EQUAL(out.length == strlen(text) && !span_is(buffer_span(&out), text), is_other);
	buffer_fini(&out);
}

static void test_remake(void)
{
	struct replay_chance chance = {7};
	struct buffer out;

	check_receipt("2.0.0 Ok: queued as DF158AA8629", NULL, true);
	check_receipt("OK id=1Mugho-0003Dg-Un", NULL, true);
	check_receipt("2.6.0 <e892852a-0359@host> queued", NULL, true);
	check_receipt("Ok: 218 octets", "Ok: 300 octets", true);
	check_receipt("Ok: 2180 octets in 1218 s", NULL, false);
	check_receipt("2.0.0 accepted as usual", NULL, false);
	buffer_init(&out, 0);
	replay_remake_stamp(&chance, span_text("<1896.697170952@dbc.mtview>"), &out);
	CU_ASSERT_EQUAL(out.length, strlen("<1896.697170952@dbc.mtview>"));
	CU_ASSERT_TRUE(span_find(buffer_span(&out), "@dbc.mtview>") == 15 && out.at[5] == '.');
	CU_ASSERT_FALSE(span_is(buffer_span(&out), "<1896.697170952@dbc.mtview>"));
	buffer_clear(&out);
	replay_remake_word(
		span_text("250 <a@b> a@bc, A@B"), span_text("a@b"), span_text("x"), &out);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), "250 <x> xc, x");
	buffer_clear(&out);
	replay_remake_word(span_text("250 ok"), span_of(NULL, 0), span_text("x"), &out);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), "250 ok");
	buffer_fini(&out);
}

/* ---- the plan */

static void check_plan(const struct tape *tape, enum tls_mode tls, bool has_user, const char *moves)
{
	static const char letters[] = "PLOTA"; /* in the order of enum replay_move_kind */
	struct replay_plan plan;
	struct buffer text;

	buffer_init(&text, 0);
	replay_plan_make(&plan, tape, tls, has_user);
	for (size_t i = 0; i < plan.count; i++)
		buffer_printf(&text, "%s%c%zu", i > 0 ? " " : "", letters[plan.moves[i].kind],
			plan.moves[i].last);
	CU_ASSERT_STRING_EQUAL(buffer_text(&text), moves);
	replay_plan_fini(&plan);
	buffer_fini(&text);
}

static void test_plan(void)
{
	struct tape tape;

	tape_make(&tape, MAIL_SMTP,
		"S 220 a\nC EHLO b\nS 250-a\nS 250 AUTH LOGIN\nC AUTH LOGIN\nS 334 VXNlcm5hbWU6\n"
		"C dGlt\nS 334 UGFzc3dvcmQ6\nC dGFuc3RhYWY=\nS 235 in\nC QUIT\nS 221 bye\n");
	CU_ASSERT_EQUAL(replay_tls_mode(&tape), TLS_MODE_NONE);
	check_plan(&tape, TLS_MODE_NONE, false, "P0 P1 P2 P3 P4 P5");
	check_plan(&tape, TLS_MODE_NONE, true, "P0 P1 L4 P5");
	check_plan(&tape, TLS_MODE_STARTTLS, true, "P0 P1 T1 A1 L4 P5");
	check_plan(&tape, TLS_MODE_IMPLICIT, false, "P0 P1 P2 P3 P4 P5");
	tape_fini(&tape);
	tape_make(&tape, MAIL_POP3,
		"S +OK\nC USER a\nS +OK\nC PASS b\nS +OK\nC USER a\nS -ERR\nC AUTH\nS +OK\nS "
		"PLAIN\n"
		"S .\nC QUIT\nS +OK\n");
	check_plan(&tape, TLS_MODE_NONE, true, "P0 L2 P3 P4 P5");
	check_plan(&tape, TLS_MODE_STARTTLS, false, "P0 T0 P1 P2 P3 P4 P5");
	tape_fini(&tape);
}

SUITE(replay_parts, {"verdicts", test_verdicts}, {"steps are found", test_match},
	{"steps of POP3 are found", test_match_pop3}, {"addresses are rewritten", test_rewrite},
	{"ids, sizes and nonces are new", test_remake}, {"a plan for TLS and logins", test_plan});
