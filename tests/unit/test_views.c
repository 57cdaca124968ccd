#include "example.h"
#include "suite.h"
#include "view/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef void view_function(
	struct buffer *out, const struct session *session, const struct view_options *options);

enum example { SMTP, OPENED, SEALED, POP3 };

static void make(struct session *session, enum example example)
{
	if (example == SMTP)
		example_smtp(session);
	else if (example == POP3)
		example_pop3(session);
	else
		example_starttls(session, example == OPENED);
}

/* Each part must stand in what the view shows; one that begins with "!" must not. */
static void check(view_function *view, enum example example, const struct view_options *options,
	const char *const *parts)
{
	struct session session;
	struct buffer out;

	buffer_init(&out, 0);
	make(&session, example);
	view(&out, &session, options);
	for (; *parts != NULL; parts++) {
		bool is_unwanted = (*parts)[0] == '!';
		bool is_there = span_find(buffer_span(&out), *parts + is_unwanted) < out.length;

		if (is_there == is_unwanted)
			fprintf(stderr, "%s%s in:\n%s\n", *parts, is_there ? "" : " not",
				buffer_text(&out));
		CU_ASSERT_NOT_EQUAL(is_there, is_unwanted);
	}
	buffer_fini(&out);
	arena_fini(&session.arena);
}

#define CHECK(view, example, options, ...)                                                         \
	check(view, example, &(const struct view_options)options,                                  \
		(const char *const[]){__VA_ARGS__, NULL})
#define OPTIONS(...)                                                                               \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}

static void test_numbers(void)
{
	static const struct {
		uint64_t value;
		const char *text;
	} cases[] = {{0, "0 octets"}, {1, "1 octet"}, {999, "999 octets"}, {1460, "1,460 octets"},
		{1000000, "1,000,000 octets"}, {UINT64_MAX, "18,446,744,073,709,551,615 octets"}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buffer out;

		buffer_init(&out, 0);
		text_count(&out, cases[i].value, "octet", "octets");
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), cases[i].text);
		buffer_fini(&out);
	}
}

static void test_times(void)
{
	static const struct {
		int64_t time;
		unsigned decimals;
		const char *text;
	} cases[] = {{0, 0, "1970-01-01 00:00:00"},
		{1666684800123456789, 9, "2022-10-25 08:00:00.123456789"},
		{-1, 6, "1969-12-31 23:59:59.999999"},
		{951782400000000000, 3, "2000-02-29 00:00:00.000"},
		{INT64_MAX, 0, "2262-04-11 23:47:16"}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buffer out;

		buffer_init(&out, 0);
		text_time(&out, cases[i].time, ' ', cases[i].decimals);
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), cases[i].text);
		buffer_fini(&out);
	}
}

static void test_folded(void)
{
	static const struct {
		const char *text, *folded;
	} cases[] = {
		{"", ""},
		{"short", "short"},
		{"twenty-four columns are.", "twenty-four columns are."},
		{"twenty-four columns are  too few", "twenty-four columns are\n  too few"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			"aaaaaaaaaaaaaaaaaaaaaaaa\n  aaaaaaaaaaaaaa"},
		{"a sentence of words [RFC 5321 4.1]", "a sentence of words\n  [RFC 5321 4.1]"},
		{"Привет Привет Привет Привет", "Привет Привет Привет\n  Привет"},
		{"漢字漢字漢字漢字漢字漢字漢字", "漢字漢字漢字漢字漢字漢字\n  漢字"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buffer out;

		buffer_init(&out, 0);
		text_folded(&out, span_text(cases[i].text), 2, 26);
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), cases[i].folded);
		buffer_clear(&out);
		text_folded(&out, span_text(cases[i].text), 2, 0);
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), cases[i].text);
		buffer_fini(&out);
	}
}

