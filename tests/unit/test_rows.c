#include "base/buffer.h"
#include "dissect/dissect.h"
#include "net/packet.h"
#include "suite.h"
#include "view/packets.h"

#include <stdio.h>
#include <stdlib.h>

/* A segment, and what its row must say. It is of 10.0.0.1:4000 (C, c) or of 10.0.0.2, port 25 (S)
 * or 5000 (s). */
struct sent {
	int milliseconds;   /* since the one before */
	const char *header; /* "C SA 100 1 8192": flags, sequence, acknowledgement, window */
	const char *text;
	const char *info; /* NULL: any */
};

struct talk {
	struct dissect *dissect;
	struct frame frame;
	struct buffer bytes;
	struct buffer infos; /* each with a NUL behind it */
	size_t rows;
};

static void add_u16(struct buffer *out, uint32_t value)
{
	buffer_add_byte(out, (uint8_t)(value >> 8));
	buffer_add_byte(out, (uint8_t)value);
}

static void add_u32(struct buffer *out, uint32_t value)
{
	add_u16(out, value >> 16);
	add_u16(out, value);
}

static uint8_t flags_of(const char *letters)
{
	static const char names[] = "FSRPA";
	uint8_t flags = 0;

	for (; *letters != '\0'; letters++)
		flags |= (uint8_t)(1u << (strchr(names, *letters) - names));
	return flags;
}

/* The octets of an IPv4 packet without checksums, which nobody looks at. */
static void make_packet(struct buffer *out, const char *header, struct span text)
{
	char side, letters[8];
	unsigned sequence, acknowledgement, window;
	uint16_t server_port;
	bool is_client;

	CU_ASSERT_EQUAL_FATAL(sscanf(header, "%c %7s %u %u %u", &side, letters, &sequence,
				      &acknowledgement, &window),
		5);
	is_client = side == 'C' || side == 'c';
	server_port = side == 'C' || side == 'S' ? 25 : 5000;
	buffer_clear(out);
	add_u16(out, 0x4500);
	add_u16(out, (uint32_t)(20 + 20 + text.length));
	add_u32(out, 0);
	add_u32(out, 64u << 24 | IP_TCP << 16);
	add_u32(out, is_client ? 0x0a000001 : 0x0a000002);
	add_u32(out, is_client ? 0x0a000002 : 0x0a000001);
	add_u16(out, is_client ? 4000 : server_port);
	add_u16(out, is_client ? server_port : 4000);
	add_u32(out, sequence);
	add_u32(out, acknowledgement);
	add_u16(out, 0x5000u | flags_of(letters));
	add_u16(out, window);
	add_u32(out, 0);
	buffer_add_span(out, text);
}

static void on_session(void *context, const struct session *session)
{
	(void)context, (void)session;
}

static void on_row(void *context, const struct row *row)
{
	struct talk *talk = context;

	CU_ASSERT_EQUAL(row->number, ++talk->rows);
	buffer_add_span(&talk->infos, row->info);
	buffer_add_byte(&talk->infos, '\0');
}

static void talk_init(struct talk *talk)
{
	static const struct dissect_wants wants = {.rows = true, .all_rows = true};
	const struct dissect_listener listener = {talk, on_session, on_row};

	*talk = (struct talk){
		.frame = {.time = 1000000000, .has_time = true, .link_type = LINK_IPV4}};
	buffer_init(&talk->bytes, 0);
	buffer_init(&talk->infos, 0);
	talk->dissect = dissect_new("rows.pcap", &wants, &listener);
}

static void talk_say(struct talk *talk, int milliseconds, const char *header, struct span text)
{
	make_packet(&talk->bytes, header, text);
	talk->frame.number++;
	talk->frame.time += milliseconds * 1000000ll;
	talk->frame.bytes = buffer_span(&talk->bytes);
	talk->frame.length = (uint32_t)talk->bytes.length;
	dissect_frame(talk->dissect, &talk->frame);
}

