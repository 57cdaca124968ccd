#include "practice/maildrop.h"
#include "practice/pop3_server.h"
#include "practice/unload.h"
#include "practice_play.h"
#include "suite.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <unistd.h>

#define GREETING "+OK mailscope practice POP3 on practice.test <STAMP>\r\n"
#define CAPA_FRONT                                                                                 \
	"+OK What I can:\r\nUSER\r\nSASL SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN XOAUTH2 "  \
	"OAUTHBEARER\r\n"
#define CAPA_END                                                                                   \
	"TOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nEXPIRE NEVER\r\nUTF8 "       \
	"USER\r\n"                                                                                 \
	"IMPLEMENTATION mailscope-practice\r\n.\r\n"
#define LOGIN "USER ann\r\nPASS ann-secret\r\n"
#define LOGIN_OK(many) "+OK Now the password, with PASS\r\n+OK Welcome, ann: " many "\r\n"
#define BYE "+OK Good bye\r\n{close}"

static const struct practice_case cases[] = {
	{"an empty mailbox", NULL, LOGIN "STAT\r\nLIST\r\nUIDL\r\nLIST 1\r\nRETR 1\r\nQUIT\r\n",
		GREETING LOGIN_OK("0 messages") "+OK 0 0\r\n+OK 0 messages (0 octets)\r\n.\r\n"
						"+OK 0 messages (0 octets)\r\n.\r\n"
						"-ERR No such message, only 0\r\n"
						"-ERR No such message, only 0\r\n" BYE},
	{"CAPA", NULL, "CAPA\r\nCAPA x\r\n" LOGIN "CAPA\r\n",
		GREETING CAPA_FRONT "STLS\r\n" CAPA_END "-ERR Syntax: CAPA\r\n" LOGIN_OK(
			"0 messages") CAPA_FRONT CAPA_END},
	{"order", NULL,
		"STAT\r\nRETR 1\r\nNOOP\r\nPASS x\r\n" LOGIN
		"USER ann\r\nAPOP a b\r\nAUTH PLAIN\r\nSTLS\r\nUTF8\r\nNOOP\r\n",
		GREETING
		"-ERR STAT out of order: log in first\r\n"
		"-ERR RETR out of order: log in first\r\n"
		"-ERR NOOP out of order: log in first\r\n"
		"-ERR USER comes first\r\n" LOGIN_OK(
			"0 messages") "-ERR USER out of order: you are logged in already\r\n"
				      "-ERR APOP out of order: you are logged in already\r\n"
				      "-ERR AUTH out of order: you are logged in already\r\n"
				      "-ERR STLS out of order: you are logged in already\r\n"
				      "-ERR UTF8 out of order: you are logged in already\r\n+OK "
				      "Still here\r\n"},
	{"syntax", NULL,
		"\r\nJUGGLE\r\nUSER\r\nUSER ann\nQUIT x\r\nLANG\r\nXTND\r\nAPOP ann\r\n" LOGIN
		"LIST x\r\nLIST 0\r\nLIST 99999999999999999999999\r\nTOP 1\r\nTOP 1 x\r\nRETR 1 "
		"2\r\nRETR\r\n"
		"DELE -1\r\n",
		GREETING
		"-ERR Command not recognized\r\n-ERR Command not recognized\r\n"
		"-ERR Syntax: USER SP name\r\n-ERR LF without CR: a line ends in both\r\n"
		"-ERR Syntax: QUIT\r\n-ERR LANG is not implemented\r\n"
		"-ERR XTND is not implemented\r\n-ERR Syntax: APOP SP name SP digest\r\n" LOGIN_OK(
			"0 messages") "-ERR Syntax: LIST [SP message-number]\r\n"
				      "-ERR No such message, only 0\r\n"
				      "-ERR Syntax: LIST [SP message-number]\r\n"
				      "-ERR Syntax: TOP SP message-number SP lines\r\n"
				      "-ERR Syntax: TOP SP message-number SP lines\r\n"
				      "-ERR Syntax: RETR SP message-number\r\n"
				      "-ERR Syntax: RETR SP message-number\r\n"
				      "-ERR Syntax: DELE SP message-number\r\n"},
	{"STLS", NULL, "STLS\r\n{TLS}CAPA\r\nSTLS\r\n" LOGIN,
		GREETING "+OK Begin TLS now\r\n{TLS}" CAPA_FRONT CAPA_END
			 "-ERR TLS is on already\r\n" LOGIN_OK("0 messages")},
	{"UTF8, then no STLS", NULL, "UTF8\r\nSTLS\r\nUSER Пётр@x\r\nPASS пароль\r\n",
		GREETING "+OK Messages come as they are\r\n-ERR STLS must come before UTF8\r\n"
			 "+OK Now the password, with PASS\r\n+OK Welcome, Пётр: 0 messages\r\n"},
	{"AUTH", NULL, "AUTH\r\nAUTH PLAIN\r\nAGFubgBhbm4tc2VjcmV0\r\n",
		GREETING
		"+OK The mechanisms:\r\nSCRAM-SHA-256\r\nSCRAM-SHA-1\r\nCRAM-MD5\r\nPLAIN\r\n"
		"LOGIN\r\nXOAUTH2\r\nOAUTHBEARER\r\n.\r\n+ \r\n+OK Welcome, ann: 0 messages\r\n"},
	{"AUTH refused", NULL,
		"AUTH JUGGLE\r\nAUTH PLAIN !\r\nAUTH PLAIN\r\n*\r\nAUTH CRAM-MD5 AA==\r\n"
		"AUTH PLAIN AGFubgB4\r\nAUTH LOGIN\r\nYW5u\r\nYW5u\r\nAPOP ann x\r\n"
		"USER ann\r\nPASS x\r\nUSER nobody\r\nPASS x\r\n",
		GREETING
		"-ERR No such mechanism here\r\n-ERR Not base64; login given up\r\n+ \r\n"
		"-ERR Login cancelled\r\n-ERR This mechanism has no initial response\r\n"
		"-ERR [AUTH] Wrong user or password\r\n+ VXNlcm5hbWU6\r\n+ UGFzc3dvcmQ6\r\n"
		"-ERR [AUTH] Wrong user or password\r\n-ERR [AUTH] Wrong user or password\r\n"
		"+OK Now the password, with PASS\r\n-ERR [AUTH] Wrong user or password\r\n"
		"+OK Now the password, with PASS\r\n"
		"-ERR [AUTH] Wrong user or password\r\n{close}"},
	{"a reply in place of another", "at STAT reply -ERR [SYS/TEMP] later", LOGIN "STAT\r\n",
		GREETING LOGIN_OK("0 messages") "-ERR [SYS/TEMP] later\r\n"},
	{"closed, delayed, said",
		"at NOOP 2 close\nat USER delay 1s\nafter LIST say +OK surprise\n",
		LOGIN "NOOP\r\nLIST\r\nNOOP\r\nNOOP\r\n",
		GREETING
		"{wait 1000}" LOGIN_OK("0 messages") "+OK Still here\r\n+OK 0 messages (0 "
						     "octets)\r\n.\r\n+OK surprise\r\n{close}"},
	{"nothing is offered",
		"offer no USER\noffer no SASL\noffer no APOP\noffer no STLS\noffer no UTF8\noffer "
		"no "
		"TOP\noffer no UIDL\noffer no RESP-CODES\noffer no AUTH-RESP-CODE\noffer no "
		"PIPELINING\noffer no EXPIRE\noffer no IMPLEMENTATION\noffer XTRA y",
		"CAPA\r\nUSER ann\r\nAUTH PLAIN\r\nAPOP ann x\r\nSTLS\r\nUTF8\r\n",
		"+OK mailscope practice POP3 on practice.test\r\n+OK What I can:\r\nXTRA y\r\n.\r\n"
		"-ERR USER is not offered\r\n-ERR AUTH is not offered\r\n-ERR APOP is not "
		"offered\r\n"
		"-ERR STLS is not offered\r\n-ERR UTF8 is not offered\r\n"},
	{"other offers", "offer SASL LOGIN\noffer EXPIRE 3\noffer no AUTH-RESP-CODE",
		"AUTH\r\nAUTH PLAIN AGFubgBhbm4tc2VjcmV0\r\nAUTH LOGIN YW5u\r\nYQ==\r\n",
		GREETING "+OK The mechanisms:\r\nLOGIN\r\n.\r\n-ERR No such mechanism here\r\n"
			 "+ UGFzc3dvcmQ6\r\n-ERR Wrong user or password\r\n"},
	{"greetings", "at greeting reply -ERR [SYS/TEMP] closed", "QUIT\r\n",
		"-ERR [SYS/TEMP] closed\r\n" BYE},
	{"bare LF in replies", "reply bare-lf", LOGIN "LIST\r\n",
		"+OK mailscope practice POP3 on practice.test <STAMP>\n+OK Now the password, with "
		"PASS\n+OK Welcome, ann: 0 messages\n+OK 0 messages (0 octets)\n.\n"},
	{"injected", "starttls inject +OK evil", "STLS\r\n{TLS}",
		GREETING "+OK Begin TLS now\r\n+OK evil\r\n{TLS}"},
};

