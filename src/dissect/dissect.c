#include "dissect/dissect.h"

#include "base/memory.h"
#include "dissect/closed.h"
#include "dissect/delivery.h"
#include "dissect/dialogue.h"
#include "dissect/other_rows.h"
#include "mail/port.h"
#include "net/fragment.h"

#include <stdlib.h>

/* A packet on its way: what the stages below have found out. */
struct passing {
	const struct frame *frame;
	struct packet packet;
	struct connection_search search;
	struct connection *connection;
	enum side side;
	struct draft *draft;            /* NULL: no row wanted */
	struct fragments_sum fragments; /* the datagram's, when it came in pieces */
	bool is_over;                   /* the connection needs no more packets */
	unsigned marks;
};

enum { PASSING_TOGETHER = 16 };

struct dissect {
	const char *capture_name;
	struct dissect_wants wants;
	struct dissect_listener listener;
	struct connections *connections;
	struct fragments *fragments;
	struct rows *rows; /* NULL when no view wants them */
	struct closed_ring closed;
	uint32_t sessions;
	int64_t capture_start;
	bool has_start;
	bool drops_lines;
	bool watches; /* rows or statistics are wanted: every packet of a connection counts */
	struct passing passings[PASSING_TOGETHER];
};

struct dissect *dissect_new(const char *capture_name, const struct dissect_wants *wants,
	const struct dissect_listener *listener)
{
	struct dissect *dissect = memory_new(1, sizeof *dissect);

	dissect->capture_name = capture_name;
	dissect->wants = *wants;
	dissect->listener = *listener;
	dissect->connections = connections_new(
		&(struct connection_room){dialogue_room_octets(), dialogue_fini_room});
	if (wants->rows || wants->all_rows || wants->segments)
		dissect->rows = rows_new(&dissect->wants, listener);
	dissect->watches = dissect->rows != NULL || wants->statistics || wants->settled_rows;
	return dissect;
}

void dissect_free(struct dissect *dissect)
{
	if (dissect == NULL)
		return;
	connections_free(dissect->connections);
	fragments_free(dissect->fragments);
	rows_free(dissect->rows);
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
		connection->session = session->number;
		dissect->listener.on_session(dissect->listener.context, session);
	}
	dialogue_leave(dialogue);
	connection->above = NULL;
}

static NEVER_INLINE void begin_dialogue(struct dissect *dissect, struct connection *connection)
{
	struct dialogue *dialogue = dialogue_begin(connection, &dissect->wants, dissect->rows);

	dialogue->numbers = &dissect->sessions;
	dialogue->recorder.session.capture_start = dissect->capture_start;
	dialogue->recorder.drops_lines = dissect->drops_lines;
	connection->above = dialogue;
}

static inline void need_dialogue(struct dissect *dissect, struct connection *connection)
{
	if (UNLIKELY(connection->above == NULL))
		begin_dialogue(dissect, connection);
}

static void begin_streams(
	struct connection *connection, enum side side, const struct tcp_segment *tcp)
{
	struct tcp_stream *stream = &connection->streams[side];
	struct tcp_stream *other = &connection->streams[side_other(side)];

	if ((tcp->flags & TCP_SYN) != 0 && (!stream->is_known || stream->octets == 0)) {
		connection->has_syn[side] = true;
		stream_begin(stream, tcp->sequence + 1);
	} else if ((tcp->flags & TCP_SYN) != 0) { /* late */
		connection->has_syn[side] |= tcp->sequence + 1 == stream->begin;
	} else if (UNLIKELY(!stream->is_known)) {
		stream_begin(stream, tcp->sequence);
	}
	if (UNLIKELY(!other->is_known) && (tcp->flags & TCP_ACK) != 0)
		stream_begin(other, tcp->acknowledgement);
	connection->is_begun = stream->is_known && other->is_known;
}

/* The dialogue is over, whatever may still come. */
static void finish_connection(
	struct dissect *dissect, struct connection *connection, struct origin origin)
{
	if (connection->above == NULL)
		return;
	delivery_flush(connection, origin);
	dialogue_end(above(connection), SIDE_CLIENT, origin);
	dialogue_end(above(connection), SIDE_SERVER, origin);
	hand_on(dissect, connection);
}

