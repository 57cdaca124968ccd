#include "view/route_parts.h"

#include "base/language.h"
#include "base/printable.h"
#include "view/text.h"

/* Columns: labels of fields; of the table, where the time, the delay and the hop's words begin. */
enum { LABEL = 18, TIME = 7, DELAY = 28, WORDS = 42, RESULT = 19, TAG = 8 };

enum { SIGNATURE_SHOWN = 16, HASH_SHOWN = 48 }; /* octets of b= */

/* Words that stand behind a label of any kind, folded behind column. Empties text. */
static void add_folded(const struct route_view *view, struct buffer *text, size_t column)
{
	text_folded(view->out, buffer_span(text), column, (size_t)view->options->width);
	buffer_add_byte(view->out, '\n');
	buffer_clear(text);
}

static void add_label(const struct route_view *view, const char *label)
{
	size_t start;

	text_blanks(view->out, 2);
	text_colour(view->out, view->options, COLOUR_DIM);
	start = view->out->length;
	buffer_add_text(view->out, label);
	text_left(view->out, start, LABEL - 2);
	text_plain(view->out, view->options);
}

static void add_heading(const struct route_view *view, const char *heading)
{
	text_colour(view->out, view->options, COLOUR_STRONG);
	buffer_add_text(view->out, heading);
	text_plain(view->out, view->options);
}

/* With --explain: what the field of that name is. */
static void add_meaning(const struct route_view *view, const char *field, size_t indent)
{
	struct buffer sentence;

	if (!view->options->is_explained)
		return;
	buffer_init(&sentence, 0);
	text_explain_field(&sentence, span_text(field));
	text_explanation(view->out, buffer_span(&sentence), indent, view->options);
	buffer_fini(&sentence);
}

/* How long after Date the first hop was. */
static void add_lag(const struct route *route, struct buffer *text)
{
	if (!route->has_date || route->hop_count == 0 || !route->hops[0].received.has_date)
		return;
	buffer_add_text(text, _(" (first hop: "));
	route_add_delay(text, route->hops[0].received.date.seconds - route->date.seconds);
	buffer_add_byte(text, ')');
}

static void add_fields(const struct route_view *view)
{
	struct buffer text;

	buffer_init(&text, 0);
	printable_add(&text, span_text(view->name));
	add_heading(view, buffer_text(&text));
	buffer_add_byte(view->out, '\n');
	buffer_clear(&text);
	for (int id = 0; id < ROUTE_FIELD_COUNT; id++) {
		const struct route_field *field = &view->route->fields[id];

		if (field->count == 0)
			continue;
		add_label(view, route_field_name((enum route_field_id)id));
		route_add_value(&text, field->value);
		if (id == ROUTE_DATE)
			add_lag(view->route, &text);
		if (field->count > 1)
			buffer_printf(&text, _(" (the first of %zu)"), field->count);
		add_folded(view, &text, LABEL);
		add_meaning(view, route_field_name((enum route_field_id)id), LABEL);
	}
	buffer_fini(&text);
}

/* A line of the table: what stands on its left, once, and words behind it. */
struct table_line {
	const struct route_view *view;
	const struct hop *hop;
	size_t number; /* of the hop */
	unsigned lines;
	struct buffer text;
};

static void add_delay_cell(const struct table_line *line, size_t start)
{
	struct buffer *out = line->view->out;

	if (!line->hop->has_delay)
		return;
	text_left(out, start, DELAY);
	if (line->hop->delay < 0)
		text_colour(out, line->view->options, COLOUR_WARNING);
	route_add_delay(out, line->hop->delay);
	if (line->hop->delay < 0)
		text_plain(out, line->view->options);
}

/* Hop, time and delay on the first line, the server's own time on the second. */
static void add_left(const struct table_line *line)
{
	struct buffer *out = line->view->out;
	const struct received *received = &line->hop->received;
	size_t start = out->length;
	size_t escapes =
		line->hop->has_delay && line->hop->delay < 0 && line->view->options->has_colour
			? strlen("\x1b[33m\x1b[0m")
			: 0;

	if (line->lines == 0) {
		buffer_printf(out, "%5zu", line->number);
		text_left(out, start, TIME);
		if (received->has_date)
			route_add_time(out, received->date.seconds, ' ');
		else
			buffer_add_text(out, _("no date read"));
		add_delay_cell(line, start);
		text_left(out, start, WORDS + escapes);
		return;
	}
	text_blanks(out, TIME);
	if (line->lines == 1 && received->has_date) {
		text_colour(out, line->view->options, COLOUR_DIM);
		start = out->length;
		route_add_local_time(out, &received->date);
		text_left(out, start, WORDS - TIME);
		text_plain(out, line->view->options);
		return;
	}
	text_blanks(out, WORDS - TIME);
}