/* The rows so far; the capture ends. */
static const char *talk_end(struct talk *talk)
{
	dissect_end(talk->dissect);
	CU_ASSERT_EQUAL(talk->rows, talk->frame.number);
	return buffer_text(&talk->infos);
}

static void talk_fini(struct talk *talk)
{
	dissect_free(talk->dissect);
	buffer_fini(&talk->bytes);
	buffer_fini(&talk->infos);
}

static void check(const struct sent *segments, size_t count)
{
	struct talk talk;
	const char *info;

	talk_init(&talk);
	for (size_t i = 0; i < count; i++)
		talk_say(&talk, segments[i].milliseconds, segments[i].header,
			span_text(segments[i].text));
	info = talk_end(&talk);
	for (size_t i = 0; i < count; i++) {
		if (segments[i].info != NULL) {
			CU_ASSERT_STRING_EQUAL(info, segments[i].info);
			if (strcmp(info, segments[i].info) != 0)
				fprintf(stderr, "row %zu: %s\n", i + 1, info);
		}
		info += strlen(info) + 1;
	}
	talk_fini(&talk);
}

#define CHECK(segments) check(segments, sizeof(segments) / sizeof(segments)[0])

/* The same SYN again after a reset is no new connection, another one is. */
static void test_syn_again(void)
{
	static const struct sent segments[] = {
		{0, "C S 100 0 512", "", "4000 → 25 [SYN] Seq=0 Win=512 Len=0"},
		{9, "S RA 0 101 0", "", "25 → 4000 [RST, ACK] Seq=1 Ack=1 Win=0 Len=0"},
		{500, "C S 100 0 512", "",
			"[TCP Retransmission] 4000 → 25 [SYN] Seq=0 Win=512 Len=0"},
		{9, "S RA 0 101 0", "", "25 → 4000 [RST, ACK] Seq=1 Ack=1 Win=0 Len=0"},
		{500, "C S 700 0 512", "",
			"[TCP Port numbers reused] 4000 → 25 [SYN] Seq=0 Win=512 Len=0"},
		{9, "S SA 900 701 512", "", "25 → 4000 [SYN, ACK] Seq=0 Ack=1 Win=512 Len=0"},
		{9, "S PA 901 701 512", "220 ready\r\n", "S: 220 ready"},
	};

	CHECK(segments);
}

/* A login that is given up: "*" is no name. */
static void test_cancel(void)
{
	static const struct sent segments[] = {
		{0, "C S 100 0 512", "", NULL},
		{1, "S SA 900 101 512", "", NULL},
		{1, "S PA 901 101 512", "220 ready\r\n", "S: 220 ready"},
		{1, "C PA 101 912 512", "EHLO c\r\n", "C: EHLO c"},
		{1, "S PA 912 109 512", "250 AUTH LOGIN\r\n", NULL},
		{1, "C PA 109 928 512", "AUTH LOGIN\r\n", "C: AUTH LOGIN"},
		{1, "S PA 928 121 512", "334 VXNlcm5hbWU6\r\n", "S: 334 VXNlcm5hbWU6"},
		{1, "C PA 121 946 512", "*\r\n", "C: *"},
		{1, "S PA 946 124 512", "501 cancelled\r\n", "S: 501 cancelled"},
		{1, "C PA 124 961 512", "AUTH LOGIN\r\n", "C: AUTH LOGIN"},
		{1, "S PA 961 136 512", "334 VXNlcm5hbWU6\r\n", "S: 334 VXNlcm5hbWU6"},
		{1, "C PA 136 979 512", "YW5u\r\n", "C: User: YW5u"},
	};

	CHECK(segments);
}

