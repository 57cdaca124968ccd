#include "net/packet.h"

#include "base/attributes.h"
#include "base/limits.h"
#include "net/link.h"

enum { LINK_LAYER_ETHERNET = 1 }; /* its LINKTYPE_ value */
enum { ETHERNET_HEADER = 14, IPV4_HEADER = 20, IPV6_HEADER = 40, TCP_HEADER = 20 };

static uint16_t load_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t load_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void packet_decode_tcp(struct packet *packet)
{
	struct cursor c = cursor_of(packet->transport);
	struct tcp_segment *tcp = &packet->tcp;
	const uint8_t *at = cursor_take(&c, TCP_HEADER);
	uint16_t offset_and_flags;

	if (UNLIKELY(at == NULL)) {
		packet->is_cut = packet->transport_length >= TCP_HEADER;
		return;
	}
	c = cursor_of(span_of(at, TCP_HEADER));
	tcp->source_port = cursor_u16(&c);
	tcp->destination_port = cursor_u16(&c);
	tcp->sequence = cursor_u32(&c);
	tcp->acknowledgement = cursor_u32(&c);
	offset_and_flags = cursor_u16(&c);
	tcp->header_length = (uint8_t)((offset_and_flags >> 12) * 4);
	tcp->flags = offset_and_flags & TCP_FLAGS;
	tcp->window = cursor_u16(&c);
	cursor_skip(&c, 2); /* checksum: offloading makes it wrong on the sender's own machine */
	tcp->urgent = cursor_u16(&c);
	if (UNLIKELY(tcp->header_length < TCP_HEADER ||
		     tcp->header_length > packet->transport_length))
		return;
	packet->kind = PACKET_TCP;
	packet->is_cut = packet->transport.length < tcp->header_length;
	tcp->options = span_first(
		span_from(packet->transport, TCP_HEADER), tcp->header_length - TCP_HEADER);
	tcp->payload = span_from(packet->transport, tcp->header_length);
	tcp->length = packet->transport_length - tcp->header_length;
}

/* Behind the IP headers: c stands at the transport layer, length octets of it were on the wire. */
static void decode_transport(struct packet *packet, const struct cursor *c, uint32_t length)
{
	packet->transport_length = length;
	packet->transport = span_of(c->at, c->left < length ? c->left : length);
	if (LIKELY(packet->kind != PACKET_FRAGMENT && packet->protocol == IP_TCP))
		packet_decode_tcp(packet);
}

static void decode_ipv4(struct packet *packet, struct cursor *c)
{
	struct cursor header = *c;
	uint32_t octets = (header.left > 0 ? header.at[0] & 0x0fu : 0) * 4;
	uint32_t total, fragment;

	cursor_skip(&header, 2);
	total = cursor_u16(&header);
	packet->fragment_id = cursor_u16(&header);
	fragment = cursor_u16(&header);
	cursor_skip(&header, 1);
	packet->protocol = cursor_u8(&header);
	cursor_skip(&header, 2);
	packet->source = cursor_take(&header, 4);
	packet->destination = cursor_take(&header, 4);
	if (UNLIKELY(header.is_short || octets < IPV4_HEADER)) {
		packet->is_cut = header.is_short;
		return;
	}
	packet->family = 4;
	packet->kind = PACKET_IP;
	packet->network_octets += (uint16_t)octets;
	if (UNLIKELY(total == 0)) /* segmentation offload: the length was never written */
		total = (uint32_t)c->left;
	cursor_skip(c, octets);
	packet->is_cut = c->is_short;
	if (UNLIKELY(c->is_short || total < octets))
		return;
	if (UNLIKELY((fragment & 0x3fff) != 0)) {
		packet->kind = PACKET_FRAGMENT;
		packet->has_more_fragments = (fragment & 0x2000) != 0;
		packet->fragment_offset = (fragment & 0x1fff) * 8;
	}
	decode_transport(packet, c, total - octets);
}

