#include "practice/replay_server.h"

#include "practice_play.h"
#include "suite.h"
#include "tape_maker.h"

#include <stdio.h>

#define HELLO_SESSION                                                                              \
	"S 220 a\nC EHLO b\nS 250-a\nS 250-SIZE 9\nS 250 AUTH PLAIN LOGIN SCRAM-SHA-1\n"
#define MAIL_SESSION                                                                               \
	"C MAIL FROM:<x@y>\nS 250 <x@y> ok\nC RCPT TO:<b@x>\nS 250 ok\nC RCPT TO:<c@x>\n"          \
	"S 550 no <c@x>\nC DATA\nS 354 go\nC text\nC .\nS 250 taken\n"
#define BYE_SESSION "C QUIT\nS 221 bye\n"
#define GREETING "220 a\r\n"
#define HELLO "250-a\r\n250-SIZE 9\r\n250 AUTH PLAIN LOGIN\r\n"

struct server_case {
	const char *name;
	enum mail_protocol protocol;
	const char *session, *faults, *client, *answer;
	bool can_tls;
};

static const struct server_case cases[] = {
	{"a message", MAIL_SMTP, HELLO_SESSION MAIL_SESSION BYE_SESSION, NULL,
		"EHLO me\r\nMAIL FROM:<me@here>\r\nRCPT TO:<c@x>\r\nRCPT TO:<z@x>\r\nDATA\r\n"
		"x\r\n..\r\n.x\r\n.\r\nQUIT\r\n",
		GREETING HELLO "250 <me@here> ok\r\n550 no <c@x>\r\n250 ok\r\n354 go\r\n"
			       "250 taken\r\n221 bye\r\n{close}",
		false},
	{"what is not recorded", MAIL_SMTP, HELLO_SESSION MAIL_SESSION, NULL,
		"HELO me\r\nJUGGLE\r\nMAIL FROM:<>\r\nSTARTTLS\r\nBDAT 3\r\nabcQUIT\r\n",
		GREETING "502 5.5.1 Not in the recording; it has EHLO or MAIL or RCPT\r\n"
			 "500 5.5.2 Not in the recording; it has EHLO or MAIL or RCPT\r\n"
			 "501 5.5.4 Not in the recording; it has EHLO or MAIL or RCPT\r\n"
			 "502 5.5.1 Not in the recording; it has EHLO or MAIL or RCPT\r\n"
			 "502 5.5.1 Not in the recording; it has EHLO or MAIL or RCPT\r\n"
			 "221 2.0.0 Good bye; the recording has no QUIT\r\n{close}",
		false},
	{"TLS that the recording has not", MAIL_SMTP, HELLO_SESSION BYE_SESSION, NULL,
		"EHLO me\r\nSTARTTLS\r\n{TLS}EHLO me\r\nSTARTTLS\r\nQUIT\r\n",
		GREETING "250-a\r\n250-SIZE 9\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n"
			 "220 2.0.0 Begin TLS now\r\n{TLS}" HELLO
			 "502 5.5.1 Not in the recording; it has QUIT\r\n221 bye\r\n{close}",
		true},
	{"a server that went away", MAIL_SMTP, HELLO_SESSION "C NOOP\n", NULL,
		"EHLO me\r\nNOOP\r\n", GREETING HELLO "{close}", false},
	{"a server that ended the session", MAIL_SMTP, "S 220 a\nC NOOP\nS 421 busy\n", NULL,
		"NOOP\r\n", GREETING "421 busy\r\n{close}", false},
	{"faults", MAIL_SMTP, HELLO_SESSION MAIL_SESSION BYE_SESSION,
		"at RCPT 2 reply 452 4.2.2 full\noffer no SIZE\noffer DSN\nat MAIL delay 2s\n"
		"after DATA say 250 what\nat message reply 554 no\nafter message close\n",
		"EHLO me\r\nMAIL FROM:<x@y>\r\nRCPT TO:<b@x>\r\nRCPT "
		"TO:<b@x>\r\nDATA\r\nx\r\n.\r\n",
		GREETING "250-a\r\n250-AUTH PLAIN LOGIN\r\n250 DSN\r\n{wait 2000}250 <x@y> ok\r\n"
			 "250 ok\r\n452 4.2.2 full\r\n354 go\r\n250 what\r\n554 no\r\n{close}",
		false},
	{"line ends, and an injection", MAIL_SMTP, HELLO_SESSION BYE_SESSION,
		"reply bare-lf\nstarttls inject 250 evil\nrefuse bare-lf\n",
		"STARTTLS\r\n{TLS}QUIT\r\n",
		"220 a\n220 2.0.0 Begin TLS now\n250 evil\n{TLS}221 bye\n{close}", true},
	{"an end without an answer", MAIL_SMTP, HELLO_SESSION BYE_SESSION, "at greeting reset\n",
		"", "{reset}", false},
	{"chunks", MAIL_SMTP,
		"S 220 a\nC BDAT 3\nC x\nS 250 3 octets\nC BDAT 4 LAST\nC yz\nS 250 "
		"done\n" BYE_SESSION,
		"after BDAT say 250 more\n", "BDAT 5\r\nQUIT\nBDAT 0 LAST\r\nQUIT\r\n",
		GREETING "250 3 octets\r\n250 more\r\n250 done\r\n250 more\r\n221 bye\r\n{close}",
		false},
	{"mail that is fetched", MAIL_POP3,
		"S +OK hi\nC USER ann\nS +OK\nC PASS x\nS +OK\nC LIST\nS +OK 2\nS 1 5\nS 2 3\nS .\n"
		"C RETR 1\nS +OK 8 octets\nS ..a\nS b\nS .\nC DELE 1\nS +OK gone\nC QUIT\nS +OK "
		"bye\n",
		NULL,
		"USER bob\r\nPASS y\r\nLIST\r\nRETR 2\r\nRETR 1\r\nDELE 1\r\nSTAT\r\nQUIT\r\n",
		"+OK hi\r\n+OK\r\n+OK\r\n+OK 2\r\n1 5\r\n2 3\r\n.\r\n"
		"-ERR Not in the recording; it has RETR 1 or DELE 1 or QUIT\r\n"
		"+OK 8 octets\r\n..a\r\nb\r\n.\r\n+OK gone\r\n"
		"-ERR Not in the recording; it has QUIT\r\n+OK bye\r\n{close}",
		false},
	{"mail that is damaged", MAIL_POP3,
		"S +OK hi\nC USER ann\nS +OK\nC PASS x\nS +OK\nC RETR 1\nS +OK 8 octets\nS ..a\nS "
		"b\n"
		"S .\n",
		"retr unstuffed\nretr octets 99\nafter RETR close\n", "RETR 1\r\n",
		"+OK hi\r\n+OK 99 octets\r\n.a\r\nb\r\n.\r\n{close}", false},
	{"what can be had", MAIL_POP3,
		"S +OK hi\nC CAPA\nS +OK\nS TOP\nS SASL PLAIN SCRAM-SHA-256\nS .\nC AUTH\nS +OK\n"
		"S PLAIN\nS .\nC QUIT\nS +OK\n",
		"offer no TOP\noffer EXPIRE NEVER\n", "CAPA\r\nSTLS\r\n{TLS}CAPA\r\nAUTH\r\n",
		"+OK hi\r\n+OK\r\nSASL PLAIN\r\nSTLS\r\nEXPIRE NEVER\r\n.\r\n+OK Begin TLS now\r\n"
		"{TLS}+OK\r\nSASL PLAIN\r\nEXPIRE NEVER\r\n.\r\n+OK\r\nPLAIN\r\n.\r\n",
		true},
};

