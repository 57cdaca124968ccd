#include "window/message.h"
#include "window/button.h"

#include "window/app.h"
#include "window/coloured.h"
#include "window/columns.h"
#include "window/places.h"
#include "window/session_view.h"
#include "window/words.h"

#include <adwaita.h>
#include <string.h>

enum { MARGIN = 12 };

struct message_pane {
	GtkWidget *stack; /* "none", "message" */
	GtkWidget *subject, *who, *tabs;
	GtkWidget *text, *header, *comparison, *attachments;
	GtkWidget *comparison_stack, *comparison_words;
	struct session_view *session;
	struct stored_mail *mail;
	char *key;
	gboolean is_sent;
	GCancellable *cancellable;
};

static GtkWidget *new_text(gboolean is_fixed, const char *name)
{
	GtkWidget *view = gtk_text_view_new();

	gtk_text_view_set_editable(GTK_TEXT_VIEW(view), FALSE);
	gtk_text_view_set_cursor_visible(GTK_TEXT_VIEW(view), FALSE);
	gtk_text_view_set_monospace(GTK_TEXT_VIEW(view), is_fixed);
	gtk_text_view_set_wrap_mode(
		GTK_TEXT_VIEW(view), is_fixed ? GTK_WRAP_NONE : GTK_WRAP_WORD_CHAR);
	gtk_text_view_set_left_margin(GTK_TEXT_VIEW(view), MARGIN + 4);
	gtk_text_view_set_right_margin(GTK_TEXT_VIEW(view), MARGIN);
	gtk_text_view_set_top_margin(GTK_TEXT_VIEW(view), MARGIN);
	gtk_text_view_set_bottom_margin(GTK_TEXT_VIEW(view), MARGIN);
	name_widget(view, name);
	return view;
}

static void set_text(GtkWidget *view, const char *text)
{
	gtk_text_buffer_set_text(gtk_text_view_get_buffer(GTK_TEXT_VIEW(view)), text, -1);
}

static GtkWidget *new_label(const char *class)
{
	GtkWidget *label = gtk_label_new(NULL);

	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
	gtk_label_set_selectable(GTK_LABEL(label), TRUE);
	gtk_widget_add_css_class(label, class);
	return label;
}

static GtkWidget *new_heading(struct message_pane *pane)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 2);
	GtkWidget *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);

	pane->subject = new_label("title-3");
	pane->who = new_label("dim-label");
	gtk_box_append(GTK_BOX(words), pane->subject);
	gtk_box_append(GTK_BOX(words), pane->who);
	gtk_widget_set_hexpand(words, TRUE);
	gtk_box_append(GTK_BOX(box), words);
	gtk_box_append(GTK_BOX(box),
		button_icon_new("mail-reply-sender-symbolic", _("Reply"), "win.reply"));
	gtk_box_append(GTK_BOX(box),
		button_icon_new("mail-reply-all-symbolic", _("Reply to All"), "win.reply-all"));
	gtk_box_append(GTK_BOX(box),
		button_icon_new("mail-forward-symbolic", _("Forward"), "win.forward"));
	gtk_box_append(GTK_BOX(box), button_icon_new("x-office-document-symbolic",
					     _("Export the Report"), "win.report"));
	gtk_box_append(
		GTK_BOX(box), button_icon_new("user-trash-symbolic", _("Delete"), "win.delete"));
	for (GtkWidget *at = gtk_widget_get_next_sibling(words); at != NULL;
		at = gtk_widget_get_next_sibling(at))
		gtk_widget_add_css_class(at, "flat");
	gtk_widget_add_css_class(box, "message-heading");
	return box;
}

static GtkWidget *new_message(struct message_pane *pane)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);

	pane->text = new_text(FALSE, _("Text of the message"));
	pane->attachments = gtk_flow_box_new();
	gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(pane->attachments), GTK_SELECTION_NONE);
	gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(pane->attachments), 6);
	gtk_widget_add_css_class(pane->attachments, "attachments");
	name_widget(pane->attachments, _("Attachments"));
	gtk_box_append(GTK_BOX(box), columns_scrolled(pane->text));
	gtk_box_append(GTK_BOX(box), pane->attachments);
	return box;
}

