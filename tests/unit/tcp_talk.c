#include "tcp_talk.h"

#include "base/memory.h"
#include "base/printable.h"
#include "net/packet.h"

#include <stdlib.h>

enum { LINK_HEADER = 14, IP_HEADER = 20, TCP_HEADER = 20, WINDOW = 8192 };

void tcp_talk_init(struct tcp_talk *talk)
{
	*talk = (struct tcp_talk){.next = {1000, 6000}, .ports = {40000, 25}};
	buffer_init(&talk->bytes, 0);
}

void tcp_talk_fini(struct tcp_talk *talk)
{
	buffer_fini(&talk->bytes);
	free(talk->starts);
}

static void put_u16(struct buffer *out, uint32_t value)
{
	buffer_add_byte(out, (uint8_t)(value >> 8));
	buffer_add_byte(out, (uint8_t)value);
}

static void put_u32(struct buffer *out, uint32_t value)
{
	put_u16(out, value >> 16);
	put_u16(out, value);
}

static void begin_frame(struct tcp_talk *talk)
{
	if (talk->count == talk->size) {
		talk->size = talk->size > 0 ? talk->size * 2 : 16;
		talk->starts = memory_resize(talk->starts, talk->size, sizeof *talk->starts);
	}
	talk->starts[talk->count++] = talk->bytes.length;
}

static void put_ip(struct buffer *out, enum side from, uint8_t protocol, size_t octets)
{
	static const uint8_t addresses[2][4] = {{10, 0, 0, 1}, {10, 0, 0, 2}};

	buffer_add(out, "\2\0\0\0\0\1\2\0\0\0\0\2\x08\0", LINK_HEADER);
	put_u16(out, 0x4500);
	put_u16(out, (uint32_t)(IP_HEADER + octets));
	put_u32(out, 0);
	put_u16(out, 0x4000u | protocol);
	put_u16(out, 0);
	buffer_add(out, addresses[from], 4);
	buffer_add(out, addresses[side_other(from)], 4);
}

void tcp_talk_add(struct tcp_talk *talk, const struct said *said)
{
	struct buffer *out = &talk->bytes;
	size_t octets = said->length > 0 ? said->length : said->text.length;

	begin_frame(talk);
	if (talk->ports[0] == 0) {
		put_ip(out, said->from, IP_UDP, 8 + octets);
		buffer_add(out, "\0\1\0\2\0\x08\0\0", 8);
		return;
	}
	put_ip(out, said->from, IP_TCP, TCP_HEADER + octets);
	put_u16(out, talk->ports[said->from]);
	put_u16(out, talk->ports[side_other(said->from)]);
	put_u32(out, said->sequence);
	put_u32(out, said->acknowledgement);
	put_u16(out, 0x5000u | said->flags |
			     (said->flags == TCP_SYN && said->from == SIDE_CLIENT ? 0 : TCP_ACK));
	put_u16(out, WINDOW);
	put_u32(out, 0);
	buffer_add_span(out, said->text);
}

/* A segment of what comes next. */
static void say_next(struct tcp_talk *talk, enum side from, uint8_t flags, struct span text)
{
	tcp_talk_add(talk, &(struct said){from, flags, talk->next[from],
				   talk->next[side_other(from)], 0, text});
	talk->next[from] += (uint32_t)text.length + ((flags & (TCP_SYN | TCP_FIN)) != 0);
}

void tcp_talk_open(struct tcp_talk *talk, uint32_t begin)
{
	talk->next[SIDE_CLIENT] = begin;
	talk->next[SIDE_SERVER] = begin + 5000;
	say_next(talk, SIDE_CLIENT, TCP_SYN, span_of(NULL, 0));
	say_next(talk, SIDE_SERVER, TCP_SYN, span_of(NULL, 0));
	say_next(talk, SIDE_CLIENT, 0, span_of(NULL, 0));
}

void tcp_talk_say(struct tcp_talk *talk, enum side from, const char *text)
{
	say_next(talk, from, TCP_PSH, span_text(text));
}

void tcp_talk_say_octets(struct tcp_talk *talk, enum side from, struct span octets)
{
	say_next(talk, from, TCP_PSH, octets);
}

void tcp_talk_acknowledge(struct tcp_talk *talk, enum side from)
{
	say_next(talk, from, 0, span_of(NULL, 0));
}

void tcp_talk_close(struct tcp_talk *talk)
{
	say_next(talk, SIDE_CLIENT, TCP_FIN, span_of(NULL, 0));
	say_next(talk, SIDE_SERVER, TCP_FIN, span_of(NULL, 0));
	say_next(talk, SIDE_CLIENT, 0, span_of(NULL, 0));
}

const struct tcp_line tcp_talk_dialogue[TCP_TALK_LINES] = {
	{SIDE_SERVER, "220 mail\r\n"},
	{SIDE_CLIENT, "HELO a\r\n"},
	{SIDE_SERVER, "250 mail\r\n"},
	{SIDE_CLIENT, "MAIL FROM:<a@b>\r\n"},
	{SIDE_SERVER, "250 ok\r\n"},
	{SIDE_CLIENT, "RCPT TO:<c@d>\r\n"},
	{SIDE_SERVER, "250 ok\r\n"},
	{SIDE_CLIENT, "DATA\r\n"},
	{SIDE_SERVER, "354 go\r\n"},
	{SIDE_CLIENT, "Subject: x\r\n\r\nhello\r\n.\r\n"},
	{SIDE_SERVER, "250 taken\r\n"},
	{SIDE_CLIENT, "QUIT\r\n"},
	{SIDE_SERVER, "221 bye\r\n"},
};