static void close_for_good(struct dissect *dissect, struct connection *connection)
{
	finish_connection(
		dissect, connection, (struct origin){connection->last_frame, connection->end});
	connections_close(dissect->connections, connection, CONNECTION_UNKNOWN);
}

static void close_now(struct dissect *dissect, struct connection *connection)
{
	if (connection->has_closed)
		closed_ring_remove(&dissect->closed, connection->fingerprint);
	close_for_good(dissect, connection);
}

static void remember_closed(struct dissect *dissect, struct connection *connection)
{
	uint64_t oldest = closed_ring_add(&dissect->closed, connection->fingerprint);
	struct connection *kept =
		oldest != 0 ? connections_retire(dissect->connections, oldest) : NULL;

	connection->has_closed = true;
	if (kept != NULL)
		close_for_good(dissect, kept);
}

static void note_reset(struct connection *connection, bool is_taken)
{
	connection->has_reset |= is_taken;
	if (connection->analysis != NULL)
		connection->analysis->tally.resets++;
}

/* FIN of both, or RST that its receiver may take: the session is handed on when the last FIN is
 * acknowledged, or when others have ended since. */
static void look_for_end(struct dissect *dissect, struct passing *passing)
{
	struct connection *connection = passing->connection;
	const struct tcp_segment *tcp = &passing->packet.tcp;
	struct tcp_stream *streams = connection->streams;
	struct origin origin = {passing->frame->number, passing->frame->time};
	bool is_acknowledged;

	if ((tcp->flags & TCP_RST) != 0)
		note_reset(connection, stream_may_take(&streams[passing->side], tcp->sequence));
	if ((tcp->flags & TCP_FIN) != 0 && !streams[passing->side].has_end)
		stream_finish(&streams[passing->side], tcp->sequence + tcp->length);
	delivery_end(connection, origin);
	if (!connection->has_closed &&
		(connection->has_reset || (streams[0].is_ended && streams[1].is_ended)))
		remember_closed(dissect, connection);
	connection->is_ending = connection->has_closed || streams[0].has_end || streams[1].has_end;
	is_acknowledged = (tcp->flags & TCP_ACK) != 0 &&
			  tcp->acknowledgement == streams[side_other(passing->side)].end + 1 &&
			  (tcp->flags & TCP_FIN) == 0;
	passing->is_over = connection->has_reset || (connection->has_closed && is_acknowledged);
}

static void tally_packet(const struct passing *passing)
{
	struct tally *tally = &passing->connection->analysis->tally;
	const struct packet *packet = &passing->packet;

	if (LIKELY(passing->fragments.frames == 0)) {
		tally->frames++;
		tally->wire += passing->frame->length;
		tally->network += packet->network_octets;
	} else {
		tally->frames += passing->fragments.frames;
		tally->wire += passing->fragments.wire;
		tally->network += passing->fragments.network;
	}
	tally->transport += packet->tcp.header_length;
	tally->payload += packet->tcp.length;
}

/* Empty segments of a connection that began before the capture do not begin the session: those of
 * views without their rows have not seen them at all. */
static bool begins(
	struct connection *connection, const struct frame *frame, const struct tcp_segment *tcp)
{
	if ((tcp->flags & TCP_SYN) == 0 && tcp->length == 0)
		return false;
	connection->is_idle = false;
	connection->start = frame->time;
	connection->first_frame = frame->number;
	return true;
}

