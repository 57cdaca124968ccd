#include "talk.h"

#include "base/memory.h"
#include "seal.h"
#include "text.h"

#include <stdlib.h>

enum { FRAMES = 256 };

static char *copy_of(struct span text)
{
	char *copy = memory_new(text.length + 1, 1);

	if (text.length > 0)
		memcpy(copy, text.at, text.length);
	return copy;
}

struct talk *talk_new(struct span name, const struct talk *from)
{
	struct talk *talk = memory_new(1, sizeof *talk);

	if (from != NULL)
		*talk = *from;
	talk->name = copy_of(name);
	talk->seal = NULL;
	talk->takes = NULL;
	talk->take_count = 0;
	for (int i = 0; i < 2; i++) {
		buffer_init(&talk->sides[i].plain, 0);
		buffer_init(&talk->sides[i].wire, 0);
		talk_set_isn(talk, (enum side)i, talk->sides[i].isn);
	}
	return talk;
}

void talk_free(struct talk *talk)
{
	if (talk == NULL)
		return;
	for (size_t i = 0; i < talk->take_count; i++) {
		struct talk_take *take = &talk->takes[i];

		for (size_t j = 0; j < take->count; j++)
			free(take->pieces[j].bytes);
		free(take->pieces);
		free(take->name);
	}
	for (int i = 0; i < 2; i++) {
		buffer_fini(&talk->sides[i].plain);
		buffer_fini(&talk->sides[i].wire);
	}
	seal_free(talk->seal);
	free(talk->takes);
	free(talk->name);
	free(talk);
}

void talk_set_isn(struct talk *talk, enum side side, uint32_t isn)
{
	talk->sides[side].isn = isn;
	talk->sides[side].next = isn + 1;
	talk->sides[side_other(side)].expects = isn + 1;
}

static void add_option(struct talker *talker, const uint8_t *bytes, size_t length)
{
	if (talker->option_length + length > PACKET_OPTIONS)
		text_complain("more than %d octets of options", PACKET_OPTIONS);
	memcpy(talker->options + talker->option_length, bytes, length);
	talker->option_length += length;
}

/* RFC 9293 3.2 (MSS), RFC 2018 2, RFC 7323 2.2 and 3.2 */
static void read_option(struct talker *talker, struct span word)
{
	size_t equals = span_index(word, '=');
	struct span name = span_first(word, equals);
	struct span value = span_from(word, equals + 1);

	if (span_is(name, "mss")) {
		uint16_t mss = (uint16_t)text_number(value, UINT16_MAX);

		add_option(talker, (uint8_t[]){2, 4, (uint8_t)(mss >> 8), (uint8_t)mss}, 4);
	} else if (span_is(name, "sackperm")) {
		add_option(talker, (uint8_t[]){4, 2}, 2);
	} else if (span_is(name, "wscale")) {
		talker->scale = (uint8_t)text_number(value, 14);
		talker->has_scale = true;
		add_option(talker, (uint8_t[]){1, 3, 3, talker->scale}, 4);
	} else if (span_is(name, "timestamps")) {
		talker->clock = (uint32_t)text_number(value, UINT32_MAX);
		talker->has_clock = true;
		talker->clock_offset = talker->option_length + 2;
		add_option(talker, (uint8_t[]){8, 10, 0, 0, 0, 0, 0, 0, 0, 0}, 10);
	} else {
		text_complain("\"%.*s\" is no TCP option", (int)word.length, word.at);
	}
}

void talk_set_options(struct talk *talk, enum side side, struct span words)
{
	struct talker *talker = &talk->sides[side];

	talker->option_length = 0;
	talker->has_scale = talker->has_clock = false;
	while ((words = span_trim(words)).length > 0)
		read_option(talker, span_word(&words));
	while (talker->option_length % 4 != 0)
		add_option(talker, (uint8_t[]){1}, 1);
}

