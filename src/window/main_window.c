#include "window/app.h"
#include "window/button.h"
#include "window/columns.h"
#include "window/compose.h"
#include "window/main_parts.h"
#include "window/words.h"

#include <stdlib.h>
#include <string.h>

static const char *const place_names[PLACES] = {"inbox", "sent", "drafts"};

static void show_empty(struct main_window *main)
{
	static const char *const titles[PLACES] = {
		N_("No Messages"), N_("Nothing Was Sent"), N_("No Drafts")};
	struct fail fail;
	struct account *account = app_account(NULL, &fail);

	adw_status_page_set_title(ADW_STATUS_PAGE(main->empty), _(titles[main->place]));
	adw_status_page_set_description(ADW_STATUS_PAGE(main->empty),
		account == NULL              ? _("Set up an account to fetch mail.")
		: main->place == PLACE_INBOX ? _("Press F5 to fetch mail, Ctrl+N to write.")
					     : NULL);
	account_free(account);
}

static void on_counted(gpointer context, guint count, gboolean is_whole)
{
	struct main_window *main = context;

	if (count == 0 && is_whole)
		show_empty(main);
	if (count > 0 || is_whole)
		gtk_stack_set_visible_child_name(
			GTK_STACK(main->stack), count > 0 ? "mail" : "empty");
}

void main_enable(struct main_window *main, const char *name, gboolean is_enabled)
{
	GAction *action = g_action_map_lookup_action(G_ACTION_MAP(main->window), name);

	g_simple_action_set_enabled(G_SIMPLE_ACTION(action), is_enabled);
}

static void on_selected(gpointer context, struct item *item)
{
	static const char *const uses[] = {"reply", "reply-all", "forward", "report"};
	struct main_window *main = context;
	const struct mail_row *row = item_data(item);
	gboolean is_mail = item != NULL && main->place != PLACE_DRAFTS;

	g_clear_object(&main->current);
	main->current = item != NULL ? g_object_ref(item) : NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(uses); i++)
		main_enable(main, uses[i], is_mail);
	main_enable(main, "delete", item != NULL);
	if (is_mail) {
		list_mark_seen(main->list, item);
		message_pane_show(main->pane, row->path, row->key, main->place == PLACE_SENT);
	} else {
		message_pane_show(main->pane, NULL, NULL, FALSE);
	}
}

static void on_activated(gpointer context, struct item *item)
{
	struct main_window *main = context;
	const struct mail_row *row = item_data(item);
	struct draft *draft = main->place == PLACE_DRAFTS ? draft_read(row->path) : NULL;

	if (draft != NULL)
		app_compose(GTK_WINDOW(main->window), draft);
}

void main_window_reload(struct main_window *main)
{
	const struct mail_row *row = item_data(main->current);

	list_load(main->list, main->place, row != NULL ? row->key : NULL);
}

void main_window_accounts_changed(struct main_window *main)
{
	show_empty(main);
}

void main_window_toast(struct main_window *main, const char *text)
{
	adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(main->toasts), adw_toast_new(text));
}

/* Actions. */
static void on_fetch(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	(void)parameter;
	main_fetch(data);
}

static void on_cancel(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	(void)parameter;
	main_fetch_cancel(data);
}

static void on_write(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	struct main_window *main = data;

	(void)action;
	(void)parameter;
	app_compose(GTK_WINDOW(main->window), draft_new());
}

static void answer(struct main_window *main, enum answer answer)
{
	const struct stored_mail *mail = message_pane_mail(main->pane);
	struct account *account;
	struct fail fail;

	if (mail == NULL)
		return;
	account = app_account(NULL, &fail);
	app_compose(GTK_WINDOW(main->window),
		compose_answer(mail, answer, account != NULL ? account->from : NULL));
	account_free(account);
}

static void on_reply(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	(void)parameter;
	answer(data, ANSWER_REPLY);
}

static void on_reply_all(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	(void)parameter;
	answer(data, ANSWER_REPLY_ALL);
}

static void on_forward(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	(void)parameter;
	answer(data, ANSWER_FORWARD);
}

