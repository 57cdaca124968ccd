/* window/rung.h: the flow diagram in a window: a list, each row a rung of the ladder. */
#ifndef WINDOW_RUNG_H
#define WINDOW_RUNG_H

#include "view/diagram_ladder.h"
#include "window/item.h"

#include <gtk/gtk.h>

/* A list of struct ladder_row; "activate" is emitted with the place when one is chosen. */
GtkWidget *rung_list_new(GListModel *rows);

/* Another ladder in place of the one shown; NULL: none. */
void rung_list_show(GtkWidget *list, GListModel *rows);

#endif
