#include "diagram/picture.h"

#include "view/text.h"

#define BESIDE 9.0 /* between a lifeline and the words beside it */
enum { TIME_COLUMNS = 13, GAP_COLUMNS = 9 };
#define HEAD_LENGTH 7.0 /* of an arrow, at arrowsize 0.7 */

const char *picture_colour(enum side side)
{
	return side == SIDE_CLIENT ? COLOUR_OF_CLIENT : COLOUR_OF_SERVER;
}

/* What browsers show over a row, and what other files can link to. */
static void set_link(
	struct picture *picture, void *object, const struct ladder_row *row, bool is_edge)
{
	const struct ladder *ladder = picture->wants->ladder;
	size_t index = (size_t)(row - ladder->rows), same = 0;
	char id[64];

	for (size_t i = 0; row->frame > 0 && i < index; i++)
		same += ladder->rows[i].frame == row->frame;
	buffer_clear(&picture->pen.text);
	if (row->frame == 0)
		buffer_printf(&picture->pen.text, "row-%zu", index + 1);
	else if (same == 0)
		buffer_printf(&picture->pen.text, "frame-%llu", (unsigned long long)row->frame);
	else
		buffer_printf(&picture->pen.text, "frame-%llu-%zu", (unsigned long long)row->frame,
			same + 1);
	memcpy(id, buffer_text(&picture->pen.text), picture->pen.text.length + 1);
	pen_set(object, "id", id);
	if (row->tooltip == NULL)
		return;
	memmove(id + 1, id, strlen(id) + 1);
	id[0] = '#';
	buffer_clear(&picture->pen.text);
	pen_escape_tooltip(&picture->pen, row->tooltip);
	pen_set(object, is_edge ? "edgeURL" : "URL", id);
	pen_set(object, is_edge ? "edgetooltip" : "tooltip", buffer_text(&picture->pen.text));
	if (is_edge) {
		pen_set(object, "labelURL", id);
		pen_set(object, "labeltooltip", buffer_text(&picture->pen.text));
	}
}

/* As many decimals as fit: a capture of days has fewer. */
static void add_seconds(struct buffer *out, int64_t time, unsigned decimals, size_t columns)
{
	size_t start = out->length;

	for (; decimals > 0; decimals--) {
		out->length = start;
		text_seconds(out, time, decimals);
		if (out->length - start <= columns)
			return;
	}
}

static void draw_time(struct picture *picture, const struct ladder_row *row, double middle)
{
	struct buffer words;
	double right = row->has_time ? PAGE_TIME_RIGHT : PAGE_FRAME_RIGHT;
	double width = right - 4;
	size_t start;
	struct pen_text text = {.name = pen_name(&picture->pen, "time", picture->at->rows),
		.box = {right - width, middle - 6, width, 12},
		.side = 'r',
		.font = PEN_FIXED_FONT,
		.size = PAGE_ASIDE_SIZE,
		.colour = COLOUR_OF_TIME};

	if (row->frame == 0 && !row->has_time)
		return;
	buffer_init(&words, 0);
	if (row->frame > 0)
		buffer_add_number(&words, row->frame);
	start = words.length;
	if (row->has_time) {
		add_seconds(&words, row->time, 6, TIME_COLUMNS - 1);
		text_right(&words, start, TIME_COLUMNS);
	}
	text.words = buffer_text(&words);
	pen_text(&picture->pen, &text);
	buffer_fini(&words);
}

static void draw_gap(struct picture *picture, const struct ladder_row *row, double middle)
{
	struct buffer words;
	struct pen_text text = {.name = pen_name(&picture->pen, "gap", picture->at->rows),
		.box = {PAGE_TIME_RIGHT, middle - 6, PAGE_GAP_RIGHT - PAGE_TIME_RIGHT, 12},
		.side = 'r',
		.font = PEN_FIXED_FONT,
		.size = PAGE_ASIDE_SIZE,
		.colour = COLOUR_OF_NOTE};

	if (!row->has_gap)
		return;
	buffer_init(&words, 0);
	if (row->gap >= 0)
		buffer_add_byte(&words, '+');
	add_seconds(&words, row->gap, 3, GAP_COLUMNS);
	text.words = buffer_text(&words);
	pen_text(&picture->pen, &text);
	buffer_fini(&words);
}

/* The left edge of words beside their sender's lifeline. */
static double words_left(const struct ladder_row *row, unsigned columns, double size)
{
	double width = columns * size * 0.602;

	return row->from == SIDE_CLIENT ? PAGE_CLIENT + BESIDE : PAGE_SERVER - BESIDE - width;
}

