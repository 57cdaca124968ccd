#include "base/limits.h"
#include "base/memory.h"
#include "base/printable.h"
#include "diagram/diagram.h"
#include "diagram/page.h"
#include "diagram/row.h"
#include "diagram_reader.h"
#include "diagram_sessions.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const struct ladder_wants plain = {DIAGRAM_MAIL, false, NULL};
static const struct ladder_wants redacted = {DIAGRAM_MAIL, true, NULL};

struct expected {
	enum ladder_kind kind;
	enum side from;
	enum ladder_phase phase;
	bool is_sealed;
	const char *said, *aside;
};

static void check_rows(const struct ladder *ladder, const struct expected *expected, size_t count)
{
	CU_ASSERT_EQUAL(ladder->row_count, count);
	for (size_t i = 0; i < count && i < ladder->row_count; i++) {
		const struct ladder_row *row = &ladder->rows[i];
		const char *aside = row->aside.text != NULL ? row->aside.text : "";

		CU_ASSERT_EQUAL(row->kind, expected[i].kind);
		CU_ASSERT_EQUAL(row->phase, expected[i].phase);
		CU_ASSERT_EQUAL(row->is_sealed, expected[i].is_sealed);
		CU_ASSERT_STRING_EQUAL(row->said.text, expected[i].said);
		CU_ASSERT_STRING_EQUAL(aside, expected[i].aside);
		if (row->kind == LADDER_ARROW)
			CU_ASSERT_EQUAL(row->from, expected[i].from);
	}
}

#define CLIENT(phase, said, aside)                                                                 \
	{                                                                                          \
		LADDER_ARROW, SIDE_CLIENT, LADDER_PHASE_##phase, false, said, aside                \
	}
#define SERVER(phase, said, aside)                                                                 \
	{                                                                                          \
		LADDER_ARROW, SIDE_SERVER, LADDER_PHASE_##phase, false, said, aside                \
	}

static void test_smtp(void)
{
	static const struct expected rows[] = {
		CLIENT(CONNECT, "opens the TCP connection (SYN)", "round trip 0.047973 s"),
		SERVER(GREETING, "220 cn.ami.nstu.ru ESMTP", ""),
		CLIENT(HELLO, "EHLO pmi-310-06", ""),
		SERVER(HELLO, "250-cn.ami.nstu.ru\n250-SIZE 20480000\n250-AUTH LOGIN\n250 HELP",
			""),
		CLIENT(LOGIN, "AUTH login YjRAY24uYW1pLm5zdHUucnU=", "user \"b4@cn.ami.nstu.ru\""),
		SERVER(LOGIN, "334 UGFzc3dvcmQ6", "\"Password:\""),
		CLIENT(LOGIN, "QWlaaWViN08=", "password \"AiZieb7O\""),
		SERVER(LOGIN, "235 authenticated.", ""),
		CLIENT(ENVELOPE, "MAIL FROM:<b4@cn.ami.nstu.ru>", ""),
		SERVER(ENVELOPE, "250 OK", ""),
		CLIENT(ENVELOPE, "RCPT TO:<b4@cn.ami.nstu.ru>", ""),
		SERVER(ENVELOPE, "250 OK", ""),
		CLIENT(MESSAGE, "DATA", ""),
		SERVER(MESSAGE, "354 OK, send.", ""),
		CLIENT(MESSAGE, "message: 214 octets, from b4@cn.ami.nstu.ru, subject test", ""),
		CLIENT(MESSAGE, "segments were sent again [RFC 9293 3.8.1]", ""),
		SERVER(MESSAGE, "250 Queued (0.000 seconds)", ""),
		CLIENT(QUIT, "QUIT", ""),
		SERVER(QUIT, "221 goodbye", ""),
		{LADDER_NOTE, SIDE_CLIENT, LADDER_PHASE_QUIT, false,
			"the connection is closed (FIN)", ""},
	};
	static const char *const notes[] = {"from b4@cn.ami.nstu.ru, subject test"};
	const struct ladder_wants noted = {DIAGRAM_MAIL, false, notes};
	struct ladder ladder;
	struct play play;

	play_smtp(&play);
	ladder_init(&ladder);
	ladder_add(&ladder, &play.session, &noted);
	play_fini(&play);
	check_rows(&ladder, rows, sizeof rows / sizeof rows[0]);
	CU_ASSERT_EQUAL(ladder.rows[1].frame, 4);
	CU_ASSERT_EQUAL(ladder.rows[1].time, 95329000);
	CU_ASSERT_EQUAL(ladder.rows[1].gap, 95329000);
	CU_ASSERT_EQUAL(ladder.rows[2].gap, 131000);
	CU_ASSERT_FALSE(ladder.rows[0].has_gap);
	CU_ASSERT_EQUAL(ladder.rows[3].said.lines, 4);
	CU_ASSERT_EQUAL(ladder.rows[15].stroke, STROKE_AGAIN);
	CU_ASSERT_FALSE(ladder.rows[15].has_time);
	CU_ASSERT_PTR_NOT_NULL(strstr(ladder.rows[6].warning.text, "RFC 8314 3"));
	CU_ASSERT_PTR_NULL(ladder.rows[7].warning.text);
	CU_ASSERT_PTR_NOT_NULL(strstr(ladder.rows[8].tooltip, "frame 11 · 0.237849000 s"));
	CU_ASSERT_PTR_NOT_NULL(strstr(ladder.rows[8].tooltip, "[RFC 5321 4.1.1.2]"));
	CU_ASSERT_STRING_EQUAL(ladder.sessions[0].title.text,
		"Session 1: SMTP, in clear, 192.168.100.85:1045 to 217.71.130.171:25");
	CU_ASSERT_STRING_EQUAL(ladder.sessions[0].facts.text,
		"sample.pcapng · 2022-11-21 08:04:09 UTC · 0.675 s · delivered");
	ladder_fini(&ladder);
}

