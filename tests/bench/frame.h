/* bench/frame.h: writes pcapng with Ethernet frames of TCP and UDP, fast. */
#ifndef BENCH_FRAME_H
#define BENCH_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum side { CLIENT, SERVER };

enum tcp_flags { TCP_FIN = 1, TCP_SYN = 2, TCP_PUSH = 8, TCP_ACK = 16 };

/* Where the capture goes. */
struct sink {
	int descriptor;
	uint8_t *at;
	size_t used;
	uint64_t octets, packets; /* so far */
	uint64_t time;            /* of the last packet, microseconds since 1970-01-01 UTC */
	int error;                /* errno of the first write that failed */
};

/* A connection, or two ends that exchange datagrams. */
struct flow {
	bool is_ipv6;
	bool has_timestamps; /* the TCP option */
	uint16_t identification[2];
	uint16_t port[2];
	uint32_t next[2]; /* sequence number of the next octet of each side */
	uint8_t address[2][16];
};

struct segment {
	enum side from;
	uint8_t flags;
	size_t length; /* of the payload, at most flow_room() */
};

/* Takes the descriptor over; writes the section header and one Ethernet interface, microseconds. */
void sink_init(struct sink *sink, int descriptor);

/* Flushes and closes; false when a write failed: see sink->error. */
bool sink_finish(struct sink *sink);

/* Octets of payload in a full TCP segment. */
size_t flow_room(const struct flow *flow);

/* Writes a frame but for its payload, whose place it returns: the caller fills length octets. The
 * sink's time is that of the frame; sequence numbers go on. Checksums above IP are 0. */
uint8_t *frame_tcp(struct sink *sink, struct flow *flow, const struct segment *segment);
uint8_t *frame_udp(struct sink *sink, struct flow *flow, enum side from, size_t length);

#endif
