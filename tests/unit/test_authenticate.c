#include "base/base64.h"
#include "client/guarded.h"
#include "client/sasl_client.h"
#include "pop3_try.h"
#include "smtp_try.h"
#include "suite.h"

#include <gsasl.h>
#include <stdio.h>

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

static struct smtp_outcome run(const struct smtp_try *what)
{
	struct smtp_outcome outcome = smtp_try(what);

	CU_ASSERT_STRING_EQUAL(outcome.wrong, "");
	if (outcome.wrong[0] != '\0')
		printf("\n%s | %s\n", outcome.wrong, outcome.fail.text);
	return outcome;
}

static struct smtp_outcome good(const char *script, struct login login, enum tls_mode tls)
{
	struct smtp_try what = {.script = script,
		.options = {.wants = {.tls = tls, .login = login}},
		.sends = SEND_NOTHING};
	struct smtp_outcome outcome = run(&what);

	CU_ASSERT_EQUAL(outcome.begin, STEP_DONE);
	return outcome;
}

static struct smtp_outcome bad(
	const char *script, struct login login, enum fail_code code, const char *text)
{
	struct smtp_try what = {
		.script = script, .options = {.wants.login = login}, .sends = SEND_NOTHING};
	struct smtp_outcome outcome = run(&what);

	CU_ASSERT_EQUAL(outcome.begin, STEP_FAIL);
	CU_ASSERT_EQUAL(outcome.fail.code, code);
	CU_ASSERT_TRUE(has(outcome.fail.text, text));
	if (outcome.fail.code != code || !has(outcome.fail.text, text))
		printf("\n%d %s\n", outcome.fail.code, outcome.fail.text);
	return outcome;
}

#define OFFER(mechanisms) GREET HELLO("S 250-AUTH " mechanisms "\n")
#define PLAIN_LINE "C AUTH PLAIN AHRpbQB0YW5zdGFhZg==\n"

static enum step never_ask(void *context, char **secret, struct fail *fail)
{
	(void)context, (void)secret;
	CU_FAIL("the secret was asked for");
	return fail_set(fail, FAIL_INTERNAL, "asked");
}

static void test_choice(void)
{
	struct login shy = {.user = "tim", .ask_secret = never_ask};

	good("T\n" OFFER("LOGIN PLAIN CRAM-MD5") "C AUTH CRAM-MD5\n"
						 "S 334 "
						 "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1ja"
						 "S5uZXQ+\nc \nS 235 ok\n" BYE,
		smtp_try_login(NULL), TLS_MODE_IMPLICIT);
	good("T\n" OFFER("LOGIN XOAUTH2 plain") PLAIN_LINE "S 235 ok\n" BYE, smtp_try_login(NULL),
		TLS_MODE_IMPLICIT);
	good("T\n" GREET HELLO("S 250-AUTH=PLAIN LOGIN\n") PLAIN_LINE "S 235 ok\n" BYE,
		smtp_try_login(NULL), TLS_MODE_IMPLICIT);
	CU_ASSERT_TRUE(has(good(OFFER("PLAIN") PLAIN_LINE "S 235 ok\n" BYE, smtp_try_login("plain"),
				   TLS_MODE_NONE)
				   .notes,
		"not encrypted, as asked for"));
	bad(OFFER("PLAIN LOGIN") BYE, shy, FAIL_DENIED, "asked for by name");
	bad(OFFER("XOAUTH2 EXTERNAL GSSAPI") BYE, shy, FAIL_DENIED, "XOAUTH2 EXTERNAL GSSAPI");
	bad(GREET HELLO("") BYE, shy, FAIL_DENIED, "none");
	shy.mechanism = "SCRAM-SHA-1";
	bad(OFFER("PLAIN SCRAM-SHA-256") BYE, shy, FAIL_DENIED, "by SCRAM-SHA-1 (it offers: PLAIN");
	shy.mechanism = "ROT13";
	bad(OFFER("PLAIN ROT13") BYE, shy, FAIL_USAGE, "called ROT13");
	shy.mechanism = "APOP";
	bad(OFFER("PLAIN APOP") BYE, shy, FAIL_USAGE, "called APOP");
}

