#include "window/shortcuts.h"

#include "window/words.h"

static const struct shortcut {
	const char *action, *key, *second, *title;
} shortcuts[] = {
	{"win.fetch", "F5", "<Control><Shift>f", "Fetch mail"},
	{"win.write", "<Control>n", NULL, "Write a message"},
	{"win.reply", "<Control>r", NULL, "Reply"},
	{"win.reply-all", "<Control><Shift>r", NULL, "Reply to all"},
	{"win.forward", "<Control>l", NULL, "Forward"},
	{"win.delete", "<Control>d", NULL, "Delete the message"},
	{"win.undo", "<Control>z", NULL, "Bring back what was deleted"},
	{"win.search", "<Control>f", NULL, "Search"},
	{"win.send", "<Control>Return", NULL, "Send"},
	{"win.attach", "<Control><Shift>a", NULL, "Attach files"},
	{"win.place::inbox", "<Control>1", NULL, "Inbox"},
	{"win.place::sent", "<Control>2", NULL, "Sent messages"},
	{"win.place::drafts", "<Control>3", NULL, "Drafts"},
	{"win.tab::message", "<Alt>1", NULL, "Text of the message"},
	{"win.tab::headers", "<Alt>2", NULL, "Its headers"},
	{"win.tab::session", "<Alt>3", NULL, "The session that brought or sent it"},
	{"win.tab::diagram", "<Alt>4", NULL, "The diagram of that session"},
	{"win.tab::comparison", "<Alt>5", NULL, "Its log against the wire"},
	{"win.tab::dialogue", "<Alt>6", NULL, "Capture: dialogue"},
	{"win.tab::packets", "<Alt>7", NULL, "Capture: packets"},
	{"win.tab::findings", "<Alt>8", NULL, "Capture: findings"},
	{"win.tab::messages", "<Alt>9", NULL, "Capture: messages"},
	{"win.save-picture", "<Control>s", NULL, "Capture: save the diagram"},
	{"app.open", "<Control>o", NULL, "Open a capture"},
	{"app.settings", "<Control>comma", NULL, "Accounts"},
	{"app.shortcuts", "<Control>question", "F1", "These keys"},
	{"win.close", "<Control>w", NULL, "Close the window"},
	{"app.quit", "<Control>q", NULL, "Quit"},
};

void shortcuts_set(GtkApplication *application)
{
	for (size_t i = 0; i < G_N_ELEMENTS(shortcuts); i++) {
		const char *const keys[] = {shortcuts[i].key, shortcuts[i].second, NULL};

		gtk_application_set_accels_for_action(application, shortcuts[i].action, keys);
	}
}

/* The window is made of a description: its class has no other way. */
void shortcuts_show(GtkWindow *parent)
{
	GString *text = g_string_new("<interface><object class='GtkShortcutsWindow' id='keys'>"
				     "<property name='modal'>1</property><child>"
				     "<object class='GtkShortcutsSection'>"
				     "<property name='section-name'>all</property>"
				     "<property name='max-height'>14</property><child>"
				     "<object class='GtkShortcutsGroup'>");
	GtkBuilder *builder;
	GtkWidget *window;

	for (size_t i = 0; i < G_N_ELEMENTS(shortcuts); i++) {
		char *row = g_markup_printf_escaped(
			"<child><object class='GtkShortcutsShortcut'>"
			"<property name='accelerator'>%s</property>"
			"<property name='title'>%s</property></object></child>",
			shortcuts[i].key, _(shortcuts[i].title));

		g_string_append(text, row);
		g_free(row);
	}
	g_string_append(text, "</object></child></object></child></object></interface>");
	builder = gtk_builder_new_from_string(text->str, (gssize)text->len);
	window = GTK_WIDGET(gtk_builder_get_object(builder, "keys"));
	gtk_window_set_transient_for(GTK_WINDOW(window), parent);
	gtk_window_present(GTK_WINDOW(window));
	g_object_unref(builder);
	g_string_free(text, TRUE);
}