/* Acknowledged but not captured: told once while nothing else comes, and again behind a gap. */
static void test_unseen(void)
{
	static const struct sent segments[] = {
		{0, "c S 999 0 512", "", NULL},
		{1, "s SA 4999 1000 512", "", NULL},
		{1, "c A 1000 5000 512", "", NULL},
		{1, "s A 5000 1010 512", "",
			"[TCP ACKed unseen segment] 5000 → 4000 [ACK] Seq=1 Ack=11 Win=512 Len=0"},
		{1, "s A 5000 1020 512", "", "5000 → 4000 [ACK] Seq=1 Ack=21 Win=512 Len=0"},
		{30, "s A 5000 1030 512", "", "5000 → 4000 [ACK] Seq=1 Ack=31 Win=512 Len=0"},
		{1, "c PA 1030 5000 512", "0123456789",
			"[TCP Previous segment not captured] 4000 → 5000 [PSH, ACK] Seq=31 Ack=1 "
			"Win=512 Len=10"},
		{1, "s A 5000 1040 512", "",
			"[TCP ACKed unseen segment] 5000 → 4000 [ACK] Seq=1 Ack=41 Win=512 Len=0"},
		{1, "c A 1040 5001 512", "",
			"[TCP ACKed unseen segment] 4000 → 5000 [ACK] Seq=41 Ack=2 Win=512 Len=0"},
		{1, "s A 5001 1050 512", "",
			"[TCP ACKed unseen segment] [TCP Previous segment not captured] 5000 → "
			"4000 [ACK] Seq=2 Ack=51 Win=512 Len=0"},
		{1, "s FA 5000 1060 512", "",
			"[TCP Retransmission] 5000 → 4000 [FIN, ACK] Seq=1 Ack=61 Win=512 Len=0"},
		{1, "s FA 5001 1060 512", "", "5000 → 4000 [FIN, ACK] Seq=2 Ack=61 Win=512 Len=0"},
	};

	CHECK(segments);
}

/* What comes again: fast, late, out of order, for nothing. */
static void test_again(void)
{
	static const struct sent segments[] = {
		{0, "c S 999 0 512", "", NULL},
		{50, "s SA 4999 1000 512", "", NULL},
		{1, "c A 1000 5000 512", "", NULL},
		{1, "c PA 1000 5000 512", "0123456789", NULL},
		{1, "c PA 1020 5000 512", "0123456789",
			"[TCP Previous segment not captured] 4000 → 5000 [PSH, ACK] Seq=21 Ack=1 "
			"Win=512 Len=10"},
		{1, "s A 5000 1010 512", "", "5000 → 4000 [ACK] Seq=1 Ack=11 Win=512 Len=0"},
		{1, "s A 5000 1010 512", "",
			"[TCP Dup ACK 6#1] 5000 → 4000 [ACK] Seq=1 Ack=11 Win=512 Len=0"},
		{1, "s A 5000 1010 512", "",
			"[TCP Dup ACK 6#2] 5000 → 4000 [ACK] Seq=1 Ack=11 Win=512 Len=0"},
		{1, "c PA 1010 5000 512", "0123456789",
			"[TCP Fast Retransmission] 4000 → 5000 [PSH, ACK] Seq=11 Ack=1 Win=512 "
			"Len=10"},
		{1, "s A 5000 1030 512", "", "5000 → 4000 [ACK] Seq=1 Ack=31 Win=512 Len=0"},
		{1, "c PA 1000 5000 512", "0123456789",
			"[TCP Spurious Retransmission] 4000 → 5000 [PSH, ACK] Seq=1 Ack=1 Win=512 "
			"Len=10"},
		{1, "c PA 1040 5000 512", "0123456789",
			"[TCP Previous segment not captured] 4000 → 5000 [PSH, ACK] Seq=41 Ack=1 "
			"Win=512 Len=10"},
		{40, "c PA 1030 5000 512", "0123456789",
			"[TCP Out-Of-Order] 4000 → 5000 [PSH, ACK] Seq=31 Ack=1 Win=512 Len=10"},
		{60, "c PA 1030 5000 512", "0123456789",
			"[TCP Retransmission] 4000 → 5000 [PSH, ACK] Seq=31 Ack=1 Win=512 Len=10"},
		{1, "s A 5000 1050 512", "", "5000 → 4000 [ACK] Seq=1 Ack=51 Win=512 Len=0"},
		{1, "c FA 1050 5000 512", "", "4000 → 5000 [FIN, ACK] Seq=51 Ack=1 Win=512 Len=0"},
		{400, "c FA 1050 5000 512", "",
			"[TCP Retransmission] 4000 → 5000 [FIN, ACK] Seq=51 Ack=1 Win=512 Len=0"},
		{1, "c PA 1070 5000 512", "0123456789",
			"[TCP Previous segment not captured] 4000 → 5000 [PSH, ACK] Seq=71 Ack=1 "
			"Win=512 Len=10"},
		{100, "c S 999 0 512", "",
			"[TCP Retransmission] 4000 → 5000 [SYN] Seq=0 Win=512 Len=0"},
		{1, "c PA 1070 5000 512", "0123456789",
			"[TCP Previous segment not captured] 4000 → 5000 [PSH, ACK] Seq=71 Ack=1 "
			"Win=512 Len=10"},
	};

	CHECK(segments);
}

