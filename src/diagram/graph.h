/* diagram/graph.h: placed rows as a graph of libcgraph, every node and edge pinned. */
#ifndef DIAGRAM_GRAPH_H
#define DIAGRAM_GRAPH_H

#include "diagram/page.h"

#include <graphviz/cgraph.h>

/* How far a picture has come that is built part by part: graph_build() moves it on. */
struct graph_progress {
	double height;                        /* of the whole picture, in points */
	double top;                           /* of the part's first page in it */
	unsigned boxes, rows, phases, shades; /* drawn: they number the names of nodes */
};

struct graph_wants {
	const struct ladder *ladder;
	const struct page_plan *plan;
	const struct type_size *type;
	size_t first_page, page_count; /* which pages the graph shows */
	size_t column_pages;           /* pages below each other before the next column; 0: all */
	unsigned dpi;                  /* of pixel formats; 0: Graphviz's own */
	struct graph_progress *part;   /* the pages are a part of this; NULL: they are the whole */
};

/* The width and height of the pages together, in points. */
void graph_measure(const struct graph_wants *wants, double *width, double *height);

/* The graph, and its width and height in points; agclose() it. Lay it out by "nop2". */
Agraph_t *graph_build(const struct graph_wants *wants, double *width, double *height);

#endif
