/* view/diagram_render.h: a ladder drawn by Graphviz into memory. */
#ifndef VIEW_DIAGRAM_RENDER_H
#define VIEW_DIAGRAM_RENDER_H

#include "base/fail.h"
#include "view/diagram_ladder.h"

enum diagram_format { DIAGRAM_SVG, DIAGRAM_PDF, DIAGRAM_PNG, DIAGRAM_DOT };

/* Appends the file's bytes to *out. Graphviz is not made for threads: they wait for each other
 * here. STEP_DONE, or STEP_FAIL with FAIL_INTERNAL and what Graphviz said. */
enum step diagram_render(const struct ladder *ladder, enum diagram_format format,
	struct buffer *out, struct fail *fail);

#endif