static void test_place(void)
{
	struct smtp_try what = {.options = {.wants.login = smtp_try_login("PLAIN")}, .sends = 2};

	what.script = GREET HELLO("S 250-PIPELINING\nS 250-AUTH PLAIN\n") PLAIN_LINE
		"Q\nS 235 ok\n"
		"C MAIL FROM:<a@example.org>\nC RCPT TO:<b@example.org>\nC DATA\n"
		"S 250 ok\nS 250 ok\nS 354 go\nD\nS 250 taken\n"
		"C MAIL FROM:<a@example.org>\nC RCPT TO:<b@example.org>\nC DATA\n"
		"S 250 ok\nS 250 ok\nS 354 go\nD\nS 250 taken\n" BYE;
	CU_ASSERT_EQUAL(run(&what).send, STEP_DONE);
}

static void test_initial(void)
{
	static char token[600];
	struct login external = {.user = "tim", .ask_secret = never_ask, .mechanism = "EXTERNAL"};
	struct login bearer = smtp_try_login("XOAUTH2");
	struct pop3_try fetch = {0};

	good(OFFER("EXTERNAL") "C AUTH EXTERNAL =\nS 235 ok\n" BYE, external, TLS_MODE_NONE);
	/* A line that would be too long: 512 octets, and of POP3 255. */
	memset(token, 't', sizeof token - 1);
	bearer.context = token;
	good(OFFER("XOAUTH2") "C AUTH XOAUTH2\nS 334 \nc dXNlcj10aW0BYXV0aD1CZWFyZXIgdHR0\nS 235 "
			      "ok\n" BYE,
		bearer, TLS_MODE_NONE);
	token[300] = '\0';
	good(OFFER("XOAUTH2") "c AUTH XOAUTH2 dXNlcj10aW0BYXV0aD1CZWFyZXIgdHR0\nS 235 ok\n" BYE,
		bearer, TLS_MODE_NONE);
	fetch.options.wants.login = bearer;
	fetch.script = POP3_GREET POP3_CAPA(
		"S SASL XOAUTH2\n") "C AUTH XOAUTH2\nS + \nc dXNlcj10aW0BYXV0aD1CZWFyZXIgdHR0\nS "
				    "+OK\n" POP3_BYE;
	CU_ASSERT_STRING_EQUAL(pop3_try(&fetch).wrong, "");
	token[100] = '\0';
	fetch.script = POP3_GREET POP3_CAPA(
		"S SASL XOAUTH2\n") "c AUTH XOAUTH2 dXNlcj10aW0BYXV0aD1CZWFyZXIgdHR0\nS "
				    "+OK\n" POP3_BYE;
	CU_ASSERT_STRING_EQUAL(pop3_try(&fetch).wrong, "");
}

static void test_base64(void)
{
	static const char *const challenges[] = {
		"PDE4OTY", "PDE4 OTY2", "PDE4OTY=PDE4", "=", "\\xff\\xfe", "PDE4OTY2\\x00"};

	for (size_t i = 0; i < sizeof challenges / sizeof challenges[0]; i++) {
		char script[400];

		snprintf(script, sizeof script,
			OFFER("CRAM-MD5") "C AUTH CRAM-MD5\nS 334 %s\nC *\nS 501 cancelled\n" BYE,
			challenges[i]);
		bad(script, smtp_try_login(NULL), FAIL_PROTOCOL, "no base64");
	}
	bad(OFFER("CRAM-MD5") "C AUTH CRAM-MD5\nS 334-PDE4\nS 334 OTY2\nC *\nS 501 cancelled\n" BYE,
		smtp_try_login(NULL), FAIL_PROTOCOL, "no base64");
}

static void test_answers(void)
{
	static const struct {
		const char *answer;
		enum fail_code code;
	} answers[] = {{"535 wrong", FAIL_DENIED}, {"534 too weak", FAIL_DENIED},
		{"538 TLS first", FAIL_DENIED}, {"432 change it", FAIL_DENIED},
		{"454 later", FAIL_TEMPORARY}, {"504 unknown", FAIL_PROTOCOL},
		{"421 bye", FAIL_TEMPORARY}};
	struct smtp_try what = {
		.script = GREET HELLO("") "C MAIL FROM:<a@example.org>\nS 530 log in first\n" BYE};

	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		char script[400];

		snprintf(script, sizeof script, OFFER("PLAIN") PLAIN_LINE "S %s\n%s",
			answers[i].answer, answers[i].answer[1] == '2' ? "" : BYE);
		bad(script, smtp_try_login("PLAIN"), answers[i].code, answers[i].answer);
	}
	CU_ASSERT_EQUAL(run(&what).fail.code, FAIL_DENIED);
	/* One who asks on and on. */
	bad(OFFER("PLAIN") PLAIN_LINE "S 334 YQ==\nC *\nS 501 cancelled\n" BYE,
		smtp_try_login("PLAIN"), FAIL_PROTOCOL, "more for the login");
	bad(OFFER("LOGIN") "C AUTH LOGIN\nS 334 \nC dGlt\nS 235 ok\n" BYE, smtp_try_login("LOGIN"),
		FAIL_PROTOCOL, "has proved nothing");
}

