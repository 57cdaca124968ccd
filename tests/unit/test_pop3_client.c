#include "client/dots.h"
#include "client/pop3_parts.h"
#include "pop3_try.h"
#include "smtp_try.h"
#include "suite.h"

#include <stdio.h>

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

static struct pop3_outcome good(const struct pop3_try *what)
{
	struct pop3_outcome outcome = pop3_try(what);

	CU_ASSERT_STRING_EQUAL(outcome.wrong, "");
	CU_ASSERT_EQUAL(outcome.begin, STEP_DONE);
	CU_ASSERT_EQUAL(outcome.quit, STEP_DONE);
	CU_ASSERT_EQUAL(outcome.fail.code, FAIL_NONE);
	if (outcome.wrong[0] != '\0' || outcome.fail.code != FAIL_NONE)
		printf("\n%s | %s\n", outcome.wrong, outcome.fail.text);
	return outcome;
}

static struct pop3_outcome bad(const struct pop3_try *what, enum fail_code code, const char *text)
{
	struct pop3_outcome outcome = pop3_try(what);

	CU_ASSERT_STRING_EQUAL(outcome.wrong, "");
	CU_ASSERT_EQUAL(outcome.fail.code, code);
	CU_ASSERT_TRUE(has(outcome.fail.text, text));
	if (outcome.wrong[0] != '\0' || outcome.fail.code != code || !has(outcome.fail.text, text))
		printf("\n%s | %d %s\n", outcome.wrong, outcome.fail.code, outcome.fail.text);
	return outcome;
}

static void good_script(const char *script)
{
	struct pop3_try what = {.script = script};

	good(&what);
}

static void bad_script(const char *script, enum fail_code code, const char *text)
{
	struct pop3_try what = {.script = script};

	CU_ASSERT_EQUAL(bad(&what, code, text).begin, STEP_FAIL);
}

/* Logged in by name, over a clear connection. */
static void log_in_by(struct pop3_try *what, const char *mechanism)
{
	what->options.wants.login = smtp_try_login(mechanism);
}

static void test_greeting(void)
{
	struct pop3_try what = {0};

	good_script("Q\n" POP3_GREET POP3_CAPA("") POP3_BYE);
	bad_script("S -ERR not now\n", FAIL_UNAVAILABLE, "-ERR not now");
	bad_script("S -ERR [SYS/TEMP] later\n", FAIL_TEMPORARY, "later");
	bad_script("X\n", FAIL_TEMPORARY, "closed the connection before it answered");
	log_in_by(&what, "APOP"); /* the time stamp is kept, with its brackets */
	what.script = "S +OK mail <1896.697170952@dbc.mtview.ca.us> ready\n" POP3_CAPA(
		"") "c APOP tim \nS +OK\n" POP3_BYE;
	good(&what);
}

static void test_lines(void)
{
	static char user[300];
	struct pop3_try what = {.script = POP3_GREET POP3_CAPA("S USER\n") POP3_BYE};

	log_in_by(&what, "user");
	memset(user, 'u', sizeof user - 1);
	what.options.wants.login.user = user;
	bad(&what, FAIL_USAGE, "255 octets");
	what.options.wants.login.user = "tim\r\nDELE 1";
	bad(&what, FAIL_USAGE, "more than one line");
	what.options.wants.login.user = "tim with blanks";
	what.script = POP3_GREET POP3_CAPA(
		"S user\n") "C USER tim with blanks\nS +OK\nC PASS tanstaaf\nS +OK\n" POP3_BYE;
	good(&what);
}

static void test_replies(void)
{
	struct pop3_try what = {.script = POP3_GREET "C CAPA\nS -ERR what?\n" POP3_BYE};

	good(&what);
	good_script("S +OK\nC CAPA\nS +OK\nS .\n" POP3_BYE);
	bad_script("S +ok ready\nX\n", FAIL_PROTOCOL, "is no reply: +ok ready");
	bad_script("S HTTP/1.1 400 Bad Request\nX\n", FAIL_PROTOCOL, "is no reply: HTTP/1.1");
	bad_script("S \\x00\\xff\nX\n", FAIL_PROTOCOL, "is no reply: \\000");
	bad_script("L 20000\nX\n", FAIL_PROTOCOL, "a line of more than 16384 octets");
	bad_script(POP3_GREET "C CAPA\nS +OK\nR 9000 AGAIN AND AGAIN\nX\n", FAIL_PROTOCOL,
		"more than 65536 octets");
	bad_script(POP3_GREET "C CAPA\nS + why not\nX\n", FAIL_PROTOCOL, "asks for more");
	log_in_by(&what, "USER"); /* without CAPA it is taken to be there */
	what.script = POP3_GREET "C CAPA\nS -ERR what?\n" POP3_PLAIN POP3_BYE;
	good(&what);
}

