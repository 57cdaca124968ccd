#include "diagram/picture.h"

#include "base/language.h"
#include "view/text.h"

#define HEADER_BOX_TOP 8.0
#define HEADER_BOX_HEIGHT 34.0
#define SHADE_BESIDE 6.0

static void draw_title(struct picture *picture, const struct page_item *item)
{
	const struct ladder_session *session = &picture->wants->ladder->sessions[item->session];
	double facts = session->facts.lines * PAGE_FACTS_SIZE * 1.4;
	double width = PAGE_WIDTH - 2 * PAGE_MARGIN;
	struct pen_text text = {.words = session->title.text,
		.name = pen_name(&picture->pen, "session", (unsigned)item->session + 1),
		.box = {PAGE_MARGIN, item->top + 10, width, item->height - facts - 10},
		.side = 'l',
		.font = PEN_SANS_FONT,
		.size = PAGE_TITLE_SIZE};

	pen_text(&picture->pen, &text);
	text.words = session->facts.text;
	text.name = pen_name(&picture->pen, "facts", (unsigned)item->session + 1);
	text.box.top += text.box.height;
	text.box.height = facts;
	text.font = PEN_SANS_FONT;
	text.size = PAGE_FACTS_SIZE;
	text.colour = COLOUR_OF_NOTE;
	pen_text(&picture->pen, &text);
}

static Agnode_t *draw_end(struct picture *picture, const struct page_item *item, enum side side)
{
	const struct ladder_session *session = &picture->wants->ladder->sessions[item->session];
	double middle = side == SIDE_CLIENT ? PAGE_CLIENT : PAGE_SERVER;
	double width = 24 + (double)strlen(session->ends[side]) * PAGE_ASIDE_SIZE * 0.602;
	struct pen_box box;
	Agnode_t *node;

	width = width < 150 ? 150 : width;
	box = (struct pen_box){
		middle - width / 2, item->top + HEADER_BOX_TOP, width, HEADER_BOX_HEIGHT};
	if (box.left < PAGE_MARGIN)
		box.left = PAGE_MARGIN;
	if (box.left + width > PAGE_WIDTH - PAGE_MARGIN)
		box.left = PAGE_WIDTH - PAGE_MARGIN - width;
	node = pen_box(
		&picture->pen, pen_name(&picture->pen, side_name(side), picture->at->boxes), box);
	pen_set(node, "style", "filled,rounded");
	pen_set(node, "color", picture_colour(side));
	pen_set(node, "fillcolor", side == SIDE_CLIENT ? FILL_OF_CLIENT : FILL_OF_SERVER);
	pen_set(node, "fontname", PEN_FIXED_FONT);
	pen_set(node, "fontsize", "8.75");
	buffer_clear(&picture->pen.text);
	pen_escape(&picture->pen, _(side_name(side)), 'n');
	buffer_add_text(&picture->pen.text, "\\n");
	pen_escape(&picture->pen, session->ends[side], 'n');
	pen_set(node, "label", buffer_text(&picture->pen.text));
	return node;
}

static void draw_captions(struct picture *picture, double top)
{
	static const struct {
		const char *words, *name;
		double right;
	} captions[] = {{N_in("column", "frame"), "frames", PAGE_FRAME_RIGHT},
		{N_in("column", "time, s"), "times", PAGE_TIME_RIGHT},
		{N_in("column", "gap, s"), "gaps", PAGE_GAP_RIGHT}};

	for (size_t i = 0; i < sizeof captions / sizeof captions[0]; i++) {
		struct pen_text text = {.words = language_text_in("column", captions[i].words),
			.name = pen_name(&picture->pen, captions[i].name, picture->at->boxes),
			.box = {captions[i].right - 50, top, 50, 12},
			.side = 'r',
			.font = PEN_SANS_FONT,
			.size = 8,
			.colour = COLOUR_OF_NOTE};

		pen_text(&picture->pen, &text);
	}
}

static void draw_header(struct picture *picture, const struct page_item *item)
{
	picture->at->boxes++;
	picture->ends[SIDE_CLIENT] = draw_end(picture, item, SIDE_CLIENT);
	picture->ends[SIDE_SERVER] = draw_end(picture, item, SIDE_SERVER);
	picture->lifeline = item->top + HEADER_BOX_TOP + HEADER_BOX_HEIGHT;
	draw_captions(picture, picture->lifeline);
}

