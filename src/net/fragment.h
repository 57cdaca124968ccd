/* net/fragment.h: puts the fragments of IP datagrams together (RFC 791 3.2, RFC 8200 4.5). */
#ifndef NET_FRAGMENT_H
#define NET_FRAGMENT_H

#include "base/step.h"
#include "net/packet.h"

struct fragments;

struct fragments *fragments_new(void);
void fragments_free(struct fragments *fragments);

/* Takes a packet of kind PACKET_FRAGMENT. STEP_DONE: the datagram is whole; packet->transport is it
 * (valid until the next call), and its TCP header is decoded. STEP_MORE: kept. STEP_FAIL: cannot be
 * kept (cut by the snapshot length, over a limit). first_frame is set to the first fragment's frame
 * number. At most LIMIT_FRAGMENTED datagrams are kept: the oldest gives way. */
enum step fragments_add(
	struct fragments *fragments, struct packet *packet, uint64_t frame, uint64_t *first_frame);

#endif
