#include "compare/align_parts.h"

#include "base/limits.h"
#include "base/memory.h"

#include <stdlib.h>

/* An entry of more lines than this is weighed as one unit when the wire is sealed. */
enum { LONG_ENTRY = 256, WINDOW = 128 };

struct aligner {
	struct alignment *alignment;
	struct arena *arena;
	const struct log *log;
	const struct wire *wire;
	const bool *is_message;
	struct align_unit *units; /* of the present window */
	size_t line, item;        /* what is before them is aligned */
};

bool *align_message_lines(struct arena *arena, const struct log *log)
{
	bool *is_message = arena_new(arena, (log->count + 1) * sizeof *is_message);
	bool follows_354 = false, is_fetching = false, is_fetched = false;

	for (size_t i = 0; i < log->count; i++) {
		const struct log_line *line = &log->lines[i];
		struct span word = line->text;

		if (line->kind != LOG_SAID)
			continue;
		word = span_word(&word);
		if (line->side == SIDE_CLIENT) {
			is_message[i] = follows_354;
			is_fetched = false;
			is_fetching = !follows_354 && (span_is_letters(word, "RETR") ||
							      span_is_letters(word, "TOP"));
			continue;
		}
		is_message[i] = is_fetched;
		follows_354 = span_is(word, "354");
		is_fetched = is_fetched || (is_fetching && span_is_letters(word, "+OK"));
		is_fetching = false;
	}
	return is_message;
}

static void add_step(struct aligner *aligner, const struct align_move *move, size_t lines)
{
	struct alignment *alignment = aligner->alignment;
	struct align_step *step;

	alignment->steps =
		memory_grow(alignment->steps, alignment->count, sizeof *alignment->steps);
	step = &alignment->steps[alignment->count++];
	*step = (struct align_step){.kind = move->kind,
		.ends = move->ends,
		.log = aligner->line,
		.log_count = lines,
		.wire = aligner->item,
		.wire_count = move->items};
	aligner->line += lines;
	aligner->item += move->items;
}

/* Equal lines at the front are a pair in some cheapest alignment, so they need not be weighed. */
static bool take_equal(struct aligner *aligner)
{
	static const struct align_move pair = {.kind = ALIGN_PAIR, .units = 1, .items = 1};

	if (aligner->line >= aligner->log->count || aligner->item >= aligner->wire->count)
		return false;
	if (!align_same_text(
		    &aligner->log->lines[aligner->line], &aligner->wire->items[aligner->item]))
		return false;
	add_step(aligner, &pair, 1);
	return true;
}

/* The index of the line behind the entry that line belongs to. */
static size_t end_of_entry(const struct log *log, size_t line)
{
	do {
		line++;
	} while (line < log->count && log->lines[line].is_further);
	return line;
}

static bool is_sealed(const struct aligner *aligner)
{
	const struct wire *wire = aligner->wire;

	return wire->count > 0 && wire->items[wire->count - 1].kind == WIRE_RECORD;
}

/* The units from the present line on, at most so many; a long entry stands at the front alone. */
static size_t make_units(struct aligner *aligner, size_t most)
{
	const struct log *log = aligner->log;
	size_t count = 0, line = aligner->line;

	while (line < log->count && count < most) {
		size_t end = end_of_entry(log, line);
		bool is_long = is_sealed(aligner) && end - line > LONG_ENTRY;
		size_t first = count;

		if (is_long && count > 0)
			break;
		for (; line < end && count < most; count++) {
			aligner->units[count] = (struct align_unit){.line = line,
				.count = is_long ? end - line : 1,
				.is_message = aligner->is_message[line]};
			line += aligner->units[count].count;
		}
		for (size_t i = first; i < count; i++)
			aligner->units[i].entry_end = first + (is_long ? 1 : count - first);
		if (line < end) /* the rest of the entry is in a later window */
			for (size_t i = first; i < count; i++)
				aligner->units[i].entry_end = most + 1;
	}
	return count;
}

/* A long entry: the records it fits into, or all that its side sent here. */
static bool take_long(struct aligner *aligner)
{
	struct align_window window = {.log = aligner->log,
		.wire = aligner->wire,
		.units = aligner->units,
		.unit_count = 1,
		.first_item = aligner->item,
		.item_count = aligner->wire->count - aligner->item};
	struct align_move moves[2];
	size_t lines = aligner->units[0].count;

	if (lines <= 1 || window.item_count == 0)
		return false;
	if (align_fits(&window, 0, 0, moves) == 0)
		return false;
	add_step(aligner, &moves[0], lines);
	return true;
}

/* How many of the moves are held to: all, or, when the window was cut off, the first half. */
static size_t moves_held(const struct align_path *path, bool is_final)
{
	return is_final || path->count < 2 ? path->count : path->count / 2;
}

static bool is_poor(const struct align_path *path)
{
	size_t pairs = 0;

	for (size_t i = 0; i < path->count; i++)
		pairs += path->moves[i].kind <= ALIGN_DIFFERS;
	return pairs * 2 < path->count;
}

static struct align_window make_window(struct aligner *aligner, size_t most)
{
	size_t items = aligner->wire->count - aligner->item;
	struct align_window window = {.log = aligner->log,
		.wire = aligner->wire,
		.units = aligner->units,
		.unit_count = make_units(aligner, most),
		.first_item = aligner->item,
		.item_count = items < most ? items : most};
	const struct align_unit *last = aligner->units + window.unit_count;

	window.is_wire_cut = window.item_count < items;
	window.is_log_cut =
		window.unit_count > 0 && last[-1].line + last[-1].count < aligner->log->count;
	return window;
}

/* Weighs the lines that come next; false when the window was too small to say much. */
static bool take_window(struct aligner *aligner, size_t most)
{
	struct align_window window = make_window(aligner, most);
	bool is_cut = window.is_wire_cut || window.is_log_cut;
	struct align_path path;
	size_t held;

	if (window.unit_count > 0 && take_long(aligner))
		return true;
	align_walk(&path, aligner->arena, &window);
	if (is_cut && most < LIMIT_ALIGN_WINDOW && is_poor(&path))
		return false;
	/* A window that ends early on purpose ends in front of a long entry. */
	held = moves_held(&path, !is_cut || (window.is_log_cut && window.unit_count < most));
	for (size_t i = 0, unit = 0; i < held; i++) {
		size_t lines = 0;

		for (size_t k = 0; k < path.moves[i].units; k++)
			lines += aligner->units[unit++].count;
		add_step(aligner, &path.moves[i], lines);
	}
	aligner->alignment->cost += path.cost;
	return true;
}

void alignment_fini(struct alignment *alignment)
{
	free(alignment->steps);
	*alignment = (struct alignment){.count = 0};
}

void align(struct alignment *alignment, struct arena *arena, const struct log *log,
	const struct wire *wire)
{
	struct aligner aligner = {.alignment = alignment, .arena = arena, .log = log, .wire = wire};

	*alignment = (struct alignment){.count = 0};
	aligner.is_message = align_message_lines(arena, log);
	aligner.units = arena_new(arena, (LIMIT_ALIGN_WINDOW + 1) * sizeof *aligner.units);
	if (log->has_offsets && wire->is_placed) {
		align_by_offset(alignment, log, wire);
		return;
	}
	while (aligner.line < log->count || aligner.item < wire->count) {
		if (take_equal(&aligner))
			continue;
		if (!take_window(&aligner, WINDOW))
			(void)take_window(&aligner, LIMIT_ALIGN_WINDOW);
	}
}
