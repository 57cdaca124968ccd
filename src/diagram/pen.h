/* diagram/pen.h: boxes, lines and words at given places of a graph of libcgraph. */
#ifndef DIAGRAM_PEN_H
#define DIAGRAM_PEN_H

#include "base/buffer.h"
#include "diagram/words.h"

#include <graphviz/cgraph.h>

/* Generic families behind them, for machines without these. */
#define PEN_FIXED_FONT "DejaVu Sans Mono,monospace"
#define PEN_SANS_FONT "DejaVu Sans,sans-serif"

/* Places are in points from the upper left corner of the page that is being drawn. Graphviz counts
 * upwards from the lower left one. */
struct pen {
	Agraph_t *graph;
	double height;      /* of the whole picture */
	double left, top;   /* of the page in it */
	struct buffer text; /* what pen_escape() writes */
	struct buffer name, points;
};

struct pen_point {
	double x, y;
};

struct pen_box {
	double left, top, width, height;
};

struct pen_text {
	const char *words; /* lines */
	const char *name;  /* of the node, unique in the graph */
	struct pen_box box;
	char side; /* 'l', 'r', or 'n' for centred */
	const char *font;
	double size;
	const char *colour; /* NULL: black */
};

/* Words that belong to an edge: in Graphviz's attribute name, their middle in place. */
struct pen_label {
	const char *name, *place; /* "label", "lp" */
	struct words words;
	double left, middle;
	double column; /* what Graphviz takes for the width of a column */
};

/* Begins a directed graph of that name (printable), in points, on white paper. */
void pen_init(struct pen *pen, const char *name, double width, double height);

/* The graph stays. */
void pen_fini(struct pen *pen);

/* "kind number", valid until the next call but one. */
const char *pen_name(struct pen *pen, const char *kind, unsigned number);

void pen_set(void *object, const char *name, const char *value);
void pen_number(void *object, const char *name, double value);

/* Appends lines to pen->text as a label of Graphviz that shows exactly these characters. */
void pen_escape(struct pen *pen, const char *lines, char side);

/* The same for a tooltip, in which Graphviz looks for escapes twice. */
void pen_escape_tooltip(struct pen *pen, const char *lines);

Agnode_t *pen_box(struct pen *pen, const char *name, struct pen_box box);
Agnode_t *pen_text(struct pen *pen, const struct pen_text *text);
void pen_label(struct pen *pen, Agedge_t *edge, const struct pen_label *label);

/* A line through the points; it belongs to the node. */
Agedge_t *pen_line(struct pen *pen, Agnode_t *node, const struct pen_point *points, size_t count);

/* An arrow from ends[0] to ends[1], to the side or upright; its head is so long. */
Agedge_t *pen_arrow(
	struct pen *pen, Agnode_t *const *ends, const struct pen_point *line, double head);

#endif