static GtkWidget *new_comparison(struct message_pane *pane)
{
	pane->comparison_stack = gtk_stack_new();
	pane->comparison_words = adw_status_page_new();
	gtk_widget_add_css_class(pane->comparison_words, "compact");
	pane->comparison = new_text(TRUE, _("Comparison of log and wire"));
	gtk_stack_add_named(GTK_STACK(pane->comparison_stack), pane->comparison_words, "words");
	gtk_stack_add_named(
		GTK_STACK(pane->comparison_stack), columns_scrolled(pane->comparison), "text");
	return pane->comparison_stack;
}

static void add_tab(struct message_pane *pane, GtkWidget *page, const char *name, const char *title)
{
	static const struct {
		const char *name, *icon;
	} icons[] = {{"message", "mail-read-symbolic"}, {"headers", "view-list-symbolic"},
		{"session", "format-justify-left-symbolic"}, {"diagram", "view-dual-symbolic"},
		{"comparison", "edit-find-replace-symbolic"}};
	AdwViewStackPage *tab =
		adw_view_stack_add_titled(ADW_VIEW_STACK(pane->tabs), page, name, title);

	for (size_t i = 0; i < G_N_ELEMENTS(icons); i++)
		if (strcmp(icons[i].name, name) == 0)
			adw_view_stack_page_set_icon_name(tab, icons[i].icon);
}

static void on_arrow(gpointer context)
{
	message_pane_tab(context, "session");
}

static GtkWidget *new_switcher(struct message_pane *pane)
{
	GtkWidget *switcher = adw_view_switcher_new();

	adw_view_switcher_set_stack(ADW_VIEW_SWITCHER(switcher), ADW_VIEW_STACK(pane->tabs));
	adw_view_switcher_set_policy(ADW_VIEW_SWITCHER(switcher), ADW_VIEW_SWITCHER_POLICY_WIDE);
	gtk_widget_set_halign(switcher, GTK_ALIGN_START);
	gtk_widget_add_css_class(switcher, "message-tabs");
	return switcher;
}

static GtkWidget *new_body(struct message_pane *pane)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);

	pane->tabs = adw_view_stack_new();
	pane->session = session_view_new();
	session_view_on_arrow(pane->session, on_arrow, pane);
	pane->header = new_text(TRUE, _("Header of the message"));
	coloured_prepare(GTK_TEXT_VIEW(pane->header));
	add_tab(pane, new_message(pane), "message", _("Message"));
	add_tab(pane, columns_scrolled(pane->header), "headers", _("Headers"));
	add_tab(pane, session_view_dialogue(pane->session), "session", _("Session"));
	add_tab(pane, session_view_diagram(pane->session), "diagram", _("Diagram"));
	add_tab(pane, new_comparison(pane), "comparison", _("Comparison"));
	gtk_box_append(GTK_BOX(box), new_heading(pane));
	gtk_box_append(GTK_BOX(box), new_switcher(pane));
	gtk_box_append(GTK_BOX(box), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
	gtk_box_append(GTK_BOX(box), pane->tabs);
	return box;
}

static void pane_free(gpointer data, GObject *widget)
{
	struct message_pane *pane = data;

	(void)widget;
	g_cancellable_cancel(pane->cancellable);
	g_clear_object(&pane->cancellable);
	stored_mail_free(pane->mail);
	g_free(pane->key);
	g_free(pane);
}

struct message_pane *message_pane_new(void)
{
	struct message_pane *pane = g_new0(struct message_pane, 1);
	GtkWidget *none = adw_status_page_new();

