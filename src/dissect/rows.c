#include "dissect/rows.h"

#include "base/address.h"
#include "base/limits.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

struct rows {
	const struct dissect_wants *wants;
	struct dissect_listener listener;
	struct draft *current; /* being made, or ready for use */
	bool is_making;
	struct draft **waiting; /* a ring, in the order of their numbers */
	size_t size, first, count;
};

static struct draft *draft_new(void)
{
	struct draft *draft = memory_new(1, sizeof *draft);

	buffer_init(&draft->marks, 0);
	/* A character more than is shown: the cut is made between characters, at the end. */
	buffer_init(&draft->info, LIMIT_COLUMN + 4);
	buffer_init(&draft->said, LIMIT_COLUMN + 4);
	return draft;
}

static void draft_free(struct draft *draft)
{
	if (draft == NULL)
		return;
	buffer_fini(&draft->marks);
	buffer_fini(&draft->info);
	buffer_fini(&draft->said);
	free(draft);
}

struct rows *rows_new(const struct dissect_wants *wants, const struct dissect_listener *listener)
{
	struct rows *rows = memory_new(1, sizeof *rows);

	rows->wants = wants;
	rows->listener = *listener;
	rows->size = 64;
	rows->waiting = memory_new(rows->size, sizeof *rows->waiting);
	return rows;
}

void rows_free(struct rows *rows)
{
	if (rows == NULL)
		return;
	for (size_t i = 0; i < rows->count; i++)
		draft_free(rows->waiting[(rows->first + i) % rows->size]);
	free(rows->waiting);
	draft_free(rows->current);
	free(rows);
}

static void draft_clear(struct draft *draft)
{
	memset(draft, 0, offsetof(struct draft, marks));
	buffer_clear(&draft->marks);
	buffer_clear(&draft->info);
	buffer_clear(&draft->said);
}

struct draft *rows_begin(struct rows *rows, const struct frame *frame, int64_t capture_start)
{
	struct draft *draft = rows->current;

	if (draft == NULL)
		draft = rows->current = draft_new();
	draft_clear(draft);
	draft->row.number = frame->number;
	draft->row.has_time = frame->has_time;
	draft->row.time = frame->time - capture_start;
	draft->row.length = frame->length;
	rows->is_making = true;
	return draft;
}

/* Wireshark cuts the column after this many octets; a character is not cut in two. */
static void cut_column(struct buffer *text)
{
	if (text->length <= LIMIT_COLUMN)
		return;
	text->length = LIMIT_COLUMN;
	while (text->length > 0 && (text->at[text->length] & 0xc0) == 0x80)
		text->length--;
}

void draft_finish(struct draft *draft)
{
	struct row *row = &draft->row;
	struct buffer *text = &draft->marks;
	bool is_said = draft->said_count > 0 && !draft->is_part;

	if (draft->is_finished)
		return;
	draft->is_finished = true;
	text->limit = 0;
	if (is_said) {
		if (draft->is_prefixed)
			buffer_add_text(text, draft->side == SIDE_CLIENT ? "C: " : "S: ");
		buffer_add_span(text, buffer_span(&draft->said));
	} else {
		buffer_add_span(text, buffer_span(&draft->info));
		if (draft->has_new_bytes && draft->is_part)
			buffer_add_text(text, " [TCP segment of a reassembled PDU]");
		if (draft->is_malformed)
			buffer_add_text(text, "[Packet size limited during capture]");
	}
	cut_column(text);
	row->is_mail = is_said;
	row->is_from_client = draft->side == SIDE_CLIENT;
	row->protocol = span_text(is_said                   ? draft->said_protocol
				  : draft->protocol != NULL ? draft->protocol
							    : "TCP");
	row->info = buffer_span(text);
}

void draft_attach(struct draft *draft, struct draft **list)
{
	draft->next_of_owner = *list;
	draft->place_of_owner = list;
	if (*list != NULL)
		(*list)->place_of_owner = &draft->next_of_owner;
	*list = draft;
}

void draft_detach(struct draft *draft)
{
	if (draft->place_of_owner == NULL)
		return;
	*draft->place_of_owner = draft->next_of_owner;
	if (draft->next_of_owner != NULL)
		draft->next_of_owner->place_of_owner = draft->place_of_owner;
	draft->place_of_owner = NULL;
}

