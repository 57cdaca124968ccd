#include "practice/faults.h"
#include "suite.h"

#include <stdio.h>

struct bad {
	const char *text;
	const char *where; /* "1:4" */
};

static const char *const good[] = {
	"at RCPT 2 reply 452 4.2.2 mailbox full",
	"at rcpt reply 250 fine",
	"at RETR 2 reply -ERR [SYS/TEMP] later",
	"at DATA delay 3s",
	"at DATA 1 delay 500ms # a comment",
	"at NOOP delay 1m",
	"at NOOP delay 7",
	"at MAIL close",
	"at MAIL reset",
	"after MAIL close",
	"after MAIL 3 reset",
	"after EHLO say 250 surprise\\r\\n",
	"at greeting reply 554 no",
	"at greeting reply -ERR no",
	"after greeting say 220 again",
	"at message 2 reply 451 4.3.0 later",
	"after message close",
	"offer no STARTTLS",
	"offer SIZE 100",
	"offer XTRA",
	"certificate expired",
	"certificate wrong-name",
	"certificate self-signed",
	"retr unstuffed",
	"retr octets 0",
	"reply bare-lf",
	"reply split 1",
	"starttls inject 250 evil\\r\\n",
	"refuse bare-lf",
	"in session 2 at EHLO close",
	"in smtp session 2 at QUIT close",
	"in pop3 at QUIT close",
	"  \tin pop3   at\tQUIT   close  ",
	"",
	"# only a comment",
	"at TOP close\r",
};

static const struct bad bads[] = {
	{"juggle", "1:1"},
	{"at", "1:3"},
	{"at JUGGLE close", "1:4"},
	{"at DATAX close", "1:4"},
	{"at RCPT", "1:8"},
	{"at RCPT juggle", "1:9"},
	{"at RCPT 0 close", "1:9"},
	{"at RCPT 5000000000 close", "1:9"},
	{"at RCPT say x", "1:9"},
	{"after RCPT reply 250 x", "1:12"},
	{"after RCPT delay 3s", "1:12"},
	{"at RCPT reply", "1:14"},
	{"at RCPT reply 99 x", "1:15"},
	{"at RCPT reply 600 x", "1:15"},
	{"at RCPT reply +OK x", "1:15"},
	{"at RETR reply 250 x", "1:15"},
	{"at RCPT delay x", "1:15"},
	{"at RCPT delay 3h", "1:15"},
	{"at RCPT delay 61m", "1:15"},
	{"at RCPT delay 99999999999999999999999s", "1:15"},
	{"at RCPT close now", "1:15"},
	{"after RCPT say", "1:15"},
	{"after RCPT say \\q", "1:16"},
	{"after RCPT say ok \\x4", "1:19"},
	{"in session 0 at RCPT close", "1:12"},
	{"in session x at RCPT close", "1:12"},
	{"in imap at RCPT close", "1:4"},
	{"in pop3 at RCPT close", "1:12"},
	{"in smtp retr unstuffed", "1:9"},
	{"in pop3 refuse bare-lf", "1:9"},
	{"offer", "1:6"},
	{"offer no", "1:9"},
	{"offer no ABCDEFGHIJKLMNOPQRSTUVWXYZ", "1:10"},
	{"offer no STARTTLS now", "1:19"},
	{"certificate forged", "1:13"},
	{"retr octets x", "1:13"},
	{"retr fast", "1:6"},
	{"reply split 0", "1:13"},
	{"reply late", "1:7"},
	{"starttls refuse", "1:10"},
	{"refuse all", "1:8"},
	{"# fine\n\nat DATA close\n\tat DATA no", "4:10"},
};

static void test_good(void)
{
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct script *script = script_new();
		struct fail fail = {.text = ""};
		size_t count, is_rule = good[i][0] != '\0' && good[i][0] != '#';

		if (script_add(script, "x", span_text(good[i]), &fail) == STEP_FAIL)
			fprintf(stderr, "\n%s: %s\n", good[i], fail.text);
		CU_ASSERT_EQUAL(fail.text[0], '\0');
		(void)script_rules(script, &count);
		CU_ASSERT_EQUAL(count, is_rule);
		script_free(script);
	}
}

static void test_bad(void)
{
	for (size_t i = 0; i < sizeof bads / sizeof bads[0]; i++) {
		struct script *script = script_new();
		struct fail fail = {.text = ""};
		char start[32];

		snprintf(start, sizeof start, "x:%s: ", bads[i].where);
		CU_ASSERT_EQUAL(script_add(script, "x", span_text(bads[i].text), &fail), STEP_FAIL);
		CU_ASSERT_EQUAL(fail.code, FAIL_USAGE);
		if (strncmp(fail.text, start, strlen(start)) != 0)
			fprintf(stderr, "\n%s: %s, not %s\n", bads[i].text, fail.text, start);
		CU_ASSERT_EQUAL(strncmp(fail.text, start, strlen(start)), 0);
		CU_ASSERT(strlen(fail.text) > strlen(start) + 10);
		script_free(script);
	}
}

