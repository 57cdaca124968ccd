#include "net/fragment.h"

#include "base/limits.h"
#include "base/memory.h"

#include <stdlib.h>

struct piece {
	uint32_t offset, length;
};

struct datagram {
	uint8_t family, protocol;
	uint8_t source[16], destination[16];
	uint32_t id;
	struct fragments_sum sum; /* first_frame 0: the place is free */
	uint32_t total;           /* octets, known from the last fragment; 0 until then */
	uint8_t *bytes;
	uint32_t size;
	struct piece pieces[LIMIT_FRAGMENTS];
	size_t count;
};

struct fragments {
	struct datagram datagrams[LIMIT_FRAGMENTED];
	uint8_t *whole; /* bytes of the datagram handed out last */
};

struct fragments *fragments_new(void)
{
	return memory_new(1, sizeof(struct fragments));
}

static void datagram_drop(struct datagram *datagram)
{
	free(datagram->bytes);
	*datagram = (struct datagram){.size = 0};
}

void fragments_free(struct fragments *fragments)
{
	if (fragments == NULL)
		return;
	for (size_t i = 0; i < LIMIT_FRAGMENTED; i++)
		datagram_drop(&fragments->datagrams[i]);
	free(fragments->whole);
	free(fragments);
}

static bool datagram_is_of(const struct datagram *datagram, const struct packet *packet)
{
	size_t octets = packet->family == 4 ? 4 : 16;

	return datagram->sum.first_frame != 0 && datagram->id == packet->fragment_id &&
	       datagram->family == packet->family && datagram->protocol == packet->protocol &&
	       memcmp(datagram->source, packet->source, octets) == 0 &&
	       memcmp(datagram->destination, packet->destination, octets) == 0;
}

static struct datagram *datagram_begin(
	struct datagram *datagram, const struct packet *packet, uint64_t frame)
{
	size_t octets = packet->family == 4 ? 4 : 16;

	datagram_drop(datagram);
	datagram->family = packet->family;
	datagram->protocol = packet->protocol;
	datagram->id = packet->fragment_id;
	datagram->sum.first_frame = frame;
	memcpy(datagram->source, packet->source, octets);
	memcpy(datagram->destination, packet->destination, octets);
	return datagram;
}

/* The datagram that the packet belongs to, begun if it is not there: in a free place, or in the
 * oldest's. */
static struct datagram *datagram_find(
	struct fragments *fragments, const struct packet *packet, uint64_t frame)
{
	struct datagram *oldest = &fragments->datagrams[0];

	for (size_t i = 0; i < LIMIT_FRAGMENTED; i++) {
		struct datagram *datagram = &fragments->datagrams[i];

		if (datagram_is_of(datagram, packet))
			return datagram;
		if (datagram->sum.first_frame < oldest->sum.first_frame)
			oldest = datagram;
	}
	return datagram_begin(oldest, packet, frame);
}

/* RFC 5722: bytes that overlap are kept as they came first. */
static void datagram_write(struct datagram *datagram, struct piece piece, const uint8_t *bytes)
{
	if (piece.offset + piece.length > datagram->size) {
		datagram->size = piece.offset + piece.length;
		datagram->bytes = memory_resize(datagram->bytes, datagram->size, 1);
	}
	for (uint32_t at = piece.offset; at < piece.offset + piece.length; at++) {
		bool is_there = false;

		for (size_t i = 0; i < datagram->count && !is_there; i++)
			is_there = at - datagram->pieces[i].offset < datagram->pieces[i].length;
		if (!is_there)
			datagram->bytes[at] = bytes[at - piece.offset];
	}
	datagram->pieces[datagram->count++] = piece;
}

static bool datagram_is_whole(const struct datagram *datagram)
{
	uint32_t end = 0;

	if (datagram->total == 0)
		return false;
	for (bool has_grown = true; has_grown && end < datagram->total;) {
		has_grown = false;
		for (size_t i = 0; i < datagram->count; i++) {
			const struct piece *piece = &datagram->pieces[i];

			if (piece->offset <= end && piece->offset + piece->length > end) {
				end = piece->offset + piece->length;
				has_grown = true;
			}
		}
	}
	return end >= datagram->total;
}

enum step fragments_add(struct fragments *fragments, struct packet *packet,
	struct fragment_frame frame, struct fragments_sum *sum)
{
	struct piece piece = {packet->fragment_offset, packet->transport_length};
	struct datagram *datagram;

	if (packet->transport.length < piece.length || piece.length == 0 ||
		piece.offset + piece.length > LIMIT_DATAGRAM)
		return STEP_FAIL;
	datagram = datagram_find(fragments, packet, frame.number);
	datagram->sum.frames++;
	datagram->sum.wire += frame.length;
	datagram->sum.network += packet->network_octets;
	*sum = datagram->sum;
	if (datagram->count == LIMIT_FRAGMENTS)
		return STEP_FAIL;
	datagram_write(datagram, piece, packet->transport.at);
	if (!packet->has_more_fragments)
		datagram->total = piece.offset + piece.length;
	if (!datagram_is_whole(datagram))
		return STEP_MORE;
	free(fragments->whole);
	fragments->whole = datagram->bytes;
	datagram->bytes = NULL;
	packet->transport = span_of(fragments->whole, datagram->total);
	packet->transport_length = datagram->total;
	packet->kind = PACKET_IP;
	if (packet->protocol == IP_TCP)
		packet_decode_tcp(packet);
	datagram_drop(datagram);
	return STEP_DONE;
}