static void end_line(struct table_line *line)
{
	if (line->text.length == 0)
		return;
	add_left(line);
	line->lines++;
	add_folded(line->view, &line->text, WORDS);
}

static void add_part(struct buffer *text, const char *before, struct span value, const char *after)
{
	if (value.length == 0)
		return;
	buffer_add_text(text, before);
	printable_add(text, value);
	buffer_add_text(text, after);
}

static void add_from(struct table_line *line)
{
	const struct received *received = &line->hop->received;
	struct span name = received->helo.length > 0 ? received->helo : received->from;
	bool has_reverse = received->reverse.length > 0 && !span_equal(received->reverse, name);

	if (name.length + received->address.length + received->user.length == 0)
		return;
	buffer_add_text(&line->text, _("from "));
	printable_add(&line->text, name.length > 0 ? name : received->reverse);
	if (has_reverse && name.length > 0)
		add_part(&line->text, " = ", received->reverse, "");
	if (!span_equal(name, received->address))
		add_part(&line->text, name.length > 0 ? " [" : "[", received->address, "]");
	add_part(&line->text, _(", user "), received->user, "");
	end_line(line);
}

static void add_by(struct table_line *line)
{
	const struct received *received = &line->hop->received;

	if (received->by.length + received->software.length == 0)
		return;
	add_part(&line->text, _("by "), received->by, "");
	if (!span_equal(received->by, received->by_address))
		add_part(&line->text, " [", received->by_address, "]");
	add_part(&line->text, received->by.length > 0 ? ", " : _("by "), received->software, "");
	end_line(line);
}

static void add_with(struct table_line *line)
{
	const struct received *received = &line->hop->received;
	const struct protocol *protocol = protocol_find(received->with);

	add_part(&line->text, _("with "), received->with, "");
	add_part(&line->text, _(" via "), received->via, "");
	if (protocol != NULL) {
		buffer_add_text(&line->text, ": ");
		buffer_add_text(&line->text, _(protocol->meaning));
		add_part(&line->text, " [", span_text(protocol->rfc), "]");
	}
	end_line(line);
	route_add_tls(&line->text, received);
	end_line(line);
}

static void add_rest(struct table_line *line)
{
	const struct received *received = &line->hop->received;

	add_part(&line->text, "id ", received->id, "");
	end_line(line);
	add_part(&line->text, _("for "), received->recipient, "");
	add_part(&line->text, line->text.length > 0 ? _(", sender ") : _("sender "),
		received->sender, "");
	end_line(line);
	add_part(&line->text, "(", received->comments, ")");
	end_line(line);
	add_part(&line->text, _("not read: "), received->unread, "");
	end_line(line);
	if (!received->has_date)
		add_part(&line->text, _("date not read: "), received->date_text, "");
	end_line(line);
}

static void add_hop(const struct route_view *view, size_t index)
{
	struct table_line line = {
		.view = view, .hop = &view->route->hops[index], .number = index + 1};

	if (line.hop->link == LINK_BROKEN) {
		text_colour(view->out, view->options, COLOUR_WARNING);
		buffer_add_text(view->out, _("  ~~~  the chain breaks here  ~~~\n"));
		text_plain(view->out, view->options);
	}
	buffer_init(&line.text, 0);
	add_from(&line);
	add_by(&line);
	add_with(&line);
	add_rest(&line);
	if (line.lines == 0) { /* nothing could be read */
		add_part(&line.text, _("not read: "), line.hop->received.whole, "");
		if (line.text.length == 0)
			buffer_add_text(&line.text, _("an empty field"));
		end_line(&line);
	}
	if (line.lines == 1 && line.hop->received.has_date) {
		add_left(&line);
		while (view->out->length > 0 && view->out->at[view->out->length - 1] == ' ')
			view->out->length--;
		buffer_add_byte(view->out, '\n');
	}
	buffer_fini(&line.text);
}

