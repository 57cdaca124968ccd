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

	if (UNLIKELY(at == NULL)) {
		packet->is_cut = packet->transport_length >= TCP_HEADER;
		return;
	}
	c = cursor_of(span_of(at, TCP_HEADER));
	tcp->source_port = cursor_u16(&c);
	tcp->destination_port = cursor_u16(&c);
	tcp->sequence = cursor_u32(&c);
	tcp->acknowledgement = cursor_u32(&c);
	tcp->header_length = (uint8_t)((cursor_u8(&c) >> 4) * 4);
	tcp->flags = cursor_u8(&c);
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

/* Nine packets of ten: Ethernet, IPv4 without options or fragments, TCP. Takes them apart at fixed
 * places behind one check of the length; false for all others, and nothing is decided. */
static bool decode_ordinary(struct packet *packet, struct span frame)
{
	enum { HEADERS = ETHERNET_HEADER + IPV4_HEADER + TCP_HEADER };
	struct cursor c = cursor_of(frame);
	const uint8_t *at = cursor_take(&c, HEADERS);
	uint32_t total, header_length;

	if (at == NULL || load_u32(at + 12) >> 8 != (ETHERTYPE_IPV4 << 8 | 0x45) ||
		at[23] != IP_TCP || (load_u16(at + 20) & 0x3fff) != 0)
		return false;
	total = load_u16(at + 16);
	header_length = (at[46] >> 4) * 4u;
	if (header_length < TCP_HEADER || total < IPV4_HEADER + header_length ||
		frame.length < ETHERNET_HEADER + IPV4_HEADER + header_length)
		return false;
	packet->kind = PACKET_TCP;
	packet->family = 4;
	packet->protocol = IP_TCP;
	packet->is_cut = false;
	packet->ethertype = ETHERTYPE_IPV4;
	packet->link_octets = ETHERNET_HEADER;
	packet->network_octets = IPV4_HEADER;
	packet->link_destination = at;
	packet->link_source = at + 6;
	packet->source = at + 26;
	packet->destination = at + 30;
	packet->tcp.source_port = load_u16(at + 34);
	packet->tcp.destination_port = load_u16(at + 36);
	packet->tcp.sequence = load_u32(at + 38);
	packet->tcp.acknowledgement = load_u32(at + 42);
	packet->tcp.header_length = (uint8_t)header_length;
	packet->tcp.flags = at[47];
	packet->tcp.window = load_u16(at + 48);
	packet->tcp.urgent = load_u16(at + 52);
	packet->tcp.options = span_of(at + HEADERS, header_length - TCP_HEADER);
	packet->tcp.length = total - IPV4_HEADER - header_length;
	packet->tcp.payload =
		span_first(span_from(frame, ETHERNET_HEADER + IPV4_HEADER + header_length),
			packet->tcp.length);
	return true;
}

void packet_decode(struct packet *packet, int link_type, struct span frame)
{
	struct cursor c = cursor_of(frame);

	if (LIKELY(link_type == LINK_LAYER_ETHERNET && decode_ordinary(packet, frame)))
		return;

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