static void test_sessions(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		practice_play_check(&pop3_server_kind, &cases[i]);
}

/* ann's mailbox: two messages of ours, one of another program with LF, read already. */
static void fill(struct practice_play *play)
{
	practice_put(play, "ann", "new/1000.M1P1Q1.here,S=24,W=24",
		span_text("Subject: one\r\n\r\n.\r\n..a\r\n"));
	practice_put(
		play, "ann", "cur/999.M1P1Q1.there:2,S", span_text("Subject: two\n\n.line\nend"));
	practice_put(play, "ann", "new/1000.M1P1Q10.here,S=27,W=27",
		span_text("Subject: three\r\n\r\na\r\nb\r\nc\r\n"));
	practice_put(play, "ann", "new/.hidden", span_text("x"));
}

static void play_filled(const char *faults, const char *client, const char *must)
{
	for (size_t step = 0; step < 4; step++) {
		struct practice_play play;
		struct buffer answer;

		practice_play_init(&play, faults);
		fill(&play);
		buffer_init(&answer, 0);
		practice_play(&play, &pop3_server_kind, span_text(client), step, &answer);
		if (!span_is(buffer_span(&answer), must))
			fprintf(stderr, "\n%s\n-- must be --\n%s\n", buffer_text(&answer), must);
		CU_ASSERT_TRUE(span_is(buffer_span(&answer), must));
		buffer_fini(&answer);
		practice_play_fini(&play);
	}
}

