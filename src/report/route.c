#include "report/html.h"

#include "base/language.h"
#include "report/svg.h"
#include "report/text.h"
#include "view/route_parts.h"
#include "view/text.h"

/* "LABEL VALUE" and a line end; nothing for an empty value. */
static void add_said(struct buffer *out, const char *label, struct span value)
{
	if (value.length == 0)
		return;
	buffer_add_text(out, "<span class=\"clause\"><i>");
	buffer_add_text(out, label);
	buffer_add_text(out, "</i> ");
	html_text(out, value);
	buffer_add_text(out, "</span> ");
}

static void add_from(struct buffer *out, const struct received *received)
{
	struct span name = received->helo.length > 0 ? received->helo : received->from;

	add_said(out, _("from"), name.length > 0 ? name : received->reverse);
	if (name.length > 0 && !span_equal(name, received->reverse))
		add_said(out, "=", received->reverse);
	if (!span_equal(name, received->address))
		add_said(out, _("at"), received->address);
	add_said(out, _("user"), received->user);
}

static void add_with(struct buffer *out, const struct received *received)
{
	const struct protocol *protocol = protocol_find(received->with);
	struct buffer tls;

	add_said(out, _("with"), received->with);
	if (protocol != NULL) {
		buffer_add_text(out, "<span class=\"means\">");
		html_escape(out, span_text(_(protocol->meaning)));
		buffer_add_byte(out, ' ');
		html_rfc(out, span_text(protocol->rfc));
		buffer_add_text(out, "</span> ");
	}
	buffer_init(&tls, 0);
	route_add_tls(&tls, received);
	add_said(out, _("sealed by"), buffer_span(&tls));
	buffer_fini(&tls);
}

static void add_times(struct buffer *out, const struct hop *hop)
{
	buffer_add_text(out, "<td class=\"time\">");
	if (hop->received.has_date) {
		struct buffer text;

		buffer_init(&text, 0);
		route_add_time(&text, hop->received.date.seconds, ' ');
		html_escape(out, buffer_span(&text));
		buffer_clear(&text);
		route_add_local_time(&text, &hop->received.date);
		buffer_add_text(out, "<span class=\"local\">");
		html_escape(out, buffer_span(&text));
		buffer_add_text(out, "</span>");
		buffer_fini(&text);
	} else {
		buffer_add_text(out, _("not read"));
	}
	buffer_printf(
		out, "</td><td class=\"n%s\">", hop->has_delay && hop->delay < 0 ? " differs" : "");
	if (hop->has_delay)
		route_add_delay(out, hop->delay);
	buffer_add_text(out, "</td>");
}

static void add_hop(struct buffer *out, const struct hop *hop, size_t number)
{
	const struct received *received = &hop->received;

	buffer_printf(out, "<tr%s><td class=\"no\">%zu</td>",
		hop->link == LINK_BROKEN ? " class=\"broken\"" : "", number);
	add_times(out, hop);
	buffer_add_text(out, "<td class=\"hop\">");
	if (hop->link == LINK_BROKEN)
		buffer_add_text(out, _("<b class=\"differs\">the chain breaks here</b> "));
	add_from(out, received);
	add_said(out, _("by"), received->by);
	add_said(out, _("at"), received->by_address);
	add_said(out, _("software"), received->software);
	add_with(out, received);
	add_said(out, "id", received->id);
	add_said(out, _("for"), received->recipient);
	add_said(out, _("not read:"), received->unread);
	buffer_add_text(out, "</td></tr>\n");
}

static enum step add_drawing(const struct html *html, const struct route *route, struct fail *fail)
{
	struct html_svg drawing = {.chapter = html->id,
		.label = _("The way of the message from host to host, with times and delays")};
	struct buffer svg, prefix;
	enum step step;

	buffer_init(&svg, 0);
	buffer_init(&prefix, 0);
	buffer_printf(&prefix, "%s-way", html->id);
	step = view_route_svg(route, "route", &svg, fail);
	if (step == STEP_DONE) {
		drawing.svg = buffer_span(&svg);
		drawing.prefix = buffer_text(&prefix);
		buffer_add_text(html->out, "<figure class=\"drawing\" tabindex=\"0\">\n");
		html_svg_add(html->out, &drawing);
		buffer_add_text(html->out, "</figure>\n");
	}
	buffer_fini(&prefix);
	buffer_fini(&svg);
	return step;
}

enum step html_route(const struct html *html, const struct route *route, struct fail *fail)
{
	struct buffer *out = html->out;

