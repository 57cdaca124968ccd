#include "capture/capture.h"

#include "base/limits.h"
#include "capture_maker.h"
#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const char everything[] =
	"comment made\n"
	"1 at 140 link 1 interface 0 time 1.000001000 length 107 abcdefg\n"
	"2 at 180 link 101 interface 1 time 1.000000007 length 6 abcdef (first)\n"
	"3 at 256 link 1 interface 0 length 12 abcdefghij\n"
	"4 at 284 link 113 interface 2 time 1.500000000 length 2 a (old)\n"
	"name 4 localhost\n"
	"name 4 loop\n"
	"name 16 six\n"
	"secrets 544c534b secret\n"
	"5 at 452 link -1 enterprise 32473 copied length 8 custom..\n"
	"6 at 476 link -1 enterprise 32473 length 0 \n"
	"7 at 492 link -1 enterprise 0 copied length 16 MESSAGE=hello...\n"
	"dropped 1 4294967299\n"
	"8 at 592 link 113 interface 2 time 1.000000000 length 100 \n";

static void test_everything(void)
{
	for (int is_big = 0; is_big < 2; is_big++) {
		struct maker maker;
		struct reading reading;

		maker_init(&maker, is_big != 0);
		maker_everything(&maker);
		reading_of(&reading, buffer_span(&maker.out));
		CU_ASSERT_EQUAL(reading.end, STEP_MORE);
		CU_ASSERT_EQUAL(reading.octets, maker.out.length);
		CU_ASSERT_STRING_EQUAL(buffer_text(&reading.log), everything);
		reading_fini(&reading);
		maker_fini(&maker);
	}
}

