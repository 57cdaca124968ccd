/* window/list.h: the messages of one place as a table: sorted, searched, thousands of them. */
#ifndef WINDOW_LIST_H
#define WINDOW_LIST_H

#include "window/item.h"
#include "window/places.h"

#include <gtk/gtk.h>

/* One message. Texts are printable. */
struct mail_row {
	char *key, *path;    /* path may change when the message is marked */
	char *who, *subject; /* who: the sender, or in sent mail and drafts the recipients */
	char *search;        /* both, without regard to case */
	gint64 date;
	guint64 octets;
	gboolean is_seen, is_answered, has_attachment;
};

struct list;
struct list_events {
	gpointer context;
	void (*selected)(gpointer context, struct item *item); /* NULL: none */
	void (*activated)(gpointer context, struct item *item);
	void (*counted)(gpointer context, guint count, gboolean is_whole);
};

/* Lives as long as its widget. */
struct list *list_new(const struct list_events *events);
GtkWidget *list_widget(struct list *list);

/* Reads the place anew, in a thread; the newest come first. The message of that key is selected, if
 * it is there; NULL: none is. */
void list_load(struct list *list, enum place place, const char *key);

void list_search(struct list *list, const char *text);

/* Hidden rows are there but not seen, also when the place is read anew: what was deleted and can be
 * brought back. */
void list_hide(struct list *list, const char *key, gboolean is_hidden);
void list_select_next(struct list *list);

/* The message is opened for the first time. */
void list_mark_seen(struct list *list, struct item *item);

/* Reads one message's row; used by the thread, and for drafts. */
void mail_row_free(gpointer row);

#endif
