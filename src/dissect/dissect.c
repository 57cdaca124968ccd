#include "dissect/dissect.h"

#include "base/limits.h"
#include "base/memory.h"
#include "dissect/dialogue.h"
#include "dissect/other_rows.h"
#include "net/fragment.h"

#include <stdlib.h>

/* Connections that have ended stay for a while: their last segments must not look like new ones. */
struct closed_ring {
	struct connection *places[LIMIT_CLOSED];
	size_t first, count;
};

struct dissect {
	const char *capture_name;
	struct dissect_wants wants;
	struct dissect_listener listener;
	struct connections *connections;
	struct fragments *fragments;
	struct rows *rows; /* NULL when no view wants them */
	struct dialogue *spare;
	struct closed_ring closed;
	uint32_t sessions;
	int64_t capture_start;
	bool has_start;
	bool drops_lines;
};

/* A packet on its way: what the stages below have found out. */
struct passing {
	const struct frame *frame;
	struct packet *packet;
	struct connection *connection;
	enum side side;
	struct draft *draft; /* NULL: no row wanted */
	unsigned marks;
};

struct dissect *dissect_new(const char *capture_name, const struct dissect_wants *wants,
	const struct dissect_listener *listener)
{
	struct dissect *dissect = memory_new(1, sizeof *dissect);

	dissect->capture_name = capture_name;
	dissect->wants = *wants;
	dissect->listener = *listener;
	dissect->connections = connections_new();
	if (wants->rows || wants->all_rows || wants->segments)
		dissect->rows = rows_new(&dissect->wants, listener);
	return dissect;
}

void dissect_free(struct dissect *dissect)
{
	if (dissect == NULL)
		return;
	connections_free(dissect->connections);
	fragments_free(dissect->fragments);
	rows_free(dissect->rows);
	dialogue_free_spare(dissect->spare);
	free(dissect);
}

void dissect_drop_lines(struct dissect *dissect)
{
	dissect->drops_lines = true;
}

static struct dialogue *above(const struct connection *connection)
{
	return connection->above;
}

/* Hands on the session, once. */
static void hand_on(struct dissect *dissect, struct connection *connection)
{
	struct dialogue *dialogue = above(connection);
	struct session *session;

	if (dialogue == NULL)
		return;
	dialogue_close(dialogue, connection->has_reset || (connection->streams[0].has_end &&
								  connection->streams[1].has_end));
	if (dialogue->talk == TALK_MAIL) {
		session = &dialogue->recorder.session;
		session->capture = dissect->capture_name;
		session->capture_start = dissect->capture_start;
		dissect->listener.on_session(dissect->listener.context, session);
	}
	dialogue_put_back(&dissect->spare, dialogue);
	connection->above = NULL;
}

static void deliver(
	struct connection *connection, enum side side, const struct chunk *chunk, uint64_t missing)
{
	struct dialogue *dialogue = above(connection);

	/* A dialogue may find that the sides are exchanged: ask the connection afterwards. */
	if (chunk->bytes.length > 0)
		dialogue_chunk(dialogue, side, chunk);
	if (UNLIKELY(missing > 0))
		dialogue_gap(dialogue, side, missing, chunk->origin);
}

/* Whether this side's bytes wait for bytes of the other side that they acknowledge. */
static bool is_blocked(const struct connection *connection, enum side side)
{
	return connection->unseen[side].is_set;
}

static void release(struct connection *connection, enum side side)
{
	struct ready ready;

	while (!is_blocked(connection, side) && stream_take(&connection->streams[side], &ready))
		deliver(connection, side, &ready.chunk, ready.missing);
}

static void settle_unseen(struct connection *connection, enum side side)
{
	struct unseen *unseen = &connection->unseen[side];
	struct tcp_stream *other = &connection->streams[side_other(side)];

	if (unseen->is_set && sequence_distance(unseen->acknowledged, other->next) >= 0) {
		unseen->is_set = false;
		release(connection, side);
	}
}

/* The capture lacks the bytes up to the acknowledged one. */
static void give_up(struct connection *connection, enum side side, struct origin origin)
{
	struct unseen *unseen = &connection->unseen[side];
	enum side other = side_other(side);
	struct tcp_stream *stream = &connection->streams[other];

	while (unseen->is_set && sequence_distance(stream->next, unseen->acknowledged) > 0) {
		uint32_t gap = stream_gap_below(stream, unseen->acknowledged);
		uint64_t missing = stream->held != NULL ? stream_give_up(stream) : gap;

		if (stream->held == NULL)
			stream->next = unseen->acknowledged;
		if (missing > 0)
			dialogue_gap(above(connection), other, missing, origin);
		connection->unseen[other].is_set = false;
		release(connection, other);
	}
	settle_unseen(connection, side);
}