static void test_no_listener(void)
{
	struct maker maker;
	struct capture *capture;
	struct frame frame;
	size_t frames = 0;

	maker_init(&maker, false);
	maker_everything(&maker);
	capture =
		capture_open_descriptor(descriptor_of(buffer_span(&maker.out)), "made", NULL, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(capture);
	while (capture_next(capture, &frame, NULL) == STEP_DONE)
		frames++;
	CU_ASSERT_EQUAL(frames, 8);
	capture_close(capture);
	capture_close(NULL);
	maker_fini(&maker);
}

/* Frames that stand together are given together, all valid at a time. */
static void check_together(const struct maker *maker)
{
	struct capture *capture = capture_open_descriptor(
		descriptor_of(buffer_span(&maker->out)), "made", NULL, NULL);
	struct frame frames[4];
	size_t count = 4;

	CU_ASSERT_PTR_NOT_NULL_FATAL(capture);
	CU_ASSERT_EQUAL(capture_next_some(capture, frames, &count, NULL), STEP_DONE);
	CU_ASSERT_EQUAL_FATAL(count, 4);
	for (size_t i = 0; i < count; i++) {
		CU_ASSERT_EQUAL(frames[i].number, i + 1);
		CU_ASSERT_EQUAL(frames[i].bytes.length, i);
		CU_ASSERT(i == 0 || frames[i].bytes.at[0] == 'a');
	}
	CU_ASSERT_EQUAL(capture_next_some(capture, frames, &count, NULL), STEP_DONE);
	CU_ASSERT_EQUAL(count, 2);
	CU_ASSERT_EQUAL(frames[1].number, 6);
	CU_ASSERT_EQUAL(capture_next_some(capture, frames, &count, NULL), STEP_MORE);
	CU_ASSERT_EQUAL(count, 0);
	capture_close(capture);
}

static void test_together(void)
{
	struct maker maker;

	maker_init(&maker, false);
	maker_section(&maker);
	maker_interface(&maker, LINK_ETHERNET, 0);
	for (uint32_t i = 0; i < 6; i++)
		maker_enhanced(&maker, 0, i, i);
	check_together(&maker);
	maker_fini(&maker);
	maker_init(&maker, true);
	maker_pcap(&maker, 0xa1b2c3d4, LINK_RAW);
	for (uint32_t i = 0; i < 6; i++)
		maker_record(&maker, i, i, i);
	check_together(&maker);
	maker_fini(&maker);
}

/* The capture cut to its first octets: all frames before the cut are given, and it is damage but
 * where a block ends. */
static void check_cut(const struct maker *maker, size_t length)
{
	struct reading reading;
	size_t frames = 0;
	bool is_border = false;

	for (size_t i = 0; i < maker->blocks; i++) {
		frames += maker->is_frame[i] && maker->starts[i + 1] <= length;
		is_border = is_border || maker->starts[i + 1] == length;
	}
	reading_of(&reading, span_of(maker->out.at, length));
	CU_ASSERT_EQUAL(reading.frames, frames);
	CU_ASSERT_EQUAL(reading.end, is_border ? STEP_MORE : STEP_FAIL);
	if (!is_border)
		CU_ASSERT_EQUAL(reading.fail.code, FAIL_DAMAGED);
	if (!is_border && length >= 4)
		CU_ASSERT_PTR_NOT_NULL(strstr(reading.fail.text, "is cut short: "));
	reading_fini(&reading);
}

static void test_cuts(void)
{
	for (int is_big = 0; is_big < 2; is_big++) {
		struct maker maker;

		maker_init(&maker, is_big != 0);
		maker_everything(&maker);
		for (size_t length = 0; length <= maker.out.length; length++)
			check_cut(&maker, length);
		maker_fini(&maker);
	}
}

static void test_pcap_cuts(void)
{
	struct maker maker;

	maker_init(&maker, true);
	maker_pcap(&maker, 0xa1b2c3d4, LINK_RAW);
	for (uint32_t i = 0; i < 4; i++)
		maker_record(&maker, i, i, i);
	for (size_t length = 0; length <= maker.out.length; length++)
		check_cut(&maker, length);
	maker_fini(&maker);
}

/* No octet, whatever it becomes, makes the reader crash or give more frames than blocks. */
static void test_flips(void)
{
	struct maker maker;

	maker_init(&maker, false);
	maker_everything(&maker);
	for (size_t i = 0; i < maker.out.length; i++) {
		static const uint8_t masks[] = {0x01, 0x04, 0x80, 0xff};

		for (size_t m = 0; m < sizeof masks; m++) {
			struct reading reading;

			maker.out.at[i] ^= masks[m];
			reading_of(&reading, buffer_span(&maker.out));
			CU_ASSERT_TRUE(reading.frames <= maker.blocks);
			CU_ASSERT_TRUE(
				reading.end == STEP_MORE ||
				(reading.end == STEP_FAIL && reading.fail.code == FAIL_DAMAGED));
			reading_fini(&reading);
			maker.out.at[i] ^= masks[m];
		}
	}
	maker_fini(&maker);
}

/* What one wrong number in make_damage()'s capture leads to. */
static const struct {
	size_t block, offset;
	uint32_t value;
	const char *text;
} damages[] = {
	{0, 8, 0, "made: block 1 (Section Header Block) at offset 0: 0x00000000 is no byte-order"},
	{0, 12, 2, "made: block 1 (Section Header Block) at offset 0: version 2.0 is unknown"},
	{0, 12, 1 | 1 << 16, "version 1.1 is unknown"},
	{0, 24, 1 | 99 << 16, "an option is larger than the block"},
	{1, 4, 16, "made: block 2 (Interface Description Block) at offset 40: length 16 in front"},
	{1, 16, 9 | 500 << 16, "at offset 40: an option is larger than the block"},
	{3, 4, 0, "made: block 4 (Enhanced Packet Block) at offset 108: length 0 is too small"},
	{3, 4, 28, "made: block 4 (Enhanced Packet Block) at offset 108: length 28 in front, 8"},
	{3, 4, LIMIT_BLOCK + 1, "length 16777220 is larger than the limit of 16777216"},
	{3, 4, UINT32_MAX, "length 4294967296 is larger than the limit of 16777216"},
	{3, 4, 132, "block 4 (Enhanced Packet Block) at offset 108 is cut short: 92 of 132 octets"},
	{3, 8, 1, "interface 1 was not described"},
	{3, 20, 99999, "offset 108: captured length 99999 is larger than the block"},
	{3, 20, UINT32_MAX, "captured length 4294967295 is larger than the block"},
	{3, 36, 1 | 50 << 16, "an option is larger than the block"},
	{3, 48, 56, "length 52 in front, 56 behind"},
	{4, 0, BLOCK_SECTION,
		"made: block 5 (Section Header Block) at offset 160: 0x00000000 is no"},
	{4, 0, BLOCK_SECRETS, "(Decryption Secrets Block) at offset 160: secrets length 4096"},
};

static void make_damage(struct maker *maker)
{
	static const uint8_t microseconds = 6;

	maker_init(maker, false);
	maker_section(maker);
	maker_begin(maker, BLOCK_INTERFACE);
	maker_u32(maker, LINK_RAW);
	maker_u32(maker, 0);
	maker_option(maker, OPTION_IF_RESOLUTION, &microseconds, 1);
	maker_end(maker);
	maker_enhanced(maker, 0, 1, 8);
	maker_begin(maker, BLOCK_ENHANCED);
	maker_u32(maker, 0);
	maker_u64(maker, 0);
	maker_u32(maker, 8);
	maker_u32(maker, 8);
	maker_text(maker, "12345678");
	maker_option(maker, OPTION_COMMENT, "note", 4);
	maker_option_end(maker);
	maker_end(maker);
	maker_enhanced(maker, 0, (uint64_t)4096 << 32, 8);
}

static void test_damages(void)
{
	for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
		struct maker maker;
		struct reading reading;
		size_t block = damages[i].block;

		make_damage(&maker);
		maker_patch(&maker, maker.starts[block] + damages[i].offset, damages[i].value);
		reading_of(&reading, buffer_span(&maker.out));
		CU_ASSERT_EQUAL(reading.end, STEP_FAIL);
		CU_ASSERT_EQUAL(reading.fail.code, FAIL_DAMAGED);
		CU_ASSERT_EQUAL(reading.frames, block > 2 ? block - 2 : 0);
		CU_ASSERT_PTR_NOT_NULL(strstr(reading.fail.text, damages[i].text));
		if (strstr(reading.fail.text, damages[i].text) == NULL)
			printf("\n%s: %s", damages[i].text, reading.fail.text);
		reading_fini(&reading);
		maker_fini(&maker);
	}
}

