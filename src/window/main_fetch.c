/* Fetching: from one account after another, beside everything else. */
#include "window/app.h"
#include "window/main_parts.h"
#include "window/words.h"

#include <string.h>

static void begin_next(struct main_window *main);

static void show_bar(struct main_window *main, const char *text, double part)
{
	gtk_label_set_text(GTK_LABEL(main->bar_text), text);
	if (part >= 0)
		gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(main->bar_part), part);
	else
		gtk_progress_bar_pulse(GTK_PROGRESS_BAR(main->bar_part));
	gtk_action_bar_set_revealed(GTK_ACTION_BAR(main->bar), TRUE);
}

static void on_progress(gpointer context, const char *text, double part)
{
	show_bar(context, text, part);
}

static void on_said(gpointer context, const struct work_line *line)
{
	struct main_window *main = context;

	if (!line->is_note && gtk_progress_bar_get_fraction(GTK_PROGRESS_BAR(main->bar_part)) <= 0)
		gtk_progress_bar_pulse(GTK_PROGRESS_BAR(main->bar_part));
}

static void finish(struct main_window *main)
{
	char *text = main->fetched == 0 ? g_strdup(_("No new messages"))
					: g_strdup_printf(_N("%zu new message", "%zu new messages",
								  (gulong)main->fetched),
						  main->fetched);

	gtk_action_bar_set_revealed(GTK_ACTION_BAR(main->bar), FALSE);
	g_clear_pointer(&main->queue, g_ptr_array_unref);
	main_window_toast(main, text);
	g_free(text);
}

static void on_trouble_answer(AdwMessageDialog *dialog, const char *response, gpointer data)
{
	struct main_window *main = data;

	(void)dialog;
	if (strcmp(response, "settings") == 0) {
		app_settings(GTK_WINDOW(main->window));
	} else if (strcmp(response, "again") == 0) {
		main->is_without_capture = TRUE;
		main_fetch(main);
		main->is_without_capture = FALSE;
	}
}

static void complain(struct main_window *main, const char *text, gboolean is_capture)
{
	GtkWidget *dialog = adw_message_dialog_new(
		GTK_WINDOW(main->window), _("Mail could not be fetched"), text);

	adw_message_dialog_add_responses(
		ADW_MESSAGE_DIALOG(dialog), "close", _("Close"), "settings", _("Settings"), NULL);
	if (is_capture)
		adw_message_dialog_add_response(
			ADW_MESSAGE_DIALOG(dialog), "again", _("Fetch without Capturing"));
	g_signal_connect(dialog, "response", G_CALLBACK(on_trouble_answer), main);
	gtk_window_present(GTK_WINDOW(dialog));
}

static void on_ended(gpointer context, struct work *work)
{
	struct main_window *main = context;
	const struct work_result *result = work_result(work);
	char *trouble = work_trouble(work);
	gboolean is_capture = result->outcome.is_capture_refused;
	gboolean is_cancelled = result->is_cancelled;

	main->fetched += result->fetched;
	main->fetch = NULL;
	work_forget(work);
	if (main->fetched > 0 && main->place == PLACE_INBOX)
		main_window_reload(main);
	if (trouble == NULL) {
		begin_next(main);
		return;
	}
	gtk_action_bar_set_revealed(GTK_ACTION_BAR(main->bar), FALSE);
	g_clear_pointer(&main->queue, g_ptr_array_unref);
	if (is_cancelled)
		main_window_toast(main, _("Fetching was cancelled"));
	else
		complain(main, trouble, is_capture);
	g_free(trouble);
}

static void begin(struct main_window *main, struct account *account)
{
	const struct work_events events = {main, on_said, on_progress, on_ended};
	const struct work_order order = {.kind = WORK_FETCH,
		.account = account,
		.has_capture =
			!main->is_without_capture && (!account->has_capture || account->capture)};
	char *text = g_strdup_printf(_("Fetching from %s"), account->pop3.host);

	gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(main->bar_part), 0);
	show_bar(main, text, -1);
	main->fetch = work_start(&order, &events);
	g_free(text);
}

static void begin_next(struct main_window *main)
{
	while (main->queue != NULL && main->queue->len > 0) {
		char *group = g_ptr_array_steal_index(main->queue, 0);
		struct fail fail;
		struct account *account = app_account(group, &fail);

		g_free(group);
		if (account != NULL && account->pop3.host != NULL) {
			begin(main, account);
			return;
		}
		account_free(account);
	}
	finish(main);
}

void main_fetch(struct main_window *main)
{
	struct fail fail;
	char **groups;

	if (main->fetch != NULL)
		return;
	groups = account_names(NULL, &fail);
	if (groups == NULL) {
		app_complain(GTK_WINDOW(main->window), _("The accounts cannot be read"), fail.text);
		return;
	}
	if (groups[0] == NULL) {
		app_settings(GTK_WINDOW(main->window));
	} else {
		main->fetched = 0;
		main->queue = g_ptr_array_new_with_free_func(g_free);
		for (size_t i = 0; groups[i] != NULL; i++)
			g_ptr_array_add(main->queue, g_strdup(groups[i]));
		begin_next(main);
	}
	account_names_free(groups);
}

void main_fetch_cancel(struct main_window *main)
{
	if (main->queue != NULL)
		g_ptr_array_set_size(main->queue, 0);
	work_cancel(main->fetch);
}

void main_fetch_fini(struct main_window *main)
{
	work_cancel(main->fetch);
	work_forget(main->fetch);
	g_clear_pointer(&main->queue, g_ptr_array_unref);
}
