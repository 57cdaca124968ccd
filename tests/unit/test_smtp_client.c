#include "client/smtp_parts.h"
#include "smtp_try.h"
#include "suite.h"

#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

static void test_greeting(void)
{
	smtp_good_script("Q\n" GREET HELLO("") ENVELOPE DATA BYE);
	smtp_good_script("S 220-mail.example\nQ\nS 220 ready\n" HELLO("") ENVELOPE DATA BYE);
	smtp_bad_script("S 554 no mail here\n" BYE, FAIL_UNAVAILABLE, "554 no mail here");
	smtp_bad_script("S 450 not now\n" BYE, FAIL_TEMPORARY, "450 not now");
	smtp_bad_script("S 421 going down\nQ\nX\n", FAIL_TEMPORARY, "421 going down");
	smtp_bad_script("X\n", FAIL_TEMPORARY, "closed the connection before it answered");
}

static void test_hello_name(void)
{
	struct smtp_try what = {.script = GREET "c EHLO \nS 250 mail.example\n" ENVELOPE DATA BYE,
		.options = {.hello = ""}};
	struct smtp_outcome outcome;
	struct smtp_client_options options = {0};
	struct mail_peer peer = {0};
	struct smtp_client *client;

	smtp_bad_script(
		GREET HELLO("") "C MAIL FROM:<a@example.org>\nS 553 no\n" BYE, FAIL_DENIED, "553");
	outcome = smtp_try(&what);
	CU_ASSERT_EQUAL(outcome.begin, STEP_FAIL);
	CU_ASSERT_EQUAL(outcome.fail.code, FAIL_USAGE);
	mail_peer_meet(&peer, GREET "c EHLO \nS 250 mail.example\n" BYE);
	client = smtp_client_new(peer.connection, &options);
	CU_ASSERT_EQUAL(smtp_client_begin(client), STEP_DONE);
	smtp_client_quit(client);
	smtp_client_free(client);
	mail_peer_join(&peer);
	CU_ASSERT_STRING_EQUAL(peer.wrong, "");
	/* A full name has a dot, and a literal has brackets. */
	CU_ASSERT_TRUE(has(buffer_text(&peer.peer.heard), "EHLO [127.0.0.1]\r\n") ||
		       span_find(span_first(buffer_span(&peer.peer.heard),
					 span_index(buffer_span(&peer.peer.heard), '\r')),
			       ".") < span_index(buffer_span(&peer.peer.heard), '\r'));
	CU_ASSERT_FALSE(has(buffer_text(&peer.peer.heard), "localhost"));
	mail_peer_part(&peer);
}

static void test_helo(void)
{
	struct smtp_try old = {
		.script = GREET "C HELO client.example\nS 250 mail.example\n" ENVELOPE DATA BYE,
		.options = {.is_hello_old = true}};

	smtp_good_script(GREET "C EHLO client.example\nS 502 what?\nC HELO client.example\n"
			       "S 250-PIPELINING\nS 250 SIZE 10\n" ENVELOPE DATA BYE);
	smtp_good_script(GREET "C EHLO client.example\nS 500 what?\nC HELO client.example\n"
			       "S 250 mail.example\n" ENVELOPE DATA BYE);
	smtp_good(&old);
	smtp_bad_script(
		GREET "C EHLO client.example\nS 550 not you\n" BYE, FAIL_DENIED, "550 not you");
	smtp_bad_script(GREET
		"C EHLO client.example\nS 502 no\nC HELO client.example\nS 502 no\n" BYE,
		FAIL_PROTOCOL, "HELO was refused");
}

static void test_case(void)
{
	static const char *const recipients[] = {"MiXeD.Case@Example.ORG"};
	struct smtp_try what = {
		.script = GREET HELLO("S 250-size 1000\nS 250-8bitmime\nS "
				      "250-PipeLining\n") "C MAIL FROM:<a@example.org> "
							  "SIZE=20\n"
							  "C RCPT "
							  "TO:<MiXeD.Case@Example.ORG>"
							  "\nC DATA\nS 250 ok\nS 250 "
							  "ok\nS 354 go\nD\n"
							  "S 250 taken\n" BYE,
		.envelope = {.recipients = recipients, .recipient_count = 1}};

	smtp_good(&what);
}