static void test_sessions(void)
{
	CHECK(view_sessions, SMTP, OPTIONS(.width = 0),
		"    1     0.000000     0.480  SMTP clear     delivered            1        770  "
		"192.168.100.85:1045 → 217.71.130.171:25\n");
	CHECK(view_sessions, SMTP, OPTIONS(.width = 80),
		"    1  SMTP clear     delivered         192.168.100.85:1045 → "
		"217.71.130.171:25\n");
	CHECK(view_sessions, SMTP, OPTIONS(.width = 160), "b4@cn.ami.nstu.ru: Проверка");
	CHECK(view_sessions, SMTP, OPTIONS(.has_colour = true), "\x1b[32mdelivered");
	CHECK(view_sessions, OPENED, OPTIONS(.width = 0), "1,234,567",
		"[2001:db8:102:304:506:708:90a:b0c]:65535 → "
		"[2001:db8:102:304:506:708:90a:b00]:587");
	CHECK(view_sessions, OPENED, OPTIONS(.format = FORMAT_TSV),
		"12\tSMTP\tstarttls\t2001:db8:102:304:506:708:90a:b0c\t65535\t",
		"\t0.000000000\t0.480847000\trefused\t0\t1234567\t0\t", "\tTLS 1.2\tTLS_ECDHE_RSA");
}

/* Every row has the fields that the heading names. */
static void test_tsv(void)
{
	static const struct {
		void (*heading)(struct buffer *out, const struct view_options *options);
		view_function *view;
	} views[] = {{view_sessions_heading, view_sessions}, {view_dialogue_heading, view_dialogue},
		{view_findings_heading, view_findings}, {view_messages_heading, view_messages},
		{view_streams_heading, view_streams}, {view_statistics_heading, view_statistics}};
	struct view_options options = {.format = FORMAT_TSV, .with_texts = true};

	for (size_t k = 0; k < 2 * (sizeof views / sizeof views[0]); k++) {
		size_t i = k / 2;
		struct buffer out;
		size_t tabs = 0;
		size_t rows = 0;

		options.capture = span_text(k % 2 > 0 ? "x.pcap" : "");
		buffer_init(&out, 0);
		views[i].heading(&out, &options);
		for (enum example example = SMTP; example <= POP3; example++) {
			struct session session;

			make(&session, example);
			views[i].view(&out, &session, &options);
			arena_fini(&session.arena);
		}
		for (struct span rest = buffer_span(&out); rest.length > 0; rows++) {
			struct span line = span_first(rest, span_index(rest, '\n'));
			size_t count = 0;

			for (size_t at = 0; at < line.length; at++)
				count += line.at[at] == '\t';
			CU_ASSERT_EQUAL(
				span_starts_letters(line, rows == 0 ? "capture\t" : "x.pcap\t"),
				k % 2 > 0);
			if (rows == 0)
				tabs = count;
			CU_ASSERT_EQUAL(count, tabs);
			rest = span_from(rest, line.length + 1);
		}
		CU_ASSERT_TRUE(tabs > 0 && rows > 2);
		buffer_fini(&out);
	}
}

