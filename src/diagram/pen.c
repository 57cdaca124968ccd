#include "diagram/pen.h"

#define POINTS_PER_INCH 72.0

/* libcgraph takes no constant strings, but changes none. */
static char *borrowed(const char *text)
{
	return (char *)text;
}

void pen_set(void *object, const char *name, const char *value)
{
	agsafeset(object, borrowed(name), borrowed(value), borrowed(""));
}

/* Four decimals at most, with a point whatever the locale. */
static void add_decimal(struct buffer *out, double value)
{
	uint64_t parts = (uint64_t)((value < 0 ? -value : value) * 10000 + 0.5);
	unsigned fraction = (unsigned)(parts % 10000);

	if (value < 0)
		buffer_add_byte(out, '-');
	buffer_add_number(out, parts / 10000);
	if (fraction > 0)
		buffer_add_byte(out, '.');
	for (unsigned unit = 1000; fraction > 0; unit /= 10) {
		buffer_add_byte(out, (uint8_t)('0' + fraction / unit));
		fraction %= unit;
	}
}

void pen_number(void *object, const char *name, double value)
{
	struct buffer text;

	buffer_init(&text, 0);
	add_decimal(&text, value);
	pen_set(object, name, buffer_text(&text));
	buffer_fini(&text);
}

static void add_point(struct pen *pen, double x, double y)
{
	add_decimal(&pen->points, pen->left + x);
	buffer_add_byte(&pen->points, ',');
	add_decimal(&pen->points, pen->height - pen->top - y);
}

static void set_place(struct pen *pen, void *object, const char *name, struct pen_point place)
{
	buffer_clear(&pen->points);
	add_point(pen, place.x, place.y);
	pen_set(object, name, buffer_text(&pen->points));
}

/* Defaults that most nodes and edges keep. */
static void set_defaults(Agraph_t *graph)
{
	static const struct {
		int kind;
		const char *name, *value;
	} defaults[] = {
		{AGRAPH, "layout", "nop2"},
		{AGRAPH, "outputorder", "nodesfirst"},
		{AGRAPH, "bgcolor", "white"},
		{AGRAPH, "pad", "0"},
		{AGRAPH, "margin", "0"},
		{AGRAPH, "charset", "UTF-8"},
		{AGNODE, "shape", "plaintext"},
		{AGNODE, "fixedsize", "true"},
		{AGNODE, "margin", "0"},
		{AGNODE, "label", "\\N"},
		{AGNODE, "fontname", PEN_SANS_FONT},
		{AGEDGE, "fontname", PEN_FIXED_FONT},
		{AGEDGE, "fontsize", "10"},
		{AGEDGE, "fontcolor", "#16191D"},
		{AGEDGE, "labelfontname", PEN_FIXED_FONT},
		{AGEDGE, "labelfontsize", "8.75"},
		{AGEDGE, "labelfontcolor", "#5F6975"},
		{AGEDGE, "arrowsize", "0.7"},
	};

	for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
		agattr(graph, defaults[i].kind, borrowed(defaults[i].name),
			borrowed(defaults[i].value));
}

void pen_init(struct pen *pen, const char *name, double width, double height)
{
	Agnode_t *paper;

	*pen = (struct pen){.graph = agopen(borrowed(name), Agdirected, NULL), .height = height};
	buffer_init(&pen->text, 0);
	buffer_init(&pen->name, 0);
	buffer_init(&pen->points, 0);
	set_defaults(pen->graph);
	paper = pen_box(pen, "paper", (struct pen_box){0, 0, width, height});
	pen_set(paper, "style", "filled");
	pen_set(paper, "color", "white");
	pen_set(paper, "fillcolor", "white");
}

void pen_fini(struct pen *pen)
{
	buffer_fini(&pen->text);
	buffer_fini(&pen->name);
	buffer_fini(&pen->points);
}

const char *pen_name(struct pen *pen, const char *kind, unsigned number)
{
	buffer_clear(&pen->name);
	buffer_printf(&pen->name, "%s %u", kind, number);
	return buffer_text(&pen->name);
}