static void put_link_address(char *text, const uint8_t *address)
{
	snprintf(text, DRAFT_ADDRESS, "%02x:%02x:%02x:%02x:%02x:%02x", address[0], address[1],
		address[2], address[3], address[4], address[5]);
}

static struct span put_address(char *text, const struct draft *draft, int index, bool is_there)
{
	if (!is_there)
		return span_of(text, 0);
	if (draft->family == 0) {
		put_link_address(text, draft->addresses[index]);
		return span_text(text);
	}
	return span_of(text, address_text(text, draft->family, draft->addresses[index]));
}

static void write_row(struct rows *rows, struct draft *draft)
{
	char source[DRAFT_ADDRESS], destination[DRAFT_ADDRESS];

	draft_finish(draft);
	if (!rows->wants->all_rows && (!rows->wants->rows || !draft->row.is_mail))
		return;
	draft->row.source = put_address(source, draft, 0, draft->has_source);
	draft->row.destination = put_address(destination, draft, 1, draft->has_destination);
	rows->listener.on_row(rows->listener.context, &draft->row);
}

static void rows_queue(struct rows *rows, struct draft *draft)
{
	if (rows->count == rows->size) {
		struct draft **larger = memory_new(rows->size * 2, sizeof *larger);

		for (size_t i = 0; i < rows->count; i++)
			larger[i] = rows->waiting[(rows->first + i) % rows->size];
		free(rows->waiting);
		rows->waiting = larger;
		rows->first = 0;
		rows->size *= 2;
	}
	rows->waiting[(rows->first + rows->count++) % rows->size] = draft;
	rows->current = NULL;
}

static void write_first(struct rows *rows)
{
	struct draft *draft = rows->waiting[rows->first];

	rows->first = (rows->first + 1) % rows->size;
	rows->count--;
	draft_detach(draft);
	write_row(rows, draft);
	if (rows->current == NULL)
		rows->current = draft;
	else
		draft_free(draft);
}

void rows_flush(struct rows *rows)
{
	while (rows->count > 0 && rows->waiting[rows->first]->waits == 0)
		write_first(rows);
}

void rows_end(struct rows *rows, struct draft *draft)
{
	rows->is_making = false;
	if (rows->count == 0 && draft->waits == 0) {
		write_row(rows, draft);
		return;
	}
	rows_queue(rows, draft);
	rows_flush(rows);
	while (rows->count > LIMIT_ROWS_WAITING) {
		write_first(rows);
		rows_flush(rows);
	}
}

static NEVER_INLINE struct draft *find_waiting(struct rows *rows, uint64_t number)
{
	size_t low = 0, high = rows->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		struct draft *draft = rows->waiting[(rows->first + middle) % rows->size];

		if (draft->row.number == number)
			return draft;
		if (draft->row.number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

struct draft *rows_find(struct rows *rows, uint64_t number)
{
	if (LIKELY(rows->is_making && rows->current->row.number == number))
		return rows->current;
	return find_waiting(rows, number);
}

void rows_finish(struct rows *rows)
{
	while (rows->count > 0)
		write_first(rows);
}

struct buffer *draft_say(struct draft *draft, const char *protocol)
{
	if (draft->said_count++ > 0)
		buffer_add_text(&draft->said, " | ");
	if (draft->said_protocol == NULL || strlen(protocol) > strlen(draft->said_protocol))
		draft->said_protocol = protocol;
	return &draft->said;
}

/* The octets are kept: most rows are never written, and only those need the text. */
void draft_addresses(struct draft *draft, const struct packet *packet)
{
	size_t octets = packet->family == 4 ? 4 : packet->family == 6 ? 16 : 6;

	draft->family = packet->family;
	draft->has_source = packet->family != 0 || packet->link_source != NULL;
	draft->has_destination = packet->family != 0 || packet->link_destination != NULL;
	if (draft->has_source)
		memcpy(draft->addresses[0],
			packet->family != 0 ? packet->source : packet->link_source, octets);
	if (draft->has_destination)
		memcpy(draft->addresses[1],
			packet->family != 0 ? packet->destination : packet->link_destination,
			octets);
}
