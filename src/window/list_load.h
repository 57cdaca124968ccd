/* window/list_load.h: the rows of a place, read in a thread. */
#ifndef WINDOW_LIST_LOAD_H
#define WINDOW_LIST_LOAD_H

#include "window/list.h"

/* on_rows() is called in the main thread, the newest rows first, with items of struct mail_row,
 * until is_last; not any more when the cancellable is cancelled. */
struct list_loader {
	enum place place;
	GCancellable *cancellable;
	void (*on_rows)(gpointer context, GPtrArray *items, gboolean is_last);
	gpointer context;
};
void list_load_begin(const struct list_loader *loader);

#endif