/* A tape, and the house of its server. */
struct set {
	struct tape tape;
	struct script *script;
	struct replay_house house;
};

static void set_up(
	struct set *set, enum mail_protocol protocol, const char *session, const char *faults)
{
	struct fail fail;

	tape_make(&set->tape, protocol, session);
	set->script = script_new();
	if (faults != NULL &&
		script_add(set->script, "faults", span_text(faults), &fail) == STEP_FAIL)
		CU_FAIL_FATAL("no rules");
	set->house = (struct replay_house){.tape = &set->tape, .script = set->script, .seed = 3};
}

static void take_down(struct set *set)
{
	script_free(set->script);
	tape_fini(&set->tape);
}

static void say(struct set *set, const char *client, size_t step, struct buffer *answer)
{
	struct talk *talk = replay_server_kind(&set->tape)->open(&set->house);

	set->house.sessions = 0;
	practice_carry(talk, span_text(client), step, answer);
}

static void check(struct set *set, const char *name, const char *client, const char *must)
{
	static const size_t steps[] = {0, 1, 2, 3, 5, 7, 11, 64};

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		struct buffer answer;

		buffer_init(&answer, 0);
		say(set, client, steps[i], &answer);
		if (!span_is(buffer_span(&answer), must)) {
			fprintf(stderr, "\n%s, %zu octets at a time:\n%s\n-- must be --\n%s\n",
				name, steps[i], buffer_text(&answer), must);
			CU_FAIL("not what the recorded server says");
		}
		buffer_fini(&answer);
	}
}

static void test_cases(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct set set;

		set_up(&set, cases[i].protocol, cases[i].session, cases[i].faults);
		set.house.can_tls = cases[i].can_tls;
		check(&set, cases[i].name, cases[i].client, cases[i].answer);
		take_down(&set);
	}
}