static void test_paths(void)
{
	static const char *const recipients[] = {
		"\"two words\"@example.org", "x@[192.0.2.1]", "Postmaster", "y@[IPv6:2001:db8::1]"};
	static const char *const flaws[] = {"no-at", "@example.org", "a@", "a b@example.org",
		"a@example.org> SIZE=1", "<a@example.org>", "a@exa mple.org",
		"a@example.org\r\nRSET", "\"open@example.org", "a@b@example.org",
		"a\x80@example.org", "a@example.org\x7f", ""};
	struct smtp_try what = {
		.script = GREET HELLO("") "C MAIL FROM:<>\nS 250 ok\nC RCPT TO:<\"two "
					  "words\"@example.org>\nS 250 ok\n"
					  "C RCPT TO:<x@[192.0.2.1]>\nS 250 ok\nC RCPT "
					  "TO:<Postmaster>\nS 250 ok\n"
					  "C RCPT TO:<y@[IPv6:2001:db8::1]>\nS 250 ok\n" DATA BYE,
		.envelope = {.sender = "", .recipients = recipients, .recipient_count = 4}};

	smtp_good(&what);
	for (size_t i = 0; i < sizeof flaws / sizeof flaws[0]; i++) {
		what.envelope.recipients = &flaws[i];
		what.envelope.recipient_count = 1;
		what.script = GREET HELLO("S 250-SMTPUTF8\n") BYE;
		smtp_bad(&what, FAIL_USAGE, "is no address");
	}
}

/* What goes over the wire for a message, and what of it the server keeps. */
static void test_text(void)
{
	static const struct {
		const char *message, *wire;
	} pairs[] = {
		{"a\nb\n", "a\r\nb\r\n.\r\n"},
		{"a\rb\r\n", "a\r\nb\r\n.\r\n"},
		{"a\r\n", "a\r\n.\r\n"},
		{"a", "a\r\n.\r\n"},
		{".", "..\r\n.\r\n"},
		{".\r\n..\r\n.a\r\n", "..\r\n...\r\n..a\r\n.\r\n"},
		{"\n.\n", "\r\n..\r\n.\r\n"},
		{"a\r\r\nb", "a\r\n\r\nb\r\n.\r\n"},
		{"a.\r\n", "a.\r\n.\r\n"},
		{"\r\n", "\r\n.\r\n"},
		{"", ".\r\n"},
	};

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		struct smtp_try what = {.script = GREET HELLO("") ENVELOPE DATA BYE,
			.message = span_text(pairs[i].message),
			.is_empty = true};
		struct smtp_outcome outcome = smtp_good(&what);

		CU_ASSERT_STRING_EQUAL(outcome.data, pairs[i].wire);
	}
}

static void test_limits(void)
{
	static char local[LIMIT_LOCAL_PART + 2 + sizeof "@example.org"];
	static char line[LIMIT_TEXT_LINE + 2];
	const char *recipient = local;
	struct smtp_try what = {.script = GREET HELLO("") BYE,
		.envelope = {.recipients = &recipient, .recipient_count = 1}};

	memset(local, 'x', LIMIT_LOCAL_PART + 1);
	snprintf(local + LIMIT_LOCAL_PART + 1, sizeof "@example.org", "@example.org");
	smtp_bad(&what, FAIL_USAGE, "more than 64 octets");
	recipient = local + 1;
	what.script = GREET HELLO("") "C MAIL FROM:<a@example.org>\nS 250 ok\nc RCPT TO:<xxxx\n"
				      "S 250 ok\n" DATA BYE;
	smtp_good(&what);
	memset(line, '.', sizeof line);
	what = (struct smtp_try){.script = GREET HELLO("") ENVELOPE DATA BYE,
		.message = span_of(line, LIMIT_TEXT_LINE)};
	CU_ASSERT_EQUAL(smtp_good(&what).data_length, LIMIT_TEXT_LINE + 1 + 2 + 3);
	what.message.length++;
	what.script = GREET HELLO("") BYE; /* nothing is begun */
	smtp_bad(&what, FAIL_USAGE, "a line of 999 octets");
}

