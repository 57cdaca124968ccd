#include "compare/wire.h"

#include "base/memory.h"

#include <stdlib.h>

enum { MOST_TICKETS = 4, LEAST_TICKET = 60, ALERT = 2, FINISHED_WITHIN = 4 };

static const char APPLICATION_DATA[] = "Application Data";

static struct wire_item *add(struct wire *wire, enum wire_kind kind, uint32_t index)
{
	const struct line *line = &wire->session->lines[index];
	struct wire_item *item;

	wire->items = memory_grow(wire->items, wire->count, sizeof *wire->items);
	item = &wire->items[wire->count++];
	*item = (struct wire_item){.kind = kind,
		.side = line->from,
		.is_decrypted = line->is_decrypted,
		.end = line->end,
		.text = line->text,
		.octets = line->octets,
		.line = index};
	return item;
}

/* One line of a message's text, with what it had on the wire. */
static void add_message_line(struct wire *wire, uint32_t index, struct span *text)
{
	size_t length = span_index(*text, '\n');
	bool has_lf = length < text->length;
	struct span line = span_first(*text, length);
	bool has_cr = has_lf && line.length > 0 && line.at[line.length - 1] == '\r';
	struct wire_item *item = add(wire, WIRE_LINE, index);

	item->text = span_first(line, line.length - has_cr);
	item->end = !has_lf ? LINE_CUT : has_cr ? LINE_CRLF : LINE_LF;
	item->is_message = true;
	item->octets = length + has_lf;
	*text = span_from(*text, length + 1);
}

/* "[mailscope: 1460 octets missing in the capture]" stands in a text where the dissection found
 * them missing. */
static bool is_gap_mark(struct span line, uint64_t *octets)
{
	static const char before[] = "[mailscope: ", behind[] = " octets missing in the capture]";
	size_t begin = sizeof before - 1, end = sizeof behind - 1;

	return line.length > begin + end && span_find(line, before) == 0 &&
	       span_is(span_from(line, line.length - end), behind) &&
	       span_number(span_first(span_from(line, begin), line.length - begin - end), octets);
}

static bool has_gap(const struct session *session, const struct line *line)
{
	return line->message > 0 && line->message <= session->message_count &&
	       session->messages[line->message - 1].missing > 0;
}

static bool is_chunk(const struct line *line, enum line_kind kind)
{
	return line->kind == kind && line->from == SIDE_CLIENT && line->verb != NULL &&
	       line->verb->effect == EFFECT_BDAT;
}

/* chunk-size of "BDAT 86 LAST" (RFC 3030 2); 0: it is none. */
static uint64_t size_of_chunk(const struct line *line)
{
	struct span words = line->text;
	uint64_t octets;

	(void)span_word(&words);
	return span_number(span_word(&words), &octets) ? octets : 0;
}

/* The message whose first chunk a command brings: its text is to stand behind the commands that
 * brought it, provided that these brought all of it. */
static void find_chunks(struct wire *wire, size_t index)
{
	const struct session *session = wire->session;
	uint64_t octets = 0;

	wire->chunked = session->line_count;
	for (size_t i = index; i < session->line_count; i++) {
		const struct line *line = &session->lines[i];

		if (is_chunk(line, LINE_COMMAND))
			octets += size_of_chunk(line);
		if (!is_chunk(line, LINE_DATA))
			continue;
		if (octets == line->octets && octets == line->text.length &&
			!has_gap(session, line)) {
			wire->chunked = i;
			wire->chunks = line->text;
		}
		return;
	}
}

/* What a chunk cuts in a line is two items. */
static void add_chunk(struct wire *wire, size_t index)
{
	struct span text;

	if (wire->chunks.length == 0)
		find_chunks(wire, index);
	text = span_first(wire->chunks, size_of_chunk(&wire->session->lines[index]));
	wire->chunks = span_from(wire->chunks, text.length);
	while (text.length > 0)
		add_message_line(wire, (uint32_t)wire->chunked, &text);
}

/* RFC 5321 4.5.2, RFC 1939 3: a dot in front is doubled, a dot alone is the end. BDAT has neither.
 */
static void add_message(struct wire *wire, uint32_t index)
{
	const struct line *line = &wire->session->lines[index];
	struct span text = line->text;
	bool is_dotted = line->verb == NULL || line->verb->effect != EFFECT_BDAT;
	bool has_gaps = has_gap(wire->session, line);
	uint64_t octets = 0;
	struct wire_item *item;

	if (text.length == 0 && line->octets > 5) {
		add(wire, WIRE_MESSAGE, index);
		return;
	}
	while (text.length > 0) {
		add_message_line(wire, index, &text);
		item = &wire->items[wire->count - 1];
		item->is_stuffed = is_dotted && item->text.length > 0 && item->text.at[0] == '.';
		item->octets += item->is_stuffed;
		if (has_gaps && is_gap_mark(item->text, &item->octets))
			item->kind = WIRE_GAP;
		octets += item->octets;
	}
	if (!is_dotted || line->octets <= octets)
		return;
	item = add(wire, WIRE_LINE, index);
	item->text = span_text(".");
	item->is_message = item->is_final_dot = true;
	item->octets = line->octets - octets;
	item->end = item->octets == 2 ? LINE_LF : LINE_CRLF;
}

