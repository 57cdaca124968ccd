#include "report/html.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "report/frames.h"
#include "report/text.h"
#include "view/comparison_parts.h"
#include "view/text.h"

#include <stdlib.h>

enum { LINES_SHOWN = 40 }; /* of one entry */

static void add_range(struct buffer *out, uint64_t first, uint64_t last)
{
	if (first == 0) {
		buffer_add_text(out, "–");
		return;
	}
	buffer_add_number(out, first);
	if (last == first)
		return;
	buffer_add_text(out, "–");
	buffer_add_number(out, last);
}

static void add_places(const struct html *html, const struct comparison_view *view,
	const struct comparison_row *row)
{
	const struct log_line *lines = view->comparison->log->lines;
	struct buffer *out = html->out;
	uint64_t first = 0, last = 0;

	buffer_add_text(out, "<td class=\"no log\">");
	if (row->log_count > 0)
		add_range(out, lines[row->log].number, lines[row->log + row->log_count - 1].number);
	else
		add_range(out, 0, 0);
	comparison_wire_lines(view->comparison, row, &first, &last);
	buffer_add_text(out, "</td><td class=\"no wire\">");
	add_range(out, first, last);
	comparison_frames_of(view, row, &first, &last);
	buffer_add_text(out, "</td><td class=\"frames\">");
	html_frames_link(html, first, last);
	buffer_add_text(out, "</td>");
	if (!view->comparison->log->has_times)
		return;
	buffer_add_text(out, "<td class=\"time\">");
	if (row->has_lag) {
		buffer_add_text(out, row->lag >= 0 ? "+" : "");
		text_seconds(out, row->lag, 6);
	}
	buffer_add_text(out, "</td>");
}

static void add_lines(const struct html *html, const struct comparison_view *view,
	const struct comparison_row *row)
{
	size_t count = comparison_line_count(row);
	size_t shown = count < LINES_SHOWN ? count : LINES_SHOWN;
	struct span how = comparison_how(view, row);
	struct buffer raw;

	buffer_init(&raw, 0);
	for (size_t i = 0; i < shown; i++) {
		buffer_clear(&raw);
		comparison_line(view, row, i, &raw);
		buffer_add_text(html->out, i > 0 ? "<br><code>" : "<code>");
		buffer_add_text(html->out, row->side == SIDE_CLIENT ? "C: " : "S: ");
		html_text(html->out, buffer_span(&raw));
		buffer_add_text(html->out, "</code>");
	}
	buffer_fini(&raw);
	if (shown < count) {
		buffer_add_text(html->out, "<br>… ");
		text_count(html->out, count - shown, "line", "lines");
		buffer_add_text(html->out, _(" more"));
	}
	if (how.length == 0)
		return;
	buffer_add_text(html->out, "<span class=\"how\">");
	html_text(html->out, how);
	buffer_add_text(html->out, "</span>");
}

static const char *class_of(const struct comparison_row *row)
{
	if (verdict_is_difference(row->verdict))
		return "differs";
	if (row->verdict == VERDICT_WITHHELD)
		return "withheld";
	return row->verdict == VERDICT_FITS ? "fits" : "same";
}

static void add_row(const struct html *html, const struct comparison_view *view,
	const struct comparison_row *row)
{
	uint64_t first, last;

	comparison_frames_of(view, row, &first, &last);
	buffer_printf(html->out, "<tr class=\"%s %s\"", class_of(row),
		row->side == SIDE_CLIENT ? "c" : "s");
	html_frames_range(html->out, first, last);
	buffer_add_byte(html->out, '>');
	add_places(html, view, row);
	buffer_printf(html->out, "<td class=\"verdict\">%s</td><td class=\"line\">",
		_(verdict_name(row->verdict)));
	add_lines(html, view, row);
	buffer_add_text(html->out, "</td></tr>\n");
}

static void add_summary(
	const struct html *html, const struct comparison *comparison, const char *log_name)
{
	const struct view_options options = {.is_redacted = html->is_redacted};
	struct buffer summary;

	buffer_init(&summary, 0);
	view_comparison_summary(&summary, comparison, &options);
	buffer_printf(html->out, "<p class=\"verdicts %s\"><b>",
		comparison_differences(comparison) > 0 ? "differs" : "same");
	html_text(html->out, span_text(log_name));
	buffer_add_text(html->out, "</b> (");
	html_text(html->out, span_text(_(comparison->log->format)));
	buffer_add_text(html->out, _(") against the wire: "));
	html_text(html->out, buffer_span(&summary));
	buffer_add_text(html->out, "</p>\n");
	buffer_fini(&summary);
}