static void test_codes(void)
{
	smtp_good_script("S 220\n" HELLO(
		"") "C MAIL FROM:<a@example.org>\nS 250-failed?\nS 250-no\n"
		    "S 250 not at all\nC RCPT TO:<b@example.org>\nS 251 error: forwards\n"
		    "C DATA\nS 354\nD\nS 299 something new\nC QUIT\nS 221\n");
	smtp_bad_script(GREET HELLO("") "C MAIL FROM:<a@example.org>\nS 571 OK\n" BYE, FAIL_DENIED,
		"571 OK");
	smtp_bad_script(GREET HELLO("") "C MAIL FROM:<a@example.org>\nS 354 go\n" BYE,
		FAIL_PROTOCOL, "354 go");
}

static void test_order(void)
{
	static const char *const recipients[] = {"b@example.org", "c@example.org"};
	struct smtp_try what = {
		.script = GREET HELLO("") ENVELOPE
		"C RCPT TO:<c@example.org>\nS 550 no\n" DATA
		"C MAIL FROM:<a@example.org>\nS 250 ok\nC RCPT TO:<b@example.org>\nS 550 no\n"
		"C RCPT TO:<c@example.org>\nS 450 later\nC RSET\nS 250 ok\n" BYE,
		.envelope = {.recipients = recipients, .recipient_count = 2},
		.sends = 2};
	struct smtp_outcome outcome = smtp_bad(&what, FAIL_TEMPORARY, "c@example.org: 450 later");

	CU_ASSERT_EQUAL(outcome.results[0].code, 550);
	CU_ASSERT_EQUAL(outcome.results[1].code, 450);
	CU_ASSERT_STRING_EQUAL(outcome.results[1].text, "later");
}

static void test_data(void)
{
	smtp_bad_script(GREET HELLO("") ENVELOPE "C DATA\nS 250 what\nC RSET\nS 250 ok\n" BYE,
		FAIL_PROTOCOL, "250 what");
	smtp_bad_script(GREET HELLO("") ENVELOPE "C DATA\nS 452 full\nC RSET\nS 250 ok\n" BYE,
		FAIL_TEMPORARY, "452 full");
	smtp_bad_script(GREET HELLO("") ENVELOPE "C DATA\nS 354 go\nD\nS 554 spam\n" BYE,
		FAIL_DENIED, "554 spam");
	test_text();
}

static void test_quit(void)
{
	smtp_bad_script(GREET HELLO("") "C MAIL FROM:<a@example.org>\nS 421 shutting down\n",
		FAIL_TEMPORARY, "ends the session: 421 shutting down");
	smtp_bad_script(GREET HELLO("") ENVELOPE "C DATA\nS 354 go\nD\nS 421 full\n",
		FAIL_TEMPORARY, "421 full");
	smtp_bad_script(
		GREET "C EHLO client.example\nS 421 too many\n", FAIL_TEMPORARY, "421 too many");
	smtp_good_script(GREET HELLO("") ENVELOPE DATA "C QUIT\nX\n");
}

static struct smtp_outcome with_tls(const char *script, enum tls_mode tls)
{
	struct smtp_try what = {.script = script, .options = {.wants.tls = tls}};

	return smtp_try(&what);
}

static void test_starttls(void)
{
	struct smtp_try what = {.options = {.wants.tls = TLS_MODE_STARTTLS}};

	what.script = GREET HELLO("") BYE;
	smtp_bad(&what, FAIL_PROTOCOL, "does not offer STARTTLS");
	what.script = GREET HELLO("S 250-STARTTLS\n") "C STARTTLS\nS 454 not now\n" BYE;
	smtp_bad(&what, FAIL_TEMPORARY, "454 not now");
	what.options.wants.tls = TLS_MODE_OFFERED;
	what.script =
		GREET HELLO("S 250-STARTTLS\n") "C STARTTLS\nS 454 not now\n" ENVELOPE DATA BYE;
	smtp_good(&what);
	what.script = GREET HELLO("") ENVELOPE DATA BYE;
	CU_ASSERT_TRUE(has(smtp_good(&what).notes, "stays in clear"));
	what.script = GREET HELLO(
		"S 250-PIPELINING\nS 250-STARTTLS\n") "C STARTTLS\nQ\nS 220 go\nT\n" HELLO("")
		ENVELOPE DATA BYE;
	smtp_good(&what);
	what.options.wants.tls = TLS_MODE_NONE;
	what.script = GREET HELLO("S 250-STARTTLS\n") ENVELOPE DATA BYE;
	smtp_good(&what);
}

