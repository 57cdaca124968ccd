#include "net/fragment.h"
#include "net/packet.h"
#include "suite.h"

#include <stdlib.h>

/* An IPv4 header of 20 octets with a TCP header of 20 behind, ports 1000 and 25, and "hello". */
static const uint8_t ipv4[] = {0x45, 0, 0, 45, 0x12, 0x34, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0,
	2, 0x03, 0xe8, 0, 25, 0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x18, 0x20, 0, 0, 0, 0, 0, 'h', 'e',
	'l', 'l', 'o'};

static const uint8_t tcp_part[] = {0x03, 0xe8, 0, 25, 0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x18, 0x20, 0,
	0, 0, 0, 0, 'h', 'e', 'l', 'l', 'o'};

struct frame_bytes {
	uint8_t at[200];
	size_t length;
};

static void put(struct frame_bytes *frame, const void *bytes, size_t length)
{
	memcpy(frame->at + frame->length, bytes, length);
	frame->length += length;
}

static void put_link(struct frame_bytes *frame, const char *hex)
{
	while (hex[0] != '\0') {
		char digits[3] = {hex[0], hex[1], '\0'};
		uint8_t octet = (uint8_t)strtoul(digits, NULL, 16);

		put(frame, &octet, 1);
		hex += hex[2] == ' ' ? 3 : 2;
	}
}

static const struct {
	int link_type;
	const char *link;
} links[] = {
	{1, "020000000001 020000000002 0800"},
	{1, "020000000001 020000000002 8100 0064 0800"},
	{1, "020000000001 020000000002 88a8 0064 8100 0065 0800"},
	{1, "020000000001 020000000002 8864 1100 0001 002f 0021"},
	{1, "020000000001 020000000002 8847 00064040 00065140"},
	{113, "0000 0001 0006 0200000000010000 0800"},
	{276, "0800 0000 00000001 0001 00 06 0200000000010000"},
	{0, "02000000"},
	{0, "00000002"},
	{108, "00000002"},
	{101, ""},
	{12, ""},
	{228, ""},
	{9, "ff03 0021"},
	{9, "0021"},
};

static void check_tcp(const struct packet *packet)
{
	CU_ASSERT_EQUAL(packet->kind, PACKET_TCP);
	CU_ASSERT_EQUAL(packet->tcp.source_port, 1000);
	CU_ASSERT_EQUAL(packet->tcp.destination_port, 25);
	CU_ASSERT_EQUAL(packet->tcp.length, 5);
	CU_ASSERT_TRUE(span_is(packet->tcp.payload, "hello"));
	CU_ASSERT_EQUAL(packet->tcp.flags, TCP_PSH | TCP_ACK);
}

/* The link's octets, blanks left out, come before the IP header; padding behind it is no payload.
 */
static void test_links(void)
{
	for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
		struct frame_bytes frame = {.length = 0};
		struct packet packet;

		put_link(&frame, links[i].link);
		put(&frame, ipv4, sizeof ipv4);
		put(&frame, "\0\0\0\0\0\0", 6);
		packet_decode(&packet, links[i].link_type, span_of(frame.at, frame.length));
		check_tcp(&packet);
		CU_ASSERT_EQUAL(packet.family, 4);
		CU_ASSERT_FALSE(packet.is_cut);
	}
}

/* Cut anywhere, nothing is read that is not there. */
static void test_cut(void)
{
	for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
		struct frame_bytes frame = {.length = 0};

		put_link(&frame, links[i].link);
		put(&frame, ipv4, sizeof ipv4);
		for (size_t length = 0; length < frame.length; length++) {
			uint8_t *copy = malloc(length + 1);
			struct packet packet;

			memcpy(copy, frame.at, length);
			packet_decode(&packet, links[i].link_type, span_of(copy, length));
			CU_ASSERT_TRUE(packet.kind != PACKET_TCP || length >= frame.length - 5);
			free(copy);
		}
	}
}

static void test_ipv6(void)
{
	static const char header[] =
		"60000000 0031 00 40"
		" 20010db8000000000000000000000001 20010db8000000000000000000000002"
		" 3c00 010400000000 2c00 010400000000 0600 0000 00000001";
	struct frame_bytes frame = {.length = 0};
	struct packet packet;

	put_link(&frame, header);
	put(&frame, tcp_part, sizeof tcp_part);
	frame.at[5] = (uint8_t)(frame.length - 40);
	packet_decode(&packet, 101, span_of(frame.at, frame.length));
	check_tcp(&packet);
	CU_ASSERT_EQUAL(packet.family, 6);
	CU_ASSERT_EQUAL(packet.network_octets, 64);
}