static void take_segment(struct dissect *dissect, struct passing *passing)
{
	struct connection *connection = passing->connection;
	const struct tcp_segment *tcp = &passing->packet.tcp;
	struct origin origin = {passing->frame->number, passing->frame->time};

	if (UNLIKELY(connection->is_idle) && !begins(connection, passing->frame, tcp))
		return;
	connection->end = passing->frame->time;
	connection->last_frame = passing->frame->number;
	connection->has_sent[passing->side] = true;
	if (UNLIKELY(dissect->wants.statistics))
		tally_packet(passing);
	if (UNLIKELY(connection->has_closed && connection->above == NULL))
		return;
	if (UNLIKELY((tcp->flags & TCP_SYN) != 0 || !connection->is_begun))
		begin_streams(connection, passing->side, tcp);
	if (LIKELY((tcp->flags & (TCP_ACK | TCP_RST)) == TCP_ACK))
		delivery_acknowledge(connection, passing->side, tcp->acknowledgement);
	if (tcp->length > 0 && LIKELY((tcp->flags & TCP_RST) == 0)) {
		bool was_exchanged = connection->is_exchanged;

		need_dialogue(dissect, connection);
		if (delivery_take(connection, passing->side, tcp, origin) && passing->draft != NULL)
			passing->draft->waits |= WAIT_BYTES;
		if (UNLIKELY(connection->is_exchanged != was_exchanged))
			passing->side = side_other(passing->side);
	}
	delivery_wait(connection, origin);
	if (UNLIKELY((tcp->flags & (TCP_FIN | TCP_RST)) != 0 || connection->is_ending))
		look_for_end(dissect, passing);
}

static void count_marks(struct tally *tally, unsigned marks)
{
	tally->duplicate_acks += (marks & MARK_DUPLICATE_ACK) != 0;
	tally->zero_windows += (marks & MARK_ZERO_WINDOW) != 0;
}

/* What the segment is in the light of those before it: for statistics and rows. */
static struct tcp_verdict judge_segment(const struct passing *passing)
{
	struct connection *connection = passing->connection;
	struct origin origin = {passing->frame->number, passing->frame->time};
	struct tcp_verdict verdict =
		analysis_add(connection->analysis, passing->side, &passing->packet.tcp, origin);

	verdict.marks |= passing->marks;
	count_marks(&connection->analysis->tally, verdict.marks);
	return verdict;
}

/* "25 → 1470 [ACK] Seq=151 ..." and the marks in front of it. */
static void describe_segment(
	struct dissect *dissect, struct passing *passing, const struct tcp_verdict *verdict)
{
	passing->draft->side = passing->side;
	analysis_add_marks(&passing->draft->marks, verdict);
	if (dissect->wants.all_rows || dissect->wants.segments)
		analysis_add_info(&passing->draft->info, passing->connection->analysis,
			passing->side, &passing->packet.tcp);
}

/* What rows and statistics need of the segment before its bytes are taken. */
static NEVER_INLINE void watch_segment(struct dissect *dissect, struct passing *passing)
{
	struct tcp_verdict verdict;

	if ((dissect->wants.segments || dissect->wants.settled_rows) &&
		!passing->connection->has_closed)
		need_dialogue(dissect, passing->connection);
	if (passing->connection->analysis == NULL)
		return;
	verdict = judge_segment(passing);
	if (passing->draft != NULL)
		describe_segment(dissect, passing, &verdict);
}

static void end_row(struct dissect *dissect, struct passing *passing, struct dialogue *dialogue)
{
	if (dialogue != NULL)
		dialogue_row(dialogue, passing->draft);
	else
		passing->draft->row.session = passing->connection->session;
	rows_end(dissect->rows, passing->draft);
}

/* Without a SYN: the side on a mail port is the server, else the one with the lower port. */
static bool is_from_server(const struct tcp_segment *tcp)
{
	bool source = mail_port_find(tcp->source_port) != NULL;

	if ((tcp->flags & TCP_SYN) != 0)
		return (tcp->flags & TCP_ACK) != 0;
	if (source != (mail_port_find(tcp->destination_port) != NULL))
		return source;
	return tcp->source_port < tcp->destination_port;
}

