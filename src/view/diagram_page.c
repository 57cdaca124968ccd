#include "view/diagram_page.h"

#include "base/memory.h"

#include <stdlib.h>

#define TITLE_LINE 18.0
#define FACTS_LINE 14.0
#define TITLE_ABOVE 14.0
#define HEADER_HEIGHT 50.0
#define ROW_ABOVE 8.0
#define ARROW_ABOVE 5.0
#define ARROW_BELOW 3.0
#define NOTE_AROUND 7.0
#define SESSION_BELOW 16.0
#define LEGEND_HEIGHT 30.0

static struct page_item *item_new(struct page_plan *plan, struct page_item item)
{
	if ((plan->item_count & (plan->item_count - 1)) == 0)
		plan->items = memory_resize(plan->items,
			plan->item_count > 0 ? plan->item_count * 2 : 1, sizeof *plan->items);
	plan->items[plan->item_count] = item;
	return &plan->items[plan->item_count++];
}

static double *page_used(struct page_plan *plan)
{
	return &plan->heights[plan->page_count - 1];
}

static void page_new(struct page_plan *plan)
{
	plan->heights = memory_resize(plan->heights, plan->page_count + 1, sizeof *plan->heights);
	plan->heights[plan->page_count++] = PAGE_MARGIN;
}

/* Whether so much still fits on the page above its margin. */
static bool fits(struct page_plan *plan, double height)
{
	return *page_used(plan) + height <= PAGE_HEIGHT - PAGE_MARGIN;
}

static struct page_item *place(struct page_plan *plan, struct page_item item)
{
	double *used = page_used(plan);

	item.page = plan->page_count - 1;
	item.top = *used;
	*used += item.height;
	return item_new(plan, item);
}

static double row_height(const struct ladder_row *row, const struct type_size *type)
{
	double words = row->said.lines * type->said_line +
		       (row->aside.lines + row->warning.lines) * type->aside_line;

	if (row->kind != LADDER_ARROW)
		return words + 2 * NOTE_AROUND;
	return ROW_ABOVE + words + ARROW_ABOVE + ARROW_BELOW;
}

static double title_height(const struct ladder_session *session)
{
	return TITLE_ABOVE + session->title.lines * TITLE_LINE + session->facts.lines * FACTS_LINE;
}

static void place_header(struct page_plan *plan, size_t session)
{
	place(plan, (struct page_item){
			    .kind = PAGE_HEADER, .session = session, .height = HEADER_HEIGHT});
}

static void place_row(struct page_plan *plan, const struct ladder_row *row, struct page_item item)
{
	struct page_item *placed;

	if (!fits(plan, item.height)) {
		page_new(plan);
		place_header(plan, item.session);
	}
	placed = place(plan, item);
	placed->arrow = row->kind == LADDER_ARROW ? placed->top + item.height - ARROW_BELOW
						  : placed->top + item.height / 2;
}

static void place_session(struct page_plan *plan, const struct ladder *ladder, size_t index,
	const struct type_size *type)
{
	const struct ladder_session *session = &ladder->sessions[index];
	double title = title_height(session);
	double first =
		session->row_count > 0 ? row_height(&ladder->rows[session->first_row], type) : 0;

	if (index > 0)
		*page_used(plan) += SESSION_BELOW;
	if (index > 0 && !fits(plan, title + HEADER_HEIGHT + first))
		page_new(plan);
	place(plan, (struct page_item){.kind = PAGE_TITLE, .session = index, .height = title});
	place_header(plan, index);
	for (size_t i = 0; i < session->row_count; i++) {
		const struct ladder_row *row = &ladder->rows[session->first_row + i];

		place_row(plan, row,
			(struct page_item){.kind = PAGE_ROW,
				.session = index,
				.row = session->first_row + i,
				.height = row_height(row, type)});
	}
}

static void place_alone(struct page_plan *plan, enum page_item_kind kind)
{
	/* the legend may stand in the margin: a page for it alone would be a waste */
	if (!fits(plan, kind == PAGE_LEGEND ? LEGEND_HEIGHT - PAGE_MARGIN : LEGEND_HEIGHT))
		page_new(plan);
	place(plan, (struct page_item){.kind = kind, .height = LEGEND_HEIGHT});
}

void page_plan_init(
	struct page_plan *plan, const struct ladder *ladder, const struct type_size *type)
{
	*plan = (struct page_plan){.items = NULL};
	page_new(plan);
	for (size_t i = 0; i < ladder->session_count; i++)
		place_session(plan, ladder, i, type);
	if (ladder->left_out > 0 || ladder->session_count == 0)
		place_alone(plan, PAGE_LEFT_OUT);
	place_alone(plan, PAGE_LEGEND);
	for (size_t i = 0; i < plan->page_count; i++)
		plan->heights[i] = plan->heights[i] + PAGE_MARGIN < PAGE_HEIGHT
					   ? plan->heights[i] + PAGE_MARGIN
					   : PAGE_HEIGHT;
}

void page_plan_fini(struct page_plan *plan)
{
	free(plan->items);
	free(plan->heights);
	*plan = (struct page_plan){.items = NULL};
}
