#include "diagram/states_graph.h"

#include "base/language.h"
#include "diagram/pen.h"
#include "diagram/picture.h"
#include "diagram/settle.h"

#include <math.h>
#include <stdio.h>

#define POINTS_OF_INCH 72
#define HEIGHT_OF_STATE 36.0
#define COLOUR_OF_RULE_WORDS "#7A838D"

/* Colour tells the kinds apart, and so does the line: thin, thick, dotted, dashed. */
struct look {
	const char *colour, *words, *style, *width, *head;
};

static const struct look looks[] = {
	[STEP_KIND_RULE] = {COLOUR_OF_RULE, COLOUR_OF_RULE_WORDS, "solid", "0.9", "normal"},
	[STEP_KIND_TAKEN] = {COLOUR_OF_CLIENT, COLOUR_OF_CLIENT, "solid", "2.6", "normal"},
	[STEP_KIND_REFUSED] = {COLOUR_OF_TIME, COLOUR_OF_TIME, "dotted", "2", "onormal"},
	[STEP_KIND_FORBIDDEN] = {COLOUR_OF_GAP, COLOUR_OF_GAP, "dashed", "2.6", "tee"},
};

struct chart {
	Agraph_t *graph, *part;
	struct pen pen; /* its escapes */
	unsigned number;
};

static Agnode_t *node_of(struct chart *chart, enum state state)
{
	char name[48];

	snprintf(name, sizeof name, "session %u state %d", chart->number, (int)state);
	return agnode(chart->part, name, 1);
}

static bool is_end(enum state state)
{
	return state == STATE_CONNECTED || state == STATE_CLOSED;
}

/* A rule that was used is drawn as the way alone. */
static bool is_used(const struct states *states, const struct state_edge *rule)
{
	for (size_t i = 0; i < states->edge_count; i++)
		if (states->edges[i].kind == STEP_KIND_TAKEN &&
			states->edges[i].from == rule->from && states->edges[i].to == rule->to)
			return true;
	return false;
}

/* Loops stand at the side of their state in turn above and below its middle: it has to be high
 * enough. */
static double height_for_loops(const struct states *states, enum state state)
{
	double sides[2] = {0, 0};

	for (size_t i = 0; i < states->edge_count; i++) {
		const struct state_edge *edge = &states->edges[i];
		double words = (double)edge->step_count * SETTLE_LINE_HEIGHT;

		if (edge->from == state && edge->to == state &&
			(edge->kind != STEP_KIND_RULE || !is_used(states, edge)))
			sides[sides[0] > sides[1]] +=
				words > SETTLE_LOOP_HEIGHT ? words : SETTLE_LOOP_HEIGHT;
	}
	return 2 * fmax(sides[0], sides[1]) + SETTLE_MIDDLE + SETTLE_CORNERS;
}

static void draw_state(struct chart *chart, const struct states *states, enum state state)
{
	Agnode_t *node = node_of(chart, state);
	bool is_visited = states->is_visited[state];

	buffer_clear(&chart->pen.text);
	pen_escape(&chart->pen, _(state_words(state)), 'n');
	pen_set(node, "label", buffer_text(&chart->pen.text));
	pen_set(node, "shape", is_end(state) ? "oval" : "box");
	pen_set(node, "style", is_visited ? "rounded,filled" : "rounded");
	pen_set(node, "fillcolor", is_visited ? FILL_OF_CLIENT : "white");
	pen_set(node, "color", is_visited ? COLOUR_OF_CLIENT : COLOUR_OF_RULE);
	pen_set(node, "penwidth", is_visited ? "1.8" : "0.9");
	pen_set(node, "fontcolor", is_visited ? "black" : COLOUR_OF_RULE_WORDS);
	pen_set(node, "fontname", PEN_SANS_FONT);
	pen_set(node, "fontsize", "10");
	pen_set(node, "margin", is_end(state) ? "0,0.03" : "0.16,0.09");
	pen_number(node, "height",
		fmax(HEIGHT_OF_STATE, height_for_loops(states, state)) / POINTS_OF_INCH);
}

static void add_number(struct buffer *out, const struct state_step *step)
{
	buffer_add_number(out, step->first);
	if (step->last > step->first) {
		buffer_add_text(out, step->last == step->first + 1 ? ", " : "–");
		buffer_add_number(out, step->last);
	}
}

