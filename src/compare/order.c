#include "compare/order.h"

#include "base/language.h"
#include "compare/words.h"

/* Rows that are looked at from a row on. */
enum { REACH = 64 };

static const struct log_line *line_of(
	const struct comparison *comparison, const struct comparison_row *row)
{
	return &comparison->log->lines[row->log];
}

static const struct wire_item *item_of(
	const struct comparison *comparison, const struct comparison_row *row)
{
	return &comparison->wire.items[row->wire];
}

/* Whether the lines of one row agree with the wire of another. */
static bool agrees(const struct comparison *comparison, const struct comparison_row *log,
	const struct comparison_row *wire)
{
	const struct wire_item *item = item_of(comparison, wire);
	uint64_t octets;

	if (log->side != wire->side || wire->wire_count != 1)
		return false;
	if (item->kind == WIRE_LINE)
		return log->log_count == 1 && align_same_text(line_of(comparison, log), item);
	octets = align_octets(comparison->log, log->log, log->log_count);
	return item->kind == WIRE_RECORD && octets >= item->low && octets <= item->high;
}

static void say(struct comparison *comparison, struct comparison_row *row, const char *text)
{
	row->how = arena_copy(&comparison->arena, span_text(text));
}

/* "order: on the wire this line is in frame 28, in the log it is line 17 that stands there" */
static void say_swapped(struct comparison *comparison, struct comparison_row *row,
	const struct comparison_row *other)
{
	const struct session *session = comparison->session;
	struct buffer words;

	buffer_init(&words, 0);
	buffer_add_text(&words, _("order: changed places with line "));
	buffer_add_number(&words, line_of(comparison, other)->number);
	buffer_add_text(&words, _(" of the log; on the wire it is in frame "));
	buffer_add_number(&words, session->lines[item_of(comparison, other)->line].frame);
	say(comparison, row, buffer_text(&words));
	buffer_fini(&words);
	row->shows_text = false;
}

static void find_swapped(struct comparison *comparison, size_t index)
{
	struct comparison_row *row = &comparison->rows[index];

	for (size_t i = index + 1; i < comparison->row_count && i <= index + REACH; i++) {
		struct comparison_row *other = &comparison->rows[i];

		if (other->verdict != VERDICT_DIFFERS || !agrees(comparison, row, other) ||
			!agrees(comparison, other, row))
			continue;
		say_swapped(comparison, row, other);
		say_swapped(comparison, other, row);
		return;
	}
}

/* Whether log and wire both show a command sent before the reply to the one before it came. */
static bool is_pipelined(const struct comparison *comparison, const bool *is_message)
{
	bool was_command = false;

	for (size_t i = 0; i < comparison->row_count; i++) {
		const struct comparison_row *row = &comparison->rows[i];
		bool is_command;

		is_command = row->side == SIDE_CLIENT && row->log_count == 1 &&
			     row->wire_count > 0 && row->verdict <= VERDICT_FITS &&
			     !is_message[row->log] && !line_of(comparison, row)->is_further;
		if (is_command && was_command)
			return true;
		was_command = is_command;
	}
	return false;
}

/* Whether a line of the same side that both have stands on the other side of it in the log than on
 * the wire. */
static bool is_overtaken(const struct comparison *comparison, size_t log, size_t wire)
{
	const struct comparison_row *line = &comparison->rows[log];
	const struct comparison_row *item = &comparison->rows[wire];
	size_t first = log < wire ? log : wire, last = log < wire ? wire : log;

	for (size_t i = first + 1; i < last; i++) {
		const struct comparison_row *row = &comparison->rows[i];

		if (row->side == line->side && row->log_count > 0 && row->wire_count > 0 &&
			(row->log < line->log) != (row->wire < item->wire))
			return true;
	}
	return false;
}

static void say_moved(struct comparison *comparison, struct comparison_row *row,
	const struct comparison_row *wire, bool is_log_first)
{
	struct buffer words;

	buffer_init(&words, 0);
	buffer_add_text(&words, _("order: on the wire it comes "));
	buffer_add_text(&words, is_log_first ? _("later, in frame ") : _("earlier, in frame "));
	buffer_add_number(
		&words, comparison->session->lines[item_of(comparison, wire)->line].frame);
	say(comparison, row, buffer_text(&words));
	buffer_fini(&words);
}

