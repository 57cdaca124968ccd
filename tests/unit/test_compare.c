#include "compare/verdicts.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>

/* A session made of words: a line each, "S: text" (CR LF), "S~ text" (bare LF), "S* text"
 * (decrypted), "S= 47" (a record), "S- 51" (a gap), "C> text\ntext" (a message, \ for LF). */
static void add_line(struct session *session, struct span spec)
{
	struct line *line;
	struct span text = span_from(spec, 3);
	uint64_t octets = 0;
	uint8_t kind = spec.at[1];

	session->lines = arena_grow(
		&session->arena, session->lines, session->line_count, sizeof *session->lines);
	line = &session->lines[session->line_count++];
	*line = (struct line){.kind = spec.at[0] == 'C' ? LINE_COMMAND : LINE_REPLY,
		.from = spec.at[0] == 'C' ? SIDE_CLIENT : SIDE_SERVER,
		.text = text,
		.octets = text.length + (kind == '~' ? 1 : 2),
		.end = kind == '~' ? LINE_LF : LINE_CRLF,
		.is_sealed = kind == '*' || kind == '=',
		.is_decrypted = kind == '*',
		.frame = session->line_count,
		.time = (int64_t)session->line_count * 1000000000};
	if (kind == '=' || kind == '-') {
		CU_ASSERT_TRUE_FATAL(span_number(text, &octets));
		line->kind = kind == '=' ? LINE_SEALED : LINE_GAP;
		line->text = span_text(kind == '=' ? "Application Data" : "");
		line->octets = octets;
	}
	if (kind == '>') {
		struct buffer message;

		buffer_init(&message, 0);
		for (size_t i = 0; i < text.length; i++)
			buffer_add(&message,
				text.at[i] == '/' ? (const uint8_t *)"\r\n" : &text.at[i],
				text.at[i] == '/' ? 2 : 1);
		line->kind = LINE_DATA;
		line->text = arena_copy(&session->arena, buffer_span(&message));
		line->octets = message.length + 3;
		for (size_t i = 0; i + 2 < line->text.length; i++)
			line->octets += line->text.at[i] == '\n' && line->text.at[i + 1] == '.';
		buffer_fini(&message);
	}
}

static void make(struct session *session, const char *lines, const char *cipher)
{
	struct span rest = span_text(lines);

	*session = (struct session){.capture = "made.pcapng",
		.protocol = MAIL_SMTP,
		.has_begin = true,
		.has_end = true,
		.tls = SESSION_NO_TLS};
	arena_init(&session->arena);
	while (rest.length > 0) {
		size_t length = span_index(rest, '\n');

		add_line(session, span_first(rest, length));
		rest = span_from(rest, length + 1);
	}
	if (cipher == NULL)
		return;
	session->tls.is_present = true;
	session->tls.version = cipher[0] == '\0'                  ? ""
			       : strstr(cipher, "_WITH_") != NULL ? "TLS 1.2"
								  : "TLS 1.3";
	session->tls.cipher = cipher;
}

static const char GCM[] = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
static const char CBC[] = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA";
static const char TLS13[] = "TLS_AES_128_GCM_SHA256";

/* The log is swaks', or the lab's format when it begins with a digit. A letter a row: same,
 * decrypted, fits, bare (fits with bare LF), withheld, Differs, Log only, Wire only. */