static void test_starttls(void)
{
	struct ladder ladder;
	struct play play;
	size_t tls = 0, sealed = 0;

	play_starttls(&play);
	ladder_init(&ladder);
	ladder_add(&ladder, &play.session, &plain);
	play_fini(&play);
	for (size_t i = 0; i < ladder.row_count; i++) {
		tls = ladder.rows[i].kind == LADDER_TLS ? i : tls;
		sealed += ladder.rows[i].is_sealed;
	}
	CU_ASSERT_EQUAL(tls, 6);
	CU_ASSERT_STRING_EQUAL(ladder.rows[tls].said.text,
		"TLS 1.2 · TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 · mail2.nstu.ru");
	CU_ASSERT_STRING_EQUAL(ladder.rows[1].said.text,
		"220 mail.nstu.ru Microsoft ESMTP MAIL Service ready at Mon, 21 Nov 2022\n"
		"\u00a0\u00a000:24:08 +0700");
	CU_ASSERT_FALSE(ladder.rows[tls - 1].is_sealed);
	CU_ASSERT_TRUE(ladder.rows[tls].is_sealed);
	CU_ASSERT_EQUAL(sealed, 1 + 4 + 21);
	CU_ASSERT_STRING_EQUAL(ladder.rows[tls + 1].said.text, "Client Hello, 184 octets");
	CU_ASSERT_EQUAL(ladder.rows[tls + 1].phase, LADDER_PHASE_TLS);
	CU_ASSERT_STRING_EQUAL(ladder.rows[tls + 5].said.text, "Application Data, 45 octets");
	CU_ASSERT_EQUAL(ladder.rows[tls + 5].phase, LADDER_PHASE_SEALED);
	ladder_fini(&ladder);
}

