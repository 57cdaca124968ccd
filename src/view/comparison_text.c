#include "view/comparison_parts.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/printable.h"
#include "view/text.h"

#include <stdlib.h>

/* Widths of the columns. */
enum { LOG = 7, WIRE = 7, FRAMES = 9, TIME = 10, SHOWN = 12, SHOWN_OF_MORE = 3 };

static size_t verdict_width(void)
{
	const char *names[VERDICT_COUNT + 1] = {NULL};

	for (enum verdict verdict = 0; verdict < VERDICT_COUNT; verdict++)
		names[verdict] = verdict_name(verdict);
	return text_widest(names);
}

/* Rows that are shown of a long message that is the same, at both ends. */
enum { FOLDED_BEGIN = 100, FOLDED_END = 20 };

static void add_range(struct buffer *out, uint64_t first, uint64_t last, size_t width)
{
	size_t start = out->length;

	if (first == 0) {
		buffer_add_byte(out, '-');
	} else {
		buffer_add_number(out, first);
		if (last != first) {
			buffer_add_byte(out, '-');
			buffer_add_number(out, last);
		}
	}
	text_right(out, start, width);
	buffer_add_text(out, "  ");
}

static void add_frames(const struct comparison_view *view, const struct comparison_row *row)
{
	struct buffer *out = view->out;
	size_t start = out->length;
	uint64_t first, last;

	comparison_frames_of(view, row, &first, &last);
	if (first > 0) {
		buffer_add_byte(out, '#');
		buffer_add_number(out, first);
	}
	if (last > first) {
		buffer_add_byte(out, '-');
		buffer_add_number(out, last);
	}
	text_left(out, start, FRAMES);
	buffer_add_text(out, "  ");
}

static void add_lag(struct buffer *out, const struct comparison_row *row)
{
	size_t start = out->length;

	if (row->has_lag) {
		buffer_add_text(out, row->lag >= 0 ? "+" : "");
		text_seconds(out, row->lag, 6);
	}
	text_right(out, start, TIME);
	buffer_add_text(out, "  ");
}

static void add_verdict(const struct comparison_view *view, const struct comparison_row *row)
{
	struct buffer *out = view->out;
	size_t start = out->length;

	buffer_add_text(out, _(verdict_name(row->verdict)));
	text_left(out, start, verdict_width());
	buffer_add_text(out, "  ");
}

static enum text_colour colour_of(const struct comparison_row *row)
{
	if (verdict_is_difference(row->verdict))
		return COLOUR_ERROR;
	if (row->is_bare)
		return COLOUR_WARNING;
	return row->verdict == VERDICT_WITHHELD ? COLOUR_DIM
	       : row->side == SIDE_CLIENT       ? COLOUR_CLIENT
						: COLOUR_SERVER;
}

/* The column where the lines stand. */
static size_t indent_of(const struct comparison *comparison)
{
	return 2 + LOG + 2 + WIRE + 2 + FRAMES + 2 + (comparison->log->has_times ? TIME + 2 : 0) +
	       verdict_width() + 2;
}

static void add_one_line(
	const struct comparison_view *view, const struct comparison_row *row, size_t index)
{
	size_t indent = indent_of(view->comparison) + 3;
	struct buffer raw, text;
	struct span how = comparison_how(view, row);

	buffer_init(&raw, 0);
	buffer_init(&text, 0);
	comparison_line(view, row, index, &raw);
	printable_add(&text, buffer_span(&raw));
	if (index == 0 && how.length > 0) {
		buffer_add_text(&text, text.length > 0 ? "  (" : "(");
		buffer_add_span(&text, how);
		buffer_add_byte(&text, ')');
	}
	text_colour(view->out, view->options, colour_of(row));
	buffer_add_text(view->out, row->wire_count == 0 && row->verdict == VERDICT_WITHHELD ? "   "
				   : row->side == SIDE_CLIENT                               ? "C: "
							      : "S: ");
	text_folded(view->out, buffer_span(&text), indent, (size_t)view->options->width);
	text_plain(view->out, view->options);
	buffer_add_byte(view->out, '\n');
	buffer_fini(&raw);
	buffer_fini(&text);
}