static const struct {
	const char *log, *wire, *cipher, *rows;
	const char *how; /* stands in a row's words; NULL: none is looked for */
} cases[] = {
	{"<-  220 hi\n -> QUIT\n<-  221 bye\n", "S: 220 hi\nC: QUIT\nS: 221 bye", NULL, "sss",
		NULL},
	{"<-  220 hi\n -> QUIT\n", "S* 220 hi\nC* QUIT", NULL, "dd", NULL},
	{" -> QUIT\n", "C~ QUIT", NULL, "D", "ends with a bare LF"},
	{" -> QUIT \n", "C: QUIT", NULL, "D", "trailing blanks: the log has 1, the wire 0"},
	{" -> MAIL FROM:<a@b>\n", "C: MAIL FROM:<a@c>", NULL, "D",
		"from octet 14 on: the log has \"b>\", the wire \"c>\""},
	{" -> QUIT\n", "C: QUIT now", NULL, "D", "the log has its end, the wire \" now\""},
	{" -> QUIT\n", "", NULL, "L", NULL},
	{" -> NOOP\n -> QUIT\n", "C: QUIT", NULL, "Ls", NULL},
	{" -> QUIT\n", "C: NOOP\nC: QUIT", NULL, "Ws", NULL},
	{" -> RSET\n", "S: 250 ok", NULL, "WL", NULL},
	/* a line that is everywhere: the dropped one is named */
	{" -> A\n<-  250 ok\n -> B\n<-  250 ok\n -> C\n<-  250 ok\n",
		"C: A\nS: 250 ok\nC: B\nC: C\nS: 250 ok", NULL, "sssLss", NULL},
	/* order: within a side, and between the sides */
	{" -> RCPT TO:<a>\n<-  250 a\n -> RCPT TO:<bb>\n<-  250 b\n",
		"C: RCPT TO:<bb>\nS: 250 b\nC: RCPT TO:<a>\nS: 250 a", NULL, "DDDD", "order"},
	{" -> A\n<-  250 a\n -> B\n<-  250 b\n", "C: A\nC: B\nS: 250 a\nS: 250 b", NULL, "ssDs",
		"order: on the wire it comes"},
	{" -> A\n -> B\n<-  250 a\n<-  250 b\n", "C: A\nS: 250 a\nC: B\nS: 250 b", NULL, "ssDs",
		"order: on the wire it comes"},
	/* a client that does not wait: the log has it so, or the wire as well */
	{" -> A\n -> B\n -> DATA\n<-  250 a\n<-  250 b\n<-  354 go\n",
		"C: A\nS: 250 a\nC: B\nS: 250 b\nC: DATA\nS: 354 go", NULL, "ssssss", NULL},
	{" -> A\n -> B\n -> C\n<-  250 a\n<-  250 b\n<-  250 c\n",
		"C: A\nC: B\nS: 250 a\nC: C\nS: 250 b\nS: 250 c", NULL, "ssssss", NULL},
	/* messages: dots doubled in the log or not */
	{" -> DATA\n<-  354 go\n -> Subject: x\n -> \n -> ..dot\n -> .\n",
		"C: DATA\nS: 354 go\nC> Subject: x//.dot/", NULL, "ssssss", NULL},
	{" -> DATA\n<-  354 go\n -> .dot\n -> .\n", "C: DATA\nS: 354 go\nC> a/.dot/", NULL, "ssWss",
		NULL},
	/* withheld */
	{"2022-11-21 00:00:00 [INFO]: Client: A\n2022-11-21 00:00:00 [INFO]: Disable logging...\n"
	 "2022-11-21 00:00:00 [INFO]: Logging was enabled.\n2022-11-21 00:00:00 [INFO]: Client: "
	 "B\n",
		"C: A\nC: secret\nS: 235 ok\nC: B", NULL, "swws", "8 octets"},
	{"2022-11-21 00:00:00 [INFO]: Client: A\n2022-11-21 00:00:00 [INFO]: Disable logging...\n",
		"C: A", NULL, "sw", "nothing on the wire"},
	/* gaps */
	{" -> A\n<-  250 a\n -> B\n", "C: A\nS- 7\nC: B", NULL, "sLs",
		"the capture lacks 7 octets"},
	{" -> A\n -> B\n", "C: A\nS- 7\nC: B", NULL, "sWs", "the capture lacks them"},
	/* sealed: one record a line, several lines in one, one line in several */
	{"<-  220 hi\n -> QUIT\n", "S= 37\nC= 35", GCM, "ff", "37 = 8 + 29"},
	{"<-  250-a\n<-  250 b\n -> QUIT\n", "S= 43\nC= 35", GCM, "ff", "43 = 14 + 29"},
	{"<-  250-a\n<-  250 b\n -> QUIT\n", "S= 36\nS= 36\nC= 35", GCM, "fff", NULL},
	{" -> EHLO localhost\n", "C= 39\nC= 35", GCM, "f", "74 = 16 + 2 · 29"},
	{" -> one\n -> two\n -> three\n", "C= 35\nC= 40", GCM, "f",
		"3 lines in 2 records: 75 = 17 + 2 · 29"},
	{"<-  220 hi\n -> QUIT\n", "S= 38\nC= 35", GCM, "Df", "1 octet more"},
	{"<-  220 hi\n -> QUIT\n", "S= 36\nC= 35", GCM, "Df", "as with a bare LF"},
	{"<-  220 hi\n -> QUIT\n", "C= 35", GCM, "Lf", NULL},
	{"<-  220 hi\n -> QUIT\n", "S= 37\nS= 60\nC= 35", GCM, "fWf", NULL},
	{" -> one\n -> three\n", "C= 36\nC= 34", GCM, "D", "another order"},
	/* a block cipher's records are as long for 16 lengths of a line */
	{" -> EHLO localhost\n", "C= 69", CBC, "f", "69 = 12 to 27"},
	{" -> EHLO localhost\n", "C= 85", CBC, "D", "the record 28 to 43"},
	/* line ends of a message's text */
	{"2022-11-21 00:00:00 [INFO]: Server: 354 go\n2022-11-21 00:00:00 [INFO]: Client:\nab\ncd\n"
	 "2022-11-21 00:00:00 [INFO]: Client: .\n",
		"S= 37\nC= 39\nC= 32", GCM, "fff", "39 = 10 + 29"},
	{"2022-11-21 00:00:00 [INFO]: Server: 354 go\n2022-11-21 00:00:00 [INFO]: Client: ab\ncd\n"
	 "2022-11-21 00:00:00 [INFO]: Client: .\n",
		"S= 37\nC= 35\nC= 32", GCM, "fbf",
		"with CR LF behind each line 8: fits only with "
		"bare LF"},
	{"2022-11-21 00:00:00 [INFO]: Server: 354 go\n2022-11-21 00:00:00 [INFO]: "
	 "Client:\nab\ncd\nef\n"
	 "2022-11-21 00:00:00 [INFO]: Client: .\n",
		"S= 37\nC= 42\nC= 32", GCM, "fbf", "one CR LF more"},
	/* what is no message's text does not end so */
	{"2022-11-21 00:00:00 [INFO]: Server: 250-ab\n250 cd\n", "S= 44", GCM, "D", "1 octet less"},
	/* TLS 1.3: the handshake's end, tickets and close_notify are no dialogue */
	{"<-  220 hi\n -> QUIT\n<-  221 bye\n",
		"S= 300\nS= 58\nC= 58\nS= 250\nS= 250\nS= 30\nC= 28\nS= 31\nS= 24\nC= 24", TLS13,
		"fff", "30 = 8 + 22"},
	{"<-  220 hi\n", "S= 58\nC= 58\nS= 33", TLS13, "D", "TLS 1.3 may have padded it"},
	/* no handshake in the capture: the cipher that fits is found */
	{"<-  220 hi\n -> QUIT\n<-  221 bye\n", "S= 29\nC= 27\nS= 30", "", "fff", "29 = 8 + 21"},
	{"", "", NULL, "", NULL},
};