void tcp_talk_whole(struct tcp_talk *talk)
{
	tcp_talk_init(talk);
	tcp_talk_open(talk, 1000);
	for (size_t i = 0; i < TCP_TALK_LINES; i++)
		tcp_talk_say(talk, tcp_talk_dialogue[i].from, tcp_talk_dialogue[i].text);
	tcp_talk_close(talk);
}

void tcp_talk_greeted(struct tcp_talk *talk)
{
	tcp_talk_init(talk);
	tcp_talk_open(talk, 1000);
	tcp_talk_say(talk, SIDE_SERVER, tcp_talk_dialogue[0].text);
}

static void add_line(struct buffer *out, const struct line *line, bool hides_frames)
{
	buffer_add_text(out, line->from == SIDE_CLIENT ? "C" : "S");
	for (size_t i = 0; i < line->frame_count && !hides_frames; i++)
		buffer_printf(out, "%s%u", i > 0 ? "," : " ", (unsigned)line->frames[i]);
	if (line->kind == LINE_GAP)
		buffer_printf(out, " gap %u", (unsigned)line->octets);
	else if (line->kind == LINE_DATA || line->kind == LINE_BODY)
		buffer_printf(out, " text %u", (unsigned)line->octets);
	buffer_add_text(out, line->text.length > 0 ? " " : "");
	printable_add(out, line->text);
	buffer_add_byte(out, '\n');
}

static void on_session(void *context, const struct session *session)
{
	struct told *told = context;
	struct buffer *out = &told->sessions;

	told->session_count++;
	told->lines += session->line_count;
	told->messages += session->message_count;
	told->messages_seen += session->messages_seen;
	buffer_printf(out, "%u %s %s %s%s%s%s\n", (unsigned)session->number,
		protocol_name(session->protocol), transport_name(session->transport),
		outcome_name(session->outcome), session->is_complete ? " whole" : "",
		session->has_begin ? "" : " midway", session->has_end ? "" : " open");
	for (size_t i = 0; i < session->line_count; i++)
		add_line(out, &session->lines[i], told->hides_frames);
	for (size_t i = 0; i < session->finding_count; i++)
		buffer_printf(out, "! %s %u\n", finding_rule(session->findings[i].id)->name,
			told->hides_frames ? 0 : (unsigned)session->findings[i].frame);
	for (size_t i = 0; i < session->segment_count; i++) {
		const struct segment *segment = &session->segments[i];

		buffer_printf(out, "%s %u %s ", segment->from == SIDE_CLIENT ? ">" : "<",
			(unsigned)segment->frame, segment->protocol);
		buffer_add_span(out, segment->info);
		buffer_add_byte(out, '\n');
	}
}

static void on_row(void *context, const struct row *row)
{
	struct told *told = context;

	told->is_out_of_order |= row->number <= told->last_row;
	told->last_row = row->number;
	told->row_count++;
	buffer_printf(&told->rows, "%u ", (unsigned)row->number);
	if (row->session != 0)
		buffer_printf(&told->rows, "#%u ", (unsigned)row->session);
	buffer_add_span(&told->rows, row->protocol);
	buffer_add_byte(&told->rows, ' ');
	buffer_add_span(&told->rows, row->info);
	buffer_add_byte(&told->rows, '\n');
}

void told_init(struct told *told, const struct dissect_wants *wants)
{
	struct dissect_listener listener = {told, on_session, on_row};

	*told = (struct told){.wants = *wants};
	buffer_init(&told->sessions, 0);
	buffer_init(&told->rows, 0);
	told->dissect = dissect_new("test", &told->wants, &listener);
}

void told_fini(struct told *told)
{
	dissect_free(told->dissect);
	buffer_fini(&told->sessions);
	buffer_fini(&told->rows);
}

/* Frames are numbered as they come, whatever their place in the talk. */
static void tell_frame(struct told *told, const struct tcp_talk *talk, size_t index)
{
	size_t start = talk->starts[index - 1];
	size_t end = index < talk->count ? talk->starts[index] : talk->bytes.length;
	struct span bytes = span_of(talk->bytes.at + start, end - start);
	uint8_t *copy = memory_new(bytes.length, 1); /* as short as the frame: no read past it */
	struct frame frame = {.number = ++told->frames,
		.time = (int64_t)told->frames * 1000000,
		.has_time = true,
		.link_type = LINK_ETHERNET,
		.length = (uint32_t)bytes.length,
		.bytes = span_of(copy, bytes.length)};

	memcpy(copy, bytes.at, bytes.length);
	dissect_frame(told->dissect, &frame);
	free(copy);
}

void told_frames(struct told *told, const struct tcp_talk *talk, size_t first, size_t last)
{
	for (size_t i = first; i <= last; i++)
		tell_frame(told, talk, i);
}

void told_order(struct told *told, const struct tcp_talk *talk, const char *order)
{
	struct span rest = span_text(order);
	uint64_t number;

	while (span_number(span_word(&rest), &number))
		tell_frame(told, talk, (size_t)number);
}

void told_end(struct told *told)
{
	dissect_end(told->dissect);
}

const char *told_sessions(struct told *told)
{
	return buffer_text(&told->sessions);
}

const char *told_rows(struct told *told)
{
	return buffer_text(&told->rows);
}
