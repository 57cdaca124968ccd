/* window/export.h: the report of a session, a capture or a message as a file, written in a thread;
 * and what is said of a file that was saved. */
#ifndef WINDOW_EXPORT_H
#define WINDOW_EXPORT_H

#include <adwaita.h>

/* Where the words of a window appear that need no answer. */
struct export_place {
	GtkWindow *window;
	AdwToastOverlay *toasts;
};

/* Asks for a file, and writes the report of the session (its folder, or a capture; NULL: there is
 * none) and of the message (its file; NULL: there is none) into it, secrets hidden. */
void export_report(const struct export_place *place, const char *session, const char *message);

/* Says it, with a button that opens the file. */
void export_done(AdwToastOverlay *toasts, const char *text, const char *path);

#endif