/* Windows that are full, closed, probed and opened; keep-alives. */
static void test_window(void)
{
	static const struct sent segments[] = {
		{0, "c S 999 0 512", "", NULL},
		{1, "s SA 4999 1000 20", "", NULL},
		{1, "c A 1000 5000 512", "", NULL},
		{1, "c PA 1000 5000 512", "0123456789",
			"4000 → 5000 [PSH, ACK] Seq=1 Ack=1 Win=512 Len=10"},
		{1, "c PA 1010 5000 512", "0123456789",
			"[TCP Window Full] 4000 → 5000 [PSH, ACK] Seq=11 Ack=1 Win=512 Len=10"},
		{1, "s A 5000 1020 0", "",
			"[TCP ZeroWindow] 5000 → 4000 [ACK] Seq=1 Ack=21 Win=0 Len=0"},
		{1, "c PA 1020 5000 512", "0",
			"[TCP ZeroWindowProbe] 4000 → 5000 [PSH, ACK] Seq=21 Ack=1 Win=512 Len=1"},
		{1, "s A 5000 1020 0", "",
			"[TCP ZeroWindowProbeAck] [TCP ZeroWindow] 5000 → 4000 [ACK] Seq=1 Ack=21 "
			"Win=0 Len=0"},
		{1, "c PA 1020 5000 512", "0",
			"[TCP ZeroWindowProbe] 4000 → 5000 [PSH, ACK] Seq=21 Ack=1 Win=512 Len=1"},
		{1, "s A 5000 1021 0", "",
			"[TCP ZeroWindow] [TCP ACKed unseen segment] 5000 → 4000 [ACK] Seq=1 "
			"Ack=22 Win=0 Len=0"},
		{1, "s A 5000 1021 20", "",
			"[TCP Window Update] 5000 → 4000 [ACK] Seq=1 Ack=22 Win=20 Len=0"},
		{1, "c PA 1020 5000 512", "0123",
			"4000 → 5000 [PSH, ACK] Seq=21 Ack=1 Win=512 Len=4"},
		{1, "s A 5000 1024 20", "", "5000 → 4000 [ACK] Seq=1 Ack=25 Win=20 Len=0"},
		{1, "c A 1023 5000 512", "",
			"[TCP Keep-Alive] 4000 → 5000 [ACK] Seq=24 Ack=1 Win=512 Len=0"},
		{1, "s A 5000 1024 20", "",
			"[TCP Keep-Alive ACK] 5000 → 4000 [ACK] Seq=1 Ack=25 Win=20 Len=0"},
		{1, "c A 1023 5000 512", "3",
			"[TCP Keep-Alive] 4000 → 5000 [ACK] Seq=24 Ack=1 Win=512 Len=1"},
		{1, "s A 5000 1024 20", "",
			"[TCP Keep-Alive ACK] 5000 → 4000 [ACK] Seq=1 Ack=25 Win=20 Len=0"},
		{1, "s A 5000 1024 20", "",
			"[TCP Keep-Alive ACK] 5000 → 4000 [ACK] Seq=1 Ack=25 Win=20 Len=0"},
		{1, "c A 1024 5000 512", "",
			"[TCP Dup ACK 3#1] 4000 → 5000 [ACK] Seq=25 Ack=1 Win=512 Len=0"},
		{1, "s A 5000 1024 20", "",
			"[TCP Dup ACK 13#1] 5000 → 4000 [ACK] Seq=1 Ack=25 Win=20 Len=0"},
	};

	CHECK(segments);
}