static void test_after_tls(void)
{
	struct smtp_outcome outcome;
	struct smtp_try what = {.options = {.wants.tls = TLS_MODE_STARTTLS}};

	what.script = GREET HELLO("S 250-STARTTLS\nS 250-SIZE 10\nS 250-PIPELINING\nS 250-AUTH "
				  "PLAIN\n") "C STARTTLS\nS 220 go\nT\n" HELLO("S 250-STARTTLS\n")
		ENVELOPE DATA BYE;
	smtp_good(&what);
	what.options.wants.login = smtp_try_login(NULL);
	what.script = GREET HELLO(
		"S 250-STARTTLS\nS 250-AUTH PLAIN\n") "C STARTTLS\nS 220 go\nT\n" HELLO("") BYE;
	smtp_bad(&what, FAIL_DENIED, "it offers: none");
	outcome =
		with_tls(GREET HELLO("S 250-STARTTLS\n") "C STARTTLS\ns 220 "
							 "go\\x0d\\x0a250-injected\\x0d\\x0a\nX\n",
			TLS_MODE_STARTTLS);
	CU_ASSERT_EQUAL(outcome.fail.code, FAIL_PROTOCOL);
	CU_ASSERT_TRUE(has(outcome.fail.text, "in clear"));
	CU_ASSERT_FALSE(has(outcome.said, "QUIT"));
}

static void ask_other_name(struct connection_options *options)
{
	options->trust.name = "other.example";
}

static void test_certificate(void)
{
	struct smtp_try what = {
		.script = GREET HELLO("S 250-STARTTLS\n") "C STARTTLS\nS 220 go\nT\n",
		.options = {.wants.tls = TLS_MODE_STARTTLS, .wants.login = smtp_try_login(NULL)},
		.change = ask_other_name};
	struct smtp_outcome outcome = smtp_try(&what);

	CU_ASSERT_EQUAL(outcome.begin, STEP_FAIL);
	CU_ASSERT_EQUAL(outcome.fail.code, FAIL_DENIED);
	CU_ASSERT_TRUE(has(outcome.fail.text, "other.example"));
	CU_ASSERT_FALSE(has(outcome.said, "AUTH"));
	what.options.wants.tls = TLS_MODE_OFFERED; /* no way round it */
	CU_ASSERT_EQUAL(smtp_try(&what).fail.code, FAIL_DENIED);
}

static void test_time_limits(void)
{
	static const struct {
		int at;
		int least;
	} limits[] = {{COURSE_GREETING, 300}, {SMTP_AT_MAIL, 300}, {SMTP_AT_RCPT, 300},
		{SMTP_AT_DATA, 120}, {SMTP_AT_BLOCK, 180}, {SMTP_AT_MESSAGE, 600},
		{SMTP_AT_BDAT, 600}};

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		CU_ASSERT_TRUE(smtp_steps[limits[i].at].seconds >= limits[i].least);
	}
}

enum { CROWD = 120, ROOM = 100 };

/* A server that takes a hundred recipients at a time. */
static void add_recipients(struct buffer *script, size_t from, size_t to, size_t room)
{
	buffer_add_text(script, "C MAIL FROM:<a@example.org>\nS 250 ok\n");
	for (size_t i = from; i < to; i++)
		buffer_printf(script, "C RCPT TO:<user%zu@example.org>\nS %s\n", i,
			i - from < room ? "250 ok" : "452 4.5.3 too many");
	buffer_add_text(script, DATA);
}