static char letter(const struct comparison_row *row)
{
	static const char letters[] = "sdfwDLW";

	return row->is_bare ? 'b' : letters[row->verdict];
}

static void check(size_t index, const struct log *log)
{
	struct session session;
	struct comparison comparison;
	struct buffer rows, words;

	make(&session, cases[index].wire, cases[index].cipher);
	buffer_init(&rows, 0);
	buffer_init(&words, 0);
	compare(&comparison, log, &session);
	for (size_t i = 0; i < comparison.row_count; i++) {
		buffer_add_byte(&rows, (uint8_t)letter(&comparison.rows[i]));
		buffer_add_span(&words, comparison.rows[i].how);
		buffer_add_byte(&words, '\n');
	}
	if (strcmp(buffer_text(&rows), cases[index].rows) != 0 ||
		(cases[index].how != NULL && strstr(buffer_text(&words), cases[index].how) == NULL))
		fprintf(stderr, "%s%s\n%s, not %s; %s:\n%s", cases[index].log, cases[index].wire,
			buffer_text(&rows), cases[index].rows,
			cases[index].how != NULL ? cases[index].how : "", buffer_text(&words));
	CU_ASSERT_STRING_EQUAL(buffer_text(&rows), cases[index].rows);
	CU_ASSERT_TRUE(
		cases[index].how == NULL || strstr(buffer_text(&words), cases[index].how) != NULL);
	buffer_fini(&rows);
	buffer_fini(&words);
	comparison_fini(&comparison);
	arena_fini(&session.arena);
}

static void test_cases(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fail fail;
		struct log log;
		enum step step = log_read(&log, span_text(cases[i].log), &fail);

		CU_ASSERT_EQUAL(step, cases[i].log[0] != '\0' ? STEP_DONE : STEP_FAIL);
		check(i, &log);
		log_fini(&log);
	}
}

/* Long sessions: every line is in one row, also where a window ends, and what was changed is found.
 */
