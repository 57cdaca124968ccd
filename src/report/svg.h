/* report/svg.h: a drawing of Graphviz inside an HTML page. */
#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include "base/buffer.h"

struct html_svg {
	struct span svg;
	const char *prefix;  /* "s1-flow-1": put before every id, so that they are the page's own */
	const char *chapter; /* "s1": links to a frame lead to its row in the packet list */
	const char *label;   /* what is drawn, for those who do not see it */
};

/* Appends the svg element. Tags and attributes that no drawing has are left out. */
void html_svg_add(struct buffer *out, const struct html_svg *drawing);

#endif