static void draw_words(struct picture *picture, Agedge_t *edge, const struct ladder_row *row,
	const struct page_item *item)
{
	const struct type_size *type = picture->wants->type;
	double said = row->said.lines * type->said_line;
	double aside = row->aside.lines * type->aside_line;
	double warning = row->warning.lines * type->aside_line;
	double top = item->arrow - 3 - warning - aside - said;

	pen_label(&picture->pen, edge,
		&(struct pen_label){"label", "lp", row->said,
			words_left(row, row->said.columns, PAGE_SAID_SIZE), top + said / 2,
			type->said_column});
	if (row->aside.text != NULL)
		pen_label(&picture->pen, edge,
			&(struct pen_label){"headlabel", "head_lp", row->aside,
				words_left(row, row->aside.columns, PAGE_ASIDE_SIZE),
				top + said + aside / 2, type->aside_column});
	if (row->warning.text == NULL)
		return;
	pen_text(&picture->pen,
		&(struct pen_text){.words = row->warning.text,
			.name = pen_name(&picture->pen, "finding", picture->at->rows),
			.box = {words_left(row, row->warning.columns, PAGE_ASIDE_SIZE),
				top + said + aside, row->warning.columns * PAGE_ASIDE_SIZE * 0.602,
				warning},
			.side = 'l',
			.font = PEN_FIXED_FONT,
			.size = PAGE_ASIDE_SIZE,
			.colour = COLOUR_OF_WARNING});
}

static void draw_arrow(
	struct picture *picture, const struct ladder_row *row, const struct page_item *item)
{
	static const struct {
		const char *style, *width;
	} strokes[] = {
		[STROKE_PLAIN] = {"solid", "1.4"},
		[STROKE_QUIET] = {"solid", "0.7"},
		[STROKE_AGAIN] = {"dotted", "1.4"},
		[STROKE_GAP] = {"dashed", "1.4"},
	};
	bool is_client = row->from == SIDE_CLIENT;
	const struct pen_point line[] = {{is_client ? PAGE_CLIENT : PAGE_SERVER, item->arrow},
		{is_client ? PAGE_SERVER : PAGE_CLIENT, item->arrow}};
	const char *colour = row->stroke == STROKE_GAP ? COLOUR_OF_GAP : picture_colour(row->from);
	Agedge_t *edge = pen_arrow(&picture->pen,
		(Agnode_t *[]){picture->ends[row->from], picture->ends[side_other(row->from)]},
		line, HEAD_LENGTH);

	pen_set(edge, "color", colour);
	pen_set(edge, "style", strokes[row->stroke].style);
	pen_set(edge, "penwidth", strokes[row->stroke].width);
	pen_set(edge, "arrowhead", is_client ? "normal" : "onormal");
	pen_set(edge, "class", side_name(row->from));
	if (row->stroke == STROKE_GAP)
		pen_set(edge, "fontcolor", COLOUR_OF_GAP);
	else if (row->stroke == STROKE_QUIET || row->stroke == STROKE_AGAIN)
		pen_set(edge, "fontcolor", COLOUR_OF_NOTE);
	set_link(picture, edge, row, true);
	draw_words(picture, edge, row, item);
}

static void draw_note(
	struct picture *picture, const struct ladder_row *row, const struct page_item *item)
{
	const struct type_size *type = picture->wants->type;
	double said = row->said.lines * type->said_line;
	double top = item->top + (item->height - said - row->aside.lines * type->aside_line) / 2;
	struct pen_text text = {.words = row->said.text,
		.name = pen_name(&picture->pen, "note", picture->at->rows),
		.box = {PAGE_CLIENT + BESIDE, top, PAGE_SERVER - PAGE_CLIENT - 2 * BESIDE, said},
		.side = 'n',
		.font = PEN_SANS_FONT,
		.size = PAGE_SAID_SIZE,
		.colour = row->kind == LADDER_TLS ? COLOUR_OF_TLS : COLOUR_OF_NOTE};

	if (row->said.text[0] == '!')
		text.colour = COLOUR_OF_WARNING;
	set_link(picture, pen_text(&picture->pen, &text), row, false);
	if (row->aside.text == NULL)
		return;
	text.words = row->aside.text;
	text.name = pen_name(&picture->pen, "aside", picture->at->rows);
	text.box.top += said;
	text.box.height = row->aside.lines * type->aside_line;
	text.size = PAGE_ASIDE_SIZE;
	pen_text(&picture->pen, &text);
}

void picture_row(struct picture *picture, const struct page_item *item)
{
	const struct ladder_row *row = &picture->wants->ladder->rows[item->row];

	picture->at->rows++;
	draw_time(picture, row, item->arrow);
	draw_gap(picture, row, item->arrow);
	if (row->kind == LADDER_ARROW)
		draw_arrow(picture, row, item);
	else
		draw_note(picture, row, item);
}
