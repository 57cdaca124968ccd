#include "compare/verdicts.h"

#include "base/language.h"
#include "base/memory.h"
#include "compare/order.h"
#include "compare/words.h"

#include <stdlib.h>

static const int64_t QUARTER = INT64_C(900) * 1000000000;

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
#define X(id, name) name,
		VERDICTS(X)
#undef X
	};

	return names[verdict];
}

/* The rows being made of an alignment's steps. */
struct judge {
	struct comparison *comparison;
	struct buffer words;
	bool has_absorbed; /* the withheld line at hand */
	size_t rows_size;
};

static struct comparison_row *add_row(
	struct judge *judge, const struct align_step *step, enum verdict verdict)
{
	struct comparison *comparison = judge->comparison;
	struct comparison_row *row;

	comparison->rows =
		memory_grow(comparison->rows, comparison->row_count, sizeof *comparison->rows);
	row = &comparison->rows[comparison->row_count++];
	*row = (struct comparison_row){.verdict = verdict,
		.log = step->log,
		.log_count = step->log_count,
		.wire = step->wire,
		.wire_count = step->wire_count};
	row->side = row->wire_count > 0 ? comparison->wire.items[row->wire].side
					: comparison->log->lines[row->log].side;
	buffer_clear(&judge->words);
	return row;
}

static void end_row(struct judge *judge, struct comparison_row *row)
{
	row->how = arena_copy(&judge->comparison->arena, buffer_span(&judge->words));
}

/* The text is the same: the line end may not be. */
static void judge_line(struct judge *judge, const struct align_step *step)
{
	static const char *const words[] = {[LINE_LF] = N_("the line ends with a bare LF"),
		[LINE_CR] = N_("the line ends with a bare CR"),
		[LINE_CUT] = N_("the line has no end")};
	const struct comparison *comparison = judge->comparison;
	const struct wire_item *item = &comparison->wire.items[step->wire];
	enum log_end end = comparison->log->lines[step->log].end;
	bool is_as_logged = item->end == LINE_CRLF || (item->end == LINE_LF && end == LOG_END_LF) ||
			    (item->end == LINE_CUT && end == LOG_END_NONE);
	struct comparison_row *row = add_row(judge, step,
		!is_as_logged        ? VERDICT_DIFFERS
		: item->is_decrypted ? VERDICT_DECRYPTED
				     : VERDICT_SAME);

	if (!is_as_logged)
		buffer_add_text(&judge->words, _(words[item->end]));
	end_row(judge, row);
}

/* A long entry in clear is one step: a row for each of its lines. */
static void judge_lines(struct judge *judge, const struct align_step *step)
{
	for (size_t i = 0; i < step->wire_count; i++) {
		struct align_step one = {.log = step->log + i,
			.log_count = 1,
			.wire = step->wire + i,
			.wire_count = 1};

		judge_line(judge, &one);
	}
}

/* Whether as many records as lines have the lengths of the lines in another order. */
static bool is_permuted(const struct comparison *comparison, const struct align_step *step)
{
	enum { MOST = 16 };
	bool is_used[MOST] = {false};

	if (step->log_count != step->wire_count || step->log_count < 2 || step->log_count > MOST)
		return false;
	for (size_t i = 0; i < step->log_count; i++) {
		uint64_t octets = align_octets(comparison->log, step->log + i, 1);
		size_t found = 0;

		while (found < step->wire_count &&
			(is_used[found] ||
				comparison->wire.items[step->wire + found].low > octets ||
				comparison->wire.items[step->wire + found].high < octets))
			found++;
		if (found == step->wire_count)
			return false;
		is_used[found] = true;
	}
	return true;
}

/* Withheld lines whose lengths the log tells are aligned as others are. */
static bool is_all_withheld(const struct log *log, const struct align_step *step)
{
	for (size_t i = step->log; i < step->log + step->log_count; i++)
		if (log->lines[i].kind != LOG_WITHHELD)
			return false;
	return true;
}

static void judge_records(struct judge *judge, const struct align_step *step)
{
	struct comparison *comparison = judge->comparison;
	bool is_other_order = is_permuted(comparison, step);
	bool is_withheld = is_all_withheld(comparison->log, step);
	struct comparison_row *row = add_row(judge, step,
		is_other_order ? VERDICT_DIFFERS
		: is_withheld  ? VERDICT_WITHHELD
			       : VERDICT_FITS);

	if (is_other_order)
		buffer_add_text(&judge->words,
			_("order: the records have the lengths of these lines in another order"));
	else
		words_fits(&judge->words, comparison, row, step->ends);
	row->is_bare = step->ends != ENDS_CRLF;
	comparison->bare_count += row->is_bare;
	end_row(judge, row);
}

