#include "suite.h"

#include "message/message.h"

static const char message[] = "From: a@b.example\r\nMIME-Version: 1.0\r\n"
			      "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
			      "--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
			      "--x\r\nContent-Type: application/octet-stream\r\n"
			      "Content-Disposition: attachment; filename=f.bin\r\n"
			      "Content-Transfer-Encoding: base64\r\n\r\nAAECAw==\r\n"
			      "--x\r\nContent-Type: message/rfc822\r\n\r\n"
			      "Subject: inner\r\n\r\ninside\r\n--x--\r\n";

static void takes(size_t index, bool is_there, struct span expected)
{
	struct buffer out;

	buffer_init(&out, 0);
	CU_ASSERT_EQUAL(message_part_octets(&out, span_text(message), index), is_there);
	CU_ASSERT_TRUE(span_equal(buffer_span(&out), expected));
	buffer_fini(&out);
}

/* The octets of each part, and none of what is no part. */
static void test_octets(void)
{
	takes(0, false, span_of(NULL, 0)); /* the multipart */
	takes(1, true, span_text("hello"));
	takes(2, true, span_of("\0\1\2\3", 4));
	takes(99, false, span_of(NULL, 0));
}

static void test_inner(void)
{
	struct buffer out;

	buffer_init(&out, 0);
	CU_ASSERT_TRUE(message_part_octets(&out, span_text(message), 3));
	CU_ASSERT_TRUE(span_find(buffer_span(&out), "inside") < out.length);
	buffer_fini(&out);
}

static void test_attachments(void)
{
	struct message_summary summary;

	message_parse(&summary, span_text(message));
	CU_ASSERT_TRUE_FATAL(summary.part_count >= 4);
	CU_ASSERT_FALSE(message_part_is_attachment(&summary.parts[0]));
	CU_ASSERT_FALSE(message_part_is_attachment(&summary.parts[1]));
	CU_ASSERT_TRUE(message_part_is_attachment(&summary.parts[2]));
	CU_ASSERT_TRUE(message_part_is_attachment(&summary.parts[3]));
	message_fini(&summary);
}

SUITE(message_part, {"octets", test_octets}, {"inner", test_inner},
	{"attachments", test_attachments});
