/* Which protocol speaks, from the first bytes of both sides. */
#include "mail/mail.h"
#include "suite.h"

#include <stdio.h>

struct row {
	const char *client, *server;
	uint16_t ports[2];
	enum mail_guess guess;
	bool is_midway, is_exchanged;
};

#define ANY                                                                                        \
	{                                                                                          \
		40000, 50000                                                                       \
	}
#define PORT(number)                                                                               \
	{                                                                                          \
		40000, number                                                                      \
	}
#define HELLO "\x16\x03\x01\x02\x01\x01\x01"

static const struct row beginnings[] = {
	/* mail ports */
	{"", "", PORT(25), GUESS_MORE, false, false},
	{"", "220 mx\r\n", PORT(25), GUESS_SMTP, false, false},
	{"", "hello", PORT(587), GUESS_SMTP, false, false},
	{HELLO, "", PORT(25), GUESS_TLS, false, false},
	{"", "+OK\r\n", PORT(110), GUESS_POP3, false, false},
	{HELLO, "", PORT(110), GUESS_TLS, false, false},
	{HELLO, "", PORT(465), GUESS_TLS, false, false},
	{HELLO, "", PORT(995), GUESS_TLS, false, false},
	{"", "220 mx\r\n", PORT(465), GUESS_SMTP, false, false},
	{"", "+OK\r\n", PORT(995), GUESS_POP3, false, false},
	{"CAPA\r\n", "+OK\r\n", PORT(465), GUESS_POP3, false, false},
	/* a port of implicit TLS, but neither TLS nor mail */
	{"\x01\x02", "", PORT(465), GUESS_MORE, false, false},
	{"\x01\x02", "2", PORT(995), GUESS_MORE, false, false},
	{"\x01\x02", "\x03\x04", PORT(465), GUESS_NOT_MAIL, false, false},
	{"", "\x03\x04", PORT(995), GUESS_NOT_MAIL, false, false},
	{"\x01\x02", "421 no\r\n", PORT(465), GUESS_SMTP, false, false},
	{"NOOP\r\n", "", PORT(465), GUESS_SMTP, false, false},
	{"NOOP\r\n", "", PORT(995), GUESS_POP3, false, false},
	{"EHLO me\r\n", "\x03\x04", PORT(465), GUESS_SMTP, false, false},
	{"STAT\r\n", "", PORT(465), GUESS_POP3, false, false},
	/* any port: the greeting says SMTP */
	{"", "220 mx.example ESMTP Postfix\r\n", PORT(2525), GUESS_SMTP, false, false},
	{"", "220-mx.example smtp\r\n", ANY, GUESS_SMTP, false, false},
	{"", "220 mx LMTP\r\n", ANY, GUESS_SMTP, false, false},
	{"", "554 mx ESMTP: no\r\n", ANY, GUESS_SMTP, false, false},
	/* the greeting is like FTP's: the client tells */
	{"", "2", ANY, GUESS_MORE, false, false},
	{"", "220 mx\r\n", ANY, GUESS_MORE, false, false},
	{"EHL", "220 mx\r\n", ANY, GUESS_MORE, false, false},
	{"EHLO m", "220 mx\r\n", ANY, GUESS_SMTP, false, false},
	{"helo me\r\n", "220 mx\r\n", ANY, GUESS_SMTP, false, false},
	{"LHLO me\r\n", "220 mx\r\n", ANY, GUESS_SMTP, false, false},
	{"USER anonymous\r\n", "220 mx\r\n", ANY, GUESS_NOT_MAIL, false, false},
	{"", "220 mx\r\n", PORT(21), GUESS_MORE, false, false},
	{"AUTH TLS\r\n", "220 ftp\r\n", PORT(21), GUESS_NOT_MAIL, false, false},
	{"EHLO me\r\n", "", ANY, GUESS_MORE, false, false},
	{"EHLO me\r\n", "250-mx\r\n", ANY, GUESS_SMTP, false, false},
	{"EHLO me\r\n", "554 no\r\n", ANY, GUESS_SMTP, false, false},
	/* +OK: the client tells */
	{"", "+", ANY, GUESS_MORE, false, false},
	{"", "+OK ready\r\n", ANY, GUESS_MORE, false, false},
	{"CAP", "+OK ready\r\n", ANY, GUESS_MORE, false, false},
	{"CAPA\r\n", "+OK ready\r\n", ANY, GUESS_POP3, false, false},
	{"user tim\r\n", "+OK ready\r\n", ANY, GUESS_POP3, false, false},
	{"APOP tim 00\r\n", "+OK ready\r\n", ANY, GUESS_POP3, false, false},
	{"AUTH PLAIN\r\n", "+OK ready\r\n", ANY, GUESS_POP3, false, false},
	{"AUTH\r\n", "+OK ready\r\n", ANY, GUESS_POP3, false, false},
	{"STLS\r\n", "+OK ready\r\n", ANY, GUESS_POP3, false, false},
	{"QUIT\r\n", "+OK ready\r\n", ANY, GUESS_POP3, false, false},
	/* redis: the client speaks first */
	{"AUTH secret\r\n", "", PORT(6379), GUESS_NOT_MAIL, false, false},
	{"*1\r\n$4\r\nPING\r\n", "", PORT(6379), GUESS_NOT_MAIL, false, false},
	{"PING\r\n", "+OK\r\n", ANY, GUESS_NOT_MAIL, false, false},
	/* TLS and the rest of the world */
	{HELLO, "", PORT(443), GUESS_TLS, false, false},
	{"GET / HTTP/1.1\r\n", "", PORT(80), GUESS_NOT_MAIL, false, false},
	{"", "SSH-2.0-OpenSSH\r\n", PORT(22), GUESS_NOT_MAIL, false, false},
	{"", "* OK IMAP4rev1\r\n", PORT(143), GUESS_NOT_MAIL, false, false},
	{"", "\x4a\x01\x01\x01", PORT(3306), GUESS_NOT_MAIL, false, false},
	{"\x01\x02", "", ANY, GUESS_NOT_MAIL, false, false},
	{"", "421 no\r\n", ANY, GUESS_NOT_MAIL, false, false},
	{"", "200 news\r\n", PORT(119), GUESS_NOT_MAIL, false, false},
	{"EHLO\r\n", "", ANY, GUESS_NOT_MAIL, false, false},
	{"HELOISE\r\n", "", ANY, GUESS_NOT_MAIL, false, false},
};