#define LISTED                                                                                     \
	POP3_GREET POP3_CAPA(                                                                      \
		"S UIDL\n") "C STAT\nS +OK 2 300\nC LIST\nS +OK\nS 1 10\nS 2 290 extra\nS .\n"     \
			    "C UIDL\nS +OK\nS 2 second\nS 1 first\nS .\n"

static void test_many_lines(void)
{
	static const char raw[] = "..a\r\nb..\r\n...\r\n.\r\r\n\r\n.";
	struct pop3_try what = {.is_listing = true, .is_fetching = true};
	struct pop3_outcome outcome;

	what.script = LISTED "C RETR 1\nS +OK 10 octets\nS ..a\nS b..\nS ...\nS \nS ..\nS .\n"
			     "C RETR 2\nS +OK\nS .\n" POP3_BYE;
	outcome = good(&what);
	CU_ASSERT_STRING_EQUAL(outcome.text, ".a\r\nb..\r\n..\r\n\r\n.\r\n");
	/* Split anywhere, and ended by a dot and CRLF alone. */
	for (size_t split = 0; split < sizeof raw; split++) {
		struct undot undot = {0};
		struct span head = span_of(raw, split);
		struct span tail = span_of(raw + split, sizeof raw - 1 - split);
		struct span end = span_text("\r\n+OK next");
		struct buffer out;

		if (split == sizeof raw - 1)
			tail = (struct span){0};
		buffer_init(&out, 0);
		CU_ASSERT_EQUAL(undot_take(&undot, &head, &out), STEP_MORE);
		CU_ASSERT_EQUAL(undot_take(&undot, &tail, &out), STEP_MORE);
		CU_ASSERT_EQUAL(undot_take(&undot, &end, &out), STEP_DONE);
		CU_ASSERT_TRUE(span_is(end, "+OK next"));
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), ".a\r\nb..\r\n..\r\n\r\r\n\r\n");
		buffer_fini(&out);
	}
}

static void test_texts(void)
{
	struct pop3_try what = {.is_listing = true};
	struct pop3_outcome outcome;

	what.script = LISTED POP3_BYE;
	outcome = good(&what);
	CU_ASSERT_EQUAL(outcome.count, 2);
	CU_ASSERT_EQUAL(outcome.entries[1].number, 2);
	CU_ASSERT_EQUAL(outcome.entries[1].octets, 290);
	what.script =
		POP3_GREET POP3_CAPA("") "C STAT\nS +OK many\nC LIST\nS +OK 7 messages, I think\n"
					 "S 1 10\nS .\n" POP3_BYE;
	CU_ASSERT_EQUAL(good(&what).count, 1);
	what.script =
		POP3_GREET POP3_CAPA("") "C STAT\nS +OK\nC LIST\nS +OK\nS one 10\nS .\n" POP3_BYE;
	bad(&what, FAIL_PROTOCOL, "damaged");
	what.script = POP3_GREET POP3_CAPA(
		"") "C STAT\nS +OK\nC LIST\nS +OK\nS 1 10\nS 1 11\nS .\n" POP3_BYE;
	bad(&what, FAIL_PROTOCOL, "damaged");
	what.script = POP3_GREET POP3_CAPA(
		"") "C STAT\nS +OK\nC LIST\nS +OK\nS 1 99999999999999999999\nS .\n" POP3_BYE;
	bad(&what, FAIL_PROTOCOL, "damaged");
	what.script = POP3_GREET POP3_CAPA("") "C STAT\nS +OK\nC LIST\nS -ERR no\n" POP3_BYE;
	bad(&what, FAIL_PROTOCOL, "does not list");
}

