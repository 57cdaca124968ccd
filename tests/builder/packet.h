/* builder/packet.h: the octets of a frame, from the link header to the TCP payload, checksums
 * right. */
#ifndef BUILDER_PACKET_H
#define BUILDER_PACKET_H

#include "base/buffer.h"

/* One end of a connection. */
struct packet_end {
	uint8_t address[16]; /* family 4: the first four octets */
	uint8_t family;      /* 4 or 6 */
	uint8_t mac[6];
	uint16_t port;
};

enum { PACKET_TAGS = 2, PACKET_LABELS = 4, PACKET_EXTENSIONS = 4, PACKET_OPTIONS = 40 };

/* What stands around the TCP segment. */
struct packet_wrap {
	int link_type; /* enum link_type */
	uint16_t vlans[PACKET_TAGS];
	size_t vlan_count; /* two: QinQ, the outer one first */
	uint16_t pppoe;    /* session, 0: none */
	uint32_t labels[PACKET_LABELS];
	size_t label_count;
	uint8_t extensions[PACKET_EXTENSIONS]; /* numbers of IPv6 extension headers */
	size_t extension_count;
	size_t fragment;   /* octets of IP payload in a fragment, 0: whole datagrams */
	bool is_backwards; /* the last fragment first */
};

enum {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
	TCP_ECE = 0x40,
	TCP_CWR = 0x80,
	TCP_AE = 0x100,
};

struct packet {
	const struct packet_wrap *wrap;
	const struct packet_end *from, *to;
	bool is_outgoing;        /* cooked headers say so */
	uint16_t identification; /* of the IP datagram */
	uint32_t sequence, acknowledgement;
	uint16_t window;
	uint16_t flags;
	uint8_t options[PACKET_OPTIONS];
	size_t option_length; /* a multiple of four */
	struct span payload;
};

/* Appends each frame's octets to *out and its end in *out to ends[]; the number of frames: one, or
 * as many as there are fragments. Complains when there are more than `most`. */
size_t packet_build(const struct packet *packet, struct buffer *out, size_t ends[], size_t most);

#endif
