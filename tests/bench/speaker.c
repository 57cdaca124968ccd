#include "speaker.h"

#include <string.h>

enum {
	DATAGRAM = 1200, /* octets of payload in the large ones */
	PORTS = 28231,   /* how many a client uses; a prime */
};

/* 65,536 clients, 16 servers; one session in eight is IPv6. */
static void set_addresses(struct flow *flow, uint32_t number, uint32_t server)
{
	uint32_t host = number * 40503U & 0xffff;

	flow->is_ipv6 = number % 8 == 5;
	for (int side = CLIENT; side <= SERVER; side++) {
		uint8_t high = side == CLIENT ? (uint8_t)(host >> 8) : 0;
		uint8_t low = side == CLIENT ? (uint8_t)host : (uint8_t)(server + 1);
		uint8_t net = (uint8_t)(side + 1);
		const uint8_t v6[16] = {0x20, 1, 0x0d, 0xb8, 0, net, [14] = high, [15] = low};
		const uint8_t v4[16] = {10, net, high, low};
		memcpy(flow->address[side], flow->is_ipv6 ? v6 : v4, 16);
	}
}

void speaker_init(
	struct speaker *speaker, struct stage *stage, const struct talk *talk, uint32_t number)
{
	struct chance *chance = &stage->chance;
	struct flow *flow = &speaker->flow;

	speaker->talk = talk;
	speaker->number = number;
	speaker->phase = talk->is_udp ? PHASE_TALK : PHASE_SYN;
	speaker->row = 0;
	speaker->rounds = talk->rounds > 0 ? chance_below(chance, talk->rounds) : 0;
	speaker->unacknowledged = 0;
	speaker->owes = false;
	speaker->messages = 0;
	speaker->turn.from = CLIENT;
	speaker->turn.length = speaker->turn.sent = 0;
	set_addresses(flow, number, chance_below(chance, 16));
	flow->has_timestamps = chance_below(chance, 2);
	flow->port[CLIENT] = (uint16_t)(32768 + number * 7919ULL % PORTS);
	flow->port[SERVER] = talk->port;
	for (int side = CLIENT; side <= SERVER; side++) {
		flow->next[side] = chance_next(chance);
		flow->identification[side] = (uint16_t)chance_next(chance);
	}
}

static size_t put_number(uint8_t *at, uint64_t number)
{
	uint8_t digits[20];
	size_t count = 0;

	do {
		digits[count++] = (uint8_t)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	for (size_t i = 0; i < count; i++)
		at[i] = digits[count - 1 - i];
	return count;
}

/* The row's text with its placeholders filled. */
static void write_text(struct turn *turn, const struct row *row, uint32_t number)
{
	size_t length = 0;

	for (size_t i = 0; i < row->length; i++) {
		char c = row->text[i];
		if (c == '%')
			length += put_number(turn->text + length, number);
		else if (c == '#')
			length += put_number(turn->text + length, turn->body.length);
		else
			turn->text[length++] = (uint8_t)c;
	}
	turn->text_length = length;
}

/* Where the dot line of one message in sixteen is cut by a segment's end. */
static size_t choose_cut(const struct turn *turn, struct chance *chance)
{
	if (turn->tail_length == 0 || chance_below(chance, 16) != 0)
		return 0;
	return turn->length - 1 - chance_below(chance, 4);
}

static void fill_turn(struct speaker *speaker, struct stage *stage, const struct row *row)
{
	const struct talk *talk = speaker->talk;
	struct turn *turn = &speaker->turn;

	turn->from = row->from;
	turn->sent = 0;
	turn->body = (struct slice){NULL, 0};
	turn->tail_length = row->use & ROW_MESSAGE ? 3 : 0;
	if (row->use & (ROW_MESSAGE | ROW_BODY))
		turn->body = pool_slice(&stage->pools[talk->pool], &stage->chance,
			chance_small(&stage->chance, talk->least, talk->most));
	if (row->use & ROW_EXACT) {
		memcpy(turn->text, row->text, row->length);
		turn->text_length = row->length;
	} else {
		write_text(turn, row, speaker->number);
	}
	turn->length = turn->text_length + turn->body.length + turn->tail_length;
	turn->cut = choose_cut(turn, &stage->chance);
	speaker->messages += (row->use & ROW_MESSAGE) != 0;
}

static uint32_t find_again(const struct row *rows)
{
	uint32_t row = 0;

	while (!(rows[row].use & ROW_AGAIN))
		row++;
	return row;
}

/* Makes the next turn; false when all is said. */
static bool next_turn(struct speaker *speaker, struct stage *stage)
{
	const struct row *rows = speaker->talk->rows;
	const struct row *row = &rows[speaker->row];

	if (row->text == NULL)
		return false;
	fill_turn(speaker, stage, row);
	speaker->row++;
	if (row->use & ROW_BACK && speaker->rounds > 0) {
		speaker->rounds--;
		speaker->row = find_again(rows);
	}
	return true;
}

/* Copies the next length octets of the turn. */
static void copy_out(const struct turn *turn, uint8_t *to, size_t length)
{
	const struct slice pieces[] = {{turn->text, turn->text_length}, turn->body,
		{(const uint8_t *)".\r\n", turn->tail_length}};
	size_t skip = turn->sent;

	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		if (skip >= pieces[i].length) {
			skip -= pieces[i].length;
			continue;
		}
		size_t part = pieces[i].length - skip < length ? pieces[i].length - skip : length;
		memcpy(to, pieces[i].at + skip, part);
		to += part;
		length -= part;
		skip = 0;
	}
}

