/* window/session_view.h: one session of a reading: its dialogue with the packets behind each line,
 * and its diagram. */
#ifndef WINDOW_SESSION_VIEW_H
#define WINDOW_SESSION_VIEW_H

#include "window/columns.h"
#include "window/reading.h"

#include <gtk/gtk.h>

struct session_view;

/* Lives as long as the widget of its dialogue. */
struct session_view *session_view_new(void);
GtkWidget *session_view_dialogue(struct session_view *view);
GtkWidget *session_view_diagram(struct session_view *view);

/* Called when an arrow of the diagram was chosen: its line is selected, and wants to be seen. */
void session_view_on_arrow(
	struct session_view *view, void (*on_arrow)(gpointer context), gpointer context);

/* Shows the session of that index. */
void session_view_show(struct session_view *view, struct reading *reading, size_t session);

/* Shows words instead. */
void session_view_say(struct session_view *view, const char *title, const char *text);

/* Selects the line of that number (from 1), or the one with the frame, and shows its packets. */
void session_view_select_line(struct session_view *view, size_t line);
void session_view_select_frame(struct session_view *view, uint64_t frame);

/* The columns of a list of struct shown_packet. */
extern const struct column packet_columns[];

#endif
