#include "diagram/render.h"

#include "diagram/graph.h"
#include "diagram/join.h"
#include "diagram/pen.h"
#include "diagram/settle.h"
#include "view/text.h"

#include <cairo/cairo-pdf.h>
#include <graphviz/gvc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* Pixels: cairo draws no picture higher than 32,767, and memory goes with the area. */
enum {
	PIXELS_HIGHEST = 30000,
	PAGES_AT_144_DPI = 12,
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* One for the life of the program: each new one would leak, and load all plugins again. */
static GVC_t *context;

/* Measured once, too. */
static struct type_size type;
static bool is_measured;

/* What Graphviz complained of last; guarded by lock. */
static char complaint[200];

static int note_complaint(char *text)
{
	size_t length = strcspn(text, "\n");

	if (length > 0)
		snprintf(complaint, sizeof complaint, "%.*s", (int)(length < 190 ? length : 190),
			text);
	return 0;
}

static enum step fail_drawing(struct fail *fail)
{
	return fail_set(fail, FAIL_INTERNAL, "diagram: Graphviz could not draw it%s%s",
		complaint[0] != '\0' ? ": " : "", complaint);
}

/* The size of a block of 64 columns and 4 lines, as Graphviz measures it. */
static bool measure_block(double size, double *column, double *line)
{
	enum { COLUMNS = 64, LINES = 4 };
	Agnode_t *node;
	struct pen pen;
	bool is_done;

	pen_init(&pen, "measure", 0, 0);
	node = agnode(pen.graph, (char[]){"block"}, 1);
	for (int i = 0; i < COLUMNS; i++)
		buffer_add_byte(&pen.text, 'M');
	for (int i = 1; i < LINES; i++)
		buffer_add_text(&pen.text, "\\lM");
	pen_set(node, "label", buffer_text(&pen.text));
	pen_set(node, "pos", "0,0");
	pen_set(node, "fixedsize", "false");
	pen_set(node, "fontname", PEN_FIXED_FONT);
	pen_number(node, "fontsize", size);
	is_done = gvLayout(context, pen.graph, "nop2") == 0;
	if (is_done) {
		*column = (ND_label(node)->dimen.x - 1) / COLUMNS;
		*line = ND_label(node)->dimen.y / LINES;
		gvFreeLayout(context, pen.graph);
	}
	agclose(pen.graph);
	pen_fini(&pen);
	return is_done;
}

static bool begin(void)
{
	if (context == NULL)
		context = gvContext();
	if (context != NULL && !is_measured)
		is_measured = measure_block(PAGE_SAID_SIZE, &type.said_column, &type.said_line) &&
			      measure_block(PAGE_ASIDE_SIZE, &type.aside_column, &type.aside_line);
	return is_measured;
}

/* Through memory: where a file cannot be written, Graphviz would end the program. */
static bool render_data(Agraph_t *graph, const char *format, FILE *out)
{
	char *bytes = NULL;
	unsigned length = 0;
	bool is_drawn = gvRenderData(context, graph, format, &bytes, &length) == 0;

	if (is_drawn)
		fwrite(bytes, 1, length, out);
	gvFreeRenderData(bytes);
	return is_drawn;
}

static enum step render_graph(Agraph_t *graph, const char *format, FILE *out, struct fail *fail)
{
	bool is_drawn = false;

	if (gvLayout(context, graph, "nop2") == 0) {
		is_drawn = render_data(graph, format, out);
		gvFreeLayout(context, graph);
	}
	return is_drawn ? STEP_DONE : fail_drawing(fail);
}

static bool join_graph(struct diagram_join *join, Agraph_t *graph)
{
	char *svg = NULL;
	unsigned length = 0;
	bool is_drawn = false;

	if (gvLayout(context, graph, "nop2") == 0) {
		is_drawn = gvRenderData(context, graph, "svg", &svg, &length) == 0 &&
			   join_add(join, span_of(svg, length));
		gvFreeRenderData(svg);
		gvFreeLayout(context, graph);
	}
	return is_drawn;
}

/* Graphviz takes far more memory for a row than the row has: a page is drawn at a time. */
static enum step render_svg(const struct graph_wants *wants, FILE *out, struct fail *fail)
{
	struct graph_progress progress = {.height = 0};
	struct graph_wants page = *wants;
	struct diagram_join join = {.out = out};
	double width, height;
	bool is_drawn = true;

	graph_measure(wants, &width, &progress.height);
	page.page_count = 1;
	page.part = &progress;
	for (size_t i = 0; i < wants->page_count && is_drawn; i++) {
		Agraph_t *graph;

		page.first_page = i;
		graph = graph_build(&page, &width, &height);
		is_drawn = join_graph(&join, graph);
		agclose(graph);
	}
	if (is_drawn)
		join_end(&join);
	return is_drawn ? STEP_DONE : fail_drawing(fail);
}

/* A picture that would be too high for cairo goes on in columns of whole pages, side by side. */
static enum step render_png(const struct graph_wants *wants, FILE *out, struct fail *fail)
{
	struct graph_wants columns = *wants;
	size_t most;
	double width, height;
	Agraph_t *graph;
	enum step step;