/* Octets of the next segment or datagram. */
static size_t segment_length(const struct speaker *speaker)
{
	const struct turn *turn = &speaker->turn;
	size_t room = speaker->talk->is_udp ? DATAGRAM : flow_room(&speaker->flow);
	size_t left = turn->length - turn->sent;

	if (turn->cut > turn->sent && turn->cut - turn->sent < left)
		left = turn->cut - turn->sent;
	return left < room ? left : room;
}

static void write_bare(struct speaker *speaker, struct stage *stage, enum side from, uint8_t flags)
{
	frame_tcp(&stage->sink, &speaker->flow, &(struct segment){from, flags, 0});
}

static bool is_last(const struct speaker *speaker)
{
	return speaker->talk->rows[speaker->row].text == NULL;
}

/* Bulk: every second segment is acknowledged. A turn's end: mostly the answer does it. */
static void note_segment(struct speaker *speaker, struct chance *chance)
{
	bool is_end = speaker->turn.sent == speaker->turn.length;

	if (speaker->talk->is_brief)
		return;
	speaker->unacknowledged++;
	speaker->owes = is_end ? chance_below(chance, 4) == 0 : speaker->unacknowledged >= 2;
}

static void write_segment(struct speaker *speaker, struct stage *stage)
{
	struct turn *turn = &speaker->turn;
	size_t length = segment_length(speaker);
	bool is_end = turn->sent + length == turn->length;
	uint8_t flags = (uint8_t)(TCP_ACK | (is_end ? TCP_PUSH : 0));

	if (is_end && speaker->talk->is_brief && is_last(speaker)) {
		flags |= TCP_FIN;
		speaker->phase = PHASE_ANSWER;
	}
	const struct segment segment = {turn->from, flags, length};
	copy_out(turn, frame_tcp(&stage->sink, &speaker->flow, &segment), length);
	turn->sent += length;
	note_segment(speaker, &stage->chance);
}

static bool talk_step(struct speaker *speaker, struct stage *stage)
{
	struct turn *turn = &speaker->turn;

	if (speaker->owes) {
		write_bare(speaker, stage, !turn->from, TCP_ACK);
		speaker->owes = false;
		speaker->unacknowledged = 0;
		return true;
	}
	if (turn->sent == turn->length && !next_turn(speaker, stage))
		return false;
	if (speaker->talk->is_udp) {
		size_t length = segment_length(speaker);
		copy_out(turn, frame_udp(&stage->sink, &speaker->flow, turn->from, length), length);
		turn->sent += length;
	} else {
		write_segment(speaker, stage);
	}
	return true;
}

/* The packets of a connection that carry no octets: who sends what, and what comes then. */
struct bare {
	bool is_other; /* not the side whose turn it was */
	uint8_t flags;
	enum phase next;
};

static const struct bare bares[] = {
	[PHASE_SYN] = {false, TCP_SYN, PHASE_ACCEPT},
	[PHASE_ACCEPT] = {true, TCP_SYN | TCP_ACK, PHASE_OPEN},
	[PHASE_OPEN] = {false, TCP_ACK, PHASE_TALK},
	[PHASE_FIN] = {false, TCP_FIN | TCP_ACK, PHASE_ANSWER},
	[PHASE_ANSWER] = {true, TCP_FIN | TCP_ACK, PHASE_LAST},
	[PHASE_LAST] = {false, TCP_ACK, PHASE_OVER},
};

bool speaker_step(struct speaker *speaker, struct stage *stage)
{
	if (speaker->phase == PHASE_TALK) {
		if (talk_step(speaker, stage))
			return true;
		speaker->phase = speaker->talk->is_udp ? PHASE_OVER : PHASE_FIN;
	}
	if (speaker->phase == PHASE_OVER)
		return false;
	const struct bare *bare = &bares[speaker->phase];
	enum side from = bare->is_other ? !speaker->turn.from : speaker->turn.from;
	write_bare(speaker, stage, from, bare->flags);
	speaker->phase = bare->next;
	return true;
}
