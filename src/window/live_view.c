#include "window/live_view.h"
#include "window/button.h"

#include "window/columns.h"
#include "window/rung.h"
#include "window/words.h"

struct live_view {
	GtkWidget *box, *title, *text, *bar, *list, *scrolled;
	GListStore *rows;
	guint follow; /* the source that brings the last row into sight; 0: none */
};

enum { FOLLOW = 60 }; /* ms: rows are laid out later than they come */

/* A row of the ladder with words of its own. */
struct live_row {
	struct ladder_row row;
	struct buffer said;
};

static void live_row_free(gpointer data)
{
	struct live_row *row = data;

	buffer_fini(&row->said);
	g_free(row);
}

static void view_free(gpointer data, GObject *widget)
{
	struct live_view *view = data;

	(void)widget;
	if (view->follow != 0)
		g_source_remove(view->follow);
	g_object_unref(view->rows);
	g_free(view);
}

static GtkWidget *new_label(const char *class)
{
	GtkWidget *label = gtk_label_new(NULL);

	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_selectable(GTK_LABEL(label), TRUE);
	gtk_widget_add_css_class(label, class);
	return label;
}

struct live_view *live_view_new(void)
{
	struct live_view *view = g_new0(struct live_view, 1);
	GtkWidget *heading = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);

	view->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	view->title = new_label("title-3");
	gtk_label_set_selectable(GTK_LABEL(view->title), FALSE);
	view->text = new_label("body");
	view->bar = gtk_progress_bar_new();
	gtk_widget_add_css_class(heading, "message-heading");
	gtk_box_append(GTK_BOX(heading), view->title);
	gtk_box_append(GTK_BOX(heading), view->text);
	gtk_box_append(GTK_BOX(heading), view->bar);
	view->rows = g_list_store_new(item_get_type());
	view->list = rung_list_new(g_object_ref(G_LIST_MODEL(view->rows)));
	name_widget(view->list, _("The session as it happens"));
	view->scrolled = columns_scrolled(view->list);
	gtk_box_append(GTK_BOX(view->box), heading);
	gtk_box_append(GTK_BOX(view->box), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
	gtk_box_append(GTK_BOX(view->box), view->scrolled);
	g_object_weak_ref(G_OBJECT(view->box), view_free, view);
	return view;
}

GtkWidget *live_view_widget(struct live_view *view)
{
	return view->box;
}

void live_view_begin(struct live_view *view, const char *title)
{
	g_list_store_remove_all(view->rows);
	gtk_label_set_text(GTK_LABEL(view->title), title);
	gtk_widget_set_visible(view->text, FALSE);
	gtk_widget_remove_css_class(view->title, "error");
	gtk_widget_remove_css_class(view->title, "success");
	gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(view->bar), 0);
	gtk_widget_set_visible(view->bar, TRUE);
}

static gboolean follow(gpointer data)
{
	struct live_view *view = data;
	guint count = g_list_model_get_n_items(G_LIST_MODEL(view->rows));

	view->follow = 0;
	if (count > 0)
		gtk_widget_activate_action(view->list, "list.scroll-to-item", "u", count - 1);
	return G_SOURCE_REMOVE;
}

void live_view_say(struct live_view *view, const struct work_line *line)
{
	struct live_row *row = g_new0(struct live_row, 1);
	struct item *item;

	buffer_init(&row->said, 0);
	words_wrap(&row->said, span_text(line->text), WORDS_SAID);
	row->row = (struct ladder_row){.kind = line->is_note ? LADDER_NOTE : LADDER_ARROW,
		.from = line->from,
		.has_time = true,
		.time = line->time,
		.said = {.text = buffer_text(&row->said)}};
	item = item_new(row, live_row_free);
	g_list_store_append(view->rows, item);
	g_object_unref(item);
	if (view->follow == 0)
		view->follow = g_timeout_add(FOLLOW, follow, view);
	if (gtk_progress_bar_get_fraction(GTK_PROGRESS_BAR(view->bar)) <= 0)
		gtk_progress_bar_pulse(GTK_PROGRESS_BAR(view->bar));
}

void live_view_progress(struct live_view *view, const char *text, double part)
{
	(void)text;
	if (part >= 0)
		gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(view->bar), part);
	else
		gtk_progress_bar_pulse(GTK_PROGRESS_BAR(view->bar));
}

void live_view_end(struct live_view *view, const char *title, const char *text, gboolean is_good)
{
	gtk_label_set_text(GTK_LABEL(view->title), title);
	gtk_widget_add_css_class(view->title, is_good ? "success" : "error");
	gtk_label_set_text(GTK_LABEL(view->text), text);
	gtk_widget_set_visible(view->text, text[0] != '\0');
	gtk_widget_set_visible(view->bar, FALSE);
}