static struct connection *open_connection(struct dissect *dissect, const struct frame *frame,
	const struct packet *packet, const struct connection_key *key)
{
	struct connection *connection =
		connections_open(dissect->connections, packet, key, is_from_server(&packet->tcp));

	if (connection == NULL)
		return NULL;
	for (int side = 0; side < 2; side++)
		stream_init(&connection->streams[side], dissect->wants.findings);
	connection->start = connection->end = frame->time;
	connection->first_frame = connection->last_frame = frame->number;
	connection->is_idle = true;
	if (dissect->rows != NULL || dissect->wants.statistics) {
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
	return connection->has_closed || tcp->sequence + 1 != stream->begin;
}

/* The connection that a SYN opens in the place of an older one. When it is the same SYN once more,
 * the marks and relative numbers of its row go on from there, as in Wireshark. */
static struct connection *reopen_connection(struct dissect *dissect, struct passing *passing)
{
	const struct connection_search *search = &passing->search;
	struct connection *connection = search->connection;
	const struct analysis_flow *flow =
		connection->analysis != NULL ? &connection->analysis->flows[search->side] : NULL;
	bool is_same = flow != NULL && flow->has_base && flow->base == passing->packet.tcp.sequence;
	struct analysis analysis;

	if (is_same) {
		analysis = *connection->analysis;
		if (search->side == SIDE_SERVER)
			analysis_exchange(&analysis);
	} else {
		passing->marks = MARK_REUSED_PORTS;
	}
	close_now(dissect, connection);
	connection = open_connection(dissect, passing->frame, &passing->packet, &search->key);
	if (connection != NULL && is_same) {
		*connection->analysis = analysis;
		connection->analysis->tally = (struct tally){.frames = 0};
	}
	return connection;
}

/* Finds or opens the connection of a TCP packet; false when it is of no interest. */
static bool find_connection(struct dissect *dissect, struct passing *passing)
{
	const struct tcp_segment *tcp = &passing->packet.tcp;
	struct connection_search *search = &passing->search;

	connections_find(dissect->connections, &passing->packet, search);
	if (LIKELY(search->found == CONNECTION_OPEN)) {
		passing->connection = search->connection;
		passing->side = search->side;
		if (LIKELY(!is_new_beginning(search->connection, search->side, tcp)))
			return true;
		passing->connection = reopen_connection(dissect, passing);
		passing->side = SIDE_CLIENT;
		return passing->connection != NULL;
	}
	if (search->found != CONNECTION_UNKNOWN) {
		if (!connections_forget(dissect->connections, &passing->packet, &search->key) ||
			(tcp->flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
			return false;
		if (search->found == CONNECTION_OVER)
			closed_ring_remove(&dissect->closed, search->key.fingerprint);
	} else if ((tcp->flags & TCP_SYN) == 0 && tcp->length == 0 && !dissect->wants.all_rows) {
		return false;
	}
	passing->connection =
		open_connection(dissect, passing->frame, &passing->packet, &search->key);
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
	dialogue_leave(above(connection));
	connections_close(dissect->connections, connection, CONNECTION_REFUSED);
}

/* All was said and acknowledged. Only rows and statistics want to know what else comes. */
static void end_connection(struct dissect *dissect, struct passing *passing)
{
	finish_connection(dissect, passing->connection,
		(struct origin){passing->frame->number, passing->frame->time});
	if (!dissect->watches)
		connections_close(dissect->connections, passing->connection, CONNECTION_OVER);
}

static void dissect_tcp(struct dissect *dissect, struct passing *passing)
{
	struct dialogue *dialogue;

	if (!find_connection(dissect, passing)) {
		if (passing->draft != NULL)
			rows_end(dissect->rows, passing->draft);
		return;
	}
	if (UNLIKELY(dissect->watches))
		watch_segment(dissect, passing);
	take_segment(dissect, passing);
	dialogue = above(passing->connection);
	if (UNLIKELY(passing->draft != NULL))
		end_row(dissect, passing, dialogue);
	if (UNLIKELY(dialogue != NULL && dialogue->talk == TALK_OTHER))
		refuse(dissect, passing);
	else if (UNLIKELY(passing->is_over))
		end_connection(dissect, passing);
}

/* Whether the packet may have a row: in a list of mail alone only one that says something. */
static bool wants_row(const struct dissect *dissect, const struct packet *packet)
{
	return dissect->wants.all_rows ||
	       (packet->kind == PACKET_TCP && (packet->tcp.length > 0 || dissect->wants.segments));
}

static struct draft *begin_row(
	struct dissect *dissect, const struct frame *frame, const struct packet *packet)
{
	struct draft *draft = rows_begin(dissect->rows, frame, dissect->capture_start);

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
static void take_fragment(struct dissect *dissect, struct passing *passing)
{
	struct fragment_frame frame = {passing->frame->number, passing->frame->length};

	if (dissect->fragments == NULL)
		dissect->fragments = fragments_new();
	(void)fragments_add(dissect->fragments, &passing->packet, frame, &passing->fragments);
	if (passing->packet.kind == PACKET_TCP)
		connections_expect(dissect->connections, &passing->packet, &passing->search);
}

/* Asks for the dialogues that have to do with the packets: where they are is known, whether they
 * have begun is not asked. No packet tells of the next: what they decide is counted, not branched
 * on. */
static void prefetch_above(
	const struct dissect *dissect, struct passing *const *passings, size_t count)
{
	const struct connection *silent[PASSING_TOGETHER];
	size_t silent_count = 0;

	for (size_t i = 0; i < count; i++) {
		const struct connection *connection = passings[i]->search.connection;

		silent[silent_count] = connection;
		silent_count += passings[i]->packet.tcp.length == 0;
		dialogue_prefetch(connection_room(connection));
	}
	for (size_t i = 0; i < silent_count; i++)
		if (silent[i]->is_ending)
			dialogue_prefetch_end(connection_room(silent[i]));
	for (size_t i = 0; i < count && dissect->watches; i++) {
		const struct connection *connection = passings[i]->search.connection;

		dialogue_prefetch_row(connection_room(connection));
		if (connection->analysis != NULL)
			analysis_prefetch(connection->analysis);
	}
}

/* All is in memory, but nearly nothing in the processor's cache: with a thousand connections open a
 * packet's own was last used a thousand packets ago. So what many packets need is asked for at
 * once, stage by stage, each stage finding what the one before asked for. */
static void look_ahead(struct dissect *dissect, const struct frame *frames, size_t count)
{
	struct passing *passings = dissect->passings;
	struct passing *open[PASSING_TOGETHER];
	size_t open_count = 0;

	for (size_t i = 0; i < count; i++) {
		struct passing *passing = &passings[i];

		passing->frame = &frames[i];
		packet_decode(&passing->packet, frames[i].link_type, frames[i].bytes);
		if (LIKELY(passing->packet.kind == PACKET_TCP))
			connections_expect(
				dissect->connections, &passing->packet, &passing->search);
	}
	for (size_t i = 0; i < count; i++) {
		if (UNLIKELY(passings[i].packet.kind != PACKET_TCP))
			continue;
		connections_prefetch(dissect->connections, &passings[i].search);
		open[open_count] = &passings[i];
		open_count += passings[i].search.connection != NULL;
	}
	prefetch_above(dissect, open, open_count);
}

static void take_packet(struct dissect *dissect, struct passing *passing)
{
	passing->is_over = false;
	passing->marks = 0;
	passing->fragments.frames = 0;
	if (UNLIKELY(passing->packet.kind == PACKET_FRAGMENT))
		take_fragment(dissect, passing);
	passing->draft = NULL;
	if (dissect->rows != NULL && wants_row(dissect, &passing->packet))
		passing->draft = begin_row(dissect, passing->frame, &passing->packet);
	if (LIKELY(passing->packet.kind == PACKET_TCP)) {
		dissect_tcp(dissect, passing);
	} else if (passing->draft != NULL) {
		other_rows_describe(passing->draft, passing->frame, &passing->packet);
		rows_end(dissect->rows, passing->draft);
	}
}

void dissect_frames(struct dissect *dissect, const struct frame *frames, size_t count)
{
	if (count > 0)
		dissect_pass_over(dissect, frames);
	while (count > 0) {
		size_t some = count < PASSING_TOGETHER ? count : PASSING_TOGETHER;

		look_ahead(dissect, frames, some);
		for (size_t i = 0; i < some; i++)
			take_packet(dissect, &dissect->passings[i]);
		frames += some;
		count -= some;
	}
}

void dissect_frame(struct dissect *dissect, const struct frame *frame)
{
	dissect_frames(dissect, frame, 1);
}

void dissect_end(struct dissect *dissect)
{
	size_t count;
	struct connection **all = connections_all(dissect->connections, &count);

	for (size_t i = 0; i < count; i++)
		close_now(dissect, all[i]);
	free(all);
	if (dissect->rows != NULL)
		rows_finish(dissect->rows);
}