static void add_line(struct wire *wire, uint32_t index)
{
	const struct line *line = &wire->session->lines[index];

	if (is_chunk(line, LINE_DATA) && index == wire->chunked)
		return; /* its commands have it */
	if (line->kind == LINE_DATA || line->kind == LINE_BODY)
		add_message(wire, index);
	else if (line->kind == LINE_GAP)
		add(wire, WIRE_GAP, index);
	else if (line->kind != LINE_SEALED)
		add(wire, WIRE_LINE, index);
	else if (span_is(line->text, APPLICATION_DATA))
		add(wire, WIRE_RECORD, index);
	if (is_chunk(line, LINE_COMMAND))
		add_chunk(wire, index);
}

/* The client's Finished is its first record of that length (RFC 8446 2); without one of it, the
 * first record. The index behind it. */
static size_t end_of_handshake(const struct wire *wire)
{
	size_t first = wire->count;
	unsigned seen = 0;

	for (size_t i = 0; i < wire->count && seen < FINISHED_WITHIN; i++) {
		const struct wire_item *item = &wire->items[i];

		if (item->kind != WIRE_RECORD || item->side != SIDE_CLIENT)
			continue;
		if (wire->sealing.finished == 0 || item->octets == wire->sealing.finished)
			return i + 1;
		first = first == wire->count ? i + 1 : first;
		seen++;
	}
	return first == wire->count ? 0 : first;
}

/* In TLS 1.3 the second half of the handshake comes as Application Data: the records of both sides
 * up to the client's Finished. */
static void drop_handshake(struct wire *wire)
{
	size_t end = end_of_handshake(wire);
	size_t kept = 0;

	for (size_t i = 0; i < wire->count; i++) {
		if (i < end && wire->items[i].kind == WIRE_RECORD)
			wire->handshake_count++;
		else
			wire->items[kept++] = wire->items[i];
	}
	wire->count = kept;
}

/* Session tickets are the server's first records behind the handshake, each as long as the first
 * one (RFC 8446 4.6.1). */
static void mark_tickets(struct wire *wire)
{
	uint64_t octets = 0;
	unsigned count = 0;

	for (size_t i = 0; i < wire->count && count < MOST_TICKETS; i++) {
		struct wire_item *item = &wire->items[i];

		if (item->kind != WIRE_RECORD || item->side != SIDE_SERVER)
			continue;
		if (item->octets < LEAST_TICKET || (count > 0 && item->octets != octets))
			return;
		octets = item->octets;
		item->may_be_ticket = true;
		count++;
	}
}

/* close_notify (RFC 8446 6.1) is the last record of a side. */
static void mark_alerts(struct wire *wire)
{
	bool is_behind[2] = {false, false};

	for (size_t i = wire->count; i > 0; i--) {
		struct wire_item *item = &wire->items[i - 1];

		if (item->kind != WIRE_RECORD || is_behind[item->side])
			continue;
		is_behind[item->side] = true;
		item->may_be_alert = item->octets == wire->sealing.overhead + ALERT;
	}
}

static void place(struct wire *wire)
{
	uint64_t offsets[2] = {0, 0};

	wire->is_placed = wire->session->has_begin && wire->record_count == 0;
	for (size_t i = 0; i < wire->count; i++) {
		struct wire_item *item = &wire->items[i];

		item->offset = offsets[item->side];
		offsets[item->side] += item->octets;
		wire->is_placed = wire->is_placed && item->kind != WIRE_GAP;
	}
}

void wire_init(struct wire *wire, const struct session *session, const struct sealing *sealing)
{
	const struct session_tls *tls = &session->tls;

	*wire = (struct wire){.session = session,
		.chunked = session->line_count,
		.sealing = sealing != NULL ? *sealing : sealing_of(tls->version, tls->cipher)};
	for (size_t i = 0; i < session->line_count; i++)
		add_line(wire, (uint32_t)i);
	if (wire->sealing.is_tls13 && session->has_begin) {
		drop_handshake(wire);
		mark_tickets(wire);
		mark_alerts(wire);
	}
	for (size_t i = 0; i < wire->count; i++) {
		struct wire_item *item = &wire->items[i];

		if (item->kind != WIRE_RECORD)
			continue;
		wire->record_count++;
		if (!sealing_text(&wire->sealing, item->octets, &item->low, &item->high))
			item->low = item->high = 0;
	}
	place(wire);
}

void wire_fini(struct wire *wire)
{
	free(wire->items);
	wire->items = NULL;
}
