#include "window/app.h"
#include "window/button.h"

#include "base/language_choice.h"
#include "base/version.h"
#include "client/password.h"
#include "window/capture.h"
#include "window/compose.h"
#include "window/main_window.h"
#include "window/passwords.h"
#include "window/settings.h"
#include "window/shortcuts.h"
#include "window/style.h"
#include "window/words.h"
#include "window/work.h"

#include <glib-unix.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static AdwApplication *application;
static struct main_window *main_window; /* NULL: captures alone are open */

struct account *app_account(const char *group, struct fail *fail)
{
	struct account *account = NULL;

	fail->code = FAIL_NONE;
	if (account_load(NULL, group, &account, fail) != STEP_DONE)
		return NULL;
	return account;
}

void app_compose(GtkWindow *parent, struct draft *draft)
{
	compose_open(GTK_APPLICATION(application), parent, draft);
}

void app_settings(GtkWindow *parent)
{
	settings_open(GTK_APPLICATION(application), parent);
}

void app_open_capture(const char *path)
{
	capture_open_window(GTK_APPLICATION(application), path);
}

void app_accounts_changed(void)
{
	if (main_window != NULL)
		main_window_accounts_changed(main_window);
}

void app_mail_changed(void)
{
	if (main_window != NULL)
		main_window_reload(main_window);
}

void app_toast(const char *text)
{
	if (main_window != NULL)
		main_window_toast(main_window, text);
}

void app_complain(GtkWindow *parent, const char *title, const char *text)
{
	GtkWidget *dialog;

	if (parent == NULL && main_window != NULL)
		parent = main_window_widget(main_window);
	dialog = adw_message_dialog_new(parent, title, text);
	adw_message_dialog_add_response(ADW_MESSAGE_DIALOG(dialog), "close", _("Close"));
	gtk_window_present(GTK_WINDOW(dialog));
}

/* The dialog that asks for a password. */
struct asking {
	struct work *work;
	GtkWidget *entry;
	char *user, *host;
};

static void on_password(AdwMessageDialog *dialog, const char *response, gpointer data)
{
	struct asking *asking = data;
	const char *secret = gtk_editable_get_text(GTK_EDITABLE(asking->entry));

	(void)dialog;
	if (strcmp(response, "login") == 0 && secret[0] != '\0') {
		passwords_set(asking->user, asking->host, secret);
		work_answer(asking->work, secret);
	} else {
		work_answer(asking->work, NULL);
	}
	g_free(asking->user);
	g_free(asking->host);
	g_free(asking);
}

static void on_question(const struct work_question *question)
{
	struct asking *asking = g_new0(struct asking, 1);
	GtkWindow *parent = gtk_application_get_active_window(GTK_APPLICATION(application));
	char *text = g_strdup_printf(_("%s at %s"), question->user, question->host);
	GtkWidget *dialog = adw_message_dialog_new(parent, _("Password"), text);

	asking->work = question->work;
	asking->user = g_strdup(question->user);
	asking->host = g_strdup(question->host);
	asking->entry = gtk_password_entry_new();
	gtk_password_entry_set_show_peek_icon(GTK_PASSWORD_ENTRY(asking->entry), TRUE);
	g_object_set(asking->entry, "activates-default", TRUE, NULL);
	name_widget(asking->entry, _("Password"));
	adw_message_dialog_set_extra_child(ADW_MESSAGE_DIALOG(dialog), asking->entry);
	adw_message_dialog_add_responses(
		ADW_MESSAGE_DIALOG(dialog), "cancel", _("Cancel"), "login", _("Log In"), NULL);
	adw_message_dialog_set_default_response(ADW_MESSAGE_DIALOG(dialog), "login");
	adw_message_dialog_set_response_appearance(
		ADW_MESSAGE_DIALOG(dialog), "login", ADW_RESPONSE_SUGGESTED);
	g_signal_connect(dialog, "response", G_CALLBACK(on_password), asking);
	gtk_window_present(GTK_WINDOW(dialog));
	g_free(text);
}

/* Actions. */
static void on_open_files(GtkNativeDialog *dialog, int response, gpointer data)
{
	GListModel *files = gtk_file_chooser_get_files(GTK_FILE_CHOOSER(dialog));

	(void)data;
	for (guint i = 0; response == GTK_RESPONSE_ACCEPT && i < g_list_model_get_n_items(files);
		i++) {
		GFile *file = g_list_model_get_item(files, i);

		if (g_file_peek_path(file) != NULL)
			app_open_capture(g_file_peek_path(file));
		g_object_unref(file);
	}
	g_object_unref(files);
	g_object_unref(dialog);
}

static void on_open_action(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	GtkWindow *parent = gtk_application_get_active_window(GTK_APPLICATION(application));
	GtkFileChooserNative *dialog = gtk_file_chooser_native_new(_("Open a Capture"), parent,
		GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), _("_Cancel"));
	GtkFileFilter *filter = gtk_file_filter_new();

	(void)action;
	(void)parameter;
	(void)data;
	gtk_file_filter_set_name(filter, _("Captures"));
	for (size_t i = 0; i < 4; i++)
		gtk_file_filter_add_pattern(filter,
			((const char *const[]){"*.pcap*", "*.cap", "*.cap.gz", "*.cap.zst"})[i]);
	gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(dialog), filter);
	gtk_file_chooser_set_select_multiple(GTK_FILE_CHOOSER(dialog), TRUE);
	g_signal_connect(dialog, "response", G_CALLBACK(on_open_files), NULL);
	gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
	g_object_unref(filter);
}

static void on_settings(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	(void)parameter;
	(void)data;
	app_settings(gtk_application_get_active_window(GTK_APPLICATION(application)));
}