	columns.dpi = wants->page_count <= PAGES_AT_144_DPI ? 144 : 96;
	columns.column_pages = 0;
	for (most = 1;; most++) {
		graph = graph_build(&columns, &width, &height);
		if (height * columns.dpi / 72 <= PIXELS_HIGHEST || columns.column_pages == 1)
			break;
		agclose(graph);
		columns.column_pages = (wants->page_count + most) / (most + 1);
	}
	step = render_graph(graph, "png:cairo", out, fail);
	agclose(graph);
	return step;
}

static enum step write_dot(Agraph_t *graph, FILE *out, struct fail *fail)
{
	return agwrite(graph, out) == 0 || ferror(out) != 0 ? STEP_DONE : fail_drawing(fail);
}

static enum step render_dot(const struct graph_wants *wants, FILE *out, struct fail *fail)
{
	double width, height;
	Agraph_t *graph = graph_build(wants, &width, &height);
	enum step step = write_dot(graph, out, fail);

	agclose(graph);
	return step;
}

static cairo_status_t add_bytes(void *closure, const unsigned char *bytes, unsigned length)
{
	fwrite(bytes, 1, length, closure);
	return CAIRO_STATUS_SUCCESS;
}

/* Graphviz ends the surface it draws on; a part of the page may be ended, the page goes on. */
static bool draw_graph(cairo_surface_t *pdf, Agraph_t *graph, double width, double height)
{
	cairo_surface_t *part;
	cairo_t *cairo;
	bool is_drawn = false;

	cairo_pdf_surface_set_size(pdf, width, height);
	part = cairo_surface_create_for_rectangle(pdf, 0, 0, width, height);
	cairo = cairo_create(part);
	if (gvLayout(context, graph, "nop2") == 0) {
		is_drawn = gvRenderContext(context, graph, "pdf", cairo) == 0;
		gvFreeLayout(context, graph);
	}
	cairo_destroy(cairo);
	cairo_surface_destroy(part);
	cairo_surface_show_page(pdf);
	return is_drawn;
}

static bool draw_page(cairo_surface_t *pdf, const struct graph_wants *wants, size_t page)
{
	struct graph_wants one = *wants;
	double width, height;
	Agraph_t *graph;
	bool is_drawn;

	one.first_page = page;
	one.page_count = 1;
	graph = graph_build(&one, &width, &height);
	if (height < PAGE_HEIGHT && wants->page_count > 1)
		height = PAGE_HEIGHT;
	is_drawn = draw_graph(pdf, graph, width, height);
	agclose(graph);
	return is_drawn;
}

/* The date in the file is that of the first session, so that the same input gives the same bytes.
 */
static void set_facts(cairo_surface_t *pdf, const char *name, int64_t time)
{
	struct buffer date;

	buffer_init(&date, 0);
	text_time(&date, time, 'T', 0);
	buffer_add_byte(&date, 'Z');
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, buffer_text(&date));
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_TITLE, name != NULL ? name : "mail");
	buffer_fini(&date);
}

static enum step render_pdf(const struct graph_wants *wants, FILE *out, struct fail *fail)
{
	cairo_surface_t *pdf =
		cairo_pdf_surface_create_for_stream(add_bytes, out, PAGE_WIDTH, PAGE_HEIGHT);
	bool is_drawn = true;

	set_facts(pdf, wants->ladder->name, wants->ladder->start);
	for (size_t i = 0; i < wants->page_count && is_drawn; i++)
		is_drawn = draw_page(pdf, wants, i);
	cairo_surface_finish(pdf);
	if (cairo_surface_status(pdf) != CAIRO_STATUS_SUCCESS)
		is_drawn = false;
	cairo_surface_destroy(pdf);
	return is_drawn ? STEP_DONE : fail_drawing(fail);
}

static enum step render(
	const struct ladder *ladder, enum diagram_format format, FILE *out, struct fail *fail)
{
	static enum step (*const renders[])(const struct graph_wants *, FILE *, struct fail *) = {
		[DIAGRAM_SVG] = render_svg,
		[DIAGRAM_PDF] = render_pdf,
		[DIAGRAM_PNG] = render_png,
		[DIAGRAM_DOT] = render_dot,
	};
	struct page_plan plan;
	struct graph_wants wants = {.ladder = ladder, .plan = &plan, .type = &type};
	enum step step;

	if (!begin())
		return fail_drawing(fail);
	page_plan_init(&plan, ladder, &type);
	wants.page_count = plan.page_count;
	step = renders[format](&wants, out, fail);
	page_plan_fini(&plan);
	return step;
}

static bool read_page(
	const struct graph_wants *wants, size_t page, const struct diagram_reader *reader)
{
	struct graph_wants one = *wants;
	double width, height;
	Agraph_t *graph;
	char *svg = NULL;
	unsigned length = 0;
	bool is_drawn = false;

	one.first_page = page;
	one.page_count = 1;
	graph = graph_build(&one, &width, &height);
	if (gvLayout(context, graph, "nop2") == 0) {
		is_drawn = gvRenderData(context, graph, "svg", &svg, &length) == 0;
		if (is_drawn)
			reader->on_page(reader->context, span_of(svg, length));
		gvFreeRenderData(svg);
		gvFreeLayout(context, graph);
	}
	agclose(graph);
	return is_drawn;
}