static void test_mail_parameter(void)
{
	struct smtp_try what = {.options = {.wants.login = smtp_try_login("PLAIN")},
		.script = OFFER("PLAIN") PLAIN_LINE "S 235 ok\n" ENVELOPE DATA BYE};

	CU_ASSERT_FALSE(has(run(&what).said, "AUTH="));
}

static void test_plain(void)
{
	struct login login = smtp_try_login("PLAIN");

	login.user = "\xd0\xb8";
	good(OFFER("PLAIN") "C AUTH PLAIN ANC4AHRhbnN0YWFm\nS 235 ok\n" BYE, login, TLS_MODE_NONE);
}

/* RFC 2195 2. */
static void test_cram(void)
{
	static char secret[] = "tanstaaftanstaaf";
	struct login login = smtp_try_login(NULL);

	login.context = secret;
	good(OFFER("CRAM-MD5") "C AUTH CRAM-MD5\n"
			       "S 334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\n"
			       "C dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\nS 235 ok\n" BYE,
		login, TLS_MODE_NONE);
}

/* A SCRAM server of the library, whose messages may be changed on their way. */
struct scram {
	Gsasl *library;
	Gsasl_session *server;
	struct sasl_client *client;
	struct sasl_identity identity;
	struct buffer message; /* the last one, of either side */
	struct fail fail;
};

static int give_password(Gsasl *library, Gsasl_session *session, Gsasl_property property)
{
	(void)library;
	if (property != GSASL_PASSWORD)
		return GSASL_NO_CALLBACK;
	gsasl_property_set(session, GSASL_PASSWORD, "tanstaaf");
	gsasl_property_set(session, GSASL_SCRAM_ITER, "4096");
	gsasl_property_set(session, GSASL_SCRAM_SALT, "QSXCR+Q6sek8bf92");
	return GSASL_OK;
}

static void scram_init(struct scram *scram, const char *mechanism, const char *user)
{
	*scram = (struct scram){.identity = {.user = user, .secret = "tanstaaf"}};
	buffer_init(&scram->message, 0);
	CU_ASSERT_EQUAL(gsasl_init(&scram->library), GSASL_OK);
	gsasl_callback_set(scram->library, give_password);
	CU_ASSERT_EQUAL(gsasl_server_start(scram->library, mechanism, &scram->server), GSASL_OK);
	scram->client = sasl_client_new(
		sasl_way_find(span_text(mechanism)), &scram->identity, &scram->fail);
}

static void scram_fini(struct scram *scram)
{
	sasl_client_free(scram->client);
	gsasl_finish(scram->server);
	gsasl_done(scram->library);
	buffer_fini(&scram->message);
}

static enum step client_step(struct scram *scram)
{
	struct buffer out;
	enum step step;

	buffer_init(&out, 0);
	step = sasl_client_step(scram->client, buffer_span(&scram->message), &out, &scram->fail);
	buffer_fini(&scram->message);
	scram->message = out;
	return step;
}

static void server_step(struct scram *scram)
{
	char *out = NULL;
	size_t length = 0;

	gsasl_step(scram->server, (const char *)scram->message.at, scram->message.length, &out,
		&length);
	buffer_clear(&scram->message);
	buffer_add(&scram->message, out, length);
	gsasl_free(out);
}

/* Replaces a part of the message. */
static void change(struct scram *scram, const char *from, const char *to)
{
	struct span message = buffer_span(&scram->message);
	size_t at = span_find(message, from);
	struct buffer changed;

	CU_ASSERT_TRUE(at < message.length);
	buffer_init(&changed, 0);
	buffer_add_span(&changed, span_first(message, at));
	buffer_add_text(&changed, to);
	buffer_add_span(&changed, span_from(message, at + strlen(from)));
	buffer_fini(&scram->message);
	scram->message = changed;
}

