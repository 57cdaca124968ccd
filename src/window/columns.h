/* window/columns.h: the columns of the tables, each cell a line of text. */
#ifndef WINDOW_COLUMNS_H
#define WINDOW_COLUMNS_H

#include "window/item.h"

#include <gtk/gtk.h>

enum column_kind {
	COLUMN_LINE, /* cut where there is no room */
	COLUMN_TEXT, /* long text takes more lines */
	COLUMN_ICON, /* the text names one; empty: none */
};

struct column {
	const char *title; /* NULL ends a table of them */
	int width;         /* 0: what is left */
	float align;       /* 0 left, 1 right */
	bool is_fixed;     /* font of fixed width */
	enum column_kind kind;
	char *(*text)(const void *row); /* to be freed */
	/* Style and tooltip by the row; may be NULL. */
	void (*dress)(GtkWidget *label, const void *row);
	/* Order of two rows; NULL: the column is not for sorting. */
	int (*compare)(const void *a, const void *b);
};

/* Appends them. The rows are those of items. */
void columns_add(GtkColumnView *view, const struct column *columns);

/* The column of that number. A reference is handed over. */
GtkColumnViewColumn *columns_at(GtkColumnView *view, guint place);

/* "1 234 567" with the separator of numbers, "214 B", "1.2 MB"; to be freed. */
char *columns_size(uint64_t octets);

/* A widget in a scrolled window that takes all the room. */
GtkWidget *columns_scrolled(GtkWidget *child);

#endif