static void test_crowd(void)
{
	static struct smtp_recipient results[CROWD];
	static char names[CROWD][32];
	const char *recipients[CROWD];
	struct smtp_envelope envelope = {
		.sender = "a@example.org", .recipients = recipients, .recipient_count = CROWD};
	struct smtp_client_options options = {.hello = "client.example"};
	struct mail_peer peer = {0};
	struct smtp_client *client;
	struct buffer script;

	buffer_init(&script, 0);
	buffer_add_text(&script, GREET HELLO(""));
	add_recipients(&script, 0, CROWD, ROOM);
	add_recipients(&script, ROOM, CROWD, ROOM);
	buffer_add_text(&script, BYE);
	for (size_t i = 0; i < CROWD; i++) {
		snprintf(names[i], sizeof names[i], "user%zu@example.org", i);
		recipients[i] = names[i];
	}
	mail_peer_meet(&peer, buffer_text(&script));
	client = smtp_client_new(peer.connection, &options);
	CU_ASSERT_EQUAL(smtp_client_begin(client), STEP_DONE);
	CU_ASSERT_EQUAL(
		smtp_client_send(client, &envelope, span_text(MESSAGE), results), STEP_DONE);
	for (size_t i = 0; i < CROWD; i++) {
		CU_ASSERT_EQUAL(results[i].code, 250);
	}
	smtp_client_quit(client);
	smtp_client_free(client);
	mail_peer_join(&peer);
	CU_ASSERT_STRING_EQUAL(peer.wrong, "");
	mail_peer_part(&peer);
	buffer_fini(&script);
}

static void test_size(void)
{
	struct smtp_try what = {.message = span_text(".a\n.b")}; /* six octets and CRLF twice */

	what.script = GREET HELLO("S 250-SIZE 8\n") "C MAIL FROM:<a@example.org> SIZE=8\nS 250 "
						    "ok\nC RCPT TO:<b@example.org>\n"
						    "S 250 ok\n" DATA BYE;
	smtp_good(&what);
	what.script = GREET HELLO("S 250-SIZE 7\n") BYE;
	smtp_bad(&what, FAIL_DENIED, "has 8 octets, and the server takes 7");
	what.script = GREET HELLO("S 250-SIZE 0\n") "C MAIL FROM:<a@example.org> SIZE=8\nS 250 "
						    "ok\nC RCPT TO:<b@example.org>\n"
						    "S 250 ok\n" DATA BYE;
	smtp_good(&what);
	what.script = GREET HELLO(
		"S 250-SIZE\n") "C MAIL FROM:<a@example.org> SIZE=8\nS 552 too big\n" BYE;
	smtp_bad(&what, FAIL_DENIED, "552 too big");
}

#define GROUP "C MAIL FROM:<a@example.org>\nC RCPT TO:<b@example.org>\nC DATA\n"

static void test_groups(void)
{
	struct smtp_try what = {.options = {.no_pipelining = true}};

	smtp_good_script(GREET HELLO("") "C MAIL FROM:<a@example.org>\nQ\nS 250 ok\n"
					 "C RCPT TO:<b@example.org>\nQ\nS 250 ok\n" DATA BYE);
	smtp_good_script(GREET HELLO("S 250-PIPELINING\n") GROUP
		"Q\nS 250 ok\nS 250 ok\nQ\nS 354 go\nD\nQ\nS 250 taken\nC QUIT\nQ\nS 221 bye\n");
	what.script = GREET HELLO(
		"S 250-PIPELINING\n") "C MAIL FROM:<a@example.org>\nQ\nS 250 ok\n"
				      "C RCPT TO:<b@example.org>\nQ\nS 250 ok\n" DATA BYE;
	smtp_good(&what);
}

