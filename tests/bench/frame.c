#include "frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BUFFER = 1 << 20,
	ETHERNET = 14,
	FRAME_LEAST = 60, /* shorter frames arrive padded */
	IP_TCP = 6,
	IP_UDP = 17,
	MTU = 1500,
};

/* A cursor that only writes; the block's size is known before. */
struct pen {
	uint8_t *at;
};

static void put8(struct pen *pen, uint8_t value)
{
	*pen->at++ = value;
}

static void put16(struct pen *pen, uint16_t value)
{
	uint16_t big = __builtin_bswap16(value);
	memcpy(pen->at, &big, 2);
	pen->at += 2;
}

static void put32(struct pen *pen, uint32_t value)
{
	uint32_t big = __builtin_bswap32(value);
	memcpy(pen->at, &big, 4);
	pen->at += 4;
}

static void put_octets(struct pen *pen, const void *octets, size_t length)
{
	memcpy(pen->at, octets, length);
	pen->at += length;
}

static void put_little(struct pen *pen, uint32_t value)
{
	const uint8_t octets[] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
		(uint8_t)(value >> 24)};
	put_octets(pen, octets, sizeof octets);
}

static void sink_flush(struct sink *sink)
{
	size_t done = 0;

	while (done < sink->used && sink->error == 0) {
		ssize_t written = write(sink->descriptor, sink->at + done, sink->used - done);
		if (written >= 0)
			done += (size_t)written;
		else if (errno != EINTR)
			sink->error = errno;
	}
	sink->used = 0;
}

/* Room for a block of that length, which counts as written. */
static struct pen sink_take(struct sink *sink, size_t length)
{
	if (sink->used + length > BUFFER)
		sink_flush(sink);
	struct pen pen = {sink->at + sink->used};
	sink->used += length;
	sink->octets += length;
	return pen;
}

void sink_init(struct sink *sink, int descriptor)
{
	static const uint32_t section[] = {
		0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff, 0xffffffff, 28};
	static const uint32_t interface[] = {1, 20, 1, 262144, 20};

	*sink = (struct sink){.descriptor = descriptor, .at = calloc(1, BUFFER)};
	if (sink->at == NULL)
		abort();
	struct pen pen = sink_take(sink, sizeof section + sizeof interface);
	for (size_t i = 0; i < sizeof section / sizeof *section; i++)
		put_little(&pen, section[i]);
	for (size_t i = 0; i < sizeof interface / sizeof *interface; i++)
		put_little(&pen, interface[i]);
}

bool sink_finish(struct sink *sink)
{
	sink_flush(sink);
	if (close(sink->descriptor) != 0 && sink->error == 0)
		sink->error = errno;
	free(sink->at);
	sink->at = NULL;
	return sink->error == 0;
}

/* An Enhanced Packet Block round a frame of that length, which may have to be padded. */
static struct pen put_block(struct sink *sink, enum side from, size_t frame)
{
	/* The capture is made at the server: what it sends itself is not padded yet. */
	size_t captured = from == CLIENT && frame < FRAME_LEAST ? FRAME_LEAST : frame;
	size_t padded = (captured + 3) & ~(size_t)3;
	uint32_t length = (uint32_t)(32 + padded);
	struct pen pen = sink_take(sink, length);
	struct pen end = {pen.at + length - 4};

	memset(pen.at + 28 + frame, 0, padded - frame);
	put_little(&end, length);
	put_little(&pen, 6);
	put_little(&pen, length);
	put_little(&pen, 0);
	put_little(&pen, (uint32_t)(sink->time >> 32));
	put_little(&pen, (uint32_t)sink->time);
	put_little(&pen, (uint32_t)captured);
	put_little(&pen, (uint32_t)captured);
	sink->packets++;
	return pen;
}

static void put_ethernet(struct pen *pen, const struct flow *flow, enum side from)
{
	static const uint8_t macs[][6] = {{2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}};

	put_octets(pen, macs[!from], 6);
	put_octets(pen, macs[from], 6);
	put16(pen, flow->is_ipv6 ? 0x86dd : 0x0800);
}

