#include "window/shortcuts.h"

#include "window/words.h"

/* A row without an action or key begins a group; one without a title is not shown, one without an
 * action shown alone. */
static const struct shortcut {
	const char *action, *key, *second, *title;
} shortcuts[] = {
	{NULL, NULL, NULL, N_("Mail")},
	{"win.fetch", "F5", "<Control><Shift>f", N_("Fetch mail")},
	{"win.write", "<Control>n", NULL, N_("Write a message")},
	{"win.send", "<Control>Return", NULL, N_("Send")},
	{"win.attach", "<Control><Shift>a", NULL, N_("Attach files")},
	{"win.search", "<Control>f", NULL, N_("Search")},
	{NULL, "<Control>1...3", NULL, N_("Inbox, sent, drafts")},
	{"win.place::inbox", "<Control>1", NULL, NULL},
	{"win.place::sent", "<Control>2", NULL, NULL},
	{"win.place::drafts", "<Control>3", NULL, NULL},
	{NULL, NULL, NULL, N_("Message")},
	{"win.reply", "<Control>r", NULL, N_("Reply")},
	{"win.reply-all", "<Control><Shift>r", NULL, N_("Reply to all")},
	{"win.forward", "<Control>l", NULL, N_("Forward")},
	{"win.delete", "<Control>d", NULL, N_("Delete the message")},
	{"win.undo", "<Control>z", NULL, N_("Bring back what was deleted")},
	{"win.report", "<Control>e", NULL, N_("Export the report")},
	{NULL, "<Alt>1...5", NULL, N_("Its tabs")},
	{"win.tab::message", "<Alt>1", NULL, NULL},
	{"win.tab::headers", "<Alt>2", NULL, NULL},
	{"win.tab::session", "<Alt>3", NULL, NULL},
	{"win.tab::diagram", "<Alt>4", NULL, NULL},
	{"win.tab::comparison", "<Alt>5", NULL, NULL},
	{NULL, NULL, NULL, N_("Capture")},
	{"app.open", "<Control>o", NULL, N_("Open a capture")},
	{NULL, "<Alt>6...9", NULL, N_("Its tabs")},
	{"win.tab::dialogue", "<Alt>6", NULL, NULL},
	{"win.tab::packets", "<Alt>7", NULL, NULL},
	{"win.tab::findings", "<Alt>8", NULL, NULL},
	{"win.tab::messages", "<Alt>9", NULL, NULL},
	{"win.save-picture", "<Control>s", NULL, N_("Save its diagram")},
	{NULL, NULL, NULL, N_("Program")},
	{"app.settings", "<Control>comma", NULL, N_("Accounts")},
	{"app.shortcuts", "<Control>question", "F1", N_("These keys")},
	{"win.close", "<Control>w", NULL, N_("Close the window")},
	{"app.quit", "<Control>q", NULL, N_("Quit")},
};

void shortcuts_set(GtkApplication *application)
{
	for (size_t i = 0; i < G_N_ELEMENTS(shortcuts); i++) {
		const char *const keys[] = {shortcuts[i].key, shortcuts[i].second, NULL};

		if (shortcuts[i].action != NULL)
			gtk_application_set_accels_for_action(
				application, shortcuts[i].action, keys);
	}
}

static void add_row(GString *text, const struct shortcut *row, gboolean is_first)
{
	static const char group[] =
		"<child><object class='GtkShortcutsGroup'><property name='title'>%s</property>";
	static const char key[] =
		"<child><object class='GtkShortcutsShortcut'><property name='accelerator'>%s"
		"</property><property name='title'>%s</property></object></child>";
	char *markup = row->key == NULL ? g_markup_printf_escaped(group, _(row->title))
					: g_markup_printf_escaped(key, row->key, _(row->title));

	if (row->key == NULL && !is_first)
		g_string_append(text, "</object></child>");
	g_string_append(text, markup);
	g_free(markup);
}

/* The window is made of a description: its class has no other way. */
void shortcuts_show(GtkWindow *parent)
{
	GString *text = g_string_new("<interface><object class='GtkShortcutsWindow' id='keys'>"
				     "<property name='modal'>1</property><child>"
				     "<object class='GtkShortcutsSection'>"
				     "<property name='section-name'>all</property>"
				     "<property name='max-height'>16</property>");
	GtkBuilder *builder;
	GtkWidget *window;

	for (size_t i = 0; i < G_N_ELEMENTS(shortcuts); i++)
		if (shortcuts[i].title != NULL)
			add_row(text, &shortcuts[i], i == 0);
	g_string_append(text, "</object></child></object></child></object></interface>");
	builder = gtk_builder_new_from_string(text->str, (gssize)text->len);
	window = GTK_WIDGET(gtk_builder_get_object(builder, "keys"));
	gtk_window_set_transient_for(GTK_WINDOW(window), parent);
	gtk_window_present(GTK_WINDOW(window));
	g_object_unref(builder);
	g_string_free(text, TRUE);
}