/* Whether a row so far away may be the line of another one: the wire has it alone, or a withheld
 * stretch close by took it. */
static bool is_free(const struct comparison *comparison, size_t row, size_t distance)
{
	enum { CLOSE = 3 };
	const struct comparison_row *other = &comparison->rows[row];

	return other->verdict == VERDICT_WIRE_ONLY ||
	       (other->verdict == VERDICT_WITHHELD && other->wire_count == 1 && distance <= CLOSE &&
		       item_of(comparison, other)->kind == WIRE_RECORD);
}

/* The nearest row of the wire that is this row's line; row_count when there is none. */
static size_t find_moved(const struct comparison *comparison, size_t log)
{
	const struct comparison_row *row = &comparison->rows[log];

	for (size_t distance = 1; distance <= REACH; distance++) {
		size_t behind = log + distance, before = log - distance;

		if (behind < comparison->row_count && is_free(comparison, behind, distance) &&
			agrees(comparison, row, &comparison->rows[behind]))
			return behind;
		if (distance <= log && is_free(comparison, before, distance) &&
			agrees(comparison, row, &comparison->rows[before]))
			return before;
	}
	return comparison->row_count;
}

/* Whether a client that does not wait for replies may log it so: it sends before it reads, so its
 * own line stands earlier in the log than on the wire, beside what the server says. */
static bool may_be_late(const struct comparison *comparison, size_t log, size_t wire)
{
	enum side side = comparison->rows[log].side;

	return (log < wire) == (side == SIDE_CLIENT) && !is_overtaken(comparison, log, wire);
}

/* Joins a row of the log and a row of the wire, which is taken out. */
static void join(struct comparison *comparison, size_t log, size_t wire, bool may_be)
{
	struct comparison_row *row = &comparison->rows[log];
	const struct comparison_row *other = &comparison->rows[wire];
	const struct wire_item *item = item_of(comparison, other);

	row->wire = other->wire;
	row->wire_count = other->wire_count;
	row->how = span_of(NULL, 0);
	if (!may_be) {
		row->verdict = VERDICT_DIFFERS;
		say_moved(comparison, row, other, log < wire);
	} else {
		row->verdict = item->kind == WIRE_RECORD ? VERDICT_FITS
			       : item->is_decrypted      ? VERDICT_DECRYPTED
							 : VERDICT_SAME;
	}
	memmove(&comparison->rows[wire], &comparison->rows[wire + 1],
		(comparison->row_count - wire - 1) * sizeof *comparison->rows);
	comparison->row_count--;
}

/* How many lines stand where a client that does not wait may have them. */
static size_t count_late(const struct comparison *comparison)
{
	size_t count = 0;

	for (size_t i = 0; i < comparison->row_count; i++) {
		size_t wire = comparison->rows[i].verdict == VERDICT_LOG_ONLY
				      ? find_moved(comparison, i)
				      : comparison->row_count;

		count += wire < comparison->row_count && may_be_late(comparison, i, wire);
	}
	return count;
}

void order_find(struct comparison *comparison)
{
	/* One line out of place in a session that goes step by step changed places; a client that
	 * does not wait sends several commands at once (RFC 2920 3.1), and the wire shows it or the
	 * log. */
	bool *is_message = align_message_lines(&comparison->arena, comparison->log);
	bool is_pipelining = is_pipelined(comparison, is_message) || count_late(comparison) > 1;

	for (size_t i = 0; i < comparison->row_count; i++) {
		size_t wire;

		if (comparison->rows[i].verdict == VERDICT_DIFFERS)
			find_swapped(comparison, i);
		if (comparison->rows[i].verdict != VERDICT_LOG_ONLY)
			continue;
		wire = find_moved(comparison, i);
		if (wire == comparison->row_count)
			continue;
		join(comparison, i, wire, is_pipelining && may_be_late(comparison, i, wire));
		i -= wire < i;
	}
}
