#include "window/settings.h"
#include "window/button.h"

#include "base/memory.h"
#include "client/password.h"
#include "window/account_form.h"
#include "window/app.h"
#include "window/live_view.h"
#include "window/passwords.h"
#include "window/words.h"

#include <adwaita.h>
#include <stdlib.h>
#include <string.h>

struct settings {
	GtkWidget *window, *toasts, *stack, *accounts, *remove, *save, *try, *back;
	struct account_form *form;
	char **groups;             /* of the list; behind them stands "New account" */
	struct live_view *live[2]; /* the tries: SMTP, POP3 */
	struct work *work;         /* the one that goes on */
	struct account *tried;
	gboolean is_filling;
};

static void toast(const struct settings *settings, const char *text)
{
	adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(settings->toasts), adw_toast_new(text));
}

static void show_page(struct settings *settings, const char *name)
{
	gboolean is_form = strcmp(name, "form") == 0;

	gtk_stack_set_visible_child_name(GTK_STACK(settings->stack), name);
	gtk_widget_set_visible(settings->save, is_form);
	gtk_widget_set_visible(settings->try, is_form);
	gtk_widget_set_visible(settings->accounts, is_form && settings->groups[0] != NULL);
	gtk_widget_set_visible(settings->remove, is_form && settings->groups[0] != NULL);
	gtk_widget_set_visible(settings->back, strcmp(name, "try") == 0);
}

/* The accounts of the file; group is chosen, NULL: the first, or a new one. */
static void fill_accounts(struct settings *settings, const char *group)
{
	GtkStringList *names = gtk_string_list_new(NULL);
	struct fail fail;
	char **groups = account_names(NULL, &fail);
	guint chosen = 0;

	g_strfreev(settings->groups);
	settings->groups = g_strdupv(groups != NULL ? groups : (char *[]){NULL});
	account_names_free(groups);
	for (guint i = 0; settings->groups[i] != NULL; i++) {
		gtk_string_list_append(names, settings->groups[i]);
		if (g_strcmp0(settings->groups[i], group) == 0)
			chosen = i;
	}
	gtk_string_list_append(names, _("New Account"));
	settings->is_filling = TRUE;
	gtk_drop_down_set_model(GTK_DROP_DOWN(settings->accounts), G_LIST_MODEL(names));
	gtk_drop_down_set_selected(GTK_DROP_DOWN(settings->accounts), chosen);
	settings->is_filling = FALSE;
	g_object_unref(names);
}

static const char *chosen_group(const struct settings *settings)
{
	guint chosen = gtk_drop_down_get_selected(GTK_DROP_DOWN(settings->accounts));

	return chosen < g_strv_length(settings->groups) ? settings->groups[chosen] : NULL;
}

static void show_chosen(struct settings *settings)
{
	const char *group = chosen_group(settings);
	struct fail fail;
	struct account *account = group != NULL ? app_account(group, &fail) : NULL;

	if (group != NULL && account == NULL)
		app_complain(
			GTK_WINDOW(settings->window), _("The account cannot be read"), fail.text);
	account_form_show(settings->form, account);
	gtk_widget_set_sensitive(settings->remove, group != NULL);
	account_free(account);
}

static void on_chosen(GObject *list, GParamSpec *property, gpointer data)
{
	struct settings *settings = data;

	(void)list;
	(void)property;
	if (!settings->is_filling)
		show_chosen(settings);
}

/* A password on its way into the keyring, in a thread: the desktop may ask to unlock it. */
struct keeping {
	char *user, *hosts[2], *secret;
	gboolean is_kept;
};

static void keeping_free(gpointer data)
{
	struct keeping *keeping = data;

	g_free(keeping->user);
	g_free(keeping->hosts[0]);
	g_free(keeping->hosts[1]);
	password_free(keeping->secret);
	g_free(keeping);
}

static void keep_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	struct keeping *keeping = data;
	struct fail fail;

	(void)source;
	(void)cancellable;
	keeping->is_kept = TRUE;
	for (size_t i = 0; i < 2 && keeping->is_kept; i++) {
		const struct password_source to = {
			.user = keeping->user, .host = keeping->hosts[i]};

		if (keeping->hosts[i] != NULL)
			keeping->is_kept = password_keep(&to, keeping->secret, &fail) != STEP_FAIL;
	}
	g_task_return_boolean(task, TRUE);
}