static void test_pop3(void)
{
	static const struct expected rows[] = {
		CLIENT(CONNECT, "opens the TCP connection (SYN)", "round trip 0.047973 s"),
		SERVER(GREETING, "+OK POP3", ""),
		CLIENT(LOGIN, "USER b3@cn.ami.nstu.ru", ""),
		SERVER(LOGIN, "+OK Send your password", ""),
		CLIENT(LOGIN, "PASS ••••••", ""),
		SERVER(LOGIN, "+OK Mailbox locked and ready", ""),
		CLIENT(MAILBOX, "LIST", ""),
		SERVER(MAILBOX, "+OK 2 4193\n1 3681\n2 512\n.", ""),
		CLIENT(MESSAGE, "RETR 1", ""),
		SERVER(MESSAGE, "+OK 3681 octets.", ""),
		SERVER(MESSAGE, "1,460 bytes missing", ""),
		SERVER(MESSAGE, "message: 3,681 octets, 1,460 octets missing", ""),
		CLIENT(MAILBOX, "DELE 1", ""),
		SERVER(MAILBOX, "-ERR [SYS/TEMP] try again later", ""),
		CLIENT(QUIT, "QUIT", ""),
		SERVER(QUIT, "+OK POP3 server saying goodbye...", ""),
		{LADDER_NOTE, SIDE_CLIENT, LADDER_PHASE_QUIT, false,
			"the capture ends inside this connection", ""},
	};
	struct ladder ladder;
	struct play play;

	play_pop3(&play);
	ladder_init(&ladder);
	ladder_add(&ladder, &play.session, &redacted);
	play_fini(&play);
	check_rows(&ladder, rows, sizeof rows / sizeof rows[0]);
	CU_ASSERT_EQUAL(ladder.rows[10].stroke, STROKE_GAP);
	ladder_fini(&ladder);
}

static void test_wraps(void)
{
	static const struct {
		const char *text;
		unsigned columns;
		const char *lines;
	} cases[] = {
		{"", 10, ""},
		{"exactly te", 10, "exactly te"},
		{"exactly ten", 10, "exactly\n\u00a0\u00a0ten"},
		{"one two three four", 10, "one two\n\u00a0\u00a0three\n\u00a0\u00a0four"},
		{"0123456789abcdefghij", 10, "0123456789\n\u00a0\u00a0abcdefgh\n\u00a0\u00a0ij"},
		{"aaaa bb cc ddd", 10, "aaaa bb\n\u00a0\u00a0cc ddd"},
		{"a 0123456789", 10, "a 01234567\n\u00a0\u00a089"},
		{"привет мир да", 10, "привет\n\u00a0\u00a0мир да"},
		{"郵便郵便郵便", 10, "郵便郵便郵\n\u00a0\u00a0便"},
	};
	struct arena arena;
	struct buffer out;

	arena_init(&arena);
	buffer_init(&out, 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct words words;

		words_wrap(&out, span_text(cases[i].text), cases[i].columns);
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), cases[i].lines);
		words = words_keep(&arena, &out);
		CU_ASSERT_TRUE(words.columns <= cases[i].columns);
		CU_ASSERT_EQUAL(out.length, 0);
	}
	buffer_fini(&out);
	arena_fini(&arena);
}

static void test_long_line(void)
{
	struct buffer line, out;
	size_t half;

	buffer_init(&line, 0);
	buffer_init(&out, 0);
	for (size_t i = 0; line.length < LIMIT_DIAGRAM_LINE - 1; i++)
		buffer_add_text(&line, "я");
	buffer_add_text(&line, "\xef\xbf\xbf");
	words_add(&out, span_first(buffer_span(&line), LIMIT_DIAGRAM_LINE));
	CU_ASSERT_EQUAL(span_find(buffer_span(&out), "folded"), out.length);
	buffer_clear(&out);
	for (size_t i = 0; i < 500; i++)
		buffer_add_text(&line, "xы");
	words_add(&out, buffer_span(&line));
	CU_ASSERT_NOT_EQUAL(span_find(buffer_span(&out), " octets folded … "), out.length);
	CU_ASSERT_EQUAL(span_find(buffer_span(&out), "\xef\xbf\xbf"), out.length);
	half = span_find(buffer_span(&out), "\ufffd");
	CU_ASSERT_NOT_EQUAL(half, out.length); /* it stands for U+FFFF, and no other does */
	buffer_drop(&out, half + 3);
	CU_ASSERT_EQUAL(span_find(buffer_span(&out), "\ufffd"), out.length);
	buffer_fini(&line);
	buffer_fini(&out);
}

