/* window/live_view.h: a session while it happens: the ladder grows, and at the end stands what came
 * of it. */
#ifndef WINDOW_LIVE_VIEW_H
#define WINDOW_LIVE_VIEW_H

#include "window/work.h"

#include <gtk/gtk.h>

struct live_view;

/* Lives as long as its widget. */
struct live_view *live_view_new(void);
GtkWidget *live_view_widget(struct live_view *view);

/* Empty again, for the next session. */
void live_view_begin(struct live_view *view, const char *title);
void live_view_say(struct live_view *view, const struct work_line *line);
void live_view_progress(struct live_view *view, const char *text, double part);
void live_view_end(struct live_view *view, const char *title, const char *text, gboolean is_good);

#endif
