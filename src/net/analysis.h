/* net/analysis.h: what a TCP segment is in the light of those before it: Wireshark's expert
 * analysis. */
#ifndef NET_ANALYSIS_H
#define NET_ANALYSIS_H

#include "base/buffer.h"
#include "base/chunk.h"
#include "net/packet.h"

/* In the order in which marks stand in front of a row, the last first. */
enum tcp_mark {
	MARK_REUSED_PORTS = 1 << 0,
	MARK_SPURIOUS_RETRANSMISSION = 1 << 1,
	MARK_FAST_RETRANSMISSION = 1 << 2,
	MARK_OUT_OF_ORDER = 1 << 3,
	MARK_RETRANSMISSION = 1 << 4,
	MARK_LOST_BEFORE = 1 << 5, /* "Previous segment not captured" */
	MARK_ACKED_UNSEEN = 1 << 6,
	MARK_WINDOW_UPDATE = 1 << 7,
	MARK_WINDOW_FULL = 1 << 8,
	MARK_KEEP_ALIVE = 1 << 9,
	MARK_KEEP_ALIVE_ACK = 1 << 10,
	MARK_DUPLICATE_ACK = 1 << 11,
	MARK_ZERO_WINDOW_PROBE = 1 << 12,
	MARK_ZERO_WINDOW = 1 << 13,
	MARK_ZERO_WINDOW_PROBE_ACK = 1 << 14,
};

/* One direction. Sequence numbers are absolute; the scale is -1 not known, -2 not in use. */
struct analysis_flow {
	bool has_base, has_next, has_acked_limit, window_is_of_syn;
	bool unseen_is_told;  /* acknowledged by the other side, and marked there */
	uint32_t base;        /* sequence number shown as 0 */
	uint32_t next;        /* behind the highest byte seen */
	uint32_t acked_limit; /* highest acknowledgement that needs no unseen segment */
	uint32_t acknowledged, window;
	int64_t next_time, acknowledged_time;
	int8_t scale;
	unsigned last_marks;
	uint32_t duplicates;     /* of the last acknowledgement */
	uint64_t original_frame; /* that carried it first */
};

/* Octets and packets of a connection, both directions. */
struct tally {
	uint64_t frames, wire, network, transport, payload, again;
	uint32_t retransmissions, out_of_order, duplicate_acks, zero_windows, resets;
};

struct analysis {
	struct analysis_flow flows[2]; /* by enum side */
	int64_t syn_time, round_trip;  /* ns; 0: not seen */
	struct tally tally;            /* kept by who reads the packets */
};

struct tcp_verdict {
	unsigned marks; /* enum tcp_mark */
	uint64_t original_frame;
	uint32_t duplicate; /* "[TCP Dup ACK 93#1]" */
};

void analysis_init(struct analysis *analysis);
void analysis_exchange(struct analysis *analysis);

/* Asks for the memory that analysis_add() will need. */
void analysis_prefetch(const struct analysis *analysis);

/* Judges the segment that side sent and takes it into account. */
struct tcp_verdict analysis_add(struct analysis *analysis, enum side side,
	const struct tcp_segment *segment, struct origin origin);

/* "[TCP Retransmission] [TCP Window Full] " in front of a row. */
void analysis_add_marks(struct buffer *out, const struct tcp_verdict *verdict);

/* "2127 → 25 [SYN] Seq=0 Win=512 Len=0 MSS=1460" */
void analysis_add_info(struct buffer *out, const struct analysis *analysis, enum side side,
	const struct tcp_segment *segment);

#endif
