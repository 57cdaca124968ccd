#include "view/packets.h"

#include "base/language.h"
#include "view/cell.h"
#include "view/text.h"

/* Columns of the text list; what is wider stays whole. */
enum {
	NUMBER_WIDTH = 7,
	TIME_WIDTH = 13,
	ADDRESS_WIDTH = 15,
	ADDRESS_STEP = 12,
	ADDRESS_WIDEST = ADDRESS_WIDTH + 2 * ADDRESS_STEP,
	PROTOCOL_WIDTH = 8,
	LENGTH_WIDTH = 6
};

void view_packets_heading(struct buffer *out, const struct view_options *options)
{
	if (options->format != FORMAT_TEXT)
		return;
	text_colour(out, options, COLOUR_STRONG);
	buffer_add_text(out,
		_("    No.          Time Source          Destination     Protocol Length Info"));
	text_plain(out, options);
	buffer_add_byte(out, '\n');
}

static void add_time(struct buffer *out, const struct row *row)
{
	if (row->has_time)
		buffer_add_seconds(out, row->time);
}

static void add_tsv(struct buffer *out, const struct row *row)
{
	buffer_add_number(out, row->number);
	buffer_add_byte(out, '\t');
	add_time(out, row);
	buffer_add_byte(out, '\t');
	buffer_add_span(out, row->source);
	buffer_add_byte(out, '\t');
	buffer_add_span(out, row->destination);
	buffer_add_byte(out, '\t');
	buffer_add_span(out, row->protocol);
	buffer_add_byte(out, '\t');
	buffer_add_number(out, row->length);
	buffer_add_byte(out, '\t');
	buffer_add_span(out, row->info);
	buffer_add_byte(out, '\n');
}

/* Address columns widen in steps, so that those of a session over IPv6 (up to 39 octets) stand
 * below each other. */
static void add_address(struct buffer *out, struct span address)
{
	size_t width = ADDRESS_WIDTH;

	while (width < address.length && width < ADDRESS_WIDEST)
		width += ADDRESS_STEP;
	cell_add_left(out, address, width, 1);
}

static void add_number(struct buffer *out, uint64_t value, size_t width)
{
	struct cell cell;

	cell_begin(&cell);
	cell_put_number(&cell, value);
	cell_add(out, &cell, width, 1);
}

/* Microseconds do in a list for people. */
static void add_microseconds(struct buffer *out, const struct row *row)
{
	struct cell cell;

	cell_begin(&cell);
	if (row->has_time)
		cell_put_seconds(&cell, row->time, 6);
	cell_add(out, &cell, TIME_WIDTH, 1);
}

static void add_text(struct buffer *out, const struct row *row, const struct view_options *options)
{
	bool is_coloured = options->has_colour && row->is_mail;

	add_number(out, row->number, NUMBER_WIDTH);
	add_microseconds(out, row);
	add_address(out, row->source);
	add_address(out, row->destination);
	cell_add_left(out, row->protocol, PROTOCOL_WIDTH, 1);
	add_number(out, row->length, LENGTH_WIDTH);
	if (is_coloured)
		text_colour(out, options, row->is_from_client ? COLOUR_CLIENT : COLOUR_SERVER);
	buffer_add_span(out, row->info);
	if (is_coloured)
		text_plain(out, options);
	buffer_add_byte(out, '\n');
}

void view_packets(struct buffer *out, const struct row *row, const struct view_options *options)
{
	if (options->format != FORMAT_TSV) {
		add_text(out, row, options);
		return;
	}
	text_capture(out, options);
	add_tsv(out, row);
}

void view_packets_explained(struct buffer *out, const struct row *row,
	const struct view_options *options, uint64_t *explained)
{
	struct buffer sentences;

	if (options->format == FORMAT_TSV)
		return;
	buffer_init(&sentences, 0);
	text_explain_segment(&sentences, row->protocol, row->info, explained);
	text_explanation(out, buffer_span(&sentences), NUMBER_WIDTH + 1 + TIME_WIDTH + 1, options);
	buffer_fini(&sentences);
}
