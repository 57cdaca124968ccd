#include "window/list.h"
#include "window/button.h"

#include "message/store.h"
#include "window/columns.h"
#include "window/list_load.h"
#include "window/words.h"

#include <string.h>

struct list {
	GtkWidget *scrolled, *view;
	GListStore *rows;
	GtkFilter *filter;
	GtkSingleSelection *selection;
	GCancellable *cancellable; /* of the load that goes on */
	enum place place;
	char *search;       /* NULL: everything is shown */
	char *wanted;       /* key to select; NULL */
	GHashTable *hidden; /* keys of rows that are not shown, loaded again or not */
	struct list_events events;
};

static char *state_text(const void *data)
{
	const struct mail_row *row = data;

	return g_strdup(!row->is_seen ? "●" : row->is_answered ? "↩" : "");
}

static void dress_attachment(GtkWidget *image, const void *row)
{
	if (((const struct mail_row *)row)->has_attachment)
		name_widget(image, _("Has attachments"));
}

static void dress_state(GtkWidget *label, const void *data)
{
	const struct mail_row *row = data;

	gtk_widget_add_css_class(label, "accent");
	gtk_widget_set_tooltip_text(label, !row->is_seen      ? _("New")
					   : row->is_answered ? _("Answered")
							      : NULL);
}

static void dress(GtkWidget *label, const void *data)
{
	const struct mail_row *row = data;

	if (row->is_seen)
		gtk_widget_remove_css_class(label, "unread");
	else
		gtk_widget_add_css_class(label, "unread");
}

static char *who_text(const void *row)
{
	return g_strdup(((const struct mail_row *)row)->who);
}

static char *subject_text(const void *data)
{
	const struct mail_row *row = data;

	return g_strdup(row->subject[0] != '\0' ? row->subject : _("(no subject)"));
}

static char *attachment_text(const void *row)
{
	return g_strdup(
		((const struct mail_row *)row)->has_attachment ? "mail-attachment-symbolic" : "");
}

static char *date_text(const void *data)
{
	GDateTime *date = g_date_time_new_from_unix_local(((const struct mail_row *)data)->date);
	char *text = date != NULL ? g_date_time_format(date, "%Y-%m-%d %H:%M") : g_strdup("");

	if (date != NULL)
		g_date_time_unref(date);
	return text;
}

static char *size_text(const void *row)
{
	return columns_size(((const struct mail_row *)row)->octets);
}

static int by_state(const void *a, const void *b)
{
	return ((const struct mail_row *)a)->is_seen - ((const struct mail_row *)b)->is_seen;
}

static int by_who(const void *a, const void *b)
{
	return g_utf8_collate(((const struct mail_row *)a)->who, ((const struct mail_row *)b)->who);
}

static int by_subject(const void *a, const void *b)
{
	return g_utf8_collate(
		((const struct mail_row *)a)->subject, ((const struct mail_row *)b)->subject);
}

static int by_attachment(const void *a, const void *b)
{
	return ((const struct mail_row *)b)->has_attachment -
	       ((const struct mail_row *)a)->has_attachment;
}

/* Messages of one second stand in the order of their names. */
static int by_date(const void *a, const void *b)
{
	const struct mail_row *x = a, *y = b;

	return x->date != y->date ? (x->date < y->date ? -1 : 1) : strcmp(x->key, y->key);
}

static int by_size(const void *a, const void *b)
{
	guint64 x = ((const struct mail_row *)a)->octets, y = ((const struct mail_row *)b)->octets;

	return x < y ? -1 : x > y;
}

enum { COLUMN_WHO = 1, COLUMN_DATE = 4 };
static const struct column mail_columns[] = {
	{"●", 44, 0.5F, false, COLUMN_LINE, state_text, dress_state, by_state},
	{N_("Correspondent"), 240, 0, false, COLUMN_LINE, who_text, dress, by_who},
	{N_("Subject"), 0, 0, false, COLUMN_LINE, subject_text, dress, by_subject},
	{N_("Files"), 64, 0.5F, false, COLUMN_ICON, attachment_text, dress_attachment,
		by_attachment},
	{N_("Date"), 160, 0, true, COLUMN_LINE, date_text, dress, by_date},
	{N_("Size"), 96, 1, true, COLUMN_LINE, size_text, NULL, by_size},
	{.title = NULL},
};

