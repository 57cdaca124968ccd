#include "view/text.h"

#include "base/language.h"
#include "base/printable.h"
#include "message/message.h"

enum { LABEL = 13, PATHS_SHOWN = 20 };

static void add_label(struct buffer *out, const struct view_options *options, const char *label)
{
	size_t start;

	text_blanks(out, 2);
	text_colour(out, options, COLOUR_DIM);
	start = out->length;
	buffer_add_text(out, label);
	text_left(out, start, LABEL - 2);
	text_plain(out, options);
}

/* A labelled row; none for an empty value. */
static void add_field(struct buffer *out, const struct view_options *options, const char *label,
	struct span value)
{
	struct buffer text;

	if (value.length == 0)
		return;
	add_label(out, options, label);
	buffer_init(&text, 0);
	printable_add(&text, value);
	text_folded(out, buffer_span(&text), LABEL, (size_t)options->width);
	buffer_fini(&text);
	buffer_add_byte(out, '\n');
}

static void add_state(struct buffer *out, const struct message *message)
{
	if (message->missing > 0) {
		buffer_add_text(out, ", ");
		text_count(out, message->missing, "byte", "bytes");
		buffer_add_text(out, _(" missing"));
	}
	buffer_add_text(out, message->is_complete ? _(", complete") : _(", incomplete"));
	if (message->from == SIDE_CLIENT)
		buffer_add_text(out, message->is_accepted ? _(", accepted") : _(", not accepted"));
}

static void add_heading(struct buffer *out, const struct session *session,
	const struct message *message, const struct view_options *options)
{
	text_colour(out, options, COLOUR_STRONG);
	buffer_add_text(out, _("Session "));
	buffer_add_number(out, session->number);
	buffer_add_text(out, _(", message "));
	buffer_add_number(out, message->number);
	text_plain(out, options);
	buffer_add_text(out, message->from == SIDE_CLIENT ? _(": sent to ") : _(": fetched from "));
	text_endpoint(out, &session->server);
	buffer_add_text(out, ", ");
	text_count(out, message->octets, "octet", "octets");
	add_state(out, message);
	buffer_add_byte(out, '\n');
}

static void add_path(struct buffer *out, struct span path)
{
	buffer_add_byte(out, '<');
	printable_add(out, path);
	buffer_add_byte(out, '>');
}

static void add_envelope(
	struct buffer *out, const struct message *message, const struct view_options *options)
{
	struct buffer text;

	if (!message->has_sender && message->recipient_count == 0)
		return;
	add_label(out, options, _("Envelope"));
	buffer_init(&text, 0);
	if (message->has_sender)
		add_path(&text, message->sender);
	buffer_add_text(&text, " →");
	for (size_t i = 0; i < message->recipient_count && i < PATHS_SHOWN; i++) {
		buffer_add_text(&text, i > 0 ? ", " : " ");
		add_path(&text, message->recipients[i]);
	}
	if (message->recipient_count > PATHS_SHOWN) {
		buffer_add_text(&text, _(" and "));
		text_number(&text, message->recipient_count - PATHS_SHOWN);
		buffer_add_text(&text, _(" more"));
	}
	if (message->refused_count > 0) {
		buffer_add_text(&text, "; ");
		text_count(&text, message->refused_count, "recipient", "recipients");
		buffer_add_text(&text, _(" refused"));
	}
	text_folded(out, buffer_span(&text), LABEL, (size_t)options->width);
	buffer_fini(&text);
	buffer_add_byte(out, '\n');
}

static void add_part(struct buffer *out, const struct message_part *part)
{
	text_blanks(out, (size_t)part->depth * 2);
	printable_add(out, part->type);
	if (part->charset.length > 0) {
		buffer_add_text(out, ", ");
		printable_add(out, part->charset);
	}
	if (part->encoding.length > 0) {
		buffer_add_text(out, ", ");
		printable_add(out, part->encoding);
	}
	if (!span_starts_letters(part->type, "multipart/") &&
		!span_is(part->type, "message/rfc822")) {
		buffer_add_text(out, ", ");
		text_count(out, part->octets, "octet", "octets");
	}
	if (part->disposition.length > 0) {
		buffer_add_text(out, ", ");
		printable_add(out, part->disposition);
	}
	if (part->name.length > 0) {
		buffer_add_text(out, " \"");
		printable_add(out, part->name);
		buffer_add_byte(out, '"');
	}
	buffer_add_byte(out, '\n');
}

static void add_parts(struct buffer *out, const struct message_summary *summary,
	const struct view_options *options)
{
	for (size_t i = 0; i < summary->part_count; i++) {
		if (i == 0)
			add_label(out, options, _("Parts"));
		else
			text_blanks(out, LABEL);
		add_part(out, &summary->parts[i]);
	}
	if (summary->is_cut) {
		text_blanks(out, LABEL);
		buffer_add_text(out, _("... and more than is shown\n"));
	}
}