/* From and Subject behind 100 KiB of other fields. */
static void test_long_header(void)
{
	static const char *const begin[] = {
		"C PA 101 900 512", "DATA\r\n", "S PA 900 107 512", "354 go on\r\n"};
	static const char line[] = "Received: from somewhere\r\n by somewhere else\r\n";
	struct talk talk;
	unsigned sequence = 107;
	char header[64];

	talk_init(&talk);
	for (size_t i = 0; i < 4; i += 2)
		talk_say(&talk, 1, begin[i], span_text(begin[i + 1]));
	for (size_t i = 0; i < 2100; i++) {
		snprintf(header, sizeof header, "C PA %u 911 512", sequence);
		talk_say(&talk, 1, header, span_text(line));
		sequence += sizeof line - 1;
	}
	snprintf(header, sizeof header, "C PA %u 911 512", sequence);
	talk_say(&talk, 1, header,
		span_text("From: ann@client.example\r\nSubject: Long\r\n\r\nx\r\n.\r\n"));
	(void)talk_end(&talk);
	CU_ASSERT(span_find(buffer_span(&talk.infos), "from: ann@client.example, subject: Long") <
		  talk.infos.length);
	talk_fini(&talk);
}

/* The list for people: columns of IPv6 widen in steps; colours say who speaks, if any are wanted.
 */
static void test_list(void)
{
	static const char *const ends[] = {"2003:de:2016:125:fc36:8317:4e86:cb72", "fe80::8"};
	static const char *const lists[] = {
		"      1      0.000001 2003:de:2016:125:fc36:8317:4e86:cb72    fe80::8         "
		"SMTP         80 C: QUIT\n"
		"      2      0.000001 fe80::8         2003:de:2016:125:fc36:8317:4e86:cb72    "
		"SMTP         80 S: 221 bye\n",
		"      1      0.000001 2003:de:2016:125:fc36:8317:4e86:cb72    fe80::8         "
		"SMTP         80 \x1b[36mC: QUIT\x1b[0m\n"
		"      2      0.000001 fe80::8         2003:de:2016:125:fc36:8317:4e86:cb72    "
		"SMTP         80 \x1b[32mS: 221 bye\x1b[0m\n"};

	for (size_t i = 0; i < 2; i++) {
		const struct view_options options = {.has_colour = i == 1};
		struct buffer out;

		buffer_init(&out, 0);
		for (size_t k = 0; k < 2; k++) {
			const struct row row = {.number = k + 1,
				.time = 1000,
				.has_time = true,
				.length = 80,
				.is_mail = true,
				.is_from_client = k == 0,
				.source = span_text(ends[k]),
				.destination = span_text(ends[1 - k]),
				.protocol = span_text("SMTP"),
				.info = span_text(k == 0 ? "C: QUIT" : "S: 221 bye")};

			view_packets(&out, &row, &options);
		}
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), lists[i]);
		buffer_fini(&out);
	}
}

SUITE(rows, {"octets acknowledged but not seen", test_unseen}, {"segments again", test_again},
	{"windows", test_window}, {"a SYN again", test_syn_again},
	{"a cancelled login", test_cancel}, {"a long header", test_long_header},
	{"the list", test_list});
