#include "window/compose.h"
#include "window/button.h"

#include "window/app.h"
#include "window/columns.h"
#include "window/compose_send.h"
#include "window/live_view.h"
#include "window/words.h"

#include <adwaita.h>
#include <string.h>

enum { SAVE_AFTER = 700 }; /* ms without a key */

struct composing {
	GtkWidget *window, *stack, *title;
	GtkWidget *send, *attach, *cancel;
	GtkWidget *from, *to, *cc, *bcc, *subject, *body, *attachments;
	char **accounts; /* groups, as the list of senders has them */
	struct draft *draft;
	guint save_source; /* 0: everything is saved */
	struct live_view *live;
	struct work *work; /* NULL: nothing is being sent */
	gboolean is_sent, is_without_capture;
};

static char *body_of(const struct composing *composing)
{
	GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(composing->body));
	GtkTextIter begin, end;

	gtk_text_buffer_get_bounds(buffer, &begin, &end);
	return gtk_text_buffer_get_text(buffer, &begin, &end, FALSE);
}

static void take_entry(char **field, GtkWidget *entry)
{
	draft_set(field, gtk_editable_get_text(GTK_EDITABLE(entry)));
}

static void take_all(struct composing *composing)
{
	struct draft *draft = composing->draft;
	guint sender = gtk_drop_down_get_selected(GTK_DROP_DOWN(composing->from));
	char *body = body_of(composing);

	take_entry(&draft->to, composing->to);
	take_entry(&draft->cc, composing->cc);
	take_entry(&draft->bcc, composing->bcc);
	take_entry(&draft->subject, composing->subject);
	draft_set(&draft->body, body);
	g_free(body);
	if (sender < g_strv_length(composing->accounts))
		draft_set(&draft->account, composing->accounts[sender]);
}

static gboolean save(gpointer data)
{
	struct composing *composing = data;

	composing->save_source = 0;
	take_all(composing);
	if (composing->draft->path != NULL || !draft_is_empty(composing->draft)) {
		if (!draft_write(composing->draft))
			app_toast(_("The draft could not be saved"));
		app_mail_changed();
	}
	return G_SOURCE_REMOVE;
}

static void on_changed(GObject *source, gpointer data)
{
	struct composing *composing = data;
	const char *subject = gtk_editable_get_text(GTK_EDITABLE(composing->subject));

	(void)source;
	gtk_window_set_title(
		GTK_WINDOW(composing->window), subject[0] != '\0' ? subject : _("New Message"));
	if (composing->save_source != 0)
		g_source_remove(composing->save_source);
	composing->save_source = g_timeout_add(SAVE_AFTER, save, composing);
}

static void show_attachments(struct composing *composing);

static void on_detach(GtkButton *button, gpointer data)
{
	struct composing *composing = data;
	guint index = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(button), "attachment"));
	char **list = composing->draft->attachments;

	g_free(list[index]);
	do
		list[index] = list[index + 1];
	while (list[index++] != NULL);
	show_attachments(composing);
	on_changed(NULL, composing);
}

static void add_attachment(struct composing *composing, guint index)
{
	char *name = g_path_get_basename(composing->draft->attachments[index]);
	GtkWidget *button = button_attachment_new("window-close-symbolic", name, index);

	gtk_widget_set_tooltip_text(button, _("Remove the Attachment"));
	g_signal_connect(button, "clicked", G_CALLBACK(on_detach), composing);
	gtk_flow_box_insert(GTK_FLOW_BOX(composing->attachments), button, -1);
	g_free(name);
}

static void show_attachments(struct composing *composing)
{
	GtkWidget *child;

	while ((child = gtk_widget_get_first_child(composing->attachments)) != NULL)
		gtk_flow_box_remove(GTK_FLOW_BOX(composing->attachments), child);
	for (guint i = 0; composing->draft->attachments[i] != NULL; i++)
		add_attachment(composing, i);
	gtk_widget_set_visible(composing->attachments, composing->draft->attachments[0] != NULL);
}

