#include "compare/align_parts.h"

#include "base/limits.h"

/* Our own log keeps so much of a line, and counts the rest. */
static struct span kept_of(const struct log_line *line, struct span text, size_t most)
{
	return line->has_offset ? span_first(text, most) : text;
}

bool align_same_text(const struct log_line *line, const struct wire_item *item)
{
	if (line->kind != LOG_SAID || item->kind != WIRE_LINE || line->side != item->side)
		return false;
	if (span_equal(line->text, kept_of(line, item->text, LIMIT_LINE)))
		return true;
	return item->is_stuffed && line->text.length > 0 && line->text.at[0] == '.' &&
	       span_equal(span_from(line->text, 1), kept_of(line, item->text, LIMIT_LINE - 1));
}

bool align_is_counted(const struct log_line *line)
{
	return line->kind == LOG_WITHHELD && line->has_offset;
}

static uint64_t octets_of(const struct log_line *line)
{
	static const uint8_t ends[] = {
		[LOG_END_UNKNOWN] = 2, [LOG_END_CRLF] = 2, [LOG_END_LF] = 1, [LOG_END_NONE] = 0};

	return line->has_offset ? line->octets : line->text.length + ends[line->end];
}

uint64_t align_octets(const struct log *log, size_t first, size_t count)
{
	uint64_t octets = 0;

	for (size_t i = first; i < first + count; i++)
		octets += octets_of(&log->lines[i]);
	return octets;
}

static const struct log_line *line_of(const struct align_window *window, size_t unit)
{
	return &window->log->lines[window->units[unit].line];
}

static const struct wire_item *item_of(const struct align_window *window, size_t item)
{
	return &window->wire->items[window->first_item + item];
}

/* Whether the unit is the same side's as the items of a run. */
static bool is_said_by(const struct align_window *window, size_t unit, enum side side)
{
	const struct log_line *line;

	if (unit >= window->unit_count)
		return false;
	line = line_of(window, unit);
	return line->side == side && (line->kind == LOG_SAID || align_is_counted(line));
}

static bool is_record_of(const struct align_window *window, size_t item, enum side side)
{
	return item < window->item_count && item_of(window, item)->kind == WIRE_RECORD &&
	       item_of(window, item)->side == side;
}

/* Where the log has entries of several lines, each was sent by itself: a run that ends none of them
 * where a record ends is hardly one. */
static uint32_t cost_of_run(
	const struct align_window *window, size_t unit, const struct align_move *move)
{
	bool is_across = window->units[unit].entry_end < unit + move->units;

	if (move->units < 2 || (move->items < 2 && !is_across))
		return 0;
	return is_across && move->items > 1 && window->log->has_entries ? COST_ACROSS : COST_RUN;
}

/* Whether what comes next was withheld, and may fill the rest of a record. */
static bool is_shared(const struct align_window *window, size_t unit, enum side side)
{
	const struct log_line *line;

	if (unit >= window->unit_count)
		return false;
	line = line_of(window, unit);
	return line->kind == LOG_WITHHELD && line->may_share &&
	       (!line->has_side || line->side == side);
}

/* Lines and records from here on to the first place where both end: the fewest that agree in
 * length, each line with CRLF. */
static bool find_run(
	const struct align_window *window, size_t unit, size_t item, struct align_move *move)
{
	enum side side = item_of(window, item)->side;
	uint64_t said = 0, low = 0, high = 0;

	*move = (struct align_move){.kind = ALIGN_PAIR};
	for (;;) {
		if (said < low || move->units == 0) {
			size_t next = unit + move->units;

			if (!is_said_by(window, next, side)) {
				move->cost = COST_SHARED;
				return move->items > 0 && is_shared(window, next, side);
			}
			said += align_octets(
				window->log, window->units[next].line, window->units[next].count);
			move->units++;
		} else {
			size_t next = item + move->items;

			if (!is_record_of(window, next, side))
				return false;
			low += item_of(window, next)->low;
			high += item_of(window, next)->high;
			move->items++;
		}
		if (move->items > 0 && said >= low && said <= high)
			break;
	}
	move->cost = cost_of_run(window, unit, move);
	return true;
}

/* The octets of an entry when its lines end so; 0: they cannot. */
static uint64_t octets_ended(const struct align_window *window, size_t unit, enum align_ends ends)
{
	const struct align_unit *units = window->units;
	size_t last = units[unit].entry_end - 1;
	size_t lines = units[last].line + units[last].count - units[unit].line;
	uint64_t octets = align_octets(window->log, units[unit].line, lines);

	if (lines < 2 || octets < 2 * lines)
		return 0;
	switch (ends) {
	case ENDS_LF:
		return octets - lines;
	case ENDS_LF_INSIDE:
		return octets - lines + 1;
	case ENDS_LF_IN_CRLF:
		return line_of(window, unit)->text.length == 0 ? octets - lines + 3 : 0;
	default:
		return octets;
	}
}

/* An entry of a message's text whose lines do not all end with CRLF, and the records it fits into.
 */
