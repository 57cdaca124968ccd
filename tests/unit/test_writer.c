#include "capture/writer.h"

#include "base/limits.h"
#include "capture_maker.h"
#include "suite.h"

#include <stdlib.h>

/* What a writer wrote, in memory. */
struct written {
	FILE *stream;
	char *at;
	size_t length;
	struct writer writer;
};

static void written_begin(struct written *written, const struct writer_section *section)
{
	*written = (struct written){.stream = NULL};
	written->stream = open_memstream(&written->at, &written->length);
	if (written->stream == NULL)
		abort();
	writer_begin(&written->writer, written->stream, section);
}

static void written_end(struct written *written)
{
	struct fail fail;

	CU_ASSERT_EQUAL(writer_finish(&written->writer, "made", &fail), STEP_DONE);
	CU_ASSERT_EQUAL(written->writer.octets, written->length);
	fclose(written->stream);
}

static void test_octets(void)
{
	static const char expected[] =
		/* section header: version 1.0, length unknown, shb_userappl */
		"\x0a\x0d\x0d\x0a\x2c\0\0\0\x4d\x3c\x2b\x1a\1\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"
		"\4\0\5\0mails\0\0\0\0\0\0\0\x2c\0\0\0"
		/* interface description: if_name, if_tsresol 9, if_filter in libpcap's language */
		"\1\0\0\0\x30\0\0\0\1\0\0\0\0\0\4\0\2\0\2\0lo\0\0\x9\0\1\0\x9\0\0\0\xb\0\4\0\0tcp"
		"\0\0\0\0\x30\0\0\0"
		/* enhanced packet: high half of the time first, 3 of 60 octets, opt_comment */
		"\6\0\0\0\x30\0\0\0\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\x3c\0\0\0abc\0\1\0\1\0x\0\0\0"
		"\0\0\0\0\x30\0\0\0"
		/* interface statistics at the time of the packet: isb_ifrecv, isb_ifdrop */
		"\5\0\0\0\x34\0\0\0\0\0\0\0\1\0\0\0\2\0\0\0\4\0\x8\0\7\0\0\0\0\0\0\0\5\0\x8\0"
		"\1\0\0\0\0\0\0\0\0\0\0\0\x34\0\0\0";
	struct written written;
	struct writer *writer = &written.writer;

	written_begin(&written, &(struct writer_section){.application = "mails"});
	writer_interface(writer, &(struct writer_interface){LINK_ETHERNET, 262144, "lo", "tcp"});
	writer_packet(writer,
		&(struct writer_packet){0, (int64_t)1 << 32 | 2, span_text("abc"), 60, "x"});
	writer_statistics(writer, 0, 7, 1);
	written_end(&written);
	CU_ASSERT_EQUAL(written.length, sizeof expected - 1);
	CU_ASSERT_TRUE(span_equal(
		span_of(written.at, written.length), span_of(expected, sizeof expected - 1)));
	free(written.at);
}

static void write_everything(struct writer *writer)
{
	const struct writer_packet packets[] = {
		{0, 1666684800123456789, span_text("abc"), 60, NULL},
		{1, 5, span_text("abcd"), 4, "log line 7"},
		{0, -1, span_of(NULL, 0), 0, ""},
	};

	CU_ASSERT_EQUAL(writer_interface(writer,
				&(struct writer_interface){LINK_ETHERNET, 262144, "lo", "tcp"}),
		0);
	CU_ASSERT_EQUAL(
		writer_interface(writer, &(struct writer_interface){LINK_RAW, 0, NULL, NULL}), 1);
	writer_secrets(writer, 0x544c534b, span_text("CLIENT_RANDOM 0 1\n"));
	for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++)
		writer_packet(writer, &packets[i]);
	writer_statistics(writer, 1, 3, 2);
}

static void test_read_back(void)
{
	struct written written;
	struct reading reading;

	written_begin(
		&written, &(struct writer_section){"machine", "system", "mailscope", "a comment"});
	write_everything(&written.writer);
	written_end(&written);
	reading_of(&reading, span_of(written.at, written.length));
	CU_ASSERT_EQUAL(reading.end, STEP_MORE);
	CU_ASSERT_STRING_EQUAL(buffer_text(&reading.log),
		"comment a comment\n"
		"secrets 544c534b CLIENT_RANDOM 0 1\n\n"
		"1 at 208 link 1 interface 0 time 1666684800.123456789 length 60 abc\n"
		"2 at 244 link 101 interface 1 time 0.000000005 length 4 abcd (log line 7)\n"
		"3 at 300 link 1 interface 0 time 0.000000000 length 0 \n"
		"dropped 1 2\n");
	reading_fini(&reading);
	free(written.at);
}

/* An option has 65,535 octets at most, a block LIMIT_BLOCK. */
static void test_limits(void)
{
	enum { TEXT = 70000 };
	char *text = calloc(TEXT + 1, 1);
	uint8_t *packet = calloc(LIMIT_BLOCK, 1);
	struct written written;
	struct reading reading;

	memset(text, 'x', TEXT);
	written_begin(&written, &(struct writer_section){.comment = text});
	writer_interface(&written.writer, &(struct writer_interface){LINK_RAW, 0, NULL, text});
	writer_packet(&written.writer,
		&(struct writer_packet){0, 1, span_of(packet, LIMIT_BLOCK), LIMIT_BLOCK, text});
	written_end(&written);
	reading_of(&reading, span_of(written.at, written.length));
	CU_ASSERT_EQUAL(reading.end, STEP_MORE);
	CU_ASSERT_EQUAL(reading.frames, 1);
	CU_ASSERT_EQUAL(strspn(buffer_text(&reading.log) + strlen("comment "), "x"), 65535);
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&reading.log), " length 16777216 "));
	reading_fini(&reading);
	free(written.at);
	free(packet);
	free(text);
}

static void test_full(void)
{
	struct written written;
	struct fail fail = {FAIL_NONE, ""};
	FILE *full = fopen("/dev/full", "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(full);
	writer_begin(&written.writer, full, &(struct writer_section){.comment = NULL});
	write_everything(&written.writer);
	CU_ASSERT_EQUAL(writer_finish(&written.writer, "made", &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_WRITE);
	CU_ASSERT_STRING_EQUAL(fail.text, "made: cannot write: No space left on device");
	CU_ASSERT_EQUAL(writer_finish(&written.writer, "made", NULL), STEP_FAIL);
	fclose(full);
}

SUITE(writer, {"octet by octet", test_octets}, {"read back", test_read_back},
	{"limits", test_limits}, {"a full disk", test_full});