static void put32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* Options of a segment: those of the SYN, or the timestamps and the SACK block. */
static void fill_options(
	struct packet *packet, struct talk *talk, const struct wish *wish, uint32_t now)
{
	struct talker *talker = &talk->sides[wish->side];
	struct talker *other = &talk->sides[side_other(wish->side)];
	bool is_syn = (packet->flags & TCP_SYN) != 0;
	size_t clock = is_syn ? talker->clock_offset : 4;

	if (is_syn) {
		memcpy(packet->options, talker->options, talker->option_length);
		packet->option_length = talker->option_length;
	}
	if (talker->has_clock && (is_syn || other->has_clock)) {
		if (!is_syn) {
			memcpy(packet->options, (uint8_t[]){1, 1, 8, 10}, 4);
			packet->option_length = 12;
		}
		put32(packet->options + clock, talker->clock + now);
		put32(packet->options + clock + 4, talker->echo);
		other->echo = talker->clock + now;
	}
	if (wish->has_sack) {
		uint8_t *at = packet->options + packet->option_length;

		memcpy(at, (uint8_t[]){1, 1, 5, 10}, 4);
		put32(at + 4, other->isn + wish->sack[0]);
		put32(at + 8, other->isn + wish->sack[1]);
		packet->option_length += 12;
	}
}

static uint16_t shown_window(const struct talk *talk, enum side side, bool is_syn)
{
	const struct talker *talker = &talk->sides[side];
	bool is_scaled = !is_syn && talker->has_scale && talk->sides[side_other(side)].has_scale;
	uint32_t window = is_scaled ? talker->window >> talker->scale : talker->window;

	if (window > UINT16_MAX)
		text_complain("a window of %u does not fit", talker->window);
	return (uint16_t)window;
}

static void emit(struct talk *talk, struct stage *stage, const struct wish *wish,
	const struct talk_piece *piece)
{
	struct trace *trace = &stage->trace;
	struct talker *talker = &talk->sides[wish->side];
	bool is_syn = (piece->flags & TCP_SYN) != 0;
	struct packet packet = {
		.wrap = &talk->wrap,
		.from = &talker->end,
		.to = &talk->sides[side_other(wish->side)].end,
		.is_outgoing = wish->side == SIDE_CLIENT,
		.identification = ++talker->identification,
		.sequence = piece->sequence,
		.acknowledgement = (piece->flags & TCP_ACK) != 0 ? talker->expects : 0,
		.window = shown_window(talk, wish->side, is_syn),
		.flags = piece->flags,
		.payload = span_of(piece->bytes, piece->length),
	};
	struct buffer frames;
	size_t ends[FRAMES], count, start = 0;

	buffer_init(&frames, 0);
	fill_options(&packet, talk, wish, (uint32_t)((trace->next - trace->start) / 1000000));
	count = packet_build(&packet, &frames, ends, FRAMES);
	for (size_t i = 0; i < count && !wish->is_dropped; i++) {
		trace_add(trace, span_of(frames.at + start, ends[i] - start), wish->trailer);
		start = ends[i];
	}
	buffer_fini(&frames);
}

static struct talk_take *find_take(struct talk *talk, struct span name)
{
	for (size_t i = 0; i < talk->take_count; i++)
		if (span_is(name, talk->takes[i].name))
			return &talk->takes[i];
	return NULL;
}

static void keep(struct talk *talk, const struct wish *wish, const struct talk_piece *piece)
{
	struct talk_take *take = find_take(talk, wish->name);
	struct talk_piece *copy;

	if (take == NULL) {
		talk->takes = memory_resize(talk->takes, talk->take_count + 1, sizeof *talk->takes);
		take = &talk->takes[talk->take_count++];
		*take = (struct talk_take){
			.name = copy_of(wish->name), .side = wish->side, .is_held = wish->is_held};
	}
	take->pieces = memory_resize(take->pieces, take->count + 1, sizeof *take->pieces);
	copy = &take->pieces[take->count++];
	*copy = *piece;
	copy->bytes = memory_new(piece->length + 1, 1);
	if (piece->length > 0)
		memcpy(copy->bytes, piece->bytes, piece->length);
}