static void test_long(void)
{
	enum { LINES = 5000, CHANGED = 2500, DROPPED = 4000 };
	struct buffer log_text, wire_text;
	struct session session;
	struct comparison comparison;
	struct fail fail;
	struct log log;

	buffer_init(&log_text, 0);
	buffer_init(&wire_text, 0);
	for (int i = 0; i < LINES; i++) {
		buffer_printf(&log_text, " -> NOOP %d\n<-  250 %d\n", i, i);
		if (i == CHANGED)
			buffer_printf(&wire_text, "C: NOOP %d!\nS: 250 %d\n", i, i);
		else if (i != DROPPED)
			buffer_printf(&wire_text, "C: NOOP %d\nS: 250 %d\n", i, i);
	}
	CU_ASSERT_EQUAL(log_read(&log, buffer_span(&log_text), &fail), STEP_DONE);
	make(&session, buffer_text(&wire_text), NULL);
	compare(&comparison, &log, &session);
	CU_ASSERT_EQUAL(comparison.row_count, 2 * LINES);
	CU_ASSERT_EQUAL(comparison.counts[VERDICT_SAME], 2 * LINES - 3);
	CU_ASSERT_EQUAL(comparison.counts[VERDICT_DIFFERS], 1);
	CU_ASSERT_EQUAL(comparison.counts[VERDICT_LOG_ONLY], 2);
	CU_ASSERT_EQUAL(comparison.rows[2 * CHANGED].verdict, VERDICT_DIFFERS);
	CU_ASSERT_EQUAL(comparison.rows[2 * DROPPED].verdict, VERDICT_LOG_ONLY);
	comparison_fini(&comparison);
	arena_fini(&session.arena);
	log_fini(&log);
	buffer_fini(&log_text);
	buffer_fini(&wire_text);
}

/* A message of many lines in records that end anywhere. */
static void test_long_sealed(void)
{
	enum { LINES = 20000, RECORD = 1000 };
	struct buffer log_text, wire_text;
	struct session session;
	struct comparison comparison;
	struct fail fail;
	struct log log;
	int octets = 0;

	buffer_init(&log_text, 0);
	buffer_init(&wire_text, 0);
	buffer_add_text(&log_text, "2022-11-21 00:00:00 [INFO]: Server: 354 go\n"
				   "2022-11-21 00:00:00 [INFO]: Client: Subject: x\n");
	buffer_add_text(&wire_text, "S= 37\n");
	octets = 12;
	for (int i = 0; i < LINES; i++) {
		buffer_printf(&log_text, "line %d of the text\n", i);
		octets += snprintf(NULL, 0, "line %d of the text\r\n", i);
	}
	for (; octets > RECORD; octets -= RECORD)
		buffer_printf(&wire_text, "C= %d\n", RECORD + 29);
	buffer_printf(&wire_text, "C= %d\nC= 32\n", octets + 29);
	buffer_add_text(&log_text, "2022-11-21 00:00:00 [INFO]: Client: .\n");
	CU_ASSERT_EQUAL(log_read(&log, buffer_span(&log_text), &fail), STEP_DONE);
	make(&session, buffer_text(&wire_text), GCM);
	compare(&comparison, &log, &session);
	CU_ASSERT_EQUAL(comparison_differences(&comparison), 0);
	CU_ASSERT_EQUAL(comparison.counts[VERDICT_FITS], 3);
	comparison_fini(&comparison);
	arena_fini(&session.arena);
	log_fini(&log);
	buffer_fini(&log_text);
	buffer_fini(&wire_text);
}

static const struct {
	const char *log, *wire, *rows;
} offsets[] = {
	{"{\"direction\":\"server\",\"offset\":0,\"length\":8,\"text\":\"220 hi\"}\n"
	 "{\"direction\":\"client\",\"offset\":0,\"length\":6,\"text\":\"PASS\",\"withheld\":true}"
	 "\n"
	 "{\"direction\":\"client\",\"offset\":6,\"length\":6,\"text\":\"QUIT\"}\n",
		"S: 220 hi\nC: ABCD\nC: QUIT", "sws"},
	{"{\"direction\":\"client\",\"offset\":0,\"length\":7,\"withheld\":true}\n", "C: ABCD",
		"D"},
	{"{\"direction\":\"client\",\"offset\":0,\"length\":5,\"withheld\":true}\n", "C: ABCD",
		"D"},
	{"{\"direction\":\"client\",\"offset\":0,\"length\":12,\"withheld\":true}\n",
		"C: ABCD\nC: EFGH", "DW"},
	{"{\"direction\":\"client\",\"offset\":0,\"length\":6,\"text\":\"QUIT\"}\n"
	 "{\"direction\":\"client\",\"offset\":6,\"length\":6,\"withheld\":true}\n",
		"C: QUIT", "sL"},
	{"{\"direction\":\"client\",\"offset\":0,\"length\":3,\"base64\":\"/w==\","
	 "\"end\":\"crlf\"}\n",
		"C: \xff", "s"},
	{"{\"direction\":\"client\",\"offset\":0,\"length\":6,\"text\":\"NOOP\"}\n"
	 "{\"direction\":\"client\",\"offset\":12,\"length\":6,\"text\":\"QUIT\"}\n"
	 "{\"direction\":\"client\",\"offset\":18,\"length\":6,\"text\":\"QUIT\"}\n",
		"C: NOOP\nC: RSET\nC: quit", "sWDL"},
	{"{\"direction\":\"client\",\"offset\":0,\"length\":7,\"text\":\"NOOP\"}\n", "C: NOOP",
		"D"},
	{"{\"direction\":\"client\",\"offset\":18446744073709551610,\"length\":10,\"text\":\"x\"}"
	 "\n",
		"C: NOOP", "WL"},
};

