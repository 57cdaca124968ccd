#include "view/route_parts.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/printable.h"
#include "diagram/page.h"
#include "diagram/picture.h"
#include "diagram/render.h"
#include "view/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Places in points; the page is as wide as that of the flow diagram. */
#define TIME_RIGHT 196.0
#define BOX_LEFT 212.0
#define BOX_WIDTH (PAGE_WIDTH - PAGE_MARGIN - BOX_LEFT)
#define LINE 252.0 /* the way goes down here */
#define DELAY_RIGHT 240.0
#define SAID_LEFT 286.0
#define LOCK_LEFT 264.0
#define SAID_HEIGHT 13.5
#define ASIDE_HEIGHT 12.0
#define ARROW_HEAD 9.0
#define ARROW_GAP 3.0 /* the head is drawn that much longer */

#define COLOUR_OF_INK "#16191D"
#define COLOUR_OF_BREAK "#D55E00"
#define FILL_OF_BREAK "#FCF0E8"
#define FILL_OF_HOST "#F4F6F8"

/* Columns that fit: into a box, behind an arrow, across the page. */
enum { BOX_COLUMNS = 78, ARROW_COLUMNS = 78, PAGE_COLUMNS = 104 };

struct route_picture {
	const struct route *route;
	const char *name;
	FILE *file; /* drawn to */
	struct arena arena;
	struct pen pen;
	double y; /* how far down the page is drawn */
	unsigned boxes, texts;
	Agnode_t *last;   /* the host the way has come to */
	bool is_measured; /* the first time round only heights are added up */
};

/* Text at its place, kept to that many columns; the height it takes. */
struct said {
	struct span text; /* printable */
	unsigned columns;
	double left, top, right; /* right > 0: ends there instead */
	double size;
	const char *font, *colour;
};

static double line_height(const struct said *said)
{
	return said->size > PAGE_ASIDE_SIZE ? SAID_HEIGHT : ASIDE_HEIGHT;
}

static double say(struct route_picture *picture, const struct said *said)
{
	struct buffer lines;
	struct words words;
	double height;

	if (said->text.length == 0)
		return 0;
	buffer_init(&lines, 0);
	words_wrap(&lines, said->text, said->columns);
	words = words_keep(&picture->arena, &lines);
	buffer_fini(&lines);
	height = words.lines * line_height(said);
	if (!picture->is_measured)
		return height;
	pen_text(&picture->pen,
		&(struct pen_text){.words = words.text,
			.name = pen_name(&picture->pen, "text", ++picture->texts),
			.box = {said->right > 0 ? said->right - 190 : said->left, said->top,
				said->right > 0 ? 190 : PAGE_WIDTH - PAGE_MARGIN - said->left,
				height},
			.side = said->right > 0 ? 'r' : 'l',
			.font = said->font,
			.size = said->size,
			.colour = said->colour});
	return height;
}

/* A line of small type behind the way; moves down. */
static void say_aside(struct route_picture *picture, struct buffer *text, const char *colour)
{
	picture->y += say(picture, &(struct said){.text = buffer_span(text),
					   .columns = ARROW_COLUMNS,
					   .left = SAID_LEFT,
					   .top = picture->y,
					   .size = PAGE_ASIDE_SIZE,
					   .font = PEN_FIXED_FONT,
					   .colour = colour});
	buffer_clear(text);
}

static void say_time(struct route_picture *picture, const struct date *date, double top)
{
	struct buffer text;
	struct said said = {.columns = 40,
		.right = TIME_RIGHT,
		.top = top,
		.size = PAGE_SAID_SIZE,
		.font = PEN_FIXED_FONT,
		.colour = COLOUR_OF_INK};

	buffer_init(&text, 0);
	route_add_time(&text, date->seconds, ' ');
	said.text = buffer_span(&text);
	said.top += say(picture, &said);
	buffer_clear(&text);
	route_add_local_time(&text, date);
	said.text = buffer_span(&text);
	said.size = PAGE_ASIDE_SIZE;
	said.colour = COLOUR_OF_NOTE;
	say(picture, &said);
	buffer_fini(&text);
}

