/* view/explain.h: what the parts of the explanations share. */
#ifndef VIEW_EXPLAIN_H
#define VIEW_EXPLAIN_H

#include "view/text.h"

/* Appends "NAME: MEANING [RFC]" and a line feed; name may be empty, rfc too. */
void explain_sentence(struct buffer *out, struct span name, const char *meaning, const char *rfc);

/* What is in a record of TLS: a sentence for each name in it that *explained does not have yet. */
void explain_record(struct buffer *out, const struct session *session, const struct line *line,
	struct text_explained *explained);

#endif
