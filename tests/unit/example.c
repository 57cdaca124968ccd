#include "example.h"

/* 2022-10-25 08:00:00 UTC */
static const int64_t START = 1666684800000000000;

static const struct row {
	enum line_kind kind;
	enum side from;
	const char *text;
	unsigned frame, last_frame; /* last_frame 0: the same */
	unsigned microseconds;      /* since the start */
	int code;
	const char *verb;
} smtp_rows[] = {
	{LINE_GREETING, SIDE_SERVER, "220 cn.ami.nstu.ru ESMTP", 4, 0, 95212, 220, NULL},
	{LINE_COMMAND, SIDE_CLIENT, "EHLO pmi-310-06", 5, 0, 95365, 0, "EHLO"},
	{LINE_REPLY, SIDE_SERVER, "250-cn.ami.nstu.ru", 6, 0, 142694, 250, "EHLO"},
	{LINE_REPLY, SIDE_SERVER, "250-SIZE 20480000", 6, 0, 142694, 250, "EHLO"},
	{LINE_REPLY, SIDE_SERVER, "250-AUTH LOGIN", 6, 0, 142694, 250, "EHLO"},
	{LINE_REPLY, SIDE_SERVER, "250 HELP", 6, 0, 142694, 250, "EHLO"},
	{LINE_COMMAND, SIDE_CLIENT, "AUTH login YjRAY24uYW1pLm5zdHUucnU=", 7, 0, 142780, 0, "AUTH"},
	{LINE_CHALLENGE, SIDE_SERVER, "334 UGFzc3dvcmQ6", 8, 0, 189798, 334, "AUTH"},
	{LINE_RESPONSE, SIDE_CLIENT, "QWlaaWViN08=", 9, 0, 195527, 0, "AUTH"},
	{LINE_REPLY, SIDE_SERVER, "235 authenticated.", 10, 0, 244978, 235, "AUTH"},
	{LINE_COMMAND, SIDE_CLIENT, "MAIL FROM:<b4@cn.ami.nstu.ru>", 11, 0, 245039, 0, "MAIL"},
	{LINE_REPLY, SIDE_SERVER, "250 OK", 12, 0, 293887, 250, "MAIL"},
	{LINE_COMMAND, SIDE_CLIENT,
		"RCPT TO:<b4@cn.ami.nstu.ru> ORCPT=rfc822;b4+2Btag@cn.ami.nstu.ru", 13, 0, 294101,
		0, "RCPT"},
	{LINE_REPLY, SIDE_SERVER, "250 OK", 14, 0, 341307, 250, "RCPT"},
	{LINE_COMMAND, SIDE_CLIENT, "DATA", 15, 0, 341476, 0, "DATA"},
	{LINE_REPLY, SIDE_SERVER, "354 OK, send.", 16, 0, 388504, 354, "DATA"},
	{LINE_DATA, SIDE_CLIENT, "", 17, 20, 391692, 0, "DATA"},
	{LINE_REPLY, SIDE_SERVER, "250 Queued (0.000 seconds)", 21, 0, 480687, 250, "DATA"},
	{LINE_COMMAND, SIDE_CLIENT, "QUIT", 22, 0, 480847, 0, "QUIT"},
	{LINE_REPLY, SIDE_SERVER, "221 goodbye", 23, 0, 492438, 221, "QUIT"},
};

static const char smtp_message[] =
	"From: b4@cn.ami.nstu.ru\r\nTo: b4@cn.ami.nstu.ru\r\n"
	"Subject: =?UTF-8?B?0J/RgNC+0LLQtdGA0LrQsA==?= test program\r\n"
	"Date: Tue, 25 Oct 2022 15:00:00 +0700\r\n\r\nHello\r\nThis is a test letter\r\nBye.\r\n";

