#include "base/language.h"
#include "view/text.h"

static void add_hash(struct buffer *out, const struct stream *stream)
{
	if (stream->has_sha256)
		text_hex(out, span_of(stream->sha256, sizeof stream->sha256));
}

static void add_direction(struct buffer *out, const struct session *session, enum side side)
{
	const struct stream *stream = &session->streams[side];
	size_t start;

	buffer_add_text(out, side == SIDE_CLIENT ? _("  client  ") : _("  server  "));
	start = out->length;
	text_count(out, stream->octets, "octet", "octets");
	text_right(out, start, 18);
	start = out->length;
	text_number(out, stream->missing);
	text_right(out, start, 12);
	buffer_add_text(out, _(" missing"));
	if (stream->has_sha256)
		buffer_add_text(out, "  ");
	add_hash(out, stream);
	buffer_add_byte(out, '\n');
}

static void tsv_direction(struct buffer *out, const struct session *session, enum side side)
{
	const struct stream *stream = &session->streams[side];

	buffer_add_number(out, session->number);
	buffer_printf(out, "\t%s\t", side_name(side));
	buffer_add_number(out, stream->octets);
	buffer_add_byte(out, '\t');
	buffer_add_number(out, stream->missing);
	buffer_add_byte(out, '\t');
	add_hash(out, stream);
	buffer_add_byte(out, '\n');
}

void view_streams_heading(struct buffer *out, const struct view_options *options)
{
	if (options->format != FORMAT_TSV)
		return;
	text_capture_heading(out, options);
	buffer_add_text(out, "session\tfrom\toctets\tmissing\tsha256\n");
}

void view_streams(
	struct buffer *out, const struct session *session, const struct view_options *options)
{
	if (options->format == FORMAT_TSV) {
		text_capture(out, options);
		tsv_direction(out, session, SIDE_CLIENT);
		text_capture(out, options);
		tsv_direction(out, session, SIDE_SERVER);
		return;
	}
	text_session(out, session, options);
	buffer_add_byte(out, '\n');
	add_direction(out, session, SIDE_CLIENT);
	add_direction(out, session, SIDE_SERVER);
	buffer_add_byte(out, '\n');
}
