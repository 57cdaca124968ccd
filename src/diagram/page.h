/* diagram/page.h: where each row of the ladder stands: pages of equal width, in points. */
#ifndef DIAGRAM_PAGE_H
#define DIAGRAM_PAGE_H

#include "diagram/ladder.h"

/* Sizes of type, in points. At 10 and 8.75 a column of the fixed font is a whole number of pixels
 * at 96 dpi, so that Graphviz, which measures in pixels, and SVG agree on widths. */
#define PAGE_SAID_SIZE 10.0
#define PAGE_ASIDE_SIZE 8.75
#define PAGE_TITLE_SIZE 14.0
#define PAGE_FACTS_SIZE 10.0

/* What the page is ruled by, from its left edge. */
#define PAGE_WIDTH 744.0
#define PAGE_HEIGHT 1052.0 /* as high to its width as A4 */
#define PAGE_MARGIN 20.0
#define PAGE_FRAME_RIGHT 62.0
#define PAGE_TIME_RIGHT 130.0 /* 13 columns behind it */
#define PAGE_GAP_RIGHT 184.0
#define PAGE_CLIENT 192.0 /* the lifelines */
#define PAGE_SERVER 646.0
#define PAGE_BRACKET 658.0
#define PAGE_PHASE 668.0

/* How large the fixed font is on this machine, in points. */
struct type_size {
	double said_column, said_line; /* at PAGE_SAID_SIZE */
	double aside_column, aside_line;
};

enum page_item_kind { PAGE_TITLE, PAGE_HEADER, PAGE_ROW, PAGE_LEFT_OUT, PAGE_LEGEND };

/* top is measured downwards from the top of its page. arrow is where a row's arrow stands. */
struct page_item {
	enum page_item_kind kind;
	size_t page, session, row;
	double top, height, arrow;
};

struct page_plan {
	struct page_item *items;
	size_t item_count;
	double *heights; /* of each page, what is used of it, margins included */
	size_t page_count;
};

/* Places everything; never fails. A row higher than a page makes its page higher. */
void page_plan_init(
	struct page_plan *plan, const struct ladder *ladder, const struct type_size *type);
void page_plan_fini(struct page_plan *plan);

#endif