static const struct row starttls_rows[] = {
	{LINE_GREETING, SIDE_SERVER,
		"220 mail.nstu.ru Microsoft ESMTP MAIL Service ready at Mon, 21 Nov "
		"2022 00:24:08 +0700",
		4, 0, 95212, 220, NULL},
	{LINE_COMMAND, SIDE_CLIENT, "EHLO localhost", 6, 0, 95365, 0, "EHLO"},
	{LINE_REPLY, SIDE_SERVER, "250-mail.nstu.ru Hello [10.0.60.1]", 7, 0, 142694, 250, "EHLO"},
	{LINE_REPLY, SIDE_SERVER, "250-PIPELINING", 7, 0, 142694, 250, "EHLO"},
	{LINE_REPLY, SIDE_SERVER, "250-ENHANCEDSTATUSCODES", 7, 0, 142694, 250, "EHLO"},
	{LINE_REPLY, SIDE_SERVER, "250 STARTTLS", 7, 0, 142694, 250, "EHLO"},
	{LINE_COMMAND, SIDE_CLIENT, "STARTTLS", 8, 0, 142780, 0, "STARTTLS"},
	{LINE_REPLY, SIDE_SERVER, "220 2.0.0 SMTP server ready", 9, 0, 189798, 220, "STARTTLS"},
};

static const struct row opened_rows[] = {
	{LINE_COMMAND, SIDE_CLIENT, "EHLO localhost", 17, 0, 294101, 0, "EHLO"},
	{LINE_REPLY, SIDE_SERVER, "250-mail.nstu.ru Hello [10.0.60.1]", 18, 0, 341307, 250, "EHLO"},
	{LINE_REPLY, SIDE_SERVER, "250 AUTH GSSAPI NTLM LOGIN", 18, 0, 341307, 250, "EHLO"},
	{LINE_COMMAND, SIDE_CLIENT, "MAIL FROM:lab-3.2018@stud.nstu.ru", 19, 0, 341476, 0, "MAIL"},
	{LINE_REPLY, SIDE_SERVER, "530 5.7.57 Client not authenticated to send mail", 20, 0, 388504,
		530, "MAIL"},
};

static const struct row sealed_rows[] = {
	{LINE_SEALED, SIDE_CLIENT, "Application Data", 17, 0, 294101, 0, NULL},
	{LINE_SEALED, SIDE_SERVER, "Application Data", 18, 0, 341307, 0, NULL},
};

static const struct row pop3_rows[] = {
	{LINE_COMMAND, SIDE_CLIENT, "PASS eech6Uba", 1, 0, 0, 0, "PASS"},
	{LINE_REPLY, SIDE_SERVER, "+OK Mailbox locked and ready", 2, 0, 40000, 1, "PASS"},
	{LINE_COMMAND, SIDE_CLIENT, "RETR 1", 3, 0, 41000, 0, "RETR"},
	{LINE_REPLY, SIDE_SERVER, "+OK 3681 octets.", 4, 0, 83000, 1, "RETR"},
	{LINE_GAP, SIDE_SERVER, "", 6, 0, 84000, 0, NULL},
	{LINE_BODY, SIDE_SERVER, "", 4, 9, 86000, 0, "RETR"},
	{LINE_COMMAND, SIDE_CLIENT, "DELE\t2\x1b[31m\xff", 10, 0, 90000, 0, "DELE"},
	{LINE_REPLY, SIDE_SERVER, "-ERR [SYS/TEMP] no such message", 11, 0, 99000, -1, "DELE"},
};

static const char pop3_message[] =
	"From: =?koi8-r?B?68/UyQ==?= <a@b.example>\r\nSubject: long\r\n\r\nabc\r\n"
	"[mailscope: 1460 octets missing in the capture]\r\nxyz\r\n";

const char example_mime[] =
	"From: =?iso-8859-1?Q?Andr=E9?= <andre@b.example>, second@b.example\r\n"
	"To: =?utf-8?B?0J/QvtC70YPRh9Cw0YLQtdC70Yw=?= <u@c.example>\r\n"
	"Subject: =?koi8-r?B?79Teo9Q=?=\r\n"
	"Message-ID: <1@b.example>\r\n"
	"MIME-Version: 1.0\r\n"
	"Content-Type: multipart/mixed; boundary=\"x\"\r\n\r\n"
	"preamble\r\n--x\r\n"
	"Content-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	"8NLJ18XU\r\n--x\r\n"
	"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
	"Content-Disposition: attachment;\r\n"
	" filename*=utf-8''%D0%BE%D1%82%D1%87%D1%91%D1%82.bin\r\n\r\n"
	"AAECAwQ=\r\n--x--\r\n";