/* "4 MAIL", a line for each step. */
static void set_label(struct chart *chart, void *drawn, const struct state_edge *edge)
{
	struct buffer words;

	buffer_init(&words, 0);
	if (edge->kind == STEP_KIND_RULE)
		buffer_add_text(&words, edge->name);
	for (size_t i = 0; i < edge->step_count; i++) {
		if (i > 0)
			buffer_add_byte(&words, '\n');
		add_number(&words, &edge->steps[i]);
		buffer_printf(&words, "  %s%s", edge->steps[i].name,
			edge->kind == STEP_KIND_REFUSED     ? _("  refused")
			: edge->kind == STEP_KIND_FORBIDDEN ? _("  ✗ not allowed here")
							    : "");
	}
	buffer_clear(&chart->pen.text);
	pen_escape(&chart->pen, buffer_text(&words), 'l');
	pen_set(drawn, "label", buffer_text(&chart->pen.text));
	buffer_fini(&words);
}

static void draw_edge(struct chart *chart, const struct state_edge *edge, unsigned number)
{
	const struct look *look = &looks[edge->kind];
	char name[32];
	Agedge_t *drawn;

	snprintf(name, sizeof name, "edge %u", number);
	drawn = agedge(chart->part, node_of(chart, edge->from), node_of(chart, edge->to), name, 1);
	pen_set(drawn, "color", look->colour);
	pen_set(drawn, "style", look->style);
	pen_set(drawn, "penwidth", look->width);
	pen_set(drawn, "arrowhead", look->head);
	pen_set(drawn, "fontcolor", look->words);
	pen_set(drawn, "fontname", PEN_SANS_FONT);
	pen_set(drawn, "fontsize", edge->kind == STEP_KIND_RULE ? "8.75" : "10");
	if (edge->kind == STEP_KIND_TAKEN)
		pen_set(drawn, "weight", "4");
	set_label(chart, drawn, edge);
}

/* The end stands at the bottom, however early it can be reached. */
static void put_last(struct chart *chart)
{
	Agraph_t *part = chart->part;

	chart->part = agsubg(part, (char[]){"last"}, 1);
	pen_set(chart->part, "rank", "sink");
	node_of(chart, STATE_CLOSED);
	chart->part = part;
}

static void draw_session(struct chart *chart, const struct states *states)
{
	char name[32];

	snprintf(name, sizeof name, "cluster %u", chart->number);
	chart->part = agsubg(chart->graph, name, 1);
	buffer_clear(&chart->pen.text);
	pen_escape(&chart->pen, states->title, 'l');
	pen_set(chart->part, "label", buffer_text(&chart->pen.text));
	pen_set(chart->part, "labeljust", "l");
	pen_set(chart->part, "labelloc", "t");
	pen_set(chart->part, "fontcolor", "black");
	pen_set(chart->part, "fontname", PEN_SANS_FONT);
	pen_set(chart->part, "fontsize", "13");
	pen_set(chart->part, "color", "white");
	for (int state = 0; state < STATE_COUNT; state++)
		if (states->is_known[state])
			draw_state(chart, states, (enum state)state);
	put_last(chart);
	for (size_t i = 0; i < states->edge_count; i++)
		if (states->edges[i].kind != STEP_KIND_RULE || !is_used(states, &states->edges[i]))
			draw_edge(chart, &states->edges[i], (unsigned)i);
}

static void set_page(struct chart *chart)
{
	static const char LEGEND[] = N_("thick, numbered: the way of this session · thin: what the "
					"protocol allows · dotted: refused by the server · dashed, "
					"✗: not allowed in that state");

	pen_set(chart->graph, "label", _(LEGEND));
	pen_set(chart->graph, "labelloc", "b");
	pen_set(chart->graph, "fontname", PEN_SANS_FONT);
	pen_set(chart->graph, "fontsize", "8.75");
	pen_set(chart->graph, "fontcolor", COLOUR_OF_NOTE);
	pen_set(chart->graph, "bgcolor", "white");
	pen_set(chart->graph, "rankdir", "TB");
	pen_set(chart->graph, "nodesep", "0.7");
	pen_set(chart->graph, "ranksep", "0.6");
	pen_set(chart->graph, "pad", "0.25");
}

Agraph_t *states_graph(const struct states *states, size_t count)
{
	struct chart chart = {.number = 0};

	pen_init(&chart.pen, "states", 0, 0);
	chart.graph = agopen((char[]){"states"}, Agdirected, NULL);
	set_page(&chart);
	for (size_t i = 0; i < count; i++) {
		chart.number = (unsigned)i + 1;
		draw_session(&chart, &states[i]);
	}
	agclose(chart.pen.graph);
	pen_fini(&chart.pen);
	return chart.graph;
}