#define ONE "Subject: one\r\n\r\n..\r\n...a\r\n.\r\n"
#define TWO "Subject: two\r\n\r\n..line\r\nend\r\n.\r\n"
#define THREE "Subject: three\r\n\r\na\r\nb\r\nc\r\n.\r\n"

static void test_maildrop(void)
{
	play_filled(NULL,
		LOGIN "STAT\r\nLIST\r\nUIDL\r\nLIST 2\r\nUIDL 3\r\nRETR 1\r\nRETR 2\r\nRETR 3\r\n"
		      "TOP 3 0\r\nTOP 3 2\r\nTOP 3 99\r\nTOP 1 1\r\nDELE 2\r\nDELE 2\r\nRETR 2\r\n"
		      "STAT\r\nLIST\r\nUIDL 2\r\nRSET\r\nSTAT\r\n",
		GREETING LOGIN_OK(
			"3 messages") "+OK 3 77\r\n"
				      "+OK 3 messages (77 octets)\r\n1 26\r\n2 24\r\n3 27\r\n.\r\n"
				      "+OK 3 messages (77 octets)\r\n1 999.M1P1Q1.there\r\n2 "
				      "1000.M1P1Q1.here\r\n"
				      "3 1000.M1P1Q10.here\r\n.\r\n+OK 2 24\r\n+OK 3 "
				      "1000.M1P1Q10.here\r\n"
				      "+OK 26 octets\r\n" TWO "+OK 24 octets\r\n" ONE
				      "+OK 27 octets\r\n" THREE
				      "+OK The header, and 0 lines\r\nSubject: three\r\n\r\n.\r\n"
				      "+OK The header, and 2 lines\r\nSubject: "
				      "three\r\n\r\na\r\nb\r\n.\r\n"
				      "+OK The header, and 99 lines\r\n" THREE
				      "+OK The header, and 1 lines\r\nSubject: "
				      "two\r\n\r\n..line\r\n.\r\n"
				      "+OK Marked as deleted\r\n-ERR Message 2 is marked as "
				      "deleted\r\n"
				      "-ERR Message 2 is marked as deleted\r\n+OK 2 53\r\n"
				      "+OK 2 messages (53 octets)\r\n1 26\r\n3 27\r\n.\r\n"
				      "-ERR Message 2 is marked as deleted\r\n"
				      "+OK No message is marked as deleted\r\n+OK 3 77\r\n");
}