static void test_folds(void)
{
	struct ladder ladder;
	struct play play;
	size_t folds = 0, fold = 0;

	ladder_init(&ladder);
	play_many(&play, LIMIT_DIAGRAM_ROWS - 2);
	ladder_add(&ladder, &play.session, &plain);
	CU_ASSERT_EQUAL(ladder.row_count, LIMIT_DIAGRAM_ROWS);
	CU_ASSERT_EQUAL(ladder.folded_rows, 0);
	CU_ASSERT_TRUE(ladder_is_full(&ladder));
	ladder_add(&ladder, &play.session, &plain);
	CU_ASSERT_EQUAL(ladder.row_count, LIMIT_DIAGRAM_ROWS);
	CU_ASSERT_EQUAL(ladder.left_out, 1);
	play_fini(&play);
	ladder_fini(&ladder);

	play_many(&play, 3000);
	ladder_add(&ladder, &play.session, &plain);
	play_fini(&play);
	for (size_t i = 0; i < ladder.row_count; i++)
		if (ladder.rows[i].kind == LADDER_FOLD) {
			folds++;
			fold = i;
		}
	CU_ASSERT_EQUAL(folds, 1);
	CU_ASSERT_TRUE(ladder.row_count <= LIMIT_DIAGRAM_ROWS);
	CU_ASSERT_EQUAL(ladder.row_count - 1 + ladder.folded_rows, 3002);
	CU_ASSERT_STRING_EQUAL(ladder.rows[fold].said.text, "… 1,003 rows folded …");
	CU_ASSERT_STRING_EQUAL(
		ladder.rows[ladder.row_count - 2].said.text, "250 2.1.5 Recipient OK");
	CU_ASSERT_EQUAL(ladder.rows[fold + 1].gap % 47329000,
		ladder.rows[fold + 1].from == SIDE_SERVER ? 0 : 131000);
	ladder_fini(&ladder);
}

static void test_flow(void)
{
	const struct ladder_wants flow = {DIAGRAM_TCP, true, NULL};
	static const char *const said[] = {"TCP  1046 → 110 [SYN] Seq=0", "POP  S: +OK POP3",
		"POP  C: USER b3@cn.ami.nstu.ru", "POP  C: PASS ••••••", "POP  C: PASS ••••••",
		"POP  ••••••", "TCP  [TCP Retransmission] 1046 → 110"};
	struct ladder ladder;
	struct line *line;
	struct play play;

	play_init(&play, 2, MAIL_POP3);
	play.frame = play.time = 0;
	play_segment(&play, SIDE_CLIENT, "TCP", "1046 → 110 [SYN] Seq=0");
	play_segment(&play, SIDE_SERVER, "POP", "S: +OK POP3");
	play_segment(&play, SIDE_CLIENT, "POP", "C: USER b3@cn.ami.nstu.ru");
	play_segment(&play, SIDE_CLIENT, "POP", "C: PASS eech6Uba");
	play_segment(&play, SIDE_CLIENT, "POP", "C: PASS ••••••");
	play_segment(&play, SIDE_CLIENT, "POP", "C: PASS eech");
	play_segment(&play, SIDE_CLIENT, "TCP", "[TCP Retransmission] 1046 → 110");
	play.frame = 3;
	play_reply(&play, LINE_GREETING, "+OK POP3");
	play.frame = 2;
	line = play_command(&play, "USER b3@cn.ami.nstu.ru");
	line = play_command(&play, "PASS eech6Uba");
	line->secret = span_from(line->text, 5);
	for (int i = 0; i < 2; i++) {
		line = play_command(&play, "PASS eech6Uba");
		line->secret = span_from(line->text, 5);
	}
	ladder_init(&ladder);
	ladder_add(&ladder, &play.session, &flow);
	play_fini(&play);
	CU_ASSERT_EQUAL(ladder.row_count, sizeof said / sizeof said[0]);
	for (size_t i = 0; i < ladder.row_count; i++) {
		CU_ASSERT_STRING_EQUAL(ladder.rows[i].said.text, said[i]);
		CU_ASSERT_EQUAL(ladder.rows[i].frame, i + 1);
		CU_ASSERT_PTR_NULL(strstr(ladder.rows[i].tooltip, "eech"));
	}
	CU_ASSERT_EQUAL(ladder.rows[0].phase, LADDER_PHASE_CONNECT);
	CU_ASSERT_EQUAL(ladder.rows[3].phase, LADDER_PHASE_LOGIN);
	CU_ASSERT_EQUAL(ladder.rows[0].stroke, STROKE_QUIET);
	CU_ASSERT_EQUAL(ladder.rows[3].stroke, STROKE_PLAIN);
	CU_ASSERT_EQUAL(ladder.rows[6].stroke, STROKE_AGAIN);
	ladder_fini(&ladder);
}