static void test_sizes(void)
{
	struct pop3_try what = {.is_listing = true, .is_fetching = true};
	struct pop3_outcome outcome;

	what.script =
		POP3_GREET POP3_CAPA("") "C STAT\nS +OK\nC LIST\nS +OK\nS 1 6\nS .\n"
					 "C RETR 1\nS +OK 99 octets\nS ..a\nS b\nS .\n" POP3_BYE;
	outcome = good(&what);
	CU_ASSERT_EQUAL(outcome.done, 7);
	CU_ASSERT_EQUAL(outcome.all, 6);
	CU_ASSERT_TRUE(has(outcome.notes, "said 6 octets, 7 came"));
	what.script =
		POP3_GREET POP3_CAPA("") "C STAT\nS +OK\nC LIST\nS +OK\nS 1 7\nS .\n"
					 "C RETR 1\nS +OK 99 octets\nS ..a\nS b\nS .\n" POP3_BYE;
	CU_ASSERT_FALSE(has(good(&what).notes, "octets"));
}

static void test_ids(void)
{
	struct pop3_try what = {.is_listing = true};
	struct pop3_outcome outcome;

	what.script = LISTED POP3_BYE;
	outcome = good(&what);
	CU_ASSERT_STRING_EQUAL(outcome.entries[0].id, "first");
	CU_ASSERT_STRING_EQUAL(outcome.entries[1].id, "second");
	what.script = POP3_GREET POP3_CAPA(
		"S UIDL\n") "C STAT\nS +OK\nC LIST\nS +OK\nS 1 1\nS 2 2\nS .\nC UIDL\nS +OK\n"
			    "S 1 "
			    "7777777777777777777777777777777777777777777777777777777777777777777777"
			    "\n"
			    "S 2 "
			    "8888888888888888888888888888888888888888888888888888888888888888888888"
			    "8\n"
			    "S 9 nobody\nS .\n" POP3_BYE;
	outcome = good(&what);
	CU_ASSERT_EQUAL(strlen(outcome.entries[0].id), 70);
	CU_ASSERT_STRING_EQUAL(outcome.entries[1].id, "");
	CU_ASSERT_TRUE(has(outcome.notes, "no valid id"));
	what.script = POP3_GREET POP3_CAPA("S UIDL\n") "C STAT\nS +OK\nC LIST\nS +OK\nS 1 1\nS "
						       ".\nC UIDL\nS -ERR no\n" POP3_BYE;
	CU_ASSERT_TRUE(has(good(&what).notes, "no ids"));
}

static void test_delete(void)
{
	struct pop3_try what = {.is_listing = true, .is_deleting = true};

	what.script = LISTED "C DELE 1\nS +OK\nC DELE 2\nS +OK\n" POP3_BYE;
	CU_ASSERT_EQUAL(good(&what).delete, STEP_DONE);
	what.script = LISTED "C DELE 1\nS +OK\nC DELE 2\nS +OK\nC QUIT\nX\n";
	CU_ASSERT_EQUAL(bad(&what, FAIL_TEMPORARY, "before it answered QUIT").quit, STEP_FAIL);
	what.script = LISTED "C DELE 1\nS +OK\nC DELE 2\nS +OK\nC QUIT\nS -ERR some remain\n";
	CU_ASSERT_EQUAL(bad(&what, FAIL_TEMPORARY, "some remain").quit, STEP_FAIL);
	what.script = LISTED "C DELE 1\nX\n";
	CU_ASSERT_EQUAL(pop3_try(&what).quit, STEP_FAIL);
	what.script = LISTED "C DELE 1\nS -ERR no\nC DELE 2\nS -ERR no\n" POP3_BYE;
	CU_ASSERT_EQUAL(bad(&what, FAIL_PROTOCOL, "not marked").delete, STEP_FAIL);
}

