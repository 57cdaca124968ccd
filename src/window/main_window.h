/* window/main_window.h: the main window: places, the list, the message, and what is done with them.
 */
#ifndef WINDOW_MAIN_WINDOW_H
#define WINDOW_MAIN_WINDOW_H

#include <adwaita.h>

struct main_window;

/* Lives as long as its widget. */
struct main_window *main_window_new(AdwApplication *application);
GtkWindow *main_window_widget(struct main_window *main);

/* Reads the place that is shown anew. */
void main_window_reload(struct main_window *main);

/* Accounts are others than before. */
void main_window_accounts_changed(struct main_window *main);

void main_window_toast(struct main_window *main, const char *text);

#endif