static void add_route(const struct route_view *view)
{
	const struct route *route = view->route;

	buffer_add_byte(view->out, '\n');
	add_heading(view, _("Route"));
	buffer_add_text(view->out, ": ");
	text_count(view->out, route->hop_count, "hop", "hops");
	if (route->has_total) {
		buffer_add_text(view->out, ", ");
		route_add_delay(view->out, route->total);
		buffer_add_text(view->out, _(" from the first to the last"));
	}
	if (route->received_count > route->hop_count) {
		buffer_add_text(view->out, " (");
		text_number(view->out, route->received_count - route->hop_count);
		buffer_add_text(view->out, _(" older ones left out)"));
	}
	buffer_add_byte(view->out, '\n');
	if (route->hop_count > 0)
		add_meaning(view, "Received", 2);
	if (route->hop_count > 0)
		buffer_add_text(
			view->out, _("  Hop  Time (UTC), local    Delay         From, by, with\n"));
	for (size_t i = 0; i < route->hop_count; i++)
		add_hop(view, i);
}

static void add_property(
	const struct route_view *view, const struct property *property, struct buffer *text)
{
	const char *meaning = property_meaning(property->name);

	text_blanks(view->out, RESULT + 4);
	printable_add(text, property->name);
	buffer_add_byte(text, '=');
	printable_add(text, property->value);
	add_part(text, "  (", span_text(meaning != NULL ? _(meaning) : ""), ")");
	add_folded(view, text, RESULT + 4);
}

/* "spf=pass", and what was asked, and answered. */
static void add_result_words(
	const struct route_view *view, const struct result *result, struct buffer *text)
{
	const char *rfc = "";
	const char *question = method_meaning(result->method, &rfc);
	const char *answer = result_meaning(result->method, result->value);
	size_t start;

	text_blanks(view->out, 4);
	start = view->out->length;
	if (result->value.length == 0) {
		buffer_add_text(view->out, _("nothing was checked\n"));
		return;
	}
	printable_add(view->out, result->method);
	buffer_add_byte(view->out, '=');
	printable_add(view->out, result->value);
	text_left(view->out, start, RESULT - 1);
	buffer_add_byte(view->out, ' ');
	buffer_add_text(text, question != NULL ? _(question) : _("a check that is not known here"));
	buffer_add_text(text, " → ");
	buffer_add_text(text, answer != NULL ? _(answer) : _("an answer that is not known here"));
	add_part(text, " [", span_text(rfc), "]");
	add_folded(view, text, RESULT + 4);
}

static bool is_first_of_source(const struct route *route, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (route->results.at[i].source == route->results.at[index].source)
			return false;
	return true;
}

static void add_result(const struct route_view *view, size_t index, struct buffer *text)
{
	const struct result *result = &view->route->results.at[index];
	const struct result *before = index > 0 ? result - 1 : NULL;

	if (before == NULL || before->source != result->source ||
		before->instance != result->instance ||
		!span_equal(before->server, result->server)) {
		buffer_add_text(text, _(result_source_name(result->source)));
		add_part(text, _(", noted by "), result->server, "");
		if (result->instance > 0)
			buffer_printf(text, _(", set %u of the chain"), (unsigned)result->instance);
		text_blanks(view->out, 2);
		add_folded(view, text, 4);
		if (is_first_of_source(view->route, index))
			add_meaning(view, result_source_name(result->source), 4);
	}
	add_result_words(view, result, text);
	if (result->reason.length > 0) {
		text_blanks(view->out, RESULT + 4);
		printable_add(text, result->reason);
		add_folded(view, text, RESULT + 4);
	}
	for (size_t i = 0; i < result->property_count; i++)
		add_property(view, &result->properties[i], text);
}

/* Signatures and hashes are long and say nothing to the eye; times are numbers. */
static void add_tag_value(const struct property *tag, struct buffer *text)
{
	bool is_long = span_is(tag->name, "b") && tag->value.length > HASH_SHOWN;
	uint64_t seconds;

	printable_add(text, is_long ? span_first(tag->value, SIGNATURE_SHOWN) : tag->value);
	if (is_long) {
		buffer_add_text(text, "… (");
		text_count(text, tag->value.length, "character", "characters");
		buffer_add_byte(text, ')');
	}
	if ((span_is(tag->name, "t") || span_is(tag->name, "x")) &&
		span_number(tag->value, &seconds) && seconds < 253402300800) {
		buffer_add_text(text, " = ");
		route_add_time(text, (int64_t)seconds, ' ');
		buffer_add_text(text, " UTC");
	}
}