/* The other lines of an entry under its first one; of very many, a few. */
static void add_lines(const struct comparison_view *view, const struct comparison_row *row)
{
	size_t count = comparison_line_count(row);
	size_t shown = count > SHOWN ? SHOWN_OF_MORE : count;

	for (size_t i = 0; i < shown; i++) {
		if (i > 0)
			text_blanks(view->out, indent_of(view->comparison));
		add_one_line(view, row, i);
	}
	if (shown == count)
		return;
	text_blanks(view->out, indent_of(view->comparison) + 3);
	buffer_add_text(view->out, "… ");
	text_count(view->out, count - shown, "line", "lines");
	buffer_add_text(view->out, _(" more\n"));
}

static void add_row(const struct comparison_view *view, const struct comparison_row *row)
{
	const struct comparison *comparison = view->comparison;
	const struct log_line *lines = comparison->log->lines;
	uint64_t first, last;

	buffer_add_text(view->out, "  ");
	if (row->log_count > 0)
		add_range(view->out, lines[row->log].number,
			lines[row->log + row->log_count - 1].number, LOG);
	else
		add_range(view->out, 0, 0, LOG);
	comparison_wire_lines(comparison, row, &first, &last);
	add_range(view->out, first, last, WIRE);
	add_frames(view, row);
	if (comparison->log->has_times)
		add_lag(view->out, row);
	add_verdict(view, row);
	add_lines(view, row);
}

static void add_title(struct buffer *out, const char *title, size_t width, bool is_right)
{
	size_t start = out->length;

	buffer_add_text(out, title);
	if (is_right)
		text_right(out, start, width);
	else
		text_left(out, start, width);
	buffer_add_text(out, "  ");
}

static void add_heading(const struct comparison_view *view)
{
	const struct comparison *comparison = view->comparison;
	const struct session_tls *tls = &comparison->session->tls;
	struct buffer *out = view->out;

	printable_add(out, span_text(view->log_name));
	buffer_add_text(out, " (");
	buffer_add_text(out, _(comparison->log->format));
	buffer_add_text(out, _(") against "));
	printable_add(out, span_text(comparison->session->capture));
	buffer_add_byte(out, '\n');
	text_session(out, comparison->session, view->options);
	buffer_add_byte(out, '\n');
	if (tls->is_present && tls->version[0] != '\0') {
		buffer_add_text(out, tls->version);
		buffer_add_text(out, ", ");
		buffer_add_text(out, tls->cipher);
		buffer_add_text(out, tls->is_decrypted ? _("; decrypted\n") : _("; no keys\n"));
	}
	buffer_add_text(out, "\n  ");
	add_title(out, _("Log"), LOG, true);
	add_title(out, _("Wire"), WIRE, true);
	add_title(out, _("Frames"), FRAMES, false);
	if (comparison->log->has_times)
		add_title(out, _("Time"), TIME, true);
	add_title(out, _("Verdict"), verdict_width(), false);
	buffer_add_text(out, _("Line"));
	buffer_add_byte(out, '\n');
}

void view_comparison_summary(
	struct buffer *out, const struct comparison *comparison, const struct view_options *options)
{
	bool has_difference = comparison_differences(comparison) > 0;
	const char *divider = "";

	for (enum verdict verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		if (comparison->counts[verdict] == 0)
			continue;
		buffer_add_text(out, divider);
		text_number(out, comparison->counts[verdict]);
		buffer_add_byte(out, ' ');
		buffer_add_text(out, _(verdict_name(verdict)));
		if (verdict == VERDICT_FITS && comparison->bare_count > 0) {
			buffer_add_text(out, " (");
			text_number(out, comparison->bare_count);
			buffer_add_text(out, _(" only with bare LF line ends)"));
		}
		divider = ", ";
	}
	buffer_add_text(out, divider[0] == '\0' ? _("Nothing to compare: ") : ": ");
	text_colour(out, options, has_difference ? COLOUR_ERROR : COLOUR_GOOD);
	if (has_difference) {
		text_count(out, comparison_differences(comparison), "difference", "differences");
		buffer_add_byte(out, '.');
	} else {
		buffer_add_text(out, _("no difference."));
	}
	text_plain(out, options);
}

static void add_counts(const struct comparison_view *view)
{
	buffer_add_byte(view->out, '\n');
	view_comparison_summary(view->out, view->comparison, view->options);
	buffer_add_byte(view->out, '\n');
}