static void on_delete(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	(void)parameter;
	main_delete(data);
}

static void on_undo(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	(void)parameter;
	main_undo(data);
}

static void on_search(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	struct main_window *main = data;
	GtkSearchBar *bar = GTK_SEARCH_BAR(main->search);

	(void)action;
	(void)parameter;
	gtk_search_bar_set_search_mode(bar, !gtk_search_bar_get_search_mode(bar));
	if (gtk_search_bar_get_search_mode(bar))
		gtk_widget_grab_focus(main->search_entry);
}

static void on_tab(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	struct main_window *main = data;

	(void)action;
	message_pane_tab(main->pane, g_variant_get_string(parameter, NULL));
}

static void on_report(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	struct main_window *main = data;
	const struct export_place place = {
		GTK_WINDOW(main->window), ADW_TOAST_OVERLAY(main->toasts)};

	(void)action;
	(void)parameter;
	message_pane_export(main->pane, &place);
}

static void on_close(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	(void)parameter;
	gtk_window_close(GTK_WINDOW(((struct main_window *)data)->window));
}

static void on_place(GSimpleAction *action, GVariant *state, gpointer data)
{
	struct main_window *main = data;

	for (size_t i = 0; i < PLACES; i++)
		if (strcmp(g_variant_get_string(state, NULL), place_names[i]) == 0)
			main->place = (enum place)i;
	g_simple_action_set_state(action, state);
	main_delete_all(main);
	on_selected(main, NULL);
	main_window_reload(main);
}

static void add_actions(struct main_window *main)
{
	static const GActionEntry entries[] = {{.name = "fetch", .activate = on_fetch},
		{.name = "cancel", .activate = on_cancel}, {.name = "write", .activate = on_write},
		{.name = "reply", .activate = on_reply},
		{.name = "reply-all", .activate = on_reply_all},
		{.name = "forward", .activate = on_forward},
		{.name = "delete", .activate = on_delete},
		{.name = "search", .activate = on_search}, {.name = "undo", .activate = on_undo},
		{.name = "report", .activate = on_report}, {.name = "close", .activate = on_close},
		{.name = "tab", .activate = on_tab, .parameter_type = "s"},
		{.name = "place",
			.parameter_type = "s",
			.state = "'inbox'",
			.change_state = on_place}};

	g_action_map_add_action_entries(
		G_ACTION_MAP(main->window), entries, G_N_ELEMENTS(entries), main);
}

/* Widgets. */
static GtkWidget *new_places(void)
{
	static const char *const titles[PLACES] = {N_("Inbox"), N_("Sent"), N_("Drafts")};
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);

	gtk_widget_add_css_class(box, "linked");
	for (size_t i = 0; i < PLACES; i++) {
		GtkWidget *button = gtk_toggle_button_new_with_label(_(titles[i]));

		gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.place");
		gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s", place_names[i]);
		gtk_box_append(GTK_BOX(box), button);
	}
	return box;
}

static GtkWidget *new_menu(void)
{
	GtkWidget *button = gtk_menu_button_new();
	GMenu *menu = g_menu_new(), *files = g_menu_new(), *program = g_menu_new();

	g_menu_append(files, _("_Open a Capture…"), "app.open");
	g_menu_append(files, _("_Export the Report…"), "win.report");
	g_menu_append(program, _("_Accounts…"), "app.settings");
	g_menu_append(program, _("_Keyboard Shortcuts"), "app.shortcuts");
	g_menu_append(program, _("_About mailscope"), "app.about");
	g_menu_append_section(menu, NULL, G_MENU_MODEL(files));
	g_menu_append_section(menu, NULL, G_MENU_MODEL(program));
	gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(button), "open-menu-symbolic");
	gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(button), G_MENU_MODEL(menu));
	gtk_menu_button_set_primary(GTK_MENU_BUTTON(button), TRUE);
	gtk_widget_set_tooltip_text(button, _("Main Menu"));
	name_widget(button, _("Main Menu"));
	g_object_unref(files);
	g_object_unref(program);
	g_object_unref(menu);
	return button;
}

