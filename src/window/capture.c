#include "window/capture.h"
#include "window/button.h"

#include "view/diagram.h"
#include "window/app.h"
#include "window/capture_tables.h"
#include "window/columns.h"
#include "window/export.h"
#include "window/session_view.h"
#include "window/words.h"

#include <adwaita.h>
#include <string.h>

struct capture_window {
	GtkWidget *window, *toasts, *stack, *tabs, *words, *sessions, *note;
	GtkWidget *packets, *findings, *messages, *message_text;
	GtkWidget *finding_stack, *message_stack; /* "rows", or "none" with words */
	struct session_view *session;
	struct reading *reading;
	GCancellable *cancellable;
};

static void show_tab(struct capture_window *capture, const char *name)
{
	adw_view_stack_set_visible_child_name(ADW_VIEW_STACK(capture->tabs), name);
}

static void on_arrow(gpointer context)
{
	show_tab(context, "dialogue");
}

static void on_session(GtkListBox *box, GtkListBoxRow *row, gpointer data)
{
	struct capture_window *capture = data;

	(void)box;
	if (row != NULL)
		session_view_show(capture->session, capture->reading,
			(size_t)gtk_list_box_row_get_index(row));
}

static void choose_session(struct capture_window *capture, uint32_t number)
{
	for (size_t i = 0; i < capture->reading->session_count; i++)
		if (capture->reading->sessions[i].number == number)
			gtk_list_box_select_row(GTK_LIST_BOX(capture->sessions),
				gtk_list_box_get_row_at_index(
					GTK_LIST_BOX(capture->sessions), (int)i));
}

/* A packet, or a finding, leads to its line. */
static void on_packet(GtkColumnView *view, guint place, gpointer data)
{
	struct capture_window *capture = data;
	const struct shown_packet *packet = &capture->reading->packets[place];

	(void)view;
	if (packet->session == 0)
		return;
	choose_session(capture, packet->session);
	session_view_select_frame(capture->session, packet->number);
	show_tab(capture, "dialogue");
}

static void on_finding(GtkColumnView *view, guint place, gpointer data)
{
	struct capture_window *capture = data;
	const struct shown_finding *finding = &capture->reading->findings[place];

	(void)view;
	choose_session(capture, finding->session);
	if (finding->line > 0)
		session_view_select_line(capture->session, finding->line);
	else
		session_view_select_frame(capture->session, finding->frame);
	show_tab(capture, "dialogue");
}

static void on_message(GtkSingleSelection *selection, GParamSpec *property, gpointer data)
{
	const struct capture_window *capture = data;
	const struct shown_message *message =
		item_data(gtk_single_selection_get_selected_item(selection));

	(void)property;
	gtk_text_buffer_set_text(gtk_text_view_get_buffer(GTK_TEXT_VIEW(capture->message_text)),
		message != NULL ? message->text : "", -1);
}

static GtkWidget *new_session_row(const struct shown_session *session)
{
	GtkWidget *row = adw_action_row_new();
	char *title = g_markup_printf_escaped("%u · %s", session->number, session->title);
	char *facts = g_markup_printf_escaped("%s\n%s", session->facts, session->outcome);

	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
	adw_action_row_set_subtitle(ADW_ACTION_ROW(row), facts);
	g_free(facts);
	g_free(title);
	return row;
}

static void show_note(const struct capture_window *capture)
{
	const struct reading *reading = capture->reading;
	const char *text = reading->fail.code != FAIL_NONE ? reading->fail.text
			   : reading->is_cut ? _("The capture has more than is shown here.")
					     : NULL;

	gtk_label_set_text(GTK_LABEL(capture->note), text != NULL ? text : "");
	gtk_widget_set_visible(capture->note, text != NULL);
}

