#include "compare/align_parts.h"

#include "base/memory.h"

/* What is left of each side's items. */
struct placer {
	struct alignment *alignment;
	const struct log *log;
	const struct wire *wire;
	size_t next[2]; /* the side's first item that is in no step yet */
};

static size_t next_of(const struct wire *wire, size_t item, enum side side)
{
	while (item < wire->count && wire->items[item].side != side)
		item++;
	return item;
}

static void add(struct placer *placer, enum align_kind kind, size_t line, size_t item)
{
	struct alignment *alignment = placer->alignment;
	struct align_step *step;

	alignment->steps =
		memory_grow(alignment->steps, alignment->count, sizeof *alignment->steps);
	step = &alignment->steps[alignment->count++];
	*step = (struct align_step){.kind = kind,
		.log = line,
		.log_count = kind != ALIGN_WIRE && kind != ALIGN_ABSORB,
		.wire = item,
		.wire_count = kind != ALIGN_LOG};
	alignment->cost += kind == ALIGN_PAIR || kind == ALIGN_ABSORB ? 0 : COST_ALONE;
}

/* Takes the side's next item into a step. */
static void take(struct placer *placer, enum align_kind kind, size_t line, enum side side)
{
	size_t *next = &placer->next[side];

	add(placer, kind, line, *next);
	*next = next_of(placer->wire, *next + 1, side);
}

static bool is_before(const struct placer *placer, enum side side, uint64_t offset)
{
	size_t next = placer->next[side];

	return next < placer->wire->count && placer->wire->items[next].offset < offset;
}

static void place_line(struct placer *placer, size_t index)
{
	const struct log_line *line = &placer->log->lines[index];
	uint64_t end = line->offset + line->octets;
	const struct wire_item *item;
	bool is_same;

	end = end < line->offset ? UINT64_MAX : end;
	while (is_before(placer, line->side, line->offset))
		take(placer, ALIGN_WIRE, index, line->side);
	if (!is_before(placer, line->side, end)) {
		add(placer, ALIGN_LOG, index, placer->next[line->side]);
		return;
	}
	item = &placer->wire->items[placer->next[line->side]];
	is_same = item->octets == line->octets;
	if (line->kind == LOG_WITHHELD && is_same) {
		take(placer, ALIGN_ABSORB, index, line->side);
		add(placer, ALIGN_LOG, index, placer->next[line->side]);
		return;
	}
	is_same = is_same && align_same_text(line, item);
	take(placer, is_same ? ALIGN_PAIR : ALIGN_DIFFERS, index, line->side);
}

void align_by_offset(struct alignment *alignment, const struct log *log, const struct wire *wire)
{
	struct placer placer = {.alignment = alignment, .log = log, .wire = wire};

	alignment->is_by_offset = true;
	placer.next[SIDE_CLIENT] = next_of(wire, 0, SIDE_CLIENT);
	placer.next[SIDE_SERVER] = next_of(wire, 0, SIDE_SERVER);
	for (size_t i = 0; i < log->count; i++)
		place_line(&placer, i);
	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++)
		while (placer.next[side] < wire->count)
			take(&placer, ALIGN_WIRE, log->count, side);
}