static GtkWidget *new_header(void)
{
	GtkWidget *header = adw_header_bar_new();
	GtkWidget *write = button_new(_("_Write"));

	gtk_widget_add_css_class(write, "suggested-action");
	gtk_actionable_set_action_name(GTK_ACTIONABLE(write), "win.write");
	adw_header_bar_pack_start(ADW_HEADER_BAR(header),
		button_icon_new("view-refresh-symbolic", _("Fetch Mail"), "win.fetch"));
	adw_header_bar_pack_start(ADW_HEADER_BAR(header), write);
	adw_header_bar_set_title_widget(ADW_HEADER_BAR(header), new_places());
	adw_header_bar_pack_end(ADW_HEADER_BAR(header), new_menu());
	adw_header_bar_pack_end(ADW_HEADER_BAR(header),
		button_icon_new("system-search-symbolic", _("Search"), "win.search"));
	return header;
}

static void on_search_changed(GtkSearchEntry *entry, gpointer data)
{
	const struct main_window *main = data;

	list_search(main->list, gtk_editable_get_text(GTK_EDITABLE(entry)));
}

static GtkWidget *new_search(struct main_window *main)
{
	main->search = gtk_search_bar_new();
	main->search_entry = gtk_search_entry_new();
	gtk_widget_set_size_request(main->search_entry, 420, -1);
	name_widget(main->search_entry, _("Search in senders and subjects"));
	gtk_search_bar_set_child(GTK_SEARCH_BAR(main->search), main->search_entry);
	gtk_search_bar_connect_entry(
		GTK_SEARCH_BAR(main->search), GTK_EDITABLE(main->search_entry));
	g_signal_connect(main->search_entry, "search-changed", G_CALLBACK(on_search_changed), main);
	return main->search;
}

static GtkWidget *new_bar(struct main_window *main)
{
	GtkWidget *cancel = button_new(_("_Cancel"));

	main->bar = gtk_action_bar_new();
	main->bar_text = gtk_label_new(NULL);
	main->bar_part = gtk_progress_bar_new();
	gtk_widget_set_valign(main->bar_part, GTK_ALIGN_CENTER);
	gtk_widget_set_hexpand(main->bar_part, TRUE);
	gtk_actionable_set_action_name(GTK_ACTIONABLE(cancel), "win.cancel");
	gtk_action_bar_pack_start(GTK_ACTION_BAR(main->bar), main->bar_text);
	gtk_action_bar_pack_end(GTK_ACTION_BAR(main->bar), cancel);
	gtk_action_bar_pack_end(GTK_ACTION_BAR(main->bar), main->bar_part);
	gtk_action_bar_set_revealed(GTK_ACTION_BAR(main->bar), FALSE);
	return main->bar;
}

/* In the list alone: in a text the key deletes a letter. */
static void add_delete_key(struct main_window *main)
{
	GtkEventController *keys = gtk_shortcut_controller_new();

	gtk_shortcut_controller_add_shortcut(GTK_SHORTCUT_CONTROLLER(keys),
		gtk_shortcut_new(gtk_keyval_trigger_new(GDK_KEY_Delete, 0),
			gtk_named_action_new("win.delete")));
	gtk_shortcut_controller_set_scope(GTK_SHORTCUT_CONTROLLER(keys), GTK_SHORTCUT_SCOPE_LOCAL);
	gtk_widget_add_controller(list_widget(main->list), keys);
}

static GtkWidget *new_mail(struct main_window *main)
{
	const struct list_events events = {main, on_selected, on_activated, on_counted};
	GtkWidget *paned = gtk_paned_new(GTK_ORIENTATION_VERTICAL);

	main->list = list_new(&events);
	add_delete_key(main);
	main->pane = message_pane_new();
	gtk_widget_set_size_request(list_widget(main->list), -1, 120);
	gtk_widget_set_size_request(message_pane_widget(main->pane), -1, 200);
	gtk_paned_set_start_child(GTK_PANED(paned), list_widget(main->list));
	gtk_paned_set_end_child(GTK_PANED(paned), message_pane_widget(main->pane));
	gtk_paned_set_shrink_start_child(GTK_PANED(paned), FALSE);
	gtk_paned_set_shrink_end_child(GTK_PANED(paned), FALSE);
	gtk_paned_set_resize_start_child(GTK_PANED(paned), FALSE);
	gtk_paned_set_position(GTK_PANED(paned), 260);
	return paned;
}

