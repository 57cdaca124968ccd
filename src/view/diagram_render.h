/* view/diagram_render.h: a ladder drawn by Graphviz. */
#ifndef VIEW_DIAGRAM_RENDER_H
#define VIEW_DIAGRAM_RENDER_H

#include "base/fail.h"
#include "view/diagram_ladder.h"

#include <graphviz/cgraph.h>
#include <stdio.h>

enum diagram_format { DIAGRAM_SVG, DIAGRAM_PDF, DIAGRAM_PNG, DIAGRAM_DOT };

/* Writes the file's bytes to out, whose errors are the caller's to look for. Graphviz is not made
 * for threads: they wait for each other here. STEP_DONE, or STEP_FAIL with FAIL_INTERNAL and what
 * Graphviz said. */
enum step diagram_render(
	const struct ladder *ladder, enum diagram_format format, FILE *out, struct fail *fail);

/* Graphviz is not made for threads: who builds a graph for diagram_render_graph() holds the lock,
 * from before it is built until it is closed. */
void diagram_lock(void);
void diagram_unlock(void);

struct render_to {
	enum diagram_format format;
	FILE *out;
};

/* A graph that Graphviz itself lays out, by dot. date: of the PDF, ns since 1970. */
enum step diagram_render_graph(
	Agraph_t *graph, int64_t date, struct render_to to, struct fail *fail);

#endif