/* The server's first message is changed: the client must not go on. */
static void refuse_first(const char *from, const char *to)
{
	struct scram scram;

	scram_init(&scram, "SCRAM-SHA-256", "tim");
	client_step(&scram);
	server_step(&scram);
	change(&scram, from, to);
	CU_ASSERT_EQUAL(client_step(&scram), STEP_FAIL);
	CU_ASSERT_EQUAL(scram.message.length, 0);
	scram_fini(&scram);
}

static void refuse_last(const char *from, const char *to, const char *why)
{
	struct scram scram;

	scram_init(&scram, "SCRAM-SHA-1", "tim");
	client_step(&scram);
	server_step(&scram);
	CU_ASSERT_EQUAL(client_step(&scram), STEP_MORE);
	server_step(&scram);
	change(&scram, from, to);
	CU_ASSERT_EQUAL(client_step(&scram), STEP_FAIL);
	CU_ASSERT_EQUAL(scram.fail.code, FAIL_DENIED);
	CU_ASSERT_TRUE(has(scram.fail.text, why));
	scram_fini(&scram);
}

static void test_scram(void)
{
	static const char *const mechanisms[] = {"SCRAM-SHA-1", "SCRAM-SHA-256"};
	struct scram scram;

	for (size_t i = 0; i < 2; i++) {
		scram_init(&scram, mechanisms[i], "a,b=c");
		CU_ASSERT_EQUAL(client_step(&scram), STEP_MORE);
		CU_ASSERT_TRUE(
			span_starts_letters(buffer_span(&scram.message), "n,,n=a=2Cb=3Dc,r="));
		server_step(&scram);
		CU_ASSERT_EQUAL(client_step(&scram), STEP_MORE);
		server_step(&scram);
		CU_ASSERT_TRUE(span_starts_letters(buffer_span(&scram.message), "v="));
		CU_ASSERT_EQUAL(client_step(&scram), STEP_DONE);
		CU_ASSERT_EQUAL(scram.message.length, 0);
		scram_fini(&scram);
	}
	refuse_first("i=4096", "i=4095");
	refuse_first("i=4096", "i=2000000000");
	refuse_first("i=4096", "i=99999999999999999999");
	refuse_first("i=4096", "i=");
	refuse_first("r=", "m=x,r=");
	refuse_first("r=", "r=other");
	refuse_last("v=", "e=invalid-proof,v=", "refuses the proof");
	refuse_last("v=", "v=AAAA", "signature is wrong");
	refuse_last("v=", "v", "signature is wrong");
	bad(OFFER("SCRAM-SHA-1") "c AUTH SCRAM-SHA-1 biws\nS 235 come in\n" BYE,
		smtp_try_login(NULL), FAIL_PROTOCOL, "has proved nothing");
	bad(OFFER("SCRAM-SHA-1") "c AUTH SCRAM-SHA-1 biws\n"
				 "S 334 cj1hYmMscz1RU1hDUitRNnNlazhiZjkyLGk9NDA5Ng==\nC *\nS 501 "
				 "cancelled\n" BYE,
		smtp_try_login(NULL), FAIL_PROTOCOL, "SCRAM-SHA-1");
}

static void test_tokens(void)
{
	static const char wanted[] = "n,a=t=2C=3Dm,\001host=mail.example\001port=587\001"
				     "auth=Bearer tanstaaf\001\001";
	struct sasl_identity identity = {"t,=m", "tanstaaf", "mail.example", 587};
	struct fail fail = {0};
	struct sasl_client *client =
		sasl_client_new(sasl_way_find(span_text("OAUTHBEARER")), &identity, &fail);
	struct buffer out;

	buffer_init(&out, 0);
	CU_ASSERT_EQUAL(sasl_client_step(client, span_text(""), &out, &fail), STEP_DONE);
	CU_ASSERT_TRUE(span_is(buffer_span(&out), wanted));
	buffer_fini(&out);
	sasl_client_free(client);
	good(OFFER("XOAUTH2") "C AUTH XOAUTH2 dXNlcj10aW0BYXV0aD1CZWFyZXIgdGFuc3RhYWYBAQ==\nS 235 "
			      "ok\n" BYE,
		smtp_try_login("XOAUTH2"), TLS_MODE_NONE);
	bad(OFFER("XOAUTH2") "c AUTH XOAUTH2 \n"
			     "S 334 eyJzdGF0dXMiOiI0MDEiLCJoaW50IjoidGFuc3RhYWYifQ==\nC \nS 535 "
			     "no\n" BYE,
		smtp_try_login("XOAUTH2"), FAIL_DENIED, "{\"status\":\"401\",\"hint\":\"••••••\"}");
	bad(OFFER("OAUTHBEARER") "c AUTH OAUTHBEARER \n"
				 "S 334 eyJzdGF0dXMiOiI0MDEiLCJoaW50IjoidGFuc3RhYWYifQ==\nC "
				 "AQ==\nS 535 no\n" BYE,
		smtp_try_login("OAUTHBEARER"), FAIL_DENIED, "\"401\"");
}