static void on_kept(GObject *source, GAsyncResult *result, gpointer data)
{
	const struct keeping *keeping = g_task_get_task_data(G_TASK(result));

	(void)source;
	(void)data;
	app_toast(keeping->is_kept ? _("Saved; the password is in the keyring")
				   : _("Saved; there is no keyring: the password is kept in memory "
				       "until mailscope ends"));
}

static const char *user_of(const struct account *account, const struct account_server *server)
{
	return server->user != NULL ? server->user : account->user;
}

/* For the sessions of this run. */
static void remember(const struct account *account, const char *secret)
{
	const struct account_server *const servers[] = {&account->smtp, &account->pop3};

	for (size_t i = 0; i < G_N_ELEMENTS(servers); i++)
		if (servers[i]->host != NULL && user_of(account, servers[i]) != NULL)
			passwords_set(user_of(account, servers[i]), servers[i]->host, secret);
}

static gboolean keep_password(const struct account *account, const char *secret)
{
	struct keeping *keeping;
	GTask *task;

	if (secret == NULL || account->user == NULL)
		return FALSE;
	remember(account, secret);
	keeping = g_new0(struct keeping, 1);
	keeping->user = g_strdup(account->user);
	keeping->hosts[0] = g_strdup(account->smtp.host);
	keeping->hosts[1] = g_strdup(account->pop3.host);
	keeping->secret = memory_text(secret);
	task = g_task_new(NULL, NULL, on_kept, NULL);
	g_task_set_task_data(task, keeping, keeping_free);
	g_task_run_in_thread(task, keep_in_thread);
	g_object_unref(task);
	return TRUE;
}

static void on_save(GtkButton *button, gpointer data)
{
	struct settings *settings = data;
	struct fail fail;
	struct account *account = account_form_take(settings->form, &fail);

	(void)button;
	if (account == NULL || account_save(NULL, account, &fail) == STEP_FAIL) {
		app_complain(
			GTK_WINDOW(settings->window), _("The account was not saved"), fail.text);
		account_free(account);
		return;
	}
	if (!keep_password(account, account_form_password(settings->form)))
		app_toast(_("Account saved"));
	account_free(account);
	app_accounts_changed();
	gtk_window_close(GTK_WINDOW(settings->window));
}

static void on_remove_answer(AdwMessageDialog *dialog, const char *response, gpointer data)
{
	struct settings *settings = data;
	const char *group = chosen_group(settings);
	struct fail fail;

	(void)dialog;
	if (strcmp(response, "remove") != 0 || group == NULL)
		return;
	if (account_remove(NULL, group, &fail) == STEP_FAIL)
		app_complain(
			GTK_WINDOW(settings->window), _("The account was not removed"), fail.text);
	fill_accounts(settings, NULL);
	show_chosen(settings);
	show_page(settings, "form");
	app_accounts_changed();
}

static void on_remove(GtkButton *button, gpointer data)
{
	struct settings *settings = data;
	GtkWidget *dialog = adw_message_dialog_new(GTK_WINDOW(settings->window),
		_("Remove this account?"), _("Its messages stay where they are."));

	(void)button;
	adw_message_dialog_add_responses(
		ADW_MESSAGE_DIALOG(dialog), "cancel", _("Cancel"), "remove", _("Remove"), NULL);
	adw_message_dialog_set_response_appearance(
		ADW_MESSAGE_DIALOG(dialog), "remove", ADW_RESPONSE_DESTRUCTIVE);
	g_signal_connect(dialog, "response", G_CALLBACK(on_remove_answer), settings);
	gtk_window_present(GTK_WINDOW(dialog));
}

/* Trying: an SMTP session, then a POP3 one. */
static void try_next(struct settings *settings, enum work_kind kind);

static void on_said(gpointer context, const struct work_line *line)
{
	struct settings *settings = context;

	live_view_say(settings->live[work_order(settings->work)->kind == WORK_TRY_POP3], line);
}

static char *good_words(const struct work_result *result, gboolean is_pop3)
{
	const char *compared = result->outcome.result.is_compared
				       ? result->outcome.result.summary
				       : _("The session was logged, not captured.");

	if (!is_pop3)
		return g_strdup(compared);
	return g_strdup_printf(_N("%zu message waits there. %s", "%zu messages wait there. %s",
				       (gulong)result->known),
		result->known, compared);
}