	pane->stack = gtk_stack_new();
	adw_status_page_set_icon_name(ADW_STATUS_PAGE(none), "mail-read-symbolic");
	adw_status_page_set_title(ADW_STATUS_PAGE(none), _("No message is chosen"));
	gtk_widget_add_css_class(none, "compact");
	gtk_stack_add_named(GTK_STACK(pane->stack), none, "none");
	gtk_stack_add_named(GTK_STACK(pane->stack), new_body(pane), "message");
	g_object_weak_ref(G_OBJECT(pane->stack), pane_free, pane);
	return pane;
}

GtkWidget *message_pane_widget(struct message_pane *pane)
{
	return pane->stack;
}

const struct stored_mail *message_pane_mail(const struct message_pane *pane)
{
	return pane->mail;
}

void message_pane_export(const struct message_pane *pane, const struct export_place *place)
{
	char *folder;

	if (pane->mail == NULL)
		return;
	folder = place_linked(pane->key);
	export_report(place, folder, pane->mail->path);
	g_free(folder);
}

void message_pane_tab(struct message_pane *pane, const char *name)
{
	adw_view_stack_set_visible_child_name(ADW_VIEW_STACK(pane->tabs), name);
}

static void say_no_session(struct message_pane *pane, const char *title, const char *text)
{
	session_view_say(pane->session, title, text);
	adw_status_page_set_title(ADW_STATUS_PAGE(pane->comparison_words), title);
	adw_status_page_set_description(ADW_STATUS_PAGE(pane->comparison_words), text);
	gtk_stack_set_visible_child_name(GTK_STACK(pane->comparison_stack), "words");
}

static void on_session_read(GObject *source, GAsyncResult *result, gpointer data)
{
	struct reading *reading = reading_end(result);
	struct message_pane *pane = data;

	(void)source;
	if (reading == NULL)
		return;
	if (reading->session_count > 0)
		session_view_show(pane->session, reading, 0);
	else
		session_view_say(pane->session, _("The session cannot be shown"),
			reading->fail.code != FAIL_NONE ? reading->fail.text : "");
	reading_unref(reading);
}

static void show_comparison(struct message_pane *pane, const char *folder)
{
	char *path = g_build_filename(folder, "comparison.txt", NULL), *text = NULL;
	char *valid;

	if (g_file_get_contents(path, &text, NULL, NULL)) {
		valid = g_utf8_make_valid(text, -1);
		set_text(pane->comparison, valid);
		gtk_stack_set_visible_child_name(GTK_STACK(pane->comparison_stack), "text");
		g_free(valid);
	}
	g_free(text);
	g_free(path);
}

static void show_session(struct message_pane *pane)
{
	char *folder = place_linked(pane->key), *path;

	if (folder == NULL) {
		say_no_session(pane, _("No session is known"),
			_("This message was not brought or sent by this program."));
		return;
	}
	path = g_build_filename(folder, "session.pcapng", NULL);
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		say_no_session(pane, _("The session was not captured"),
			_("Capturing is off for this account: there is the log alone, "
			  "session.log."));
	} else {
		say_no_session(pane, _("The session is being read"), "");
		reading_begin(path, TRUE, pane->cancellable, on_session_read, pane);
		show_comparison(pane, folder);
	}
	g_free(path);
	g_free(folder);
}

/* An attachment that is being saved. */
struct saving {
	char *path;
	size_t part;
	GtkWindow *parent;
};

static void on_save_response(GtkNativeDialog *dialog, int response, gpointer data)
{
	struct saving *saving = data;
	GFile *file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
	struct fail fail;

	if (response == GTK_RESPONSE_ACCEPT && file != NULL) {
		if (stored_mail_save_part(
			    saving->path, saving->part, g_file_peek_path(file), &fail) == STEP_FAIL)
			app_complain(saving->parent, _("The attachment was not saved"), fail.text);
		else
			app_toast(_("Attachment saved"));
	}
	g_clear_object(&file);
	g_object_unref(dialog);
	g_free(saving->path);
	g_free(saving);
}