static void test_damaged_names(void)
{
	enum { NAMES = 8 }; /* index of the Name Resolution Block */
	static const struct {
		uint32_t record;
		const char *text;
	} records[] = {{1 | 200 << 16, "made: block 9 (Name Resolution Block) at offset 328: a "
				       "record is larger than the block"},
		{1 | 3 << 16, "a record is too short for its address"}};

	for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
		struct maker maker;
		struct reading reading;

		maker_init(&maker, false);
		maker_everything(&maker);
		maker_patch(&maker, maker.starts[NAMES] + 8, records[i].record);
		reading_of(&reading, buffer_span(&maker.out));
		CU_ASSERT_EQUAL(reading.end, STEP_FAIL);
		CU_ASSERT_PTR_NOT_NULL(strstr(reading.fail.text, records[i].text));
		reading_fini(&reading);
		maker_fini(&maker);
	}
}

/* Some writers leave the padding out of a block's length; Wireshark takes that, and so do we. */
static void test_length_without_padding(void)
{
	struct maker maker;
	struct reading reading;

	maker_init(&maker, false);
	maker_section(&maker);
	maker_interface(&maker, LINK_RAW, 0);
	maker_enhanced(&maker, 0, 1, 5);
	maker_patch(&maker, maker.starts[2] + 4, 37);
	maker_patch(&maker, maker.starts[3] - 4, 37);
	maker_enhanced(&maker, 0, 2, 5);
	reading_of(&reading, buffer_span(&maker.out));
	CU_ASSERT_EQUAL(reading.end, STEP_MORE);
	CU_ASSERT_EQUAL(reading.frames, 2);
	reading_fini(&reading);
	maker_fini(&maker);
}

/* A section has its own byte order, and interfaces of its own. */
static void test_sections(void)
{
	struct maker maker;
	struct reading reading;

	maker_init(&maker, false);
	for (int i = 0; i < 3; i++) {
		maker_section(&maker);
		maker_interface(&maker, (uint16_t)(LINK_IPV4 + i % 2), 0);
		maker_enhanced(&maker, 0, (uint64_t)i, 2);
		maker.is_big = !maker.is_big;
	}
	maker.is_big = !maker.is_big;
	maker_section(&maker);
	maker_enhanced(&maker, 0, 9, 2);
	reading_of(&reading, buffer_span(&maker.out));
	CU_ASSERT_STRING_EQUAL(buffer_text(&reading.log),
		"comment made\n1 at 60 link 228 interface 0 time 0.000000000 length 102 ab\n"
		"comment made\n2 at 156 link 229 interface 0 time 0.000001000 length 102 ab\n"
		"comment made\n3 at 252 link 228 interface 0 time 0.000002000 length 102 ab\n"
		"comment made\n");
	CU_ASSERT_EQUAL(reading.end, STEP_FAIL);
	CU_ASSERT_STRING_EQUAL(reading.fail.text,
		"made: block 11 (Enhanced Packet Block) at offset 328: interface 0 was not "
		"described");
	reading_fini(&reading);
	maker_fini(&maker);
}