static void attach_file(struct composing *composing, GFile *file)
{
	const char *path = g_file_peek_path(file);

	if (path == NULL || !g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return;
	draft_add_file(composing->draft, path);
	show_attachments(composing);
	on_changed(NULL, composing);
}

static void on_files(GtkNativeDialog *dialog, int response, gpointer data)
{
	struct composing *composing = data;
	GListModel *files = gtk_file_chooser_get_files(GTK_FILE_CHOOSER(dialog));

	for (guint i = 0; response == GTK_RESPONSE_ACCEPT && i < g_list_model_get_n_items(files);
		i++) {
		GFile *file = g_list_model_get_item(files, i);

		attach_file(composing, file);
		g_object_unref(file);
	}
	g_object_unref(files);
	g_object_unref(dialog);
}

static void on_attach(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	struct composing *composing = data;
	GtkFileChooserNative *dialog =
		gtk_file_chooser_native_new(_("Attach Files"), GTK_WINDOW(composing->window),
			GTK_FILE_CHOOSER_ACTION_OPEN, _("_Attach"), _("_Cancel"));

	(void)action;
	(void)parameter;
	gtk_file_chooser_set_select_multiple(GTK_FILE_CHOOSER(dialog), TRUE);
	gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
	g_signal_connect(dialog, "response", G_CALLBACK(on_files), composing);
	gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

static gboolean on_drop(
	GtkDropTarget *target, const GValue *value, double x, double y, gpointer data)
{
	GSList *files = g_value_get_boxed(value);

	(void)target;
	(void)x;
	(void)y;
	for (; files != NULL; files = files->next)
		attach_file(data, files->data);
	return TRUE;
}

/* What can be done now: writing, waiting, or closing. */
static void set_state(struct composing *composing, gboolean is_writing)
{
	gtk_widget_set_visible(composing->send, is_writing);
	gtk_widget_set_visible(composing->attach, is_writing);
	gtk_widget_set_visible(composing->cancel, !is_writing);
	button_say(composing->cancel, composing->work != NULL ? _("_Cancel")
				      : composing->is_sent    ? _("_Close")
							      : _("_Back to the Message"));
	gtk_stack_set_visible_child_name(
		GTK_STACK(composing->stack), is_writing ? "write" : "send");
}

static char *good_words(const struct work_result *result)
{
	if (!result->outcome.result.is_captured)
		return g_strdup(_("The session was logged, not captured."));
	return g_strdup_printf(_("Log and wire: %s"), result->outcome.result.summary);
}

static void ask_without_capture(struct composing *composing);

static void on_ended(gpointer context, struct work *work)
{
	struct composing *composing = context;
	const struct work_result *result = work_result(work);
	char *trouble = work_trouble(work);
	gboolean is_refused = result->outcome.is_capture_refused;

	composing->is_sent = result->is_sent;
	if (result->is_sent) {
		char *text = trouble != NULL ? g_strdup(trouble) : good_words(result);

		draft_remove(composing->draft);
		live_view_end(composing->live,
			trouble == NULL ? _("Sent") : _("Sent, but not to everybody"), text,
			trouble == NULL);
		app_mail_changed();
		g_free(text);
	} else {
		live_view_end(
			composing->live, _("Not sent"), trouble != NULL ? trouble : "", FALSE);
	}
	g_free(trouble);
	composing->work = NULL;
	work_forget(work);
	set_state(composing, FALSE);
	if (is_refused)
		ask_without_capture(composing);
}

static void on_said(gpointer context, const struct work_line *line)
{
	live_view_say(((struct composing *)context)->live, line);
}

static void on_progress(gpointer context, const char *text, double part)
{
	live_view_progress(((struct composing *)context)->live, text, part);
}

static void send_it(struct composing *composing)
{
	const struct work_events events = {composing, on_said, on_progress, on_ended};
	struct account *account;
	struct work_order order;
	struct fail fail;

	if (composing->work != NULL || composing->is_sent)
		return;
	take_all(composing);
	account = app_account(composing->draft->account, &fail);
	if (account == NULL ||
		compose_order(composing->draft, account, &order, &fail) == STEP_FAIL) {
		app_complain(GTK_WINDOW(composing->window), _("The message cannot be sent"),
			account == NULL && fail.code == FAIL_NONE
				? _("There is no account yet: set one up first.")
				: fail.text);
		return;
	}
	if (composing->is_without_capture)
		order.has_capture = false;
	live_view_begin(composing->live, _("Sending"));
	composing->work = work_start(&order, &events);
	set_state(composing, FALSE);
}

static void on_without_capture(AdwMessageDialog *dialog, const char *response, gpointer data)
{
	struct composing *composing = data;

	(void)dialog;
	if (strcmp(response, "send") != 0)
		return;
	composing->is_without_capture = TRUE;
	send_it(composing);
}

static void ask_without_capture(struct composing *composing)
{
	GtkWidget *dialog = adw_message_dialog_new(GTK_WINDOW(composing->window),
		_("Nothing may be captured here"),
		_("The message was not sent. It can be sent without capturing: then there is the "
		  "log of the session alone."));

	adw_message_dialog_add_responses(ADW_MESSAGE_DIALOG(dialog), "cancel", _("Cancel"), "send",
		_("Send without Capturing"), NULL);
	adw_message_dialog_set_response_appearance(
		ADW_MESSAGE_DIALOG(dialog), "send", ADW_RESPONSE_SUGGESTED);
	g_signal_connect(dialog, "response", G_CALLBACK(on_without_capture), composing);
	gtk_window_present(GTK_WINDOW(dialog));
}

static void on_send(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	(void)parameter;
	send_it(data);
}

static void on_cancel(GtkButton *button, gpointer data)
{
	struct composing *composing = data;

	(void)button;
	if (composing->work != NULL)
		work_cancel(composing->work);
	else if (composing->is_sent)
		gtk_window_close(GTK_WINDOW(composing->window));
	else
		set_state(composing, TRUE);
}

static void on_close(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	(void)parameter;
	gtk_window_close(GTK_WINDOW(((struct composing *)data)->window));
}

/* What was written is kept; what was sent, or is empty, is not. */
static gboolean on_close_request(GtkWindow *window, gpointer data)
{
	struct composing *composing = data;

	(void)window;
	if (composing->save_source != 0) {
		g_source_remove(composing->save_source);
		composing->save_source = 0;
		if (!composing->is_sent)
			save(composing);
	}
	if (!composing->is_sent && draft_is_empty(composing->draft)) {
		draft_remove(composing->draft);
		app_mail_changed();
	}
	return FALSE;
}

static void composing_free(gpointer data, GObject *window)
{
	struct composing *composing = data;

	(void)window;
	if (composing->save_source != 0)
		g_source_remove(composing->save_source);
	work_cancel(composing->work);
	work_forget(composing->work);
	draft_free(composing->draft);
	g_strfreev(composing->accounts);
	g_free(composing);
}

static GtkWidget *new_entry(struct composing *composing, const char *name, const char *text)
{
	GtkWidget *entry = gtk_entry_new();

	gtk_editable_set_text(GTK_EDITABLE(entry), text);
	gtk_widget_set_hexpand(entry, TRUE);
	name_widget(entry, name);
	g_signal_connect(entry, "changed", G_CALLBACK(on_changed), composing);
	return entry;
}

/* The accounts as senders, the draft's own chosen. */
static GtkWidget *new_senders(struct composing *composing)
{
	GtkStringList *names = gtk_string_list_new(NULL);
	GtkWidget *list = gtk_drop_down_new(G_LIST_MODEL(names), NULL);
	struct fail fail;
	char **groups = account_names(NULL, &fail);

	composing->accounts = g_strdupv(groups != NULL ? groups : (char *[]){NULL});
	account_names_free(groups);
	for (guint i = 0; composing->accounts[i] != NULL; i++) {
		struct account *account = app_account(composing->accounts[i], &fail);

		gtk_string_list_append(names, account != NULL && account->from != NULL
						      ? account->from
						      : composing->accounts[i]);
		account_free(account);
		if (g_strcmp0(composing->accounts[i], composing->draft->account) == 0)
			gtk_drop_down_set_selected(GTK_DROP_DOWN(list), i);
	}
	name_widget(list, _("From"));
	return list;
}

static void add_row(GtkGrid *grid, int row, const char *name, GtkWidget *entry)
{
	GtkWidget *label = gtk_label_new(name);

	gtk_label_set_xalign(GTK_LABEL(label), 1);
	gtk_widget_add_css_class(label, "dim-label");
	gtk_grid_attach(grid, label, 0, row, 1, 1);
	gtk_grid_attach(grid, entry, 1, row, 1, 1);
}

static GtkWidget *new_fields(struct composing *composing)
{
	GtkWidget *grid = gtk_grid_new();
	const struct draft *draft = composing->draft;

	composing->from = new_senders(composing);
	composing->to = new_entry(composing, _("To"), draft->to);
	composing->cc = new_entry(composing, _("Cc"), draft->cc);
	composing->bcc = new_entry(composing, _("Bcc"), draft->bcc);
	composing->subject = new_entry(composing, _("Subject"), draft->subject);
	gtk_grid_set_row_spacing(GTK_GRID(grid), 6);
	gtk_grid_set_column_spacing(GTK_GRID(grid), 12);
	gtk_widget_add_css_class(grid, "compose-fields");
	add_row(GTK_GRID(grid), 0, _("From"), composing->from);
	add_row(GTK_GRID(grid), 1, _("To"), composing->to);
	add_row(GTK_GRID(grid), 2, _("Cc"), composing->cc);
	add_row(GTK_GRID(grid), 3, _("Bcc"), composing->bcc);
	add_row(GTK_GRID(grid), 4, _("Subject"), composing->subject);
	return grid;
}

static GtkWidget *new_body(struct composing *composing)
{
	GtkTextBuffer *buffer;
	GtkTextIter begin;

	composing->body = gtk_text_view_new();
	buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(composing->body));
	gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(composing->body), GTK_WRAP_WORD_CHAR);
	gtk_text_view_set_accepts_tab(GTK_TEXT_VIEW(composing->body), FALSE);
	gtk_widget_add_css_class(composing->body, "compose-body");
	gtk_text_buffer_set_enable_undo(buffer, TRUE);
	gtk_text_buffer_begin_irreversible_action(buffer);
	gtk_text_buffer_set_text(buffer, composing->draft->body, -1);
	gtk_text_buffer_end_irreversible_action(buffer);
	gtk_text_buffer_get_start_iter(buffer, &begin);
	gtk_text_buffer_place_cursor(buffer, &begin);
	name_widget(composing->body, _("Text"));
	g_signal_connect(buffer, "changed", G_CALLBACK(on_changed), composing);
	return columns_scrolled(composing->body);
}

