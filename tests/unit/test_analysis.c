#include "net/analysis.h"
#include "suite.h"

#define C SIDE_CLIENT
#define S SIDE_SERVER

enum { WINDOW = 8000, MS = 1000000 };

/* A segment, numbers relative to each side's first; time in ms. flags 0: ACK alone. */
struct step {
	enum side from;
	uint8_t flags;
	uint32_t sequence, acknowledgement, length;
	uint16_t window;
	int64_t time;
	const char *marks;
};

enum { STEPS = 12 };

/* Handshakes of 50 ms, the window neither scaled nor small. */
#define OPEN                                                                                       \
	{C, TCP_SYN, 0, 0, 0, WINDOW, 0, ""}, {S, TCP_SYN | TCP_ACK, 0, 1, 0, WINDOW, 49, ""},     \
	{                                                                                          \
		C, 0, 1, 1, 0, WINDOW, 50, ""                                                      \
	}

static const struct step cases[][STEPS] = {
	/* nothing to say: data both ways, an acknowledgement each, FIN */
	{OPEN, {S, 0, 1, 1, 20, WINDOW, 60, ""}, {C, 0, 1, 21, 10, WINDOW, 61, ""},
		{S, 0, 21, 11, 0, WINDOW, 62, ""},
		{C, TCP_FIN | TCP_ACK, 11, 21, 0, WINDOW, 63, ""},
		{S, TCP_FIN | TCP_ACK, 21, 12, 0, WINDOW, 64, ""},
		{C, 0, 12, 22, 0, WINDOW, 65, ""}},
	/* from the middle of a connection on */
	{{C, 0, 1, 1, 10, WINDOW, 0, ""}, {S, 0, 1, 11, 10, WINDOW, 1, ""},
		{C, 0, 11, 11, 10, WINDOW, 2, ""}},
	/* bytes that the capture lacks, seen by what follows */
	{OPEN, {C, 0, 1, 1, 10, WINDOW, 60, ""},
		{C, 0, 31, 1, 10, WINDOW, 61, "[TCP Previous segment not captured] "}},
	{OPEN, {C, TCP_FIN | TCP_ACK, 31, 1, 0, WINDOW, 61,
		       "[TCP Previous segment not captured] "}},
	{OPEN, {C, TCP_RST | TCP_ACK, 31, 1, 0, WINDOW, 61, ""}},
	/* and by what acknowledges them */
	{OPEN, {C, 0, 1, 1, 10, WINDOW, 60, ""},
		{S, 0, 1, 31, 0, WINDOW, 61, "[TCP ACKed unseen segment] "}},
	/* the last segment once more is a retransmission, however soon */
	{OPEN, {C, 0, 1, 1, 10, WINDOW, 60, ""},
		{C, 0, 1, 1, 10, WINDOW, 61, "[TCP Retransmission] "}},
	{OPEN, {C, 0, 1, 1, 10, WINDOW, 60, ""},
		{C, 0, 1, 1, 10, WINDOW, 2000, "[TCP Retransmission] "}},
	{{C, TCP_SYN, 0, 0, 0, WINDOW, 0, ""},
		{C, TCP_SYN, 0, 0, 0, WINDOW, 1000, "[TCP Retransmission] "}},
	/* one before the last: out of order while it comes within the handshake's round trip */
	{OPEN, {C, 0, 1, 1, 10, WINDOW, 60, ""}, {C, 0, 11, 1, 10, WINDOW, 61, ""},
		{C, 0, 1, 1, 10, WINDOW, 110, "[TCP Out-Of-Order] "}},
	{OPEN, {C, 0, 1, 1, 10, WINDOW, 60, ""}, {C, 0, 11, 1, 10, WINDOW, 61, ""},
		{C, 0, 1, 1, 10, WINDOW, 112, "[TCP Retransmission] "}},
	{OPEN, {C, 0, 11, 1, 10, WINDOW, 60, "[TCP Previous segment not captured] "},
		{C, 0, 1, 1, 10, WINDOW, 61, "[TCP Out-Of-Order] "}},
	/* 3 ms where the handshake is not in the capture */
	{{C, 0, 1, 1, 10, WINDOW, 60, ""}, {C, 0, 11, 1, 10, WINDOW, 61, ""},
		{C, 0, 1, 1, 10, WINDOW, 63, "[TCP Out-Of-Order] "},
		{C, 0, 1, 1, 10, WINDOW, 65, "[TCP Retransmission] "}},
	/* the other side had all of it */
	{OPEN, {C, 0, 1, 1, 10, WINDOW, 60, ""}, {S, 0, 1, 11, 0, WINDOW, 61, ""},
		{C, 0, 1, 1, 10, WINDOW, 62, "[TCP Spurious Retransmission] "}},
	/* two duplicates ask for it */
	{OPEN, {S, 0, 1, 1, 5, WINDOW, 60, ""}, {C, 0, 1, 6, 10, WINDOW, 61, ""},
		{C, 0, 11, 6, 10, WINDOW, 62, ""},
		{S, 0, 6, 1, 0, WINDOW, 63, "[TCP Dup ACK 2#1] "},
		{S, 0, 6, 1, 0, WINDOW, 64, "[TCP Dup ACK 2#2] "},
		{C, 0, 1, 6, 10, WINDOW, 83, "[TCP Fast Retransmission] "}},
	{OPEN, {S, 0, 1, 1, 5, WINDOW, 60, ""}, {C, 0, 1, 6, 10, WINDOW, 61, ""},
		{C, 0, 11, 6, 10, WINDOW, 62, ""},
		{S, 0, 6, 1, 0, WINDOW, 63, "[TCP Dup ACK 2#1] "},
		{C, 0, 1, 6, 10, WINDOW, 64, "[TCP Out-Of-Order] "}},
	{OPEN, {S, 0, 1, 1, 5, WINDOW, 60, ""}, {C, 0, 1, 6, 10, WINDOW, 61, ""},
		{C, 0, 11, 6, 10, WINDOW, 62, ""},
		{S, 0, 6, 1, 0, WINDOW, 63, "[TCP Dup ACK 2#1] "},
		{S, 0, 6, 1, 0, WINDOW, 64, "[TCP Dup ACK 2#2] "},
		{C, 0, 1, 6, 10, WINDOW, 300, "[TCP Retransmission] "}},
	/* duplicates are counted from the frame that acknowledged first */
	{OPEN, {C, 0, 1, 1, 10, WINDOW, 60, ""}, {S, 0, 1, 11, 0, WINDOW, 61, ""},
		{S, 0, 1, 11, 0, WINDOW, 62, "[TCP Dup ACK 5#1] "},
		{S, 0, 1, 11, 0, WINDOW, 63, "[TCP Dup ACK 5#2] "},
		{C, 0, 11, 1, 10, WINDOW, 64, ""}, {S, 0, 1, 21, 0, WINDOW, 65, ""},
		{S, 0, 1, 21, 0, WINDOW, 66, "[TCP Dup ACK 9#1] "}},
	/* the octet before the next one, or none */
	{OPEN, {C, 0, 1, 1, 10, WINDOW, 60, ""}, {S, 0, 1, 11, 0, WINDOW, 61, ""},
		{C, 0, 10, 1, 0, WINDOW, 9000, "[TCP Keep-Alive] "},
		{S, 0, 1, 11, 0, WINDOW, 9001, "[TCP Keep-Alive ACK] "},
		{C, 0, 10, 1, 1, WINDOW, 18000, "[TCP Keep-Alive] "},
		{S, 0, 1, 11, 0, WINDOW, 18001, "[TCP Keep-Alive ACK] "}},
	/* the window shuts, is probed, opens */
	{OPEN, {C, 0, 1, 1, 10, WINDOW, 60, ""}, {S, 0, 1, 11, 0, 0, 61, "[TCP ZeroWindow] "},
		{C, 0, 11, 1, 1, WINDOW, 300, "[TCP ZeroWindowProbe] "},
		{S, 0, 1, 11, 0, 0, 301, "[TCP ZeroWindowProbeAck] [TCP ZeroWindow] "},
		{S, 0, 1, 11, 0, 500, 400, "[TCP Window Update] "}},
	/* all that the receiver has room for; not when the connection's window scale is unknown */
	{OPEN, {S, 0, 1, 1, 0, 30, 60, "[TCP Window Update] "}, {C, 0, 1, 1, 10, WINDOW, 61, ""},
		{C, 0, 11, 1, 20, WINDOW, 62, "[TCP Window Full] "}},
	{{S, 0, 1, 1, 5, 30, 60, ""}, {C, 0, 1, 6, 30, WINDOW, 62, ""}},
	/* two marks */
	{OPEN, {S, 0, 1, 1, 0, 30, 60, "[TCP Window Update] "},
		{C, 0, 11, 1, 20, WINDOW, 62,
			"[TCP Window Full] [TCP Previous segment not captured] "}},
};