static void test_many_interfaces(void)
{
	struct maker maker;
	struct reading reading;

	maker_init(&maker, true);
	maker_section(&maker);
	for (uint32_t i = 0; i <= LIMIT_INTERFACES; i++) {
		maker.blocks = 1;
		maker_interface(&maker, LINK_RAW, 0);
		if (i + 1 == LIMIT_INTERFACES)
			maker_enhanced(&maker, i, 0, 1);
	}
	reading_of(&reading, buffer_span(&maker.out));
	CU_ASSERT_EQUAL(reading.frames, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(reading.fail.text, ": more than 65536 interfaces"));
	reading_fini(&reading);
	maker_fini(&maker);
}

/* Larger than the read buffer, up to the limit. */
static void test_large_blocks(void)
{
	struct maker maker;
	struct reading reading;

	maker_init(&maker, false);
	maker_section(&maker);
	maker_interface(&maker, LINK_RAW, 0);
	maker_enhanced(&maker, 0, 1, LIMIT_BLOCK - 32);
	maker_enhanced(&maker, 0, 1, 600001);
	maker_enhanced(&maker, 0, 1, LIMIT_BLOCK - 31);
	reading_of(&reading, buffer_span(&maker.out));
	CU_ASSERT_EQUAL(reading.frames, 2);
	CU_ASSERT_PTR_NOT_NULL(strstr(
		buffer_text(&reading.log), "abcdefghijklmnopqrstuvwxyzabcdefghijklmn... 600001"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(reading.fail.text, "length 16777220 is larger than the limit"));
	reading_fini(&reading);
	maker_fini(&maker);
}

static void test_open(void)
{
	struct fail fail = {FAIL_NONE, ""};
	struct reading reading;

	CU_ASSERT_PTR_NULL(capture_open("/nonexistent/capture", NULL, &fail));
	CU_ASSERT_EQUAL(fail.code, FAIL_OPEN);
	CU_ASSERT_STRING_EQUAL(
		fail.text, "/nonexistent/capture: cannot open: No such file or directory");
	CU_ASSERT_PTR_NULL(capture_open("/", NULL, &fail));
	CU_ASSERT_EQUAL(fail.code, FAIL_OPEN);
	CU_ASSERT_STRING_EQUAL(fail.text, "/: cannot read: Is a directory");
	CU_ASSERT_PTR_NULL(capture_open("/nonexistent/capture", NULL, NULL));
	reading_of(&reading, span_of(NULL, 0));
	CU_ASSERT_EQUAL(reading.fail.code, FAIL_DAMAGED);
	CU_ASSERT_STRING_EQUAL(reading.fail.text, "made: the capture is empty");
	reading_of(&reading, span_text("From: a@b\r\n"));
	CU_ASSERT_EQUAL(reading.fail.code, FAIL_DAMAGED);
	CU_ASSERT_STRING_EQUAL(reading.fail.text, "made: this is no pcapng or pcap capture");
}

static void test_descriptor_is_closed(void)
{
	struct maker maker;
	struct capture *capture;
	int descriptor;

	maker_init(&maker, false);
	maker_section(&maker);
	descriptor = descriptor_of(buffer_span(&maker.out));
	capture = capture_open_descriptor(descriptor, "made", NULL, NULL);
	CU_ASSERT_NOT_EQUAL(fcntl(descriptor, F_GETFD), -1);
	capture_close(capture);
	CU_ASSERT_EQUAL(fcntl(descriptor, F_GETFD), -1);
	descriptor = descriptor_of(span_text("no capture"));
	CU_ASSERT_PTR_NULL(capture_open_descriptor(descriptor, "made", NULL, NULL));
	CU_ASSERT_EQUAL(fcntl(descriptor, F_GETFD), -1);
	maker_fini(&maker);
}

SUITE(capture, {"every block in both byte orders", test_everything},
	{"nobody listens", test_no_listener}, {"frames together", test_together},
	{"cut at every octet", test_cuts}, {"pcap cut at every octet", test_pcap_cuts},
	{"every octet changed", test_flips}, {"damage is named", test_damages},
	{"damaged names", test_damaged_names},
	{"lengths without padding", test_length_without_padding},
	{"several sections", test_sections}, {"many interfaces", test_many_interfaces},
	{"large blocks", test_large_blocks}, {"opening", test_open},
	{"closes its descriptor", test_descriptor_is_closed});
