/* net/fragment.h: puts the fragments of IP datagrams together (RFC 791 3.2, RFC 8200 4.5). */
#ifndef NET_FRAGMENT_H
#define NET_FRAGMENT_H

#include "base/step.h"
#include "net/packet.h"

struct fragments;

struct fragments *fragments_new(void);
void fragments_free(struct fragments *fragments);

/* What the frames of a datagram's fragments were, all together. */
struct fragments_sum {
	uint64_t first_frame; /* the number of the first */
	uint32_t frames;
	uint32_t wire, network; /* octets: of the frames, and of their IP headers */
};

/* Takes a packet of kind PACKET_FRAGMENT out of a frame of this number and length. STEP_DONE: the
 * datagram is whole; packet->transport is it (valid until the next call), and its TCP header is
 * decoded. STEP_MORE: kept. STEP_FAIL: cannot be kept (cut by the snapshot length, over a limit).
 * *sum is that of the fragments so far. At most LIMIT_FRAGMENTED datagrams are kept: the oldest
 * gives way. */
struct fragment_frame {
	uint64_t number;
	uint32_t length;
};
enum step fragments_add(struct fragments *fragments, struct packet *packet,
	struct fragment_frame frame, struct fragments_sum *sum);

#endif
