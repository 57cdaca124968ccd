/* diagram/render.h: a ladder, or a graph of another picture, drawn by Graphviz. */
#ifndef DIAGRAM_RENDER_H
#define DIAGRAM_RENDER_H

#include "diagram/file.h"
#include "diagram/ladder.h"

#include <graphviz/cgraph.h>
#include <stdio.h>

/* Writes the file's bytes to out, whose errors are the caller's to look for. Graphviz is not made
 * for threads: they wait for each other here. STEP_DONE, or STEP_FAIL with FAIL_INTERNAL and what
 * Graphviz said. */
enum step diagram_render(
	const struct ladder *ladder, enum diagram_format format, FILE *out, struct fail *fail);

/* Each page by itself, as an SVG that holds during the call. */
struct diagram_reader {
	void *context;
	void (*on_page)(void *context, struct span svg);
};
enum step diagram_render_pages(
	const struct ladder *ladder, const struct diagram_reader *reader, struct fail *fail);

/* A picture of one page whose nodes and edges are pinned (diagram/pen.h). */
struct drawing {
	Agraph_t *graph;
	double width, height; /* in points */
	const char *name;     /* what the file says that it is; printable */
	int64_t time;         /* nanoseconds: when a PDF says that it was made */
};

/* The same for a drawing. The graph stays the caller's. */
enum step diagram_render_drawing(
	const struct drawing *drawing, enum diagram_format format, FILE *out, struct fail *fail);

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