/* Any text is a script, or an error that names a place inside it. */
static void test_any_text(void)
{
	static const char *const words[] = {"at", "after", "in", "session", "smtp", "pop3", "offer",
		"no", "RCPT", "RETR", "greeting", "message", "reply", "delay", "close", "reset",
		"say", "1", "452", "+OK", "3s", "\\r", "\\x", "certificate", "expired", "retr",
		"octets", "split", "starttls", "inject", "#", "\n", "\xff", "refuse", "bare-lf"};
	uint32_t chance = 1;

	for (unsigned round = 0; round < 20000; round++) {
		struct script *script = script_new();
		struct fail fail = {.text = ""};
		struct buffer text;
		unsigned line, column;

		buffer_init(&text, 0);
		for (unsigned i = 0; i < 1 + round % 9; i++) {
			chance = chance * 1664525 + 1013904223;
			buffer_printf(&text, "%s ", words[(chance >> 16) % 35]);
		}
		if (script_add(script, "x", buffer_span(&text), &fail) == STEP_FAIL) {
			CU_ASSERT_EQUAL(sscanf(fail.text, "x:%u:%u: ", &line, &column), 2);
			CU_ASSERT(line >= 1 && column >= 1 && column <= text.length + 1);
		}
		buffer_fini(&text);
		script_free(script);
	}
}

static void test_limits(void)
{
	struct script *script = script_new();
	struct fail fail;
	size_t count;

	for (int i = 0; i < LIMIT_PRACTICE_RULES; i++)
		CU_ASSERT_EQUAL(
			script_add(script, "x", span_text("at DATA close"), &fail), STEP_DONE);
	CU_ASSERT_EQUAL(script_add(script, "x", span_text("at DATA close"), &fail), STEP_FAIL);
	CU_ASSERT_PTR_NOT_NULL(strstr(fail.text, "1000 rules"));
	(void)script_rules(script, &count);
	CU_ASSERT_EQUAL(count, LIMIT_PRACTICE_RULES);
	script_free(script);
}

static void test_text(void)
{
	struct script *script = script_new();
	struct fail fail;
	size_t count;
	const struct rule *rules;

	CU_ASSERT_EQUAL_FATAL(
		script_add(script, "x", span_text("after MAIL say  a\\tb\\\\\\x00\\x7F # c\\r\\n "),
			&fail),
		STEP_DONE);
	rules = script_rules(script, &count);
	CU_ASSERT_TRUE(span_equal(rules[0].text, span_of("a\tb\\\0\x7f # c\r\n", 12)));
	script_free(script);
}

static void test_no_file(void)
{
	struct script *script = script_new();
	struct fail fail;

	CU_ASSERT_EQUAL(script_read(script, "/nowhere/faults", &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_OPEN);
	CU_ASSERT_EQUAL(script_read(script, "/", &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_OPEN);
	script_free(script);
}

/* What is counted, and for whom. */
static void test_meeting(void)
{
	struct script *script = script_new();
	struct faults first, second, pop3;
	struct fail fail;

	CU_ASSERT_EQUAL_FATAL(
		script_add(script, "x",
			span_text("at RCPT 2 reply 452 a\nat RCPT 2 reply 550 b\nin session 2 at "
				  "RCPT delay 3s\nat RCPT delay 1s\nin pop3 at QUIT close\n"),
			&fail),
		STEP_DONE);
	faults_init(&first, script, MAIL_SMTP, 1);
	faults_init(&second, script, MAIL_SMTP, 2);
	faults_init(&pop3, script, MAIL_POP3, 1);
	CU_ASSERT_PTR_NULL(faults_meet(&first, RULE_AT, "RCPT").reply);
	CU_ASSERT_EQUAL(faults_meet(&second, RULE_AT, "RCPT").delay, 4000);
	CU_ASSERT_TRUE(span_is(faults_meet(&first, RULE_AT, "RCPT").reply->text, "452 a"));
	CU_ASSERT_PTR_NULL(faults_meet(&first, RULE_AT, "RCPT").reply);
	CU_ASSERT_EQUAL(faults_meet(&first, RULE_AT, "RCPT").delay, 1000);
	CU_ASSERT_PTR_NULL(faults_meet(&first, RULE_AFTER, "RCPT").reply);
	CU_ASSERT_PTR_NULL(faults_meet(&first, RULE_AT, "QUIT").end);
	CU_ASSERT_PTR_NOT_NULL(faults_meet(&pop3, RULE_AT, "QUIT").end);
	faults_fini(&first);
	faults_fini(&second);
	faults_fini(&pop3);
	script_free(script);
}

/* Of two settings the later one holds. */
static void test_settings(void)
{
	struct script *script = script_new();
	struct faults faults;
	struct fail fail;
	struct talk talk = {.certificate = TALK_CERTIFICATE_GOOD};

	CU_ASSERT_EQUAL_FATAL(
		script_add(script, "x",
			span_text(
				"offer no SIZE\noffer SIZE 7\noffer DSN\noffer no "
				"DSN\ncertificate expired\ncertificate wrong-name\nreply split 9"),
			&fail),
		STEP_DONE);
	faults_init(&faults, script, MAIL_SMTP, 1);
	CU_ASSERT_EQUAL(faults_offer(&faults, "SIZE")->act, RULE_OFFER);
	CU_ASSERT_EQUAL(faults_offer(&faults, "DSN")->act, RULE_OFFER_NO);
	CU_ASSERT_PTR_NULL(faults_offer(&faults, "HELP"));
	faults_set_up(&faults, &talk);
	CU_ASSERT_EQUAL(talk.certificate, TALK_CERTIFICATE_WRONG_NAME);
	CU_ASSERT_EQUAL(talk.piece, 9);
	faults_fini(&faults);
	script_free(script);
}

SUITE(practice_script, {"rules", test_good}, {"what is none, and where", test_bad},
	{"any text", test_any_text}, {"limits", test_limits}, {"texts", test_text},
	{"no file", test_no_file}, {"what is met", test_meeting}, {"settings", test_settings});