/* Each packet of the connection that does not bring what was acknowledged costs patience. */
static void wear_patience(struct connection *connection, struct origin origin)
{
	for (int side = 0; side < 2; side++) {
		struct unseen *unseen = &connection->unseen[side];

		settle_unseen(connection, (enum side)side);
		if (unseen->is_set && ++unseen->packets > LIMIT_PATIENCE)
			give_up(connection, (enum side)side, origin);
	}
}

static void note_acknowledgement(
	struct connection *connection, enum side side, uint32_t acknowledged)
{
	struct tcp_stream *other = &connection->streams[side_other(side)];
	struct unseen *unseen = &connection->unseen[side];
	uint32_t gap;

	if (LIKELY(sequence_distance(other->next, acknowledged) <= 0) || !other->is_known ||
		unseen->is_set || other->octets == 0)
		return;
	gap = stream_gap_below(other, acknowledged);
	/* One octet may be a FIN that the capture lacks, or a keep-alive. */
	if (gap < 2 || gap > LIMIT_UNSEEN)
		return;
	*unseen = (struct unseen){true, 0, acknowledged};
}

/* Behind too many held segments a gap is assumed. */
static void relieve(struct connection *connection, enum side side, struct origin origin)
{
	struct tcp_stream *stream = &connection->streams[side];
	struct dialogue *dialogue = above(connection);
	uint64_t missing;

	if (stream->held_count <= LIMIT_HELD_SEGMENTS && stream->held_octets <= LIMIT_HELD_OCTETS)
		return;
	recorder_note(&dialogue->recorder, &(struct finding_note){.id = FINDING_HELD_LIMIT,
						   .side = side,
						   .frame = origin.frame,
						   .once = true});
	connection->unseen[side].is_set = false;
	missing = stream_give_up(stream);
	if (missing > 0)
		dialogue_gap(dialogue, side, missing, origin);
	release(connection, side);
}

static void note_again(
	struct passing *passing, enum placing placing, uint32_t new_octets, bool conflicts)
{
	struct connection *connection = passing->connection;
	struct dialogue *dialogue = above(connection);
	struct finding_note note = {
		.side = passing->side, .frame = passing->frame->number, .once = true};

	connection->tally.again += passing->packet->tcp.length - new_octets;
	if (placing == PLACED_OLD && passing->packet->tcp.length > 1) {
		connection->tally.retransmissions++;
		note.id = FINDING_RETRANSMISSION;
		recorder_note(&dialogue->recorder, &note);
	}
	note.id = FINDING_OVERLAP;
	note.once = false;
	if (conflicts)
		recorder_note(&dialogue->recorder, &note);
}

/* The payload: in order at once, or kept. */
static void take_payload(struct passing *passing)
{
	const struct tcp_segment *tcp = &passing->packet->tcp;
	struct connection *connection = passing->connection;
	enum side side = passing->side;
	struct tcp_stream *stream = &connection->streams[side];
	struct arriving arriving = {tcp->sequence + ((tcp->flags & TCP_SYN) != 0), tcp->length,
		{tcp->payload, {passing->frame->number, passing->frame->time}}};
	bool conflicts = false;
	enum placing placing = UNLIKELY(is_blocked(connection, side))
				       ? stream_keep(stream, &arriving, &conflicts)
				       : stream_place(stream, &arriving, &conflicts);

	if (LIKELY(placing == PLACED_NOW)) {
		deliver(connection, side, &arriving.chunk,
			arriving.length - arriving.chunk.bytes.length);
		if (UNLIKELY(arriving.length < tcp->length || conflicts))
			note_again(passing, placing, arriving.length, conflicts);
		return;
	}
	note_again(passing, placing, placing == PLACED_OLD ? 0 : arriving.length, conflicts);
	if (placing == PLACED_OLD)
		return;
	connection->tally.out_of_order++;
	if (passing->draft != NULL)
		passing->draft->waits |= WAIT_BYTES;
	release(connection, side);
	relieve(connection, side, arriving.chunk.origin);
}

static struct dialogue *need_dialogue(struct dissect *dissect, struct connection *connection)
{
	if (connection->above == NULL) {
		connection->above =
			dialogue_new(&dissect->spare, &dissect->wants, dissect->rows, connection);
		above(connection)->numbers = &dissect->sessions;
		above(connection)->recorder.drops_lines = dissect->drops_lines;
	}
	return connection->above;
}

static void end_sides(struct connection *connection, struct origin origin)
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

