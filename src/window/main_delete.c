/* Deleting, which can be undone until the toast that says so is gone. */
#include "message/store.h"
#include "window/app.h"
#include "window/main_parts.h"
#include "window/words.h"

#include <glib/gstdio.h>
#include <string.h>

enum { UNDO_SECONDS = 10 };

/* A message that is hidden, and not deleted yet. */
struct deletion {
	struct main_window *main;
	struct item *item;
	enum place place;
	AdwToast *toast;
	gboolean is_undone, is_done;
};

/* By its key: its path may have changed meanwhile. */
static void delete_stored(const struct deletion *deletion)
{
	const struct mail_row *row = item_data(deletion->item);
	char *path = place_path(deletion->place);
	struct fail fail = {.code = FAIL_NONE};
	struct store *store = store_open(path, &fail);
	uint32_t number = 0;

	for (size_t i = store != NULL ? store_count(store) : 0; i > 0 && number == 0; i--) {
		const struct store_entry *entry = store_entry(store, i - 1);
		char *key = place_key(entry->path);

		if (strcmp(key, row->key) == 0)
			number = entry->number;
		g_free(key);
	}
	if (number > 0)
		(void)store_delete(store, number, &fail);
	store_close(store);
	g_free(path);
	if (fail.code != FAIL_NONE)
		app_complain(NULL, _("The message was not deleted"), fail.text);
}

static void settle(struct deletion *deletion)
{
	const struct mail_row *row = item_data(deletion->item);

	if (deletion->is_done || deletion->is_undone)
		return;
	deletion->is_done = TRUE;
	if (deletion->place == PLACE_DRAFTS)
		(void)g_unlink(row->path);
	else
		delete_stored(deletion);
}

static void deletion_free(gpointer data)
{
	struct deletion *deletion = data;

	g_signal_handlers_disconnect_by_data(deletion->toast, deletion);
	g_object_unref(deletion->toast);
	g_object_unref(deletion->item);
	g_free(deletion);
}

static void on_dismissed(AdwToast *toast, gpointer data)
{
	struct deletion *deletion = data;
	struct main_window *main = deletion->main;

	(void)toast;
	settle(deletion);
	g_ptr_array_remove(main->deletions, deletion);
	main_enable(main, "undo", main->deletions->len > 0);
}

static void bring_back(struct deletion *deletion)
{
	deletion->is_undone = TRUE;
	list_hide(deletion->main->list, ((struct mail_row *)item_data(deletion->item))->key, FALSE);
}

static void on_undo(AdwToast *toast, gpointer data)
{
	(void)toast;
	bring_back(data);
}

void main_undo(struct main_window *main)
{
	struct deletion *deletion;

	if (main->deletions == NULL || main->deletions->len == 0)
		return;
	deletion = g_ptr_array_index(main->deletions, main->deletions->len - 1);
	bring_back(deletion);
	adw_toast_dismiss(deletion->toast);
}

void main_delete(struct main_window *main)
{
	struct deletion *deletion;
	struct item *item = main->current;
	AdwToast *toast;

	if (item == NULL)
		return;
	deletion = g_new0(struct deletion, 1);
	deletion->main = main;
	deletion->item = g_object_ref(item);
	deletion->place = main->place;
	if (main->deletions == NULL)
		main->deletions = g_ptr_array_new_with_free_func(deletion_free);
	g_ptr_array_add(main->deletions, deletion);
	main_enable(main, "undo", TRUE);
	list_select_next(main->list);
	list_hide(main->list, ((struct mail_row *)item_data(item))->key, TRUE);
	(void)gtk_widget_child_focus(list_widget(main->list), GTK_DIR_TAB_FORWARD);
	toast = adw_toast_new(_("Message deleted"));
	deletion->toast = g_object_ref(toast);
	adw_toast_set_button_label(toast, _("Undo"));
	adw_toast_set_priority(toast, ADW_TOAST_PRIORITY_HIGH);
	adw_toast_set_timeout(toast, UNDO_SECONDS);
	g_signal_connect(toast, "button-clicked", G_CALLBACK(on_undo), deletion);
	g_signal_connect(toast, "dismissed", G_CALLBACK(on_dismissed), deletion);
	adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(main->toasts), toast);
}

void main_delete_all(struct main_window *main)
{
	for (guint i = 0; main->deletions != NULL && i < main->deletions->len; i++)
		settle(g_ptr_array_index(main->deletions, i));
}