/* "UTC+07:00" */
static void add_zone(struct buffer *out, int64_t clock)
{
	int64_t minutes = clock / 60000000000 % (24 * 60);

	minutes = minutes > 14 * 60 ? minutes - 24 * 60 : minutes;
	minutes = minutes < -12 * 60 ? minutes + 24 * 60 : minutes;
	buffer_printf(out, "UTC%c%02d:%02d", minutes < 0 ? '-' : '+', abs((int)minutes) / 60,
		abs((int)minutes) % 60);
}

static void add_note(const struct comparison_view *view, const char *name, struct buffer *text)
{
	buffer_add_text(view->out, name);
	buffer_add_text(view->out, ": ");
	text_folded(view->out, buffer_span(text), 2, (size_t)view->options->width);
	buffer_add_byte(view->out, '\n');
	buffer_clear(text);
}

/* What the verdicts do not prove, once. */
static void add_fits_note(const struct comparison_view *view, struct buffer *text)
{
	const struct comparison *comparison = view->comparison;
	const struct sealing *sealing = &comparison->wire.sealing;

	buffer_add_text(
		text, _("sealed, and no key is there. Records of the right length, direction "
			"and order stand where the line must be: "));
	if (sealing->block == 0)
		buffer_printf(text, _("each has the line and the %u octets that %s adds. "),
			(unsigned)sealing->overhead, _(sealing->name));
	else
		buffer_printf(text, _("%s pads them, so each length stands for %u of the line's. "),
			_(sealing->name), (unsigned)sealing->block);
	if (comparison->is_sealing_guessed)
		buffer_add_text(
			text, _("(The handshake is not in the capture: this cipher fits best.) "));
	if (sealing->is_tls13)
		buffer_add_text(
			text, _("TLS 1.3 lets a side pad its records (RFC 8446 5.4); here their "
				"lengths are read as if none were. "));
	buffer_add_text(text, _("It does not prove what is in them."));
	add_note(view, _("fits"), text);
}

static void add_notes(const struct comparison_view *view)
{
	const struct comparison *comparison = view->comparison;
	struct buffer text;

	buffer_init(&text, 0);
	if (comparison->counts[VERDICT_FITS] > 0)
		add_fits_note(view, &text);
	if (comparison->passed > 0) {
		text_count(&text, comparison->passed,
			"record was taken for session tickets or close_notify, by place and "
			"length; the handshake is no dialogue either.",
			"records were taken for session tickets or close_notify, by place and "
			"length; the handshake is no dialogue either.");
		add_note(view, _("left out"), &text);
	}
	if (comparison->has_clock) {
		buffer_add_text(&text, _("the wire's less the log's, whose clock is read as "));
		add_zone(&text, comparison->clock);
		buffer_add_byte(&text, '.');
		add_note(view, _("Time"), &text);
	}
	buffer_fini(&text);
}

static bool is_same_in_message(const struct comparison *comparison, size_t index)
{
	const struct comparison_row *row = &comparison->rows[index];

	return (row->verdict == VERDICT_SAME || row->verdict == VERDICT_DECRYPTED) &&
	       row->wire_count > 0 && comparison->wire.items[row->wire].is_message;
}

/* Rows of a message from here on that need not all be shown, since they are the same. */
static size_t folded_rows(const struct comparison *comparison, size_t index)
{
	size_t end = index;

	while (end < comparison->row_count && is_same_in_message(comparison, end))
		end++;
	return end - index > LIMIT_COMPARED_ROWS ? end - index - FOLDED_END : 0;
}

static void add_folded(const struct comparison_view *view, size_t count)
{
	text_blanks(view->out, indent_of(view->comparison) + 3);
	buffer_add_text(view->out, "… ");
	text_count(view->out, count, "line", "lines");
	buffer_add_text(view->out, _(" more of the message, the same\n"));
}

void comparison_add_text(const struct comparison_view *view)
{
	const struct comparison *comparison = view->comparison;
	bool was_in_message = false;

	add_heading(view);
	for (size_t i = 0; i < comparison->row_count; i++) {
		bool is_in_message = is_same_in_message(comparison, i);
		size_t folded = is_in_message && !was_in_message ? folded_rows(comparison, i) : 0;

		was_in_message = is_in_message;
		if (folded == 0) {
			add_row(view, &comparison->rows[i]);
			continue;
		}
		for (size_t k = 0; k < FOLDED_BEGIN; k++)
			add_row(view, &comparison->rows[i + k]);
		add_folded(view, folded - FOLDED_BEGIN);
		i += folded - 1;
	}
	add_counts(view);
	add_notes(view);
}
