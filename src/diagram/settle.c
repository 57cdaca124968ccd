#include "diagram/settle.h"

#include "base/memory.h"

#include <graphviz/gvc.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* All in points. */
#define OWN_GAP 4.0    /* between words and their own line */
#define OTHER_GAP 3.0  /* between words and whatever else there is */
#define STRIDE 2.0     /* between two points of a line, and between two places that are tried */
#define FURTHEST 160.0 /* from where dot put them, that words are looked around */
#define DISTANCE_COST 0.25
#define ROOM_BEYOND 10.0 /* of the margin around the picture */
#define LEADING 2.0      /* of a line of words: above and below its letters */
#define LOOP_REACH 34.0
#define LOOP_HALF 6.0 /* of its height, where it leaves the node */
#define HEAD_LENGTH 10.0
#define HEAD_HALF 4.0 /* of its width */

/* Strides from there to the furthest places tried, both ways. */
enum {
	MOST_ACROSS = 120,
	MOST_UP = 40,
};

struct box {
	double left, bottom, right, top;
};

/* A point of a line. */
struct dot {
	double x, y;
	const Agedge_t *edge;
};

struct words {
	textlabel_t *label;
	const Agedge_t *edge;
	struct box box;
};

struct scene {
	struct box room;
	struct dot *dots;
	size_t dot_count;
	struct words *words;
	size_t word_count;
	struct box *nodes;
	size_t node_count;
};

static struct box box_moved(const struct box *box, double x, double y)
{
	return (struct box){box->left + x, box->bottom + y, box->right + x, box->top + y};
}

static struct box box_grown(const struct box *box, double by)
{
	return (struct box){box->left - by, box->bottom - by, box->right + by, box->top + by};
}

static bool box_meets(const struct box *a, const struct box *b)
{
	return a->left < b->right && b->left < a->right && a->bottom < b->top && b->bottom < a->top;
}

static bool box_holds(const struct box *outer, const struct box *inner)
{
	return outer->left <= inner->left && inner->right <= outer->right &&
	       outer->bottom <= inner->bottom && inner->top <= outer->top;
}

static double box_distance(const struct box *box, const struct dot *dot)
{
	double x = fmax(fmax(box->left - dot->x, dot->x - box->right), 0);
	double y = fmax(fmax(box->bottom - dot->y, dot->y - box->top), 0);

	return hypot(x, y);
}

static struct box label_box(const textlabel_t *label)
{
	double x = label->dimen.x / 2, y = label->dimen.y / 2 - LEADING;

	return (struct box){label->pos.x - x, label->pos.y - y, label->pos.x + x, label->pos.y + y};
}

static void add_dot(struct scene *scene, double x, double y, const Agedge_t *edge)
{
	scene->dots = memory_grow(scene->dots, scene->dot_count, sizeof *scene->dots);
	scene->dots[scene->dot_count++] = (struct dot){x, y, edge};
}

static void add_straight(struct scene *scene, pointf from, pointf to, const Agedge_t *edge)
{
	double length = hypot(to.x - from.x, to.y - from.y);
	unsigned count = (unsigned)(length / STRIDE) + 1;

	for (unsigned i = 0; i <= count; i++)
		add_dot(scene, from.x + (to.x - from.x) * i / count,
			from.y + (to.y - from.y) * i / count, edge);
}

/* Of the four points of a Bezier curve. */
static pointf curve_at(const pointf *p, double t)
{
	double s = 1 - t;
	double a = s * s * s, b = 3 * s * s * t, c = 3 * s * t * t, d = t * t * t;

	return (pointf){a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x,
		a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y};
}

static void add_curve(struct scene *scene, const pointf *p, const Agedge_t *edge)
{
	enum { PIECES = 8 };
	pointf from = p[0];

	for (int i = 1; i <= PIECES; i++) {
		pointf to = curve_at(p, (double)i / PIECES);

		add_straight(scene, from, to, edge);
		from = to;
	}
}