static void test_dialogue(void)
{
	CHECK(view_dialogue, SMTP, OPTIONS(.width = 0),
		"Session 1: SMTP clear, 192.168.100.85:1045 → 217.71.130.171:25\n",
		"2022-10-25 08:00:00.000000 UTC, 0.480 s, frames 1-25, complete; delivered\n",
		"\n  0.095212  #4      S: 220 cn.ami.nstu.ru ESMTP\n",
		"\n                    S: 250-SIZE 20480000\n",
		"C: AUTH login YjRAY24uYW1pLm5zdHUucnU=  (user \"b4@cn.ami.nstu.ru\")\n",
		"C: QWlaaWViN08=  (password \"AiZieb7O\")\n",
		"  (ORCPT=rfc822;b4+tag@cn.ami.nstu.ru)\n",
		"  0.391692  #17-20  C: [message 1: 185 octets]\n", "!This is a test", "!\x1b",
		"!tls");
	CHECK(view_dialogue, SMTP, OPTIONS(.with_texts = true),
		"                       │ This is a test letter\n");
	CHECK(view_dialogue, SMTP, OPTIONS(.has_colour = true),
		"\x1b[36mC: EHLO pmi-310-06\x1b[0m\n", "\x1b[32mS: 250 HELP\x1b[0m\n");
	CHECK(view_dialogue, POP3, OPTIONS(.width = 0),
		"incomplete: begins midway, 1,460 bytes missing",
		"#6      S: [1,460 bytes missing]\n",
		"C: DELE\\t2\\033[31m\xef\xbf\xbd  [bare LF]\n",
		"[message 1: 119 octets, 1,460 bytes missing]");
	CHECK(view_dialogue, OPENED, OPTIONS(.width = 0), "#17     tls  C: EHLO localhost\n",
		"#8           C: STARTTLS\n", "lines marked tls were decrypted");
	CHECK(view_dialogue, SEALED, OPTIONS(.width = 0),
		"tls  C: [Application Data, 111 octets]\n", "not decrypted: no keys");
}

static void test_redacted(void)
{
	struct line line = {.text = span_text("PASS x"), .secret = span_text("elsewhere")};
	struct buffer out;

	CHECK(view_dialogue, SMTP, OPTIONS(.is_redacted = true),
		"C: ••••••  (password \"••••••\")\n", "!AiZieb7O", "!QWlaaWViN08");
	CHECK(view_dialogue, POP3, OPTIONS(.is_redacted = true), "C: PASS ••••••\n", "!eech6Uba");
	CHECK(view_dialogue, POP3, OPTIONS(.is_redacted = true, .format = FORMAT_TSV),
		"\tPASS ••••••\t", "!eech6Uba");
	buffer_init(&out, 0);
	text_line(&out, &line, true); /* a secret that cannot be found hides the line */
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), "••••••");
	buffer_fini(&out);
}

static void test_explained(void)
{
	CHECK(view_dialogue, SMTP, OPTIONS(.is_explained = true), "↳ 220: The server greets",
		"↳ EHLO: ", "[RFC 5321 4.1.1.1]", "↳ SIZE: ", "[RFC 1870 3]",
		"↳ 334: ", "↳ The password, in base64",
		"↳ ORCPT: ", "↳ 354: ", "↳ 250: The server has the message", "↳ 221: ");
	CHECK(view_dialogue, OPENED, OPTIONS(.is_explained = true), "↳ 2.0.0: ", "[RFC 3463 3.1]",
		"↳ STARTTLS: Asks");
	CHECK(view_dialogue, POP3, OPTIONS(.is_explained = true), "↳ SYS/TEMP: ", "[RFC 3206 4]",
		"↳ -ERR: ", "↳ The capture lacks");
	CHECK(view_dialogue, SEALED, OPTIONS(.is_explained = true),
		"↳ Application Data: Sealed: ", "[RFC 5246 6.2.3, 10]");
}

