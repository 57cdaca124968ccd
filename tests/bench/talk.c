#include "talk.h"

#define SAYS(side, words, how)                                                                     \
	{                                                                                          \
		.text = (words), .length = sizeof(words) - 1, .from = (side), .use = (how)         \
	}
#define END                                                                                        \
	{                                                                                          \
		.text = NULL                                                                       \
	}

#define HEADER                                                                                     \
	"Received: from host%.client.example (host%.client.example [192.0.2.17])\r\n"              \
	"\tby mx.server.example with ESMTP id q%; Tue, 25 Oct 2022 15:00:00 +0700\r\n"             \
	"Date: Tue, 25 Oct 2022 15:00:00 +0700\r\nFrom: User % <user%@client.example>\r\n"         \
	"To: someone%@server.example\r\nMessage-ID: <m%.x@client.example>\r\n"                     \
	"Subject: Message of session %\r\nMIME-Version: 1.0\r\n"                                   \
	"Content-Type: text/plain; charset=utf-8\r\n\r\n"

#define SHORT_HEADER                                                                               \
	"From: <u%@client.example>\r\nTo: <s%@server.example>\r\nSubject: note %\r\n\r\n"

static const struct row relay[] = {
	SAYS(SERVER, "220 mx.server.example ESMTP Postfix\r\n", 0),
	SAYS(CLIENT, "EHLO host%.client.example\r\n", 0),
	SAYS(SERVER,
		"250-mx.server.example\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-ETRN\r\n"
		"250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250 CHUNKING\r\n",
		0),
	SAYS(CLIENT,
		"MAIL FROM:<user%@client.example>\r\nRCPT TO:<someone%@server.example>\r\n"
		"RCPT TO:<other%@server.example>\r\nDATA\r\n",
		ROW_AGAIN),
	SAYS(SERVER,
		"250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n"
		"354 End data with <CR><LF>.<CR><LF>\r\n",
		0),
	SAYS(CLIENT, HEADER, ROW_MESSAGE),
	SAYS(SERVER, "250 2.0.0 Ok: queued as Q%\r\n", ROW_BACK),
	SAYS(CLIENT, "QUIT\r\n", 0),
	SAYS(SERVER, "221 2.0.0 Bye\r\n", 0),
	END,
};

static const struct row submission[] = {
	SAYS(SERVER, "220 mail.server.example ESMTP ready\r\n", 0),
	SAYS(CLIENT, "EHLO [192.0.2.33]\r\n", 0),
	SAYS(SERVER,
		"250-mail.server.example Hello\r\n250-SIZE 35882577\r\n250-8BITMIME\r\n"
		"250-AUTH PLAIN LOGIN\r\n250 SMTPUTF8\r\n",
		0),
	SAYS(CLIENT, "AUTH PLAIN AHN0dWRlbnQAc2VjcmV0\r\n", 0),
	SAYS(SERVER, "235 2.7.0 Authentication successful\r\n", 0),
	SAYS(CLIENT, "MAIL FROM:<user%@client.example> BODY=8BITMIME\r\n", ROW_AGAIN),
	SAYS(SERVER, "250 2.1.0 Ok\r\n", 0),
	SAYS(CLIENT, "RCPT TO:<someone%@server.example>\r\n", 0),
	SAYS(SERVER, "250 2.1.5 Ok\r\n", 0),
	SAYS(CLIENT, "DATA\r\n", 0),
	SAYS(SERVER, "354 Enter mail, end with \".\" on a line by itself\r\n", 0),
	SAYS(CLIENT, HEADER, ROW_MESSAGE),
	SAYS(SERVER, "250 2.6.0 Queued mail for delivery %\r\n", ROW_BACK),
	SAYS(CLIENT, "QUIT\r\n", 0),
	SAYS(SERVER, "221 2.0.0 mail.server.example closing\r\n", 0),
	END,
};

