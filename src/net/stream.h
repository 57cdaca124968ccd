/* net/stream.h: one direction of a TCP connection: every byte once, in order, whatever the packets
 * did. */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include "base/attributes.h"
#include "base/chunk.h"

struct held;
struct recent;

struct tcp_stream {
	uint32_t next;         /* sequence number of the next byte to hand on */
	uint32_t acknowledged; /* by the other side, the farthest; valid with has_acknowledged */
	uint32_t end;          /* sequence number of the FIN; valid with has_end */
	bool is_known; /* next is set: a SYN, or the first segment of a capture that begins midway
			*/
	bool has_acknowledged;
	bool has_end;  /* a FIN was seen */
	bool is_ended; /* all bytes before it were handed on */
	bool keeps_recent;
	uint32_t begin; /* sequence number of the first byte; valid with is_known */
	uint32_t held_count, held_octets;
	struct held *held;     /* segments behind a gap, in order, not overlapping */
	struct recent *recent; /* the last bytes handed on, to compare what is sent again with;
				  NULL: none yet */
	uint64_t octets;       /* handed on */
};

/* A segment's payload as it came: bytes may be fewer than length (the snapshot length cut them). */
struct arriving {
	uint32_t sequence, length;
	uint32_t acknowledges; /* the other direction's bytes up to here */
	struct chunk chunk;
};

/* What became of a segment. */
enum placing {
	PLACED_OLD,  /* nothing new in it */
	PLACED_NOW,  /* in order, all new */
	PLACED_HELD, /* kept, or partly new: ask stream_take() for what can be handed on */
};

/* Bytes ready for the layers above: the chunk, then octets that are missing behind it. */
struct ready {
	struct chunk chunk;
	uint64_t missing;
};

void stream_init(struct tcp_stream *stream, bool keeps_recent);
void stream_fini(struct tcp_stream *stream);

/* The sequence number of the first byte that may come. */
void stream_begin(struct tcp_stream *stream, uint32_t sequence);

/* The slow way of stream_place(): overlaps, gaps, reordering. */
enum placing stream_place_apart(
	struct tcp_stream *stream, struct arriving *segment, bool *conflicts);

/* Keeps what is new of a segment even if it is in order, for a later stream_take(). */
enum placing stream_keep(struct tcp_stream *stream, struct arriving *segment, bool *conflicts);

/* Places a segment. PLACED_NOW: what was old is cut off it; the caller hands on segment->chunk,
 * and then length - bytes octets are missing. *conflicts is set when it carries other bytes than
 * those that were there first (which are kept: RFC 9293 3.10.7.4). */
static inline enum placing stream_place(
	struct tcp_stream *stream, struct arriving *segment, bool *conflicts)
{
	if (LIKELY(segment->sequence == stream->next && stream->held == NULL &&
		    !stream->keeps_recent)) {
		stream->next += segment->length;
		stream->octets += segment->chunk.bytes.length;
		return PLACED_NOW;
	}
	return stream_place_apart(stream, segment, conflicts);
}

/* The next held bytes that are in order now; false when there are none. They hold until the next
 * call on the stream. */
bool stream_take(struct tcp_stream *stream, struct ready *ready);

/* Gives up on the gap before the first held segment: the octets missing, 0 when nothing is held. */
uint64_t stream_give_up(struct tcp_stream *stream);

/* Whether the next held bytes are in order; then *acknowledges says which of the other direction's
 * bytes their sender had seen. */
bool stream_has_ready(struct tcp_stream *stream, uint32_t *acknowledges);

/* The octets that the other side has acknowledged though they were not seen: 0 when there are none.
 * One octet does not count: it may be a FIN that the capture lacks. */
uint32_t stream_lacks(const struct tcp_stream *stream);

/* Skips what stream_lacks() says; the octets skipped. */
uint32_t stream_skip(struct tcp_stream *stream);

/* The packet that brought the first held segment; something must be held. */
struct origin stream_held_origin(const struct tcp_stream *stream);

/* Whether bytes of the frame are still held. */
bool stream_holds(const struct tcp_stream *stream, uint64_t frame);

/* Whether the receiver may take a segment without data at this sequence number, a RST say: one
 * outside its window it drops (RFC 9293 3.10.7.4). What the capture lacks may have moved the window
 * on. */
bool stream_may_take(const struct tcp_stream *stream, uint32_t sequence);

/* Notes a FIN at this sequence number. */
void stream_finish(struct tcp_stream *stream, uint32_t sequence);

/* The octets between a and b of RFC 9293 3.4's circle: negative when a stands behind b. */
static inline int32_t sequence_distance(uint32_t a, uint32_t b)
{
	return (int32_t)(b - a);
}

#endif