void pen_escape(struct pen *pen, const char *lines, char side)
{
	for (const char *at = lines; *at != '\0'; at++) {
		if (*at == '\n')
			buffer_add(&pen->text, (char[]){'\\', side}, 2);
		else if (*at == '\\')
			buffer_add_text(&pen->text, "\\\\");
		else if (*at == '&')
			buffer_add_text(&pen->text, "&amp;");
		else
			buffer_add_byte(&pen->text, (uint8_t)*at);
	}
	if (side != 'n')
		buffer_add(&pen->text, (char[]){'\\', side}, 2);
}

void pen_escape_tooltip(struct pen *pen, const char *lines)
{
	for (const char *at = lines; *at != '\0'; at++) {
		if (*at == '\n')
			buffer_add_text(&pen->text, "\\n");
		else if (*at == '\\')
			buffer_add_text(&pen->text, "\\\\\\\\");
		else if (*at == '&')
			buffer_add_text(&pen->text, "&amp;");
		else
			buffer_add_byte(&pen->text, (uint8_t)*at);
	}
}

Agnode_t *pen_box(struct pen *pen, const char *name, struct pen_box box)
{
	Agnode_t *node = agnode(pen->graph, borrowed(name), 1);

	pen_set(node, "shape", "box");
	pen_set(node, "label", "");
	pen_number(node, "width", box.width / POINTS_PER_INCH);
	pen_number(node, "height", box.height / POINTS_PER_INCH);
	set_place(pen, node, "pos",
		(struct pen_point){box.left + box.width / 2, box.top + box.height / 2});
	return node;
}

Agnode_t *pen_text(struct pen *pen, const struct pen_text *text)
{
	Agnode_t *node = pen_box(pen, text->name, text->box);

	pen_set(node, "shape", "plaintext");
	buffer_clear(&pen->text);
	pen_escape(pen, text->words, text->side);
	pen_set(node, "label", buffer_text(&pen->text));
	pen_set(node, "fontname", text->font);
	pen_number(node, "fontsize", text->size);
	if (text->colour != NULL)
		pen_set(node, "fontcolor", text->colour);
	return node;
}

void pen_label(struct pen *pen, Agedge_t *edge, const struct pen_label *label)
{
	/* as Graphviz rounds */
	double width = (double)(int64_t)(label->words.columns * label->column + 1);

	buffer_clear(&pen->text);
	pen_escape(pen, label->words.text, 'l');
	pen_set(edge, label->name, buffer_text(&pen->text));
	set_place(pen, edge, label->place,
		(struct pen_point){label->left + width / 2, label->middle});
}

/* A straight piece as a Bezier curve: its two control points and its end. */
static void add_piece(struct pen *pen, struct pen_point from, struct pen_point to)
{
	for (int third = 1; third <= 3; third++) {
		buffer_add_byte(&pen->points, ' ');
		add_point(pen, from.x + (to.x - from.x) * third / 3,
			from.y + (to.y - from.y) * third / 3);
	}
}

Agedge_t *pen_line(struct pen *pen, Agnode_t *node, const struct pen_point *points, size_t count)
{
	Agedge_t *edge = agedge(pen->graph, node, node, NULL, 1);

	buffer_clear(&pen->points);
	add_point(pen, points[0].x, points[0].y);
	for (size_t i = 1; i < count; i++)
		add_piece(pen, points[i - 1], points[i]);
	pen_set(edge, "pos", buffer_text(&pen->points));
	pen_set(edge, "dir", "none");
	return edge;
}

Agedge_t *pen_arrow(
	struct pen *pen, Agnode_t *const *ends, const struct pen_point *line, double head)
{
	Agedge_t *edge = agedge(pen->graph, ends[0], ends[1], NULL, 1);
	struct pen_point neck = line[1];

	if (line[1].x > line[0].x || line[1].x < line[0].x)
		neck.x += line[1].x > line[0].x ? -head : head;
	else
		neck.y += line[1].y > line[0].y ? -head : head;
	buffer_clear(&pen->points);
	buffer_add_text(&pen->points, "e,");
	add_point(pen, line[1].x, line[1].y);
	buffer_add_byte(&pen->points, ' ');
	add_point(pen, line[0].x, line[0].y);
	add_piece(pen, line[0], neck);
	pen_set(edge, "pos", buffer_text(&pen->points));
	return edge;
}