/* RFC 8200 4.5. Consumes the fragment header; next is the header behind it. */
static uint8_t take_fragment_header(struct packet *packet, struct cursor *c)
{
	uint8_t next = cursor_u8(c);
	uint16_t fragment;

	cursor_skip(c, 1);
	fragment = cursor_u16(c);
	packet->fragment_id = cursor_u32(c);
	if ((fragment & ~6u) != 0) {
		packet->kind = PACKET_FRAGMENT;
		packet->has_more_fragments = (fragment & 1) != 0;
		packet->fragment_offset = fragment & ~7u;
	}
	return next;
}

/* Consumes the extension headers of RFC 8200 4; returns the upper layer's protocol number. */
static uint8_t take_extensions(struct packet *packet, struct cursor *c, uint8_t next)
{
	enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, AUTHENTICATION = 51, DESTINATION = 60 };

	for (int depth = 0; depth < LIMIT_HEADERS && packet->kind != PACKET_FRAGMENT; depth++) {
		struct cursor peek = *c;
		uint8_t after = cursor_u8(&peek);
		size_t units = cursor_u8(&peek);

		if (next == FRAGMENT)
			next = take_fragment_header(packet, c);
		else if (next == HOP_BY_HOP || next == ROUTING || next == DESTINATION)
			cursor_skip(c, (units + 1) * 8), next = after;
		else if (next == AUTHENTICATION)
			cursor_skip(c, (units + 2) * 4), next = after;
		else
			break;
		if (c->is_short)
			break;
	}
	return next;
}

static void decode_ipv6(struct packet *packet, struct cursor *c)
{
	const uint8_t *start = c->at;
	uint32_t length;
	uint8_t next;

	cursor_skip(c, 4);
	length = cursor_u16(c);
	next = cursor_u8(c);
	cursor_skip(c, 1);
	packet->source = cursor_take(c, 16);
	packet->destination = cursor_take(c, 16);
	if (UNLIKELY(c->is_short)) {
		packet->is_cut = true;
		return;
	}
	packet->family = 6;
	packet->kind = PACKET_IP;
	if (UNLIKELY(length == 0)) /* jumbogram, or segmentation offload */
		length = (uint32_t)c->left;
	packet->protocol = take_extensions(packet, c, next);
	packet->network_octets += (uint16_t)(c->at - start);
	packet->is_cut = c->is_short;
	if (UNLIKELY(c->is_short || (size_t)(c->at - start) - IPV6_HEADER > length))
		return;
	decode_transport(packet, c, length - (uint32_t)(c->at - start - IPV6_HEADER));
}

static bool is_tunnel(const struct packet *packet)
{
	return packet->kind == PACKET_IP &&
	       (packet->protocol == IP_IPV4 || packet->protocol == IP_IPV6);
}

/* IP in IP (RFC 2003, RFC 4213 3): the inner packet is the one that people mean, if its header is
 * there. */
static void enter_tunnel(struct packet *packet)
{
	struct packet inner = *packet;
	struct cursor c = cursor_of(packet->transport);

	inner.kind = PACKET_OTHER;
	inner.family = 0;
	if (packet->protocol == IP_IPV4)
		decode_ipv4(&inner, &c);
	else
		decode_ipv6(&inner, &c);
	if (inner.family == 0)
		packet->is_cut = inner.is_cut;
	else
		*packet = inner;
}

/* An ordinary packet, by its family alone. */
static inline uint32_t begin_ordinary(
	struct packet *packet, uint8_t family, uint16_t ethertype, uint16_t network)
{
	packet->kind = PACKET_TCP;
	packet->family = family;
	packet->protocol = IP_TCP;
	packet->is_cut = packet->has_more_fragments = false;
	packet->ethertype = ethertype;
	packet->link_octets = ETHERNET_HEADER;
	packet->network_octets = network;
	return network;
}

/* The network layer of an ordinary packet, at the front of whose frame Ethernet stands: IPv4
 * without options or fragments, IPv6 without extensions, with TCP inside. Returns its octets; 0 for
 * all others, and nothing is decided. */