static bool find_bare(
	const struct align_window *window, size_t unit, size_t item, struct align_move *move)
{
	const struct align_unit *first = &window->units[unit];
	enum side side = item_of(window, item)->side;
	uint64_t low = 0, high = 0;

	if (!first->is_message || line_of(window, unit)->is_further ||
		line_of(window, unit)->end != LOG_END_UNKNOWN ||
		first->entry_end > window->unit_count)
		return false;
	*move = (struct align_move){
		.kind = ALIGN_PAIR, .units = first->entry_end - unit, .cost = COST_ENDS};
	for (size_t i = item; is_record_of(window, i, side); i++) {
		low += item_of(window, i)->low;
		high += item_of(window, i)->high;
		move->items++;
		for (move->ends = ENDS_LF; move->ends <= ENDS_LF_IN_CRLF; move->ends++) {
			uint64_t octets = octets_ended(window, unit, move->ends);

			if (octets > 0 && octets >= low && octets <= high)
				return true;
		}
		if (low > octets_ended(window, unit, ENDS_CRLF))
			return false;
	}
	return false;
}

/* A unit of many lines, and as many of the wire that say the same. */
static bool find_same(
	const struct align_window *window, size_t unit, size_t item, struct align_move *move)
{
	const struct align_unit *first = &window->units[unit];

	if (item + first->count > window->item_count)
		return false;
	for (size_t i = 0; i < first->count; i++)
		if (!align_same_text(
			    &window->log->lines[first->line + i], item_of(window, item + i)))
			return false;
	*move = (struct align_move){.kind = ALIGN_PAIR, .units = 1, .items = first->count};
	return true;
}

size_t align_fits(
	const struct align_window *window, size_t unit, size_t item, struct align_move moves[2])
{
	const struct wire_item *first = item_of(window, item);
	size_t count = 0;

	if (!is_said_by(window, unit, first->side))
		return 0;
	if (first->kind == WIRE_LINE)
		return find_same(window, unit, item, &moves[0]);
	if (first->kind != WIRE_RECORD)
		return 0;
	count += find_run(window, unit, item, &moves[count]);
	count += find_bare(window, unit, item, &moves[count]);
	return count;
}

static struct span without_blanks(struct span text)
{
	while (text.length > 0 &&
		(text.at[text.length - 1] == ' ' || text.at[text.length - 1] == '\t'))
		text.length--;
	return text;
}

/* What it costs that one text stands for the other. */
static uint32_t cost_of_texts(struct span a, struct span b)
{
	size_t longest = a.length > b.length ? a.length : b.length;
	size_t shortest = a.length < b.length ? a.length : b.length;
	size_t front = 0, back = 0;

	if (span_equal(without_blanks(a), without_blanks(b)))
		return COST_BLANKS;
	while (front < shortest && a.at[front] == b.at[front])
		front++;
	while (back < shortest - front && a.at[a.length - 1 - back] == b.at[b.length - 1 - back])
		back++;
	if (longest > 0 && (front + back) * 2 >= longest)
		return COST_SIMILAR + (uint32_t)(5 * (longest - front - back) / longest);
	return COST_NEVER;
}

/* Whether both begin with the same word: the same command, the same code. */
static bool same_word(struct span a, struct span b)
{
	struct span word = span_word(&a);

	return word.length > 0 && span_same_letters(word, span_word(&b));
}

static uint32_t cost_of_lengths(uint64_t said, uint64_t low, uint64_t high)
{
	uint64_t difference = said < low ? low - said : said > high ? said - high : 0;

	return COST_LENGTH +
	       (uint32_t)(difference / 8 < COST_LENGTH_MOST ? difference / 8 : COST_LENGTH_MOST);
}

/* The rest of an entry for as many records as come nearest to its length. */
static bool replace_entry(
	const struct align_window *window, size_t unit, size_t item, struct align_move *move)
{
	enum side side = item_of(window, item)->side;
	size_t end = window->units[unit].entry_end;
	uint64_t said = 0, low = 0, high = 0;

	if (end > window->unit_count || (end == unit + 1 && window->units[unit].count == 1))
		return false;
	for (size_t i = unit; i < end; i++)
		said += align_octets(window->log, window->units[i].line, window->units[i].count);
	*move = (struct align_move){.kind = ALIGN_DIFFERS, .units = end - unit, .cost = COST_NEVER};
	for (size_t i = item; is_record_of(window, i, side); i++) {
		uint32_t cost;

		low += item_of(window, i)->low;
		high += item_of(window, i)->high;
		cost = cost_of_lengths(said, low, high);
		if (cost < move->cost) {
			move->cost = cost;
			move->items = i - item + 1;
		}
		if (low > said)
			break;
	}
	return true;
}

size_t align_replaces(
	const struct align_window *window, size_t unit, size_t item, struct align_move moves[2])
{
	const struct wire_item *first = item_of(window, item);
	const struct log_line *line = line_of(window, unit);

	moves[0] = (struct align_move){.kind = ALIGN_DIFFERS, .units = 1, .items = 1};
	if (!is_said_by(window, unit, first->side))
		return 0;
	if (first->kind == WIRE_RECORD) {
		uint64_t said = align_octets(
			window->log, window->units[unit].line, window->units[unit].count);

		moves[0].cost = cost_of_lengths(said, first->low, first->high);
		return 1 + replace_entry(window, unit, item, &moves[1]);
	}
	if (first->kind != WIRE_LINE || window->units[unit].count > 1 || line->kind != LOG_SAID)
		return 0;
	moves[0].cost = cost_of_texts(line->text, first->text);
	if (moves[0].cost == COST_NEVER && same_word(line->text, first->text))
		moves[0].cost = COST_SAME_WORD;
	return moves[0].cost < COST_NEVER;
}
