#include "dissect/delivery.h"

#include "base/limits.h"
#include "dissect/dialogue.h"

static struct dialogue *above(const struct connection *connection)
{
	return connection->above;
}

static void note(struct connection *connection, enum finding_id id, enum side side, uint64_t frame)
{
	recorder_note(&above(connection)->recorder,
		&(struct finding_note){
			.id = id, .side = side, .frame = frame, .once = id != FINDING_OVERLAP});
}

static NEVER_INLINE void deliver_cut(
	struct connection *connection, enum side side, const struct chunk *chunk, uint64_t missing)
{
	bool was_exchanged = connection->is_exchanged;

	if (chunk->bytes.length > 0)
		dialogue_chunk(above(connection), side, chunk);
	if (connection->is_exchanged != was_exchanged) /* the chunk said who is the server */
		side = side_other(side);
	note(connection, FINDING_SNAPLEN, side, chunk->origin.frame);
	dialogue_gap(above(connection), side, missing, chunk->origin);
}

/* The chunk, and octets missing behind it: the snapshot length has cut them off. */
static inline void deliver(
	struct connection *connection, enum side side, const struct chunk *chunk, uint64_t missing)
{
	if (UNLIKELY(missing > 0))
		deliver_cut(connection, side, chunk, missing);
	else if (LIKELY(chunk->bytes.length > 0))
		dialogue_chunk(above(connection), side, chunk);
}

/* Whether the capture has anything of the direction: one that it lacks is not waited for. */
static bool is_heard(const struct connection *connection, enum side side)
{
	const struct tcp_stream *stream = &connection->streams[side];

	return stream->octets > 0 || stream->held != NULL || connection->has_syn[side];
}

/* Whether all that side's sender had seen of the other direction was handed on. */
static inline bool is_next(
	const struct connection *connection, enum side side, uint32_t acknowledges)
{
	const struct tcp_stream *other = &connection->streams[side_other(side)];
	int32_t unseen = sequence_distance(other->next, acknowledges);

	if (LIKELY(unseen <= 0))
		return true;
	/* One octet may be a FIN that the capture lacks, unless it is here and waits itself. */
	return (unseen == 1 && other->held == NULL) || unseen > LIMIT_UNSEEN || !other->is_known ||
	       !is_heard(connection, side_other(side));
}

/* Hands on whatever can be, turn by turn. */
static void hand_on(struct connection *connection)
{
	bool has_moved = true;

	while (has_moved) {
		has_moved = false;
		for (int i = 0; i < 2; i++) {
			struct tcp_stream *stream = &connection->streams[i];
			uint32_t acknowledges;
			struct ready ready;

			if (!stream_has_ready(stream, &acknowledges) ||
				!is_next(connection, (enum side)i, acknowledges) ||
				!stream_take(stream, &ready))
				continue;
			has_moved = true;
			deliver(connection, (enum side)i, &ready.chunk, ready.missing);
		}
	}
}

/* Of a segment's octets only so many were new. */
static void note_again(
	struct connection *connection, enum side side, uint32_t octets, uint32_t new_octets)
{
	struct tally *tally = connection->analysis != NULL ? &connection->analysis->tally : NULL;

	if (tally != NULL)
		tally->again += octets - new_octets;
	if (new_octets > 0 || octets < 2) /* one octet: a keep-alive */
		return;
	if (tally != NULL)
		tally->retransmissions++;
	note(connection, FINDING_RETRANSMISSION, side, connection->last_frame);
}

/* Behind too many held segments a gap is assumed. */
static void relieve(struct connection *connection, enum side side, struct origin origin)
{
	struct tcp_stream *stream = &connection->streams[side];
	uint64_t missing;

	if (stream->held_count <= LIMIT_HELD_SEGMENTS && stream->held_octets <= LIMIT_HELD_OCTETS)
		return;
	note(connection, FINDING_HELD_LIMIT, side, origin.frame);
	while (stream->held_count > LIMIT_HELD_SEGMENTS / 2 ||
		stream->held_octets > LIMIT_HELD_OCTETS / 2) {
		struct ready ready;

		missing = stream_give_up(stream);
		if (missing > 0)
			dialogue_gap(above(connection), side, missing, origin);
		if (!stream_take(stream, &ready))
			break;
		deliver(connection, side, &ready.chunk, ready.missing);
	}
	hand_on(connection);
}

bool delivery_take(struct connection *connection, enum side side, const struct tcp_segment *segment,
	struct origin origin)
{
	struct tcp_stream *stream = &connection->streams[side];
	uint32_t acknowledges = (segment->flags & TCP_ACK) != 0
					? segment->acknowledgement
					: connection->streams[side_other(side)].next;
	struct arriving arriving = {segment->sequence + ((segment->flags & TCP_SYN) != 0),
		segment->length, acknowledges, {segment->payload, origin}};
	bool is_probe = (segment->length == 1) & (arriving.sequence == stream->next - 1);
	bool conflicts = false;
	enum placing placing = LIKELY(is_next(connection, side, acknowledges))
				       ? stream_place(stream, &arriving, &conflicts)
				       : stream_keep(stream, &arriving, &conflicts);