/* An arrow's head, from its foot to its tip. */
static void add_head(struct scene *scene, pointf foot, pointf tip, const Agedge_t *edge)
{
	double length = hypot(tip.x - foot.x, tip.y - foot.y);
	pointf side = {0, 0};

	if (length > 0)
		side = (pointf){(foot.y - tip.y) / length * HEAD_HALF,
			(tip.x - foot.x) / length * HEAD_HALF};
	add_straight(scene, (pointf){foot.x + side.x, foot.y + side.y}, tip, edge);
	add_straight(scene, (pointf){foot.x - side.x, foot.y - side.y}, tip, edge);
}

static void add_line(struct scene *scene, const Agedge_t *edge)
{
	const splines *lines = ED_spl(edge);

	for (int i = 0; lines != NULL && i < (int)lines->size; i++) {
		const bezier *line = &lines->list[i];

		for (int k = 0; k + 3 < (int)line->size; k += 3)
			add_curve(scene, &line->list[k], edge);
		if (line->eflag != 0)
			add_head(scene, line->list[line->size - 1], line->ep, edge);
	}
}

static void add_words(struct scene *scene, Agedge_t *edge)
{
	textlabel_t *label = ED_label(edge);

	if (label == NULL || !label->set)
		return;
	scene->words = memory_grow(scene->words, scene->word_count, sizeof *scene->words);
	scene->words[scene->word_count++] = (struct words){label, edge, label_box(label)};
}

static void add_node(struct scene *scene, const Agnode_t *node)
{
	pointf at = ND_coord(node);

	scene->nodes = memory_grow(scene->nodes, scene->node_count, sizeof *scene->nodes);
	scene->nodes[scene->node_count++] = (struct box){at.x - ND_lw(node), at.y - ND_ht(node) / 2,
		at.x + ND_rw(node), at.y + ND_ht(node) / 2};
}

/* The dots that any place of these words could come near to, to the front. */
static size_t sort_out(struct scene *scene, const struct words *words)
{
	struct box reach = box_grown(&words->box, FURTHEST);
	size_t count = 0;

	for (size_t i = 0; i < scene->dot_count; i++) {
		struct dot dot = scene->dots[i];

		if (dot.x < reach.left || dot.x > reach.right || dot.y < reach.bottom ||
			dot.y > reach.top)
			continue;
		scene->dots[i] = scene->dots[count];
		scene->dots[count++] = dot;
	}
	return count;
}

static bool is_free(const struct scene *scene, const struct words *words, const struct box *place)
{
	struct box wide = box_grown(place, OTHER_GAP);

	if (!box_holds(&scene->room, place))
		return false;
	for (size_t i = 0; i < scene->node_count; i++)
		if (box_meets(&wide, &scene->nodes[i]))
			return false;
	for (size_t i = 0; i < scene->word_count; i++)
		if (&scene->words[i] != words && box_meets(&wide, &scene->words[i].box))
			return false;
	return true;
}

/* How good a place is, 0 the best: near its own line, no nearer to another one, and not far from
 * where dot put it. Negative: a line runs through it. */
static double cost_of(const struct scene *scene, size_t dot_count, const struct words *words,
	const struct box *place)
{
	double own = FURTHEST, other = FURTHEST;

	for (size_t i = 0; i < dot_count; i++) {
		bool is_own = scene->dots[i].edge == words->edge;
		double distance = box_distance(place, &scene->dots[i]);

		if (distance < (is_own ? OWN_GAP : OTHER_GAP))
			return -1;
		if (is_own)
			own = fmin(own, distance);
		else
			other = fmin(other, distance);
	}
	return own - OWN_GAP + 2 * fmax(own - other, 0) +
	       DISTANCE_COST * hypot(place->left - words->box.left, place->top - words->box.top);
}

/* 0, then as far to one side as to the other, and further. */
static double stride(unsigned number)
{
	unsigned steps = (number + 1) / 2;

	return number % 2 == 0 ? steps * STRIDE : steps * -STRIDE;
}

