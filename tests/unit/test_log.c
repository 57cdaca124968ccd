#include "base/buffer.h"
#include "compare/log.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>

/* What was read as one line of text: "C EHLO x|", a further line of an entry "C+", one with an end
 * that the log tells "C~lf", "?" withheld, "?S" withheld by the server, "(?)" implied; "@" and the
 * seconds of the day in front of those with a time. */
static void describe(const struct log *log, struct buffer *out)
{
	static const char *const ends[] = {"", "~crlf", "~lf", "~none"};

	for (size_t i = 0; i < log->count; i++) {
		const struct log_line *line = &log->lines[i];

		if (line->has_time)
			buffer_printf(out, "@%lld ", (long long)(line->time / 1000000000 % 86400));
		if (line->kind == LOG_WITHHELD)
			buffer_add_text(out, line->is_implied ? "(?)" : "?");
		if (line->kind == LOG_SAID || line->has_side)
			buffer_add_byte(out, line->side == SIDE_CLIENT ? 'C' : 'S');
		buffer_add_text(out, line->is_further ? "+" : "");
		buffer_add_text(out, ends[line->end]);
		if (line->has_offset)
			buffer_printf(out, "[%llu,%llu]", (unsigned long long)line->offset,
				(unsigned long long)line->octets);
		if (line->kind == LOG_SAID)
			buffer_add_byte(out, ' ');
		buffer_add_span(out, line->text);
		buffer_add_byte(out, '|');
	}
}

static const struct {
	const char *format, *text, *lines;
} logs[] = {
	{"session log",
		"2022-11-21 00:24:09 [INFO]: Successfully connected to mail.example:587\n"
		"2022-11-21 00:24:09 [INFO]: Server: 250-mail.example\n250-SIZE 1\n250 DSN\n"
		"2022-11-21 00:24:10 [INFO]: Client: AUTH LOGIN\n"
		"2022-11-21 00:24:10 [INFO]: Disable logging...\n"
		"2022-11-21 00:24:10 [INFO]: Client: never shown\nnor this\n"
		"2022-11-21 00:24:10 [INFO]: Logging was enabled.\n"
		"2022-11-21 00:24:11 [INFO]: Client:\nHello\n\n"
		"2022-11-21 00:24:11 [INFO]: Letter was sent successfully!\nno line\n",
		"@1449 S 250-mail.example|@1449 S+ 250-SIZE 1|@1449 S+ 250 DSN|"
		"@1450 C AUTH LOGIN|@1450 ?|@1451 C |@1451 C+ Hello|@1451 C+ |"},
	{"session log", "2024-02-29T23:59:59.250000 [DEBUG]: Client: NOOP \r\n", "@86399 C NOOP |"},
	{"session log",
		"2022-11-21 00:00:00 [INFO]: Client: Hi\n -> NOOP\n<-  250 Ok\n"
		"{\"direction\": \"client\"}\n{\"direction\": \"client\"}\n",
		"@0 C Hi|@0 C+  -> NOOP|@0 C+ <-  250 Ok|@0 C+ {\"direction\": \"client\"}|"
		"@0 C+ {\"direction\": \"client\"}|"},
	{"swaks",
		"=== Trying 127.0.0.1:25...\n<-  220 mail.example ESMTP\n -> EHLO vm\n"
		"<-  250 mail.example\n ~> RSET\n<~* 500 what\n -> \n ->\n -> .\n"
		" -> 17 lines sent\n<-  250 Ok\n*** Remote host closed\n",
		"S 220 mail.example ESMTP|C EHLO vm|S 250 mail.example|C RSET|S 500 what|C |C |"
		"C .|?|S 250 Ok|"},
	{"msmtp, mpop",
		"host = 127.0.0.1\ntls = off\n<-- 220 mail.example\n--> EHLO localhost\n"
		"<-- 250 mail.example\n--> \n--> ..dot\n--> .\n",
		"S 220 mail.example|C EHLO localhost|S 250 mail.example|C |C ..dot|C .|"},
	{"curl",
		"*   Trying 127.0.0.1:110...\n* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n"
		"} [512 bytes data]\n{ [5 bytes data]\n< +OK ready\n> RETR 1\n< +OK 4 octets\n"
		"{ [4 bytes data]\n* Connection #0 left intact\n",
		"S +OK ready|C RETR 1|S +OK 4 octets|?S|"},
	{"curl", "* x\n> DATA\n< 354 go\n< 250 Ok\n> LIST\n< +OK 1\n> UIDL\n< -ERR\n",
		"C DATA|S 354 go|(?)C|S 250 Ok|C LIST|S +OK 1|(?)S|C UIDL|S -ERR|"},
	{"Python smtplib",
		"send: 'ehlo [127.0.0.1]\\r\\n'\nreply: b'250-mail.example\\r\\n'\n"
		"reply: b'250 DSN\\r\\n'\nreply: retcode (250); Msg: b'mail.example\\nDSN'\n"
		"data: (354, b'go')\nsend: b'Subject: \\xc3\\xa4\\r\\n\\r\\nit\\'s\\n.\\r\\n'\n",
		"(?)S|C~crlf ehlo [127.0.0.1]|S~crlf 250-mail.example|S~crlf 250 DSN|"
		"C~crlf Subject: \xc3\xa4|C+~crlf |C+~lf it's|C+~crlf .|"},
	{"Python smtplib", "07:38:05.226190 send: \"quit\\r\\n\"\n",
		"@27485 (?)S|@27485 C~crlf quit|"},
	{"Python poplib", "*cmd* 'USER bob'\n*cmd* 'STAT'\n*stat* [b'+OK', b'7', b'4218']\n",
		"(?)S|C USER bob|(?)S|C STAT|(?)S|"},
	{"Python poplib",
		"*cmd* 'USER bob'\n*put* b'USER bob'\n*get* b'+OK\\r\\n'\n*resp* b'+OK'\n"
		"*cmd* 'STAT'\n*put* b'STAT'\n*get* b'+OK 7 42\\r\\n'\n*resp* b'+OK 7 42'\n",
		"(?)S|C USER bob|S~crlf +OK|C STAT|S~crlf +OK 7 42|"},
	{"session.jsonl",
		"{\"note\": \"connected\", \"direction\": null}\n"
		"{\"time\": \"2022-11-21T00:24:09.5Z\", \"monotonic\": 1.25, \"direction\": "
		"\"server\","
		" \"offset\": 0, \"length\": 8, \"text\": \"220 \\u00e4\", \"end\": \"crlf\"}\n"
		"{\"direction\": \"client\", \"offset\": 0, \"length\": 22, \"text\": \"\","
		" \"withheld\": true}\n{\"direction\": \"client\", \"offset\": }\n{\"direction\"\n",
		"@1449 S~crlf[0,8] 220 \xc3\xa4|?C[0,22]|"},
	{"session.jsonl",
		"{\"direction\": \"client\", \"offset\": 0, \"length\": 4, \"base64\": \"//4=\","
		" \"end\": \"crlf\"}\n{\"direction\": \"client\", \"base64\": \"/4=\"}\n",
		"C~crlf[0,4] \xff\xfe|"},
	/* Many lines in one object; one whose length is not theirs, and one that is not whole. */
	{"session.jsonl",
		"{\"direction\": \"client\", \"offset\": 7, \"length\": 9, \"texts\": [\"a\\\"b\", "
		"\"\", \"\"],"
		" \"end\": \"crlf\"}\n"
		"{\"direction\": \"client\", \"offset\": 16, \"length\": 3, \"texts\": [\"cd\"], "
		"\"end\": \"crlf\"}\n"
		"{\"direction\": \"client\", \"texts\": [\"cd\", \"}\n"
		"{\"direction\": \"client\", \"texts\": [], \"end\": \"crlf\"}\n"
		"{\"direction\": \"client\", \"texts\": [3]}\n",
		"C~crlf[7,5] a\"b|C~crlf[12,2] |C~crlf[14,2] |C~crlf cd|"},
};

