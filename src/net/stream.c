#include "net/stream.h"

#include "base/limits.h"
#include "base/memory.h"

#include <stdlib.h>

/* A piece behind a gap. length may be more than captured: the rest is missing. */
struct held {
	struct held *later;
	uint32_t sequence, length, captured, acknowledges;
	struct origin origin;
	uint8_t bytes[];
};

enum { RECENT_FIRST = 256 };

/* A ring that grows as far as LIMIT_RECENT: most connections say little. */
struct recent {
	uint32_t end; /* sequence number behind the newest byte */
	uint32_t count;
	uint32_t size; /* of bytes: a power of two */
	uint8_t bytes[];
};

void stream_init(struct tcp_stream *stream, bool keeps_recent)
{
	*stream = (struct tcp_stream){.keeps_recent = keeps_recent};
}

void stream_fini(struct tcp_stream *stream)
{
	while (stream->held != NULL) {
		struct held *held = stream->held;

		stream->held = held->later;
		free(held);
	}
	free(stream->recent);
	stream->recent = NULL;
}

void stream_begin(struct tcp_stream *stream, uint32_t sequence)
{
	stream->next = stream->begin = sequence;
	stream->is_known = true;
}

/* Room for the bytes, and for those that are there, if the limit allows both. */
static struct recent *recent_grow(struct recent *old, size_t octets)
{
	uint32_t size = old != NULL ? old->size : RECENT_FIRST;
	uint32_t count = old != NULL ? old->count : 0;
	struct recent *recent;

	while (size < LIMIT_RECENT && size < count + octets)
		size *= 2;
	if (old != NULL && old->size == size)
		return old;
	recent = memory_new(1, sizeof *recent + size);
	recent->size = size;
	if (old == NULL)
		return recent;
	recent->end = old->end;
	recent->count = count;
	for (uint32_t back = 1; back <= count; back++)
		recent->bytes[(old->end - back) % size] = old->bytes[(old->end - back) % old->size];
	free(old);
	return recent;
}

/* At most as many bytes as there is room for. */
static void recent_add(struct recent *recent, uint32_t sequence, struct span bytes)
{
	uint32_t at = sequence % recent->size;
	struct span first = span_first(bytes, recent->size - at);
	struct span rest = span_from(bytes, first.length);

	if (recent->end != sequence)
		recent->count = 0;
	memcpy(recent->bytes + at, first.at, first.length);
	if (rest.length > 0)
		memcpy(recent->bytes, rest.at, rest.length);
	recent->end = sequence + (uint32_t)bytes.length;
	recent->count += (uint32_t)bytes.length;
	if (recent->count > recent->size)
		recent->count = recent->size;
}

/* Whether bytes that come again differ from those that were handed on, as far as these are kept. */
static bool recent_differs(const struct recent *recent, uint32_t sequence, struct span bytes)
{
	for (size_t i = 0; i < bytes.length; i++) {
		uint32_t back = recent->end - (sequence + (uint32_t)i);

		if (back == 0 || back > recent->count)
			continue;
		if (recent->bytes[(recent->end - back) % recent->size] != bytes.at[i])
			return true;
	}
	return false;
}

static void stream_advance(struct tcp_stream *stream, uint32_t length, struct span bytes)
{
	if (stream->keeps_recent && bytes.length > 0) {
		size_t old = bytes.length > LIMIT_RECENT ? bytes.length - LIMIT_RECENT : 0;
		struct span kept = span_from(bytes, old);

		stream->recent = recent_grow(stream->recent, kept.length);
		recent_add(stream->recent, stream->next + (uint32_t)old, kept);
	}
	stream->next += length;
	stream->octets += bytes.length;
}

/* Cuts the first octets off. */
static void arriving_cut(struct arriving *segment, uint32_t octets)
{
	segment->sequence += octets;
	segment->length -= octets;
	segment->chunk.bytes = span_from(segment->chunk.bytes, octets);
}

static struct held *held_new(const struct arriving *segment, uint32_t length, struct held *later)
{
	struct span bytes = span_first(segment->chunk.bytes, length);
	struct held *held = memory_new(1, sizeof *held + bytes.length);

	held->later = later;
	held->sequence = segment->sequence;
	held->length = length;
	held->captured = (uint32_t)bytes.length;
	held->acknowledges = segment->acknowledges;
	held->origin = segment->chunk.origin;
	if (bytes.length > 0)
		memcpy(held->bytes, bytes.at, bytes.length);
	return held;
}

static bool held_differs(const struct held *held, uint32_t sequence, struct span bytes)
{
	uint32_t from = sequence - held->sequence;

	if (from >= held->captured)
		return false;
	bytes = span_first(bytes, held->captured - from);
	return bytes.length > 0 && memcmp(held->bytes + from, bytes.at, bytes.length) != 0;
}

static void stream_hold(struct tcp_stream *stream, const struct arriving *segment, uint32_t length,
	struct held **place)
{
	*place = held_new(segment, length, *place);
	stream->held_count++;
	stream->held_octets += (*place)->captured;
}

/* Puts what is new of the segment between the held pieces: those came first and keep their bytes.
 */