	if (UNLIKELY(arriving.length < segment->length))
		note_again(connection, side, segment->length, arriving.length);
	/* A keep-alive may carry any octet (RFC 9293 3.8.4). */
	if (UNLIKELY(conflicts && !is_probe))
		note(connection, FINDING_OVERLAP, side, origin.frame);
	if (LIKELY(placing == PLACED_NOW)) {
		deliver(connection, side, &arriving.chunk,
			arriving.length - arriving.chunk.bytes.length);
		if (UNLIKELY(connection->streams[0].held != NULL ||
			     connection->streams[1].held != NULL))
			hand_on(connection);
		return false;
	}
	if (placing == PLACED_OLD)
		return false;
	if (connection->analysis != NULL)
		connection->analysis->tally.out_of_order++;
	hand_on(connection);
	relieve(connection, side, origin);
	return stream_holds(&connection->streams[0], origin.frame) ||
	       stream_holds(&connection->streams[1], origin.frame);
}

void delivery_acknowledge(struct connection *connection, enum side side, uint32_t acknowledged)
{
	struct tcp_stream *other = &connection->streams[side_other(side)];

	bool is_farther = !other->has_acknowledged ||
			  sequence_distance(other->acknowledged, acknowledged) > 0;

	other->acknowledged = is_farther ? acknowledged : other->acknowledged;
	other->has_acknowledged = true;
}

/* The capture lacks what this direction's receiver has acknowledged. */
static bool give_up(struct connection *connection, enum side side, struct origin origin)
{
	struct tcp_stream *stream = &connection->streams[side];
	uint32_t missing = is_heard(connection, side) ? stream_skip(stream) : 0;

	if (missing == 0)
		return false;
	if (stream->held != NULL)
		origin = stream_held_origin(stream);
	if (above(connection) != NULL)
		dialogue_gap(above(connection), side, missing, origin);
	hand_on(connection);
	return true;
}

/* Whether an acknowledgement alone speaks of many octets: it may be damaged, or forged. To believe
 * it would be to drop all that is still to come before it. */
static bool is_doubtful(const struct connection *connection, enum side side)
{
	const struct tcp_stream *stream = &connection->streams[side];

	return stream->held == NULL && !stream->has_end && stream_lacks(stream) > LIMIT_BELIEVED;
}

/* Waiting has an end: a gap, or what waits for nothing is handed on. */
static bool lose_patience(struct connection *connection, enum side side, struct origin origin)
{
	struct tcp_stream *other = &connection->streams[side_other(side)];
	uint32_t acknowledges;
	struct ready ready;

	if (!is_doubtful(connection, side))
		return give_up(connection, side, origin);
	while (stream_has_ready(other, &acknowledges) && stream_take(other, &ready))
		deliver(connection, side_other(side), &ready.chunk, ready.missing);
	return false;
}

void delivery_wait(struct connection *connection, struct origin origin)
{
	const struct tcp_stream *streams = connection->streams;

	if (LIKELY((sequence_distance(streams[0].next, streams[0].acknowledged) < 2 ||
			   !is_heard(connection, SIDE_CLIENT)) &&
		    (sequence_distance(streams[1].next, streams[1].acknowledged) < 2 ||
			    !is_heard(connection, SIDE_SERVER)))) {
		connection->waited = 0;
		return;
	}
	if (connection->above == NULL || ++connection->waited <= LIMIT_PATIENCE)
		return;
	connection->waited = 0;
	while (lose_patience(connection, SIDE_CLIENT, origin) ||
		lose_patience(connection, SIDE_SERVER, origin))
		;
}

void delivery_end(struct connection *connection, struct origin origin)
{
	for (int side = 0; side < 2; side++) {
		struct tcp_stream *stream = &connection->streams[side];

		if (!stream->has_end || stream->is_ended || stream->held != NULL ||
			sequence_distance(stream->next, stream->end) > 0)
			continue;
		stream->is_ended = true;
		if (connection->above != NULL)
			dialogue_end(above(connection), (enum side)side, origin);
	}
}

/* Which direction's first held segment came first; false when nothing is held. */
static bool oldest_held(const struct connection *connection, enum side *side)
{
	const struct tcp_stream *client = &connection->streams[SIDE_CLIENT];
	const struct tcp_stream *server = &connection->streams[SIDE_SERVER];

	*side = client->held == NULL ||
				(server->held != NULL && stream_held_origin(server).frame <
								 stream_held_origin(client).frame)
			? SIDE_SERVER
			: SIDE_CLIENT;
	return connection->streams[*side].held != NULL;
}

void delivery_flush(struct connection *connection, struct origin origin)
{
	enum side side;

	while (give_up(connection, SIDE_CLIENT, origin) || give_up(connection, SIDE_SERVER, origin))
		;
	/* What nobody has acknowledged: the older first, whatever it waits for. */
	while (oldest_held(connection, &side)) {
		struct tcp_stream *stream = &connection->streams[side];
		struct origin next = stream_held_origin(stream);
		uint64_t missing = stream_give_up(stream);
		struct ready ready;

		if (missing > 0)
			dialogue_gap(above(connection), side, missing, next);
		if (stream_take(stream, &ready))
			deliver(connection, side, &ready.chunk, ready.missing);
		hand_on(connection);
	}
}