static void test_pairs(void)
{
	static const char *const recipients[] = {"b@example.org", "c@example.org", "d@example.org"};
	struct smtp_try what = {.envelope = {.recipients = recipients, .recipient_count = 3}};
	struct smtp_outcome outcome;

	what.script = GREET HELLO(
		"S 250-PIPELINING\n") "C MAIL FROM:<a@example.org>\n"
				      "C RCPT TO:<b@example.org>\nC RCPT TO:<c@example.org>\nC "
				      "RCPT TO:<d@example.org>\nC DATA\n"
				      "S 250 ok\nS 550-no\nS 550 b\nS 250 c\nS 450 d\nS 354 "
				      "go\nD\nS 250 taken\n" BYE;
	outcome = smtp_good(&what);
	CU_ASSERT_EQUAL(outcome.results[0].code, 550);
	CU_ASSERT_STRING_EQUAL(outcome.results[0].text, "no b");
	CU_ASSERT_STRING_EQUAL(outcome.results[1].text, "taken");
	CU_ASSERT_STRING_EQUAL(outcome.results[2].text, "d");
	smtp_bad_script(GREET HELLO("S 250-PIPELINING\n") GROUP
		"S 250 ok\nS 550 no\nS 354 go\nC .\nS 554 nobody\n" BYE,
		FAIL_DENIED, "550 no");
	smtp_bad_script(GREET HELLO("S 250-PIPELINING\n") GROUP
		"S 550 no\nS 503 order\nS 503 order\n" BYE,
		FAIL_DENIED, "550 no");
	smtp_bad_script(GREET HELLO("S 250-PIPELINING\n") GROUP
		"S 250 ok\nS 550 no\nS 503 order\nC RSET\nS 250 ok\n" BYE,
		FAIL_DENIED, "550 no");
	smtp_bad_script(
		GREET HELLO(
			"") "C MAIL FROM:<a@example.org>\ns 250 ok\\x0d\\x0a250 twice\\x0d\\x0a\n",
		FAIL_PROTOCOL, "answers what was not asked: 250 twice");
}

enum { LARGE = 80 * 1024 };

static struct span eight_bit_message(void)
{
	static char message[LARGE];

	for (size_t i = 0; i < LARGE; i++)
		message[i] = (char)(i == 1 || i == 2 || i % 80 == 79 ? '\n'
				    : i % 80 == 0                    ? '.'
								     : 0xe4);
	message[0] = 'A';
	return span_of(message, LARGE);
}

static void test_chunks(void)
{
	static const char envelope[] = "C MAIL FROM:<a@example.org> BODY=8BITMIME\nS 250 ok\nC "
				       "RCPT TO:<b@example.org>\nS 250 ok\n";
	struct smtp_try what = {.message = eight_bit_message()};
	struct smtp_survey survey;
	char script[1024];

	smtp_survey(what.message, &survey);
	snprintf(script, sizeof script,
		GREET HELLO("S 250-CHUNKING\nS 250-8BITMIME\n") "%sC BDAT %llu LAST\nB %llu\nS 250 "
								"taken\n" BYE,
		envelope, (unsigned long long)survey.octets, (unsigned long long)survey.octets);
	what.script = script;
	CU_ASSERT_EQUAL(smtp_good(&what).data_length, survey.octets);
	snprintf(script, sizeof script,
		GREET HELLO(
			"S 250-CHUNKING\nS 250-8BITMIME\n") "%sC BDAT %llu LAST\nB %llu\nS 552 no\n"
							    "C RSET\nS 250 ok\n" BYE,
		envelope, (unsigned long long)survey.octets, (unsigned long long)survey.octets);
	smtp_bad(&what, FAIL_DENIED, "552 no");
	snprintf(script, sizeof script, GREET HELLO("S 250-8BITMIME\n") "%s" DATA BYE, envelope);
	smtp_good(&what);
	what.options.no_chunking = true;
	snprintf(script, sizeof script,
		GREET HELLO("S 250-CHUNKING\nS 250-8BITMIME\n") "%s" DATA BYE, envelope);
	smtp_good(&what);
}

static void test_eight_bit(void)
{
	struct smtp_try what = {.message = span_text("Subject: x\n\n\xc3\xa4\n")};

	what.script = GREET HELLO("S 250-CHUNKING\nS 250-BINARYMIME\n") BYE;
	smtp_bad(&what, FAIL_PROTOCOL, "does not offer 8BITMIME");
	what.script = GREET HELLO(
		"S 250-8BITMIME\n") "C MAIL FROM:<a@example.org> BODY=8BITMIME\n"
				    "S 250 ok\nC RCPT TO:<b@example.org>\nS 250 ok\n" DATA BYE;
	smtp_good(&what);
	what.script = GREET HELLO("S 250-8BITMIME\nS 250-CHUNKING\nS 250-BINARYMIME\n") BYE;
	what.message = span_of("a\0b\n", 4);
	smtp_bad(&what, FAIL_USAGE, "octets of value 0");
}