/* What is said of a session's records, each name once. */
static void test_explained_records(void)
{
	static const struct {
		const char *name, *said, *said13; /* front and end of the sentences, "" for none */
	} cases[] = {
		{"Client Hello", "Client Hello: In clear: .*[RFC 5246 7.4.1.2, RFC 6066 3]\n",
			"Client Hello: In clear: .*[RFC 8446 4.1.2, RFC 6066 3]\n"},
		{"Server Hello, Certificate", "Server Hello: In clear: .*[RFC 5246 7.4.2]\n",
			"Server Hello: In clear: .*[RFC 8446 4.4.2]\n"},
		{"Certificate, Server Hello", "", ""},
		{"Client Key Exchange",
			"Client Key Exchange: The client's part .*[RFC 5246 7.4.7]\n",
			"Client Key Exchange: The client's part .*[RFC 5246 7.4.7]\n"},
		{"Change Cipher Spec", "Change Cipher Spec: From here on .*[RFC 5246 7.1]\n",
			"Change Cipher Spec: It means nothing .*[RFC 8446 5, D.4]\n"},
		{"Change Cipher Spec", "", ""},
		{"Handshake, continued", "Handshake, continued: Goes on .*[RFC 5246 6.2.1]\n",
			"Handshake, continued: Goes on .*[RFC 8446 5.1]\n"},
		{"[Certificate Fragment]", "[Certificate Fragment]: The message begins .*\n",
			"[Certificate Fragment]: The message begins .*\n"},
		{"Alert (Level: Fatal, Description: Unknown CA)",
			"Unknown CA: Whoever issued .*[RFC 8446 6.2]\n",
			"Unknown CA: Whoever issued .*[RFC 8446 6.2]\n"},
		{"Alert (Level: Warning, Description: Unknown CA), Alert (Level: Warning, "
		 "Description: Close Notify)",
			"Close Notify: This side .*[RFC 8446 6.1]\n",
			"Close Notify: This side .*[RFC 8446 6.1]\n"},
		{"Alert (Level: Fatal, Description: Unknown)", "Unknown: An alert that .*\n",
			"Unknown: An alert that .*\n"},
		{"Alert (Level", "", ""},
		{"Application Data", "Application Data: Sealed: commands.*[RFC 5246 6.2.3, 10]\n",
			"Application Data: Sealed: the rest of the handshake.*[RFC 8446 5.2]\n"},
		{"Application Data", "", ""},
		{"Something", "", ""},
		{"", "", ""},
	};

	static const char *const versions[] = {"TLS 1.2", "TLS 1.3"};

	for (int is_13 = 0; is_13 < 2; is_13++) {
		struct text_explained explained = {0, 0};
		struct line line = {.kind = LINE_SEALED};
		struct session session = {.lines = &line, .line_count = 1, .tls = SESSION_NO_TLS};

		session.tls.version = versions[is_13];
		for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
			const char *expected = is_13 ? cases[i].said13 : cases[i].said;
			size_t front = span_find(span_text(expected), ".*");
			struct buffer out;

			buffer_init(&out, 0);
			line.text = span_text(cases[i].name);
			text_explain(&out, &session, 0, &explained);
			CU_ASSERT_TRUE(span_equal(span_first(buffer_span(&out), front),
				span_first(span_text(expected), front)));
			CU_ASSERT_TRUE(expected[0] != '\0' || out.length == 0);
			if (front < strlen(expected)) {
				const char *end = expected + front + 2;

				CU_ASSERT_TRUE_FATAL(out.length > strlen(end));
				CU_ASSERT_STRING_EQUAL(
					buffer_text(&out) + out.length - strlen(end), end);
			}
			buffer_fini(&out);
		}
	}
}

static void test_common_name(void)
{
	static const char *const cases[][2] = {
		{"C=DE, O=Example\\, Inc, CN=mail.example", "mail.example"},
		{"CN=a\\, b, O=c", "a, b"},
		{"O=x\\, CN=false, CN=true", "true"},
		{"OU=u + CN=both, C=DE", "both"},
		{"CN=one + OU=u", "one"},
		{"O=none, C=DE", "O=none, C=DE"},
		{"CN=", ""},
		{"", ""},
		{"CN=end\\", "end\\"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buffer out;

		buffer_init(&out, 0);
		text_common_name(&out, cases[i][0]);
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), cases[i][1]);
		buffer_fini(&out);
	}
}

