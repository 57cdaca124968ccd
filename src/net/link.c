#include "net/link.h"

#include "base/attributes.h"
#include "base/limits.h"

enum {
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_SERVICE_VLAN = 0x88a8,
	ETHERTYPE_OLD_QINQ = 0x9100,
	ETHERTYPE_PPPOE = 0x8864,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_MULTICAST = 0x8848
};

/* PPP protocol numbers (RFC 1661 2) of what can be inside. */
enum { PPP_IPV4 = 0x0021, PPP_IPV6 = 0x0057 };

static bool decode_by_version(struct packet *packet, struct cursor *c)
{
	uint8_t version = c->left > 0 ? c->at[0] >> 4 : 0;

	packet->ethertype = version == 4 ? ETHERTYPE_IPV4 : version == 6 ? ETHERTYPE_IPV6 : 0;
	return packet->ethertype != 0;
}

static bool decode_ppp(struct packet *packet, struct cursor *c)
{
	uint16_t protocol = cursor_u16(c);

	packet->ethertype = protocol == PPP_IPV4   ? ETHERTYPE_IPV4
			    : protocol == PPP_IPV6 ? ETHERTYPE_IPV6
						   : 0;
	return packet->ethertype != 0;
}

/* RFC 3032 2.1: labels of four octets up to the one with the bottom-of-stack bit. */
static bool decode_mpls(struct packet *packet, struct cursor *c)
{
	for (int depth = 0; depth < LIMIT_HEADERS; depth++)
		if ((cursor_u32(c) & 0x100) != 0)
			return decode_by_version(packet, c);
	return false;
}

/* What stands behind an ethertype: tags and tunnels are looked through. */
static bool decode_ethertype(struct packet *packet, struct cursor *c)
{
	for (int depth = 0; depth < LIMIT_HEADERS; depth++) {
		switch (packet->ethertype) {
		case ETHERTYPE_VLAN:
		case ETHERTYPE_SERVICE_VLAN:
		case ETHERTYPE_OLD_QINQ:
			cursor_skip(c, 2);
			packet->ethertype = cursor_u16(c);
			break;
		case ETHERTYPE_PPPOE: /* RFC 2516 4: version, code, session, length */
			cursor_skip(c, 6);
			return decode_ppp(packet, c);
		case ETHERTYPE_MPLS:
		case ETHERTYPE_MPLS_MULTICAST:
			return decode_mpls(packet, c);
		default:
			return true;
		}
	}
	return false;
}

static bool decode_ethernet(struct packet *packet, struct cursor *c)
{
	packet->link_destination = cursor_take(c, 6);
	packet->link_source = cursor_take(c, 6);
	packet->ethertype = cursor_u16(c);
	if (LIKELY(packet->ethertype == ETHERTYPE_IPV4 || packet->ethertype == ETHERTYPE_IPV6))
		return true;
	return decode_ethertype(packet, c);
}

/* The address family is in the byte order of the machine that captured (LINKTYPE_NULL), or
 * big-endian (LOOP). IPv6 has another number on each BSD. */
static bool decode_null(struct packet *packet, struct cursor *c)
{
	uint32_t family = cursor_u32(c);

	if ((family & 0xffff0000) != 0)
		family = __builtin_bswap32(family);
	packet->ethertype = family == 2 ? ETHERTYPE_IPV4
			    : family == 10 || family == 24 || family == 28 || family == 30
				    ? ETHERTYPE_IPV6
				    : 0;
	return packet->ethertype != 0;
}

static void take_cooked_address(struct packet *packet, struct cursor *c, uint16_t length)
{
	struct span address = cursor_span(c, 8);

	if (length == 6 && address.length == 8)
		packet->link_source = address.at;
}

static bool decode_cooked(struct packet *packet, struct cursor *c)
{
	uint16_t length;

	cursor_skip(c, 4);
	length = cursor_u16(c);
	take_cooked_address(packet, c, length);
	packet->ethertype = cursor_u16(c);
	return decode_ethertype(packet, c);
}

static bool decode_cooked2(struct packet *packet, struct cursor *c)
{
	uint8_t length;

	packet->ethertype = cursor_u16(c);
	cursor_skip(c, 9); /* reserved, interface index, ARPHRD type, packet type */
	length = cursor_u8(c);
	take_cooked_address(packet, c, length);
	return decode_ethertype(packet, c);
}

static bool decode_ppp_frame(struct packet *packet, struct cursor *c)
{
	if (c->left >= 2 && c->at[0] == 0xff && c->at[1] == 0x03)
		cursor_skip(c, 2); /* RFC 1662 3.1: address and control */
	return decode_ppp(packet, c);
}

static bool decode_ipv4(struct packet *packet, struct cursor *c)
{
	(void)c;
	packet->ethertype = ETHERTYPE_IPV4;
	return true;
}

static bool decode_ipv6(struct packet *packet, struct cursor *c)
{
	(void)c;
	packet->ethertype = ETHERTYPE_IPV6;
	return true;
}

/* LINKTYPE_ values of the pcap registry. */
static const struct {
	int link_type;
	bool (*decode)(struct packet *, struct cursor *);
} layers[] = {
	{0, decode_null},
	{108, decode_null},
	{9, decode_ppp_frame},
	{50, decode_ppp_frame},
	{12, decode_by_version},
	{14, decode_by_version},
	{101, decode_by_version},
	{113, decode_cooked},
	{228, decode_ipv4},
	{229, decode_ipv6},
	{276, decode_cooked2},
};

bool link_decode(struct packet *packet, int link_type, struct cursor *c)
{
	if (LIKELY(link_type == 1))
		return decode_ethernet(packet, c);
	for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++)
		if (layers[i].link_type == link_type)
			return layers[i].decode(packet, c);
	return false;
}