/* IP in IP, cut anywhere: the addresses are always those of the family that is named. */
static void test_tunnels(void)
{
	static const struct {
		const char *outer;
		uint8_t family;
	} tunnels[] = {
		{"4500 0041 1234 0000 4004 0000 0a010101 0a010102", 4},
		{"60000000 002d 0440"
		 " 20010db8000000000000000000000001 20010db8000000000000000000000002",
			6},
	};

	for (size_t i = 0; i < sizeof tunnels / sizeof tunnels[0]; i++) {
		struct frame_bytes frame = {.length = 0};
		size_t outer;

		put_link(&frame, tunnels[i].outer);
		outer = frame.length;
		put(&frame, ipv4, sizeof ipv4);
		for (size_t length = 0; length <= frame.length; length++) {
			uint8_t *copy = malloc(length + 1);
			uint8_t family = length < outer + 20 ? tunnels[i].family : 4;
			struct packet packet;

			memcpy(copy, frame.at, length);
			packet_decode(&packet, 101, span_of(copy, length));
			CU_ASSERT_EQUAL(packet.family, length < outer ? 0 : family);
			if (packet.family != 0)
				CU_ASSERT_EQUAL(
					memcmp(packet.destination,
						frame.at +
							(length < outer + 20 ? outer : outer + 20) -
							(family == 4 ? 4 : 16),
						family == 4 ? 4 : 16),
					0);
			if (length == frame.length)
				check_tcp(&packet);
			free(copy);
		}
	}
}

static void fragment_of(struct packet *packet, uint32_t offset, const void *bytes, uint32_t length)
{
	*packet = (struct packet){
		.kind = PACKET_FRAGMENT, .family = 4, .protocol = 6, .fragment_id = 7};
	packet->source = (const uint8_t *)"abcd";
	packet->destination = (const uint8_t *)"efgh";
	packet->fragment_offset = offset;
	packet->has_more_fragments = offset + length < sizeof tcp_part;
	packet->transport = span_of((const uint8_t *)bytes + offset, length);
	packet->transport_length = length;
}

/* Fragments in any order, one twice, make the datagram. */
static void test_fragments(void)
{
	static const uint32_t orders[][4] = {
		{0, 8, 16, 16}, {16, 8, 0, 0}, {8, 8, 16, 0}, {16, 0, 16, 8}};

	for (size_t o = 0; o < 4; o++) {
		struct fragments *fragments = fragments_new();
		enum step step = STEP_MORE;
		struct packet packet;

		for (size_t i = 0; i < 4 && step != STEP_DONE; i++) {
			uint32_t offset = orders[o][i];
			struct fragments_sum sum = {0, 0, 0, 0};

			fragment_of(
				&packet, offset, tcp_part, offset == 16 ? sizeof tcp_part - 16 : 8);
			step = fragments_add(
				fragments, &packet, (struct fragment_frame){10 + i, 100}, &sum);
			CU_ASSERT_EQUAL(sum.first_frame, 10);
			CU_ASSERT_EQUAL(sum.wire, 100 * (i + 1));
			CU_ASSERT_EQUAL(sum.frames, i + 1);
		}
		CU_ASSERT_EQUAL(step, STEP_DONE);
		check_tcp(&packet);
		fragments_free(fragments);
	}
}

/* The ninth flag stands beside the header's length, which it does not change: in an ordinary frame
 * and in one that is taken apart layer by layer. */
static void test_ninth_flag(void)
{
	static const int with_flag[] = {0, 5}; /* of the links above */

	for (size_t i = 0; i < 2; i++) {
		struct frame_bytes frame = {.length = 0};
		struct packet packet;

		put_link(&frame, links[with_flag[i]].link);
		put(&frame, ipv4, sizeof ipv4);
		frame.at[frame.length - sizeof ipv4 + 32] |= 1;
		packet_decode(
			&packet, links[with_flag[i]].link_type, span_of(frame.at, frame.length));
		CU_ASSERT_EQUAL(packet.kind, PACKET_TCP);
		CU_ASSERT_EQUAL(packet.tcp.flags, TCP_AE | TCP_PSH | TCP_ACK);
		CU_ASSERT_EQUAL(packet.tcp.header_length, 20);
		CU_ASSERT_EQUAL(packet.tcp.length, 5);
	}
}

SUITE(packet, {"takes every link layer off", test_links},
	{"reads nothing that is not there", test_cut},
	{"looks through IPv6 extension headers", test_ipv6}, {"looks into tunnels", test_tunnels},
	{"puts fragments together", test_fragments}, {"reads the ninth flag", test_ninth_flag});
