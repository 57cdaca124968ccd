/* report/frames.h: which packets a line of the report is about: attributes for the script, links
 * for readers. */
#ifndef REPORT_FRAMES_H
#define REPORT_FRAMES_H

#include "report/html.h"

/* Of a line, as " data-f=\"4 5\"": the script lights them up. */
void html_frames_of_line(struct buffer *out, const struct line *line);

/* The same for all frames from first to last; nothing for 0. */
void html_frames_range(struct buffer *out, uint64_t first, uint64_t last);

/* "#4", "#4–9", a link to the first one's row in the packet list; nothing for 0. */
void html_frames_link(const struct html *html, uint64_t first, uint64_t last);

/* The first and the last of a line's frames: out of order they are not at its ends. */
void html_frames_ends(const struct line *line, uint64_t *first, uint64_t *last);

#endif