#define LOGIN_SESSION                                                                              \
	HELLO_SESSION "C AUTH LOGIN\nS 334 VXNlcm5hbWU6\nC dGlt\nS 334 UGFzc3dvcmQ6\n"             \
		      "C dGFuc3RhYWY=\nS 235 in\n"
#define OTHER "502 5.5.1 Not in the recording; it has EHLO\r\n"

/* Who logs in, and with which password, does not matter; how matters little. */
static void test_logins(void)
{
	static const struct {
		const char *client, *answer;
	} logins[] = {
		{"AUTH LOGIN\r\neA==\r\neQ==\r\n",
			"334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 in\r\n"},
		{"auth login eA==\r\neQ==\r\n", "334 UGFzc3dvcmQ6\r\n235 in\r\n"},
		{"AUTH PLAIN AHgAeQ==\r\n", "235 in\r\n"},
		{"AUTH PLAIN\r\nAHgAeQ==\r\n", "334 \r\n235 in\r\n"},
		{"AUTH LOGIN\r\n*\r\nNOOP\r\n",
			"334 VXNlcm5hbWU6\r\n501 5.7.0 Login cancelled\r\n" OTHER},
		{"AUTH GSSAPI\r\n", "504 5.5.4 The recording cannot play this mechanism\r\n"},
		{"AUTH SCRAM-SHA-1 biwsbj14LHI9YQ==\r\n",
			"504 5.5.4 SCRAM needs the password: --password-file\r\n"},
	};
	struct set set;

	set_up(&set, MAIL_SMTP, LOGIN_SESSION, NULL);
	for (size_t i = 0; i < sizeof logins / sizeof logins[0]; i++) {
		char must[400];

		snprintf(must, sizeof must, GREETING "%s", logins[i].answer);
		check(&set, logins[i].client, logins[i].client, must);
	}
	take_down(&set);
	set_up(&set, MAIL_SMTP, HELLO_SESSION "C AUTH PLAIN AHgAeQ==\nS 535 no\nC QUIT\nS 221 y\n",
		NULL);
	check(&set, "refused as recorded",
		"AUTH PLAIN\r\nAHgAeQ==\r\nAUTH LOGIN\r\neA==\r\neQ==\r\n",
		GREETING "334 \r\n535 no\r\n334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n535 no\r\n");
	take_down(&set);
}

static void find_nonce(const char *answer, const char *front, char nonce[64])
{
	const char *at = strstr(answer, front);

	nonce[0] = '\0';
	if (at != NULL)
		snprintf(nonce, 64, "%.*s", (int)strcspn(at + strlen(front), "\r>"),
			at + strlen(front));
}

/* Nonces are new in each session. */
static void test_nonces(void)
{
	struct buffer first, second;
	struct set set;
	char one[64], other[64];

	set_up(&set, MAIL_SMTP,
		HELLO_SESSION
		"C AUTH CRAM-MD5\nS 334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2U+\nC eA==\n"
		"S 235 in\n",
		NULL);
	buffer_init(&first, 0);
	buffer_init(&second, 0);
	say(&set, "AUTH CRAM-MD5\r\neA==\r\n", 0, &first);
	set.house.seed++;
	say(&set, "AUTH CRAM-MD5\r\neA==\r\n", 0, &second);
	find_nonce(buffer_text(&first), "334 ", one);
	find_nonce(buffer_text(&second), "334 ", other);
	CU_ASSERT_EQUAL(strlen(one), 36);
	CU_ASSERT_STRING_NOT_EQUAL(one, other);
	CU_ASSERT_STRING_NOT_EQUAL(one, "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2U+");
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&first), "\r\n235 in\r\n"));
	take_down(&set);
	buffer_clear(&first);
	set_up(&set, MAIL_POP3,
		"S +OK hi <1896.697@host>\nC APOP tim c4c9334bac560ecc979e58001b3e22fb\nS +OK\n",
		NULL);
	say(&set, "APOP ann 00000000000000000000000000000000\r\n", 0, &first);
	find_nonce(buffer_text(&first), "+OK hi <", one);
	CU_ASSERT_EQUAL(strlen(one), strlen("1896.697@host"));
	CU_ASSERT_STRING_NOT_EQUAL(one, "1896.697@host");
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&first), ">\r\n+OK\r\n"));
	take_down(&set);
	buffer_fini(&second);
	buffer_fini(&first);
}

static void hear(void *context, enum side from, struct span octets, bool is_secret)
{
	struct buffer *heard = context;

	CU_ASSERT_EQUAL(from, SIDE_CLIENT);
	if (is_secret)
		buffer_add_text(heard, "!");
	else
		buffer_add_span(heard, octets);
}

