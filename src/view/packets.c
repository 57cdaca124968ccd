#include "view/packets.h"

#include "view/text.h"

/* Columns of the text list; what is wider stays whole. */
enum {
	NUMBER_WIDTH = 7,
	TIME_WIDTH = 13,
	ADDRESS_WIDTH = 15,
	PROTOCOL_WIDTH = 8,
	LENGTH_WIDTH = 6
};

static const char blanks[] = "                    ";

static void pad_left(struct buffer *out, size_t start, size_t width)
{
	size_t length = out->length - start;
	size_t missing = length < width ? width - length : 0;

	if (missing == 0)
		return;
	buffer_add(out, blanks, missing);
	memmove(out->at + start + missing, out->at + start, length);
	memset(out->at + start, ' ', missing);
}

static void add_left(struct buffer *out, struct span text, size_t width)
{
	buffer_add_span(out, text);
	if (text.length < width)
		buffer_add(out, blanks, width - text.length);
	buffer_add_byte(out, ' ');
}

static void add_right_number(struct buffer *out, uint64_t value, size_t width)
{
	size_t start = out->length;

	buffer_add_number(out, value);
	pad_left(out, start, width);
	buffer_add_byte(out, ' ');
}

void view_packets_heading(struct buffer *out, const struct view_options *options)
{
	if (options->format != FORMAT_TEXT)
		return;
	text_colour(out, options, COLOUR_STRONG);
	buffer_add_text(
		out, "    No.          Time Source          Destination     Protocol Length Info");
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

static bool is_from_client(struct span info)
{
	return info.length > 1 && info.at[0] == 'C' && info.at[1] == ':';
}

static void add_text(struct buffer *out, const struct row *row, const struct view_options *options)
{
	size_t start;

	add_right_number(out, row->number, NUMBER_WIDTH);
	start = out->length;
	add_time(out, row);
	if (out->length > start + 3) /* microseconds do in a list for people */
		out->length -= 3;
	pad_left(out, start, TIME_WIDTH);
	buffer_add_byte(out, ' ');
	add_left(out, row->source, ADDRESS_WIDTH);
	add_left(out, row->destination, ADDRESS_WIDTH);
	add_left(out, row->protocol, PROTOCOL_WIDTH);
	add_right_number(out, row->length, LENGTH_WIDTH);
	if (options->has_colour && row->is_mail)
		text_colour(
			out, options, is_from_client(row->info) ? COLOUR_CLIENT : COLOUR_SERVER);
	buffer_add_span(out, row->info);
	if (options->has_colour && row->is_mail)
		text_plain(out, options);
	buffer_add_byte(out, '\n');
}

void view_packets(struct buffer *out, const struct row *row, const struct view_options *options)
{
	if (options->format == FORMAT_TSV)
		add_tsv(out, row);
	else
		add_text(out, row, options);
}