static void on_tried(gpointer context, struct work *work)
{
	struct settings *settings = context;
	gboolean is_pop3 = work_order(work)->kind == WORK_TRY_POP3;
	char *trouble = work_trouble(work);
	char *text = trouble != NULL ? g_strdup(trouble) : good_words(work_result(work), is_pop3);

	live_view_end(settings->live[is_pop3],
		trouble == NULL ? (is_pop3 ? _("POP3 works") : _("SMTP works"))
				: (is_pop3 ? _("POP3 does not work") : _("SMTP does not work")),
		text, trouble == NULL);
	g_free(trouble);
	g_free(text);
	settings->work = NULL;
	work_forget(work);
	if (!is_pop3)
		try_next(settings, WORK_TRY_POP3);
	else
		g_clear_pointer(&settings->tried, account_free);
	button_say(settings->back, settings->work != NULL ? _("_Cancel") : _("_Back"));
}

static void try_next(struct settings *settings, enum work_kind kind)
{
	const struct work_events events = {settings, on_said, NULL, on_tried};
	gboolean is_pop3 = kind == WORK_TRY_POP3;
	struct fail fail;
	struct work_order order = {.kind = kind, .has_capture = settings->tried->capture};

	live_view_begin(settings->live[is_pop3], is_pop3 ? _("Trying POP3") : _("Trying SMTP"));
	if ((is_pop3 ? settings->tried->pop3.host : settings->tried->smtp.host) == NULL) {
		live_view_end(settings->live[is_pop3],
			is_pop3 ? _("No POP3 server") : _("No SMTP server"), "", TRUE);
		if (!is_pop3)
			try_next(settings, WORK_TRY_POP3);
		return;
	}
	order.account = account_form_take(settings->form, &fail);
	settings->work = work_start(&order, &events);
}

static void on_try(GtkButton *button, gpointer data)
{
	struct settings *settings = data;
	const char *secret = account_form_password(settings->form);
	struct fail fail;

	(void)button;
	account_free(settings->tried);
	settings->tried = account_form_take(settings->form, &fail);
	if (settings->tried == NULL) {
		toast(settings, fail.text);
		return;
	}
	if (secret != NULL)
		remember(settings->tried, secret);
	live_view_begin(settings->live[1], _("POP3 comes next"));
	show_page(settings, "try");
	button_say(settings->back, _("_Cancel"));
	try_next(settings, WORK_TRY_SMTP);
}

static void on_back(GtkButton *button, gpointer data)
{
	struct settings *settings = data;

	(void)button;
	if (settings->work != NULL)
		work_cancel(settings->work);
	else
		show_page(settings, "form");
}

/* The first start. */
static void on_own_account(GtkButton *button, gpointer data)
{
	(void)button;
	show_page(data, "form");
}

/* The window may be gone when the server has started. */
static void on_practice_started(gpointer context, const char *trouble)
{
	GWeakRef *window = context;
	GtkWindow *parent = g_weak_ref_get(window);

	if (trouble != NULL)
		app_complain(parent, _("The practice server did not start"), trouble);
	else
		app_toast(_("The practice server is running: write to student or teacher"));
	if (trouble == NULL && parent != NULL)
		gtk_window_close(parent);
	if (parent != NULL)
		g_object_unref(parent);
	g_weak_ref_clear(window);
	g_free(window);
}

static void on_practice(GtkButton *button, gpointer data)
{
	struct settings *settings = data;
	GWeakRef *window = g_new0(GWeakRef, 1);

	gtk_widget_set_sensitive(GTK_WIDGET(button), FALSE);
	g_weak_ref_init(window, settings->window);
	app_practice(on_practice_started, window);
}

static GtkWidget *new_choice(const char *text, GCallback on_clicked, struct settings *settings)
{
	GtkWidget *button = button_new(text);

	gtk_widget_add_css_class(button, "pill");
	gtk_widget_set_halign(button, GTK_ALIGN_CENTER);
	g_signal_connect(button, "clicked", on_clicked, settings);
	return button;
}

static GtkWidget *new_welcome(struct settings *settings)
{
	GtkWidget *page = adw_status_page_new();
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
	GtkWidget *own = new_choice(_("_Set Up an Account"), G_CALLBACK(on_own_account), settings);

	gtk_widget_add_css_class(own, "suggested-action");
	gtk_box_append(GTK_BOX(box), own);
	gtk_box_append(GTK_BOX(box),
		new_choice(_("Use the _Practice Server"), G_CALLBACK(on_practice), settings));
	adw_status_page_set_icon_name(ADW_STATUS_PAGE(page), "mail-send-receive-symbolic");
	adw_status_page_set_title(ADW_STATUS_PAGE(page), _("Welcome to mailscope"));
	adw_status_page_set_description(ADW_STATUS_PAGE(page),
		_("It sends and fetches mail, and shows every line of each session: on the wire, "
		  "in "
		  "the log, and in a picture.\n\nThe practice server runs on this computer alone: "
		  "nothing leaves it, and no mail account is needed."));
	adw_status_page_set_child(ADW_STATUS_PAGE(page), box);
	return page;
}