/* A receiver acknowledges what it has without a hole. */
static void acknowledge(struct talk *talk, enum side sender)
{
	uint32_t reached = talk->sides[sender].next;

	for (size_t i = 0; i < talk->take_count; i++) {
		const struct talk_take *take = &talk->takes[i];

		if (take->is_held && take->side == sender &&
			(int32_t)(take->pieces[0].sequence - reached) < 0)
			reached = take->pieces[0].sequence;
	}
	talk->sides[side_other(sender)].expects = reached;
}

static void pass(struct talk *talk, struct stage *stage, const struct wish *wish,
	const struct talk_piece *piece)
{
	struct talker *talker = &talk->sides[wish->side];
	bool is_longer = (piece->flags & (TCP_SYN | TCP_FIN)) != 0;
	uint32_t end = piece->sequence + (uint32_t)piece->length + (is_longer ? 1 : 0);

	if (wish->name.length > 0)
		keep(talk, wish, piece);
	if ((piece->flags & TCP_RST) == 0 && (int32_t)(end - talker->next) > 0)
		talker->next = end;
	if (!wish->is_held)
		emit(talk, stage, wish, piece);
	acknowledge(talk, wish->side);
}

static size_t lower_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Octets of the segment that begins at offset. */
static size_t segment_length(
	const struct talk *talk, const struct stage *stage, const struct wish *wish, size_t offset)
{
	size_t length = wish->payload.length - offset;
	uint64_t passed = stage->octets + offset;

	if (talk->segment != 0)
		length = lower_of(length, talk->segment);
	if (wish->segment != 0)
		length = lower_of(length, wish->segment);
	if (stage->segment != 0)
		length = lower_of(length, stage->segment);
	if (stage->split > passed)
		length = lower_of(length, (size_t)(stage->split - passed));
	for (size_t i = 0; i < wish->split_count; i++)
		if (wish->splits[i] > offset)
			length = lower_of(length, wish->splits[i] - offset);
	return length;
}

void talk_send(struct talk *talk, struct stage *stage, const struct wish *wish)
{
	const struct talker *talker = &talk->sides[wish->side];
	uint32_t sequence = wish->has_sequence ? talker->isn + wish->sequence : talker->next;
	size_t offset = 0;

	if (wish->has_sack && talk->sides[wish->side].has_clock && wish->payload.length > 1400)
		text_complain("a SACK block and so much text do not fit together");
	do {
		size_t length = segment_length(talk, stage, wish, offset);
		bool is_last = offset + length == wish->payload.length;
		struct talk_piece piece = {.sequence = sequence + (uint32_t)offset,
			.bytes = length > 0 ? (uint8_t *)wish->payload.at + offset : NULL,
			.length = length};

		piece.flags = (uint16_t)((wish->is_first_syn ? 0 : TCP_ACK) |
					 (is_last && length > 0 && !wish->has_more ? TCP_PSH : 0) |
					 (is_last ? wish->flags : 0));
		pass(talk, stage, wish, &piece);
		offset += length;
	} while (offset < wish->payload.length);
	stage->octets += wish->payload.length;
}

void talk_again(struct talk *talk, struct stage *stage, struct span name)
{
	struct talk_take *take = find_take(talk, name);
	struct wish wish = {0};

	if (take == NULL)
		text_complain("nothing is named \"%.*s\"", (int)name.length, name.at);
	wish.side = take->side;
	for (size_t i = 0; i < take->count; i++)
		emit(talk, stage, &wish, &take->pieces[i]);
	take->is_held = false;
	acknowledge(talk, take->side);
}

void talk_skip(struct talk *talk, enum side side, uint32_t octets)
{
	talk->sides[side].next += octets;
	acknowledge(talk, side);
}