static void draw_lifelines(struct picture *picture, double bottom)
{
	for (int side = 0; side < 2; side++) {
		double x = side == SIDE_CLIENT ? PAGE_CLIENT : PAGE_SERVER;
		const struct pen_point ends[] = {{x, picture->lifeline}, {x, bottom}};
		Agedge_t *edge = pen_line(&picture->pen, picture->ends[side], ends, 2);

		pen_set(edge, "color", picture_colour(side));
		pen_set(edge, "penwidth", "1.2");
		pen_set(edge, "class", "lifeline");
	}
}

static void draw_shade(struct picture *picture, double top, double bottom)
{
	struct pen_box box = {PAGE_CLIENT - SHADE_BESIDE, top,
		PAGE_SERVER - PAGE_CLIENT + 2 * SHADE_BESIDE, bottom - top};
	Agnode_t *node = pen_box(
		&picture->pen, pen_name(&picture->pen, "inside TLS", ++picture->at->shades), box);

	pen_set(node, "style", "filled");
	pen_set(node, "fillcolor", FILL_OF_TLS);
	pen_set(node, "color", FILL_OF_TLS);
}

static void draw_bracket(
	struct picture *picture, enum ladder_phase phase, double top, double bottom)
{
	const struct pen_point line[] = {{PAGE_BRACKET, top + 4}, {PAGE_BRACKET + 4, top + 4},
		{PAGE_BRACKET + 4, bottom - 1}, {PAGE_BRACKET, bottom - 1}};
	Agedge_t *edge;

	if (phase == LADDER_PHASE_NONE)
		return;
	edge = pen_line(&picture->pen, picture->ends[SIDE_SERVER], line, 4);
	pen_set(edge, "color", COLOUR_OF_RULE);
	pen_set(edge, "class", "phase");
	pen_text(&picture->pen,
		&(struct pen_text){.words = language_text_in("phase", ladder_phase_name(phase)),
			.name = pen_name(&picture->pen, "phase", ++picture->at->phases),
			.box = {PAGE_PHASE, (top + bottom) / 2 - 5, PAGE_WIDTH - PAGE_PHASE - 4,
				13},
			.side = 'l',
			.font = PEN_SANS_FONT,
			.size = PAGE_ASIDE_SIZE,
			.colour = COLOUR_OF_NOTE});
}

/* The run of a session's rows on one page, from items[first] on, that same() holds for; the item
 * behind its last. */
static size_t run_end(const struct picture *picture, size_t first,
	bool (*same)(const struct ladder_row *, const struct ladder_row *))
{
	const struct page_plan *plan = picture->wants->plan;
	const struct ladder_row *rows = picture->wants->ladder->rows;
	const struct page_item *item = &plan->items[first];
	size_t end = first + 1;

	while (end < plan->item_count && plan->items[end].kind == PAGE_ROW &&
		plan->items[end].page == item->page && plan->items[end].session == item->session &&
		same(&rows[item->row], &rows[plan->items[end].row]))
		end++;
	return end;
}

static bool same_phase(const struct ladder_row *a, const struct ladder_row *b)
{
	return a->phase == b->phase;
}

static bool same_seal(const struct ladder_row *a, const struct ladder_row *b)
{
	return a->is_sealed == b->is_sealed;
}

static bool any_row(const struct ladder_row *a, const struct ladder_row *b)
{
	(void)a;
	(void)b;
	return true;
}

static void draw_remark(struct picture *picture, const struct page_item *item)
{
	const struct ladder *ladder = picture->wants->ladder;
	struct buffer words;
	struct pen_text text = {.name = "end",
		.box = {PAGE_MARGIN, item->top, PAGE_WIDTH - 2 * PAGE_MARGIN, item->height},
		.side = 'n',
		.font = PEN_SANS_FONT,
		.size = item->kind == PAGE_LEGEND ? PAGE_ASIDE_SIZE : PAGE_SAID_SIZE,
		.colour = COLOUR_OF_NOTE};

	buffer_init(&words, 0);
	if (item->kind == PAGE_LEGEND) {
		text.name = "legend";
		buffer_add_text(&words, _("filled head: client · open head: server · dotted: sent "
					  "again · dashed: missing in the capture · shaded: inside "
					  "TLS"));
	} else if (ladder->session_count == 0) {
		buffer_add_text(&words, _("no mail session"));
	} else {
		buffer_add_text(&words, "… ");
		text_count(&words, ladder->left_out,
			"more session not drawn: the diagram is full …",
			"more sessions not drawn: the diagram is full …");
	}
	text.words = buffer_text(&words);
	pen_text(&picture->pen, &text);
	buffer_fini(&words);
}

