/* window/settings.h: the window of the accounts, which is the first one of a new user. */
#ifndef WINDOW_SETTINGS_H
#define WINDOW_SETTINGS_H

#include <gtk/gtk.h>

void settings_open(GtkApplication *application, GtkWindow *parent);

#endif