static void test_message_faults(void)
{
	play_filled("retr unstuffed\nretr octets 7\n", LOGIN "RETR 2\r\n",
		GREETING LOGIN_OK(
			"3 messages") "+OK 7 octets\r\nSubject: one\r\n\r\n.\r\n..a\r\n.\r\n");
	play_filled("after RETR close", LOGIN "RETR 2\r\nRETR 3\r\n",
		GREETING LOGIN_OK("3 messages") "+OK 24 octets\r\n" ONE "{close}");
	play_filled("at RETR 2 close", LOGIN "RETR 2\r\nRETR 3\r\n",
		GREETING LOGIN_OK("3 messages") "+OK 24 octets\r\n" ONE "{close}");
	play_filled("after RETR say +OK more\nat DELE delay 5s", LOGIN "RETR 2\r\nDELE 1\r\n",
		GREETING LOGIN_OK("3 messages") "+OK 24 octets\r\n" ONE
						"+OK more\r\n{wait 5000}+OK Marked as deleted\r\n");
}

static size_t count_of(struct practice_play *play)
{
	bool is_in_use;
	struct maildrop *drop = maildrop_open(
		&accounts_find(play->house.accounts, span_text("ann"))->mailbox, &is_in_use);
	size_t count = drop != NULL ? maildrop_count(drop) : 99;

	CU_ASSERT_EQUAL(is_in_use, drop == NULL);
	maildrop_close(drop);
	return count;
}

/* Only QUIT removes (RFC 1939 6). */
static void test_update(void)
{
	struct practice_play play;
	struct buffer answer;

	practice_play_init(&play, NULL);
	fill(&play);
	buffer_init(&answer, 0);
	practice_play(
		&play, &pop3_server_kind, span_text(LOGIN "DELE 1\r\nDELE 3\r\n"), 0, &answer);
	CU_ASSERT_EQUAL(count_of(&play), 3);
	practice_play(&play, &pop3_server_kind, span_text(LOGIN "DELE 1\r\nDELE 3\r\nQUIT\r\n"), 0,
		&answer);
	CU_ASSERT_EQUAL(count_of(&play), 1);
	buffer_fini(&answer);
	practice_play_fini(&play);
}

/* One session at a time has the mailbox (RFC 1939 4, RFC 2449 8.1.2). */
static void test_lock(void)
{
	struct practice_play play;
	struct talk *first, *second;
	struct buffer line;

	practice_play_init(&play, NULL);
	buffer_init(&line, 0);
	first = pop3_server_kind.open(&play.house);
	second = pop3_server_kind.open(&play.house);
	pop3_server_kind.ready(first);
	pop3_server_kind.ready(second);
	(void)talk_feed(first, span_text(LOGIN));
	(void)talk_feed(second, span_text(LOGIN));
	CU_ASSERT(span_find(buffer_span(&first->out), "+OK Welcome") < first->out.length);
	CU_ASSERT(
		span_find(buffer_span(&second->out),
			"-ERR [IN-USE] Another session has this mailbox\r\n") < second->out.length);
	CU_ASSERT_EQUAL(count_of(&play), 99);
	pop3_server_kind.end(first, "cut", &line);
	CU_ASSERT(
		span_find(buffer_span(&line), "user ann: 0 fetched, 0 deleted; cut") < line.length);
	(void)talk_feed(second, span_text(LOGIN));
	CU_ASSERT(span_find(buffer_span(&second->out), "+OK Welcome") < second->out.length);
	pop3_server_kind.end(second, "cut", &line);
	buffer_fini(&line);
	practice_play_fini(&play);
}

/* The digest is of the greeting's own time stamp. */
static void test_apop(void)
{
	struct practice_play play;
	struct talk *talk;
	struct buffer line;
	uint8_t digest[16];
	char command[80] = "APOP ann ";
	struct span stamp;

	practice_play_init(&play, NULL);
	buffer_init(&line, 0);
	talk = pop3_server_kind.open(&play.house);
	pop3_server_kind.ready(talk);
	stamp = buffer_span(&talk->out);
	stamp = span_from(stamp, span_index(stamp, '<'));
	buffer_add_span(&line, span_first(stamp, span_index(stamp, '>') + 1));
	buffer_add_text(&line, "ann-secret");
	CU_ASSERT_EQUAL(EVP_Digest(line.at, line.length, digest, NULL, EVP_md5(), NULL), 1);
	for (size_t i = 0; i < 16; i++)
		snprintf(command + 9 + 2 * i, 3, "%02x", digest[i]);
	snprintf(command + 41, 3, "\r\n");
	(void)talk_feed(talk, span_text(command));
	CU_ASSERT(span_find(buffer_span(&talk->out), "+OK Welcome, ann") < talk->out.length);
	pop3_server_kind.end(talk, "over", &line);
	buffer_fini(&line);
	practice_play_fini(&play);
}