	if (route->hop_count == 0) {
		buffer_add_text(
			out, _("<p class=\"remark\">No Received field is in the header.</p>\n"));
		return STEP_DONE;
	}
	buffer_add_text(out, "<p>");
	text_count(out, route->hop_count, "hop", "hops");
	if (route->has_total) {
		buffer_add_text(out, ", ");
		route_add_delay(out, route->total);
		buffer_add_text(out, _(" from the first to the last"));
	}
	buffer_add_text(
		out, _(". The hops stand in the order of travel; a delay is one server's "
		       "clock less that of the one before.</p>\n<table class=\"hops\"><thead>"
		       "<tr><th>Hop</th><th>Time (UTC), local</th><th class=\"n\">Delay</th>"
		       "<th>From, by, with</th></tr></thead>\n<tbody>\n"));
	for (size_t i = 0; i < route->hop_count; i++)
		add_hop(out, &route->hops[i], i + 1);
	buffer_add_text(out, "</tbody></table>\n");
	return add_drawing(html, route, fail);
}

static void add_result(struct buffer *out, const struct result *result)
{
	const char *rfc = "";
	const char *question = method_meaning(result->method, &rfc);
	const char *answer = result_meaning(result->method, result->value);

	buffer_printf(out, "<tr%s><td class=\"verdict\">",
		result_is_failure(result) ? " class=\"differs\"" : "");
	html_text(
		out, result->method.length > 0 ? result->method : span_text(_("nothing checked")));
	if (result->value.length > 0)
		buffer_add_byte(out, '=');
	html_text(out, result->value);
	buffer_printf(out, "</td><td>%s", _(result_source_name(result->source)));
	if (result->server.length > 0) {
		buffer_add_text(out, _(", noted by "));
		html_text(out, result->server);
	}
	buffer_add_text(out, "</td><td>");
	html_escape(out, span_text(question != NULL ? _(question) : ""));
	buffer_add_text(out, answer != NULL ? " → " : "");
	html_escape(out, span_text(answer != NULL ? _(answer) : ""));
	buffer_add_byte(out, ' ');
	html_rfc(out, span_text(rfc));
	if (result->reason.length > 0) {
		buffer_add_text(out, "<span class=\"how\">");
		html_text(out, result->reason);
		buffer_add_text(out, "</span>");
	}
	buffer_add_text(out, "</td></tr>\n");
}

static void add_signature(struct buffer *out, const struct signature *signature)
{
	static const char *const tags[] = {"d", "s", "a", "c", "h"};

	buffer_printf(out, _("<tr><td class=\"verdict\">%s</td><td>signed by "),
		signature_name(signature->kind));
	html_text(out, signature_tag(signature, "d"));
	buffer_add_text(out, "</td><td>");
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
		add_said(out, tags[i], signature_tag(signature, tags[i]));
	buffer_add_text(out, "</td></tr>\n");
}

void html_authentication(const struct html *html, const struct route *route)
{
	struct buffer *out = html->out;

	if (route->results.count + route->signatures.count == 0) {
		buffer_add_text(out, _("<p class=\"remark\">No field says anything of it.</p>\n"));
		return;
	}
	buffer_add_text(
		out, _("<p class=\"remark\">What the fields say; nothing was verified here."
		       "</p>\n<table class=\"checks\"><thead><tr><th>Result</th><th>Where</th>"
		       "<th>What it means</th></tr></thead>\n<tbody>\n"));
	for (size_t i = 0; i < route->results.count; i++)
		add_result(out, &route->results.at[i]);
	for (size_t i = 0; i < route->signatures.count; i++)
		add_signature(out, &route->signatures.at[i]);
	buffer_add_text(out, "</tbody></table>\n");
}

void html_remarks(const struct html *html, const struct route *route)
{
	struct buffer *out = html->out;

	if (route->remarks.count == 0) {
		buffer_add_text(out, _("<p class=\"remark\">Nothing is doubtful.</p>\n"));
		return;
	}
	buffer_add_text(out, "<ul class=\"findings\">\n");
	for (size_t i = 0; i < route->remarks.count; i++) {
		const struct remark *remark = &route->remarks.at[i];

		buffer_printf(out,
			"<li class=\"%s\"><span class=\"severity\">%s</span> <span "
			"class=\"what\">",
			remark_severity_name(remark->severity),
			language_text_in("severity", remark_severity_name(remark->severity)));
		html_text(out, remark->text);
		buffer_add_text(out, " <span class=\"where\">");
		if (remark->hop > 0)
			buffer_printf(out, _("hop %zu "), remark->hop);
		buffer_printf(out, "<code>%s</code> ", remark->id);
		html_rfc(out, span_text(remark->rfc));
		buffer_add_text(out, "</span></span></li>\n");
	}
	buffer_add_text(out, "</ul>\n");
}
