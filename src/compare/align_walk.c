#include "compare/align_parts.h"

#include "base/memory.h"

#include <stdlib.h>

/* A place between lines: so many units and items of the window are behind it. */
struct cell {
	uint32_t cost;
	uint16_t units, items; /* the last move took these */
	uint8_t kind, ends;
};

struct grid {
	const struct align_window *window;
	struct cell *cells;
	size_t width; /* of a row: items and one */
};

static struct cell *cell_at(struct grid *grid, size_t unit, size_t item)
{
	return &grid->cells[unit * grid->width + item];
}

/* Tries a move from a cell; the first of the cheapest stays. */
static void relax(struct grid *grid, size_t unit, size_t item, const struct align_move *move)
{
	uint32_t cost = cell_at(grid, unit, item)->cost + move->cost;
	struct cell *to = cell_at(grid, unit + move->units, item + move->items);

	if (cost >= to->cost)
		return;
	*to = (struct cell){cost, (uint16_t)move->units, (uint16_t)move->items, (uint8_t)move->kind,
		(uint8_t)move->ends};
}

static void relax_all(
	struct grid *grid, size_t unit, size_t item, const struct align_move *moves, size_t count)
{
	for (size_t i = 0; i < count; i++)
		relax(grid, unit, item, &moves[i]);
}

static const struct log_line *line_at(const struct align_window *window, size_t unit)
{
	return &window->log->lines[window->units[unit].line];
}

static const struct wire_item *item_at(const struct align_window *window, size_t item)
{
	return &window->wire->items[window->first_item + item];
}

/* The log alone goes on: a line, or the rest of its entry. */
static void leave_log(struct grid *grid, size_t unit, size_t item)
{
	const struct align_window *window = grid->window;
	bool is_withheld = line_at(window, unit)->kind == LOG_WITHHELD;
	bool is_absorbed = item > 0 && item_at(window, item - 1)->kind == WIRE_LINE;
	bool is_free = is_withheld && (is_absorbed || !align_is_counted(line_at(window, unit)));
	bool is_in_gap = item < window->item_count && item_at(window, item)->kind == WIRE_GAP;
	size_t end = window->units[unit].entry_end;
	struct align_move move = {.kind = ALIGN_LOG, .units = 1};

	move.cost = is_free ? 0 : is_in_gap ? COST_IN_GAP : COST_ALONE;
	relax(grid, unit, item, &move);
	if (end <= unit + 1 || end > window->unit_count || is_withheld)
		return;
	move.units = end - unit;
	move.cost += COST_FURTHER * (uint32_t)(end - unit - 1);
	relax(grid, unit, item, &move);
}

/* The wire alone goes on. */
static void leave_wire(struct grid *grid, size_t unit, size_t item)
{
	const struct wire_item *first = item_at(grid->window, item);
	bool is_passed = first->may_be_ticket || first->may_be_alert;
	struct align_move move = {.kind = is_passed ? ALIGN_PASS : ALIGN_WIRE, .items = 1};

	move.cost = first->kind == WIRE_GAP ? 0 : is_passed ? COST_PASS : COST_ALONE;
	relax(grid, unit, item, &move);
}

static bool may_absorb(const struct log_line *line, const struct wire_item *item)
{
	if (line->kind != LOG_WITHHELD || item->kind == WIRE_GAP ||
		(line->has_side && line->side != item->side))
		return false;
	return !align_is_counted(line) || (item->kind == WIRE_LINE && item->octets == line->octets);
}

static void try_moves(struct grid *grid, size_t unit, size_t item)
{
	const struct align_window *window = grid->window;
	bool has_unit = unit < window->unit_count, has_item = item < window->item_count;
	struct align_move moves[2];

	if (has_unit && has_item && may_absorb(line_at(window, unit), item_at(window, item))) {
		struct align_move move = {.kind = ALIGN_ABSORB, .items = 1};

		move.cost = item_at(window, item)->is_message ? 0 : COST_ABSORB;
		relax(grid, unit, item, &move);
	}
	if (has_unit && has_item) {
		relax_all(grid, unit, item, moves, align_fits(window, unit, item, moves));
		relax_all(grid, unit, item, moves, align_replaces(window, unit, item, moves));
	}
	if (has_unit)
		leave_log(grid, unit, item);
	if (has_item)
		leave_wire(grid, unit, item);
}

static void fill(struct grid *grid)
{
	const struct align_window *window = grid->window;
	size_t count = (window->unit_count + 1) * grid->width;

	for (size_t i = 0; i < count; i++)
		grid->cells[i].cost = UINT32_MAX;
	grid->cells[0].cost = 0;
	for (size_t unit = 0; unit <= window->unit_count; unit++)
		for (size_t item = 0; item <= window->item_count; item++)
			if (cell_at(grid, unit, item)->cost < UINT32_MAX)
				try_moves(grid, unit, item);
}

/* Where the way ends: the cheapest cell at the sides behind which more comes. */
static void find_end(struct grid *grid, size_t *unit, size_t *item)
{
	const struct align_window *window = grid->window;
	size_t units = window->unit_count, items = window->item_count;
	uint32_t best = UINT32_MAX;

	*unit = units;
	*item = items;
	for (size_t i = 0; window->is_log_cut && i <= items; i++)
		if (cell_at(grid, units, i)->cost < best) {
			best = cell_at(grid, units, i)->cost;
			*item = i;
		}
	for (size_t i = 0; window->is_wire_cut && i <= units; i++)
		if (cell_at(grid, i, items)->cost < best) {
			best = cell_at(grid, i, items)->cost;
			*unit = i;
			*item = items;
		}
}

void align_walk(struct align_path *path, struct arena *arena, const struct align_window *window)
{
	struct grid grid = {.window = window, .width = window->item_count + 1};
	size_t unit, item, count = 0;

	grid.cells = memory_new((window->unit_count + 1) * grid.width, sizeof *grid.cells);
	fill(&grid);
	find_end(&grid, &unit, &item);
	path->cost = cell_at(&grid, unit, item)->cost;
	for (size_t u = unit, i = item; u > 0 || i > 0; count++) {
		struct cell *cell = cell_at(&grid, u, i);

		u -= cell->units;
		i -= cell->items;
	}
	path->count = count;
	path->moves = arena_new(arena, (count + 1) * sizeof *path->moves);
	while (count > 0) {
		struct cell *cell = cell_at(&grid, unit, item);

		path->moves[--count] = (struct align_move){.kind = cell->kind,
			.ends = cell->ends,
			.units = cell->units,
			.items = cell->items};
		unit -= cell->units;
		item -= cell->items;
	}
	free(grid.cells);
}