static GtkWidget *new_empty(struct main_window *main)
{
	GtkWidget *buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
	GtkWidget *settings = button_new(_("_Accounts…"));
	GtkWidget *open = button_new(_("_Open a Capture…"));

	gtk_actionable_set_action_name(GTK_ACTIONABLE(settings), "app.settings");
	gtk_actionable_set_action_name(GTK_ACTIONABLE(open), "app.open");
	gtk_widget_add_css_class(settings, "pill");
	gtk_widget_add_css_class(open, "pill");
	gtk_widget_set_halign(buttons, GTK_ALIGN_CENTER);
	gtk_box_append(GTK_BOX(buttons), settings);
	gtk_box_append(GTK_BOX(buttons), open);
	main->empty = adw_status_page_new();
	adw_status_page_set_icon_name(ADW_STATUS_PAGE(main->empty), "mail-unread-symbolic");
	adw_status_page_set_child(ADW_STATUS_PAGE(main->empty), buttons);
	return main->empty;
}

static gboolean on_drop(
	GtkDropTarget *target, const GValue *value, double x, double y, gpointer data)
{
	(void)target;
	(void)x;
	(void)y;
	(void)data;
	for (GSList *files = g_value_get_boxed(value); files != NULL; files = files->next)
		if (g_file_peek_path(files->data) != NULL)
			app_open_capture(g_file_peek_path(files->data));
	return TRUE;
}

static GtkWidget *new_content(struct main_window *main)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkDropTarget *target = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

	main->stack = gtk_stack_new();
	gtk_stack_add_named(GTK_STACK(main->stack), new_mail(main), "mail");
	gtk_stack_add_named(GTK_STACK(main->stack), new_empty(main), "empty");
	gtk_widget_set_vexpand(main->stack, TRUE);
	main->toasts = adw_toast_overlay_new();
	adw_toast_overlay_set_child(ADW_TOAST_OVERLAY(main->toasts), main->stack);
	gtk_box_append(GTK_BOX(box), new_header());
	gtk_box_append(GTK_BOX(box), new_search(main));
	gtk_box_append(GTK_BOX(box), main->toasts);
	gtk_box_append(GTK_BOX(box), new_bar(main));
	g_signal_connect(target, "drop", G_CALLBACK(on_drop), NULL);
	gtk_widget_add_controller(box, GTK_EVENT_CONTROLLER(target));
	return box;
}

static gboolean on_close_request(GtkWindow *window, gpointer data)
{
	(void)window;
	main_delete_all(data);
	return FALSE;
}

static void main_free(gpointer data, GObject *window)
{
	struct main_window *main = data;

	(void)window;
	main_fetch_fini(main);
	g_clear_object(&main->current);
	if (main->deletions != NULL)
		g_ptr_array_unref(main->deletions);
	g_free(main);
}

struct main_window *main_window_new(AdwApplication *application)
{
	struct main_window *main = g_new0(struct main_window, 1);

	main->window = adw_application_window_new(GTK_APPLICATION(application));
	gtk_window_set_title(GTK_WINDOW(main->window), "mailscope");
	gtk_window_set_default_size(GTK_WINDOW(main->window), 1180, 800);
	add_actions(main);
	adw_application_window_set_content(ADW_APPLICATION_WINDOW(main->window), new_content(main));
	gtk_search_bar_set_key_capture_widget(
		GTK_SEARCH_BAR(main->search), list_widget(main->list));
	g_signal_connect(main->window, "close-request", G_CALLBACK(on_close_request), main);
	g_object_weak_ref(G_OBJECT(main->window), main_free, main);
	main_enable(main, "undo", FALSE);
	on_selected(main, NULL);
	main_window_reload(main);
	return main;
}

GtkWindow *main_window_widget(struct main_window *main)
{
	return GTK_WINDOW(main->window);
}