static struct span sub(struct span text, const char *part)
{
	return span_first(span_from(text, span_find(text, part)), strlen(part));
}

static struct line *add_line(struct session *session, const struct row *row)
{
	struct line *line;
	uint64_t *frames = arena_new(&session->arena, 2 * sizeof *frames);

	session->lines =
		arena_grow(&session->arena, session->lines, session->line_count, sizeof *line);
	line = &session->lines[session->line_count++];
	frames[0] = row->frame;
	frames[1] = row->last_frame;
	*line = (struct line){.kind = row->kind,
		.from = row->from,
		.text = span_text(row->text),
		.octets = strlen(row->text) + 2,
		.frames = frames,
		.frame_count = row->last_frame > 0 ? 2 : 1,
		.frame = row->last_frame > 0 ? row->last_frame : row->frame,
		.code = row->code,
		.is_first = true};
	line->begin = line->time = session->start + (int64_t)row->microseconds * 1000;
	if (row->verb != NULL)
		line->verb = vocabulary_verb(session->protocol, span_text(row->verb));
	if (session->line_count > 1 && line->kind == LINE_REPLY && line[-1].kind == LINE_REPLY)
		line->is_first = line[-1].verb != line->verb;
	return line;
}

static void add_lines(struct session *session, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_line(session, &rows[i]);
}

#define ADD_LINES(session, rows) add_lines(session, rows, sizeof(rows) / sizeof(rows)[0])

static void add_finding(struct session *session, struct finding finding)
{
	session->findings = arena_grow(
		&session->arena, session->findings, session->finding_count, sizeof finding);
	session->findings[session->finding_count++] = finding;
}

static struct message *add_message(struct session *session, const char *text)
{
	struct message *message = arena_new(&session->arena, sizeof *message);

	session->messages = message;
	session->message_count = session->messages_seen = 1;
	*message = (struct message){.number = 1, .octets = strlen(text), .has_sha256 = true};
	memset(message->sha256, 0xa5, sizeof message->sha256);
	message->text = span_text(text);
	message->header = span_first(message->text, span_find(message->text, "\r\n\r\n") + 4);
	return message;
}

static void begin(struct session *session, const char *capture, enum mail_protocol protocol)
{
	*session = (struct session){.capture = capture,
		.number = 1,
		.protocol = protocol,
		.client = {.address = {192, 168, 100, 85}, .family = 4, .port = 1045},
		.server = {.address = {217, 71, 130, 171}, .family = 4, .port = 25},
		.start = START,
		.capture_start = START,
		.end = START + 480847000,
		.first_frame = 1,
		.last_frame = 25,
		.is_complete = true,
		.has_begin = true,
		.has_end = true,
		.tls = SESSION_NO_TLS};
	arena_init(&session->arena);
}

static void fill_statistics(struct session *session)
{
	session->phases[PHASE_CONNECT] = (struct phase_time){47991100, 1};
	session->phases[PHASE_GREETING] = (struct phase_time){47221081, 1};
	session->phases[PHASE_HELLO] = (struct phase_time){47482302, 1};
	session->phases[PHASE_LOGIN] = (struct phase_time){102259000, 2};
	session->phases[PHASE_DATA] = (struct phase_time){150000000, 2};
	session->phases[PHASE_QUIT] = (struct phase_time){11591000, 1};
	session->ledger = (struct ledger){.frames = 25,
		.wire = 2120,
		.link = 350,
		.network = 500,
		.transport = 500,
		.payload = 770,
		.dialogue = 549,
		.message = 218,
		.stuffing = 3,
		.round_trip = 47991100};
}

