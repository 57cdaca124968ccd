#include "view/comparison_parts.h"

#include "base/printable.h"
#include "view/json_writer.h"
#include "view/text.h"

static void add_number(struct buffer *out, uint64_t number)
{
	if (number > 0)
		buffer_add_number(out, number);
	buffer_add_byte(out, '\t');
}

static uint64_t log_number(const struct comparison *comparison, const struct comparison_row *row)
{
	return row->log_count > 0 ? comparison->log->lines[row->log].number : 0;
}

static void add_frames(const struct comparison_view *view, const struct comparison_row *row)
{
	struct comparison_place place = {0, 0, 0};
	const char *divider = "";
	uint64_t frame;

	while ((frame = comparison_next_frame(view, row, &place)) > 0) {
		buffer_add_text(view->out, divider);
		buffer_add_number(view->out, frame);
		divider = ",";
	}
	buffer_add_byte(view->out, '\t');
}

static void add_tsv_times(
	struct buffer *out, const struct comparison *comparison, const struct comparison_row *row)
{
	const struct session *session = comparison->session;

	if (row->wire_count > 0)
		buffer_add_seconds(
			out, session->lines[comparison->wire.items[row->wire].line].time -
				     session->capture_start);
	buffer_add_byte(out, '\t');
	if (row->has_lag)
		buffer_add_seconds(out, row->lag);
	buffer_add_byte(out, '\t');
}

static void add_tsv_row(const struct comparison_view *view, const struct comparison_row *row)
{
	const struct comparison *comparison = view->comparison;
	struct buffer *out = view->out;
	struct buffer raw;
	uint64_t first, last;

	buffer_add_text(out, verdict_name(row->verdict));
	buffer_add_byte(out, '\t');
	buffer_add_text(out, side_name(row->side));
	buffer_add_byte(out, '\t');
	add_number(out, log_number(comparison, row));
	add_number(out, row->log_count);
	comparison_wire_lines(comparison, row, &first, &last);
	add_number(out, first);
	add_number(out, last);
	add_frames(view, row);
	add_tsv_times(out, comparison, row);
	add_number(out, comparison_octets(comparison, row));
	buffer_init(&raw, 0);
	for (size_t i = 0; i < comparison_line_count(row); i++) {
		buffer_add_text(&raw, i > 0 ? "\n" : "");
		comparison_line(view, row, i, &raw);
	}
	printable_add(out, buffer_span(&raw));
	buffer_fini(&raw);
	buffer_add_byte(out, '\t');
	buffer_add_span(out, comparison_how(view, row));
	buffer_add_byte(out, '\n');
}

void comparison_add_tsv(const struct comparison_view *view)
{
	const struct comparison *comparison = view->comparison;

	buffer_add_text(view->out,
		"verdict\tfrom\tlog_line\tlog_lines\twire_first\twire_last\tframes\ttime\tlag\t"
		"octets\ttext\thow\n");
	for (size_t i = 0; i < comparison->row_count; i++)
		add_tsv_row(view, &comparison->rows[i]);
}

static void add_json_wire(
	const struct comparison_view *view, struct json *json, const struct comparison_row *row)
{
	const struct comparison *comparison = view->comparison;
	const struct session *session = comparison->session;
	struct comparison_place place = {0, 0, 0};
	uint64_t first, last, frame;

	comparison_wire_lines(comparison, row, &first, &last);
	json_object(json, "wire", JSON_SHORT);
	json_number(json, "first", first);
	json_number(json, "last", last);
	json_number(json, "octets", comparison_octets(comparison, row));
	json_seconds(json, "time",
		session->lines[comparison->wire.items[row->wire].line].time -
			session->capture_start);
	json_array(json, "frames", JSON_SHORT);
	while ((frame = comparison_next_frame(view, row, &place)) > 0)
		json_number(json, NULL, frame);
	json_array_end(json);
	json_object_end(json);
}

static void add_json_texts(
	const struct comparison_view *view, struct json *json, const struct comparison_row *row)
{
	struct buffer raw;

	buffer_init(&raw, 0);
	json_array(json, "text", JSON_SHORT);
	for (size_t i = 0; i < comparison_line_count(row); i++) {
		buffer_clear(&raw);
		comparison_line(view, row, i, &raw);
		json_span(json, NULL, buffer_span(&raw));
	}
	json_array_end(json);
	buffer_fini(&raw);
}

static void add_json_row(
	const struct comparison_view *view, struct json *json, const struct comparison_row *row)
{
	const struct comparison *comparison = view->comparison;

	json_object(json, NULL, JSON_SHORT);
	json_text(json, "verdict", verdict_name(row->verdict));
	json_text(json, "from", side_name(row->side));
	if (row->log_count > 0) {
		json_object(json, "log", JSON_SHORT);
		json_number(json, "line", log_number(comparison, row));
		json_number(json, "lines", row->log_count);
		json_object_end(json);
	} else {
		json_null(json, "log");
	}
	if (row->wire_count > 0)
		add_json_wire(view, json, row);
	else
		json_null(json, "wire");
	if (row->has_lag)
		json_seconds(json, "lag", row->lag);
	else
		json_null(json, "lag");
	add_json_texts(view, json, row);
	json_span(json, "how", comparison_how(view, row));
	json_bool(json, "bare_lf", row->is_bare);
	json_object_end(json);
}

void comparison_add_json(const struct comparison_view *view)
{
	static const char *const names[VERDICT_COUNT] = {[VERDICT_SAME] = "same",
		[VERDICT_DECRYPTED] = "decrypted",
		[VERDICT_FITS] = "fits",
		[VERDICT_WITHHELD] = "withheld",
		[VERDICT_DIFFERS] = "differs",
		[VERDICT_LOG_ONLY] = "log_only",
		[VERDICT_WIRE_ONLY] = "wire_only"};
	const struct comparison *comparison = view->comparison;
	struct json json;

	json_init(&json, view->out, 0);
	json_object(&json, NULL, JSON_LONG);
	json_text(&json, "log", view->log_name);
	json_text(&json, "log_format", comparison->log->format);
	json_text(&json, "capture", comparison->session->capture);
	json_number(&json, "session", comparison->session->number);
	json_bool(&json, "difference", comparison_differences(comparison) > 0);
	json_object(&json, "counts", JSON_SHORT);
	for (enum verdict verdict = 0; verdict < VERDICT_COUNT; verdict++)
		json_number(&json, names[verdict], comparison->counts[verdict]);
	json_object_end(&json);
	json_number(&json, "left_out", comparison->passed);
	json_array(&json, "rows", JSON_LONG);
	for (size_t i = 0; i < comparison->row_count; i++)
		add_json_row(view, &json, &comparison->rows[i]);
	json_array_end(&json);
	json_object_end(&json);
	buffer_add_byte(view->out, '\n');
}
