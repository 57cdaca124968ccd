/* window/button.h: buttons with names that a screen reader can say. */
#ifndef WINDOW_BUTTON_H
#define WINDOW_BUTTON_H

#include <gtk/gtk.h>

/* With a mnemonic: "_Send". */
GtkWidget *button_new(const char *mnemonic);
void button_say(GtkWidget *button, const char *mnemonic);

/* A picture alone; action may be NULL. */
GtkWidget *button_icon_new(const char *icon, const char *name, const char *action);

/* An attachment, by its name and number, which is on it as "attachment". */
GtkWidget *button_attachment_new(const char *icon, const char *label, guint number);

/* What a screen reader calls a widget. */
void name_widget(GtkWidget *widget, const char *name);

#endif