static void test_stls(void)
{
	struct pop3_try what = {.options = {.wants.tls = TLS_MODE_STARTTLS}};
	struct pop3_outcome outcome;

	what.script = POP3_GREET POP3_CAPA("") POP3_BYE;
	bad(&what, FAIL_PROTOCOL, "does not offer STLS");
	what.script = POP3_GREET POP3_CAPA("S STLS\n") "C STLS\nS -ERR no\n" POP3_BYE;
	bad(&what, FAIL_PROTOCOL, "STLS was refused");
	what.script = POP3_GREET
		POP3_CAPA("S STLS\nS SASL PLAIN\nS PIPELINING\n") "C STLS\nQ\nS +OK\nT\n" POP3_CAPA(
			"S STLS\n") POP3_BYE;
	good(&what);
	log_in_by(&what, NULL);
	bad(&what, FAIL_DENIED, "it offers: none");
	what.script = POP3_GREET POP3_CAPA(
		"S STLS\n") "C STLS\ns +OK\\x0d\\x0a+OK injected\\x0d\\x0a\nX\n";
	outcome = pop3_try(&what);
	CU_ASSERT_EQUAL(outcome.fail.code, FAIL_PROTOCOL);
	CU_ASSERT_TRUE(has(outcome.fail.text, "in clear"));
	what.options.wants.tls = TLS_MODE_OFFERED;
	log_in_by(&what, "USER");
	what.script = POP3_GREET POP3_CAPA("S USER\n") POP3_PLAIN POP3_BYE;
	CU_ASSERT_TRUE(has(good(&what).notes, "stays in clear"));
}

static void ask_other_name(struct connection_options *options)
{
	options->trust.name = "other.example";
}

static void test_implicit(void)
{
	struct pop3_try what = {.options = {.wants.tls = TLS_MODE_IMPLICIT}};

	log_in_by(&what, NULL);
	what.script = "T\n" POP3_GREET POP3_CAPA("S USER\n") POP3_PLAIN POP3_BYE;
	good(&what);
	what.change = ask_other_name;
	what.script = "T\n";
	CU_ASSERT_EQUAL(pop3_try(&what).fail.code, FAIL_DENIED);
}

static void test_auth(void)
{
	struct pop3_try what = {.options = {.wants.tls = TLS_MODE_IMPLICIT}};

	log_in_by(&what, NULL);
	what.script = "T\n" POP3_GREET POP3_CAPA(
		"S SASL PLAIN\n") "C AUTH PLAIN AHRpbQB0YW5zdGFhZg==\nS +OK\n" POP3_BYE;
	good(&what);
	log_in_by(&what, "PLAIN"); /* whoever cannot be asked gets no initial response */
	what.script =
		"T\n" POP3_GREET "C CAPA\nS -ERR\nC AUTH PLAIN\nS + \nC AHRpbQB0YW5zdGFhZg==\n"
		"S +OK\n" POP3_BYE;
	good(&what);
	what.script = "T\n" POP3_GREET "C CAPA\nS -ERR\nC AUTH PLAIN\nS +\nC AHRpbQB0YW5zdGFhZg==\n"
		      "S +OK\n" POP3_BYE;
	good(&what);
	log_in_by(&what, "LOGIN");
	what.script = "T\n" POP3_GREET POP3_CAPA(
		"S SASL LOGIN\n") "C AUTH LOGIN\nS + VXNlcm5hbWU6\n"
				  "C dGlt\nS + UGFzc3dvcmQ6\nC dGFuc3RhYWY=\nS +OK\n" POP3_BYE;
	good(&what);
}

static void test_groups(void)
{
	struct pop3_try what = {.is_listing = true, .is_fetching = true};

	log_in_by(&what, "USER");
	what.script = POP3_GREET POP3_CAPA(
		"S UIDL\nS PIPELINING\nS USER\n") "C USER tim\nQ\nS +OK\nC PASS tanstaaf\nQ\nS "
						  "+OK\n"
						  "C STAT\nC LIST\nC UIDL\nQ\nS +OK 1 4\nS +OK\nS "
						  "1 4\nS .\nS +OK\nS 1 id\nS .\n"
						  "C RETR 1\nS +OK\nS ab\nS .\n" POP3_BYE;
	CU_ASSERT_STRING_EQUAL(good(&what).text, "ab\r\n");
	what.script = POP3_GREET POP3_CAPA("S UIDL\nS USER\n") POP3_PLAIN
		"C STAT\nQ\nS +OK 1 4\nC LIST\nQ\nS +OK\nS 1 4\nS .\nC UIDL\nS +OK\nS 1 id\nS .\n"
		"C RETR 1\nS +OK\nS ab\nS .\n" POP3_BYE;
	good(&what);
}