static const struct row middles[] = {
	{"abc", "", PORT(25), GUESS_SMTP, true, false},
	{"250 ok\r\n", "", {25, 40000}, GUESS_SMTP, true, true},
	{"", "+OK\r\n", {110, 40000}, GUESS_POP3, true, true},
	{"\x17\x03\x03\x01\x01", "", PORT(25), GUESS_TLS, true, false},
	{"", "\x17\x03\x03\x01\x01", ANY, GUESS_TLS, true, false},
	{"ab", "cd", PORT(465), GUESS_NOT_MAIL, true, false},
	{"ok\r\n", "", {995, 40000}, GUESS_NOT_MAIL, true, true},
	{"+OK\r\n", "ab", {995, 40000}, GUESS_POP3, true, true},
	{"\x16\x03\x03\x01\x01\x02\x01", "", ANY, GUESS_TLS, true, true},
	{"MAIL FROM:<a@b>\r\n", "", ANY, GUESS_SMTP, true, false},
	{"", "MAIL FROM:<a@b>\r\n", ANY, GUESS_SMTP, true, true},
	{"rcpt to:<a@b>\r\n", "", ANY, GUESS_SMTP, true, false},
	{"MAIL FR", "", ANY, GUESS_MORE, true, false},
	{"EHLO me\r\n", "", ANY, GUESS_SMTP, true, false},
	{"", "250-mx\r\n", ANY, GUESS_MORE, true, false},
	{"250-mx\r\n", "QUIT\r\n", ANY, GUESS_SMTP, true, true},
	{"DATA\r\n", "354 go\r\n", ANY, GUESS_SMTP, true, false},
	{"DATA\r\n", "", ANY, GUESS_MORE, true, false},
	{"RETR 1\r\n", "+OK\r\n", ANY, GUESS_POP3, true, false},
	{"+OK\r\n", "UIDL\r\n", ANY, GUESS_POP3, true, true},
	{"TOP 1 0\r\n", "-ERR\r\n", ANY, GUESS_POP3, true, false},
	{"", "+OK\r\n", ANY, GUESS_MORE, true, false},
	{"RETR file.txt\r\n", "150 opening\r\n", ANY, GUESS_NOT_MAIL, true, false},
	{"PASV\r\n", "227 entering\r\n", ANY, GUESS_NOT_MAIL, true, false},
	{"GET / HTTP/1.1\r\n", "", ANY, GUESS_NOT_MAIL, true, false},
	{"", "HTTP/1.1 200 OK\r\n", ANY, GUESS_NOT_MAIL, true, false},
	{"\x01\x02\x03", "", ANY, GUESS_NOT_MAIL, true, false},
	{"PING\r\n", "+OK\r\n", ANY, GUESS_NOT_MAIL, true, false},
};

static void check(const struct row *row, struct span client, struct span server, bool is_prefix)
{
	struct mail_first_look look = {
		{client, server}, {row->ports[0], row->ports[1]}, row->is_midway};
	bool is_exchanged = false;
	enum mail_guess guess = mail_guess(&look, &is_exchanged);
	bool is_right = guess == row->guess && is_exchanged == row->is_exchanged;

	/* What is right in the end must not have been refused before. */
	if (is_prefix)
		is_right = guess == GUESS_MORE || guess == row->guess;
	CU_ASSERT_TRUE(is_right);
	if (!is_right)
		fprintf(stderr, "\n|%.*s|%.*s| %u %u: %d, should be %d\n", (int)client.length,
			(const char *)client.at, (int)server.length, (const char *)server.at,
			row->ports[0], row->ports[1], (int)guess, (int)row->guess);
}

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct span client = span_text(rows[i].client), server = span_text(rows[i].server);

		check(&rows[i], client, server, false);
		if (rows[i].guess == GUESS_NOT_MAIL)
			continue;
		for (size_t j = 1; j < server.length; j++)
			if (client.length == 0 || rows[i].is_midway)
				check(&rows[i], client, span_first(server, j), true);
		for (size_t j = 1; j < client.length; j++)
			check(&rows[i], span_first(client, j), server, true);
	}
}

static void test_beginnings(void)
{
	check_rows(beginnings, sizeof beginnings / sizeof beginnings[0]);
}

static void test_middles(void)
{
	check_rows(middles, sizeof middles / sizeof middles[0]);
}

SUITE(guess, {"knows mail from its beginning", test_beginnings},
	{"knows mail from its middle", test_middles});