static const struct row fetch[] = {
	SAYS(SERVER, "+OK POP3 server ready <%.697170952@server.example>\r\n", 0),
	SAYS(CLIENT, "CAPA\r\n", 0),
	SAYS(SERVER, "+OK\r\nTOP\r\nUSER\r\nUIDL\r\nPIPELINING\r\nRESP-CODES\r\n.\r\n", 0),
	SAYS(CLIENT, "USER user%\r\n", 0),
	SAYS(SERVER, "+OK\r\n", 0),
	SAYS(CLIENT, "PASS secret%\r\n", 0),
	SAYS(SERVER, "+OK Logged in.\r\n", 0),
	SAYS(CLIENT, "STAT\r\n", 0),
	SAYS(SERVER, "+OK 3 43210\r\n", 0),
	SAYS(CLIENT, "UIDL\r\n", 0),
	SAYS(SERVER, "+OK\r\n1 uid%a\r\n2 uid%b\r\n3 uid%c\r\n.\r\n", 0),
	SAYS(CLIENT, "RETR 1\r\n", ROW_AGAIN),
	SAYS(SERVER, "+OK # octets\r\n" HEADER, ROW_MESSAGE),
	SAYS(CLIENT, "DELE 1\r\n", 0),
	SAYS(SERVER, "+OK Marked to be deleted.\r\n", ROW_BACK),
	SAYS(CLIENT, "QUIT\r\n", 0),
	SAYS(SERVER, "+OK Logging out, messages deleted.\r\n", 0),
	END,
};

static const struct row brief_relay[] = {
	SAYS(SERVER, "220 mx.server.example ESMTP\r\n", 0),
	SAYS(CLIENT, "EHLO host%.example\r\n", 0),
	SAYS(SERVER, "250-mx.server.example\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250 DSN\r\n",
		0),
	SAYS(CLIENT, "MAIL FROM:<u%@client.example>\r\nRCPT TO:<s%@server.example>\r\nDATA\r\n", 0),
	SAYS(SERVER, "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 Go ahead\r\n", 0),
	SAYS(CLIENT, SHORT_HEADER, ROW_MESSAGE),
	SAYS(SERVER, "250 2.0.0 Ok: queued as Q%\r\n", 0),
	SAYS(CLIENT, "QUIT\r\n", 0),
	SAYS(SERVER, "221 2.0.0 Bye\r\n", 0),
	END,
};

static const struct row brief_fetch[] = {
	SAYS(SERVER, "+OK POP3 server ready\r\n", 0),
	SAYS(CLIENT, "USER u%\r\n", 0),
	SAYS(SERVER, "+OK\r\n", 0),
	SAYS(CLIENT, "PASS p%\r\n", 0),
	SAYS(SERVER, "+OK Logged in.\r\n", 0),
	SAYS(CLIENT, "RETR 1\r\n", 0),
	SAYS(SERVER, "+OK # octets\r\n" SHORT_HEADER, ROW_MESSAGE),
	SAYS(CLIENT, "QUIT\r\n", 0),
	SAYS(SERVER, "+OK Logging out.\r\n", 0),
	END,
};

static const struct row http[] = {
	SAYS(CLIENT,
		"GET /file%.bin HTTP/1.1\r\nHost: www.example\r\nUser-Agent: generate\r\n"
		"Accept: */*\r\n\r\n",
		ROW_AGAIN),
	SAYS(SERVER,
		"HTTP/1.1 200 OK\r\nServer: www\r\nContent-Type: application/octet-stream\r\n"
		"Content-Length: #\r\n\r\n",
		ROW_BODY | ROW_BACK),
	END,
};

/* A ClientHello for www.example that offers TLS 1.3, the ServerHello that agrees, and what then
 * passes sealed. */
static const struct row https[] = {
	SAYS(CLIENT,
		"\x16\x03\x01\x00\x4c\x01\x00\x00\x48\x03\x03"
		"0123456789abcdef0123456789abcdef\x00\x00\x04\x13\x01\xc0\x2f\x01\x00\x00\x1b"
		"\x00\x00\x00\x10\x00\x0e\x00\x00\x0bwww.example"
		"\x00\x2b\x00\x03\x02\x03\x04",
		ROW_EXACT),
	SAYS(SERVER,
		"\x16\x03\x03\x00\x32\x02\x00\x00\x2e\x03\x03"
		"fedcba9876543210fedcba9876543210\x00\x13\x01\x00\x00\x06"
		"\x00\x2b\x00\x02\x03\x04\x14\x03\x03\x00\x01\x01"
		"\x17\x03\x03\x00\x10GHIJKLMNOPQRSTUV",
		ROW_EXACT),
	SAYS(CLIENT, "\x14\x03\x03\x00\x01\x01\x17\x03\x03\x00\x10VUTSRQPONMLKJIHG", ROW_EXACT),
	SAYS(CLIENT, "\x17\x03\x03\x00\x18What is asked is sealed.", ROW_EXACT | ROW_AGAIN),
	SAYS(SERVER, "", ROW_EXACT | ROW_BODY | ROW_BACK),
	END,
};