/* Every exchange, before and across 2^32. */
static void test_marks(void)
{
	static const uint32_t bases[] = {1000, 0xfffffff0, 0xfffffff9, 0x7ffffff8};

	for (size_t b = 0; b < sizeof bases / sizeof bases[0]; b++)
		for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
			struct analysis analysis;

			analysis_init(&analysis);
			for (size_t k = 0; k < STEPS && cases[i][k].marks != NULL; k++) {
				const struct step *step = &cases[i][k];
				uint32_t forward = bases[b] + (step->from == C ? 0 : 70000);
				uint32_t reverse = bases[b] + (step->from == C ? 70000 : 0);
				struct tcp_segment segment = {.sequence = forward + step->sequence,
					.acknowledgement = reverse + step->acknowledgement,
					.window = step->window,
					.flags = step->flags != 0 ? step->flags : TCP_ACK,
					.length = step->length};
				struct buffer marks;
				struct tcp_verdict verdict;

				if ((segment.flags & TCP_ACK) == 0)
					segment.acknowledgement = 0;
				verdict = analysis_add(&analysis, step->from, &segment,
					(struct origin){k + 1,
						1000 * INT64_C(1000000000) + step->time * MS});
				buffer_init(&marks, 0);
				analysis_add_marks(&marks, &verdict);
				CU_ASSERT_STRING_EQUAL(buffer_text(&marks), step->marks);
				buffer_fini(&marks);
			}
		}
}

