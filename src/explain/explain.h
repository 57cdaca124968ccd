/* explain/explain.h: what the parts of the explanations share. */
#ifndef EXPLAIN_EXPLAIN_H
#define EXPLAIN_EXPLAIN_H

#include "view/text.h"

/* Appends "NAME: MEANING [RFC]" and a line feed, the meaning in the language chosen; name may be
 * empty, rfc too. */
void explain_sentence(struct buffer *out, struct span name, const char *meaning, const char *rfc);

/* The command that a reply answers, in the sense of vocabulary_reply(): "" for the greeting, "."
 * for the end of data; NULL: unknown. */
const char *explain_answered(const struct session *session, size_t index);

/* What stands on a line of its own, or in the place of one, and is no word: ".", "*", a message. */
struct mark {
	const char *id, *name, *meaning, *rfc;
};
const struct mark *explain_marks(size_t *count);

/* Appends the sentence of the mark with that id; name may be empty. */
void explain_mark(struct buffer *out, const char *id, struct span name);

/* What is in a record of TLS: a sentence for each name in it that *explained does not have yet. */
void explain_record(struct buffer *out, const struct session *session, const struct line *line,
	struct text_explained *explained);

struct guide;

/* Appends why something stands there and what comes next, a line each. */
void explain_guide(struct buffer *out, const struct guide *guide);

/* What stands in a record of TLS, by the name the dissector gives it: up to TLS 1.2, and where it
 * means something else there in TLS 1.3. The last row is for a piece of a message. */
struct record_meaning {
	const char *name, *meaning, *rfc;
	const char *meaning13, *rfc13; /* NULL: the same */
};
const struct record_meaning *explain_records(size_t *count);

/* Alerts of TLS; flags of TCP and phases of its connections. An alert without a name is the one
 * that no RFC names. */
struct wire_meaning {
	const char *kind; /* "alert", "flag", "phase" */
	const char *name, *meaning, *rfc;
};
const struct wire_meaning *explain_alerts(size_t *count);
const struct wire_meaning *explain_tcp(size_t *count);

#endif
