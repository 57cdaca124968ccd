#include "dissect/other_rows.h"

#include "base/cursor.h"

static const struct {
	uint8_t number;
	const char *name;
} protocols[] = {{IP_ICMP, "ICMP"}, {IP_IGMP, "IGMP"}, {IP_TCP, "TCP"}, {IP_UDP, "UDP"},
	{IP_GRE, "GRE"}, {IP_ICMPV6, "ICMPv6"}, {50, "ESP"}, {51, "AH"}, {89, "OSPF"}, {103, "PIM"},
	{112, "VRRP"}, {132, "SCTP"}};

static const char *protocol_name_of(uint8_t number)
{
	for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++)
		if (protocols[i].number == number)
			return protocols[i].name;
	return NULL;
}

/* "Fragmented IP protocol (proto=TCP 6, off=0, ID=425f)" */
static void describe_fragment(struct draft *draft, const struct packet *packet)
{
	const char *name = protocol_name_of(packet->protocol);

	draft->protocol = packet->family == 4 ? "IPv4" : "IPv6";
	buffer_printf(&draft->info,
		packet->family == 4 ? "Fragmented IP protocol (proto=%s %u, off=%u, ID=%04x)"
				    : "IPv6 fragment (nxt=%s (%u) off=%u id=0x%x)",
		name != NULL ? name : "Unknown", packet->protocol, packet->fragment_offset,
		packet->fragment_id);
}

static void describe_udp(struct draft *draft, const struct packet *packet)
{
	struct cursor c = cursor_of(packet->transport);
	unsigned source = cursor_u16(&c), destination = cursor_u16(&c), length = cursor_u16(&c);

	if (!c.is_short)
		buffer_printf(&draft->info, "%u \xe2\x86\x92 %u Len=%u", source, destination,
			length < 8 ? 0 : length - 8);
}

static void describe_icmp(struct draft *draft, const struct packet *packet)
{
	static const struct {
		uint8_t type;
		const char *text;
	} types[] = {{0, "Echo (ping) reply"}, {3, "Destination unreachable"}, {5, "Redirect"},
		{8, "Echo (ping) request"}, {11, "Time-to-live exceeded"}};
	struct cursor c = cursor_of(packet->transport);
	uint8_t type = cursor_u8(&c), code = cursor_u8(&c);

	for (size_t i = 0; i < sizeof types / sizeof types[0] && !c.is_short; i++)
		if (types[i].type == type) {
			buffer_add_text(&draft->info, types[i].text);
			if (type == 3 && code == 4)
				buffer_add_text(&draft->info, " (Fragmentation needed)");
			return;
		}
	buffer_printf(&draft->info, "Type %u, code %u", type, code);
}

static void add_ipv4(struct buffer *out, const uint8_t *address)
{
	buffer_printf(out, "%u.%u.%u.%u", address[0], address[1], address[2], address[3]);
}

/* RFC 826: who asks for whom, or who answers. */
static void describe_arp(struct draft *draft, struct span body)
{
	struct cursor c = cursor_of(body);
	const uint8_t *hardware, *sender, *target;
	uint16_t operation;

	cursor_skip(&c, 6);
	operation = cursor_u16(&c);
	hardware = cursor_take(&c, 6);
	sender = cursor_take(&c, 4);
	cursor_skip(&c, 6);
	target = cursor_take(&c, 4);
	if (c.is_short)
		return;
	if (operation == 1) {
		buffer_add_text(&draft->info, "Who has ");
		add_ipv4(&draft->info, target);
		buffer_add_text(&draft->info, "? Tell ");
		add_ipv4(&draft->info, sender);
	} else {
		add_ipv4(&draft->info, sender);
		buffer_printf(&draft->info, " is at %02x:%02x:%02x:%02x:%02x:%02x", hardware[0],
			hardware[1], hardware[2], hardware[3], hardware[4], hardware[5]);
	}
}

static void describe_ip(struct draft *draft, const struct packet *packet)
{
	draft->protocol = protocol_name_of(packet->protocol);
	if (draft->protocol == NULL) {
		draft->protocol = packet->family == 4 ? "IPv4" : "IPv6";
		buffer_printf(&draft->info, "IP protocol %u", packet->protocol);
	} else if (packet->protocol == IP_UDP) {
		describe_udp(draft, packet);
	} else if (packet->protocol == IP_ICMP) {
		describe_icmp(draft, packet);
	}
}

void other_rows_describe(
	struct draft *draft, const struct frame *frame, const struct packet *packet)
{
	if (frame->link_type == LINK_NONE) {
		draft->protocol = "PCAPNG";
		buffer_add_text(&draft->info, "Custom block");
	} else if (packet->kind == PACKET_FRAGMENT) {
		describe_fragment(draft, packet);
	} else if (packet->kind == PACKET_IP) {
		describe_ip(draft, packet);
	} else if (packet->ethertype == ETHERTYPE_ARP) {
		draft->protocol = "ARP";
		describe_arp(draft, span_from(frame->bytes, packet->link_octets));
	} else if (packet->ethertype != 0) {
		draft->protocol = "LINK";
		buffer_printf(&draft->info, "Ethertype 0x%04x", packet->ethertype);
	} else {
		draft->protocol = "LINK";
		buffer_printf(
			&draft->info, "Link type %d, %u octets", frame->link_type, frame->length);
	}
}
