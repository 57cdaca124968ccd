#include "report/frames.h"

/* A message of many frames: enough for the eye. */
enum { FRAMES_NAMED = 200 };

void html_frames_of_line(struct buffer *out, const struct line *line)
{
	size_t count = line->frame_count < FRAMES_NAMED ? line->frame_count : FRAMES_NAMED;

	buffer_add_text(out, " data-f=\"");
	for (size_t i = 0; i < count; i++) {
		buffer_add_number(out, line->frames[i]);
		buffer_add_byte(out, ' ');
	}
	buffer_add_number(out, line->frame);
	buffer_add_byte(out, '"');
}

void html_frames_range(struct buffer *out, uint64_t first, uint64_t last)
{
	if (first == 0)
		return;
	buffer_add_text(out, " data-f=\"");
	for (uint64_t frame = first; frame < last && frame - first < FRAMES_NAMED; frame++) {
		buffer_add_number(out, frame);
		buffer_add_byte(out, ' ');
	}
	buffer_add_number(out, last);
	buffer_add_byte(out, '"');
}

void html_frames_link(const struct html *html, uint64_t first, uint64_t last)
{
	struct buffer *out = html->out;

	if (first == 0)
		return;
	buffer_printf(out, "<a class=\"frame\" href=\"#%s-p", html->id);
	buffer_add_number(out, first);
	buffer_add_text(out, "\">#");
	buffer_add_number(out, first);
	if (last > first) {
		buffer_add_text(out, "–");
		buffer_add_number(out, last);
	}
	buffer_add_text(out, "</a>");
}

void html_frames_ends(const struct line *line, uint64_t *first, uint64_t *last)
{
	*first = *last = line->frame;
	for (size_t i = 0; i < line->frame_count; i++) {
		*first = line->frames[i] < *first ? line->frames[i] : *first;
		*last = line->frames[i] > *last ? line->frames[i] : *last;
	}
}