static void test_dsn(void)
{
	static const char *const recipients[] = {"b+c@example.org"};
	struct smtp_try what = {.envelope = {.recipients = recipients,
					.recipient_count = 1,
					.notify = "SUCCESS,DELAY",
					.ret = "HDRS",
					.envelope_id = "a=b c+\xc3\xa4"}};

	what.script = GREET HELLO("S 250-DSN\n") "C MAIL FROM:<a@example.org> RET=HDRS "
						 "ENVID=a+3Db+20c+2B+C3+A4\nS 250 ok\n"
						 "C RCPT TO:<b+c@example.org> NOTIFY=SUCCESS,DELAY "
						 "ORCPT=rfc822;b+2Bc@example.org\n"
						 "S 250 ok\n" DATA BYE;
	smtp_good(&what);
	what.script = GREET HELLO("") "C MAIL FROM:<a@example.org>\nS 250 ok\n"
				      "C RCPT TO:<b+c@example.org>\nS 250 ok\n" DATA BYE;
	CU_ASSERT_TRUE(has(smtp_good(&what).notes, "does not offer DSN"));
	what.script = GREET HELLO("S 250-DSN\n") BYE;
	what.envelope.notify = "NEVER,DELAY";
	smtp_bad(&what, FAIL_USAGE, "NEVER,DELAY is neither");
	what.envelope.notify = "SUCCESS,";
	smtp_bad(&what, FAIL_USAGE, "is neither");
	what.envelope.notify = "NEVER";
	what.envelope.ret = "ALL";
	smtp_bad(&what, FAIL_USAGE, "ALL is neither");
}

static void test_utf8(void)
{
	static const char *const recipients[] = {"m\xc3\xbcller@example.org"};
	struct smtp_try what = {.envelope = {.recipients = recipients, .recipient_count = 1}};

	what.script = GREET HELLO("S 250-8BITMIME\n") BYE;
	smtp_bad(&what, FAIL_PROTOCOL, "does not offer SMTPUTF8");
	what.script = GREET HELLO(
		"S 250-8BITMIME\nS 250-SMTPUTF8\n") "C MAIL FROM:<a@example.org> SMTPUTF8\nS 250 "
						    "ok\nC RCPT TO:<m\xc3\xbcller@example.org>\n"
						    "S 250 ok\n" DATA BYE;
	smtp_good(&what);
	what.envelope.recipient_count = 0;
	what.message = span_text("Subject: \xc3\xa4\n\nplain\n");
	what.script = GREET HELLO(
		"S 250-8BITMIME\nS 250-SMTPUTF8\n") "C MAIL FROM:<a@example.org> BODY=8BITMIME "
						    "SMTPUTF8\nS 250 ok\n"
						    "C RCPT TO:<b@example.org>\nS 250 ok\n" DATA
							    BYE;
	smtp_good(&what);
	what.message = span_text("Subject: a\n\nplain\n");
	what.script = GREET HELLO("S 250-8BITMIME\nS 250-SMTPUTF8\n") ENVELOPE DATA BYE;
	smtp_good(&what);
}

static void test_enhanced(void)
{
	smtp_good_script(GREET HELLO(
		"S 250-ENHANCEDSTATUSCODES\n") "C MAIL FROM:<a@example.org>\nS 250 5.1.0 odd\nC "
					       "RCPT TO:<b@example.org>\n"
					       "S 250-2.1.5 a\nS 250 4.0.0 b\n" DATA BYE);
	smtp_bad_script(
		GREET HELLO("S 250-ENHANCEDSTATUSCODES\n") "C MAIL FROM:<a@example.org>\nS 451 "
							   "2.0.0 odd\n" BYE,
		FAIL_TEMPORARY, "451 2.0.0 odd");
}

static void test_submission(void)
{
	struct smtp_try what = {.options = {.wants.login = smtp_try_login(NULL)}};
	struct smtp_outcome outcome;

	what.script = GREET HELLO("S 250-AUTH PLAIN LOGIN\n") BYE;
	smtp_bad(&what, FAIL_DENIED, "outside TLS unless it is asked for by name");
	what.options.wants.tls = TLS_MODE_IMPLICIT;
	what.script = "T\n" GREET HELLO(
		"S 250-AUTH PLAIN LOGIN\n") "C AUTH PLAIN AHRpbQB0YW5zdGFhZg==\nS 235 ok\n" ENVELOPE
		DATA BYE;
	outcome = smtp_good(&what);
	CU_ASSERT_FALSE(has(outcome.notes, "not encrypted"));
	what.version = TLS1_1_VERSION;
	outcome = smtp_try(&what);
	CU_ASSERT_EQUAL(outcome.begin, STEP_FAIL);
	CU_ASSERT_FALSE(has(outcome.said, "AUTH"));
}

