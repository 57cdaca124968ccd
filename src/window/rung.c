#include "window/rung.h"
#include "window/button.h"

#include "view/text.h"
#include "window/words.h"

#include <math.h>

/* Where things stand in a row, in pixels. */
enum {
	FRAME_RIGHT = 52,
	TIME_RIGHT = 138,
	CLIENT = 160,
	PHASE = 96, /* from the right edge */
	BESIDE = 10,
	ABOVE = 5,
	ARROW = 12, /* room of the arrow under the words */
	HEAD = 8,
	ASIDE_SCALE = 88, /* hundredths of the font's size */
};

static void set_colour(cairo_t *cairo, GtkWidget *area, const char *name, double alpha)
{
	GtkStyleContext *style = gtk_widget_get_style_context(area);
	GdkRGBA colour;

	if (name == NULL || !gtk_style_context_lookup_color(style, name, &colour))
		gtk_style_context_get_color(style, &colour);
	colour.alpha *= (float)alpha;
	gdk_cairo_set_source_rgba(cairo, &colour);
}

static PangoLayout *layout_of(GtkWidget *area, const char *text, bool is_aside)
{
	PangoLayout *layout = gtk_widget_create_pango_layout(area, text);
	PangoFontDescription *font = pango_font_description_copy(
		pango_context_get_font_description(gtk_widget_get_pango_context(area)));
	int size = pango_font_description_get_size(font);

	pango_font_description_set_family(font, "monospace");
	size = size * 84 / 100;
	pango_font_description_set_size(font, is_aside ? size * ASIDE_SCALE / 100 : size);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	return layout;
}

static int height_of(GtkWidget *area, const struct words *words, bool is_aside)
{
	PangoLayout *layout;
	int height = 0;

	if (words->text == NULL)
		return 0;
	layout = layout_of(area, words->text, is_aside);
	pango_layout_get_pixel_size(layout, NULL, &height);
	g_object_unref(layout);
	return height;
}

/* One picture of a row. */
struct pen {
	GtkWidget *area;
	cairo_t *cairo;
	const struct ladder_row *row;
	int width, height, server; /* server: its lifeline */
};

static const char *colour_of(const struct ladder_row *row)
{
	if (row->stroke == STROKE_GAP)
		return "error_color";
	if (row->stroke == STROKE_AGAIN)
		return "warning_color";
	return row->from == SIDE_CLIENT ? "accent_color" : "success_color";
}

static void put_text(const struct pen *pen, PangoLayout *layout, double x, double y)
{
	cairo_move_to(pen->cairo, x, y);
	pango_cairo_show_layout(pen->cairo, layout);
}

static void put_right(const struct pen *pen, const char *text, double right, double y)
{
	PangoLayout *layout = layout_of(pen->area, text, true);
	int width;

	pango_layout_get_pixel_size(layout, &width, NULL);
	put_text(pen, layout, right - width, y);
	g_object_unref(layout);
}

static void draw_lifelines(const struct pen *pen)
{
	set_colour(pen->cairo, pen->area, NULL, 0.25);
	cairo_set_line_width(pen->cairo, 1);
	cairo_move_to(pen->cairo, CLIENT + 0.5, 0);
	cairo_line_to(pen->cairo, CLIENT + 0.5, pen->height);
	cairo_move_to(pen->cairo, pen->server + 0.5, 0);
	cairo_line_to(pen->cairo, pen->server + 0.5, pen->height);
	cairo_stroke(pen->cairo);
}

static void draw_margin(const struct pen *pen, double y)
{
	struct buffer text;

	buffer_init(&text, 0);
	set_colour(pen->cairo, pen->area, NULL, 0.6);
	if (pen->row->frame > 0) {
		buffer_add_number(&text, pen->row->frame);
		put_right(pen, buffer_text(&text), FRAME_RIGHT, y);
		buffer_clear(&text);
	}
	if (pen->row->has_time) {
		text_seconds(&text, pen->row->time, 6);
		put_right(pen, buffer_text(&text), TIME_RIGHT, y);
	}
	if (pen->row->phase != LADDER_PHASE_NONE) {
		PangoLayout *layout =
			layout_of(pen->area, _(ladder_phase_name(pen->row->phase)), true);

		set_colour(pen->cairo, pen->area, NULL, 0.45);
		put_text(pen, layout, pen->server + BESIDE, y);
		g_object_unref(layout);
	}
	buffer_fini(&text);
}

/* Words beside their sender's lifeline; the height they took. */
static int draw_words(const struct pen *pen, const struct words *words, bool is_aside, double y)
{
	PangoLayout *layout;
	int width, height;
	double x = CLIENT + BESIDE;

	if (words->text == NULL)
		return 0;
	layout = layout_of(pen->area, words->text, is_aside);
	pango_layout_get_pixel_size(layout, &width, &height);
	if (pen->row->kind != LADDER_ARROW)
		x = (CLIENT + pen->server - width) / 2.0;
	else if (pen->row->from == SIDE_SERVER)
		x = pen->server - BESIDE - width;
	put_text(pen, layout, fmax(x, CLIENT + BESIDE), y);
	g_object_unref(layout);
	return height;
}