static bool stream_weave(struct tcp_stream *stream, struct arriving segment, bool *conflicts)
{
	struct held **place = &stream->held;
	bool has_new = false;

	while (segment.length > 0) {
		struct held *held = *place;
		int32_t before =
			held != NULL ? sequence_distance(segment.sequence, held->sequence) : 0;
		uint32_t length = segment.length;

		if (held == NULL || before > 0) {
			if (held != NULL && (uint32_t)before < length)
				length = (uint32_t)before;
			stream_hold(stream, &segment, length, place);
			has_new = true;
		} else {
			uint32_t inside = segment.sequence - held->sequence;

			length = inside < held->length ? held->length - inside : 0;
			if (length > segment.length)
				length = segment.length;
			if (length > 0 && held_differs(held, segment.sequence,
						  span_first(segment.chunk.bytes, length)))
				*conflicts = true;
		}
		arriving_cut(&segment, length);
		place = &(*place)->later;
	}
	return has_new;
}

/* Cuts off what was handed on already; how far the rest stands behind the next byte. */
static int32_t stream_cut_old(struct tcp_stream *stream, struct arriving *segment, bool *conflicts)
{
	int32_t distance = sequence_distance(stream->next, segment->sequence);
	uint32_t old = stream->next - segment->sequence;

	if (distance >= 0)
		return distance;
	if (old > segment->length)
		old = segment->length;
	if (stream->recent != NULL && recent_differs(stream->recent, segment->sequence,
					      span_first(segment->chunk.bytes, old)))
		*conflicts = true;
	arriving_cut(segment, old);
	return 0;
}

enum placing stream_keep(struct tcp_stream *stream, struct arriving *segment, bool *conflicts)
{
	(void)stream_cut_old(stream, segment, conflicts);
	if (segment->length == 0)
		return PLACED_OLD;
	return stream_weave(stream, *segment, conflicts) ? PLACED_HELD : PLACED_OLD;
}

enum placing stream_place_apart(
	struct tcp_stream *stream, struct arriving *segment, bool *conflicts)
{
	int32_t distance = stream_cut_old(stream, segment, conflicts);

	if (segment->length == 0)
		return PLACED_OLD;
	if (distance > 0 || stream->held != NULL)
		return stream_weave(stream, *segment, conflicts) ? PLACED_HELD : PLACED_OLD;
	stream_advance(stream, segment->length, segment->chunk.bytes);
	return PLACED_NOW;
}

/* The piece handed out last stays at the front, with length 0, until now: its bytes were borrowed.
 */
static void stream_drop_taken(struct tcp_stream *stream)
{
	struct held *held = stream->held;

	if (held == NULL || held->length > 0)
		return;
	stream->held = held->later;
	free(held);
}

bool stream_has_ready(struct tcp_stream *stream, uint32_t *acknowledges)
{
	stream_drop_taken(stream);
	if (stream->held == NULL || stream->held->sequence != stream->next)
		return false;
	*acknowledges = stream->held->acknowledges;
	return true;
}

bool stream_take(struct tcp_stream *stream, struct ready *ready)
{
	uint32_t acknowledges;
	struct held *held;

	if (!stream_has_ready(stream, &acknowledges))
		return false;
	held = stream->held;
	ready->chunk = (struct chunk){span_of(held->bytes, held->captured), held->origin};
	ready->missing = held->length - held->captured;
	stream->held_count--;
	stream->held_octets -= held->captured;
	stream_advance(stream, held->length, ready->chunk.bytes);
	held->length = 0;
	held->sequence = stream->next;
	return true;
}

uint64_t stream_give_up(struct tcp_stream *stream)
{
	uint32_t missing;

	stream_drop_taken(stream);
	if (stream->held == NULL)
		return 0;
	missing = stream->held->sequence - stream->next;
	stream->next = stream->held->sequence;
	return missing;
}

uint32_t stream_lacks(const struct tcp_stream *stream)
{
	int32_t unseen = sequence_distance(stream->next, stream->acknowledged);

	if (!stream->is_known || !stream->has_acknowledged || unseen < 2 || unseen > LIMIT_UNSEEN)
		return 0;
	if (stream->has_end && sequence_distance(stream->end, stream->acknowledged) > 0)
		unseen = sequence_distance(stream->next, stream->end);
	if (stream->held != NULL) {
		int32_t hole = sequence_distance(stream->next, stream->held->sequence);

		unseen = hole < unseen ? hole : unseen;
	}
	return unseen > 0 ? (uint32_t)unseen : 0;
}

uint32_t stream_skip(struct tcp_stream *stream)
{
	uint32_t skipped = stream_lacks(stream);

	stream->next += skipped;
	return skipped;
}

bool stream_may_take(const struct tcp_stream *stream, uint32_t sequence)
{
	int32_t ahead = sequence_distance(stream->next, sequence);

	if (!stream->is_known)
		return true;
	if (ahead < 0)
		return stream->has_acknowledged
			       ? sequence_distance(stream->acknowledged, sequence) >= 0
			       : ahead >= -LIMIT_UNSEEN;
	return ahead <= LIMIT_UNSEEN;
}

void stream_finish(struct tcp_stream *stream, uint32_t sequence)
{
	stream->has_end = true;
	stream->end = sequence;
}

struct origin stream_held_origin(const struct tcp_stream *stream)
{
	return stream->held->origin;
}

bool stream_holds(const struct tcp_stream *stream, uint64_t frame)
{
	for (const struct held *held = stream->held; held != NULL; held = held->later)
		if (held->length > 0 && held->origin.frame == frame)
			return true;
	return false;
}