/* A host: its name, and under it what else is known. */
struct host_box {
	struct span name, facts; /* printable */
	const char *colour, *fill, *style;
	const struct date *date; /* when the message came here; NULL: not known */
};

static Agnode_t *draw_box(struct route_picture *picture, const struct host_box *host, double height)
{
	Agnode_t *node = pen_box(&picture->pen, pen_name(&picture->pen, "host", ++picture->boxes),
		(struct pen_box){BOX_LEFT, picture->y, BOX_WIDTH, height});

	pen_set(node, "style", host->style);
	pen_set(node, "color", host->colour);
	pen_set(node, "fillcolor", host->fill);
	return node;
}

static void draw_host(struct route_picture *picture, const struct host_box *host)
{
	struct said said = {.text = host->name,
		.columns = BOX_COLUMNS - 10,
		.left = BOX_LEFT + 12,
		.top = picture->y + 7,
		.size = PAGE_SAID_SIZE,
		.font = PEN_FIXED_FONT,
		.colour = COLOUR_OF_INK};
	struct said facts = said;
	bool is_drawn = picture->is_measured;
	double height;

	facts.text = host->facts;
	facts.columns = BOX_COLUMNS;
	facts.size = PAGE_ASIDE_SIZE;
	facts.colour = COLOUR_OF_NOTE;
	picture->is_measured = false; /* the box lies under its words: its height comes first */
	height = say(picture, &said) + say(picture, &facts) + 15;
	picture->is_measured = is_drawn;
	if (is_drawn) {
		picture->last = draw_box(picture, host, height);
		facts.top += say(picture, &said);
		say(picture, &facts);
		if (host->date != NULL)
			say_time(picture, host->date, picture->y + height / 2 - 13);
	}
	picture->y += height;
}

/* A padlock: a body, and a shackle above it. */
static void draw_lock(struct route_picture *picture, double top)
{
	static const double width = 9, body = 7;
	struct pen_box box = {LOCK_LEFT, top + 5, width, body};
	double left = box.left + 2, right = box.left + width - 2;
	const struct pen_point shackle[] = {
		{left, box.top}, {left, top + 1.5}, {right, top + 1.5}, {right, box.top}};
	Agnode_t *node;
	Agedge_t *edge;

	if (!picture->is_measured)
		return;
	node = pen_box(&picture->pen, pen_name(&picture->pen, "lock", ++picture->boxes), box);
	pen_set(node, "style", "filled");
	pen_set(node, "color", COLOUR_OF_TLS);
	pen_set(node, "fillcolor", COLOUR_OF_TLS);
	edge = pen_line(&picture->pen, node, shackle, 4);
	pen_set(edge, "color", COLOUR_OF_TLS);
	pen_set(edge, "penwidth", "1.4");
}

/* The way from the last host down to the next one, which begins at picture->y. */
struct way {
	Agnode_t *from;
	double top;
	const char *colour, *width, *style;
};

static struct way begin_way(struct route_picture *picture)
{
	struct way way = {picture->last, picture->y, COLOUR_OF_NOTE, "1.2", "solid"};

	picture->y += 7;
	return way;
}

static void draw_way(struct route_picture *picture, const struct way *way, double bottom)
{
	const struct pen_point line[] = {{LINE, way->top}, {LINE, bottom - ARROW_GAP}};
	Agnode_t *const ends[] = {way->from, picture->last};
	Agedge_t *edge;

	if (!picture->is_measured)
		return;
	edge = pen_arrow(&picture->pen, ends, line, ARROW_HEAD);
	pen_set(edge, "color", way->colour);
	pen_set(edge, "penwidth", way->width);
	pen_set(edge, "style", way->style);
}

static void add_if(struct buffer *text, const char *before, struct span value)
{
	if (value.length == 0)
		return;
	buffer_add_text(text, before);
	printable_add(text, value);
}

