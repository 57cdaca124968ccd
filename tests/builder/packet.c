#include "packet.h"

#include "capture/capture.h"
#include "text.h"

enum { PROTOCOL_TCP = 6, PROTOCOL_FRAGMENT = 44, TTL = 64 };

static void add16(struct buffer *out, uint16_t value)
{
	buffer_add(out, (uint8_t[]){(uint8_t)(value >> 8), (uint8_t)value}, 2);
}

static void add32(struct buffer *out, uint32_t value)
{
	add16(out, (uint16_t)(value >> 16));
	add16(out, (uint16_t)value);
}

static void put16(struct buffer *out, size_t offset, uint16_t value)
{
	out->at[offset] = (uint8_t)(value >> 8);
	out->at[offset + 1] = (uint8_t)value;
}

/* RFC 1071: the sum of 16-bit words, folded later. */
static uint32_t sum(struct span bytes, uint32_t start)
{
	for (size_t i = 0; i < bytes.length; i++)
		start += i % 2 == 0 ? (uint32_t)bytes.at[i] << 8 : bytes.at[i];
	return start;
}

static uint16_t checksum(uint32_t value)
{
	while (value > 0xffff)
		value = (value & 0xffff) + (value >> 16);
	return (uint16_t)~value;
}

static struct span address(const struct packet_end *end)
{
	return span_of(end->address, end->family == 6 ? 16 : 4);
}

/* RFC 9293 3.1 */
static void add_tcp(const struct packet *packet, struct buffer *out)
{
	size_t start = out->length;
	size_t header = 20 + packet->option_length;
	uint32_t pseudo = PROTOCOL_TCP;

	add16(out, packet->from->port);
	add16(out, packet->to->port);
	add32(out, packet->sequence);
	add32(out, packet->acknowledgement);
	add16(out, (uint16_t)(header / 4 << 12 | packet->flags));
	add16(out, packet->window);
	add32(out, 0); /* checksum, urgent pointer */
	buffer_add(out, packet->options, packet->option_length);
	buffer_add_span(out, packet->payload);
	pseudo += (uint32_t)(out->length - start);
	pseudo = sum(address(packet->from), sum(address(packet->to), pseudo));
	put16(out, start + 16,
		checksum(sum(span_of(out->at + start, out->length - start), pseudo)));
}

static uint16_t ether_type(const struct packet *packet)
{
	return packet->from->family == 6 ? 0x86dd : 0x0800;
}

/* RFC 3032 2.1 */
static void add_labels(const struct packet_wrap *wrap, struct buffer *out)
{
	for (size_t i = 0; i < wrap->label_count; i++) {
		bool is_last = i + 1 == wrap->label_count;

		add32(out, wrap->labels[i] << 12 | (is_last ? 0x100u : 0) | TTL);
	}
}

/* IEEE 802.1Q tags, then PPPoE (RFC 2516 4) or MPLS or the IP packet itself. */
static void add_ethernet(const struct packet *packet, size_t length, struct buffer *out)
{
	const struct packet_wrap *wrap = packet->wrap;

	buffer_add(out, packet->to->mac, 6);
	buffer_add(out, packet->from->mac, 6);
	for (size_t i = 0; i < wrap->vlan_count; i++) {
		add16(out, i + 1 < wrap->vlan_count ? 0x88a8 : 0x8100);
		add16(out, wrap->vlans[i]);
	}
	if (wrap->pppoe != 0) {
		add16(out, 0x8864);
		add16(out, 0x1100);
		add16(out, wrap->pppoe);
		add16(out, (uint16_t)(length + 2));
		add16(out, packet->from->family == 6 ? 0x0057 : 0x0021);
	} else if (wrap->label_count > 0) {
		add16(out, 0x8847);
		add_labels(wrap, out);
	} else {
		add16(out, ether_type(packet));
	}
}

static void add_sll(const struct packet *packet, struct buffer *out)
{
	add16(out, packet->is_outgoing ? 4 : 0);
	add16(out, 1); /* ARPHRD_ETHER */
	add16(out, 6);
	buffer_add(out, packet->from->mac, 6);
	add16(out, 0);
	add16(out, ether_type(packet));
}

static void add_sll2(const struct packet *packet, struct buffer *out)
{
	add16(out, ether_type(packet));
	add16(out, 0);
	add32(out, 2); /* interface index */
	add16(out, 1); /* ARPHRD_ETHER */
	buffer_add_byte(out, packet->is_outgoing ? 4 : 0);
	buffer_add_byte(out, 6);
	buffer_add(out, packet->from->mac, 6);
	add16(out, 0);
}

