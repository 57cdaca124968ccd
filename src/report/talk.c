#include "report/html.h"

#include "base/language.h"
#include "base/limits.h"
#include "report/frames.h"
#include "report/text.h"
#include "view/text.h"

static bool is_hidden(const struct html_packets *packets, uint64_t frame)
{
	for (size_t i = 0; i < packets->hidden_count && packets->hidden[i] <= frame; i++)
		if (packets->hidden[i] == frame)
			return true;
	return false;
}

static void add_cell(struct buffer *out, const char *name, struct span text)
{
	buffer_printf(out, "<td class=\"%s\">", name);
	html_escape(out, text);
	buffer_add_text(out, "</td>");
}

static void add_packet(const struct html *html, const struct row *row, bool is_shown)
{
	struct buffer *out = html->out;

	buffer_printf(out, "<tr id=\"%s-p%llu\" data-f=\"%llu\" class=\"%s%s\"><td class=\"no\">",
		html->id, (unsigned long long)row->number, (unsigned long long)row->number,
		row->is_from_client ? "c" : "s", row->is_mail ? "" : " tcp");
	buffer_add_number(out, row->number);
	buffer_add_text(out, "</td><td class=\"time\">");
	if (row->has_time)
		text_seconds(out, row->time, 6);
	buffer_add_text(out, "</td>");
	add_cell(out, "from", row->source);
	add_cell(out, "to", row->destination);
	add_cell(out, "protocol", row->protocol);
	buffer_add_text(out, "<td class=\"length\">");
	buffer_add_number(out, row->length);
	buffer_add_text(out, "</td>");
	add_cell(out, "info", is_shown ? row->info : span_text("••••••"));
	buffer_add_text(out, "</tr>\n");
}

void html_packets(const struct html *html, const struct html_packets *packets)
{
	struct buffer *out = html->out;

	buffer_printf(out,
		_("<table class=\"packets\" id=\"%s-list\"><thead><tr><th>No.</th><th>Time</th>"
		  "<th>Source</th><th>Destination</th><th>Protocol</th><th>Length</th><th>Info"
		  "</th></tr></thead>\n<tbody>\n"),
		html->id);
	for (size_t i = 0; i < packets->count; i++)
		add_packet(html, &packets->rows[i], !is_hidden(packets, packets->rows[i].number));
	buffer_add_text(out, "</tbody></table>\n");
	if (packets->left_out == 0)
		return;
	buffer_add_text(out, _("<p class=\"remark\">… and "));
	text_count(out, packets->left_out, "packet", "packets");
	buffer_add_text(out, _(" more, which are not listed here.</p>\n"));
}

static void add_explained(const struct html *html, const struct session *session, size_t index,
	struct text_explained *explained)
{
	struct buffer sentences;
	struct span rest;

	buffer_init(&sentences, 0);
	text_explain(&sentences, session, index, explained);
	if (sentences.length > 0)
		text_guide(&sentences, session, index);
	rest = buffer_span(&sentences);
	while (rest.length > 0) {
		size_t length = span_index(rest, '\n');

		buffer_add_text(html->out, "<p>");
		html_sentence(html->out, span_first(rest, length));
		buffer_add_text(html->out, "</p>");
		rest = span_from(rest, length + 1);
	}
	buffer_fini(&sentences);
}

static const char *class_of(const struct line *line)
{
	if (line->kind == LINE_GAP)
		return "gap";
	return line->from == SIDE_CLIENT ? "c" : "s";
}

static void add_line(const struct html *html, const struct session *session, size_t index,
	struct text_explained *explained)
{
	const struct line *line = &session->lines[index];
	struct buffer *out = html->out;
	uint64_t first, last;
	struct buffer said;

	html_frames_ends(line, &first, &last);
	buffer_printf(out, "<li id=\"%s-l%zu\" class=\"%s%s\"", html->id, index + 1, class_of(line),
		line->is_sealed ? " tls" : "");
	html_frames_of_line(out, line);
	buffer_add_text(out, "><span class=\"place\"><span class=\"time\">");
	text_seconds(out, line->time - session->capture_start, 6);
	buffer_add_text(out, "</span> ");
	html_frames_link(html, first, last);
	buffer_add_text(out, line->is_sealed ? " <span class=\"lock\">TLS</span>" : "");
	buffer_add_text(out, "</span><span class=\"who\">");
	buffer_add_text(out, line->from == SIDE_CLIENT ? "C:" : "S:");
	buffer_add_text(out, "</span><div class=\"said\"><code>");
	buffer_init(&said, 0);
	text_said(&said, session, line, html->is_redacted);
	html_escape(out, buffer_span(&said));
	buffer_fini(&said);
	buffer_add_text(out, "</code>");
	add_explained(html, session, index, explained);
	buffer_add_text(out, "</div></li>\n");
}

void html_dialogue(const struct html *html, const struct session *session)
{
	size_t count =
		session->line_count < LIMIT_REPORT_ROWS ? session->line_count : LIMIT_REPORT_ROWS;
	struct text_explained explained = {0, 0};
	struct buffer *out = html->out;

	if (count == 0) {
		buffer_add_text(out, _("<p class=\"remark\">No line was seen.</p>\n"));
		return;
	}
	buffer_add_text(out, "<ol class=\"talk\">\n");
	for (size_t i = 0; i < count; i++)
		add_line(html, session, i, &explained);
	buffer_add_text(out, "</ol>\n");
	if (count == session->line_count)
		return;
	buffer_add_text(out, _("<p class=\"remark\">… and "));
	text_count(out, session->line_count - count, "line", "lines");
	buffer_add_text(out, _(" more, which are not shown here.</p>\n"));
}