static void begin_streams(struct dissect *dissect, struct connection *connection, enum side side,
	const struct tcp_segment *tcp)
{
	struct tcp_stream *stream = &connection->streams[side];
	struct tcp_stream *other = &connection->streams[side_other(side)];

	(void)dissect;
	if ((tcp->flags & TCP_SYN) != 0 && (!stream->is_known || stream->octets == 0)) {
		connection->has_syn[side] = true;
		stream_begin(stream, tcp->sequence + 1);
	} else if (UNLIKELY(!stream->is_known)) {
		stream_begin(stream, tcp->sequence);
	}
	if (UNLIKELY(!other->is_known) && (tcp->flags & TCP_ACK) != 0)
		stream_begin(other, tcp->acknowledgement);
}

/* All that is held is handed on, gaps and all, the older first. */
static void flush_streams(struct connection *connection, struct origin origin)
{
	for (;;) {
		enum side side = SIDE_CLIENT;
		const struct tcp_stream *streams = connection->streams;
		uint64_t missing;

		connection->unseen[0].is_set = connection->unseen[1].is_set = false;
		if (streams[SIDE_CLIENT].held == NULL && streams[SIDE_SERVER].held == NULL)
			break;
		if (streams[SIDE_CLIENT].held == NULL ||
			(streams[SIDE_SERVER].held != NULL &&
				stream_held_frame(&streams[SIDE_SERVER]) <
					stream_held_frame(&streams[SIDE_CLIENT])))
			side = SIDE_SERVER;
		missing = stream_give_up(&connection->streams[side]);
		if (missing > 0)
			dialogue_gap(above(connection), side, missing, origin);
		release(connection, side);
	}
}

/* The dialogue is over, whatever may still come. */
static void finish_connection(
	struct dissect *dissect, struct connection *connection, struct origin origin)
{
	if (connection->above == NULL)
		return;
	flush_streams(connection, origin);
	dialogue_end(above(connection), SIDE_CLIENT, origin);
	dialogue_end(above(connection), SIDE_SERVER, origin);
	hand_on(dissect, connection);
}

static void remember_closed(struct dissect *dissect, struct connection *connection)
{
	struct closed_ring *ring = &dissect->closed;

	connection->has_closed = true;
	if (ring->count == LIMIT_CLOSED) {
		struct connection *oldest = ring->places[ring->first];

		ring->first = (ring->first + 1) % LIMIT_CLOSED;
		ring->count--;
		if (oldest != NULL) {
			finish_connection(
				dissect, oldest, (struct origin){oldest->last_frame, oldest->end});
			connections_close(dissect->connections, oldest, false);
		}
	}
	ring->places[(ring->first + ring->count++) % LIMIT_CLOSED] = connection;
}

/* A connection leaves before its turn in the ring: its ports are used anew. */
static void forget_closed(struct dissect *dissect, struct connection *connection)
{
	struct closed_ring *ring = &dissect->closed;

	for (size_t i = 0; connection->has_closed && i < ring->count; i++) {
		size_t place = (ring->first + i) % LIMIT_CLOSED;

		if (ring->places[place] == connection)
			ring->places[place] = NULL;
	}
}

static void close_now(struct dissect *dissect, struct connection *connection)
{
	finish_connection(
		dissect, connection, (struct origin){connection->last_frame, connection->end});
	forget_closed(dissect, connection);
	connections_close(dissect->connections, connection, false);
}

/* FIN of both, or RST: the session is handed on when the last FIN is acknowledged, or when others
 * have ended since. */
static void look_for_end(struct dissect *dissect, struct passing *passing)
{
	struct connection *connection = passing->connection;
	const struct tcp_segment *tcp = &passing->packet->tcp;
	struct tcp_stream *streams = connection->streams;
	struct origin origin = {passing->frame->number, passing->frame->time};
	bool is_acknowledged;

	if ((tcp->flags & TCP_RST) != 0)
		connection->has_reset = true, connection->tally.resets++;
	if ((tcp->flags & TCP_FIN) != 0 && !streams[passing->side].has_end)
		stream_finish(&streams[passing->side], tcp->sequence + tcp->length);
	end_sides(connection, origin);
	if (!connection->has_closed &&
		(connection->has_reset || (streams[0].is_ended && streams[1].is_ended)))
		remember_closed(dissect, connection);
	is_acknowledged = (tcp->flags & TCP_ACK) != 0 &&
			  tcp->acknowledgement == streams[side_other(passing->side)].end + 1 &&
			  (tcp->flags & TCP_FIN) == 0;
	if (connection->has_reset || (connection->has_closed && is_acknowledged))
		finish_connection(dissect, connection, origin);
}

