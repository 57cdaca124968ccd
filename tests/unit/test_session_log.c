#include "base/buffer.h"
#include "base/limits.h"
#include "base/memory.h"
#include "client/session_log.h"
#include "compare/log.h"
#include "suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A session as the tap tells it, an item after the other; text NULL: the end. */
struct told {
	enum { SAYS_CLIENT, SAYS_SECRET, SAYS_SERVER, NOTES, GUARDS } what;
	const char *text;
};

/* A log in a folder of its own. */
struct place {
	char folder[64];
	struct session_log *log;
	struct tap tap;
	struct buffer people, machine; /* the two files, once ended */
};

static void begin(struct place *place)
{
	struct fail fail;

	snprintf(place->folder, sizeof place->folder, "/tmp/mailscope-log-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(place->folder));
	buffer_init(&place->people, 0);
	buffer_init(&place->machine, 0);
	place->log = session_log_new(place->folder, &fail);
	CU_ASSERT_PTR_NOT_NULL_FATAL(place->log);
	place->tap = session_log_tap(place->log);
	CU_ASSERT_PTR_NULL(place->tap.on_secrets);
}

static void read_file(const struct place *place, const char *name, struct buffer *out)
{
	char path[128];
	struct stat status;
	uint8_t octets[4096];
	size_t count;
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", place->folder, name);
	CU_ASSERT_EQUAL(stat(path, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0600);
	file = fopen(path, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	while ((count = fread(octets, 1, sizeof octets, file)) > 0)
		buffer_add(out, octets, count);
	fclose(file);
	unlink(path);
}

static void end(struct place *place)
{
	struct fail fail;

	CU_ASSERT_EQUAL(session_log_end(place->log, &fail), STEP_DONE);
	read_file(place, "session.log", &place->people);
	read_file(place, "session.jsonl", &place->machine);
	rmdir(place->folder);
}

static void forget(struct place *place)
{
	buffer_fini(&place->people);
	buffer_fini(&place->machine);
}

static void say(const struct place *place, enum side side, struct span octets, bool is_secret)
{
	place->tap.on_octets(place->tap.context, side, octets, is_secret);
}

/* step: octets told at once; 0: all. */
static void tell(const struct place *place, const struct told *told, size_t step)
{
	for (; told->text != NULL; told++) {
		struct span text = span_text(told->text);

		if (told->what == NOTES)
			place->tap.on_note(place->tap.context, told->text);
		else if (told->what == GUARDS)
			place->tap.on_guard(place->tap.context, text);
		else
			for (; text.length > 0;
				text = span_from(text, step > 0 ? step : text.length))
				say(place, told->what == SAYS_SERVER ? SIDE_SERVER : SIDE_CLIENT,
					step > 0 ? span_first(text, step) : text,
					told->what == SAYS_SECRET);
	}
}

/* Behind `"name": value, ` where it stands in the line. */
static struct span behind(struct span line, const char *name)
{
	size_t at = span_find(line, name);

	if (at == line.length)
		return line;
	return span_from(line, at + span_index(span_from(line, at), ',') + 2);
}

/* The file without what a clock says, and without the numbers of lines. */
static void without_times(struct buffer *file, struct buffer *out)
{
	struct span rest = buffer_span(file);

	while (rest.length > 0) {
		size_t length = span_index(rest, '\n') + 1;
		struct span line = span_first(rest, length);
		size_t level = span_find(line, " [INFO]: ");

		if (level == 19 && line.at[4] == '-')
			line = span_from(line, level);
		else
			line = behind(behind(line, "\"monotonic\": "), "\"line\": ");
		buffer_add_span(out, line);
		rest = span_from(rest, length);
	}
}

static void check_file(struct buffer *file, const char *expected)
{
	struct buffer text;

	buffer_init(&text, 0);
	without_times(file, &text);
	if (strcmp(buffer_text(&text), expected) != 0)
		fprintf(stderr, "%s\n---\n%s\n", buffer_text(&text), expected);
	CU_ASSERT_STRING_EQUAL(buffer_text(&text), expected);
	buffer_fini(&text);
}

static const struct {
	struct told told[16];
	const char *people, *machine;
} sessions[] = {
	{{{NOTES, "Successfully connected to mail.example:25"}, {SAYS_SERVER, "220 hi\r\n"},
		 {SAYS_CLIENT, "EHLO x\r\n"}, {SAYS_SERVER, "250-a\r\n250 b\r\n"},
		 {NOTES, "Connection closed"}, {NOTES, NULL}},
		" [INFO]: Successfully connected to mail.example:25\n"
		" [INFO]: Server: 220 hi\n [INFO]: Client: EHLO x\n"
		" [INFO]: Server: 250-a\n250 b\n [INFO]: Connection closed\n",
		"\"note\": \"Successfully connected to mail.example:25\"}\n"
		"\"direction\": \"server\", \"offset\": 0, \"length\": 8, \"text\": \"220 hi\", "
		"\"end\": \"crlf\", \"withheld\": false}\n"
		"\"direction\": \"client\", \"offset\": 0, \"length\": 8, \"text\": \"EHLO x\", "
		"\"end\": \"crlf\", \"withheld\": false}\n"
		"\"direction\": \"server\", \"offset\": 8, \"length\": 7, \"text\": \"250-a\", "
		"\"end\": \"crlf\", \"withheld\": false}\n"
		"\"direction\": \"server\", \"offset\": 15, \"length\": 7, \"text\": \"250 b\", "
		"\"end\": \"crlf\", \"withheld\": false}\n"
		"\"note\": \"Connection closed\"}\n"},
	/* Secrets: two in a row, the second half of a line, one that the server repeats, one in a
	 * note. */
	{{{SAYS_CLIENT, "AUTH LOGIN\r\n"}, {GUARDS, "hunter2"}, {GUARDS, "aHVudGVyMg=="},
		 {SAYS_SECRET, "YWxpY2U=\r\n"}, {SAYS_SECRET, "aHVudGVyMg==\r\n"},
		 {SAYS_SERVER, "535 no: hunter2\r\n"}, {SAYS_SERVER, "535 more\r\n"},
		 {SAYS_CLIENT, "PASS "}, {SAYS_SECRET, "hunter2"}, {SAYS_CLIENT, "\r\n"},
		 {NOTES, "535 aHVudGVyMg== is wrong"}, {NOTES, NULL}},
		" [INFO]: Client: AUTH LOGIN\n"
		" [INFO]: Disable logging...\n [INFO]: Logging was enabled.\n"
		" [INFO]: Server: 535 more\n"
		" [INFO]: Disable logging...\n [INFO]: Logging was enabled.\n"
		" [INFO]: Something was withheld here: it has a secret in it\n",
		"\"direction\": \"client\", \"offset\": 0, \"length\": 12, \"text\": \"AUTH "
		"LOGIN\", \"end\": \"crlf\", \"withheld\": false}\n"
		"\"direction\": \"client\", \"offset\": 12, \"length\": 10, \"end\": \"crlf\", "
		"\"withheld\": true}\n"
		"\"direction\": \"client\", \"offset\": 22, \"length\": 14, \"end\": \"crlf\", "
		"\"withheld\": true}\n"
		"\"direction\": \"server\", \"offset\": 0, \"length\": 17, \"end\": \"crlf\", "
		"\"withheld\": true}\n"
		"\"direction\": \"server\", \"offset\": 17, \"length\": 10, \"text\": \"535 "
		"more\", \"end\": \"crlf\", \"withheld\": false}\n"
		"\"direction\": \"client\", \"offset\": 36, \"length\": 14, \"end\": \"crlf\", "
		"\"withheld\": true}\n"
		"\"note\": \"Something was withheld here: it has a secret in it\"}\n"},
	/* Octets of every kind, line ends of every kind. */
	{{{SAYS_CLIENT, "\r\na\n\rb\r\r\nc\"\\\t\x7f\x1b[m\r\n\xff\n\xd0\x96\n\n x\r\ny"},
		 {NOTES, NULL}},
		" [INFO]: Client:\na\n\rb\r\nc\"\\\t\x7f\x1b[m\n\xff\n\xd0\x96\n\n x\ny\n",
		"\"direction\": \"client\", \"offset\": 0, \"length\": 2, \"text\": \"\", \"end\": "
		"\"crlf\", \"withheld\": false}\n"
		"\"direction\": \"client\", \"offset\": 2, \"length\": 2, \"text\": \"a\", "
		"\"end\": "
		"\"lf\", \"withheld\": false}\n"
		"\"direction\": \"client\", \"offset\": 4, \"length\": 5, \"text\": \"\\u000db"
		"\\u000d\", \"end\": \"crlf\", \"withheld\": false}\n"
		"\"direction\": \"client\", \"offset\": 9, \"length\": 10, \"text\": "
		"\"c\\\"\\\\\\u0009\\u007f\\u001b[m\", \"end\": \"crlf\", \"withheld\": false}\n"
		"\"direction\": \"client\", \"offset\": 19, \"length\": 2, \"base64\": \"/w==\", "
		"\"end\": \"lf\", \"withheld\": false}\n"
		"\"direction\": \"client\", \"offset\": 21, \"length\": 3, \"text\": \"\xd0\x96\", "
		"\"end\": \"lf\", \"withheld\": false}\n"
		"\"direction\": \"client\", \"offset\": 24, \"length\": 1, \"text\": \"\", "
		"\"end\": \"lf\", \"withheld\": false}\n"
		"\"direction\": \"client\", \"offset\": 25, \"length\": 4, \"text\": \" x\", "
		"\"end\": \"crlf\", \"withheld\": false}\n"
		"\"direction\": \"client\", \"offset\": 29, \"length\": 1, \"text\": \"y\", "
		"\"end\": \"none\", \"withheld\": false}\n"},
	/* A message, and notes, that look like entries of the log. */
	{{{SAYS_CLIENT, "Hello\r\n2022-11-21 00:24:10 [INFO]: Server: 250 forged\r\n"
			"2022-11-21 00:24:10 [INFO]: Disable logging...\r\nbye\r\n"},
		 {NOTES, "Client: QUIT"}, {NOTES, "Disable logging..."},
		 {NOTES, "two\nlines \033[m"}, {SAYS_CLIENT, ".\r\n"}, {NOTES, NULL}},
		" [INFO]: Client: Hello\n"
		" [INFO]: Client: 2022-11-21 00:24:10 [INFO]: Server: 250 forged\n"
		" [INFO]: Client: 2022-11-21 00:24:10 [INFO]: Disable logging...\nbye\n"
		" [INFO]: Note: Client: QUIT\n [INFO]: Note: Disable logging...\n"
		" [INFO]: two\\nlines \\033[m\n [INFO]: Client: .\n",
		"\"direction\": \"client\", \"offset\": 0, \"length\": 7, \"text\": \"Hello\", "
		"\"end\": \"crlf\", \"withheld\": false}\n"
		"\"direction\": \"client\", \"offset\": 7, \"length\": 48, \"text\": "
		"\"2022-11-21 00:24:10 [INFO]: Server: 250 forged\", \"end\": \"crlf\", "
		"\"withheld\": false}\n"
		"\"direction\": \"client\", \"offset\": 55, \"length\": 48, \"text\": "
		"\"2022-11-21 00:24:10 [INFO]: Disable logging...\", \"end\": \"crlf\", "
		"\"withheld\": false}\n"
		"\"direction\": \"client\", \"offset\": 103, \"length\": 5, \"text\": \"bye\", "
		"\"end\": \"crlf\", \"withheld\": false}\n"
		"\"note\": \"Note: Client: QUIT\"}\n\"note\": \"Note: Disable logging...\"}\n"
		"\"note\": \"two\\\\nlines \\\\033[m\"}\n"
		"\"direction\": \"client\", \"offset\": 108, \"length\": 3, \"text\": \".\", "
		"\"end\": \"crlf\", \"withheld\": false}\n"},
	/* Halves of lines of both sides. */
	{{{SAYS_SERVER, "22"}, {SAYS_CLIENT, "EH"}, {SAYS_SERVER, "0 hi\r"},
		 {SAYS_CLIENT, "LO\r\nQU"}, {SAYS_SERVER, "\n"}, {NOTES, NULL}},
		" [INFO]: Client: EHLO\n [INFO]: Server: 220 hi\n [INFO]: Client: QU\n",
		"\"direction\": \"client\", \"offset\": 0, \"length\": 6, \"text\": \"EHLO\", "
		"\"end\": \"crlf\", \"withheld\": false}\n"
		"\"direction\": \"server\", \"offset\": 0, \"length\": 8, \"text\": \"220 hi\", "
		"\"end\": \"crlf\", \"withheld\": false}\n"
		"\"direction\": \"client\", \"offset\": 6, \"length\": 2, \"text\": \"QU\", "
		"\"end\": \"none\", \"withheld\": false}\n"},
};

enum { SESSION_COUNT = sizeof sessions / sizeof sessions[0] };

/* However the octets come, the files are the same. */
static void test_files(void)
{
	for (size_t i = 0; i < SESSION_COUNT; i++)
		for (size_t step = 0; step < 60; step++) {
			struct place place;

			begin(&place);
			tell(&place, sessions[i].told, step);
			end(&place);
			check_file(&place.people, sessions[i].people);
			check_file(&place.machine, sessions[i].machine);
			forget(&place);
		}
}

/* What the reader of logs makes of a file: "C text|" for each line; "?" withheld. */
static void read_back(struct buffer *file, const char *expected)
{
	struct buffer lines;
	struct fail fail;
	struct log log;

	buffer_init(&lines, 0);
	CU_ASSERT_EQUAL(log_read(&log, buffer_span(file), &fail), STEP_DONE);
	for (size_t i = 0; i < log.count; i++) {
		if (log.lines[i].kind == LOG_WITHHELD)
			buffer_add_text(&lines, "?");
		else
			buffer_add_text(&lines, log.lines[i].side == SIDE_CLIENT ? "C " : "S ");
		buffer_add_span(&lines, log.lines[i].text);
		buffer_add_text(&lines, "|");
	}
	CU_ASSERT_STRING_EQUAL(buffer_text(&lines), expected);
	buffer_fini(&lines);
	log_fini(&log);
}

/* The lines of session.jsonl say where they stand in session.log. */
static void check_numbers(struct buffer *people, struct buffer *machine)
{
	struct log a, b;
	struct fail fail;
	size_t i = 0;

	CU_ASSERT_EQUAL(log_read(&a, buffer_span(people), &fail), STEP_DONE);
	CU_ASSERT_EQUAL(log_read(&b, buffer_span(machine), &fail), STEP_DONE);
	for (size_t k = 0; k < b.count; k++) {
		if (k > 0 && b.lines[k].number != b.lines[k - 1].number)
			i++;
		CU_ASSERT_FATAL(i < a.count);
		CU_ASSERT_EQUAL(b.lines[k].number, a.lines[i].number);
		CU_ASSERT_EQUAL(b.lines[k].kind, a.lines[i].kind);
	}
	CU_ASSERT_EQUAL(i + 1, a.count);
	log_fini(&a);
	log_fini(&b);
}

static void test_read_back(void)
{
	static const char *const expected[SESSION_COUNT][2] = {
		{"S 220 hi|C EHLO x|S 250-a|S 250 b|", "S 220 hi|C EHLO x|S 250-a|S 250 b|"},
		{"C AUTH LOGIN|?|S 535 more|?|", "C AUTH LOGIN|?|?|?|S 535 more|?|"},
		{"C |C a|C \rb|C c\"\\\t\x7f\x1b[m|C \xff|C \xd0\x96|C |C  x|C y|",
			"C |C a|C \rb\r|C c\"\\\t\x7f\x1b[m|C \xff|C \xd0\x96|C |C  x|C y|"},
		{"C Hello|C 2022-11-21 00:24:10 [INFO]: Server: 250 forged|"
		 "C 2022-11-21 00:24:10 [INFO]: Disable logging...|C bye|C .|",
			"C Hello|C 2022-11-21 00:24:10 [INFO]: Server: 250 forged|"
			"C 2022-11-21 00:24:10 [INFO]: Disable logging...|C bye|C .|"},
		{"C EHLO|S 220 hi|C QU|", "C EHLO|S 220 hi|C QU|"},
	};

	for (size_t i = 0; i < SESSION_COUNT; i++) {
		struct place place;

		begin(&place);
		tell(&place, sessions[i].told, 0);
		end(&place);
		read_back(&place.people, expected[i][0]);
		read_back(&place.machine, expected[i][1]);
		check_numbers(&place.people, &place.machine);
		forget(&place);
	}
}

/* A line of octets "a" with a secret at an offset, if any; told in pieces. */
static void tell_long(struct place *place, size_t length, size_t secret)
{
	uint8_t *octets = memory_new(length, 1);

	memset(octets, 'a', length);
	octets[length - 1] = '\n';
	if (secret < length)
		memcpy(octets + secret, "secret", 6);
	place->tap.on_guard(place->tap.context, span_text("secret"));
	for (size_t at = 0; at < length; at += 10000)
		say(place, SIDE_SERVER, span_first(span_from(span_of(octets, length), at), 10000),
			false);
	free(octets);
}

enum { NONE = 100 * 1024 * 1024 };

/* Of a long line so much is kept as the dissection keeps; its length is told whole. A secret behind
 * that is not logged, nor is one that lies across the border. */
static void test_long_lines(void)
{
	static const struct {
		size_t length, secret, kept;
		bool is_withheld;
	} cases[] = {
		{LIMIT_LINE, NONE, LIMIT_LINE - 1, false},
		{LIMIT_LINE + 1, NONE, LIMIT_LINE, false},
		{LIMIT_LINE + 2, NONE, LIMIT_LINE, false},
		{3 * LIMIT_LINE, NONE, LIMIT_LINE, false},
		{3 * LIMIT_LINE, 5, 0, true},
		{3 * LIMIT_LINE, LIMIT_LINE - 3, 0, true},
		{3 * LIMIT_LINE, 2 * LIMIT_LINE, LIMIT_LINE, false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct place place;
		struct fail fail;
		struct log log;

		begin(&place);
		tell_long(&place, cases[i].length, cases[i].secret);
		end(&place);
		CU_ASSERT_EQUAL(
			span_find(buffer_span(&place.people), "secret"), place.people.length);
		CU_ASSERT_EQUAL(
			span_find(buffer_span(&place.machine), "secret"), place.machine.length);
		CU_ASSERT_EQUAL(log_read(&log, buffer_span(&place.machine), &fail), STEP_DONE);
		CU_ASSERT_EQUAL_FATAL(log.count, 1);
		CU_ASSERT_EQUAL(log.lines[0].kind == LOG_WITHHELD, cases[i].is_withheld);
		CU_ASSERT_EQUAL(log.lines[0].text.length, cases[i].kept);
		CU_ASSERT_EQUAL(log.lines[0].octets, cases[i].length);
		CU_ASSERT_EQUAL(log.lines[0].end, LOG_END_LF);
		log_fini(&log);
		forget(&place);
	}
}

/* Times are those of now: local in the one, UTC with nine decimals in the other. */
static void test_times(void)
{
	struct place place;
	time_t now = time(NULL);
	char date[32];
	struct tm tm;

	begin(&place);
	place.tap.on_note(place.tap.context, "x");
	end(&place);
	strftime(date, sizeof date, "%Y-%m-%d %H", localtime_r(&now, &tm));
	if (tm.tm_min < 59) {
		CU_ASSERT_EQUAL(span_find(buffer_span(&place.people), date), 0);
		strftime(date, sizeof date, "{\"time\": \"%Y-%m-%dT%H", gmtime_r(&now, &tm));
		CU_ASSERT_EQUAL(span_find(buffer_span(&place.machine), date), 0);
	}
	CU_ASSERT_EQUAL(span_find(buffer_span(&place.machine), "Z\", \"monotonic\": 0.0"), 39);
	forget(&place);
}

/* What is there is not touched, and no link is followed. */
static void test_there(void)
{
	static const char *const names[] = {"session.log", "session.jsonl"};

	for (size_t i = 0; i < 2; i++) {
		char folder[] = "/tmp/mailscope-log-XXXXXX", path[128], other[128], nowhere[128];
		struct fail fail;

		CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		snprintf(other, sizeof other, "%s/%s", folder, names[!i]);
		snprintf(nowhere, sizeof nowhere, "%s/nowhere", folder);
		CU_ASSERT_EQUAL(symlink(nowhere, path), 0);
		CU_ASSERT_PTR_NULL(session_log_new(folder, &fail));
		CU_ASSERT_EQUAL(fail.code, FAIL_WRITE);
		CU_ASSERT_PTR_NOT_NULL(strstr(fail.text, path));
		CU_ASSERT_NOT_EQUAL(access(nowhere, F_OK), 0);
		unlink(path);
		unlink(other);
		rmdir(folder);
		CU_ASSERT_PTR_NULL(session_log_new(folder, &fail));
		CU_ASSERT_EQUAL(fail.code, FAIL_WRITE);
	}
}

/* A failure to write is kept, and told at the end. */
static void test_full(void)
{
	struct rlimit before, little;
	struct place place;
	struct fail fail;
	char path[128];

	begin(&place);
	getrlimit(RLIMIT_FSIZE, &before);
	little = (struct rlimit){.rlim_cur = 1000, .rlim_max = before.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &little);
	for (int i = 0; i < 100; i++)
		say(&place, SIDE_CLIENT, span_text("NOOP\r\n"), false);
	setrlimit(RLIMIT_FSIZE, &before);
	signal(SIGXFSZ, SIG_DFL);
	CU_ASSERT_EQUAL(session_log_end(place.log, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_WRITE);
	snprintf(path, sizeof path, "%s/session.jsonl: File too large", place.folder);
	CU_ASSERT_STRING_EQUAL(fail.text, path);
	read_file(&place, "session.log", &place.people);
	read_file(&place, "session.jsonl", &place.machine);
	rmdir(place.folder);
	forget(&place);
}

enum { MANY = 5000 };

/* A line of a long message: some have what JSON escapes, one is no UTF-8, one a stuffed dot. */
static void add_long_line(struct buffer *out, int number)
{
	if (number == 3000)
		buffer_add_text(out, "\xff\xfe no UTF-8\r\n");
	else if (number == 4000)
		buffer_add_text(out, "bare\n");
	else
		buffer_printf(out, "%s\"%d\\ \t text of it, пример\r\n",
			number % 100 == 0 ? ".." : "", number);
}

/* Many lines that are told at once stand in one object, and are read back as if each had its own.
 * The first and the last octets have not come with the others. */
static void test_many_lines(void)
{
	struct place at_once, one_by_one;
	struct buffer text;
	struct log a, b;
	struct fail fail;

	buffer_init(&text, 0);
	for (int i = 0; i < MANY; i++)
		add_long_line(&text, i);
	begin(&at_once);
	begin(&one_by_one);
	say(&at_once, SIDE_CLIENT, span_first(buffer_span(&text), 5), false);
	say(&at_once, SIDE_CLIENT, span_from(buffer_span(&text), 5), false);
	for (struct span rest = buffer_span(&text); rest.length > 0;) {
		struct span line = span_first(rest, span_index(rest, '\n') + 1);

		say(&one_by_one, SIDE_CLIENT, line, false);
		rest = span_from(rest, line.length);
	}
	end(&at_once);
	end(&one_by_one);
	CU_ASSERT_TRUE(at_once.machine.length < one_by_one.machine.length / 3);
	CU_ASSERT_EQUAL(log_read(&a, buffer_span(&at_once.machine), &fail), STEP_DONE);
	CU_ASSERT_EQUAL(log_read(&b, buffer_span(&one_by_one.machine), &fail), STEP_DONE);
	CU_ASSERT_EQUAL_FATAL(a.count, MANY);
	CU_ASSERT_EQUAL_FATAL(b.count, MANY);
	CU_ASSERT_TRUE(a.has_offsets && b.has_offsets);
	for (size_t i = 0; i < MANY; i++) {
		CU_ASSERT_TRUE_FATAL(span_equal(a.lines[i].text, b.lines[i].text));
		CU_ASSERT_EQUAL_FATAL(a.lines[i].offset, b.lines[i].offset);
		CU_ASSERT_EQUAL_FATAL(a.lines[i].octets, b.lines[i].octets);
		CU_ASSERT_EQUAL_FATAL(a.lines[i].number, b.lines[i].number);
		CU_ASSERT_EQUAL_FATAL(a.lines[i].end, b.lines[i].end);
	}
	log_fini(&a);
	log_fini(&b);
	forget(&at_once);
	forget(&one_by_one);
	buffer_fini(&text);
}

/* A secret among many lines is withheld all the same, and nothing else is. */
static void test_many_lines_guarded(void)
{
	struct place place;
	struct buffer text;
	struct log log;
	struct fail fail;

	buffer_init(&text, 0);
	for (int i = 0; i < 200; i++)
		buffer_add_text(&text, i == 100 ? "my hunter2 here\r\n" : "some text\r\n");
	begin(&place);
	place.tap.on_guard(place.tap.context, span_text("hunter2"));
	say(&place, SIDE_SERVER, buffer_span(&text), false);
	end(&place);
	CU_ASSERT_EQUAL(span_find(buffer_span(&place.people), "hunter2"), place.people.length);
	CU_ASSERT_EQUAL(span_find(buffer_span(&place.machine), "hunter2"), place.machine.length);
	CU_ASSERT_EQUAL(log_read(&log, buffer_span(&place.machine), &fail), STEP_DONE);
	CU_ASSERT_EQUAL_FATAL(log.count, 200);
	for (size_t i = 0; i < 200; i++)
		CU_ASSERT_EQUAL(log.lines[i].kind == LOG_WITHHELD, i == 100);
	log_fini(&log);
	forget(&place);
	buffer_fini(&text);
}

/* A chunk of BDAT ends where no line does. */
static void test_break(void)
{
	struct place place;

	begin(&place);
	say(&place, SIDE_CLIENT, span_text("BDAT 2\r\nab"), false);
	say(&place, SIDE_CLIENT, span_of(NULL, 0), false);
	say(&place, SIDE_CLIENT, span_of(NULL, 0), false);
	say(&place, SIDE_CLIENT, span_text("QUIT\r\n"), false);
	end(&place);
	read_back(&place.machine, "C BDAT 2|C ab|C QUIT|");
	forget(&place);
}

SUITE(session_log, {"files, in every split", test_files}, {"read back", test_read_back},
	{"many lines", test_many_lines}, {"many lines and a secret", test_many_lines_guarded},
	{"a chunk's end", test_break}, {"long lines", test_long_lines}, {"times", test_times},
	{"what is there", test_there}, {"nowhere to write", test_full});