/* What the verdicts mean and do not prove. */
static void add_notes(const struct html *html, const struct comparison *comparison)
{
	const struct sealing *sealing = &comparison->wire.sealing;
	struct buffer *out = html->out;

	if (comparison->counts[VERDICT_FITS] > 0) {
		buffer_add_text(out, _("<p class=\"remark\"><b>fits</b>: sealed, and no key is "
				       "there; records of the right length, direction and order "
				       "stand where the line must be"));
		if (sealing->block == 0) {
			buffer_printf(out, _(": each has the line and the %u octets that "),
				(unsigned)sealing->overhead);
			html_text(out, span_text(_(sealing->name)));
			buffer_add_text(out, _(" adds"));
		}
		buffer_add_text(out, _(". It does not prove what is in them.</p>\n"));
	}
	if (comparison->counts[VERDICT_WITHHELD] > 0)
		buffer_add_text(
			out, _("<p class=\"remark\"><b>withheld</b>: the log left the line "
			       "out on purpose, a password for one; the wire shows how many "
			       "octets it has.</p>\n"));
	if (comparison->has_clock)
		buffer_printf(out,
			_("<p class=\"remark\"><b>Time</b>: the wire's less the log's, whose clock "
			  "is %.2f hours ahead of UTC.</p>\n"),
			(double)comparison->clock / 3600e9);
}

void html_comparison(
	const struct html *html, const struct comparison *comparison, const char *log_name)
{
	const struct view_options options = {.is_redacted = html->is_redacted};
	struct comparison_frames frames = {0, 0, 0};
	struct comparison_view view = {html->out, comparison, log_name, &options, &frames, NULL};
	size_t count = comparison->row_count < LIMIT_REPORT_ROWS ? comparison->row_count
								 : LIMIT_REPORT_ROWS;
	struct buffer *out = html->out;

	if (html->is_redacted)
		view.secrets = comparison_secrets(comparison);
	add_summary(html, comparison, log_name);
	buffer_add_text(out, _("<table class=\"compared\"><thead><tr><th>Log</th><th>Wire</th><th>"
			       "Frames</th>"));
	buffer_add_text(out, comparison->log->has_times ? _("<th>Time</th>") : "");
	buffer_add_text(out, _("<th>Verdict</th><th>Line</th></tr></thead>\n<tbody>\n"));
	for (size_t i = 0; i < count; i++)
		add_row(html, &view, &comparison->rows[i]);
	buffer_add_text(out, "</tbody></table>\n");
	if (count < comparison->row_count) {
		buffer_add_text(out, _("<p class=\"remark\">… and "));
		text_count(out, comparison->row_count - count, "line", "lines");
		buffer_add_text(out, _(" more, which are not shown here.</p>\n"));
	}
	add_notes(html, comparison);
	free(view.secrets);
}

/* As if a session stood beside it: the language of mail finds the secrets in the log alone. */
static struct span *secrets_of(const struct log *log)
{
	struct session session = {.protocol = MAIL_SMTP};
	struct comparison comparison = {.log = log, .session = &session};

	for (size_t i = 0; i < log->count; i++)
		if (log->lines[i].side == SIDE_SERVER && log->lines[i].kind == LOG_SAID) {
			if (span_starts_letters(log->lines[i].text, "+") ||
				span_starts_letters(log->lines[i].text, "-"))
				session.protocol = MAIL_POP3;
			break;
		}
	return comparison_secrets(&comparison);
}

static void add_log_line(const struct html *html, const struct log_line *line, struct span secret)
{
	struct buffer *out = html->out;
	size_t offset = secret.length > 0 ? (size_t)(secret.at - line->text.at) : 0;

	buffer_printf(out, "<tr class=\"%s\"><td class=\"no\">%u</td><td class=\"line\"><code>",
		line->side == SIDE_CLIENT ? "c" : "s", (unsigned)line->number);
	if (line->kind == LOG_WITHHELD) {
		buffer_add_text(out, _("[withheld]"));
	} else {
		buffer_add_text(out, line->side == SIDE_CLIENT ? "C: " : "S: ");
		html_text(out,
			span_first(line->text, secret.length > 0 ? offset : line->text.length));
		if (secret.length > 0) {
			buffer_add_text(out, "••••••");
			html_text(out, span_from(line->text, offset + secret.length));
		}
	}
	buffer_add_text(out, "</code></td></tr>\n");
}

void html_log(const struct html *html, const struct log *log)
{
	size_t count = log->count < LIMIT_REPORT_ROWS ? log->count : LIMIT_REPORT_ROWS;
	struct span *secrets = html->is_redacted ? secrets_of(log) : NULL;
	struct buffer *out = html->out;

	buffer_add_text(out, _("<p class=\"remark\">A log ("));
	html_text(out, span_text(_(log->format)));
	buffer_add_text(
		out, _(") without a capture to hold it against.</p>\n<table "
		       "class=\"compared\"><thead><tr><th>No.</th><th>Line</th></tr></thead>"
		       "\n<tbody>\n"));
	for (size_t i = 0; i < count; i++)
		add_log_line(html, &log->lines[i], secrets != NULL ? secrets[i] : span_of(NULL, 0));
	buffer_add_text(out, "</tbody></table>\n");
	if (count < log->count) {
		buffer_add_text(out, _("<p class=\"remark\">… and "));
		text_count(out, log->count - count, "line", "lines");
		buffer_add_text(out, _(" more.</p>\n"));
	}
	free(secrets);
}
