/* diagram/join.h: one SVG out of parts that Graphviz drew one after another. */
#ifndef DIAGRAM_JOIN_H
#define DIAGRAM_JOIN_H

#include "base/span.h"

#include <stdio.h>

/* The parts are all as large as the whole picture, each with its own pieces at their places in it
 * and with the same first piece, the paper. Nodes and edges are numbered through. */
struct diagram_join {
	FILE *out;
	unsigned before[2]; /* nodes, the paper left out, and edges so far */
	bool has_begun;
};

/* Appends a part's SVG; false when it is not what Graphviz writes. */
bool join_add(struct diagram_join *join, struct span svg);

/* Ends the picture, behind one part at least. */
void join_end(struct diagram_join *join);

#endif