static void test_response_codes(void)
{
	static const struct {
		const char *answer;
		enum fail_code code;
	} answers[] = {
		{"-ERR no", FAIL_DENIED},
		{"-ERR", FAIL_DENIED},
		{"-ERR [AUTH] no", FAIL_DENIED},
		{"-ERR [IN-USE] locked", FAIL_TEMPORARY},
		{"-ERR [in-use] locked", FAIL_TEMPORARY},
		{"-ERR [LOGIN-DELAY] wait", FAIL_TEMPORARY},
		{"-ERR [SYS/TEMP] busy", FAIL_TEMPORARY},
		{"-ERR [SYS/TEMP/DISK] busy", FAIL_TEMPORARY},
		{"-ERR [SYS/PERM] broken", FAIL_UNAVAILABLE},
		{"-ERR [NEW-CODE] ?", FAIL_DENIED},
		{"-ERR [IN-USEFUL] ?", FAIL_DENIED},
	};

	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		char script[300];
		struct pop3_try what = {.script = script};

		log_in_by(&what, "USER");
		snprintf(script, sizeof script,
			POP3_GREET POP3_CAPA(
				"S USER\n") "C USER tim\nS +OK\nC PASS tanstaaf\nS %s\n" POP3_BYE,
			answers[i].answer);
		bad(&what, answers[i].code, answers[i].answer);
	}
}

static void test_policy(void)
{
	struct pop3_outcome outcome;
	struct pop3_try what = {
		.script = POP3_GREET POP3_CAPA("S EXPIRE 0\nS LOGIN-DELAY 900\n") POP3_BYE};

	outcome = good(&what);
	CU_ASSERT_TRUE(has(outcome.notes, "EXPIRE: messages stay on the server for (days): 0"));
	CU_ASSERT_TRUE(has(outcome.notes, "from one login to the next: 900"));
}

static void test_utf8(void)
{
	struct pop3_try what = {0};

	log_in_by(&what, "USER");
	what.options.wants.login.user = "m\xc3\xbcller";
	what.script = POP3_GREET POP3_CAPA(
		"S USER\nS UTF8 USER\n") "C UTF8\nS +OK\nC USER m\xc3\xbcller\nS +OK\nC PASS "
					 "tanstaaf\nS +OK\n" POP3_BYE;
	good(&what);
	what.script = POP3_GREET
		POP3_CAPA("S USER\nS UTF8 USER\nS STLS\n") "C STLS\nS +OK\nT\n" POP3_CAPA(
			"S USER\nS UTF8 USER\n") "C UTF8\nS +OK\nC USER m\xc3\xbcller\nS +OK\nC "
						 "PASS tanstaaf\nS +OK\n" POP3_BYE;
	what.options.wants.tls = TLS_MODE_STARTTLS;
	good(&what);
	what.options.wants.login.user = "tim";
	what.options.wants.tls = TLS_MODE_NONE;
	what.script = POP3_GREET POP3_CAPA("S USER\nS UTF8 USER\n") POP3_PLAIN POP3_BYE;
	good(&what);
}

/* A server that has logged the client out for being idle. */
static void test_idle(void)
{
	struct pop3_try what = {.is_listing = true, .is_fetching = true, .script = LISTED "X\n"};
	struct pop3_outcome outcome = pop3_try(&what);

	CU_ASSERT_EQUAL(outcome.fail.code, FAIL_TEMPORARY);
	CU_ASSERT_EQUAL(outcome.fetch, STEP_FAIL);
	CU_ASSERT_EQUAL(outcome.quit, STEP_FAIL);
}

static void test_sink(void)
{
	struct pop3_try what = {.is_listing = true,
		.is_fetching = true,
		.has_bad_sink = true,
		.script = LISTED
		"C RETR 1\nS +OK\nS lost\nS .\nC RETR 2\nS +OK\nS kept\nS .\n" POP3_BYE};
	struct pop3_outcome outcome = bad(&what, FAIL_WRITE, "the disk is full");

	CU_ASSERT_EQUAL(outcome.fetch, STEP_DONE);
	CU_ASSERT_STRING_EQUAL(outcome.text, "kept\r\n");
	what.has_bad_sink = false;
	what.script = LISTED "C RETR 1\nS -ERR gone\nC RETR 2\nS +OK\nS kept\nS .\n" POP3_BYE;
	bad(&what, FAIL_PROTOCOL, "-ERR gone");
}