static GtkWidget *new_writing(struct composing *composing)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkDropTarget *target = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

	composing->attachments = gtk_flow_box_new();
	gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(composing->attachments), GTK_SELECTION_NONE);
	gtk_widget_add_css_class(composing->attachments, "attachments");
	gtk_box_append(GTK_BOX(box), new_fields(composing));
	gtk_box_append(GTK_BOX(box), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
	gtk_box_append(GTK_BOX(box), new_body(composing));
	gtk_box_append(GTK_BOX(box), composing->attachments);
	g_signal_connect(target, "drop", G_CALLBACK(on_drop), composing);
	gtk_widget_add_controller(box, GTK_EVENT_CONTROLLER(target));
	return box;
}

static GtkWidget *new_header(struct composing *composing)
{
	GtkWidget *header = adw_header_bar_new();

	composing->send = button_new(_("_Send"));
	composing->attach = gtk_button_new_from_icon_name("mail-attachment-symbolic");
	composing->cancel = button_new(_("_Cancel"));
	gtk_widget_add_css_class(composing->send, "suggested-action");
	gtk_actionable_set_action_name(GTK_ACTIONABLE(composing->send), "win.send");
	gtk_actionable_set_action_name(GTK_ACTIONABLE(composing->attach), "win.attach");
	gtk_widget_set_tooltip_text(composing->attach, _("Attach Files"));
	name_widget(composing->attach, _("Attach Files"));
	g_signal_connect(composing->cancel, "clicked", G_CALLBACK(on_cancel), composing);
	adw_header_bar_pack_start(ADW_HEADER_BAR(header), composing->send);
	adw_header_bar_pack_start(ADW_HEADER_BAR(header), composing->cancel);
	adw_header_bar_pack_end(ADW_HEADER_BAR(header), composing->attach);
	return header;
}