/* Nothing lies over anything else, and every page begins with the two ends. */
static void test_pages(void)
{
	static const struct type_size type = {6.02, 11, 5.27, 10};
	struct ladder ladder;
	struct page_plan plan;
	struct play plays[3];
	size_t rows = 0;

	ladder_init(&ladder);
	play_smtp(&plays[0]);
	play_pop3(&plays[1]);
	play_many(&plays[2], 400);
	for (size_t i = 0; i < 3; i++) {
		ladder_add(&ladder, &plays[i].session, &plain);
		play_fini(&plays[i]);
	}
	page_plan_init(&plan, &ladder, &type);
	CU_ASSERT_TRUE(plan.page_count > 8 && plan.page_count < 20);
	for (size_t i = 0; i < plan.item_count; i++) {
		const struct page_item *item = &plan.items[i];

		CU_ASSERT_TRUE(item->top + item->height <= PAGE_HEIGHT - PAGE_MARGIN);
		CU_ASSERT_TRUE(plan.heights[item->page] <= PAGE_HEIGHT);
		rows += item->kind == PAGE_ROW;
		if (i == 0 || plan.items[i - 1].page < item->page)
			CU_ASSERT_TRUE(item->kind == PAGE_TITLE || item->kind == PAGE_HEADER);
		if (i > 0 && plan.items[i - 1].page == item->page)
			CU_ASSERT_TRUE(plan.items[i - 1].top + plan.items[i - 1].height <=
				       item->top + 0.001);
	}
	CU_ASSERT_EQUAL(rows, ladder.row_count);
	page_plan_fini(&plan);
	ladder_fini(&ladder);
}

static void add_three(struct ladder *ladder, const struct ladder_wants *wants)
{
	struct play plays[3];

	play_smtp(&plays[0]);
	play_pop3(&plays[1]);
	play_starttls(&plays[2]);
	for (size_t i = 0; i < 3; i++) {
		ladder_add(ladder, &plays[i].session, wants);
		play_fini(&plays[i]);
	}
}

static void test_svg(void)
{
	struct ladder ladder;
	struct buffer svg, visible;

	ladder_init(&ladder);
	add_three(&ladder, &plain);
	svg = diagram_drawn(&ladder, DIAGRAM_SVG);
	buffer_init(&visible, 0);
	svg_text(buffer_span(&svg), &visible);
	CU_ASSERT_TRUE(svg_is_well_formed(buffer_span(&svg)));
	for (size_t i = 0; i < ladder.row_count; i++) {
		CU_ASSERT_TRUE(svg_shows(buffer_span(&visible), ladder.rows[i].said.text));
		if (ladder.rows[i].aside.text != NULL)
			CU_ASSERT_TRUE(svg_shows(buffer_span(&visible), ladder.rows[i].aside.text));
	}
	CU_ASSERT_TRUE(svg_shows(buffer_span(&visible), ladder.sessions[1].title.text));
	CU_ASSERT_NOT_EQUAL(span_find(buffer_span(&svg), "<svg width=\"744pt\""), svg.length);
	CU_ASSERT_TRUE(svg_shows(buffer_span(&visible), "envelope"));
	CU_ASSERT_TRUE(svg_shows(buffer_span(&visible), "0.095329"));
	CU_ASSERT_TRUE(svg_shows(buffer_span(&visible), "+0.047"));
	CU_ASSERT_NOT_EQUAL(span_find(buffer_span(&svg), "xlink:title=\"frame 11 "), svg.length);
	CU_ASSERT_NOT_EQUAL(span_find(buffer_span(&svg), "id=\"frame&#45;11\""), svg.length);
	buffer_fini(&visible);
	buffer_fini(&svg);
	ladder_fini(&ladder);
}