static void test_certificate(void)
{
	struct session session;
	struct buffer out;
	const struct view_options options = {.width = 0};

	example_starttls(&session, false);
	session.tls.subject = "O=Ex, CN=mail.ex\x1b";
	session.tls.issuer = "CN=Test CA";
	buffer_init(&out, 0);
	view_dialogue(&out, &session, &options);
	CU_ASSERT_TRUE(span_find(buffer_span(&out),
			       "\ncertificate of O=Ex, CN=mail.ex\\033; issued by CN=Test CA\n") <
		       out.length);
	buffer_clear(&out);
	session.tls.subject = "";
	session.tls.names = "a.ex, b.ex";
	view_dialogue(&out, &session, &options);
	CU_ASSERT_TRUE(
		span_find(buffer_span(&out), "\ncertificate of no subject; issued by CN=Test "
					     "CA; good for a.ex, b.ex\n") < out.length);
	buffer_fini(&out);
	arena_fini(&session.arena);
}

static void test_xtext(void)
{
	static const struct {
		const char *line, *decoded;
	} cases[] = {
		{"MAIL FROM:<a@b> ENVID=QQ+3D1 RET=HDRS", "ENVID=QQ=1"},
		{"MAIL FROM:<a@b> AUTH=c+3Dd@e ENVID=x+2By", "AUTH=c=d@e, ENVID=x+y"},
		{"RCPT TO:<a+b@c> NOTIFY=NEVER", ""},
		{"RCPT TO:<a@b> ORCPT=rfc822;plain@b", ""},
		{"RCPT TO:<a@b> ORCPT=rfc822;a+0Ab", "ORCPT=rfc822;a\\nb"},
		{"RCPT TO:<a@b> orcpt=utf-8;\\x{43F}\\x{1F4E7}@b",
			"ORCPT=utf-8;\xd0\xbf\xf0\x9f\x93\xa7@b"},
		{"RCPT TO:<a@b> ORCPT=utf-8;\\x{}\\x{110000}+", ""},
		{"RCPT TO:<a@b> ORCPT=rfc822;+D8", "ORCPT=rfc822;\xef\xbf\xbd"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct line line = {.kind = LINE_COMMAND, .text = span_text(cases[i].line)};
		struct buffer out;

		buffer_init(&out, 0);
		line.verb = vocabulary_verb(MAIL_SMTP, line.text);
		text_decoded(&out, &line, false);
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), cases[i].decoded);
		buffer_fini(&out);
	}
}

static void test_findings(void)
{
	CHECK(view_findings, POP3, OPTIONS(.width = 0), "217.71.130.171:110, 1 warning, 1 note\n",
		"  warning  #6      line 5    octets are missing in the capture (1,460 bytes "
		"missing)"
		"  [bytes-missing, RFC 9293 3.10]\n",
		"  note                       the capture begins inside the connection");
	CHECK(view_findings, OPENED, OPTIONS(.width = 0), "!Session");
	CHECK(view_findings, SMTP, OPTIONS(.format = FORMAT_TSV),
		"1\twarning\tpassword-in-clear\t9\t9\tclient\ta password crosses the network "
		"unencrypted\t\tRFC 8314 3.3\n");
}

/* The columns are as wide as the largest numbers, and what is short stands as ever. */
static void test_wide_findings(void)
{
	const struct view_options options = {.width = 0};
	struct session session;
	struct buffer out;

	example_pop3(&session);
	session.findings[0].frame = 12345678;
	session.findings[0].line = 1234567;
	buffer_init(&out, 0);
	view_findings(&out, &session, &options);
	CU_ASSERT_TRUE(
		span_find(buffer_span(&out),
			"  warning  #12345678  line 1234567  octets are missing") < out.length);
	CU_ASSERT_TRUE(
		span_find(buffer_span(&out),
			"  note                              the capture begins") < out.length);
	buffer_fini(&out);
	arena_fini(&session.arena);
}