static const struct row dns[] = {
	SAYS(CLIENT,
		"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
		"\x03www\x07"
		"example\x00\x00\x01\x00\x01",
		ROW_EXACT),
	SAYS(SERVER,
		"\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00"
		"\x03www\x07"
		"example\x00\x00\x01\x00\x01"
		"\xc0\x0c\x00\x01\x00\x01\x00\x00\x0e\x10\x00\x04\x0a\x02\x00\x01",
		ROW_EXACT),
	END,
};

static const struct row quic[] = {
	SAYS(CLIENT, "\x40sealed", ROW_EXACT | ROW_AGAIN),
	SAYS(SERVER, "\x41", ROW_EXACT | ROW_BODY | ROW_BACK),
	END,
};

static const struct row ssh[] = {
	SAYS(SERVER, "SSH-2.0-OpenSSH_9.2p1\r\n", 0),
	SAYS(CLIENT, "SSH-2.0-OpenSSH_9.2p1\r\n", 0),
	SAYS(CLIENT, "\x00\x00\x00\x1c\x06thirty-two octets, sealed.", ROW_EXACT | ROW_AGAIN),
	SAYS(SERVER, "", ROW_EXACT | ROW_BODY | ROW_BACK),
	END,
};

static const struct row database[] = {
	SAYS(CLIENT, "\x00\x00\x00\x17\x00\x03\x00\x00user\x00reader\x00\x00", ROW_EXACT),
	SAYS(SERVER, "R\x00\x00\x00\x08\x00\x00\x00\x00Z\x00\x00\x00\x05I", ROW_EXACT),
	SAYS(CLIENT, "Q\x00\x00\x00\x19SELECT * FROM things;\x00", ROW_EXACT | ROW_AGAIN),
	SAYS(SERVER, "D", ROW_EXACT | ROW_BODY | ROW_BACK),
	END,
};

/* A protocol of nobody's on a port of nobody's; its client sends the most. */
static const struct row other[] = {
	SAYS(SERVER, "\x01\x00\x00\x00", ROW_EXACT),
	SAYS(CLIENT, "\x02\x00", ROW_EXACT | ROW_AGAIN | ROW_BODY),
	SAYS(SERVER, "\x03\x00\x00\x00", ROW_EXACT | ROW_BACK),
	END,
};

/* clang-format off */
const struct talk talks[TALKS] = {
	[TALK_RELAY] = { "relay", relay, .port = 25, .is_mail = true,
		.pool = POOL_TEXT, .least = 2000, .most = 50000, .rounds = 3 },
	[TALK_SUBMISSION] = { "submission", submission, .port = 587, .is_mail = true,
		.pool = POOL_TEXT, .least = 2000, .most = 50000, .rounds = 2 },
	[TALK_FETCH] = { "fetch", fetch, .port = 110, .is_mail = true,
		.pool = POOL_TEXT, .least = 2000, .most = 50000, .rounds = 3 },
	[TALK_BRIEF_RELAY] = { "brief relay", brief_relay, .port = 25, .is_mail = true,
		.is_brief = true, .pool = POOL_TEXT, .least = 100, .most = 700 },
	[TALK_BRIEF_FETCH] = { "brief fetch", brief_fetch, .port = 110, .is_mail = true,
		.is_brief = true, .pool = POOL_TEXT, .least = 100, .most = 700 },
	[TALK_HTTP] = { "http", http, .port = 80,
		.pool = POOL_NOISE, .least = 1000, .most = 400000, .rounds = 4 },
	[TALK_HTTPS] = { "https", https, .port = 443,
		.pool = POOL_RECORDS, .least = 1000, .most = 300000, .rounds = 4 },
	[TALK_DNS] = { "dns", dns, .port = 53, .is_udp = true },
	[TALK_QUIC] = { "quic", quic, .port = 443, .is_udp = true,
		.pool = POOL_NOISE, .least = 1000, .most = 200000, .rounds = 3 },
	[TALK_SSH] = { "ssh", ssh, .port = 22,
		.pool = POOL_NOISE, .least = 64, .most = 1000, .rounds = 40 },
	[TALK_DATABASE] = { "database", database, .port = 5432,
		.pool = POOL_NOISE, .least = 100, .most = 20000, .rounds = 20 },
	[TALK_OTHER] = { "other", other, .port = 41641,
		.pool = POOL_NOISE, .least = 1000, .most = 300000, .rounds = 3 },
};
/* clang-format on */