static gboolean is_shown(gpointer item, gpointer data)
{
	const struct list *list = data;
	const struct mail_row *row = item_data(item);

	return !g_hash_table_contains(list->hidden, row->key) &&
	       (list->search == NULL || strstr(row->search, list->search) != NULL);
}

static void on_selected(GtkSingleSelection *selection, GParamSpec *property, gpointer data)
{
	const struct list *list = data;

	(void)property;
	list->events.selected(
		list->events.context, gtk_single_selection_get_selected_item(selection));
}

static void on_activated(GtkColumnView *view, guint place, gpointer data)
{
	const struct list *list = data;
	struct item *item = g_list_model_get_item(G_LIST_MODEL(list->selection), place);

	(void)view;
	if (item != NULL && list->events.activated != NULL)
		list->events.activated(list->events.context, item);
	g_clear_object(&item);
}

static void list_free(gpointer data, GObject *widget)
{
	struct list *list = data;

	(void)widget;
	g_cancellable_cancel(list->cancellable);
	g_clear_object(&list->cancellable);
	g_clear_object(&list->rows);
	g_free(list->search);
	g_free(list->wanted);
	g_hash_table_unref(list->hidden);
	g_free(list);
}

/* Rows, sorted as the columns say, filtered, with one selected. */
static void make_model(struct list *list)
{
	GtkSorter *sorter = g_object_ref(gtk_column_view_get_sorter(GTK_COLUMN_VIEW(list->view)));
	GListModel *sorted = G_LIST_MODEL(
		gtk_sort_list_model_new(g_object_ref(G_LIST_MODEL(list->rows)), sorter));
	GListModel *filtered;

	list->filter = GTK_FILTER(gtk_custom_filter_new(is_shown, list, NULL));
	filtered = G_LIST_MODEL(gtk_filter_list_model_new(sorted, list->filter));
	list->selection = gtk_single_selection_new(filtered);
	gtk_single_selection_set_autoselect(list->selection, FALSE);
	gtk_single_selection_set_can_unselect(list->selection, TRUE);
	g_signal_connect(list->selection, "notify::selected-item", G_CALLBACK(on_selected), list);
	gtk_column_view_set_model(
		GTK_COLUMN_VIEW(list->view), GTK_SELECTION_MODEL(list->selection));
	g_object_unref(list->selection);
}

struct list *list_new(const struct list_events *events)
{
	struct list *list = g_new0(struct list, 1);
	GtkColumnViewColumn *date;

	list->events = *events;
	list->hidden = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	list->rows = g_list_store_new(item_get_type());
	list->view = gtk_column_view_new(NULL);
	gtk_widget_add_css_class(list->view, "mail-list");
	gtk_column_view_set_reorderable(GTK_COLUMN_VIEW(list->view), FALSE);
	columns_add(GTK_COLUMN_VIEW(list->view), mail_columns);
	name_widget(list->view, _("Messages"));
	make_model(list);
	date = columns_at(GTK_COLUMN_VIEW(list->view), COLUMN_DATE);
	gtk_column_view_sort_by_column(GTK_COLUMN_VIEW(list->view), date, GTK_SORT_DESCENDING);
	g_object_unref(date);
	g_signal_connect(list->view, "activate", G_CALLBACK(on_activated), list);
	list->scrolled = columns_scrolled(list->view);
	g_object_weak_ref(G_OBJECT(list->scrolled), list_free, list);
	return list;
}

GtkWidget *list_widget(struct list *list)
{
	return list->scrolled;
}

