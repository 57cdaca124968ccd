/* compare/words.h: how a line and its records fit or differ, in words. */
#ifndef COMPARE_WORDS_H
#define COMPARE_WORDS_H

#include "base/buffer.h"
#include "compare/verdicts.h"

/* "206 = 177 + 29": records, the text in them, what TLS adds. */
void words_fits(struct buffer *out, const struct comparison *comparison,
	const struct comparison_row *row, enum align_ends ends);

/* What is in a withheld line: "22 octets". */
void words_withheld(
	struct buffer *out, const struct comparison *comparison, const struct comparison_row *row);

/* The record's length against the line's. */
void words_length(
	struct buffer *out, const struct comparison *comparison, const struct comparison_row *row);

/* Two texts: trailing blanks, or the first octet that differs. True when it cites octets. */
bool words_text(struct buffer *out, const struct log_line *line, const struct wire_item *item);

#endif
