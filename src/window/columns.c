#include "window/columns.h"

#include "window/words.h"

static void setup(GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
	const struct column *column = data;
	GtkWidget *label = column->kind == COLUMN_ICON ? gtk_image_new() : gtk_label_new(NULL);

	(void)factory;
	gtk_list_item_set_child(cell, label);
	if (column->kind == COLUMN_ICON)
		return;
	gtk_label_set_xalign(GTK_LABEL(label), column->align);
	if (column->kind == COLUMN_TEXT) {
		gtk_label_set_wrap(GTK_LABEL(label), TRUE);
		gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
	} else {
		gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
		gtk_label_set_single_line_mode(GTK_LABEL(label), TRUE);
	}
	if (column->is_fixed)
		gtk_widget_add_css_class(label, "numeric");
}

static void show(GtkListItem *cell, const struct column *column)
{
	GtkWidget *label = gtk_list_item_get_child(cell);
	const void *row = item_data(gtk_list_item_get_item(cell));
	char *text = column->text(row);

	if (column->kind == COLUMN_ICON)
		gtk_image_set_from_icon_name(GTK_IMAGE(label), text[0] != '\0' ? text : NULL);
	else
		gtk_label_set_text(GTK_LABEL(label), text);
	if (column->dress != NULL)
		column->dress(label, row);
	g_free(text);
}

static void on_changed(struct item *item, GtkListItem *cell)
{
	(void)item;
	show(cell, g_object_get_data(G_OBJECT(cell), "column"));
}

static void bind(GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
	(void)factory;
	g_object_set_data(G_OBJECT(cell), "column", data);
	g_signal_connect(gtk_list_item_get_item(cell), "changed", G_CALLBACK(on_changed), cell);
	show(cell, data);
}

static void unbind(GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
	gpointer item = gtk_list_item_get_item(cell);

	(void)factory;
	(void)data;
	g_signal_handlers_disconnect_matched(item, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, cell);
}

static int compare(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct column *column = data;

	return column->compare(((const struct item *)a)->data, ((const struct item *)b)->data);
}

static void add(GtkColumnView *view, const struct column *column)
{
	GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
	GtkColumnViewColumn *made = gtk_column_view_column_new(_(column->title), factory);
	gpointer data = (gpointer)(uintptr_t)column; /* the rows of a table are constants */

	g_signal_connect(factory, "setup", G_CALLBACK(setup), data);
	g_signal_connect(factory, "bind", G_CALLBACK(bind), data);
	g_signal_connect(factory, "unbind", G_CALLBACK(unbind), data);
	gtk_column_view_column_set_resizable(made, TRUE);
	gtk_column_view_column_set_expand(made, column->width == 0);
	if (column->width > 0)
		gtk_column_view_column_set_fixed_width(made, column->width);
	if (column->compare != NULL) {
		GtkSorter *sorter = GTK_SORTER(gtk_custom_sorter_new(compare, data, NULL));

		gtk_column_view_column_set_sorter(made, sorter);
		g_object_unref(sorter);
	}
	gtk_column_view_append_column(view, made);
	g_object_unref(made);
}

void columns_add(GtkColumnView *view, const struct column *columns)
{
	for (; columns->title != NULL; columns++)
		add(view, columns);
}

GtkColumnViewColumn *columns_at(GtkColumnView *view, guint place)
{
	return g_list_model_get_item(gtk_column_view_get_columns(view), place);
}

char *columns_size(uint64_t octets)
{
	return g_format_size(octets);
}

GtkWidget *columns_scrolled(GtkWidget *child)
{
	GtkWidget *scrolled = gtk_scrolled_window_new();

	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), child);
	gtk_widget_set_hexpand(scrolled, TRUE);
	gtk_widget_set_vexpand(scrolled, TRUE);
	return scrolled;
}