static void select_place(struct list *list, guint place)
{
	if (place >= g_list_model_get_n_items(G_LIST_MODEL(list->selection)))
		return;
	gtk_single_selection_set_selected(list->selection, place);
}

static void select_wanted(struct list *list)
{
	guint count = g_list_model_get_n_items(G_LIST_MODEL(list->selection));

	for (guint i = 0; i < count && list->wanted != NULL; i++) {
		struct item *item = g_list_model_get_item(G_LIST_MODEL(list->selection), i);
		const struct mail_row *row = item_data(item);

		if (strcmp(row->key, list->wanted) == 0) {
			g_clear_pointer(&list->wanted, g_free);
			select_place(list, i);
		}
		g_object_unref(item);
	}
}

static void on_rows(gpointer context, GPtrArray *items, gboolean is_last)
{
	struct list *list = context;
	guint count = g_list_model_get_n_items(G_LIST_MODEL(list->rows));

	g_list_store_splice(list->rows, count, 0, items->pdata, items->len);
	if (list->wanted != NULL)
		select_wanted(list);
	list->events.counted(list->events.context, count + items->len, is_last);
}

void list_load(struct list *list, enum place place, const char *key)
{
	GtkColumnViewColumn *who = columns_at(GTK_COLUMN_VIEW(list->view), COLUMN_WHO);
	struct list_loader loader = {.place = place, .on_rows = on_rows, .context = list};

	gtk_column_view_column_set_title(who, place == PLACE_INBOX ? _("From") : _("To"));
	g_object_unref(who);
	g_cancellable_cancel(list->cancellable);
	g_clear_object(&list->cancellable);
	g_free(list->wanted);
	list->wanted = g_strdup(key);
	list->place = place;
	list->cancellable = g_cancellable_new();
	loader.cancellable = list->cancellable;
	g_list_store_remove_all(list->rows);
	list_load_begin(&loader);
}

void list_search(struct list *list, const char *text)
{
	g_free(list->search);
	list->search = text[0] != '\0' ? g_utf8_casefold(text, -1) : NULL;
	gtk_filter_changed(list->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

void list_hide(struct list *list, const char *key, gboolean is_hidden)
{
	if (is_hidden)
		g_hash_table_add(list->hidden, g_strdup(key));
	else
		g_hash_table_remove(list->hidden, key);
	gtk_filter_changed(list->filter,
		is_hidden ? GTK_FILTER_CHANGE_MORE_STRICT : GTK_FILTER_CHANGE_LESS_STRICT);
}

void list_select_next(struct list *list)
{
	guint place = gtk_single_selection_get_selected(list->selection);
	guint count = g_list_model_get_n_items(G_LIST_MODEL(list->selection));

	if (place != GTK_INVALID_LIST_POSITION)
		select_place(list, place + 1 < count ? place + 1 : place > 0 ? place - 1 : count);
}

static const struct store_entry *find_entry(const struct store *store, const char *key)
{
	for (size_t i = store_count(store); i > 0; i--) {
		const struct store_entry *entry = store_entry(store, i - 1);
		char *own = place_key(entry->path);
		gboolean is_it = strcmp(own, key) == 0;

		g_free(own);
		if (is_it)
			return entry;
	}
	return NULL;
}

void list_mark_seen(struct list *list, struct item *item)
{
	struct mail_row *row = item_data(item);
	char *path = place_path(list->place);
	const struct store_entry *entry = NULL;
	struct store *store = NULL;
	struct fail fail;

	if (!row->is_seen && list->place == PLACE_INBOX)
		store = store_open(path, &fail);
	if (store != NULL)
		entry = find_entry(store, row->key);
	if (entry != NULL && store_mark_seen(store, entry->number, &fail) != STEP_FAIL) {
		entry = find_entry(store, row->key);
		g_free(row->path);
		row->path = g_strdup(entry != NULL ? entry->path : "");
		row->is_seen = TRUE;
		item_changed(item);
	}
	store_close(store);
	g_free(path);
}
