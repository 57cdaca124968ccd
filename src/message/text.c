#include "message/text.h"

#include "base/language.h"
#include "base/printable.h"
#include "message/message.h"

enum { TAB = 8, LABEL = 9 };

/* A line made printable, tabs as blanks. */
static void add_line(struct buffer *out, struct span line)
{
	size_t column = 0;

	while (line.length > 0) {
		struct span piece = span_first(line, span_index(line, '\t'));
		size_t start = out->length;

		printable_add(out, piece);
		line = span_from(line, piece.length);
		if (line.length == 0)
			break;
		column += printable_width(span_from(buffer_span(out), start));
		do
			buffer_add_byte(out, ' ');
		while (++column % TAB != 0);
		line = span_from(line, 1);
	}
	buffer_add_byte(out, '\n');
}

static void add_lines(struct buffer *out, struct span text)
{
	while (text.length > 0) {
		size_t length = span_index(text, '\n');
		struct span line = span_first(text, length);

		if (line.length > 0 && line.at[line.length - 1] == '\r')
			line.length--;
		add_line(out, line);
		text = span_from(text, length + 1);
	}
}

static void add_field(struct buffer *out, const char *name, struct span value)
{
	size_t start = out->length;

	if (value.length == 0)
		return;
	buffer_printf(out, "%s:", name);
	while (out->length - start < LABEL)
		buffer_add_byte(out, ' ');
	printable_add(out, value);
	buffer_add_byte(out, '\n');
}

static bool is_blank(struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] > ' ')
			return false;
	return true;
}

/* The multipart/alternative that the part stands in; parts' count: in none. */
static size_t choice_of(const struct message_summary *summary, size_t index)
{
	unsigned depth = summary->parts[index].depth;

	for (size_t i = index; i-- > 0;) {
		const struct message_part *part = &summary->parts[i];

		if (part->depth >= depth)
			continue;
		if (span_is(part->type, "multipart/alternative"))
			return i;
		depth = part->depth;
	}
	return summary->part_count;
}

/* Whether the choice offers plain text with something in it. */
static bool has_plain(const struct message_summary *summary, size_t choice)
{
	unsigned depth = summary->parts[choice].depth;

	for (size_t i = choice + 1; i < summary->part_count && summary->parts[i].depth > depth; i++)
		if (!is_blank(summary->parts[i].text))
			return true;
	return false;
}

/* HTML that says what plain text beside it says is not shown. */
static bool is_said_already(const struct message_summary *summary, size_t index)
{
	size_t choice = choice_of(summary, index);

	return choice < summary->part_count && has_plain(summary, choice);
}

static void add_part(
	struct buffer *out, const struct message_summary *summary, size_t index, bool *has_text)
{
	const struct message_part *part = &summary->parts[index];
	struct buffer text;

	if (part->text.length == 0 && (part->html.length == 0 || is_said_already(summary, index)))
		return;
	if (*has_text)
		buffer_add_byte(out, '\n');
	*has_text = true;
	if (part->text.length > 0) {
		add_lines(out, part->text);
		return;
	}
	buffer_init(&text, 0);
	html_to_text(&text, part->html);
	add_lines(out, buffer_span(&text));
	buffer_fini(&text);
}

static void add_attachment(struct buffer *out, const struct message_part *part)
{
	buffer_add_text(out, "  ");
	printable_add(out, part->name.length > 0 ? part->name : span_text(_("(no name)")));
	buffer_add_text(out, ", ");
	printable_add(out, part->type);
	if (!span_starts_letters(part->type, "message/")) {
		buffer_add_text(out, ", ");
		buffer_add_number(out, part->octets);
		buffer_add_byte(out, ' ');
		buffer_add_text(out, language_count("octet", "octets", part->octets));
	}
	buffer_add_byte(out, '\n');
}

static void add_attachments(struct buffer *out, const struct message_summary *summary)
{
	bool has_heading = false;

	for (size_t i = 0; i < summary->part_count; i++) {
		if (!message_part_is_attachment(&summary->parts[i]))
			continue;
		if (!has_heading)
			buffer_add_text(out, _("\nAttachments:\n"));
		has_heading = true;
		add_attachment(out, &summary->parts[i]);
	}
	if (summary->is_cut)
		buffer_add_text(out, _("\n(more parts than are shown)\n"));
}

void message_text_body(struct buffer *out, const struct message_summary *summary)
{
	bool has_text = false;

	for (size_t i = 0; i < summary->part_count; i++)
		add_part(out, summary, i, &has_text);
}

void message_text(struct buffer *out, struct span message)
{
	struct message_summary summary;

	message_parse(&summary, message);
	add_field(out, "From", summary.from);
	add_field(out, "To", summary.to);
	add_field(out, "Cc", summary.cc);
	add_field(out, "Subject", summary.subject);
	add_field(out, "Date", summary.date);
	buffer_add_byte(out, '\n');
	message_text_body(out, &summary);
	add_attachments(out, &summary);
	message_fini(&summary);
}

void message_text_header(struct buffer *out, struct span message)
{
	while (message.length > 0) {
		size_t length = span_index(message, '\n');
		struct span line = span_first(message, length);

		if (line.length > 0 && line.at[line.length - 1] == '\r')
			line.length--;
		if (line.length == 0)
			return;
		add_line(out, line);
		message = span_from(message, length + 1);
	}
}
