/* explain/explanation.h: what a text means, as text and as JSON. */
#ifndef EXPLAIN_EXPLANATION_H
#define EXPLAIN_EXPLANATION_H

#include "explain/text.h"
#include "view/json_writer.h"
#include "view/view.h"

/* Each meaning, one after another, and what is unknown; options->width columns wide, 80 if that is
 * 0. */
void view_explanation(struct buffer *out, const struct explained_text *explained,
	const struct view_options *options);

/* The same as one JSON object. */
void view_explanation_json(
	struct json *json, struct span text, const struct explained_text *explained);

/* A table of all ids: id, kind, name, RFC section, meaning, with tabs. */
void view_catalogue(struct buffer *out, const struct catalogue *catalogue);

#endif