static void tally_packet(const struct passing *passing)
{
	struct tally *tally = &passing->connection->tally;
	const struct packet *packet = passing->packet;

	tally->frames++;
	tally->wire += passing->frame->length;
	tally->network += packet->network_octets;
	tally->transport += packet->tcp.header_length;
	tally->payload += packet->tcp.length;
}

static void take_segment(struct dissect *dissect, struct passing *passing)
{
	struct connection *connection = passing->connection;
	const struct tcp_segment *tcp = &passing->packet->tcp;
	struct origin origin = {passing->frame->number, passing->frame->time};

	connection->end = passing->frame->time;
	connection->last_frame = passing->frame->number;
	tally_packet(passing);
	if (UNLIKELY(connection->above == NULL && connection->has_closed))
		return;
	begin_streams(dissect, connection, passing->side, tcp);
	if (LIKELY((tcp->flags & (TCP_ACK | TCP_RST)) == TCP_ACK))
		note_acknowledgement(connection, passing->side, tcp->acknowledgement);
	if (tcp->length > 0 && LIKELY((tcp->flags & TCP_RST) == 0)) {
		need_dialogue(dissect, connection);
		take_payload(passing);
		passing->side = connection_side(connection, passing->packet);
	}
	if (UNLIKELY(connection->unseen[0].is_set || connection->unseen[1].is_set))
		wear_patience(connection, origin);
	if (UNLIKELY((tcp->flags & (TCP_FIN | TCP_RST)) != 0 || connection->has_closed ||
		     connection->streams[0].has_end || connection->streams[1].has_end))
		look_for_end(dissect, passing);
}

static void count_marks(struct tally *tally, unsigned marks)
{
	tally->duplicate_acks += (marks & MARK_DUPLICATE_ACK) != 0;
	tally->zero_windows += (marks & MARK_ZERO_WINDOW) != 0;
}

/* "25 → 1470 [ACK] Seq=151 ..." and the marks in front of it. */
static void describe_segment(struct dissect *dissect, struct passing *passing)
{
	struct connection *connection = passing->connection;
	struct origin origin = {passing->frame->number, passing->frame->time};
	struct tcp_verdict verdict =
		analysis_add(connection->analysis, passing->side, &passing->packet->tcp, origin);

	verdict.marks |= passing->marks;
	passing->draft->side = passing->side;
	count_marks(&connection->tally, verdict.marks);
	analysis_add_marks(&passing->draft->marks, &verdict);
	if (dissect->wants.all_rows || dissect->wants.segments)
		analysis_add_info(&passing->draft->info, connection->analysis, passing->side,
			&passing->packet->tcp);
}

static void end_row(struct dissect *dissect, struct passing *passing, struct dialogue *dialogue)
{
	if (passing->draft == NULL)
		return;
	if (dialogue != NULL)
		dialogue_row(dialogue, passing->draft);
	rows_end(dissect->rows, passing->draft);
}

static bool is_mail_port(uint16_t port)
{
	return port == 25 || port == 110 || port == 465 || port == 587 || port == 995;
}

/* Without a SYN: the side on a mail port is the server, else the one with the lower port. */
static bool is_from_server(const struct tcp_segment *tcp)
{
	bool source = is_mail_port(tcp->source_port);

	if ((tcp->flags & TCP_SYN) != 0)
		return (tcp->flags & TCP_ACK) != 0;
	if (source != is_mail_port(tcp->destination_port))
		return source;
	return tcp->source_port < tcp->destination_port;
}

static struct connection *open_connection(struct dissect *dissect, const struct frame *frame,
	const struct packet *packet, uint64_t fingerprint)
{
	struct connection *connection = connections_open(
		dissect->connections, packet, fingerprint, is_from_server(&packet->tcp));

	if (connection == NULL)
		return NULL;
	for (int side = 0; side < 2; side++)
		stream_init(&connection->streams[side], dissect->wants.findings);
	connection->start = connection->end = frame->time;
	connection->first_frame = connection->last_frame = frame->number;
	if (dissect->rows != NULL) {
		connection->analysis = memory_new(1, sizeof *connection->analysis);
		analysis_init(connection->analysis);
	}
	return connection;
}

/* A SYN on a connection that has begun with another number: the ports are used anew (RFC
 * 9293 3.10.7.4). */
