/* net/packet.h: one frame taken apart: link layer, IP, TCP. */
#ifndef NET_PACKET_H
#define NET_PACKET_H

#include "base/cursor.h"

enum tcp_flag {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
	TCP_ECE = 0x40,
	TCP_CWR = 0x80,
	TCP_AE = 0x100,    /* RFC 9768; NS in RFC 3540 */
	TCP_FLAGS = 0x1ff, /* all of them */
};

enum ip_protocol {
	IP_ICMP = 1,
	IP_IGMP = 2,
	IP_IPV4 = 4,
	IP_TCP = 6,
	IP_UDP = 17,
	IP_IPV6 = 41,
	IP_GRE = 47,
	IP_ICMPV6 = 58
};

enum ethertype { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_ARP = 0x0806, ETHERTYPE_IPV6 = 0x86dd };

/* A TCP header (RFC 9293 3.1) and what follows it. */
struct tcp_segment {
	uint16_t source_port, destination_port;
	uint32_t sequence, acknowledgement;
	uint16_t window, urgent;
	uint16_t flags;        /* enum tcp_flag */
	uint8_t header_length; /* octets, options included */
	struct span options;
	struct span payload; /* octets captured */
	uint32_t length;     /* octets of payload on the wire */
};

/* How far the frame could be taken apart. */
enum packet_kind {
	PACKET_OTHER,    /* no IP */
	PACKET_IP,       /* IP, but not TCP; or TCP whose header is not whole */
	PACKET_FRAGMENT, /* a fragment of a datagram: transport is its piece */
	PACKET_TCP,
};

/* All pointers and spans go into the frame's bytes. */
struct packet {
	enum packet_kind kind;
	uint8_t family;   /* 4 or 6; 0: no IP */
	uint8_t protocol; /* of the transport layer (the last next-header) */
	bool is_cut;      /* the captured bytes end inside a header */
	bool has_more_fragments;
	uint16_t ethertype;                    /* of what is inside the link layer; 0: unknown */
	uint16_t link_octets, network_octets;  /* headers */
	uint32_t fragment_offset, fragment_id; /* octets; valid for PACKET_FRAGMENT */
	const uint8_t *source, *destination;   /* 4 or 16 octets, NULL without IP */
	const uint8_t *link_source, *link_destination; /* 6 octets, NULL where the link has none;
							  valid without IP */
	struct span transport;                         /* captured octets behind the IP header */
	uint32_t transport_length;                     /* on the wire */
	struct tcp_segment tcp;                        /* valid for PACKET_TCP */
};

/* Takes apart a frame of the LINKTYPE_ value. */
void packet_decode(struct packet *packet, int link_type, struct span frame);

/* Takes apart the TCP header in packet->transport (a datagram put together, say); sets kind. */
void packet_decode_tcp(struct packet *packet);

#endif
