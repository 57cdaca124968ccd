/* diagram/diagram.h: the flow diagram: a ladder of what client and server said, as SVG, PDF, PNG or
 * DOT. */
#ifndef DIAGRAM_DIAGRAM_H
#define DIAGRAM_DIAGRAM_H

#include "base/fail.h"

#include <stdbool.h>

struct session;

enum diagram_detail {
	DIAGRAM_MAIL,   /* the dialogue. Wants lines and findings */
	DIAGRAM_TCP,    /* every segment. Wants segments besides */
	DIAGRAM_STATES, /* the way through the protocol's states, LIMIT_STATE_CHARTS sessions */
};

struct diagram;

/* With is_redacted every secret is shown as six dots. */
struct diagram *diagram_new(enum diagram_detail detail, bool is_redacted);
void diagram_free(struct diagram *diagram);

/* Draws the session below those before it. What is needed is copied: the session may be freed. A
 * diagram has room for LIMIT_DIAGRAM_ROWS rows: of a session that passes it the middle is folded,
 * and the diagram says so. */
void diagram_add(struct diagram *diagram, const struct session *session);

/* The same; notes[i] is shown beside the session's messages[i] ("from b4@example.org, subject
 * test"), each may be NULL. Copied as well; it may be any bytes. */
void diagram_add_noted(
	struct diagram *diagram, const struct session *session, const char *const *notes);

/* There is no room any more: sessions added from now on are only counted (and need no lines). */
bool diagram_is_full(const struct diagram *diagram);

/* No session was added. */
bool diagram_is_empty(const struct diagram *diagram);

/* Whether the path's ending is one of .svg .pdf .png .dot (in any case): STEP_DONE, or STEP_FAIL
 * with FAIL_USAGE, the text naming the endings. */
enum step diagram_check(const char *path, struct fail *fail);

/* Writes the picture in the format of the path's ending, into a file beside it that then takes its
 * place. The same sessions give the same bytes on the same fonts. PDF is in pages; a very long PNG
 * goes on in further columns. Safe to call from several threads with diagrams of their own.
 * STEP_DONE, or STEP_FAIL with FAIL_USAGE (see diagram_check()), FAIL_WRITE or FAIL_INTERNAL
 * (Graphviz could not draw it). */
enum step diagram_write(struct diagram *diagram, const char *path, struct fail *fail);

/* Hands on each page of the picture as an SVG of its own. STEP_DONE, or STEP_FAIL with
 * FAIL_INTERNAL. */
struct diagram_reader;
enum step diagram_pages(
	struct diagram *diagram, const struct diagram_reader *reader, struct fail *fail);

#endif
