/* window/item.h: plain data as the objects and list models that GTK's lists want. */
#ifndef WINDOW_ITEM_H
#define WINDOW_ITEM_H

#include <gio/gio.h>

/* A row. "changed" is emitted by item_changed(), for whoever shows it. */
struct item {
	GObject parent;
	void *data;
	guint place;            /* in the array of array_model_new() */
	GObject *owner;         /* keeps data alive; NULL */
	GDestroyNotify release; /* frees data; NULL: it is the owner's */
};
GType item_get_type(void);

struct item *item_new(void *data, GDestroyNotify release);
void item_changed(struct item *item);

/* The data of an item; NULL for NULL. */
void *item_data(gpointer item);

/* An array as a list model, whose items are made when they are looked at. */
struct array_source {
	void *context;
	GDestroyNotify
		release; /* of context, when nobody looks at the rows any more; may be NULL */
	guint count;
	void *(*at)(void *context, guint place);
};
GListModel *array_model_new(const struct array_source *source);

#endif