/* RFC 1939 7. */
static void test_apop(void)
{
	struct pop3_try what = {.options = {.wants.login = smtp_try_login("APOP")}};
	struct pop3_outcome outcome;

	what.options.wants.login.user = "mrose";
	what.script = "S +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\n" POP3_CAPA(
		"") "C APOP mrose c4c9334bac560ecc979e58001b3e22fb\nS +OK\n" POP3_BYE;
	outcome = pop3_try(&what);
	CU_ASSERT_STRING_EQUAL(outcome.wrong, "");
	CU_ASSERT_EQUAL(outcome.begin, STEP_DONE);
	what.options.wants.login.mechanism = NULL;
	CU_ASSERT_EQUAL(pop3_try(&what).begin, STEP_DONE);
	what.script = "S +OK POP3 server <ready>\n" POP3_CAPA("") POP3_BYE;
	outcome = pop3_try(&what);
	CU_ASSERT_STRING_EQUAL(outcome.wrong, "");
	CU_ASSERT_EQUAL(outcome.fail.code, FAIL_DENIED);
}

/* Whatever the server repeats, no secret comes to light. */
static void test_secrets(void)
{
	static char two[] = "ab";
	struct login shortest = smtp_try_login("PLAIN");
	struct smtp_outcome outcome;

	outcome = bad(OFFER("PLAIN") PLAIN_LINE
		"S 535-AHRpbQB0YW5zdGFhZg== and TANSTAAF\nS 535 dGFuc3RhYWY= AHRpbQB0Y\n" BYE,
		smtp_try_login("PLAIN"), FAIL_DENIED, "535-•••••• and •••••• •••••• ••••••");
	CU_ASSERT_TRUE(has(outcome.guards, "tanstaaf\n"));
	CU_ASSERT_TRUE(has(outcome.guards, "dGFuc3RhYWY=\n"));
	CU_ASSERT_TRUE(has(outcome.guards, "AHRpbQB0YW5zdGFhZg==\n"));
	CU_ASSERT_TRUE(has(outcome.order, "C!"));
	shortest.context = two;
	outcome = bad(OFFER("PLAIN") "c AUTH PLAIN \nS 535 about ab\n" BYE, shortest, FAIL_DENIED,
		"refused: 535");
	CU_ASSERT_FALSE(has(outcome.fail.text, "about"));
	CU_ASSERT_FALSE(has(outcome.guards, "ab\n"));
	/* Which lines are withheld: the proofs, not the names. */
	outcome = good(OFFER("LOGIN") "C AUTH LOGIN\nS 334 \nC dGlt\nS 334 \nC dGFuc3RhYWY=\nS 235 "
				      "ok\n" BYE,
		smtp_try_login("LOGIN"), TLS_MODE_NONE);
	CU_ASSERT_TRUE(has(outcome.order, "C12 S6 C6 S6 C!14 "));
}

SUITE(authenticate, {"A-1 only what is offered, nothing in clear unasked", test_choice},
	{"A-2 once, and outside of transactions and groups", test_place},
	{"A-3 initial responses", test_initial}, {"A-4 base64 is strict", test_base64},
	{"A-5 cancelled and refused", test_answers},
	{"A-6 MAIL without AUTH=", test_mail_parameter}, {"A-7 PLAIN", test_plain},
	{"A-8 CRAM-MD5", test_cram}, {"A-9 SCRAM", test_scram},
	{"A-10 OAUTHBEARER and XOAUTH2", test_tokens}, {"A-11 APOP", test_apop},
	{"no secret comes to light", test_secrets});