static void test_messages(void)
{
	CHECK(view_messages, SMTP, OPTIONS(.width = 0),
		"Session 1, message 1: sent to 217.71.130.171:25, 185 octets, complete, accepted\n",
		"  Frames     #17-20\n", "  Envelope   <b4@cn.ami.nstu.ru> → <b4@cn.ami.nstu.ru>\n",
		"  Subject    Проверка test program\n", "  Date       2022-10-25 15:00:00 +0700\n",
		"  Parts      text/plain, 36 octets\n", "  │ This is a test letter\n",
		"  SHA-256    a5a5", "  Reply      250 Queued");
	CHECK(view_messages, POP3, OPTIONS(.width = 0), "fetched from 217.71.130.171:110",
		"1,460 bytes missing, incomplete\n", "  From       Коти <a@b.example>\n",
		"  │ [mailscope: 1460 octets missing in the capture]\n", "!Envelope", "!SHA-256");
	CHECK(view_messages, SEALED, OPTIONS(.width = 0), "!message");
}

static void test_parts(void)
{
	const struct view_options options = {.width = 0};
	struct message message = {.number = 1, .text = span_text(example_mime)};
	struct session session = {.messages = &message, .message_count = 1, .tls = SESSION_NO_TLS};
	struct buffer out;

	buffer_init(&out, 0);
	view_messages(&out, &session, &options);
	CU_ASSERT_NOT_EQUAL(span_find(buffer_span(&out),
				    "  Parts      multipart/mixed\n"
				    "               text/plain, koi8-r, base64, 6 octets\n"
				    "               application/octet-stream, base64, 5 octets, "
				    "attachment \"отчёт.bin\"\n"),
		out.length);
	CU_ASSERT_NOT_EQUAL(span_find(buffer_span(&out), "\n  │ Привет\n"), out.length);
	buffer_fini(&out);
}

static void test_block(void)
{
	struct buffer out;

	buffer_init(&out, 0);
	text_block(&out, span_text("a\tb\r\n\r\n\x1b[2J\nПр\tc"), 1, 0);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), " │ a       b\n │\n │ \\033[2J\n │ Пр      c\n");
	buffer_fini(&out);
}

static void test_streams(void)
{
	CHECK(view_streams, SMTP, OPTIONS(.width = 0),
		"  client          420 octets           0 missing  00000000",
		"  server          350 octets           0 missing\n");
	CHECK(view_streams, POP3, OPTIONS(.format = FORMAT_TSV), "3\tserver\t2300\t1460\t\n");
}

/* The shares are of the wire, and the rows add up to it, also where no layer claims octets. */
static void test_ledger(void)
{
	static const uint64_t paddings[] = {0, 60};

	for (size_t i = 0; i < 2; i++) {
		const struct view_options options = {.width = 0};
		struct session session;
		struct buffer out;
		uint64_t sum = 0;

		buffer_init(&out, 0);
		example_smtp(&session);
		session.ledger.wire += paddings[i];
		session.ledger.dialogue -= 100;
		view_statistics(&out, &session, &options);
		for (const char *line = buffer_text(&out); strncmp(line, "  One", 5) != 0;
			line = strchr(line, '\n') + 1)
			if (strstr(line, " %") != NULL && strncmp(line, "  on the wire", 13) != 0)
				sum += strtoul(line + 26 + strspn(line + 26, " "), NULL, 10);
		CU_ASSERT_EQUAL(sum, 2120 + paddings[i]);
		CU_ASSERT_EQUAL(
			span_find(buffer_span(&out), "padding, other") < out.length, i == 1);
		CU_ASSERT_NOT_EQUAL(
			span_find(buffer_span(&out), "  not opened, other                  100"),
			out.length);
		buffer_fini(&out);
		arena_fini(&session.arena);
	}
}

static void test_statistics(void)
{
	CHECK(view_statistics, SMTP, OPTIONS(.width = 0),
		"  message                            218    10.3 %  ███\n",
		"  on the wire                      2,120   100.0 %  in 25 frames\n",
		"  One octet of message took 9.72 on the wire.\n",
		"  login                         0.102259    25.2 %            2  ████████\n",
		"  all                           0.406544   100.0 %            8\n",
		"  TCP: 0 retransmissions; round trip of the handshake 47.991 ms\n");
	CHECK(view_statistics, POP3, OPTIONS(.width = 0), "     0.0 %");
}

