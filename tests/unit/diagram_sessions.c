#include "diagram_sessions.h"

#include <stdio.h>
#include <stdlib.h>

struct span play_text(struct play *play, const char *text)
{
	return arena_copy(&play->session.arena, span_text(text));
}

static struct endpoint endpoint_of(uint32_t address, uint16_t port)
{
	return (struct endpoint){{(uint8_t)(address >> 24), (uint8_t)(address >> 16),
					 (uint8_t)(address >> 8), (uint8_t)address},
		4, port};
}

void play_init(struct play *play, uint32_t number, enum mail_protocol protocol)
{
	struct session *session = &play->session;

	*play = (struct play){
		.frame = 3, .time = 48 * MILLISECOND, .session = {.tls = SESSION_NO_TLS}};
	arena_init(&session->arena);
	session->capture = "sample.pcapng";
	session->number = number;
	session->protocol = protocol;
	session->client = endpoint_of(0xc0a86455, (uint16_t)(1044 + number));
	session->server = endpoint_of(0xd94782ab, protocol == MAIL_SMTP ? 25 : 110);
	session->capture_start = session->start = CAPTURE_START;
	session->first_frame = 1;
	session->has_begin = session->has_end = true;
	session->ledger.round_trip = 47973918;
	session->outcome = OUTCOME_DELIVERED;
}

void play_fini(struct play *play)
{
	arena_fini(&play->session.arena);
}

static struct line *line_new(struct play *play, enum side from, enum line_kind kind)
{
	struct session *session = &play->session;
	struct line *line;
	uint64_t *frames;

	session->lines = arena_grow(
		&session->arena, session->lines, session->line_count, sizeof *session->lines);
	line = &session->lines[session->line_count++];
	frames = arena_new(&session->arena, sizeof *frames);
	*frames = play->frame;
	*line = (struct line){.kind = kind,
		.from = from,
		.frames = frames,
		.frame_count = 1,
		.frame = play->frame,
		.begin = CAPTURE_START + play->time,
		.time = CAPTURE_START + play->time,
		.verb = play->verb,
		.command = play->command,
		.is_first = true,
		.is_final = true};
	session->last_frame = play->frame;
	session->end = line->time;
	return line;
}

static void turn(struct play *play, int64_t nanoseconds)
{
	play->frame++;
	play->time += nanoseconds;
}

struct line *play_command(struct play *play, const char *text)
{
	struct line *line;

	turn(play, 131 * 1000);
	play->verb = vocabulary_verb(play->session.protocol, span_text(text));
	play->command++;
	line = line_new(play, SIDE_CLIENT, LINE_COMMAND);
	line->text = play_text(play, text);
	line->octets = line->text.length + 2;
	return line;
}

/* Lines divided by line feeds. */
void play_reply(struct play *play, enum line_kind kind, const char *text)
{
	struct span rest = span_text(text);
	bool is_first = true;

	turn(play, 47329 * 1000);
	while (rest.length > 0) {
		size_t length = span_index(rest, '\n');
		struct line *line = line_new(play, SIDE_SERVER, kind);

		line->text = arena_copy(&play->session.arena, span_first(rest, length));
		line->octets = length + 2;
		line->is_first = is_first;
		is_first = false;
		line->code = text[0] == '+' ? 1 : text[0] == '-' ? -1 : (int)strtol(text, NULL, 10);
		rest = span_from(rest, length + 1);
		line->is_final = rest.length == 0;
	}
}

struct line *play_response(struct play *play, const char *text, enum sasl_part part)
{
	struct line *line;

	turn(play, 140 * 1000);
	line = line_new(play, SIDE_CLIENT, LINE_RESPONSE);
	line->text = play_text(play, text);
	line->octets = line->text.length + 2;
	line->mechanism = SASL_LOGIN;
	line->part = part;
	return line;
}