static void draw_arrow(const struct pen *pen, double y)
{
	bool is_client = pen->row->from == SIDE_CLIENT;
	double from = is_client ? CLIENT : pen->server, to = is_client ? pen->server : CLIENT;
	double back = is_client ? -HEAD : HEAD;
	const double dashes[] = {5, 4};

	set_colour(pen->cairo, pen->area, colour_of(pen->row),
		pen->row->stroke == STROKE_QUIET ? 0.45 : 1);
	cairo_set_line_width(pen->cairo, 1.5);
	if (pen->row->stroke != STROKE_PLAIN)
		cairo_set_dash(pen->cairo, dashes, 2, 0);
	cairo_move_to(pen->cairo, from, y);
	cairo_line_to(pen->cairo, to, y);
	cairo_stroke(pen->cairo);
	cairo_set_dash(pen->cairo, NULL, 0, 0);
	cairo_move_to(pen->cairo, to, y);
	cairo_line_to(pen->cairo, to + back, y - HEAD / 2.0);
	cairo_line_to(pen->cairo, to + back, y + HEAD / 2.0);
	cairo_close_path(pen->cairo);
	cairo_fill(pen->cairo);
}

static void draw(GtkDrawingArea *area, cairo_t *cairo, int width, int height, gpointer data)
{
	const struct ladder_row *row = data;
	struct pen pen = {GTK_WIDGET(area), cairo, row, width, height, width - PHASE};
	double y = ABOVE;

	if (row->is_sealed || row->kind == LADDER_TLS) {
		set_colour(cairo, pen.area, "accent_color", 0.07);
		cairo_rectangle(cairo, CLIENT, 0, pen.server - CLIENT, height);
		cairo_fill(cairo);
	}
	draw_lifelines(&pen);
	draw_margin(&pen, row->kind == LADDER_ARROW ? height - 2 * ARROW : ABOVE);
	set_colour(cairo, pen.area, row->kind == LADDER_ARROW ? NULL : "accent_color",
		row->stroke == STROKE_QUIET ? 0.6 : 1);
	y += draw_words(&pen, &row->said, false, y);
	set_colour(cairo, pen.area, NULL, 0.6);
	y += draw_words(&pen, &row->aside, true, y);
	set_colour(cairo, pen.area, "warning_color", 1);
	y += draw_words(&pen, &row->warning, true, y);
	if (row->kind == LADDER_ARROW)
		draw_arrow(&pen, y + ARROW / 2.0);
}

static void setup(GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
	GtkWidget *area = g_object_new(
		GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_LABEL, NULL);

	(void)factory;
	(void)data;
	gtk_drawing_area_set_content_width(GTK_DRAWING_AREA(area), CLIENT + PHASE + 580);
	gtk_list_item_set_child(cell, area);
}

static void name_row(GtkWidget *area, const struct ladder_row *row)
{
	const char *said = row->said.text != NULL ? row->said.text : "";
	char *name = row->kind != LADDER_ARROW
			     ? g_strdup(said)
			     : g_strdup_printf("%s: %s",
				       row->from == SIDE_CLIENT ? _("Client") : _("Server"), said);

	name_widget(area, name);
	gtk_widget_set_tooltip_text(area, row->tooltip);
	g_free(name);
}

static void bind(GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
	GtkWidget *area = gtk_list_item_get_child(cell);
	struct ladder_row *row = item_data(gtk_list_item_get_item(cell));
	int height = ABOVE + height_of(area, &row->said, false) +
		     height_of(area, &row->aside, true) + height_of(area, &row->warning, true);

	(void)factory;
	(void)data;
	gtk_drawing_area_set_content_height(
		GTK_DRAWING_AREA(area), height + (row->kind == LADDER_ARROW ? ARROW : ABOVE));
	gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(area), draw, row, NULL);
	name_row(area, row);
}

static void unbind(GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
	(void)factory;
	(void)data;
	gtk_drawing_area_set_draw_func(
		GTK_DRAWING_AREA(gtk_list_item_get_child(cell)), NULL, NULL, NULL);
}

static GtkSelectionModel *selection_of(GListModel *rows)
{
	GtkSingleSelection *selection = gtk_single_selection_new(rows);

	gtk_single_selection_set_autoselect(selection, FALSE);
	gtk_single_selection_set_can_unselect(selection, TRUE);
	gtk_single_selection_set_selected(selection, GTK_INVALID_LIST_POSITION);
	return GTK_SELECTION_MODEL(selection);
}

GtkWidget *rung_list_new(GListModel *rows)
{
	GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
	GtkWidget *list;

	g_signal_connect(factory, "setup", G_CALLBACK(setup), NULL);
	g_signal_connect(factory, "bind", G_CALLBACK(bind), NULL);
	g_signal_connect(factory, "unbind", G_CALLBACK(unbind), NULL);
	list = gtk_list_view_new(rows != NULL ? selection_of(rows) : NULL, factory);
	gtk_widget_add_css_class(list, "ladder");
	gtk_list_view_set_single_click_activate(GTK_LIST_VIEW(list), TRUE);
	return list;
}

void rung_list_show(GtkWidget *list, GListModel *rows)
{
	GtkSelectionModel *selection = rows != NULL ? selection_of(rows) : NULL;

	gtk_list_view_set_model(GTK_LIST_VIEW(list), selection);
	g_clear_object(&selection);
}