/* What the log hears of the client, in order, and which of it is secret; the server is heard by the
 * connection. */
static void test_tap(void)
{
	static const size_t steps[] = {0, 1, 3};
	static const char said[] =
		"AUTH LOGIN eA==\r\neQ==\r\nAUTH PLAIN\r\n*\r\nDATA\r\nx\r\n.\r\n"
		"QUIT\r\n";

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		struct buffer heard, answer;
		struct talk *talk;
		struct set set;

		set_up(&set, MAIL_SMTP, LOGIN_SESSION MAIL_SESSION BYE_SESSION, NULL);
		buffer_init(&heard, 0);
		buffer_init(&answer, 0);
		talk = replay_server_kind(&set.tape)->open(&set.house);
		CU_ASSERT_EQUAL(talk->session, 1);
		talk->tap = (struct tap){.context = &heard, .on_octets = hear};
		practice_carry(talk, span_text(said), steps[i], &answer);
		CU_ASSERT_STRING_EQUAL(
			buffer_text(&heard), "!!AUTH PLAIN\r\n*\r\nDATA\r\nx\r\n.\r\nQUIT\r\n");
		buffer_fini(&answer);
		buffer_fini(&heard);
		take_down(&set);
	}
}

/* A session that breaks off in a password: what there is of it is a secret too. */
static void test_tap_cut(void)
{
	static const struct {
		const char *said, *heard;
	} rows[] = {
		{"USER ann\r\nPASS hun", "USER ann\r\n!"},
		{"PASS hunter two\r\n", "!"},
		{"APOP ann 00", "!"},
		{"APOP ann", "APOP ann"},
		{"QU", "QU"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buffer heard, answer;
		struct talk *talk;
		struct set set;

		set_up(&set, MAIL_POP3, "S +OK hi <1.2@host>\nC QUIT\nS +OK\n", NULL);
		buffer_init(&heard, 0);
		buffer_init(&answer, 0);
		talk = replay_server_kind(&set.tape)->open(&set.house);
		talk->tap = (struct tap){.context = &heard, .on_octets = hear};
		practice_carry(talk, span_text(rows[i].said), 0, &answer);
		CU_ASSERT_STRING_EQUAL(buffer_text(&heard), rows[i].heard);
		buffer_fini(&answer);
		buffer_fini(&heard);
		take_down(&set);
	}
}

/* A client that only tries is sent away. */
static void test_limit(void)
{
	struct buffer client, answer;
	struct set set;

	set_up(&set, MAIL_SMTP, HELLO_SESSION, NULL);
	buffer_init(&client, 0);
	buffer_init(&answer, 0);
	for (int i = 0; i < LIMIT_PRACTICE_WRONG + 1; i++)
		buffer_add_text(&client, "NOOP\r\n");
	say(&set, buffer_text(&client), 0, &answer);
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&answer),
		"421 4.7.0 Too much that is not recorded, closing\r\n{close}"));
	buffer_fini(&answer);
	buffer_fini(&client);
	take_down(&set);
}

/* More than fits into what waits for one client. */
static void test_large(void)
{
	struct buffer session, answer;
	struct set set;
	size_t lines = 20000;

	buffer_init(&session, 0);
	buffer_add_text(&session, "S +OK hi\nC USER a\nS +OK\nC PASS b\nS +OK\nC LIST\nS +OK\n");
	for (size_t i = 1; i <= lines; i++)
		buffer_printf(&session, "S %zu 100\n", i);
	buffer_add_text(&session, "S .\nC RETR 1\nS +OK\n");
	for (size_t i = 0; i < lines; i++)
		buffer_add_text(&session, "S ..................................................\n");
	buffer_add_text(&session, "S .\nC QUIT\nS +OK bye\n");
	set_up(&set, MAIL_POP3, buffer_text(&session), NULL);
	buffer_init(&answer, 0);
	say(&set, "LIST\r\nRETR 1\r\nQUIT\r\n", 0, &answer);
	CU_ASSERT_FALSE(answer.is_cut);
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&answer), "20000 100\r\n.\r\n+OK\r\n.."));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&answer), "..\r\n.\r\n+OK bye\r\n{close}"));
	CU_ASSERT_TRUE(answer.length > lines * 52);
	buffer_fini(&answer);
	buffer_fini(&session);
	take_down(&set);
}

SUITE(replay_server, {"sessions", test_cases}, {"logins without the password", test_logins},
	{"nonces are new", test_nonces}, {"what the log hears", test_tap},
	{"a secret that is cut", test_tap_cut}, {"too much that is not recorded", test_limit},
	{"long answers", test_large});