static void test_same_bytes(void)
{
	static const char *const signs[] = {[DIAGRAM_SVG] = "<?xml",
		[DIAGRAM_PDF] = "%PDF-",
		[DIAGRAM_PNG] = "\x89PNG",
		[DIAGRAM_DOT] = "digraph \"sample.pcapng\""};
	struct ladder ladder;

	ladder_init(&ladder);
	add_three(&ladder, &plain);
	for (enum diagram_format i = DIAGRAM_SVG; i <= DIAGRAM_DOT; i++) {
		struct buffer first = diagram_drawn(&ladder, i), second;

		if (i == DIAGRAM_PDF)
			sleep(1);
		second = diagram_drawn(&ladder, i);
		CU_ASSERT_TRUE(span_equal(buffer_span(&first), buffer_span(&second)));
		CU_ASSERT_EQUAL(span_find(buffer_span(&first), signs[i]), 0);
		buffer_fini(&first);
		buffer_fini(&second);
	}
	ladder_fini(&ladder);
}

static void test_secrets(void)
{
	static const char *const secrets[] = {"QWlaaWViN08=", "AiZieb7O", "eech6Uba"};
	static const enum diagram_format formats[] = {DIAGRAM_SVG, DIAGRAM_DOT};

	for (size_t format = 0; format < 2; format++)
		for (int is_redacted = 0; is_redacted < 2; is_redacted++) {
			struct ladder ladder;
			struct buffer out;

			ladder_init(&ladder);
			add_three(&ladder, is_redacted ? &redacted : &plain);
			out = diagram_drawn(&ladder, formats[format]);
			for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
				CU_ASSERT_EQUAL(
					span_find(buffer_span(&out), secrets[i]) == out.length,
					is_redacted);
			buffer_fini(&out);
			ladder_fini(&ladder);
		}
}

/* Text that means something to Graphviz, XML or a terminal is shown as the characters it is. */
static void test_hostile(void)
{
	static const char *const texts[] = {"NOOP \\N\\G\\l\\n\\",
		"NOOP <b>&lt;&amp;&#38;&copy;&;&", "NOOP \"quoted\" 'single' {|}",
		"NOOP <!-- ]]> -->"};
	struct ladder ladder;
	struct buffer svg, dot, visible;
	struct play play;
	uint32_t state = 1;
	char noise[256];

	play_init(&play, 1, MAIL_SMTP);
	play.session.capture = "<x>&\"-->\x01\xff.pcapng";
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		play_command(&play, texts[i]);
	play_command(&play, "\x01\x1b[31m\x7f\xff\xfe\xc3\xef\xbf\xbe\xef\xbf\xbf\xed\xa0\x80");
	for (int i = 0; i < 40; i++) {
		for (size_t k = 0; k + 1 < sizeof noise; k++) {
			state = state * 1664525 + 1013904223;
			noise[k] = (char)(state >> 24 != 0 ? state >> 24 : '&');
		}
		noise[sizeof noise - 1] = '\0';
		play_command(&play, noise);
	}
	ladder_init(&ladder);
	ladder_add(&ladder, &play.session, &plain);
	play_fini(&play);
	svg = diagram_drawn(&ladder, DIAGRAM_SVG);
	dot = diagram_drawn(&ladder, DIAGRAM_DOT);
	buffer_init(&visible, 0);
	svg_text(buffer_span(&svg), &visible);
	CU_ASSERT_TRUE(svg_is_well_formed(buffer_span(&svg)));
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		CU_ASSERT_TRUE(svg_shows(buffer_span(&visible), texts[i]));
	CU_ASSERT_TRUE(svg_shows(buffer_span(&visible), "\\001\\033[31m\\177���"));
	buffer_fini(&visible);
	buffer_fini(&dot);
	buffer_fini(&svg);
	ladder_fini(&ladder);
}