/* More messages than fit into one answer. */
static void test_long_list(void)
{
	struct practice_play play;
	struct buffer answer, must;
	char name[64];

	practice_play_init(&play, NULL);
	buffer_init(&answer, 0);
	buffer_init(&must, 0);
	buffer_add_text(&must, "+OK 1203 messages (1203 octets)\r\n");
	for (int i = 1; i <= 1203; i++) {
		snprintf(name, sizeof name, "new/%d.a,S=1,W=1", i);
		practice_put(&play, "ann", name, span_text("x"));
		buffer_printf(&must, "%d 1\r\n", i);
	}
	buffer_add_text(&must, ".\r\n");
	practice_play(
		&play, &pop3_server_kind, span_text(LOGIN "LIST\r\nRETR 1203\r\n"), 0, &answer);
	buffer_add_text(&must, "+OK 1 octets\r\nx\r\n.\r\n");
	CU_ASSERT(span_find(buffer_span(&answer), buffer_text(&must)) < answer.length);
	CU_ASSERT_EQUAL(
		span_find(buffer_span(&answer), buffer_text(&must)) + must.length, answer.length);
	buffer_fini(&answer);
	buffer_fini(&must);
	practice_play_fini(&play);
}

struct unload_case {
	const char *text;
	bool is_unix;
	const char *sent;
};

static const struct unload_case unloads[] = {
	{"", false, ".\r\n"},
	{"a\r\n", false, "a\r\n.\r\n"},
	{"a", false, "a\r\n.\r\n"},
	{".", false, "..\r\n.\r\n"},
	{".\r\n.\r\n", false, "..\r\n..\r\n.\r\n"},
	{"a\n.\r\n", false, "a\n.\r\n.\r\n"},
	{"a\r.\r\n", false, "a\r.\r\n.\r\n"},
	{"a\r", false, "a\r\r\n.\r\n"},
	{"\r\n\r\n", false, "\r\n\r\n.\r\n"},
	{"a\n.\n..b\r\nc", true, "a\r\n..\r\n...b\r\nc\r\n.\r\n"},
	{"\n\n", true, "\r\n\r\n.\r\n"},
};

/* At every split: what is sent, and that its client gets back what is stored. */
static void test_unload(void)
{
	for (size_t i = 0; i < sizeof unloads / sizeof unloads[0]; i++) {
		struct span text = span_text(unloads[i].text);

		for (size_t split = 0; split <= text.length; split++) {
			struct unload unload = {.descriptor = -1, .is_unix = unloads[i].is_unix};
			struct buffer out;

			buffer_init(&out, 0);
			CU_ASSERT_TRUE(unload_octets(&unload, span_first(text, split), &out));
			CU_ASSERT_TRUE(unload_octets(&unload, span_from(text, split), &out));
			unload_end(&unload, &out);
			CU_ASSERT_TRUE(span_is(buffer_span(&out), unloads[i].sent));
			unload_fini(&unload);
			buffer_fini(&out);
		}
	}
}

/* A line that is too long, and mistakes without end. */
static void test_limits(void)
{
	struct practice_play play;
	struct buffer client, answer;

	practice_play_init(&play, NULL);
	buffer_init(&client, 0);
	buffer_init(&answer, 0);
	buffer_add_text(&client, "USER ");
	for (int i = 0; i < LIMIT_PRACTICE_REQUEST - 7; i++)
		buffer_add_byte(&client, 'x');
	buffer_add_text(&client, "\r\nUSER ");
	for (int i = 0; i < LIMIT_PRACTICE_REQUEST - 6; i++)
		buffer_add_byte(&client, 'x');
	buffer_add_text(&client, "\r\n");
	for (int i = 0; i < LIMIT_PRACTICE_WRONG + 5; i++)
		buffer_add_text(&client, "X\r\n");
	practice_play(&play, &pop3_server_kind, buffer_span(&client), 0, &answer);
	CU_ASSERT(span_find(buffer_span(&answer),
			  "+OK Now the password, with PASS\r\n"
			  "-ERR Line too long\r\n-ERR Command") < answer.length);
	CU_ASSERT_EQUAL(
		span_find(buffer_span(&answer), "recognized\r\n{close}") + 19, answer.length);
	buffer_fini(&client);
	buffer_fini(&answer);
	practice_play_fini(&play);
}

SUITE(practice_pop3, {"sessions", test_sessions}, {"a mailbox", test_maildrop},
	{"messages and faults", test_message_faults}, {"QUIT removes", test_update},
	{"the lock", test_lock}, {"APOP", test_apop}, {"a long list", test_long_list},
	{"what is sent of a message", test_unload}, {"limits", test_limits});