static void test_offsets(void)
{
	for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
		struct session session;
		struct comparison comparison;
		struct fail fail;
		struct log log;
		struct buffer rows;

		buffer_init(&rows, 0);
		CU_ASSERT_EQUAL(log_read(&log, span_text(offsets[i].log), &fail), STEP_DONE);
		CU_ASSERT_TRUE(log.has_offsets);
		make(&session, offsets[i].wire, NULL);
		compare(&comparison, &log, &session);
		for (size_t k = 0; k < comparison.row_count; k++)
			buffer_add_byte(&rows, (uint8_t)letter(&comparison.rows[k]));
		CU_ASSERT_STRING_EQUAL(buffer_text(&rows), offsets[i].rows);
		buffer_fini(&rows);
		comparison_fini(&comparison);
		arena_fini(&session.arena);
		log_fini(&log);
	}
}

/* A log that tells how much it withheld is held to it where the records were not opened, too; and
 * what was withheld is not cited. */
static const struct {
	const char *wire, *rows;
} counted[] = {
	{"S= 37\nC= 51\nC= 35", "fwf"},
	{"S= 37\nC= 52\nC= 35", "fDf"},
	{"S= 37\nC= 51\nC= 36", "fwD"},
	{"S= 37\nC= 35", "fLf"},
	{"S= 37\nC= 57", "ff"},
};

static void test_counted(void)
{
	static const char text[] =
		"{\"direction\":\"server\",\"offset\":0,\"length\":8,\"text\":\"220 hi\"}\n"
		"{\"direction\":\"client\",\"offset\":0,\"length\":22,\"withheld\":true}\n"
		"{\"direction\":\"client\",\"offset\":22,\"length\":6,\"text\":\"QUIT\"}\n";

	for (size_t i = 0; i < sizeof counted / sizeof counted[0]; i++) {
		struct session session;
		struct comparison comparison;
		struct fail fail;
		struct log log;
		struct buffer rows;

		buffer_init(&rows, 0);
		CU_ASSERT_EQUAL(log_read(&log, span_text(text), &fail), STEP_DONE);
		make(&session, counted[i].wire, GCM);
		compare(&comparison, &log, &session);
		for (size_t k = 0; k < comparison.row_count; k++)
			buffer_add_byte(&rows, (uint8_t)letter(&comparison.rows[k]));
		CU_ASSERT_STRING_EQUAL(buffer_text(&rows), counted[i].rows);
		buffer_fini(&rows);
		comparison_fini(&comparison);
		arena_fini(&session.arena);
		log_fini(&log);
	}
}

/* The zone of the log's clock is found, and what is left is each line's lag. */
static void test_clock(void)
{
	static const char text[] = "1970-01-01 07:00:00 [INFO]: Client: A\n"
				   "1970-01-01 07:00:02 [INFO]: Client: B\n";
	struct session session;
	struct comparison comparison;
	struct fail fail;
	struct log log;

	CU_ASSERT_EQUAL(log_read(&log, span_text(text), &fail), STEP_DONE);
	make(&session, "C: A\nC: B", NULL);
	compare(&comparison, &log, &session);
	CU_ASSERT_TRUE(comparison.has_clock);
	CU_ASSERT_EQUAL(comparison.clock, INT64_C(7) * 3600 * 1000000000);
	CU_ASSERT_EQUAL(comparison.rows[0].lag, 1000000000);
	CU_ASSERT_EQUAL(comparison.rows[1].lag, 0);
	comparison_fini(&comparison);
	arena_fini(&session.arena);
	log_fini(&log);
}

SUITE(compare, {"cases", test_cases}, {"long sessions", test_long},
	{"long messages in records", test_long_sealed}, {"offsets", test_offsets},
	{"lengths of what was withheld", test_counted}, {"clocks", test_clock});