enum { LOG_COUNT = sizeof logs / sizeof logs[0] };

static void test_formats(void)
{
	for (size_t i = 0; i < LOG_COUNT; i++) {
		struct fail fail;
		struct buffer lines;
		struct log log;

		buffer_init(&lines, 0);
		CU_ASSERT_EQUAL(log_read(&log, span_text(logs[i].text), &fail), STEP_DONE);
		CU_ASSERT_STRING_EQUAL(log.format, logs[i].format);
		describe(&log, &lines);
		if (strcmp(buffer_text(&lines), logs[i].lines) != 0)
			fprintf(stderr, "%s\n%s\n", buffer_text(&lines), logs[i].lines);
		CU_ASSERT_STRING_EQUAL(buffer_text(&lines), logs[i].lines);
		log_fini(&log);
		buffer_fini(&lines);
	}
}

/* Each log cut at every octet, in an allocation of its length: nothing behind it is read, and no
 * line that was read whole is read otherwise. */
static void test_cut(void)
{
	for (size_t i = 0; i < LOG_COUNT; i++)
		for (size_t length = 0; length < strlen(logs[i].text); length++) {
			uint8_t *copy = malloc(length > 0 ? length : 1);
			struct fail fail;
			struct log log;

			memcpy(copy, logs[i].text, length);
			if (log_read(&log, span_of(copy, length), &fail) == STEP_FAIL)
				CU_ASSERT_EQUAL(fail.code, FAIL_DAMAGED);
			free(copy);
			for (size_t k = 0; k < log.count; k++)
				CU_ASSERT_TRUE(log.lines[k].text.length <= length);
			log_fini(&log);
		}
}

static void test_unknown(void)
{
	static const char *const texts[] = {
		"", "\n\n", "Dear reader,\nthis is no log.\n", "<html>"};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct fail fail;
		struct log log;

		CU_ASSERT_EQUAL(log_read(&log, span_text(texts[i]), &fail), STEP_FAIL);
		CU_ASSERT_EQUAL(fail.code, FAIL_DAMAGED);
		log_fini(&log);
	}
}

SUITE(log, {"formats", test_formats}, {"cut at every octet", test_cut},
	{"texts that are no log", test_unknown});
