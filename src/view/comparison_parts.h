/* view/comparison_parts.h: what the formats of the comparison share; for them alone. */
#ifndef VIEW_COMPARISON_PARTS_H
#define VIEW_COMPARISON_PARTS_H

#include "view/comparison.h"

/* The frames of a line of the session: a message has many, and each of its lines asks. */
struct comparison_frames {
	uint32_t line; /* from 1; 0: none yet */
	uint64_t first, last;
};

/* One comparison being written. */
struct comparison_view {
	struct buffer *out;
	const struct comparison *comparison;
	const char *log_name;
	const struct view_options *options;
	struct comparison_frames *frames; /* those asked for last */
	struct span *secrets; /* of each line of the log; empty: none. NULL: nothing is hidden */
};

void comparison_add_text(const struct comparison_view *view);
void comparison_add_tsv(const struct comparison_view *view);
void comparison_add_json(const struct comparison_view *view);

/* The secrets of the log's lines, found as those of a session are: by the state of the protocol.
 * The caller frees the array. */
struct span *comparison_secrets(const struct comparison *comparison);

/* The raw text of one line of a row, secrets hidden as asked for: the log's line where it has one,
 * else the wire's. index counts from 0. */
void comparison_line(const struct comparison_view *view, const struct comparison_row *row,
	size_t index, struct buffer *out);

/* How many lines comparison_line() knows. */
size_t comparison_line_count(const struct comparison_row *row);

/* How the two fit or differ; secrets are not cited where they are hidden. */
struct span comparison_how(const struct comparison_view *view, const struct comparison_row *row);

/* The lines of the session that the row is about, from 1; 0: none. */
void comparison_wire_lines(const struct comparison *comparison, const struct comparison_row *row,
	uint64_t *first, uint64_t *last);

/* The first and the last of the frames that carry them; 0: none. */
void comparison_frames_of(const struct comparison_view *view, const struct comparison_row *row,
	uint64_t *first, uint64_t *last);

/* Goes through the frames one after another, each once; of a message, the first and the last one.
 * *place begins zeroed; 0 when there are no more. */
struct comparison_place {
	size_t item, frame;
	uint64_t before;
};
uint64_t comparison_next_frame(const struct comparison_view *view, const struct comparison_row *row,
	struct comparison_place *place);

/* Octets on the wire. */
uint64_t comparison_octets(const struct comparison *comparison, const struct comparison_row *row);

#endif