static void say_delay(struct route_picture *picture, const struct hop *hop)
{
	struct buffer text;

	if (!hop->has_delay)
		return;
	buffer_init(&text, 0);
	route_add_delay(&text, hop->delay);
	say(picture, &(struct said){.text = buffer_span(&text),
			     .columns = 24,
			     .right = DELAY_RIGHT,
			     .top = picture->y,
			     .size = PAGE_SAID_SIZE,
			     .font = PEN_FIXED_FONT,
			     .colour = hop->delay < 0 ? COLOUR_OF_BREAK : COLOUR_OF_INK});
	buffer_fini(&text);
}

/* "hop 2: ESMTPS", and the delay on the other side of the arrow. */
static void say_protocol(struct route_picture *picture, size_t index, struct buffer *text)
{
	const struct hop *hop = &picture->route->hops[index];

	say_delay(picture, hop);
	if (received_is_sealed(&hop->received))
		draw_lock(picture, picture->y);
	buffer_printf(text, _("hop %zu"), index + 1);
	add_if(text, ": ", hop->received.with);
	add_if(text, _(" via "), hop->received.via);
	if (hop->received.with.length == 0 && hop->received.unread.length > 0)
		add_if(text, ": ", hop->received.unread);
	picture->y += say(picture, &(struct said){.text = buffer_span(text),
					   .columns = ARROW_COLUMNS - 10,
					   .left = SAID_LEFT,
					   .top = picture->y,
					   .size = PAGE_SAID_SIZE,
					   .font = PEN_FIXED_FONT,
					   .colour = COLOUR_OF_INK});
	buffer_clear(text);
}

static void say_remarks(struct route_picture *picture, size_t hop, struct buffer *text)
{
	const struct remark_list *list = &picture->route->remarks;

	for (size_t i = 0; i < list->count; i++) {
		if (list->at[i].hop != hop || list->at[i].severity != REMARK_WARNING)
			continue;
		buffer_add_text(text, "! ");
		printable_add(text, list->at[i].text);
		say_aside(picture, text, COLOUR_OF_WARNING);
	}
}

static void say_hop(struct route_picture *picture, size_t index)
{
	const struct received *received = &picture->route->hops[index].received;
	struct buffer text;

	buffer_init(&text, 0);
	say_protocol(picture, index, &text);
	if (picture->route->hops[index].link == LINK_UNKNOWN) { /* is it the host above? */
		add_if(&text, _("from "), received->helo);
		add_if(&text, text.length > 0 ? " = " : _("from "), received->reverse);
		add_if(&text, text.length > 0 ? " · " : _("from "), received->address);
		say_aside(picture, &text, COLOUR_OF_NOTE);
	}
	route_add_tls(&text, received);
	say_aside(picture, &text, COLOUR_OF_TLS);
	add_if(&text, "id ", received->id);
	say_aside(picture, &text, COLOUR_OF_NOTE);
	add_if(&text, _("for "), received->recipient);
	say_aside(picture, &text, COLOUR_OF_NOTE);
	say_remarks(picture, index + 1, &text);
	picture->y += 8;
	buffer_fini(&text);
}

/* Who handed the message over. */
static void draw_client(struct route_picture *picture, size_t index, bool is_break)
{
	const struct received *received = &picture->route->hops[index].received;
	struct host_box host = {.colour = is_break ? COLOUR_OF_BREAK : COLOUR_OF_TIME,
		.fill = is_break ? FILL_OF_BREAK : "white",
		.style = is_break ? "filled,rounded,dashed" : "filled,rounded"};
	struct span name = received->helo.length > 0 ? received->helo : received->from;
	struct buffer words, facts;

	buffer_init(&words, 0);
	buffer_init(&facts, 0);
	printable_add(&words, name.length > 0 ? name : received->address);
	if (words.length == 0)
		buffer_add_text(&words, _("(from whom is not said)"));
	if (!span_equal(name, received->reverse))
		add_if(&facts, "", received->reverse);
	if (name.length > 0 && !span_equal(name, received->address))
		add_if(&facts, facts.length > 0 ? " · " : "", received->address);
	add_if(&facts, facts.length > 0 ? _(" · user ") : _("user "), received->user);
	if (index == 0 && picture->route->has_date) {
		host.date = &picture->route->date;
		buffer_add_text(&facts,
			facts.length > 0 ? _(" · dated by its author") : _("dated by its author"));
	}
	host.name = buffer_span(&words);
	host.facts = buffer_span(&facts);
	draw_host(picture, &host);
	buffer_fini(&words);
	buffer_fini(&facts);
}