static void show_reading(struct capture_window *capture)
{
	struct reading *reading = capture->reading;

	for (size_t i = 0; i < reading->session_count; i++)
		gtk_list_box_append(
			GTK_LIST_BOX(capture->sessions), new_session_row(&reading->sessions[i]));
	capture_show_packets(capture->packets, reading);
	capture_show_findings(capture->findings, reading);
	gtk_stack_set_visible_child_name(
		GTK_STACK(capture->finding_stack), reading->finding_count > 0 ? "rows" : "none");
	gtk_stack_set_visible_child_name(
		GTK_STACK(capture->message_stack), reading->message_count > 0 ? "rows" : "none");
	g_signal_connect(capture_show_messages(capture->messages, reading), "notify::selected-item",
		G_CALLBACK(on_message), capture);
	show_note(capture);
	gtk_list_box_select_row(GTK_LIST_BOX(capture->sessions),
		gtk_list_box_get_row_at_index(GTK_LIST_BOX(capture->sessions), 0));
	gtk_stack_set_visible_child_name(GTK_STACK(capture->stack), "capture");
}

static void say(struct capture_window *capture, const char *title, const char *text)
{
	char *safe = g_markup_escape_text(text, -1);

	adw_status_page_set_title(ADW_STATUS_PAGE(capture->words), title);
	adw_status_page_set_description(ADW_STATUS_PAGE(capture->words), safe);
	gtk_stack_set_visible_child_name(GTK_STACK(capture->stack), "words");
	g_free(safe);
}

static void on_read(GObject *source, GAsyncResult *result, gpointer data)
{
	struct reading *reading = reading_end(result);
	struct capture_window *capture = data;

	(void)source;
	if (reading == NULL)
		return;
	capture->reading = reading;
	if (reading->session_count > 0)
		show_reading(capture);
	else
		say(capture,
			reading->fail.code != FAIL_NONE ? _("The capture cannot be read")
							: _("No mail session"),
			reading->fail.code != FAIL_NONE
				? reading->fail.text
				: _("There is no SMTP and no POP3 in this capture."));
}

static struct export_place place_of(const struct capture_window *capture)
{
	return (struct export_place){
		GTK_WINDOW(capture->window), ADW_TOAST_OVERLAY(capture->toasts)};
}

static void on_report(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	const struct capture_window *capture = data;
	const struct export_place place = place_of(capture);

	(void)action;
	(void)parameter;
	if (capture->reading != NULL && capture->reading->session_count > 0)
		export_report(&place, capture->reading->path, NULL);
}

/* The picture as a file. */
static void on_picture(GtkNativeDialog *dialog, int response, gpointer data)
{
	struct capture_window *capture = data;
	const struct export_place place = place_of(capture);
	GFile *file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));

	if (response == GTK_RESPONSE_ACCEPT && file != NULL)
		capture_save_picture(capture->reading->path, g_file_peek_path(file), &place);
	g_clear_object(&file);
	g_object_unref(dialog);
}

static void on_save_picture(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	struct capture_window *capture = data;
	GtkFileChooserNative *dialog;

	(void)action;
	(void)parameter;
	if (capture->reading == NULL || capture->reading->session_count == 0)
		return;
	dialog = gtk_file_chooser_native_new(_("Save the Diagram"), GTK_WINDOW(capture->window),
		GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
	gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(dialog), "diagram.svg");
	gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
	g_signal_connect(dialog, "response", G_CALLBACK(on_picture), capture);
	gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

static void on_tab(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	show_tab(data, g_variant_get_string(parameter, NULL));
}

static void on_close(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	(void)action;
	(void)parameter;
	gtk_window_close(GTK_WINDOW(((struct capture_window *)data)->window));
}

static void add_tab(struct capture_window *capture, GtkWidget *page, const char *name,
	const char *title, const char *icon)
{
	AdwViewStackPage *tab =
		adw_view_stack_add_titled(ADW_VIEW_STACK(capture->tabs), page, name, title);

	adw_view_stack_page_set_icon_name(tab, icon);
}

static GtkWidget *new_messages(struct capture_window *capture)
{
	GtkWidget *paned = gtk_paned_new(GTK_ORIENTATION_VERTICAL);

	capture->messages = capture_messages_new();
	capture->message_text = gtk_text_view_new();
	gtk_text_view_set_editable(GTK_TEXT_VIEW(capture->message_text), FALSE);
	gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(capture->message_text), GTK_WRAP_WORD_CHAR);
	gtk_widget_add_css_class(capture->message_text, "compose-body");
	name_widget(capture->message_text, _("Text of the message"));
	gtk_paned_set_start_child(GTK_PANED(paned), columns_scrolled(capture->messages));
	gtk_paned_set_end_child(GTK_PANED(paned), columns_scrolled(capture->message_text));
	gtk_paned_set_position(GTK_PANED(paned), 220);
	return paned;
}