static void add_texts(struct buffer *out, const struct message_summary *summary,
	const struct view_options *options)
{
	bool has_text = false;

	for (size_t i = 0; i < summary->part_count; i++) {
		if (summary->parts[i].text.length == 0)
			continue;
		buffer_add_byte(out, '\n');
		text_block(out, summary->parts[i].text, 2, (size_t)options->width);
		has_text = true;
	}
	if (!has_text && summary->part_count > 0)
		buffer_add_text(out, _("\n  (no plain text in it)\n"));
}

static void add_frames(
	struct buffer *out, const struct message *message, const struct view_options *options)
{
	add_label(out, options, _("Frames"));
	buffer_add_byte(out, '#');
	buffer_add_number(out, message->first_frame);
	if (message->last_frame != message->first_frame) {
		buffer_add_byte(out, '-');
		buffer_add_number(out, message->last_frame);
	}
	buffer_add_byte(out, '\n');
}

static void add_hash(
	struct buffer *out, const struct message *message, const struct view_options *options)
{
	if (!message->has_sha256)
		return;
	add_label(out, options, "SHA-256");
	text_hex(out, span_of(message->sha256, sizeof message->sha256));
	buffer_add_byte(out, '\n');
}

static void read_message(struct message_summary *summary, const struct message *message)
{
	if (message->text.length > 0)
		message_parse(summary, message->text);
	else
		message_parse_header(summary, message->header);
}

static void add_message(struct buffer *out, const struct session *session,
	const struct message *message, const struct view_options *options)
{
	struct message_summary summary;

	read_message(&summary, message);
	add_heading(out, session, message, options);
	add_frames(out, message, options);
	add_envelope(out, message, options);
	add_field(out, options, "From", summary.from);
	add_field(out, options, "To", summary.to);
	add_field(out, options, "Cc", summary.cc);
	add_field(out, options, "Subject", summary.subject);
	add_field(out, options, "Date", summary.date);
	add_field(out, options, "Message-ID", summary.message_id);
	add_parts(out, &summary, options);
	add_hash(out, message, options);
	add_field(out, options, _("Reply"), message->reply);
	add_texts(out, &summary, options);
	buffer_add_byte(out, '\n');
	message_fini(&summary);
}

static void tsv_recipients(struct buffer *out, const struct message *message)
{
	for (size_t i = 0; i < message->recipient_count; i++) {
		if (i > 0)
			buffer_add_byte(out, ',');
		printable_add(out, message->recipients[i]);
	}
}

static void tsv_numbers(
	struct buffer *out, const struct session *session, const struct message *message)
{
	const uint64_t values[] = {session->number, message->number, message->first_frame,
		message->last_frame, message->octets, message->missing};

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		buffer_add_number(out, values[i]);
		buffer_add_byte(out, '\t');
	}
}

static void tsv_message(
	struct buffer *out, const struct session *session, const struct message *message)
{
	struct message_summary summary;
	const struct span *const fields[] = {
		&summary.from, &summary.to, &summary.subject, &summary.date, &summary.message_id};

	message_parse_header(
		&summary, message->header.length > 0 ? message->header : message->text);
	tsv_numbers(out, session, message);
	buffer_printf(out, "%s\t%s\t%s\t", side_name(message->from),
		message->is_complete ? "yes" : "no", message->is_accepted ? "yes" : "no");
	if (message->has_sha256)
		text_hex(out, span_of(message->sha256, sizeof message->sha256));
	buffer_add_byte(out, '\t');
	printable_add(out, message->sender);
	buffer_add_byte(out, '\t');
	tsv_recipients(out, message);
	buffer_add_byte(out, '\t');
	buffer_add_number(out, message->refused_count);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		buffer_add_byte(out, '\t');
		printable_add(out, *fields[i]);
	}
	buffer_add_byte(out, '\n');
	message_fini(&summary);
}

void view_messages_heading(struct buffer *out, const struct view_options *options)
{
	if (options->format != FORMAT_TSV)
		return;
	text_capture_heading(out, options);
	buffer_add_text(out,
		"session\tmessage\tfirst_frame\tlast_frame\toctets\tmissing\tside\tcomplete"
		"\taccepted\tsha256\tsender\trecipients\trefused\tfrom\tto\tsubject\tdate\t"
		"message_id\n");
}

void view_messages(
	struct buffer *out, const struct session *session, const struct view_options *options)
{
	for (size_t i = 0; i < session->message_count; i++) {
		if (options->format != FORMAT_TSV) {
			add_message(out, session, &session->messages[i], options);
			continue;
		}
		text_capture(out, options);
		tsv_message(out, session, &session->messages[i]);
	}
}