#define WHOLE LISTED "C RETR 1\nS +OK\nS ..a\nS \nS .\nC RETR 2\nS +OK\nS b..\nS .\n" POP3_BYE

static void test_splits(void)
{
	struct pop3_try what = {.is_listing = true, .is_fetching = true, .script = WHOLE};
	size_t octets = mail_peer_octets(WHOLE);

	for (what.split = 1; what.split < octets; what.split++)
		CU_ASSERT_STRING_EQUAL(good(&what).text, ".a\r\n\r\nb..\r\n");
}

static void test_cuts(void)
{
	struct pop3_try what = {.is_listing = true, .is_fetching = true, .script = WHOLE};
	size_t octets = mail_peer_octets(WHOLE);

	for (what.cut = 1; what.cut < octets; what.cut++) {
		struct pop3_outcome outcome = pop3_try(&what);

		CU_ASSERT_EQUAL(outcome.quit, STEP_FAIL);
		CU_ASSERT_EQUAL(outcome.fail.code, FAIL_TEMPORARY);
	}
}

static void test_stages(void)
{
	static const struct {
		const char *stage, *script;
	} ends[] = {
		{"connect", ""},
		{"greeting", POP3_GREET POP3_BYE},
		{"capa", POP3_GREET POP3_CAPA("S STLS\n") POP3_BYE},
		{"stls", POP3_GREET POP3_CAPA("S STLS\n") "C STLS\nS +OK\n"},
		{"login", POP3_GREET POP3_CAPA("") POP3_BYE},
		{"list", LISTED POP3_BYE},
		{"retr", LISTED "C RETR 1\nS +OK\nS .\n" POP3_BYE},
		{"dele", LISTED "C RETR 1\nS +OK\nS .\nC DELE 1\nS +OK\n" POP3_BYE},
	};

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		struct pop3_try what = {.script = ends[i].script,
			.is_listing = true,
			.is_fetching = true,
			.is_deleting = true};
		struct pop3_outcome outcome;

		what.options.wants.quit_after = pop3_stage(ends[i].stage);
		CU_ASSERT_NOT_EQUAL(what.options.wants.quit_after, POP3_STAGE_NONE);
		what.options.wants.tls =
			has(ends[i].script, "C STLS") ? TLS_MODE_STARTTLS : TLS_MODE_NONE;
		outcome = pop3_try(&what);
		CU_ASSERT_STRING_EQUAL(outcome.wrong, "");
		if (outcome.wrong[0] != '\0')
			printf("\n%s: %s\n", ends[i].stage, outcome.wrong);
		what.options.wants.quit_after = POP3_STAGE_NONE;
		what.options.wants.drop_after = pop3_stage(ends[i].stage);
		outcome = pop3_try(&what);
		CU_ASSERT_FALSE(has(outcome.said, "QUIT"));
		CU_ASSERT_TRUE(has(outcome.notes, "dropped"));
	}
	CU_ASSERT_EQUAL(pop3_stage("nonsense"), POP3_STAGE_NONE);
}

SUITE(pop3_client, {"P-1 the greeting, and its time stamp", test_greeting},
	{"P-2 the length of lines", test_lines}, {"P-3 replies, and no CAPA", test_replies},
	{"P-4 replies of many lines", test_many_lines}, {"P-5 texts that count", test_texts},
	{"P-6 sizes", test_sizes}, {"P-7 ids", test_ids}, {"P-8 DELE and QUIT", test_delete},
	{"P-9 STLS", test_stls}, {"P-10 TLS at once", test_implicit}, {"P-11 AUTH", test_auth},
	{"P-12 groups only where offered", test_groups},
	{"P-13 response codes", test_response_codes}, {"P-14 EXPIRE and LOGIN-DELAY", test_policy},
	{"P-15 UTF8", test_utf8}, {"P-16 logged out", test_idle}, {"a sink that fails", test_sink},
	{"split at every octet", test_splits}, {"cut at every octet", test_cuts},
	{"ends after each stage", test_stages});
