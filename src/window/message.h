/* window/message.h: one message: its text and attachments, and beside it the tabs that show the
 * session that brought or sent it. */
#ifndef WINDOW_MESSAGE_H
#define WINDOW_MESSAGE_H

#include "window/export.h"
#include "window/stored_mail.h"

#include <gtk/gtk.h>

struct message_pane;

/* Lives as long as its widget. Its buttons are actions: win.reply, win.reply-all, win.forward,
 * win.report, win.delete. */
struct message_pane *message_pane_new(void);
GtkWidget *message_pane_widget(struct message_pane *pane);

/* Shows the message of that path and key (places.h); NULL: none. is_sent: it was sent from here. */
void message_pane_show(
	struct message_pane *pane, const char *path, const char *key, gboolean is_sent);

/* What is shown; NULL: nothing, or it is being read. */
const struct stored_mail *message_pane_mail(const struct message_pane *pane);

/* Asks for a file, and writes the report of the message and of its session into it. */
void message_pane_export(const struct message_pane *pane, const struct export_place *place);

/* The tab of that name: message, headers, session, diagram, comparison. */
void message_pane_tab(struct message_pane *pane, const char *name);

#endif
