#include "view/text.h"

#include "base/language.h"
#include "base/printable.h"

static enum text_colour colour_of(enum severity severity)
{
	static const enum text_colour colours[] = {
		[SEVERITY_NOTE] = COLOUR_DIM,
		[SEVERITY_WARNING] = COLOUR_WARNING,
		[SEVERITY_ERROR] = COLOUR_ERROR,
	};

	return colours[severity];
}

/* "a password crosses the network unencrypted (detail)  [password-in-clear, RFC 8314 3.3]" */
static void add_text(
	struct buffer *out, const struct finding *finding, const struct finding_rule *rule)
{
	buffer_add_text(out, _(rule->text));
	if (finding->detail.length > 0) {
		buffer_add_text(out, " (");
		printable_add(out, finding->detail);
		buffer_add_byte(out, ')');
	}
	buffer_add_text(out, "  [");
	buffer_add_text(out, rule->name);
	if (rule->rfc[0] != '\0') {
		buffer_add_text(out, ", ");
		buffer_add_text(out, rule->rfc);
	}
	buffer_add_byte(out, ']');
}

/* Columns of a session's findings: severity, frame and line, blanks behind included. */
struct columns {
	size_t severity, frame, line;
};

static size_t digits(uint64_t number)
{
	return number < 10 ? 1 : 1 + digits(number / 10);
}

/* As wide as the largest numbers need. */
static struct columns lay_out(const struct session *session)
{
	static const char *const severities[] = {"note", "warning", "error", NULL};
	struct columns columns = {.severity = text_widest(severities) + 2, .frame = 8, .line = 10};

	for (size_t i = 0; i < session->finding_count; i++) {
		size_t frame = strlen("#") + digits(session->findings[i].frame) + 2;
		size_t line = printable_width(span_text(_("line "))) +
			      digits(session->findings[i].line) + 2;

		columns.frame = frame > columns.frame ? frame : columns.frame;
		columns.line = line > columns.line ? line : columns.line;
	}
	return columns;
}

/* What it means for the user, and what to do. */
static void add_advice(struct buffer *out, const struct finding *finding, size_t indent,
	const struct view_options *options)
{
	const struct finding_advice *advice = finding_advice(finding->id);
	const char *const said[] = {advice->means, advice->advice};

	text_colour(out, options, COLOUR_DIM);
	for (size_t i = 0; i < 2; i++) {
		text_blanks(out, indent);
		buffer_add_text(out, "↳ ");
		text_folded(out, span_text(_(said[i])), indent + 2, (size_t)options->width);
		buffer_add_byte(out, '\n');
	}
	text_plain(out, options);
}

static void add_finding(struct buffer *out, const struct finding *finding, struct columns columns,
	const struct view_options *options)
{
	const struct finding_rule *rule = finding_rule(finding->id);
	size_t indent = 2 + columns.severity + columns.frame + columns.line;
	struct buffer text;
	size_t start;

	text_blanks(out, 2);
	text_colour(out, options, colour_of(rule->severity));
	start = out->length;
	buffer_add_text(out, language_text_in("severity", severity_name(rule->severity)));
	text_left(out, start, columns.severity);
	text_plain(out, options);
	start = out->length;
	if (finding->frame > 0) {
		buffer_add_byte(out, '#');
		buffer_add_number(out, finding->frame);
	}
	text_left(out, start, columns.frame);
	start = out->length;
	if (finding->line > 0) {
		buffer_add_text(out, _("line "));
		buffer_add_number(out, finding->line);
	}
	text_left(out, start, columns.line);
	buffer_init(&text, 0);
	add_text(&text, finding, rule);
	text_folded(out, buffer_span(&text), indent, (size_t)options->width);
	buffer_fini(&text);
	buffer_add_byte(out, '\n');
	if (options->is_explained)
		add_advice(out, finding, indent, options);
}

static void add_heading(
	struct buffer *out, const struct session *session, const struct view_options *options)
{
	uint64_t counts[3] = {0};
	for (size_t i = 0; i < session->finding_count; i++)
		counts[finding_rule(session->findings[i].id)->severity]++;
	text_session(out, session, options);
	for (size_t i = 3; i > 0; i--) {
		if (counts[i - 1] == 0)
			continue;
		buffer_add_text(out, ", ");
		text_severity(out, (enum severity)(i - 1), counts[i - 1]);
	}
	buffer_add_byte(out, '\n');
}

static void tsv_finding(
	struct buffer *out, const struct session *session, const struct finding *finding)
{
	const struct finding_rule *rule = finding_rule(finding->id);

	buffer_add_number(out, session->number);
	buffer_printf(out, "\t%s\t%s\t", severity_name(rule->severity), rule->name);
	buffer_add_number(out, finding->frame);
	buffer_add_byte(out, '\t');
	buffer_add_number(out, finding->line);
	buffer_printf(out, "\t%s\t%s\t", side_name(finding->side), _(rule->text));
	printable_add(out, finding->detail);
	buffer_printf(out, "\t%s\n", rule->rfc);
}

void view_findings_heading(struct buffer *out, const struct view_options *options)
{
	if (options->format != FORMAT_TSV)
		return;
	text_capture_heading(out, options);
	buffer_add_text(out, "session\tseverity\tid\tframe\tline\tside\ttext\tdetail\trfc\n");
}

void view_findings(
	struct buffer *out, const struct session *session, const struct view_options *options)
{
	struct columns columns = lay_out(session);

	if (session->finding_count == 0)
		return;
	if (options->format != FORMAT_TSV)
		add_heading(out, session, options);
	for (size_t i = 0; i < session->finding_count; i++) {
		if (options->format != FORMAT_TSV) {
			add_finding(out, &session->findings[i], columns, options);
			continue;
		}
		text_capture(out, options);
		tsv_finding(out, session, &session->findings[i]);
	}
	if (options->format == FORMAT_TSV)
		return;
	if (session->findings_dropped > 0) {
		buffer_add_text(out, _("  and "));
		text_number(out, session->findings_dropped);
		buffer_add_text(out, _(" more, which were not kept\n"));
	}
	buffer_add_byte(out, '\n');
}