void play_message(struct play *play, uint64_t octets, bool is_sent)
{
	struct session *session = &play->session;
	struct line *line;

	turn(play, 300 * 1000);
	session->messages = arena_grow(&session->arena, session->messages, session->message_count,
		sizeof *session->messages);
	session->messages[session->message_count++] = (struct message){
		.number = (uint32_t)session->message_count, .octets = octets, .is_complete = true};
	line = line_new(play, is_sent ? SIDE_CLIENT : SIDE_SERVER, is_sent ? LINE_DATA : LINE_BODY);
	line->octets = octets + 3;
	line->message = (uint32_t)session->message_count;
}

void play_sealed(struct play *play, enum side from, const char *name, uint64_t octets)
{
	struct line *line;

	turn(play, from == SIDE_CLIENT ? 200 * 1000 : 47 * MILLISECOND);
	line = line_new(play, from, LINE_SEALED);
	line->text = play_text(play, name);
	line->octets = octets;
	line->is_sealed = true;
	line->verb = NULL;
}

void play_gap(struct play *play, enum side from, uint64_t octets)
{
	turn(play, 20 * MILLISECOND);
	line_new(play, from, LINE_GAP)->octets = octets;
}

void play_finding(struct play *play, enum finding_id id, bool has_line)
{
	struct session *session = &play->session;

	session->findings = arena_grow(&session->arena, session->findings, session->finding_count,
		sizeof *session->findings);
	session->findings[session->finding_count++] = (struct finding){.id = id,
		.side = SIDE_CLIENT,
		.frame = play->frame,
		.line = has_line ? (uint32_t)session->line_count : 0};
}

static void play_login(struct play *play)
{
	struct line *line;

	play_reply(play, LINE_GREETING, "220 cn.ami.nstu.ru ESMTP");
	play_command(play, "EHLO pmi-310-06");
	play_reply(play, LINE_REPLY,
		"250-cn.ami.nstu.ru\n250-SIZE 20480000\n250-AUTH LOGIN\n250 HELP");
	line = play_command(play, "AUTH login YjRAY24uYW1pLm5zdHUucnU=");
	line->decoded = play_text(play, "user \"b4@cn.ami.nstu.ru\"");
	line->decoded_redacted = line->decoded;
	play_reply(play, LINE_CHALLENGE, "334 UGFzc3dvcmQ6");
	line = &play->session.lines[play->session.line_count - 1];
	line->decoded = line->decoded_redacted = play_text(play, "\"Password:\"");
	line = play_response(play, "QWlaaWViN08=", SASL_PART_PASSWORD);
	line->secret = line->text;
	line->decoded = play_text(play, "password \"AiZieb7O\"");
	line->decoded_redacted = play_text(play, "password ••••••");
	play_finding(play, FINDING_MAIL_CLEAR_PASSWORD, true);
	play_reply(play, LINE_REPLY, "235 authenticated.");
}

void play_smtp(struct play *play)
{
	play_init(play, 1, MAIL_SMTP);
	play_login(play);
	play_command(play, "MAIL FROM:<b4@cn.ami.nstu.ru>");
	play_reply(play, LINE_REPLY, "250 OK");
	play_command(play, "RCPT TO:<b4@cn.ami.nstu.ru>");
	play_reply(play, LINE_REPLY, "250 OK");
	play_command(play, "DATA");
	play_reply(play, LINE_REPLY, "354 OK, send.");
	play_message(play, 214, true);
	turn(play, 200 * MILLISECOND);
	play_finding(play, FINDING_RETRANSMISSION, false);
	play_reply(play, LINE_REPLY, "250 Queued (0.000 seconds)");
	play_command(play, "QUIT");
	play_reply(play, LINE_REPLY, "221 goodbye");
}

