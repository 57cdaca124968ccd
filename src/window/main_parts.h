/* window/main_parts.h: what the files of the main window share; for them alone. */
#ifndef WINDOW_MAIN_PARTS_H
#define WINDOW_MAIN_PARTS_H

#include "window/list.h"
#include "window/main_window.h"
#include "window/message.h"
#include "window/work.h"

struct main_window {
	GtkWidget *window, *toasts, *search, *search_entry, *stack, *empty;
	GtkWidget *bar, *bar_text, *bar_part; /* what goes on */
	struct list *list;
	struct message_pane *pane;
	enum place place;
	struct item *current; /* NULL: none is chosen */
	GPtrArray *deletions; /* of struct deletion: what can be brought back */
	struct work *fetch;   /* NULL: none goes on */
	GPtrArray *queue;     /* accounts that are fetched from after it */
	size_t fetched;       /* new messages of all */
	gboolean is_without_capture;
};

/* Whether an action of the window can be used now. */
void main_enable(struct main_window *main, const char *name, gboolean is_enabled);

/* window/main_fetch.c */
void main_fetch(struct main_window *main);
void main_fetch_cancel(struct main_window *main);
void main_fetch_fini(struct main_window *main);

/* window/main_delete.c: hides the message that is chosen; it goes when the toast does. */
void main_delete(struct main_window *main);

/* Brings back what was deleted last, if it still can be. */
void main_undo(struct main_window *main);

/* Deletes at once what waits for it. */
void main_delete_all(struct main_window *main);

#endif
