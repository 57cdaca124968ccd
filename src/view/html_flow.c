#include "view/html.h"

#include "base/language.h"
#include "view/diagram_render.h"
#include "view/html_svg.h"
#include "view/html_text.h"

/* One diagram on its way into the page. */
struct flow {
	const struct html *html;
	const char *name;
	unsigned pages;
};

static void add_figure(struct flow *flow, struct span svg, const char *class, const char *label)
{
	struct html_svg drawing = {.svg = svg, .chapter = flow->html->id, .label = label};
	struct buffer prefix;

	buffer_init(&prefix, 0);
	buffer_printf(&prefix, "%s-%s-%u", flow->html->id, flow->name, flow->pages);
	drawing.prefix = buffer_text(&prefix);
	buffer_printf(flow->html->out, "<figure class=\"%s\" tabindex=\"0\">\n", class);
	html_svg_add(flow->html->out, &drawing);
	buffer_add_text(flow->html->out, "</figure>\n");
	buffer_fini(&prefix);
}

static void on_page(void *context, struct span svg)
{
	struct flow *flow = context;
	struct buffer label;

	flow->pages++;
	buffer_init(&label, 0);
	buffer_printf(&label,
		_("Flow diagram, page %u: what client and server sent, from top to "
		  "bottom"),
		flow->pages);
	add_figure(flow, svg, "drawing", buffer_text(&label));
	buffer_fini(&label);
}

static void on_states(void *context, struct span svg)
{
	struct flow *flow = context;

	flow->pages++;
	add_figure(flow, svg, "drawing states",
		_("State diagram: the protocol's states, and the session's way through them"));
}

enum step html_flow(
	const struct html *html, struct diagram *diagram, const char *name, struct fail *fail)
{
	struct flow flow = {html, name, 0};
	struct diagram_reader reader = {&flow, on_page};

	return diagram_pages(diagram, &reader, fail);
}

enum step html_states(
	const struct html *html, struct diagram *diagram, const char *name, struct fail *fail)
{
	struct flow flow = {html, name, 0};
	struct diagram_reader reader = {&flow, on_states};

	return diagram_pages(diagram, &reader, fail);
}
