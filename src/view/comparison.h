/* view/comparison.h: a log held against a session, as a table, tsv or JSON. */
#ifndef VIEW_COMPARISON_H
#define VIEW_COMPARISON_H

#include "compare/verdicts.h"
#include "view/view.h"

/* log_name: the log's file without folders. FORMAT_TEXT, FORMAT_TSV (with its heading) or
 * FORMAT_JSON (one object). What the log withheld is never shown; with is_redacted no secret is. */
void view_comparison(struct buffer *out, const struct comparison *comparison, const char *log_name,
	const struct view_options *options);

/* The line that counts the verdicts, without line end: "9 same, 1 withheld: no difference." */
void view_comparison_summary(struct buffer *out, const struct comparison *comparison,
	const struct view_options *options);

#endif
