#include "net/analysis.h"

/* Out-of-order when it comes sooner than this after the highest byte, unless the handshake told the
 * round trip. */
enum { REORDERING_TIME = 3000000, FAST_TIME = 20000000 };

void analysis_init(struct analysis *analysis)
{
	*analysis = (struct analysis){.syn_time = 0};
	analysis->flows[SIDE_CLIENT].scale = analysis->flows[SIDE_SERVER].scale = -1;
}

void analysis_prefetch(const struct analysis *analysis)
{
	PREFETCH(analysis);
	PREFETCH(&analysis->flows[0].last_marks);
	PREFETCH(&analysis->flows[1].last_marks);
}

void analysis_exchange(struct analysis *analysis)
{
	struct analysis_flow flow = analysis->flows[SIDE_CLIENT];

	analysis->flows[SIDE_CLIENT] = analysis->flows[SIDE_SERVER];
	analysis->flows[SIDE_SERVER] = flow;
}

static bool is_behind(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

static bool is_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

/* A segment with the direction's state around it, so that each question below is one expression. */
struct question {
	const struct tcp_segment *segment;
	struct analysis_flow *forward, *reverse;
	int64_t time;
	bool is_plain; /* none of SYN, FIN, RST */
};

static bool acknowledges_same(const struct question *q)
{
	return q->segment->acknowledgement == q->forward->acknowledged;
}

static bool repeats_last_ack(const struct question *q)
{
	return q->segment->length == 0 && q->segment->window == q->forward->window &&
	       q->forward->has_next && q->segment->sequence == q->forward->next &&
	       acknowledges_same(q) && q->is_plain;
}

static bool fills_window(const struct question *q)
{
	int scale = q->reverse->window_is_of_syn || q->reverse->scale < 0 ? 0 : q->reverse->scale;

	return q->segment->length > 0 && q->reverse->scale != -1 && q->is_plain &&
	       q->segment->sequence + q->segment->length ==
		       q->reverse->acknowledged + (q->reverse->window << scale);
}

static unsigned judge_order(const struct question *q)
{
	const struct tcp_segment *s = q->segment;
	unsigned marks = 0;

	if (s->window == 0 && q->is_plain)
		marks |= MARK_ZERO_WINDOW;
	if (q->forward->has_next && is_behind(s->sequence, q->forward->next) &&
		(s->flags & TCP_RST) == 0)
		marks |= MARK_LOST_BEFORE;
	if (s->length <= 1 && q->forward->has_next && s->sequence == q->forward->next - 1 &&
		q->is_plain)
		marks |= MARK_KEEP_ALIVE;
	if (s->length == 0 && s->window != 0 && s->window != q->forward->window &&
		q->forward->has_next && s->sequence == q->forward->next && acknowledges_same(q) &&
		q->is_plain)
		marks |= MARK_WINDOW_UPDATE;
	if (fills_window(q))
		marks |= MARK_WINDOW_FULL;
	return marks;
}

/* At most one of these holds. */
static unsigned judge_acknowledgement(const struct question *q, struct tcp_verdict *verdict)
{
	if (!repeats_last_ack(q))
		return 0;
	if (q->segment->window == 0)
		return (q->reverse->last_marks & MARK_ZERO_WINDOW_PROBE) != 0
			       ? MARK_ZERO_WINDOW_PROBE_ACK
			       : 0;
	if ((q->reverse->last_marks & MARK_KEEP_ALIVE) != 0)
		return MARK_KEEP_ALIVE_ACK;
	q->forward->unseen_is_told = false;
	verdict->duplicate = ++q->forward->duplicates;
	verdict->original_frame = q->forward->original_frame;
	return MARK_DUPLICATE_ACK;
}

/* Behind the highest octet seen only the first acknowledgement is marked, until the other side
 * acknowledges something new. */
static unsigned judge_unseen(const struct question *q)
{
	bool is_told = q->reverse->duplicates > 0 || q->reverse->unseen_is_told;

	if (!q->reverse->has_acked_limit || (q->segment->flags & TCP_ACK) == 0 ||
		!is_behind(q->segment->acknowledgement, q->reverse->acked_limit))
		return 0;
	if (q->reverse->acked_limit != q->reverse->next) {
		q->reverse->acked_limit = q->reverse->next;
		return MARK_ACKED_UNSEEN;
	}
	q->reverse->unseen_is_told = true;
	q->reverse->duplicates = 0;
	return is_told ? 0 : MARK_ACKED_UNSEEN;
}

/* The other side has just said twice that it waits for this segment. Wireshark takes it for said,
 * too, when octets were acknowledged that are not there. */
static bool asks_again(const struct question *q)
{
	return (q->reverse->duplicates >= 2 || q->reverse->unseen_is_told) &&
	       q->reverse->acknowledged == q->segment->sequence &&
	       q->time - q->reverse->acknowledged_time < FAST_TIME;
}

static unsigned judge_again(const struct question *q, int64_t round_trip)
{
	const struct tcp_segment *s = q->segment;
	uint32_t end = s->sequence + s->length + ((s->flags & (TCP_SYN | TCP_FIN)) != 0 ? 1 : 0);
	bool is_old = q->forward->has_next && is_before(s->sequence, q->forward->next);

	if (s->length > 1 && q->forward->next - 1 == s->sequence)
		is_old = false;
	if (s->length > 0 && q->reverse->acknowledged != 0 &&
		!is_behind(s->sequence + s->length, q->reverse->acknowledged))
		return MARK_SPURIOUS_RETRANSMISSION;
	if (!is_old)
		return 0;
	if (asks_again(q))
		return MARK_FAST_RETRANSMISSION;
	if (q->time - q->forward->next_time < (round_trip != 0 ? round_trip : REORDERING_TIME) &&
		q->forward->next != end)
		return MARK_OUT_OF_ORDER;
	return MARK_RETRANSMISSION;
}

static void remember(const struct question *q, unsigned marks)
{
	const struct tcp_segment *s = q->segment;
	struct analysis_flow *forward = q->forward;
	uint32_t next = s->sequence + s->length + ((s->flags & (TCP_SYN | TCP_FIN)) != 0 ? 1 : 0);
	bool is_probe = (marks & MARK_ZERO_WINDOW_PROBE) != 0;

	if ((!forward->has_next || is_behind(next, forward->next)) && !is_probe) {
		forward->next = next;
		forward->next_time = q->time;
		forward->has_next = true;
	}
	if ((!forward->has_acked_limit || s->sequence == forward->acked_limit) && !is_probe) {
		forward->acked_limit = forward->next;
		forward->has_acked_limit = true;
	}
	forward->window = s->window;
	forward->window_is_of_syn = (s->flags & TCP_SYN) != 0;
	forward->acknowledged = s->acknowledgement;
	forward->acknowledged_time = q->time;
	forward->last_marks = marks;
}

/* The shift of a window scale option (RFC 7323 2.2), or -2. */
static int8_t window_scale(struct span options)
{
	struct cursor c = cursor_of(options);

	while (c.left > 0) {
		uint8_t kind = cursor_u8(&c);
		uint8_t length;

		if (kind == 0)
			break;
		if (kind == 1)
			continue;
		length = cursor_u8(&c);
		if (length < 2)
			break;
		if (kind == 3 && length == 3) {
			uint8_t shift = cursor_u8(&c);

			return (int8_t)(shift > 14 ? 14 : shift);
		}
		cursor_skip(&c, length - 2u);
		if (c.is_short)
			break;
	}
	return -2;
}

static void note_bases(struct analysis *analysis, enum side side, const struct tcp_segment *s)
{
	struct analysis_flow *forward = &analysis->flows[side];
	struct analysis_flow *reverse = &analysis->flows[side_other(side)];
	bool has_syn = (s->flags & TCP_SYN) != 0;

	if (!forward->has_base) {
		forward->base = has_syn ? s->sequence : s->sequence - 1;
		forward->has_base = true;
	}
	if (!reverse->has_base && (s->flags & TCP_ACK) != 0) {
		reverse->base = s->acknowledgement - 1;
		reverse->has_base = true;
	}
	if (!has_syn)
		return;
	forward->scale = window_scale(s->options);
	/* RFC 7323 2.2: scaled only if both sides offered it. */
	if (forward->scale == -2 || ((s->flags & TCP_ACK) != 0 && reverse->scale == -2))
		forward->scale = reverse->scale = -2;
}

/* From a SYN to the first segment that has ACK alone, most often the handshake's last. */
static void note_round_trip(struct analysis *analysis, const struct tcp_segment *s, int64_t time)
{
	if ((s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
		analysis->syn_time = time;
	else if (analysis->round_trip == 0 && analysis->syn_time != 0 &&
		 (s->flags & (TCP_SYN | TCP_ACK)) == TCP_ACK)
		analysis->round_trip = time - analysis->syn_time;
}

struct tcp_verdict analysis_add(struct analysis *analysis, enum side side,
	const struct tcp_segment *segment, struct origin origin)
{
	struct tcp_verdict verdict = {0};
	struct question q = {segment, &analysis->flows[side], &analysis->flows[side_other(side)],
		origin.time, (segment->flags & (TCP_SYN | TCP_FIN | TCP_RST)) == 0};

	note_bases(analysis, side, segment);
	/* A SYN once more: what came behind a gap is forgotten. */
	if ((segment->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && q.forward->has_acked_limit)
		q.forward->next = q.forward->acked_limit;
	if (segment->length == 1 && q.forward->has_next && segment->sequence == q.forward->next &&
		q.reverse->window == 0 && q.reverse->has_next) {
		verdict.marks = MARK_ZERO_WINDOW_PROBE;
	} else {
		verdict.marks = judge_order(&q);
		verdict.marks |= judge_acknowledgement(&q, &verdict);
	}
	if (segment->acknowledgement != q.forward->acknowledged) {
		q.forward->original_frame = origin.frame;
		q.forward->duplicates = 0;
		q.forward->unseen_is_told = false;
	}
	verdict.marks |= judge_unseen(&q);
	if ((segment->length > 0 || (segment->flags & (TCP_SYN | TCP_FIN)) != 0) &&
		(verdict.marks & MARK_KEEP_ALIVE) == 0)
		verdict.marks |= judge_again(&q, analysis->round_trip);
	remember(&q, verdict.marks);
	note_round_trip(analysis, segment, origin.time);
	return verdict;
}

void analysis_add_marks(struct buffer *out, const struct tcp_verdict *verdict)
{
	static const struct {
		enum tcp_mark mark;
		const char *text;
	} marks[] = {
		{MARK_ZERO_WINDOW_PROBE_ACK, "[TCP ZeroWindowProbeAck] "},
		{MARK_ZERO_WINDOW, "[TCP ZeroWindow] "},
		{MARK_ZERO_WINDOW_PROBE, "[TCP ZeroWindowProbe] "},
		{MARK_DUPLICATE_ACK, NULL},
		{MARK_KEEP_ALIVE_ACK, "[TCP Keep-Alive ACK] "},
		{MARK_KEEP_ALIVE, "[TCP Keep-Alive] "},
		{MARK_WINDOW_FULL, "[TCP Window Full] "},
		{MARK_WINDOW_UPDATE, "[TCP Window Update] "},
		{MARK_ACKED_UNSEEN, "[TCP ACKed unseen segment] "},
		{MARK_LOST_BEFORE, "[TCP Previous segment not captured] "},
		{MARK_RETRANSMISSION, "[TCP Retransmission] "},
		{MARK_OUT_OF_ORDER, "[TCP Out-Of-Order] "},
		{MARK_FAST_RETRANSMISSION, "[TCP Fast Retransmission] "},
		{MARK_SPURIOUS_RETRANSMISSION, "[TCP Spurious Retransmission] "},
		{MARK_REUSED_PORTS, "[TCP Port numbers reused] "},
	};

	if (LIKELY(verdict->marks == 0))
		return;
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		if ((verdict->marks & marks[i].mark) == 0)
			continue;
		if (marks[i].text != NULL) {
			buffer_add_text(out, marks[i].text);
			continue;
		}
		buffer_add_text(out, "[TCP Dup ACK ");
		buffer_add_number(out, verdict->original_frame);
		buffer_add_byte(out, '#');
		buffer_add_number(out, verdict->duplicate);
		buffer_add_text(out, "] ");
	}
}

static void add_field(struct buffer *out, const char *name, uint64_t value)
{
	buffer_add_text(out, name);
	buffer_add_number(out, value);
}

static void add_flags(struct buffer *out, uint16_t flags)
{
	static const char *const names[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"};
	const char *separator = " [";

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if ((flags >> i & 1) == 0)
			continue;
		buffer_add_text(out, separator);
		buffer_add_text(out, names[i]);
		separator = ", ";
	}
	buffer_add_text(out, flags == 0 ? " [<None>]" : "]");
}

static void add_sack_edges(struct buffer *out, struct cursor c, uint32_t base)
{
	while (c.left >= 8) {
		add_field(out, " SLE=", cursor_u32(&c) - base);
		add_field(out, " SRE=", cursor_u32(&c) - base);
	}
}

static void add_option(struct buffer *out, uint8_t kind, struct span value, uint32_t reverse_base)
{
	struct cursor c = cursor_of(value);

	if (kind == 2 && value.length == 2) {
		add_field(out, " MSS=", cursor_u16(&c));
	} else if (kind == 3 && value.length == 1) {
		uint8_t shift = cursor_u8(&c);

		add_field(out, " WS=", 1u << (shift > 14 ? 14 : shift));
	} else if (kind == 4 && value.length == 0) {
		buffer_add_text(out, " SACK_PERM");
	} else if (kind == 5) {
		add_sack_edges(out, c, reverse_base);
	} else if (kind == 8 && value.length == 8) {
		add_field(out, " TSval=", cursor_u32(&c));
		add_field(out, " TSecr=", cursor_u32(&c));
	}
}

static void add_options(struct buffer *out, struct span options, uint32_t reverse_base)
{
	struct cursor c = cursor_of(options);

	while (c.left > 0) {
		uint8_t kind = cursor_u8(&c);
		uint8_t length;

		if (kind == 0)
			return;
		if (kind == 1)
			continue;
		length = cursor_u8(&c);
		if (length < 2 || c.left < length - 2u)
			return;
		add_option(out, kind, cursor_span(&c, length - 2u), reverse_base);
	}
}

void analysis_add_info(struct buffer *out, const struct analysis *analysis, enum side side,
	const struct tcp_segment *segment)
{
	const struct analysis_flow *forward = &analysis->flows[side];
	uint32_t reverse_base = analysis->flows[side_other(side)].base;
	int scale = (segment->flags & TCP_SYN) == 0 && forward->scale > 0 ? forward->scale : 0;

	buffer_add_number(out, segment->source_port);
	buffer_add_text(out, " \xe2\x86\x92 ");
	buffer_add_number(out, segment->destination_port);
	add_flags(out, segment->flags);
	add_field(out, " Seq=", segment->sequence - forward->base);
	if ((segment->flags & TCP_ACK) != 0)
		add_field(out, " Ack=", segment->acknowledgement - reverse_base);
	add_field(out, " Win=", (uint64_t)segment->window << scale);
	if ((segment->flags & TCP_URG) != 0)
		add_field(out, " Urg=", segment->urgent);
	add_field(out, " Len=", segment->length);
	add_options(out, segment->options, reverse_base);
}
