/* view/comparison_parts.h: what the formats of the comparison share; for them alone. */
#ifndef VIEW_COMPARISON_PARTS_H
#define VIEW_COMPARISON_PARTS_H

#include "view/comparison.h"

/* One comparison being written. */
struct comparison_view {
	struct buffer *out;
	const struct comparison *comparison;
	const char *log_name;
	const struct view_options *options;
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

/* The frames that carry them; 0: none. */
void comparison_frames(const struct comparison *comparison, const struct comparison_row *row,
	uint64_t *first, uint64_t *last);

/* Octets on the wire. */
uint64_t comparison_octets(const struct comparison *comparison, const struct comparison_row *row);

#endif
