#include "base/buffer.h"
#include "dissect/dissect.h"
#include "net/packet.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>

/* A segment of 10.0.0.1:4000 (C) or 10.0.0.2:25 (S), and what its row must say. */
struct sent {
	int milliseconds;   /* since the step before */
	const char *header; /* "C SA 100 1 8192": flags, sequence, acknowledgement, window */
	const char *text;
	const char *info; /* the row's end; NULL: any */
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

	CU_ASSERT_EQUAL_FATAL(sscanf(header, "%c %7s %u %u %u", &side, letters, &sequence,
				      &acknowledgement, &window),
		5);
	buffer_clear(out);
	add_u16(out, 0x4500);
	add_u16(out, (uint32_t)(20 + 20 + text.length));
	add_u32(out, 0);
	add_u32(out, 64u << 24 | IP_TCP << 16);
	add_u32(out, side == 'C' ? 0x0a000001 : 0x0a000002);
	add_u32(out, side == 'C' ? 0x0a000002 : 0x0a000001);
	add_u16(out, side == 'C' ? 4000 : 25);
	add_u16(out, side == 'C' ? 25 : 4000);
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

	*talk = (struct talk){.frame = {.has_time = true, .link_type = LINK_IPV4}};
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

static void check(const struct sent *steps, size_t count)
{
	struct talk talk;
	const char *info;

	talk_init(&talk);
	for (size_t i = 0; i < count; i++)
		talk_say(&talk, steps[i].milliseconds, steps[i].header, span_text(steps[i].text));
	info = talk_end(&talk);
	for (size_t i = 0; i < count; i++) {
		if (steps[i].info != NULL) {
			CU_ASSERT_STRING_EQUAL(info, steps[i].info);
			if (strcmp(info, steps[i].info) != 0)
				fprintf(stderr, "row %zu: %s\n", i + 1, info);
		}
		info += strlen(info) + 1;
	}
	talk_fini(&talk);
}

#define CHECK(steps) check(steps, sizeof(steps) / sizeof(steps)[0])

/* The same SYN again after a reset is no new connection, another one is. */
static void test_syn_again(void)
{
	static const struct sent steps[] = {
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

	CHECK(steps);
}

/* A login that is given up: "*" is no name. */
static void test_cancel(void)
{
	static const struct sent steps[] = {
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

	CHECK(steps);
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

SUITE(rows, {"a SYN again", test_syn_again}, {"a cancelled login", test_cancel},
	{"a long header", test_long_header});
