#include "capture/filter.h"

#include "suite.h"

#include <string.h>

/* An IPv4 TCP segment 192.0.2.1:1025 -> 192.0.2.2:25, as raw IP. */
static const uint8_t segment[] = {0x45, 0, 0, 40, 0, 1, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2,
	2, 0x04, 0x01, 0, 25, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff, 0, 0, 0, 0};

enum { ROOM = 64 };

static const struct {
	int link_type;
	uint8_t head[20];
	size_t head_length;
} links[] = {
	{LINK_ETHERNET, {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0}, 14},
	{LINK_RAW, {0}, 0},
	{LINK_RAW_BSD, {0}, 0},
	{LINK_RAW_OPENBSD, {0}, 0},
	{LINK_IPV4, {0}, 0},
	{LINK_NULL, {2, 0, 0, 0}, 4},
	{LINK_LOOP, {0, 0, 0, 2}, 4},
	{LINK_LINUX_SLL, {0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0}, 16},
	{LINK_LINUX_SLL2, {8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0}, 20},
};

static struct frame frame_on(size_t link, uint8_t *room)
{
	size_t head = links[link].head_length;

	memcpy(room, links[link].head, head);
	memcpy(room + head, segment, sizeof segment);
	return (struct frame){.link_type = links[link].link_type,
		.bytes = span_of(room, head + sizeof segment),
		.length = (uint32_t)(head + sizeof segment)};
}

static const struct {
	const char *expression;
	bool passes;
} cases[] = {
	{"tcp port 25", true},
	{"tcp port 110", false},
	{"host 192.0.2.1 and dst port 25", true},
	{"src host 192.0.2.2", false},
	{"tcp[tcpflags] & tcp-syn != 0", true},
	{"ip6", false},
	{"", true},
};

/* One filter for frames of every link type in turn, as in a capture of several interfaces. */
static void test_links(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fail fail;
		struct filter *filter = filter_new(cases[i].expression, &fail);

		CU_ASSERT_PTR_NOT_NULL_FATAL(filter);
		for (size_t link = 0; link < 2 * sizeof links / sizeof links[0]; link++) {
			uint8_t room[ROOM];
			struct frame frame =
				frame_on(link % (sizeof links / sizeof links[0]), room);

			CU_ASSERT_EQUAL(filter_passes(filter, &frame), cases[i].passes);
		}
		filter_free(filter);
	}
}

static void test_cut_frame(void)
{
	uint8_t room[ROOM];
	struct frame frame = frame_on(1, room);
	struct filter *filter = filter_new("tcp dst port 25", NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(filter);
	frame.bytes.length = 24;
	CU_ASSERT_TRUE(filter_passes(filter, &frame));
	frame.bytes.length = 23;
	CU_ASSERT_FALSE(filter_passes(filter, &frame));
	frame.bytes = span_of(NULL, 0);
	CU_ASSERT_FALSE(filter_passes(filter, &frame));
	filter_free(filter);
}

static void test_wire_length(void)
{
	uint8_t room[ROOM];
	struct frame frame = frame_on(0, room);
	struct filter *filter = filter_new("greater 1000", NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(filter);
	CU_ASSERT_FALSE(filter_passes(filter, &frame));
	frame.length = 1000;
	CU_ASSERT_TRUE(filter_passes(filter, &frame));
	filter_free(filter);
}

static void test_no_packet(void)
{
	struct frame frame = {.link_type = LINK_NONE};
	struct filter *filter = filter_new("", NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(filter);
	CU_ASSERT_FALSE(filter_passes(filter, &frame));
	filter_free(filter);
}

/* What makes no sense on a link type lets none of its frames pass. */
static void test_one_kind_of_link(void)
{
	uint8_t room[ROOM];
	struct frame ethernet = frame_on(0, room);
	struct filter *filter = filter_new("ether src 02:00:00:00:00:02", NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(filter);
	CU_ASSERT_TRUE(filter_passes(filter, &ethernet));
	ethernet.link_type = LINK_RAW;
	CU_ASSERT_FALSE(filter_passes(filter, &ethernet));
	filter_free(filter);
	filter = filter_new("type mgt", NULL);
	CU_ASSERT_PTR_NOT_NULL(filter);
	filter_free(filter);
}

static void test_wrong(void)
{
	struct fail fail = {FAIL_NONE, ""};

	CU_ASSERT_PTR_NULL(filter_new("port smtpx and", &fail));
	CU_ASSERT_EQUAL(fail.code, FAIL_USAGE);
	CU_ASSERT_EQUAL(strncmp(fail.text, "port smtpx and: ", 16), 0);
	CU_ASSERT_TRUE(strlen(fail.text) > 16);
	CU_ASSERT_PTR_NULL(filter_new("from:", NULL));
	filter_free(NULL);
}

SUITE(filter, {"every link type", test_links}, {"a frame that is cut", test_cut_frame},
	{"the length on the wire", test_wire_length}, {"no packet", test_no_packet},
	{"one kind of link", test_one_kind_of_link}, {"no filter", test_wrong});
