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

static void on_page(void *context, struct span svg)
{
	struct flow *flow = context;
	struct html_svg drawing = {.svg = svg, .chapter = flow->html->id};
	struct buffer prefix, label;

	buffer_init(&prefix, 0);
	buffer_init(&label, 0);
	flow->pages++;
	buffer_printf(&prefix, "%s-%s-%u", flow->html->id, flow->name, flow->pages);
	buffer_printf(&label,
		_("Flow diagram, page %u: what client and server sent, from top to "
		  "bottom"),
		flow->pages);
	drawing.prefix = buffer_text(&prefix);
	drawing.label = buffer_text(&label);
	buffer_add_text(flow->html->out, "<figure class=\"drawing\" tabindex=\"0\">\n");
	html_svg_add(flow->html->out, &drawing);
	buffer_add_text(flow->html->out, "</figure>\n");
	buffer_fini(&label);
	buffer_fini(&prefix);
}

enum step html_flow(
	const struct html *html, struct diagram *diagram, const char *name, struct fail *fail)
{
	struct flow flow = {html, name, 0};
	struct diagram_reader reader = {&flow, on_page};

	return diagram_pages(diagram, &reader, fail);
}