static void judge_differing(struct judge *judge, const struct align_step *step)
{
	struct comparison *comparison = judge->comparison;
	const struct wire_item *item = &comparison->wire.items[step->wire];
	struct comparison_row *row = add_row(judge, step, VERDICT_DIFFERS);

	if (item->kind == WIRE_RECORD)
		words_length(&judge->words, comparison, row);
	else if (comparison->log->lines[step->log].kind == LOG_SAID &&
		 !align_same_text(&comparison->log->lines[step->log], item))
		row->shows_text =
			words_text(&judge->words, &comparison->log->lines[step->log], item);
	else
		buffer_printf(&judge->words, _("length: the log counts %llu octets, the wire %llu"),
			(unsigned long long)comparison->log->lines[step->log].octets,
			(unsigned long long)item->octets);
	end_row(judge, row);
}

/* Why the wire has no such line, where the capture itself is the reason. */
static void say_missing(struct judge *judge, const struct align_step *step)
{
	const struct comparison *comparison = judge->comparison;
	const struct wire *wire = &comparison->wire;
	const struct session *session = comparison->session;

	if (step->wire < wire->count && wire->items[step->wire].kind == WIRE_GAP)
		buffer_printf(&judge->words, _("the capture lacks %llu octets here"),
			(unsigned long long)wire->items[step->wire].octets);
	else if (step->wire >= wire->count && !session->has_end)
		buffer_add_text(&judge->words, _("the capture ends before it"));
	else if (step->wire == 0 && !session->has_begin)
		buffer_add_text(&judge->words, _("the capture begins behind it"));
}

/* The log alone has these lines. */
static void judge_missing(struct judge *judge, const struct align_step *step)
{
	struct align_step alone = *step;
	struct comparison_row *row;

	alone.wire_count = 0;
	row = add_row(judge, &alone, VERDICT_LOG_ONLY);
	say_missing(judge, step);
	end_row(judge, row);
}

static void judge_withheld(struct judge *judge, const struct align_step *step)
{
	const struct log_line *line = &judge->comparison->log->lines[step->log];

	if (!judge->has_absorbed && line->has_offset)
		judge_missing(judge, step);
	else if (!judge->has_absorbed && !line->is_implied)
		add_row(judge, step, VERDICT_WITHHELD)->wire_count = 0;
	judge->has_absorbed = false;
}

/* Whether an item, or the one before it, is a record. */
static bool is_sealed_at(const struct wire *wire, size_t item)
{
	if (item < wire->count && wire->items[item].kind == WIRE_RECORD)
		return true;
	return item > 0 && item <= wire->count && wire->items[item - 1].kind == WIRE_RECORD;
}

/* In clear each line of an entry has a row; sealed, the entry has one. */
static void judge_log(struct judge *judge, const struct align_step *step)
{
	const struct comparison *comparison = judge->comparison;
	size_t at_once = is_sealed_at(&comparison->wire, step->wire) ? step->log_count : 1;

	if (comparison->log->lines[step->log].kind == LOG_WITHHELD) {
		judge_withheld(judge, step);
		return;
	}
	for (size_t i = 0; i < step->log_count; i += at_once) {
		struct align_step part = *step;

		part.log += i;
		part.log_count = at_once;
		judge_missing(judge, &part);
	}
}

/* A gap is told by the lines of the log that fall into it, or else by itself. */
static void judge_wire(struct judge *judge, const struct align_step *step)
{
	const struct comparison *comparison = judge->comparison;
	const struct wire_item *item = &comparison->wire.items[step->wire];
	const struct comparison_row *before =
		comparison->row_count > 0 ? &comparison->rows[comparison->row_count - 1] : NULL;
	struct comparison_row *row;

	if (item->kind == WIRE_GAP && before != NULL && before->verdict == VERDICT_LOG_ONLY)
		return;
	row = add_row(judge, step, VERDICT_WIRE_ONLY);
	if (item->kind == WIRE_GAP)
		buffer_add_text(&judge->words, _("the capture lacks them"));
	end_row(judge, row);
}

/* Whether the item is of the same side as what the row before it took, and follows on it. */
static bool goes_on(const struct comparison *comparison, const struct align_step *step)
{
	const struct comparison_row *row = comparison->rows + comparison->row_count - 1;

	return row->wire + row->wire_count == step->wire &&
	       row->side == comparison->wire.items[step->wire].side;
}

static void judge_absorbed(struct judge *judge, const struct align_step *step)
{
	struct comparison *comparison = judge->comparison;
	struct align_step whole = *step;
	struct comparison_row *row;

	whole.log_count = 1;
	if (judge->has_absorbed && goes_on(comparison, step)) {
		row = &comparison->rows[comparison->row_count - 1];
		row->wire_count += step->wire_count;
		return;
	}
	(void)add_row(judge, &whole, VERDICT_WITHHELD);
	judge->has_absorbed = true;
}

static void judge_step(struct judge *judge, const struct align_step *step)
{
	const struct wire *wire = &judge->comparison->wire;

	switch (step->kind) {
	case ALIGN_PAIR:
		if (wire->items[step->wire].kind == WIRE_RECORD)
			judge_records(judge, step);
		else
			judge_lines(judge, step);
		break;
	case ALIGN_DIFFERS:
		judge_differing(judge, step);
		break;
	case ALIGN_LOG:
		judge_log(judge, step);
		break;
	case ALIGN_ABSORB:
		judge_absorbed(judge, step);
		break;
	case ALIGN_WIRE:
		judge_wire(judge, step);
		break;
	case ALIGN_PASS:
		judge->comparison->passed++;
		break;
	}
}