static void draw_server(struct route_picture *picture, size_t index)
{
	const struct received *received = &picture->route->hops[index].received;
	struct host_box host = {.colour = COLOUR_OF_CLIENT,
		.fill = FILL_OF_CLIENT,
		.style = "filled,rounded",
		.date = received->has_date ? &received->date : NULL};
	struct buffer words, facts;

	buffer_init(&words, 0);
	buffer_init(&facts, 0);
	printable_add(&words, received->by.length > 0 ? received->by : received->by_address);
	if (words.length == 0)
		buffer_add_text(&words, _("(by whom is not said)"));
	if (!span_equal(received->by, received->by_address))
		add_if(&facts, "", received->by_address);
	add_if(&facts, facts.length > 0 ? " · " : "", received->software);
	host.name = buffer_span(&words);
	host.facts = buffer_span(&facts);
	draw_host(picture, &host);
	buffer_fini(&words);
	buffer_fini(&facts);
}

/* Where the chain breaks, the client is another host than the one the way has come to. */
static void draw_break(struct route_picture *picture, size_t index)
{
	struct way way = begin_way(picture);
	struct buffer text;
	double bottom;

	way.colour = COLOUR_OF_BREAK;
	way.style = "dashed";
	buffer_init(&text, 0);
	buffer_add_text(&text, _("? no field tells of this step: the chain breaks"));
	say_aside(picture, &text, COLOUR_OF_WARNING);
	buffer_fini(&text);
	picture->y += 8;
	bottom = picture->y;
	draw_client(picture, index, true);
	draw_way(picture, &way, bottom);
}

static void draw_hop(struct route_picture *picture, size_t index)
{
	const struct hop *hop = &picture->route->hops[index];
	struct way way;
	double bottom;

	if (hop->link == LINK_BROKEN)
		draw_break(picture, index);
	way = begin_way(picture);
	if (received_is_sealed(&hop->received)) {
		way.colour = COLOUR_OF_TLS;
		way.width = "2.6";
	}
	say_hop(picture, index);
	bottom = picture->y;
	draw_server(picture, index);
	draw_way(picture, &way, bottom);
}

static void say_fact(struct route_picture *picture, enum route_field_id id)
{
	const struct route_field *field = &picture->route->fields[id];
	struct buffer text;

	if (field->count == 0)
		return;
	buffer_init(&text, 0);
	buffer_add_text(&text, route_field_name(id));
	buffer_add_text(&text, ": ");
	route_add_value(&text, span_first(field->value, 400));
	picture->y += say(picture, &(struct said){.text = buffer_span(&text),
					   .columns = PAGE_COLUMNS,
					   .left = PAGE_MARGIN,
					   .top = picture->y,
					   .size = PAGE_ASIDE_SIZE,
					   .font = PEN_SANS_FONT,
					   .colour = COLOUR_OF_NOTE});
	buffer_fini(&text);
}

static void draw_title(struct route_picture *picture)
{
	const struct route *route = picture->route;
	struct buffer text;

	buffer_init(&text, 0);
	buffer_add_text(&text, _("Route: "));
	text_count(&text, route->hop_count, "hop", "hops");
	if (route->has_total) {
		buffer_add_text(&text, ", ");
		route_add_delay(&text, route->total);
	}
	picture->y = PAGE_MARGIN;
	say(picture, &(struct said){.text = buffer_span(&text),
			     .columns = PAGE_COLUMNS,
			     .left = PAGE_MARGIN,
			     .top = picture->y,
			     .size = PAGE_TITLE_SIZE,
			     .font = PEN_SANS_FONT,
			     .colour = COLOUR_OF_INK});
	buffer_fini(&text);
	picture->y += 22;
	say_fact(picture, ROUTE_FROM);
	say_fact(picture, ROUTE_SUBJECT);
	say_fact(picture, ROUTE_MESSAGE_ID);
	picture->y += 14;
}

