/* window/shortcuts.h: the keys, and the window that shows them. */
#ifndef WINDOW_SHORTCUTS_H
#define WINDOW_SHORTCUTS_H

#include <gtk/gtk.h>

void shortcuts_set(GtkApplication *application);
void shortcuts_show(GtkWindow *parent);

#endif