void play_starttls(struct play *play)
{
	static const uint64_t sizes[][2] = {{45, 206}, {41, 47}, {63, 47}, {51, 66}, {64, 50},
		{61, 53}, {60, 53}, {35, 75}, {124, 0}, {98, 224}, {35, 77}};

	play_init(play, 1, MAIL_SMTP);
	play->session.transport = TRANSPORT_STARTTLS;
	play->session.server.port = 587;
	play->session.outcome = OUTCOME_SEALED;
	play->session.tls.is_present = true;
	play->session.tls.version = "TLS 1.2";
	play->session.tls.cipher = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
	play->session.tls.server_name = "mail2.nstu.ru";
	play_reply(play, LINE_GREETING,
		"220 mail.nstu.ru Microsoft ESMTP MAIL Service ready at Mon, 21 Nov 2022 00:24:08 "
		"+0700");
	play_command(play, "EHLO localhost");
	play_reply(play, LINE_REPLY,
		"250-mail.nstu.ru Hello [10.0.60.1]\n250-SIZE "
		"37748736\n250-PIPELINING\n250-DSN\n250-"
		"ENHANCEDSTATUSCODES\n250-STARTTLS\n250-AUTH GSSAPI "
		"NTLM\n250-8BITMIME\n250-BINARYMIME\n250 CHUNKING");
	play_command(play, "STARTTLS");
	play_reply(play, LINE_REPLY, "220 2.0.0 SMTP server ready");
	play_sealed(play, SIDE_CLIENT, "Client Hello", 184);
	play_sealed(play, SIDE_SERVER,
		"Server Hello, Certificate, Server Key Exchange, Server Hello Done", 5255);
	play_sealed(play, SIDE_CLIENT,
		"Client Key Exchange, Change Cipher Spec, Encrypted Handshake Message", 126);
	play_sealed(play, SIDE_SERVER, "Change Cipher Spec, Encrypted Handshake Message", 51);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		play_sealed(play, SIDE_CLIENT, "Application Data", sizes[i][0]);
		if (sizes[i][1] > 0)
			play_sealed(play, SIDE_SERVER, "Application Data", sizes[i][1]);
	}
}

void play_pop3(struct play *play)
{
	struct line *line;

	play_init(play, 2, MAIL_POP3);
	play->session.outcome = OUTCOME_FETCHED;
	play->session.has_end = false;
	play_reply(play, LINE_GREETING, "+OK POP3");
	play_command(play, "USER b3@cn.ami.nstu.ru");
	play_reply(play, LINE_REPLY, "+OK Send your password");
	line = play_command(play, "PASS eech6Uba");
	line->secret = span_from(line->text, 5);
	play_finding(play, FINDING_MAIL_CLEAR_PASSWORD, true);
	play_reply(play, LINE_REPLY, "+OK Mailbox locked and ready");
	play_command(play, "LIST");
	play_reply(play, LINE_REPLY, "+OK 2 4193\n1 3681\n2 512\n.");
	play_command(play, "RETR 1");
	play_reply(play, LINE_REPLY, "+OK 3681 octets.");
	play_gap(play, SIDE_SERVER, 1460);
	play_message(play, 3681, false);
	play->session.messages[0].missing = 1460;
	play->session.messages[0].is_complete = false;
	play_command(play, "DELE 1");
	play_reply(play, LINE_REPLY, "-ERR [SYS/TEMP] try again later");
	play_command(play, "QUIT");
	play_reply(play, LINE_REPLY, "+OK POP3 server saying goodbye...");
}

void play_segment(struct play *play, enum side from, const char *protocol, const char *info)
{
	struct session *session = &play->session;

	turn(play, 12 * MILLISECOND);
	session->segments = arena_grow(&session->arena, session->segments, session->segment_count,
		sizeof *session->segments);
	session->segments[session->segment_count++] = (struct segment){.frame = play->frame,
		.time = CAPTURE_START + play->time,
		.from = from,
		.protocol = protocol,
		.info = play_text(play, info)};
}

void play_many(struct play *play, size_t lines)
{
	char text[64];

	play_init(play, 1, MAIL_SMTP);
	for (size_t i = 0; i < lines; i += 2) {
		snprintf(text, sizeof text, "RCPT TO:<user%05zu@example.org>", i);
		play_command(play, text);
		play_reply(play, LINE_REPLY, "250 2.1.5 Recipient OK");
	}
}