void example_smtp(struct session *session)
{
	struct message *message;
	struct line *login;

	begin(session, "smtp_test3.pcapng", MAIL_SMTP);
	session->outcome = OUTCOME_DELIVERED;
	session->user = span_text("b4@cn.ami.nstu.ru");
	session->is_logged_in = true;
	session->commands = 6;
	session->streams[SIDE_CLIENT] = (struct stream){.octets = 420, .has_sha256 = true};
	session->streams[SIDE_SERVER] = (struct stream){.octets = 350};
	ADD_LINES(session, smtp_rows);
	login = &session->lines[6];
	login->decoded = login->decoded_redacted = span_text("user \"b4@cn.ami.nstu.ru\"");
	login->part = SASL_PART_USER;
	login = &session->lines[8];
	login->secret = login->text;
	login->decoded = span_text("password \"AiZieb7O\"");
	login->decoded_redacted = span_text("password \"••••••\"");
	login->part = SASL_PART_PASSWORD;
	message = add_message(session, smtp_message);
	message->is_complete = message->is_accepted = message->has_sender = true;
	message->sender = span_text("b4@cn.ami.nstu.ru");
	message->recipients = &message->sender;
	message->recipient_count = 1;
	message->first_frame = 17;
	message->last_frame = 20;
	message->reply = span_text("250 Queued (0.000 seconds)");
	session->lines[16].message = 1;
	session->lines[16].text = message->text;
	add_finding(session,
		(struct finding){.id = FINDING_MAIL_CLEAR_PASSWORD, .frame = 9, .line = 9});
	fill_statistics(session);
}

static void set_sealed(struct session *session, size_t first, bool is_decrypted)
{
	for (size_t i = first; i < session->line_count; i++) {
		session->lines[i].is_sealed = true;
		session->lines[i].is_decrypted = is_decrypted;
		session->lines[i].octets = 111;
	}
}

void example_starttls(struct session *session, bool is_decrypted)
{
	static const uint8_t address[16] = {
		0x20, 0x01, 0x0d, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

	begin(session, "smtp_3.pcapng", MAIL_SMTP);
	session->number = 12;
	session->transport = TRANSPORT_STARTTLS;
	session->outcome = is_decrypted ? OUTCOME_REFUSED : OUTCOME_SEALED;
	session->client.family = session->server.family = 6;
	session->client.port = 65535;
	session->server.port = 587;
	memcpy(session->client.address, address, 16);
	memcpy(session->server.address, address, 15);
	session->streams[SIDE_CLIENT].octets = 1234567;
	session->tls.is_present = true;
	session->tls.version = "TLS 1.2";
	session->tls.cipher = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
	session->tls.server_name = "mail.nstu.ru";
	session->tls.is_decrypted = is_decrypted;
	session->tls.first_frame = 10;
	ADD_LINES(session, starttls_rows);
	if (is_decrypted)
		ADD_LINES(session, opened_rows);
	else
		ADD_LINES(session, sealed_rows);
	set_sealed(session, sizeof starttls_rows / sizeof starttls_rows[0], is_decrypted);
}

void example_pop3(struct session *session)
{
	struct message *message;

	begin(session, "pop3_test33.pcapng", MAIL_POP3);
	session->number = 3;
	session->server.port = 110;
	session->outcome = OUTCOME_FETCHED;
	session->is_complete = session->has_begin = false;
	session->streams[SIDE_SERVER] = (struct stream){.octets = 2300, .missing = 1460};
	ADD_LINES(session, pop3_rows);
	session->lines[0].secret = sub(session->lines[0].text, "eech6Uba");
	session->lines[4].octets = 1460;
	session->lines[6].end = LINE_LF;
	message = add_message(session, pop3_message);
	message->from = SIDE_SERVER;
	message->missing = 1460;
	message->has_sha256 = false;
	message->first_frame = 4;
	message->last_frame = 9;
	session->lines[5].message = 1;
	session->lines[5].text = message->text;
	add_finding(session, (struct finding){.id = FINDING_GAP,
				     .side = SIDE_SERVER,
				     .frame = 6,
				     .line = 5,
				     .detail = span_text("1,460 bytes missing")});
	add_finding(session, (struct finding){.id = FINDING_NO_BEGIN});
}