/* Rows, or where there are none the words that say so. */
static GtkWidget *new_rows(GtkWidget *rows, const char *title, const char *text)
{
	GtkWidget *stack = gtk_stack_new(), *none = adw_status_page_new();

	adw_status_page_set_title(ADW_STATUS_PAGE(none), title);
	adw_status_page_set_description(ADW_STATUS_PAGE(none), text);
	gtk_widget_add_css_class(none, "compact");
	gtk_stack_add_named(GTK_STACK(stack), rows, "rows");
	gtk_stack_add_named(GTK_STACK(stack), none, "none");
	return stack;
}

static GtkWidget *new_tabs(struct capture_window *capture)
{
	capture->tabs = adw_view_stack_new();
	capture->session = session_view_new();
	session_view_on_arrow(capture->session, on_arrow, capture);
	capture->packets = capture_packets_new();
	capture->findings = capture_findings_new();
	g_signal_connect(capture->packets, "activate", G_CALLBACK(on_packet), capture);
	g_signal_connect(capture->findings, "activate", G_CALLBACK(on_finding), capture);
	add_tab(capture, session_view_dialogue(capture->session), "dialogue", _("Dialogue"),
		"format-justify-left-symbolic");
	add_tab(capture, session_view_diagram(capture->session), "diagram", _("Diagram"),
		"view-dual-symbolic");
	add_tab(capture, columns_scrolled(capture->packets), "packets", _("Packets"),
		"view-list-symbolic");
	capture->finding_stack = new_rows(columns_scrolled(capture->findings), _("Nothing is odd"),
		_("There is no finding in this capture."));
	capture->message_stack = new_rows(new_messages(capture), _("No message can be seen"),
		_("No message was sent or fetched, or TLS hides it: then the capture needs the "
		  "secrets of its sessions inside."));
	add_tab(capture, capture->finding_stack, "findings", _("Findings"),
		"dialog-warning-symbolic");
	add_tab(capture, capture->message_stack, "messages", _("Messages"), "mail-read-symbolic");
	return capture->tabs;
}

static GtkWidget *new_sidebar(struct capture_window *capture)
{
	GtkWidget *scrolled;

	capture->sessions = gtk_list_box_new();
	gtk_widget_add_css_class(capture->sessions, "navigation-sidebar");
	name_widget(capture->sessions, _("Sessions"));
	g_signal_connect(capture->sessions, "row-selected", G_CALLBACK(on_session), capture);
	scrolled = columns_scrolled(capture->sessions);
	gtk_widget_set_size_request(scrolled, 250, -1);
	return scrolled;
}