static void move_words(struct scene *scene, struct words *words)
{
	size_t dot_count = sort_out(scene, words);
	struct box best = words->box;
	double least = HUGE_VAL;

	for (unsigned up = 0; up <= MOST_UP; up++)
		for (unsigned across = 0; across <= MOST_ACROSS; across++) {
			double x = stride(across), y = stride(up), cost = -1;
			struct box place = box_moved(&words->box, x, y);

			if (DISTANCE_COST * hypot(x, y) < least && is_free(scene, words, &place))
				cost = cost_of(scene, dot_count, words, &place);
			if (cost >= 0 && cost < least) {
				least = cost;
				best = place;
			}
		}
	words->label->pos.x += best.left - words->box.left;
	words->label->pos.y += best.top - words->box.top;
	words->box = best;
}

/* A loop on the right of its node: two curves, and the arrow's head. */
static void bend(Agedge_t *edge, double x, double y)
{
	bezier *line = &ED_spl(edge)->list[0];
	double out = x + LOOP_REACH, up = y + LOOP_HALF, down = y - LOOP_HALF;
	const pointf points[] = {{x, up}, {x + LOOP_REACH * 0.6, up}, {out, y + LOOP_HALF * 0.6},
		{out, y}, {out, y - LOOP_HALF * 0.6}, {x + LOOP_REACH * 0.6, down},
		{x + (line->eflag != 0 ? HEAD_LENGTH : 0), down}};
	textlabel_t *label = ED_label(edge);

	if (line->size < 7)
		return;
	for (int i = 0; i < 7; i++)
		line->list[i] = points[i];
	line->size = 7;
	line->ep = (pointf){x, down};
	if (label != NULL)
		label->pos = (pointf){out + OWN_GAP + label->dimen.x / 2, y};
}

static double loop_height(Agedge_t *edge)
{
	const textlabel_t *label = ED_label(edge);

	return fmax(SETTLE_LOOP_HEIGHT, label != NULL ? label->dimen.y : 0);
}

static bool is_loop(const Agedge_t *edge)
{
	return aghead(edge) == agtail(edge) && ED_spl(edge) != NULL;
}

/* dot draws all loops of a node around its middle, one over the other, and there the other lines
 * leave it. So they stand in turn above and below. */
static void bend_loops(Agraph_t *part, Agnode_t *node)
{
	double above = SETTLE_MIDDLE / 2, below = SETTLE_MIDDLE / 2;
	double x = ND_coord(node).x + ND_rw(node), y = ND_coord(node).y;

	for (Agedge_t *edge = agfstout(part, node); edge != NULL; edge = agnxtout(part, edge)) {
		double height = is_loop(edge) ? loop_height(edge) : 0;

		if (height > 0 && above <= below) {
			bend(edge, x, y + above + height / 2);
			above += height;
		} else if (height > 0) {
			bend(edge, x, y - below - height / 2);
			below += height;
		}
	}
}

static void settle_part(Agraph_t *part)
{
	boxf bounds = GD_bb(part);
	struct box room = {bounds.LL.x, bounds.LL.y, bounds.UR.x, bounds.UR.y};
	struct scene scene = {.room = box_grown(&room, ROOM_BEYOND)};

	for (Agnode_t *node = agfstnode(part); node != NULL; node = agnxtnode(part, node)) {
		bend_loops(part, node);
		add_node(&scene, node);
		for (Agedge_t *edge = agfstout(part, node); edge != NULL;
			edge = agnxtout(part, edge)) {
			add_line(&scene, edge);
			add_words(&scene, edge);
		}
	}
	for (size_t i = 0; i < scene.word_count; i++)
		move_words(&scene, &scene.words[i]);
	free(scene.dots);
	free(scene.words);
	free(scene.nodes);
}

void settle(Agraph_t *graph)
{
	for (Agraph_t *part = agfstsubg(graph); part != NULL; part = agnxtsubg(part))
		settle_part(part);
}