/* RFC 1071 */
static uint16_t checksum(const uint8_t *at, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < length; i += 2)
		sum += (uint32_t)at[i] << 8 | at[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* RFC 791 3.1 */
static void put_ipv4(struct pen *pen, struct flow *flow, enum side from, const uint16_t *length)
{
	struct pen start = *pen;

	put16(pen, 0x4500);
	put16(pen, (uint16_t)(20 + length[0]));
	put16(pen, flow->identification[from]++);
	put16(pen, 0x4000); /* don't fragment */
	put8(pen, 64);
	put8(pen, (uint8_t)length[1]);
	put16(pen, 0);
	put_octets(pen, flow->address[from], 4);
	put_octets(pen, flow->address[!from], 4);
	struct pen sum = {start.at + 10};
	put16(&sum, checksum(start.at, 20));
}

/* RFC 8200 3 */
static void put_ipv6(struct pen *pen, struct flow *flow, enum side from, const uint16_t *length)
{
	put32(pen, 0x60000000);
	put16(pen, length[0]);
	put8(pen, (uint8_t)length[1]);
	put8(pen, 64);
	put_octets(pen, flow->address[from], 16);
	put_octets(pen, flow->address[!from], 16);
}

/* Block, Ethernet and IP; behind them comes a transport header with its payload, that long. */
static struct pen put_packet(
	struct sink *sink, struct flow *flow, enum side from, const uint16_t *transport)
{
	struct pen pen =
		put_block(sink, from, (size_t)ETHERNET + (flow->is_ipv6 ? 40 : 20) + transport[0]);

	put_ethernet(&pen, flow, from);
	(flow->is_ipv6 ? put_ipv6 : put_ipv4)(&pen, flow, from, transport);
	return pen;
}

size_t flow_room(const struct flow *flow)
{
	return (size_t)MTU - (flow->is_ipv6 ? 40 : 20) - (flow->has_timestamps ? 32 : 20);
}

/* RFC 7323 3.2: two no-operations and the timestamps. */
static void put_timestamps(struct pen *pen, uint64_t time)
{
	put32(pen, 0x0101080a);
	put32(pen, (uint32_t)(time / 1000));
	put32(pen, (uint32_t)(time / 1000) - 20);
}

/* Segment size, no-operation, window scale, two no-operations, SACK permitted. */
static void put_offer(struct pen *pen, const struct flow *flow)
{
	put32(pen, 0x02040000U | (flow->is_ipv6 ? 1440 : 1460));
	put32(pen, 0x01030307);
	put32(pen, 0x01010402);
}

uint8_t *frame_tcp(struct sink *sink, struct flow *flow, const struct segment *segment)
{
	enum side from = segment->from;
	bool is_syn = segment->flags & TCP_SYN;
	uint16_t header = (uint16_t)(20 + (is_syn ? 12 : 0) + (flow->has_timestamps ? 12 : 0));
	const uint16_t transport[] = {(uint16_t)(header + segment->length), IP_TCP};
	struct pen pen = put_packet(sink, flow, from, transport);

	put16(&pen, flow->port[from]);
	put16(&pen, flow->port[!from]);
	put32(&pen, flow->next[from]);
	put32(&pen, segment->flags & TCP_ACK ? flow->next[!from] : 0);
	put16(&pen, (uint16_t)(header / 4 << 12 | segment->flags));
	put16(&pen, is_syn ? 64240 : 501);
	put32(&pen, 0);
	if (is_syn)
		put_offer(&pen, flow);
	if (flow->has_timestamps)
		put_timestamps(&pen, sink->time);
	flow->next[from] += (uint32_t)segment->length + !!(segment->flags & (TCP_SYN | TCP_FIN));
	return pen.at;
}

uint8_t *frame_udp(struct sink *sink, struct flow *flow, enum side from, size_t length)
{
	const uint16_t transport[] = {(uint16_t)(8 + length), IP_UDP};
	struct pen pen = put_packet(sink, flow, from, transport);

	put16(&pen, flow->port[from]);
	put16(&pen, flow->port[!from]);
	put16(&pen, transport[0]);
	put16(&pen, 0);
	return pen.at;
}
