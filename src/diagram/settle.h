/* diagram/settle.h: what dot leaves to be done: words clear of lines, loops clear of each other. */
#ifndef DIAGRAM_SETTLE_H
#define DIAGRAM_SETTLE_H

#include <graphviz/cgraph.h>

/* In points: what a loop takes of its node's side, what a line of its words takes, and what is left
 * to other lines in the middle and to the round corners. */
#define SETTLE_LOOP_HEIGHT 16.0
#define SETTLE_MIDDLE 12.0
#define SETTLE_CORNERS 8.0
#define SETTLE_LINE_HEIGHT 13.0

/* Between layout and drawing: the words of each edge of each cluster move beside their own line,
 * where no line, node or other words are; loops at one node stand one below the other. */
void settle(Agraph_t *graph);

#endif