/* The row's text: numbers relative, the window scaled behind the handshake, options in their order.
 */
static void test_info(void)
{
	static const struct {
		enum side from;
		uint16_t flags;
		uint32_t sequence, acknowledgement;
		uint16_t window, urgent;
		const char *options;
		size_t length; /* of the options */
		const char *info;
	} rows[] = {
		{C, TCP_SYN, 0, 0, 512, 0, "\2\4\5\xb4\1\3\3\7\4\2", 10,
			"1000 \xe2\x86\x92 25 [SYN] Seq=0 Win=512 Len=0 MSS=1460 WS=128 SACK_PERM"},
		{S, TCP_SYN | TCP_ACK, 0, 1, 512, 0, "\3\3\2\10\12\0\0\0\7\0\0\0\11", 13,
			"25 \xe2\x86\x92 1000 [SYN, ACK] Seq=0 Ack=1 Win=512 Len=0 WS=4 TSval=7 "
			"TSecr=9"},
		{C, TCP_ACK, 1, 1, 512, 0, "", 0,
			"1000 \xe2\x86\x92 25 [ACK] Seq=1 Ack=1 Win=65536 Len=0"},
		{S, TCP_ACK, 1, 1, 512, 0, "\1\1\5\22\0\1\20\1\0\1\20\2\0\1\20\5\0\1\20\6", 20,
			"25 \xe2\x86\x92 1000 [ACK] Seq=1 Ack=1 Win=2048 Len=0 SLE=1 SRE=2 SLE=5 "
			"SRE=6"},
		{C, TCP_FLAGS, 1, 1, 1, 9, "", 0,
			"1000 \xe2\x86\x92 25 [FIN, SYN, RST, PSH, ACK, URG, ECE, CWR, AE] Seq=1 "
			"Ack=1 Win=1 Urg=9 Len=0"},
		{C, 0, 1, 1, 0, 0, "", 0, "1000 \xe2\x86\x92 25 [<None>] Seq=1 Win=0 Len=0"},
		/* below the first number; options that are broken end the list */
		{C, TCP_ACK, 0xfffffffe, 1, 0, 0, "\2\4\5", 3,
			"1000 \xe2\x86\x92 25 [ACK] Seq=4294967294 Ack=1 Win=0 Len=0"},
		{C, TCP_ACK, 1, 1, 0, 0, "\2\0\3\3\7", 5,
			"1000 \xe2\x86\x92 25 [ACK] Seq=1 Ack=1 Win=0 Len=0"},
		{C, TCP_ACK, 1, 1, 0, 0, "\0\3\3\7", 4,
			"1000 \xe2\x86\x92 25 [ACK] Seq=1 Ack=1 Win=0 Len=0"},
		{C, TCP_ACK, 1, 1, 0, 0, "\2\3\5\5\3\1", 6,
			"1000 \xe2\x86\x92 25 [ACK] Seq=1 Ack=1 Win=0 Len=0"},
	};
	static const uint32_t base[2] = {0x11000, 0x12000};
	struct analysis analysis;

	analysis_init(&analysis);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tcp_segment segment = {.source_port = rows[i].from == C ? 1000 : 25,
			.destination_port = rows[i].from == C ? 25 : 1000,
			.sequence = base[rows[i].from] + rows[i].sequence,
			.acknowledgement = base[side_other(rows[i].from)] + rows[i].acknowledgement,
			.window = rows[i].window,
			.urgent = rows[i].urgent,
			.flags = rows[i].flags,
			.options = span_of(rows[i].options, rows[i].length)};
		struct buffer info;

		buffer_init(&info, 0);
		(void)analysis_add(&analysis, rows[i].from, &segment, (struct origin){i + 1, 0});
		analysis_add_info(&info, &analysis, rows[i].from, &segment);
		CU_ASSERT_STRING_EQUAL(buffer_text(&info), rows[i].info);
		buffer_fini(&info);
	}
}

/* All marks at once, in the order of the rows that Wireshark writes. */
static void test_order(void)
{
	struct tcp_verdict verdict = {.marks = ~0u, .original_frame = 93, .duplicate = 2};
	struct buffer marks;

	buffer_init(&marks, 0);
	analysis_add_marks(&marks, &(struct tcp_verdict){0});
	CU_ASSERT_EQUAL(marks.length, 0);
	analysis_add_marks(&marks, &verdict);
	CU_ASSERT_STRING_EQUAL(buffer_text(&marks),
		"[TCP ZeroWindowProbeAck] [TCP ZeroWindow] [TCP ZeroWindowProbe] "
		"[TCP Dup ACK 93#2] [TCP Keep-Alive ACK] [TCP Keep-Alive] [TCP Window Full] "
		"[TCP Window Update] [TCP ACKed unseen segment] "
		"[TCP Previous segment not captured] [TCP Retransmission] [TCP Out-Of-Order] "
		"[TCP Fast Retransmission] [TCP Spurious Retransmission] "
		"[TCP Port numbers reused] ");
	buffer_fini(&marks);
}

SUITE(analysis, {"marks segments", test_marks}, {"writes the row", test_info},
	{"writes marks in their order", test_order});