static bool is_first_of_kind(const struct route *route, const struct signature *signature)
{
	for (const struct signature *other = route->signatures.at; other < signature; other++)
		if (other->kind == signature->kind)
			return false;
	return true;
}

static void add_signature(
	const struct route_view *view, const struct signature *signature, struct buffer *text)
{
	buffer_add_text(text, signature_name(signature->kind));
	add_part(text, _(" of "), signature_tag(signature, "d"), "");
	if (signature->kind != SIGNATURE_DKIM)
		add_part(text, _(", set "), signature_tag(signature, "i"), _(" of the chain"));
	text_blanks(view->out, 2);
	add_folded(view, text, 4);
	if (is_first_of_kind(view->route, signature))
		add_meaning(view, signature_name(signature->kind), 4);
	for (size_t i = 0; i < signature->tag_count; i++) {
		const struct property *tag = &signature->tags[i];
		const char *meaning = tag_meaning(signature->kind, tag->name);
		size_t start;

		text_blanks(view->out, 4);
		start = view->out->length;
		printable_add(view->out, tag->name);
		buffer_add_byte(view->out, '=');
		text_left(view->out, start, TAG - 4);
		add_tag_value(tag, text);
		add_part(text, "  (", span_text(meaning != NULL ? _(meaning) : _("not known here")),
			")");
		add_folded(view, text, TAG);
	}
}

static void add_authentication(const struct route_view *view)
{
	const struct route *route = view->route;
	struct buffer text;

	buffer_add_byte(view->out, '\n');
	add_heading(view, _("Authentication"));
	if (route->results.count + route->signatures.count == 0) {
		buffer_add_text(view->out, _(": no field says anything of it\n"));
		return;
	}
	buffer_add_text(view->out, _(": what the fields say; nothing was verified here\n"));
	buffer_init(&text, 0);
	for (size_t i = 0; i < route->results.count; i++)
		add_result(view, i, &text);
	for (size_t i = 0; i < route->signatures.count; i++)
		add_signature(view, &route->signatures.at[i], &text);
	buffer_fini(&text);
}

static size_t severity_width(void)
{
	static const char *const severities[] = {"note", "warning", NULL};

	return text_widest(severities) + 2;
}

static void add_remark(
	const struct route_view *view, const struct remark *remark, struct buffer *text)
{
	size_t start;

	text_blanks(view->out, 2);
	text_colour(view->out, view->options,
		remark->severity == REMARK_WARNING ? COLOUR_WARNING : COLOUR_DIM);
	start = view->out->length;
	buffer_add_text(
		view->out, language_text_in("severity", remark_severity_name(remark->severity)));
	text_left(view->out, start, severity_width());
	text_plain(view->out, view->options);
	buffer_add_text(text, remark->id);
	if (remark->hop > 0)
		buffer_printf(text, _(", hop %zu"), remark->hop);
	buffer_add_text(text, ": ");
	printable_add(text, remark->text);
	add_part(text, " [", span_text(remark->rfc), "]");
	add_folded(view, text, 2 + severity_width());
}

static void add_remarks(const struct route_view *view)
{
	const struct remark_list *list = &view->route->remarks;
	size_t warnings = 0;
	struct buffer text;

	for (size_t i = 0; i < list->count; i++)
		warnings += list->at[i].severity == REMARK_WARNING;
	buffer_add_byte(view->out, '\n');
	add_heading(view, _("Remarks"));
	buffer_add_text(view->out, ": ");
	text_count(view->out, warnings, "warning", "warnings");
	buffer_add_text(view->out, ", ");
	text_count(view->out, list->count - warnings, "note", "notes");
	if (list->dropped > 0) {
		buffer_add_text(view->out, _(", and "));
		text_number(view->out, list->dropped);
		buffer_add_text(view->out, _(" more that are not kept"));
	}
	buffer_add_byte(view->out, '\n');
	buffer_init(&text, 0);
	for (size_t i = 0; i < list->count; i++)
		add_remark(view, &list->at[i], &text);
	buffer_fini(&text);
}

void route_add_text(const struct route_view *view)
{
	add_fields(view);
	if ((view->parts & ROUTE_PART_ROUTE) != 0)
		add_route(view);
	if ((view->parts & ROUTE_PART_AUTHENTICATION) != 0)
		add_authentication(view);
	if ((view->parts & ROUTE_PART_REMARKS) != 0)
		add_remarks(view);
}