/* What lies under the rows of items[first] to end - 1, and beside them. */
static void draw_ground(struct picture *picture, size_t first, size_t end)
{
	const struct page_item *items = picture->wants->plan->items;
	const struct ladder_row *rows = picture->wants->ladder->rows;
	size_t next;

	for (size_t i = first; i < end; i = next) {
		next = run_end(picture, i, same_seal);
		if (rows[items[i].row].is_sealed)
			draw_shade(picture, items[i].top + 2,
				items[next - 1].top + items[next - 1].height + 3);
	}
	for (size_t i = first; i < end; i = next) {
		next = run_end(picture, i, same_phase);
		draw_bracket(picture, rows[items[i].row].phase, items[i].top,
			items[next - 1].top + items[next - 1].height);
	}
	draw_lifelines(picture, items[end - 1].top + items[end - 1].height + 7);
}

static size_t draw_rows(struct picture *picture, size_t first)
{
	size_t end = run_end(picture, first, any_row);

	draw_ground(picture, first, end);
	for (size_t i = first; i < end; i++)
		picture_row(picture, &picture->wants->plan->items[i]);
	return end;
}

/* Draws items[i] and, of rows, those that go with it; the item behind them. */
static size_t draw_items(struct picture *picture, size_t i)
{
	const struct page_item *item = &picture->wants->plan->items[i];

	switch (item->kind) {
	case PAGE_TITLE:
		draw_title(picture, item);
		break;
	case PAGE_HEADER:
		draw_header(picture, item);
		break;
	case PAGE_ROW:
		return draw_rows(picture, i);
	case PAGE_LEFT_OUT:
	case PAGE_LEGEND:
		draw_remark(picture, item);
		break;
	}
	return i + 1;
}

/* Pages that follow each other in one picture overlap by most of their margins. */
static double page_step(const struct page_plan *plan, size_t page)
{
	return plan->heights[page] - 2 * PAGE_MARGIN + 6;
}

void graph_measure(const struct graph_wants *wants, double *width, double *height)
{
	size_t column_pages = wants->column_pages > 0 ? wants->column_pages : wants->page_count;
	double used = 2 * PAGE_MARGIN;

	*width = PAGE_WIDTH;
	*height = 0;
	for (size_t i = 0; i < wants->page_count; i++) {
		if (i > 0 && i % column_pages == 0) {
			*width += PAGE_WIDTH;
			used = 2 * PAGE_MARGIN;
		}
		used += page_step(wants->plan, wants->first_page + i);
		*height = used > *height ? used : *height;
	}
}

static void draw_pages(struct picture *picture)
{
	const struct graph_wants *wants = picture->wants;
	const struct page_plan *plan = wants->plan;
	size_t column_pages = wants->column_pages > 0 ? wants->column_pages : wants->page_count;
	size_t item = 0;

	while (item < plan->item_count && plan->items[item].page < wants->first_page)
		item++;
	for (size_t i = 0; i < wants->page_count; i++) {
		size_t page = wants->first_page + i;

		if (i > 0 && i % column_pages == 0) {
			picture->pen.left += PAGE_WIDTH;
			picture->pen.top = 0;
		}
		while (item < plan->item_count && plan->items[item].page == page)
			item = draw_items(picture, item);
		picture->pen.top += page_step(plan, page);
	}
}

Agraph_t *graph_build(const struct graph_wants *wants, double *width, double *height)
{
	struct graph_progress whole = {.height = 0};
	struct picture picture = {.wants = wants, .at = wants->part != NULL ? wants->part : &whole};
	Agraph_t *graph;

	graph_measure(wants, width, height);
	if (wants->part != NULL)
		*height = wants->part->height;
	pen_init(&picture.pen, wants->ladder->name != NULL ? wants->ladder->name : "mail", *width,
		*height);
	picture.pen.top = picture.at->top;
	if (wants->dpi > 0)
		pen_number(picture.pen.graph, "dpi", wants->dpi);
	draw_pages(&picture);
	picture.at->top = picture.pen.top;
	graph = picture.pen.graph;
	pen_fini(&picture.pen);
	return graph;
}