static enum step render_pages(
	const struct ladder *ladder, const struct diagram_reader *reader, struct fail *fail)
{
	struct page_plan plan;
	struct graph_wants wants = {.ladder = ladder, .plan = &plan, .type = &type};
	bool is_drawn = true;

	if (!begin())
		return fail_drawing(fail);
	page_plan_init(&plan, ladder, &type);
	for (size_t i = 0; i < plan.page_count && is_drawn; i++)
		is_drawn = read_page(&wants, i, reader);
	page_plan_fini(&plan);
	return is_drawn ? STEP_DONE : fail_drawing(fail);
}

static enum step render_drawing_pdf(const struct drawing *drawing, FILE *out, struct fail *fail)
{
	cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream(
		add_bytes, out, drawing->width, drawing->height);
	bool is_drawn;

	set_facts(pdf, drawing->name, drawing->time);
	is_drawn = draw_graph(pdf, drawing->graph, drawing->width, drawing->height);
	cairo_surface_finish(pdf);
	is_drawn = is_drawn && cairo_surface_status(pdf) == CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(pdf);
	return is_drawn ? STEP_DONE : fail_drawing(fail);
}

static enum step render_drawing(
	const struct drawing *drawing, enum diagram_format format, FILE *out, struct fail *fail)
{
	if (!begin())
		return fail_drawing(fail);
	switch (format) {
	case DIAGRAM_SVG:
		return render_graph(drawing->graph, "svg", out, fail);
	case DIAGRAM_PNG:
		pen_number(drawing->graph, "dpi",
			drawing->height * 144 / 72 <= PIXELS_HIGHEST ? 144 : 72);
		return render_graph(drawing->graph, "png:cairo", out, fail);
	case DIAGRAM_PDF:
		return render_drawing_pdf(drawing, out, fail);
	case DIAGRAM_DOT:
		break;
	}
	return write_dot(drawing->graph, out, fail);
}

void diagram_lock(void)
{
	pthread_mutex_lock(&lock);
	complaint[0] = '\0';
	agseterr(AGERR);
	agseterrf(note_complaint);
}

void diagram_unlock(void)
{
	agseterrf(NULL);
	pthread_mutex_unlock(&lock);
}

/* The page is as large as what dot made of the graph. */
static bool draw_graph_pdf(Agraph_t *graph, int64_t date, FILE *out)
{
	double width = GD_bb(graph).UR.x + 2 * PAGE_MARGIN;
	double height = GD_bb(graph).UR.y + 2 * PAGE_MARGIN;
	cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream(add_bytes, out, width, height);
	cairo_surface_t *part = cairo_surface_create_for_rectangle(pdf, 0, 0, width, height);
	cairo_t *cairo = cairo_create(part);
	bool is_drawn;

	set_facts(pdf, "states", date);
	is_drawn = gvRenderContext(context, graph, "pdf", cairo) == 0;
	cairo_destroy(cairo);
	cairo_surface_destroy(part);
	cairo_surface_finish(pdf);
	is_drawn = is_drawn && cairo_surface_status(pdf) == CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(pdf);
	return is_drawn;
}

enum step diagram_render_graph(
	Agraph_t *graph, int64_t date, struct render_to to, struct fail *fail)
{
	bool is_drawn = false;

	if (to.format == DIAGRAM_DOT)
		return write_dot(graph, to.out, fail);
	if (to.format == DIAGRAM_PNG)
		pen_number(graph, "dpi", 144);
	if (!begin() || gvLayout(context, graph, "dot") != 0)
		return fail_drawing(fail);
	settle(graph);
	if (to.format == DIAGRAM_PDF)
		is_drawn = draw_graph_pdf(graph, date, to.out);
	else
		is_drawn =
			render_data(graph, to.format == DIAGRAM_PNG ? "png:cairo" : "svg", to.out);
	gvFreeLayout(context, graph);
	return is_drawn ? STEP_DONE : fail_drawing(fail);
}

enum step diagram_render(
	const struct ladder *ladder, enum diagram_format format, FILE *out, struct fail *fail)
{
	enum step step;

	diagram_lock();
	step = render(ladder, format, out, fail);
	diagram_unlock();
	return step;
}

enum step diagram_render_pages(
	const struct ladder *ladder, const struct diagram_reader *reader, struct fail *fail)
{
	enum step step;

	diagram_lock();
	step = render_pages(ladder, reader, fail);
	diagram_unlock();
	return step;
}

enum step diagram_render_drawing(
	const struct drawing *drawing, enum diagram_format format, FILE *out, struct fail *fail)
{
	enum step step;

	diagram_lock();
	step = render_drawing(drawing, format, out, fail);
	diagram_unlock();
	return step;
}