static GtkWidget *new_capture(struct capture_window *capture)
{
	GtkWidget *paned = gtk_paned_new(GTK_ORIENTATION_HORIZONTAL);
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);

	gtk_paned_set_start_child(GTK_PANED(paned), new_sidebar(capture));
	gtk_paned_set_end_child(GTK_PANED(paned), new_tabs(capture));
	gtk_paned_set_position(GTK_PANED(paned), 290);
	gtk_paned_set_resize_start_child(GTK_PANED(paned), FALSE);
	gtk_paned_set_shrink_start_child(GTK_PANED(paned), FALSE);
	gtk_paned_set_shrink_end_child(GTK_PANED(paned), FALSE);
	gtk_widget_set_vexpand(paned, TRUE);
	capture->note = gtk_label_new(NULL);
	gtk_label_set_wrap(GTK_LABEL(capture->note), TRUE);
	gtk_widget_add_css_class(capture->note, "note");
	gtk_widget_add_css_class(capture->note, "warning");
	gtk_box_append(GTK_BOX(box), capture->note);
	gtk_box_append(GTK_BOX(box), paned);
	return box;
}

static GtkWidget *new_header(struct capture_window *capture, const char *name)
{
	GtkWidget *header = adw_header_bar_new();
	GtkWidget *switcher = adw_view_switcher_new();

	adw_view_switcher_set_stack(ADW_VIEW_SWITCHER(switcher), ADW_VIEW_STACK(capture->tabs));
	adw_view_switcher_set_policy(ADW_VIEW_SWITCHER(switcher), ADW_VIEW_SWITCHER_POLICY_WIDE);
	adw_header_bar_set_title_widget(ADW_HEADER_BAR(header), switcher);
	adw_header_bar_pack_start(ADW_HEADER_BAR(header), gtk_label_new(name));
	adw_header_bar_pack_end(
		ADW_HEADER_BAR(header), button_icon_new("x-office-document-symbolic",
						_("Export the Report"), "win.report"));
	adw_header_bar_pack_end(
		ADW_HEADER_BAR(header), button_icon_new("image-x-generic-symbolic",
						_("Save the Diagram"), "win.save-picture"));
	return header;
}

static void capture_free(gpointer data, GObject *window)
{
	struct capture_window *capture = data;

	(void)window;
	g_cancellable_cancel(capture->cancellable);
	g_object_unref(capture->cancellable);
	reading_unref(capture->reading);
	g_free(capture);
}

static void add_actions(struct capture_window *capture)
{
	static const GActionEntry entries[] = {
		{.name = "save-picture", .activate = on_save_picture},
		{.name = "report", .activate = on_report}, {.name = "close", .activate = on_close},
		{.name = "tab", .activate = on_tab, .parameter_type = "s"}};

	g_action_map_add_action_entries(
		G_ACTION_MAP(capture->window), entries, G_N_ELEMENTS(entries), capture);
}

static void fill_window(struct capture_window *capture, const char *name)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *content;

	capture->stack = gtk_stack_new();
	capture->words = adw_status_page_new();
	content = new_capture(capture);
	gtk_stack_add_named(GTK_STACK(capture->stack), capture->words, "words");
	gtk_stack_add_named(GTK_STACK(capture->stack), content, "capture");
	gtk_box_append(GTK_BOX(box), new_header(capture, name));
	capture->toasts = adw_toast_overlay_new();
	adw_toast_overlay_set_child(ADW_TOAST_OVERLAY(capture->toasts), capture->stack);
	gtk_box_append(GTK_BOX(box), capture->toasts);
	adw_application_window_set_content(ADW_APPLICATION_WINDOW(capture->window), box);
}

void capture_open_window(GtkApplication *application, const char *path)
{
	struct capture_window *capture = g_new0(struct capture_window, 1);
	char *name = g_filename_display_basename(path);

	capture->cancellable = g_cancellable_new();
	capture->window = adw_application_window_new(application);
	gtk_window_set_title(GTK_WINDOW(capture->window), name);
	gtk_window_set_default_size(GTK_WINDOW(capture->window), 1240, 800);
	add_actions(capture);
	fill_window(capture, name);
	g_object_weak_ref(G_OBJECT(capture->window), capture_free, capture);
	say(capture, _("Reading the capture"), name);
	reading_begin(path, FALSE, capture->cancellable, on_read, capture);
	gtk_window_present(GTK_WINDOW(capture->window));
	g_free(name);
}