static void draw_words(struct route_picture *picture, const char *words, double left)
{
	struct buffer text;

	buffer_init(&text, 0);
	buffer_add_text(&text, words);
	picture->y += say(picture, &(struct said){.text = buffer_span(&text),
					   .columns = PAGE_COLUMNS + 50,
					   .left = left,
					   .top = picture->y,
					   .size = PAGE_ASIDE_SIZE,
					   .font = PEN_SANS_FONT,
					   .colour = COLOUR_OF_NOTE});
	buffer_fini(&text);
}

/* Of a long route the first and the last hops are drawn. */
static void draw_hops(struct route_picture *picture)
{
	size_t count = picture->route->hop_count;
	size_t folded = count > LIMIT_DIAGRAM_HOPS ? count - LIMIT_DIAGRAM_HOPS : 0;
	char words[128];

	if (count == 0) {
		draw_words(picture, _("no Received field"), PAGE_MARGIN);
		return;
	}
	draw_client(picture, 0, false);
	for (size_t i = 0; i < count; i++) {
		if (folded > 0 && i == LIMIT_DIAGRAM_HOPS / 2) {
			snprintf(words, sizeof words, _("… %zu hops not drawn …"), folded);
			picture->y += 8;
			draw_words(picture, words, SAID_LEFT);
			i += folded;
		}
		draw_hop(picture, i);
	}
}

static void draw(struct route_picture *picture)
{
	draw_title(picture);
	draw_hops(picture);
	picture->y += 16;
	draw_words(picture,
		_("lock, thick line: through TLS · thin line: no TLS named · dashed: the chain "
		  "breaks · ! doubtful · times in UTC, the server's own under it"),
		PAGE_MARGIN);
	picture->y += PAGE_MARGIN;
}

static enum step render(
	struct route_picture *picture, enum diagram_format format, FILE *out, struct fail *fail)
{
	struct drawing drawing = {.width = PAGE_WIDTH, .name = picture->name};
	enum step step;

	draw(picture);
	drawing.height = picture->y;
	picture->is_measured = true;
	pen_init(&picture->pen, picture->name, PAGE_WIDTH, drawing.height);
	draw(picture);
	drawing.graph = picture->pen.graph;
	step = diagram_render_drawing(&drawing, format, out, fail);
	agclose(picture->pen.graph);
	pen_fini(&picture->pen);
	return step;
}

static enum step draw_to(struct route_picture *picture, const char *name,
	enum diagram_format format, struct fail *fail)
{
	struct buffer title;
	enum step step;

	arena_init(&picture->arena);
	buffer_init(&title, 0);
	words_add(&title, span_text(name));
	picture->name = buffer_text(&title);
	step = render(picture, format, picture->file, fail);
	buffer_fini(&title);
	arena_fini(&picture->arena);
	return step;
}

enum step view_route_diagram(
	const struct route *route, const char *name, const char *path, struct fail *fail)
{
	struct route_picture picture = {.route = route};
	enum diagram_format format;
	struct new_file file;

	if (diagram_file_check(path, &format, fail) == STEP_FAIL ||
		diagram_file_begin(&file, path, fail) == STEP_FAIL)
		return STEP_FAIL;
	picture.file = file.stream;
	return diagram_file_end(&file, draw_to(&picture, name, format, fail), fail);
}

enum step view_route_svg(
	const struct route *route, const char *name, struct buffer *out, struct fail *fail)
{
	struct route_picture picture = {.route = route};
	char *svg = NULL;
	size_t length = 0;
	enum step step;

	picture.file = open_memstream(&svg, &length);
	if (picture.file == NULL)
		return fail_set(fail, FAIL_INTERNAL, "diagram: %s", language_error(errno));
	step = draw_to(&picture, name, DIAGRAM_SVG, fail);
	fclose(picture.file);
	if (step == STEP_DONE)
		buffer_add(out, svg, length);
	free(svg);
	return step;
}