/* length is that of the IP packet that follows. */
static void add_link(const struct packet *packet, size_t length, struct buffer *out)
{
	bool is_six = packet->from->family == 6;

	switch (packet->wrap->link_type) {
	case LINK_ETHERNET:
		add_ethernet(packet, length, out);
		break;
	case LINK_LINUX_SLL:
		add_sll(packet, out);
		break;
	case LINK_LINUX_SLL2:
		add_sll2(packet, out);
		break;
	case LINK_NULL: /* AF_INET, AF_INET6 of a little-endian BSD */
		buffer_add(out, (uint8_t[]){is_six ? 30 : 2, 0, 0, 0}, 4);
		break;
	case LINK_LOOP:
		add32(out, is_six ? 24 : 2);
		break;
	case LINK_PPP: /* RFC 1662 3.1 */
		add16(out, 0xff03);
		add16(out, is_six ? 0x0057 : 0x0021);
		break;
	default: /* raw IP */
		break;
	}
}

/* Where a part of the datagram stands; fragments but the last have more behind them. */
struct part {
	struct span bytes;
	size_t offset;
	bool has_more, is_fragment;
};

/* RFC 791 3.1 */
static void add_ipv4(const struct packet *packet, const struct part *part, struct buffer *out)
{
	size_t start;
	unsigned dont_fragment = part->is_fragment ? 0 : 0x4000;

	add_link(packet, 20 + part->bytes.length, out);
	start = out->length;
	add16(out, 0x4500);
	add16(out, (uint16_t)(20 + part->bytes.length));
	add16(out, packet->identification);
	add16(out, (uint16_t)(dont_fragment | (part->has_more ? 0x2000u : 0) | part->offset / 8));
	buffer_add_byte(out, TTL);
	buffer_add_byte(out, PROTOCOL_TCP);
	add16(out, 0);
	buffer_add_span(out, address(packet->from));
	buffer_add_span(out, address(packet->to));
	put16(out, start + 10, checksum(sum(span_of(out->at + start, 20), 0)));
	buffer_add_span(out, part->bytes);
}

static void add_extension(uint8_t number, uint8_t next, struct buffer *out)
{
	bool is_routing = number == 43;

	buffer_add_byte(out, next);
	buffer_add_byte(out, 0); /* eight octets */
	if (is_routing)
		buffer_add(out, (uint8_t[]){0, 0, 0, 0, 0, 0}, 6); /* no segments left */
	else
		buffer_add(out, (uint8_t[]){1, 4, 0, 0, 0, 0}, 6); /* PadN */
}

/* RFC 8200 3, 4 */
static void add_ipv6(const struct packet *packet, const struct part *part, struct buffer *out)
{
	const struct packet_wrap *wrap = packet->wrap;
	size_t before = 8 * (wrap->extension_count + (part->is_fragment ? 1 : 0));
	uint8_t last = part->is_fragment ? PROTOCOL_FRAGMENT : PROTOCOL_TCP;

	add_link(packet, 40 + before + part->bytes.length, out);
	add32(out, 0x60000000);
	add16(out, (uint16_t)(before + part->bytes.length));
	buffer_add_byte(out, wrap->extension_count > 0 ? wrap->extensions[0] : last);
	buffer_add_byte(out, TTL);
	buffer_add_span(out, address(packet->from));
	buffer_add_span(out, address(packet->to));
	for (size_t i = 0; i < wrap->extension_count; i++) {
		bool is_last = i + 1 == wrap->extension_count;

		add_extension(wrap->extensions[i], is_last ? last : wrap->extensions[i + 1], out);
	}
	if (part->is_fragment) {
		add16(out, PROTOCOL_TCP << 8);
		add16(out, (uint16_t)(part->offset | (part->has_more ? 1 : 0)));
		add32(out, packet->identification);
	}
	buffer_add_span(out, part->bytes);
}

static struct part part_of(struct span datagram, size_t size, size_t index)
{
	size_t offset = size * index;
	struct span rest = span_from(datagram, offset);

	return (struct part){
		span_first(rest, size), offset, rest.length > size, datagram.length > size};
}

size_t packet_build(const struct packet *packet, struct buffer *out, size_t ends[], size_t most)
{
	size_t size = packet->wrap->fragment != 0 ? packet->wrap->fragment : UINT16_MAX;
	struct buffer tcp;
	size_t count;

	buffer_init(&tcp, 0);
	add_tcp(packet, &tcp);
	count = (tcp.length + size - 1) / size;
	if (count > most || tcp.length > UINT16_MAX - 100)
		text_complain("a segment of %zu octets is too long", packet->payload.length);
	for (size_t i = 0; i < count; i++) {
		size_t index = packet->wrap->is_backwards ? count - 1 - i : i;
		struct part part = part_of(buffer_span(&tcp), size, index);

		if (packet->from->family == 6)
			add_ipv6(packet, &part, out);
		else
			add_ipv4(packet, &part, out);
		ends[i] = out->length;
	}
	buffer_fini(&tcp);
	return count;
}