static void test_many(void)
{
	struct timespec begin, end;
	struct ladder ladder;
	struct buffer svg;
	struct play play;

	ladder_init(&ladder);
	play_many(&play, 1000);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	ladder_add(&ladder, &play.session, &plain);
	svg = diagram_drawn(&ladder, DIAGRAM_SVG);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("1000 rows as SVG: %.3f s, %zu octets ... ",
		(double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9,
		svg.length);
	CU_ASSERT_TRUE(svg_is_well_formed(buffer_span(&svg)));
	buffer_fini(&svg);
	play_fini(&play);
	ladder_fini(&ladder);
}

/* cairo draws nothing higher than 32,767 pixels: the picture goes on in a second column. */
static void test_high_png(void)
{
	struct ladder ladder;
	struct buffer png;
	struct play play;

	ladder_init(&ladder);
	play_many(&play, 1200);
	ladder_add(&ladder, &play.session, &plain);
	play_fini(&play);
	png = diagram_drawn(&ladder, DIAGRAM_PNG);
	CU_ASSERT_TRUE_FATAL(png.length > 24);
	CU_ASSERT_TRUE(png.at[18] * 256 + png.at[19] == 2 * 992);
	CU_ASSERT_TRUE(png.at[22] * 256 + png.at[23] < 30000);
	buffer_fini(&png);
	ladder_fini(&ladder);
}

static bool exists(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && status.st_size > 0;
}

static void test_files(void)
{
	static const char *const names[] = {"a.svg", "b.PDF", "c.png", "d.dot"};
	char folder[] = "/tmp/test-diagram-XXXXXX", path[64];
	struct diagram *diagram = diagram_new(DIAGRAM_MAIL, true);
	struct fail fail = {FAIL_NONE, ""};
	struct play play;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	CU_ASSERT_TRUE(diagram_is_empty(diagram));
	play_smtp(&play);
	diagram_add(diagram, &play.session);
	play_fini(&play);
	CU_ASSERT_FALSE(diagram_is_empty(diagram));
	CU_ASSERT_FALSE(diagram_is_full(diagram));
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		CU_ASSERT_EQUAL(diagram_write(diagram, path, &fail), STEP_DONE);
		CU_ASSERT_TRUE(exists(path));
		unlink(path);
	}
	CU_ASSERT_EQUAL(diagram_check("x.svg", &fail), STEP_DONE);
	CU_ASSERT_EQUAL(diagram_write(diagram, "x.jpg", &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(fail.text, ".svg, .pdf, .png or .dot"));
	snprintf(path, sizeof path, "%s/none/a.svg", folder);
	CU_ASSERT_EQUAL(diagram_write(diagram, path, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_WRITE);
	snprintf(path, sizeof path, "%s/folder.svg", folder);
	CU_ASSERT_EQUAL(mkdir(path, 0700), 0);
	CU_ASSERT_EQUAL(diagram_write(diagram, path, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_WRITE);
	CU_ASSERT_EQUAL(rmdir(path), 0);
	CU_ASSERT_EQUAL(rmdir(folder), 0); /* nothing is left beside */
	diagram_free(diagram);
	diagram_free(NULL);
}

static void test_left_out(void)
{
	struct ladder ladder;
	struct buffer svg, visible;
	struct play play;

	ladder_init(&ladder);
	svg = diagram_drawn(&ladder, DIAGRAM_SVG);
	CU_ASSERT_NOT_EQUAL(span_find(buffer_span(&svg), "no mail session"), svg.length);
	buffer_fini(&svg);
	play_many(&play, 3000);
	for (int i = 0; i < 3; i++)
		ladder_add(&ladder, &play.session, &plain);
	play_fini(&play);
	svg = diagram_drawn(&ladder, DIAGRAM_SVG);
	buffer_init(&visible, 0);
	svg_text(buffer_span(&svg), &visible);
	CU_ASSERT_TRUE(svg_shows(buffer_span(&visible), "… 1,003 rows folded …"));
	CU_ASSERT_TRUE(svg_shows(buffer_span(&visible), "2 more sessions not drawn"));
	buffer_fini(&visible);
	buffer_fini(&svg);
	ladder_fini(&ladder);
}

SUITE(diagram, {"makes rows of SMTP", test_smtp}, {"shades TLS", test_starttls},
	{"makes rows of POP3, redacted", test_pop3}, {"wraps words", test_wraps},
	{"folds a very long line", test_long_line}, {"folds the middle", test_folds},
	{"shows every segment", test_flow}, {"places rows on pages", test_pages},
	{"shows every text", test_svg}, {"gives the same bytes", test_same_bytes},
	{"hides secrets", test_secrets}, {"escapes", test_hostile},
	{"draws a thousand rows", test_many}, {"breaks a high PNG", test_high_png},
	{"writes files", test_files}, {"says what is left out", test_left_out});
