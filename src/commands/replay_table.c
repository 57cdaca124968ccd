#include "commands/replay.h"

#include "base/language.h"
#include "base/printable.h"
#include "view/json_writer.h"
#include "view/text.h"

enum { STEP_WIDTH = 34, REPLY_WIDTH = 30, VERDICT_WIDTH = 12 };

/* Cut to columns, "…" where something is left out. */
static void add_cut(struct buffer *out, struct span text, size_t width)
{
	struct buffer line;
	size_t used = 0, at = 0;

	buffer_init(&line, 0);
	printable_add(&line, text);
	text = buffer_span(&line);
	if (printable_width(text) <= width) {
		buffer_add_span(out, text);
		buffer_fini(&line);
		return;
	}
	while (at < text.length) {
		uint32_t character;
		size_t length = utf8_take(span_from(text, at), &character);
		struct span one = span_first(span_from(text, at), length > 0 ? length : 1);

		used += printable_width(one);
		if (used >= width)
			break;
		buffer_add_span(out, one);
		at += one.length;
	}
	buffer_add_text(out, "…");
	buffer_fini(&line);
}

static struct span first_line(struct span lines)
{
	return span_first(lines, span_index(lines, '\n'));
}

static size_t count_lines(struct span lines)
{
	size_t count = 0;

	for (size_t i = 0; i < lines.length; i++)
		count += lines.at[i] == '\n';
	return count;
}

/* The first line, and how many follow. */
static void add_reply(struct buffer *out, const struct replay_heard *heard, size_t width)
{
	size_t count = count_lines(heard->lines);
	char more[24];

	if (count == 0) {
		buffer_add_text(out, "-");
		return;
	}
	snprintf(more, sizeof more, count > 1 ? " (+%zu)" : "", count - 1);
	add_cut(out, first_line(heard->lines), width - strlen(more));
	buffer_add_text(out, more);
}

static enum text_colour colour_of(enum replay_verdict verdict)
{
	if (verdict == REPLAY_DIFFERS)
		return COLOUR_ERROR;
	return verdict == REPLAY_SAME ? COLOUR_GOOD : COLOUR_WARNING;
}

/* A text that is longer than its column still has a blank behind it. */
static void pad(struct buffer *out, size_t start, size_t width)
{
	text_left(out, start, width);
	buffer_add_text(out, "  ");
}

static void add_row(
	struct buffer *out, const struct replay_row *row, const struct view_options *view)
{
	size_t start = out->length;

	add_cut(out, row->said, STEP_WIDTH);
	pad(out, start, STEP_WIDTH);
	start = out->length;
	add_reply(out, &row->recorded, REPLY_WIDTH);
	pad(out, start, REPLY_WIDTH);
	start = out->length;
	add_reply(out, &row->live, REPLY_WIDTH);
	pad(out, start, REPLY_WIDTH);
	text_colour(out, view, colour_of(row->verdict));
	start = out->length;
	buffer_add_text(out, _(replay_verdict_name(row->verdict)));
	text_plain(out, view);
	if (row->note.length > 0) {
		buffer_add_text(out, ": ");
		printable_add(out, row->note);
	}
	buffer_add_byte(out, '\n');
}

static void add_heading(struct buffer *out, const char *text, size_t width)
{
	size_t start = out->length;

	buffer_add_text(out, text);
	pad(out, start, width);
}

static void add_text(struct buffer *out, const struct replay_heading *heading,
	const struct replay_result *result, const struct view_options *view)
{
	buffer_printf(out, _("Session %u of "), heading->tape->session);
	printable_add(out, span_text(heading->tape->capture));
	buffer_printf(out, _(", played to "));
	printable_add(out, span_text(heading->server));
	buffer_add_text(out, "\n\n");
	text_colour(out, view, COLOUR_DIM);
	add_heading(out, _in("column", "step"), STEP_WIDTH);
	add_heading(out, _("recorded"), REPLY_WIDTH);
	add_heading(out, _("live"), REPLY_WIDTH);
	buffer_add_text(out, _("verdict"));
	text_plain(out, view);
	buffer_add_byte(out, '\n');
	for (size_t i = 0; i < result->count; i++)
		add_row(out, &result->rows[i], view);
	buffer_add_byte(out, '\n');
	text_count(out, result->count, "step", "steps");
	buffer_add_text(out, ", ");
	text_count(out, result->differences, "difference", "differences");
	buffer_add_byte(out, '\n');
}

static void add_tsv(struct buffer *out, const struct replay_result *result)
{
	buffer_add_text(out, "step\tsaid\trecorded\tlive\tverdict\tnote\n");
	for (size_t i = 0; i < result->count; i++) {
		const struct replay_row *row = &result->rows[i];

		buffer_add_number(out, i + 1);
		buffer_add_byte(out, '\t');
		printable_add(out, row->said);
		buffer_add_byte(out, '\t');
		printable_add(out, first_line(row->recorded.lines));
		buffer_add_byte(out, '\t');
		printable_add(out, first_line(row->live.lines));
		buffer_printf(out, "\t%s\t", replay_verdict_name(row->verdict));
		printable_add(out, row->note);
		buffer_add_byte(out, '\n');
	}
}

static void add_json_reply(struct json *json, const char *name, const struct replay_heard *heard)
{
	struct span lines = heard->lines;

	if (lines.length == 0) {
		json_null(json, name);
		return;
	}
	json_object(json, name, JSON_SHORT);
	json_number(json, "class", (uint64_t)tape_class(heard->code));
	json_array(json, "lines", JSON_SHORT);
	while (lines.length > 0) {
		json_span(json, NULL, first_line(lines));
		lines = span_from(lines, first_line(lines).length + 1);
	}
	json_array_end(json);
	json_object_end(json);
}

static void add_json(struct buffer *out, const struct replay_heading *heading,
	const struct replay_result *result)
{
	struct json json;

	json_init(&json, out, 0);
	json_object(&json, NULL, JSON_LONG);
	json_text(&json, "capture", heading->tape->capture);
	json_number(&json, "session", heading->tape->session);
	json_text(&json, "protocol", protocol_name(heading->tape->protocol));
	json_text(&json, "server", heading->server);
	json_number(&json, "differences", result->differences);
	json_array(&json, "steps", JSON_LONG);
	for (size_t i = 0; i < result->count; i++) {
		const struct replay_row *row = &result->rows[i];

		json_object(&json, NULL, JSON_SHORT);
		json_span(&json, "said", row->said);
		add_json_reply(&json, "recorded", &row->recorded);
		add_json_reply(&json, "live", &row->live);
		json_text(&json, "verdict", replay_verdict_name(row->verdict));
		json_span(&json, "note", row->note);
		json_object_end(&json);
	}
	json_array_end(&json);
	json_object_end(&json);
	buffer_add_byte(out, '\n');
}

void replay_table(struct buffer *out, const struct replay_heading *heading,
	const struct replay_result *result, const struct view_options *view)
{
	if (view->format == FORMAT_TSV)
		add_tsv(out, result);
	else if (view->format == FORMAT_JSON)
		add_json(out, heading, result);
	else
		add_text(out, heading, result, view);
}