static bool is_new_beginning(
	const struct connection *connection, enum side side, const struct tcp_segment *tcp)
{
	const struct tcp_stream *stream = &connection->streams[side];

	if ((tcp->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN || !stream->is_known)
		return false;
	return connection->has_closed || stream->octets > 0 || tcp->sequence + 1 != stream->next;
}

/* The connection of a TCP packet; NULL when it is of no interest. */
static bool find_connection(struct dissect *dissect, struct passing *passing)
{
	const struct tcp_segment *tcp = &passing->packet->tcp;
	struct connection_search search;

	connections_find(dissect->connections, passing->packet, &search);
	if (LIKELY(search.found == CONNECTION_OPEN)) {
		passing->connection = search.connection;
		passing->side = search.side;
		if (LIKELY(!is_new_beginning(search.connection, search.side, tcp)))
			return true;
		passing->marks = MARK_REUSED_PORTS;
		close_now(dissect, search.connection);
	} else if (search.found == CONNECTION_REFUSED) {
		if (!connections_forget(
			    dissect->connections, passing->packet, search.fingerprint) ||
			(tcp->flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
			return false;
	} else if ((tcp->flags & TCP_SYN) == 0 && tcp->length == 0 && !dissect->wants.all_rows) {
		return false;
	}
	passing->connection =
		open_connection(dissect, passing->frame, passing->packet, search.fingerprint);
	passing->side = is_from_server(tcp) ? SIDE_SERVER : SIDE_CLIENT;
	return passing->connection != NULL;
}

/* Not mail: forgotten at once, unless its TCP rows are wanted. */
static void refuse(struct dissect *dissect, struct passing *passing)
{
	struct connection *connection = passing->connection;

	if (dissect->wants.all_rows || connection->has_closed)
		return;
	dialogue_close(above(connection), false);
	dialogue_put_back(&dissect->spare, above(connection));
	connections_close(dissect->connections, connection, true);
}

static void dissect_tcp(struct dissect *dissect, struct passing *passing)
{
	struct dialogue *dialogue;

	if (!find_connection(dissect, passing)) {
		if (passing->draft != NULL)
			rows_end(dissect->rows, passing->draft);
		return;
	}
	if (dissect->wants.segments || dissect->wants.settled_rows)
		need_dialogue(dissect, passing->connection);
	if (passing->draft != NULL)
		describe_segment(dissect, passing);
	take_segment(dissect, passing);
	dialogue = above(passing->connection);
	end_row(dissect, passing, dialogue);
	if (UNLIKELY(dialogue != NULL && dialogue->talk == TALK_OTHER))
		refuse(dissect, passing);
}

static struct draft *begin_row(
	struct dissect *dissect, const struct frame *frame, const struct packet *packet)
{
	struct draft *draft;

	if (dissect->rows == NULL || (!dissect->wants.all_rows && packet->kind != PACKET_TCP))
		return NULL;
	draft = rows_begin(dissect->rows, frame, dissect->capture_start);
	draft_addresses(draft, packet);
	draft->is_malformed = packet->is_cut;
	return draft;
}

/* Relative times count from the first frame; from 1970 when it has no time, as Wireshark does. */
void dissect_pass_over(struct dissect *dissect, const struct frame *frame)
{
	if (LIKELY(dissect->has_start))
		return;
	dissect->has_start = true;
	dissect->capture_start = frame->has_time ? frame->time : 0;
}

/* Most captures have no fragments: their table is made for the first one. */
static void take_fragment(struct dissect *dissect, struct packet *packet, const struct frame *frame)
{
	uint64_t first_frame;

	if (dissect->fragments == NULL)
		dissect->fragments = fragments_new();
	(void)fragments_add(dissect->fragments, packet, frame->number, &first_frame);
}

void dissect_frame(struct dissect *dissect, const struct frame *frame)
{
	struct packet packet;
	struct passing passing = {.frame = frame, .packet = &packet};
	uint64_t first_frame = 0;

	/* Relative times count from the first frame; from 1970 when it has no time, as Wireshark
	 * does. */
	if (UNLIKELY(!dissect->has_start)) {
		dissect->has_start = true;
		dissect->capture_start = frame->has_time ? frame->time : 0;
	}
	packet_decode(&packet, frame->link_type, frame->bytes);
	if (UNLIKELY(packet.kind == PACKET_FRAGMENT))
		take_fragment(dissect, &packet, frame);
	passing.draft = begin_row(dissect, frame, &packet);
	if (LIKELY(packet.kind == PACKET_TCP)) {
		dissect_tcp(dissect, &passing);
	} else if (passing.draft != NULL) {
		other_rows_describe(passing.draft, frame, &packet);
		rows_end(dissect->rows, passing.draft);
	}
}

void dissect_end(struct dissect *dissect)
{
	struct connection *connection;

	while ((connection = connections_oldest(dissect->connections)) != NULL)
		close_now(dissect, connection);
	if (dissect->rows != NULL)
		rows_finish(dissect->rows);
}