/* How much each withheld row has, when all is in it. */
static void say_withheld(struct judge *judge)
{
	struct comparison *comparison = judge->comparison;

	for (size_t i = 0; i < comparison->row_count; i++) {
		struct comparison_row *row = &comparison->rows[i];

		if (row->verdict != VERDICT_WITHHELD)
			continue;
		buffer_clear(&judge->words);
		words_withheld(&judge->words, comparison, row);
		end_row(judge, row);
	}
}

static int compare_lags(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The wire's time less the log's, where both are known and their difference can be written. */
static bool find_lag(
	const struct comparison *comparison, const struct comparison_row *row, int64_t *lag)
{
	static const int64_t MOST = INT64_MAX / 2;

	if (row->log_count == 0 || row->wire_count == 0 ||
		!comparison->log->lines[row->log].has_time)
		return false;
	return !__builtin_sub_overflow(
		       comparison->session->lines[comparison->wire.items[row->wire].line].time,
		       comparison->log->lines[row->log].time, lag) &&
	       *lag > -MOST && *lag < MOST;
}

/* The wire's time less the log's: the zone of the log's clock shows in the middle one. */
static void find_clock(struct comparison *comparison)
{
	int64_t *lags = arena_new(&comparison->arena, (comparison->row_count + 1) * sizeof *lags);
	size_t count = 0;
	int64_t middle;

	for (size_t i = 0; i < comparison->row_count; i++) {
		struct comparison_row *row = &comparison->rows[i];

		row->has_lag = find_lag(comparison, row, &row->lag);
		if (!row->has_lag)
			continue;
		lags[count++] = row->lag;
	}
	if (count == 0)
		return;
	qsort(lags, count, sizeof *lags, compare_lags);
	middle = lags[count / 2];
	comparison->has_clock = true;
	comparison->clock =
		-(middle + (middle < 0 ? -QUARTER / 2 : QUARTER / 2)) / QUARTER * QUARTER;
	for (size_t i = 0; i < comparison->row_count; i++)
		comparison->rows[i].lag += comparison->clock;
}

/* Aligns with one sealing; NULL: the session's own. */
static void align_with(
	struct comparison *comparison, struct alignment *alignment, const struct sealing *sealing)
{
	wire_fini(&comparison->wire);
	alignment_fini(alignment);
	wire_init(&comparison->wire, comparison->session, sealing);
	align(alignment, &comparison->arena, comparison->log, &comparison->wire);
}

/* Where the handshake was not captured, the sealing that fits best is taken. */
static void guess_sealing(struct comparison *comparison, struct alignment *alignment)
{
	struct sealing best = sealing_guess(0);
	uint64_t least = UINT64_MAX;

	comparison->is_sealing_guessed = true;
	for (unsigned i = 0; sealing_guess(i).name != NULL; i++) {
		struct sealing sealing = sealing_guess(i);

		align_with(comparison, alignment, &sealing);
		if (alignment->cost >= least)
			continue;
		least = alignment->cost;
		best = sealing;
	}
	align_with(comparison, alignment, &best);
}

void compare(struct comparison *comparison, const struct log *log, const struct session *session)
{
	struct judge judge = {.comparison = comparison};
	struct alignment alignment = {.count = 0};
	bool is_by_offset;

	*comparison = (struct comparison){.log = log, .session = session};
	arena_init(&comparison->arena);
	align_with(comparison, &alignment, NULL);
	if (comparison->wire.record_count > 0 && !comparison->wire.sealing.is_known)
		guess_sealing(comparison, &alignment);
	comparison->cost = alignment.cost;
	buffer_init(&judge.words, 0);
	for (size_t i = 0; i < alignment.count; i++)
		judge_step(&judge, &alignment.steps[i]);
	is_by_offset = alignment.is_by_offset;
	alignment_fini(&alignment);
	say_withheld(&judge);
	buffer_fini(&judge.words);
	if (!is_by_offset)
		order_find(comparison);
	find_clock(comparison);
	for (size_t i = 0; i < comparison->row_count; i++)
		comparison->counts[comparison->rows[i].verdict]++;
}

void comparison_fini(struct comparison *comparison)
{
	wire_fini(&comparison->wire);
	free(comparison->rows);
	comparison->rows = NULL;
	arena_fini(&comparison->arena);
}

size_t comparison_differences(const struct comparison *comparison)
{
	return comparison->counts[VERDICT_DIFFERS] + comparison->counts[VERDICT_LOG_ONLY] +
	       comparison->counts[VERDICT_WIRE_ONLY];
}

int64_t comparison_score(const struct comparison *comparison)
{
	const size_t *counts = comparison->counts;

	return 3 * (int64_t)(counts[VERDICT_SAME] + counts[VERDICT_DECRYPTED]) +
	       2 * (int64_t)counts[VERDICT_FITS] - (int64_t)counts[VERDICT_DIFFERS] -
	       (int64_t)counts[VERDICT_LOG_ONLY] - (int64_t)counts[VERDICT_WIRE_ONLY];
}
