/* window/capture_tables.h: the tables of a capture's window. */
#ifndef WINDOW_CAPTURE_TABLES_H
#define WINDOW_CAPTURE_TABLES_H

#include "window/export.h"
#include "window/reading.h"

#include <gtk/gtk.h>

GtkWidget *capture_packets_new(void);
GtkWidget *capture_findings_new(void);
GtkWidget *capture_messages_new(void);

void capture_show_packets(GtkWidget *table, struct reading *reading);
void capture_show_findings(GtkWidget *table, struct reading *reading);

/* The selection, borrowed. */
GtkSingleSelection *capture_show_messages(GtkWidget *table, struct reading *reading);

/* Draws the capture's diagram into the file, in a thread, and says so. */
void capture_save_picture(
	const char *capture, const char *target, const struct export_place *place);

#endif