static GtkWidget *new_tries(struct settings *settings)
{
	GtkWidget *paned = gtk_paned_new(GTK_ORIENTATION_VERTICAL);

	for (size_t i = 0; i < 2; i++)
		settings->live[i] = live_view_new();
	gtk_paned_set_start_child(GTK_PANED(paned), live_view_widget(settings->live[0]));
	gtk_paned_set_end_child(GTK_PANED(paned), live_view_widget(settings->live[1]));
	gtk_paned_set_position(GTK_PANED(paned), 320);
	return paned;
}

static GtkWidget *new_header(struct settings *settings)
{
	GtkWidget *header = adw_header_bar_new();

	settings->accounts = gtk_drop_down_new(NULL, NULL);
	settings->remove = gtk_button_new_from_icon_name("user-trash-symbolic");
	settings->save = button_new(_("_Save"));
	settings->try = button_new(_("_Try It"));
	settings->back = button_new(_("_Back"));
	gtk_widget_add_css_class(settings->save, "suggested-action");
	gtk_widget_set_tooltip_text(settings->remove, _("Remove the Account"));
	name_widget(settings->remove, _("Remove the Account"));
	name_widget(settings->accounts, _("Account"));
	g_signal_connect(settings->accounts, "notify::selected", G_CALLBACK(on_chosen), settings);
	g_signal_connect(settings->remove, "clicked", G_CALLBACK(on_remove), settings);
	g_signal_connect(settings->save, "clicked", G_CALLBACK(on_save), settings);
	g_signal_connect(settings->try, "clicked", G_CALLBACK(on_try), settings);
	g_signal_connect(settings->back, "clicked", G_CALLBACK(on_back), settings);
	adw_header_bar_pack_start(ADW_HEADER_BAR(header), settings->back);
	adw_header_bar_pack_start(ADW_HEADER_BAR(header), settings->accounts);
	adw_header_bar_pack_start(ADW_HEADER_BAR(header), settings->remove);
	adw_header_bar_pack_end(ADW_HEADER_BAR(header), settings->save);
	adw_header_bar_pack_end(ADW_HEADER_BAR(header), settings->try);
	return header;
}

static void settings_free(gpointer data, GObject *window)
{
	struct settings *settings = data;

	(void)window;
	work_cancel(settings->work);
	work_forget(settings->work);
	account_free(settings->tried);
	g_strfreev(settings->groups);
	g_free(settings);
}

void settings_open(GtkApplication *application, GtkWindow *parent)
{
	struct settings *settings = g_new0(struct settings, 1);
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);

	settings->window = adw_window_new();
	gtk_window_set_application(GTK_WINDOW(settings->window), application);
	gtk_window_set_transient_for(GTK_WINDOW(settings->window), parent);
	gtk_window_set_modal(GTK_WINDOW(settings->window), TRUE);
	gtk_window_set_title(GTK_WINDOW(settings->window), _("Accounts"));
	gtk_window_set_default_size(GTK_WINDOW(settings->window), 820, 720);
	settings->stack = gtk_stack_new();
	settings->form = account_form_new();
	gtk_stack_add_named(GTK_STACK(settings->stack), new_welcome(settings), "welcome");
	gtk_stack_add_named(
		GTK_STACK(settings->stack), account_form_widget(settings->form), "form");
	gtk_stack_add_named(GTK_STACK(settings->stack), new_tries(settings), "try");
	gtk_widget_set_vexpand(settings->stack, TRUE);
	settings->toasts = adw_toast_overlay_new();
	adw_toast_overlay_set_child(ADW_TOAST_OVERLAY(settings->toasts), settings->stack);
	gtk_box_append(GTK_BOX(box), new_header(settings));
	gtk_box_append(GTK_BOX(box), settings->toasts);
	adw_window_set_content(ADW_WINDOW(settings->window), box);
	g_object_weak_ref(G_OBJECT(settings->window), settings_free, settings);
	fill_accounts(settings, NULL);
	show_chosen(settings);
	show_page(settings, settings->groups[0] != NULL ? "form" : "welcome");
	gtk_window_present(GTK_WINDOW(settings->window));
}
