#include "view/comparison_parts.h"

#include "base/language.h"
#include "view/text.h"

#include <stdlib.h>

static const char HIDDEN[] = "••••••";

size_t comparison_line_count(const struct comparison_row *row)
{
	if (row->verdict == VERDICT_WITHHELD)
		return 1;
	return row->log_count > 0 ? row->log_count : row->wire_count;
}

/* A line of the wire: a sealed one is its name and octets. */
static void add_wire(
	const struct comparison_view *view, const struct wire_item *item, struct buffer *out)
{
	static const char *const names[] = {[WIRE_RECORD] = "[Application Data, ",
		[WIRE_MESSAGE] = N_("[message, "),
		[WIRE_GAP] = N_("[missing: ")};
	const struct line *line = &view->comparison->session->lines[item->line];

	if (item->kind != WIRE_LINE) {
		buffer_add_text(out, _(names[item->kind]));
		text_count(out, item->octets, "octet", "octets");
		buffer_add_byte(out, ']');
	} else if (item->is_message) {
		buffer_add_text(out, item->is_stuffed ? "." : "");
		buffer_add_span(out, item->text);
	} else {
		text_line(out, line, view->options->is_redacted);
	}
}

static void add_log(const struct comparison_view *view, size_t index, struct buffer *out)
{
	struct span text = view->comparison->log->lines[index].text;
	struct span secret = view->secrets != NULL ? view->secrets[index] : span_of(NULL, 0);
	size_t offset;

	if (secret.length == 0) {
		buffer_add_span(out, text);
		return;
	}
	offset = (size_t)(secret.at - text.at);
	buffer_add_span(out, span_first(text, offset));
	buffer_add_text(out, HIDDEN);
	buffer_add_span(out, span_from(text, offset + secret.length));
}

void comparison_line(const struct comparison_view *view, const struct comparison_row *row,
	size_t index, struct buffer *out)
{
	const struct comparison *comparison = view->comparison;

	if (row->verdict == VERDICT_WITHHELD ||
		(row->log_count > 0 &&
			comparison->log->lines[row->log + index].kind == LOG_WITHHELD))
		buffer_add_text(out, _("[withheld]"));
	else if (row->log_count > 0)
		add_log(view, row->log + index, out);
	else
		add_wire(view, &comparison->wire.items[row->wire + index], out);
}

struct span comparison_how(const struct comparison_view *view, const struct comparison_row *row)
{
	const struct comparison *comparison = view->comparison;

	if (row->shows_text && view->secrets != NULL) {
		const struct line *line =
			&comparison->session->lines[comparison->wire.items[row->wire].line];

		if (view->secrets[row->log].length > 0 || line->secret.length > 0)
			return span_text(_("the texts differ"));
	}
	return row->how;
}

void comparison_wire_lines(const struct comparison *comparison, const struct comparison_row *row,
	uint64_t *first, uint64_t *last)
{
	*first = *last = 0;
	if (row->wire_count == 0)
		return;
	*first = comparison->wire.items[row->wire].line + 1;
	*last = comparison->wire.items[row->wire + row->wire_count - 1].line + 1;
}

/* The first and the last frame of an item's line. */
static const struct comparison_frames *frames_of(
	const struct comparison_view *view, const struct wire_item *item)
{
	const struct line *line = &view->comparison->session->lines[item->line];
	struct comparison_frames *frames = view->frames;

	if (frames->line == item->line + 1)
		return frames;
	*frames = (struct comparison_frames){item->line + 1, line->frame, line->frame};
	for (size_t k = 0; k < line->frame_count; k++) {
		if (line->frames[k] < frames->first)
			frames->first = line->frames[k];
		if (line->frames[k] > frames->last)
			frames->last = line->frames[k];
	}
	return frames;
}

void comparison_frames_of(const struct comparison_view *view, const struct comparison_row *row,
	uint64_t *first, uint64_t *last)
{
	*first = *last = 0;
	for (size_t i = row->wire; i < row->wire + row->wire_count; i++) {
		const struct comparison_frames *frames =
			frames_of(view, &view->comparison->wire.items[i]);

		if (*first == 0 || frames->first < *first)
			*first = frames->first;
		if (frames->last > *last)
			*last = frames->last;
	}
}

/* The frames of an item, by their place; 0 behind the last one. */
static uint64_t frame_at(
	const struct comparison_view *view, const struct wire_item *item, size_t place)
{
	const struct line *line = &view->comparison->session->lines[item->line];

	if (!item->is_message && line->frame_count > 0)
		return place < line->frame_count ? line->frames[place] : 0;
	return place == 0   ? frames_of(view, item)->first
	       : place == 1 ? frames_of(view, item)->last
			    : 0;
}

uint64_t comparison_next_frame(const struct comparison_view *view, const struct comparison_row *row,
	struct comparison_place *place)
{
	const struct wire_item *items = view->comparison->wire.items + row->wire;

	while (place->item < row->wire_count) {
		uint64_t frame = frame_at(view, &items[place->item], place->frame++);

		if (frame > place->before)
			return place->before = frame;
		if (frame != 0)
			continue;
		place->frame = 0;
		place->item++;
	}
	return 0;
}

uint64_t comparison_octets(const struct comparison *comparison, const struct comparison_row *row)
{
	uint64_t octets = 0;

	for (size_t i = row->wire; i < row->wire + row->wire_count; i++)
		octets += comparison->wire.items[i].octets;
	return octets;
}

void view_comparison(struct buffer *out, const struct comparison *comparison, const char *log_name,
	const struct view_options *options)
{
	struct comparison_frames frames = {0, 0, 0};
	struct comparison_view view = {out, comparison, log_name, options, &frames, NULL};

	if (options->is_redacted)
		view.secrets = comparison_secrets(comparison);
	if (options->format == FORMAT_TEXT)
		comparison_add_text(&view);
	else if (options->format == FORMAT_TSV)
		comparison_add_tsv(&view);
	else
		comparison_add_json(&view);
	free(view.secrets);
}