static void add_actions(struct composing *composing)
{
	static const GActionEntry entries[] = {{.name = "send", .activate = on_send},
		{.name = "attach", .activate = on_attach}, {.name = "close", .activate = on_close}};

	g_action_map_add_action_entries(
		G_ACTION_MAP(composing->window), entries, G_N_ELEMENTS(entries), composing);
}

void compose_open(GtkApplication *application, GtkWindow *parent, struct draft *draft)
{
	struct composing *composing = g_new0(struct composing, 1);
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);

	composing->draft = draft;
	composing->window = adw_application_window_new(application);
	gtk_window_set_default_size(GTK_WINDOW(composing->window), 980, 700);
	(void)parent;
	add_actions(composing);
	composing->live = live_view_new();
	composing->stack = gtk_stack_new();
	gtk_box_append(GTK_BOX(box), new_header(composing));
	gtk_stack_add_named(GTK_STACK(composing->stack), new_writing(composing), "write");
	gtk_stack_add_named(GTK_STACK(composing->stack), live_view_widget(composing->live), "send");
	gtk_box_append(GTK_BOX(box), composing->stack);
	adw_application_window_set_content(ADW_APPLICATION_WINDOW(composing->window), box);
	gtk_window_set_title(GTK_WINDOW(composing->window),
		draft->subject[0] != '\0' ? draft->subject : _("New Message"));
	show_attachments(composing);
	set_state(composing, TRUE);
	g_signal_connect(
		composing->window, "close-request", G_CALLBACK(on_close_request), composing);
	g_object_weak_ref(G_OBJECT(composing->window), composing_free, composing);
	gtk_widget_grab_focus(draft->to[0] != '\0' ? composing->body : composing->to);
	gtk_window_present(GTK_WINDOW(composing->window));
}
