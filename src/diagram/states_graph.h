/* diagram/states_graph.h: ways through the states of their protocols, as one graph for dot. */
#ifndef DIAGRAM_STATES_GRAPH_H
#define DIAGRAM_STATES_GRAPH_H

#include "diagram/states.h"

#include <graphviz/cgraph.h>

/* agclose() it. */
Agraph_t *states_graph(const struct states *states, size_t count);

#endif