static void trust_blindly(struct connection_options *options)
{
	options->trust.is_blind = true;
}

static void test_requiretls(void)
{
	struct smtp_try what = {.envelope = {.requires_tls = true}};

	what.script = GREET HELLO("S 250-REQUIRETLS\n") BYE;
	smtp_bad(&what, FAIL_DENIED, "not inside verified TLS");
	what.options.wants.tls = TLS_MODE_STARTTLS;
	what.script = GREET HELLO(
		"S 250-STARTTLS\nS 250-REQUIRETLS\n") "C STARTTLS\nS 220 go\nT\n" HELLO("") BYE;
	smtp_bad(&what, FAIL_DENIED, "does not offer it");
	what.script = GREET HELLO("S 250-STARTTLS\n") "C STARTTLS\nS 220 go\nT\n" HELLO(
		"S 250-REQUIRETLS\n") "C MAIL FROM:<a@example.org> REQUIRETLS\nS 250 ok\n"
				      "C RCPT TO:<b@example.org>\nS 250 ok\n" DATA BYE;
	smtp_good(&what);
	what.change = trust_blindly;
	what.script = GREET HELLO("S 250-STARTTLS\n") "C STARTTLS\nS 220 go\nT\n" HELLO(
		"S 250-REQUIRETLS\n") BYE;
	smtp_bad(&what, FAIL_DENIED, "not inside verified TLS");
}

static void test_refusals(void)
{
	smtp_bad_script(GREET HELLO("") "C MAIL FROM:<a@example.org>\nS 451 later\n" BYE,
		FAIL_TEMPORARY, "a@example.org>" + 14);
	smtp_bad_script(
		GREET HELLO("") "C MAIL FROM:<a@example.org>\nS 451-come\nS 451 again\n" BYE,
		FAIL_TEMPORARY, "451 come again");
	smtp_bad_script(
		GREET HELLO("") "C MAIL FROM:<a@example.org>\nS 550 5.7.1 \\x1b[31mred\\x07\n" BYE,
		FAIL_DENIED, "550 5.7.1 \\033[31mred\\a");
	smtp_bad_script(GREET HELLO("") "C MAIL FROM:<a@example.org>\nS 501 syntax\n" BYE,
		FAIL_PROTOCOL, "501 syntax");
}

SUITE(smtp_client, {"S-1 nothing before the greeting", test_greeting},
	{"S-2 a full name or an address literal", test_hello_name},
	{"S-3 HELO when EHLO is refused", test_helo}, {"S-4 letters of either case", test_case},
	{"S-5 paths", test_paths}, {"S-6 CRLF everywhere", test_text}, {"S-7 lengths", test_limits},
	{"S-8 the code alone counts", test_codes}, {"S-9 the order of commands", test_order},
	{"S-10 data after 354", test_data}, {"S-11 QUIT, and 421 at any time", test_quit},
	{"S-12 STARTTLS", test_starttls},
	{"S-13 after STARTTLS all offers are forgotten", test_after_tls},
	{"S-14 the certificate fits the name", test_certificate},
	{"S-15 time limits", test_time_limits}, {"S-16 many recipients", test_crowd},
	{"S-17 SIZE", test_size}, {"S-18 groups only where offered", test_groups},
	{"S-19 replies paired by counting", test_pairs}, {"S-20 BDAT", test_chunks},
	{"S-21 octets above 127", test_eight_bit}, {"S-22 DSN", test_dsn},
	{"S-23 SMTPUTF8", test_utf8}, {"S-24 enhanced codes", test_enhanced},
	{"S-25 submission", test_submission}, {"S-26 REQUIRETLS", test_requiretls},
	{"S-27 later, or never", test_refusals});