static void read_whole(const char *path, struct buffer *out)
{
	FILE *file = fopen(path, "r");
	char text[4096];
	size_t length;

	if (file == NULL)
		return;
	while ((length = fread(text, 1, sizeof text, file)) > 0)
		buffer_add(out, text, length);
	fclose(file);
}

static void test_extract(void)
{
	char folder[] = "/tmp/mailscope-test-XXXXXX";
	struct buffer path, written, content;
	struct session session;
	struct fail fail = {.code = FAIL_NONE};
	struct extract_place place;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	buffer_init(&path, 0);
	buffer_init(&written, 0);
	buffer_init(&content, 0);
	example_smtp(&session);
	session.messages[0].missing = 7;
	buffer_printf(&path, "%s/sub", folder);
	place = (struct extract_place){buffer_text(&path), "../evil name"};
	CU_ASSERT_EQUAL(view_extract(&session, &place, &written, &fail), STEP_DONE);
	buffer_add_text(&path, "/_._evil_name-1-1.eml");
	/* what stands there as a link is replaced, not followed */
	CU_ASSERT_EQUAL(unlink(buffer_text(&path)), 0);
	CU_ASSERT_EQUAL(symlink("/dev/null", buffer_text(&path)), 0);
	path.length -= strlen("/_._evil_name-1-1.eml");
	place.folder = buffer_text(&path);
	buffer_clear(&written);
	CU_ASSERT_EQUAL(view_extract(&session, &place, &written, &fail), STEP_DONE);
	buffer_add_text(&path, "/_._evil_name-1-1.eml");
	CU_ASSERT_EQUAL(span_find(buffer_span(&written), buffer_text(&path)), 0);
	read_whole(buffer_text(&path), &content);
	CU_ASSERT_EQUAL(span_find(buffer_span(&content), "From: b4@cn.ami.nstu.ru\r\n"), 0);
	CU_ASSERT_EQUAL(span_find(buffer_span(&content),
				"Bye.\r\n[mailscope: 7 octets missing in the capture]\r\n"),
		content.length -
			strlen("Bye.\r\n[mailscope: 7 octets missing in the capture]\r\n"));
	unlink(buffer_text(&path));
	path.length -= strlen("/_._evil_name-1-1.eml");
	rmdir(buffer_text(&path));
	rmdir(folder);
	arena_fini(&session.arena);
	buffer_fini(&path);
	buffer_fini(&written);
	buffer_fini(&content);
}

static void test_extract_fails(void)
{
	struct session session;
	struct fail fail = {.code = FAIL_NONE};
	const struct extract_place place = {"/dev/null/x", "x"};

	example_pop3(&session);
	CU_ASSERT_EQUAL(view_extract(&session, &place, NULL, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_WRITE);
	CU_ASSERT_EQUAL(strncmp(fail.text, "/dev/null/x: ", 13), 0);
	arena_fini(&session.arena);
}

SUITE(views, {"writes numbers", test_numbers}, {"writes times", test_times},
	{"folds at blanks", test_folded}, {"shows blocks of text", test_block},
	{"decodes xtext", test_xtext}, {"lists sessions", test_sessions},
	{"has as many fields as headings", test_tsv}, {"shows the dialogue", test_dialogue},
	{"hides secrets", test_redacted}, {"explains", test_explained},
	{"explains records of TLS once", test_explained_records},
	{"finds the common name", test_common_name}, {"shows the certificate", test_certificate},
	{"shows findings", test_findings}, {"widens their columns", test_wide_findings},
	{"shows messages", test_messages}, {"shows the parts of a message", test_parts},
	{"shows streams", test_streams}, {"shows statistics", test_statistics},
	{"adds up to the wire", test_ledger}, {"extracts", test_extract},
	{"says why it cannot extract", test_extract_fails});
