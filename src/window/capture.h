/* window/capture.h: the window of a capture: its sessions, and of each packets, dialogue, diagram;
 * findings and messages of all. */
#ifndef WINDOW_CAPTURE_H
#define WINDOW_CAPTURE_H

#include <gtk/gtk.h>

void capture_open_window(GtkApplication *application, const char *path);

#endif