static void on_shortcuts(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	(void)parameter;
	(void)data;
	shortcuts_show(gtk_application_get_active_window(GTK_APPLICATION(application)));
}

static void on_about(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	(void)parameter;
	(void)data;
	adw_show_about_window(gtk_application_get_active_window(GTK_APPLICATION(application)),
		"application-name", "mailscope", "application-icon", "mailscope", "version",
		MAILSCOPE_VERSION, "comments",
		_("Shows every line of a mail session: on the wire, in the client's log, and in a "
		  "picture."),
		NULL);
}

/* The program ends with the last of them; what is being written is kept as a draft. */
static void close_windows(void)
{
	GList *windows = g_list_copy(gtk_application_get_windows(GTK_APPLICATION(application)));

	for (GList *at = windows; at != NULL; at = at->next)
		gtk_window_close(at->data);
	g_list_free(windows);
}

static void on_quit(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	(void)parameter;
	(void)data;
	close_windows();
}

/* Whoever ends the session of the desktop ends the program as its own menu does. */
static gboolean on_signal(gpointer data)
{
	(void)data;
	close_windows();
	return G_SOURCE_CONTINUE;
}

/* A file that was saved, in the program that the desktop has for it. */
static void on_show(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	char *address = g_filename_to_uri(g_variant_get_string(parameter, NULL), NULL, NULL);

	(void)action;
	(void)data;
	if (address != NULL)
		gtk_show_uri(gtk_application_get_active_window(GTK_APPLICATION(application)),
			address, GDK_CURRENT_TIME);
	g_free(address);
}

static void add_actions(void)
{
	static const GActionEntry entries[] = {{.name = "open", .activate = on_open_action},
		{.name = "show", .activate = on_show, .parameter_type = "s"},
		{.name = "settings", .activate = on_settings},
		{.name = "shortcuts", .activate = on_shortcuts},
		{.name = "about", .activate = on_about}, {.name = "quit", .activate = on_quit}};

	g_action_map_add_action_entries(
		G_ACTION_MAP(application), entries, G_N_ELEMENTS(entries), NULL);
}

static void on_startup(GApplication *app, gpointer data)
{
	GtkCssProvider *style = gtk_css_provider_new();

	(void)app;
	(void)data;
	gtk_css_provider_load_from_data(style, STYLE, -1);
	gtk_style_context_add_provider_for_display(gdk_display_get_default(),
		GTK_STYLE_PROVIDER(style), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
	g_object_unref(style);
	add_actions();
	g_unix_signal_add(SIGTERM, on_signal, NULL);
	g_unix_signal_add(SIGINT, on_signal, NULL);
	g_unix_signal_add(SIGHUP, on_signal, NULL);
	shortcuts_set(GTK_APPLICATION(application));
	work_on_question = on_question;
}

static void on_main_gone(gpointer data, GObject *window)
{
	(void)data;
	(void)window;
	main_window = NULL;
}

static void on_practice_again(gpointer context, const char *trouble)
{
	(void)context;
	if (trouble != NULL)
		app_complain(NULL, _("The practice server did not start"), trouble);
}

/* Settings for who has no account; the practice server for whose account is there. */
static void begin_use(void)
{
	struct fail fail;
	struct account *account = app_account("practice", &fail);
	char *folder = g_build_filename(g_get_user_data_dir(), "mailscope", "practice", NULL);
	char **names;

	if (account != NULL && account->password_file != NULL &&
		g_str_has_prefix(account->password_file, folder))
		app_practice(on_practice_again, NULL);
	account_free(account);
	g_free(folder);
	names = account_names(NULL, &fail);
	if (names == NULL)
		app_complain(NULL, _("The accounts cannot be read"), fail.text);
	else if (names[0] == NULL)
		app_settings(main_window_widget(main_window));
	account_names_free(names);
}

static void on_activate(GApplication *app, gpointer data)
{
	(void)app;
	(void)data;
	if (main_window != NULL) {
		gtk_window_present(main_window_widget(main_window));
		return;
	}
	main_window = main_window_new(application);
	g_object_weak_ref(G_OBJECT(main_window_widget(main_window)), on_main_gone, NULL);
	gtk_window_present(main_window_widget(main_window));
	begin_use();
}

static void on_open(GApplication *app, GFile **files, int count, const char *hint, gpointer data)
{
	(void)app;
	(void)hint;
	(void)data;
	for (int i = 0; i < count; i++)
		if (g_file_peek_path(files[i]) != NULL)
			app_open_capture(g_file_peek_path(files[i]));
}

/* A picture's figures have decimal points in every language. What GTK says itself goes by
 * LANGUAGE, where the locale allows it. */
static void choose_language(int *count, char **arguments)
{
	struct fail fail;

	if (!language_option(count, arguments, &fail))
		g_warning("%s", fail.text);
	g_setenv("LANGUAGE", language_name(), TRUE);
	gtk_disable_setlocale();
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");
}

int app_run(int count, char **arguments)
{
	int status;

	choose_language(&count, arguments);
	password_guard_process();
	application = adw_application_new(
		"org.mailscope.Mailscope", G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE);
	g_set_application_name("mailscope");
	gtk_window_set_default_icon_name("mailscope");
	g_signal_connect(application, "startup", G_CALLBACK(on_startup), NULL);
	g_signal_connect(application, "activate", G_CALLBACK(on_activate), NULL);
	g_signal_connect(application, "open", G_CALLBACK(on_open), NULL);
	status = g_application_run(G_APPLICATION(application), count, arguments);
	g_object_unref(application);
	passwords_forget_all();
	return status;
}