static inline uint32_t take_ordinary_network(struct packet *packet, const uint8_t *at)
{
	uint32_t front = load_u32(at + 12), length;

	if (LIKELY(front >> 8 == (ETHERTYPE_IPV4 << 8 | 0x45))) {
		length = load_u16(at + 16);
		if (at[23] != IP_TCP || (load_u16(at + 20) & 0x3fff) != 0 || length < IPV4_HEADER)
			return 0;
		packet->source = at + 26;
		packet->destination = at + 30;
		packet->transport_length = length - IPV4_HEADER;
		return begin_ordinary(packet, 4, ETHERTYPE_IPV4, IPV4_HEADER);
	}
	if (front >> 12 != (ETHERTYPE_IPV6 << 4 | 6) || at[20] != IP_TCP)
		return 0;
	packet->source = at + 22;
	packet->destination = at + 38;
	packet->transport_length = load_u16(at + 18);
	return begin_ordinary(packet, 6, ETHERTYPE_IPV6, IPV6_HEADER);
}

/* Nearly every packet: Ethernet, IP, TCP and nothing else. Takes it apart at fixed places behind
 * two checks of the length; false for all others, and nothing is decided. */
static ALWAYS_INLINE bool decode_ordinary(struct packet *packet, struct span frame)
{
	uint32_t network, headers, header_length;
	const uint8_t *at;

	if (UNLIKELY(frame.length < ETHERNET_HEADER + IPV4_HEADER + TCP_HEADER))
		return false;
	network = take_ordinary_network(packet, frame.at);
	headers = ETHERNET_HEADER + network;
	if (UNLIKELY(network == 0 || frame.length < headers + TCP_HEADER))
		return false;
	at = frame.at + headers;
	header_length = (at[12] >> 4) * 4u;
	headers += header_length;
	if (UNLIKELY(header_length < TCP_HEADER || packet->transport_length < header_length ||
		     frame.length < headers))
		return false;
	packet->tcp.source_port = load_u16(at);
	packet->tcp.destination_port = load_u16(at + 2);
	packet->tcp.sequence = load_u32(at + 4);
	packet->tcp.acknowledgement = load_u32(at + 8);
	packet->tcp.header_length = (uint8_t)header_length;
	packet->tcp.flags = load_u16(at + 12) & TCP_FLAGS;
	packet->tcp.window = load_u16(at + 14);
	packet->tcp.urgent = load_u16(at + 18);
	packet->tcp.options = span_of(at + TCP_HEADER, header_length - TCP_HEADER);
	packet->tcp.length = packet->transport_length - header_length;
	packet->tcp.payload =
		span_first(span_of(frame.at + headers, frame.length - headers), packet->tcp.length);
	return true;
}

static NEVER_INLINE void decode_any(struct packet *packet, int link_type, struct span frame)
{
	struct cursor c = cursor_of(frame);

	packet->kind = PACKET_OTHER;
	packet->family = packet->protocol = 0;
	packet->is_cut = packet->has_more_fragments = false;
	packet->ethertype = packet->network_octets = 0;
	packet->source = packet->destination = packet->link_source = packet->link_destination =
		NULL;
	packet->transport = span_of(NULL, 0);
	if (!link_decode(packet, link_type, &c) || c.is_short) {
		packet->is_cut = c.is_short;
		return;
	}
	packet->link_octets = (uint16_t)(frame.length - c.left);
	if (LIKELY(packet->ethertype == ETHERTYPE_IPV4))
		decode_ipv4(packet, &c);
	else if (packet->ethertype == ETHERTYPE_IPV6)
		decode_ipv6(packet, &c);
	for (int depth = 0; depth < 2 && is_tunnel(packet); depth++)
		enter_tunnel(packet);
}

void packet_decode(struct packet *packet, int link_type, struct span frame)
{
	if (UNLIKELY(link_type != LINK_LAYER_ETHERNET || !decode_ordinary(packet, frame)))
		decode_any(packet, link_type, frame);
}