static void on_save(GtkButton *button, gpointer data)
{
	const struct message_pane *pane = data;
	size_t index = GPOINTER_TO_SIZE(g_object_get_data(G_OBJECT(button), "attachment"));
	struct saving *saving = g_new0(struct saving, 1);
	GtkFileChooserNative *dialog;

	saving->parent = GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(button)));
	saving->path = g_strdup(pane->mail->path);
	saving->part = pane->mail->attachments[index].part;
	dialog = gtk_file_chooser_native_new(_("Save the Attachment"), saving->parent,
		GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
	gtk_file_chooser_set_current_name(
		GTK_FILE_CHOOSER(dialog), pane->mail->attachments[index].name);
	gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
	g_signal_connect(dialog, "response", G_CALLBACK(on_save_response), saving);
	gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

static void add_attachment(struct message_pane *pane, size_t index)
{
	const struct stored_attachment *attachment = &pane->mail->attachments[index];
	char *size = g_format_size(attachment->octets);
	char *label = g_strdup_printf("%s  (%s)", attachment->name, size);
	GtkWidget *button = button_attachment_new("mail-attachment-symbolic", label, (guint)index);

	gtk_widget_set_tooltip_text(button, _("Save the Attachment"));
	g_signal_connect(button, "clicked", G_CALLBACK(on_save), pane);
	gtk_flow_box_insert(GTK_FLOW_BOX(pane->attachments), button, -1);
	g_free(label);
	g_free(size);
}

static void show_attachments(struct message_pane *pane)
{
	GtkWidget *child;

	while ((child = gtk_widget_get_first_child(pane->attachments)) != NULL)
		gtk_flow_box_remove(GTK_FLOW_BOX(pane->attachments), child);
	for (size_t i = 0; i < pane->mail->attachment_count; i++)
		add_attachment(pane, i);
	gtk_widget_set_visible(pane->attachments, pane->mail->attachment_count > 0);
}

static void show_mail(struct message_pane *pane)
{
	const struct stored_mail *mail = pane->mail;
	char *who = pane->is_sent ? g_strdup_printf(_("to %s · %s"), mail->to, mail->date)
				  : g_strdup_printf("%s · %s", mail->from, mail->date);
	char *header;

	gtk_label_set_text(GTK_LABEL(pane->subject),
		mail->subject[0] != '\0' ? mail->subject : _("(no subject)"));
	gtk_label_set_text(GTK_LABEL(pane->who), who);
	set_text(pane->text, mail->fail.code != FAIL_NONE ? mail->fail.text : mail->text);
	header = g_strconcat(mail->route, "\n\x1b[1m", _("The header as it came"), "\x1b[0m\n",
		mail->header, NULL);
	coloured_set(GTK_TEXT_VIEW(pane->header), header);
	show_attachments(pane);
	g_free(header);
	g_free(who);
}

static void on_read(GObject *source, GAsyncResult *result, gpointer data)
{
	struct stored_mail *mail = stored_mail_end(result);
	struct message_pane *pane = data;

	(void)source;
	if (mail == NULL)
		return;
	pane->mail = mail;
	show_mail(pane);
	show_session(pane);
	gtk_stack_set_visible_child_name(GTK_STACK(pane->stack), "message");
}

void message_pane_show(
	struct message_pane *pane, const char *path, const char *key, gboolean is_sent)
{
	g_cancellable_cancel(pane->cancellable);
	g_clear_object(&pane->cancellable);
	stored_mail_free(pane->mail);
	pane->mail = NULL;
	g_free(pane->key);
	pane->key = g_strdup(key);
	pane->is_sent = is_sent;
	if (path == NULL) {
		gtk_stack_set_visible_child_name(GTK_STACK(pane->stack), "none");
		return;
	}
	pane->cancellable = g_cancellable_new();
	stored_mail_begin(path, pane->cancellable, on_read, pane);
}
