/* window/coloured.h: text views of text in colours, as the views of sessions make it for
 * terminals. */
#ifndef WINDOW_COLOURED_H
#define WINDOW_COLOURED_H

#include <gtk/gtk.h>

/* Gives a text view the colours, those of the desktop's style, light or dark. */
void coloured_prepare(GtkTextView *view);

/* Shows the text, whose escapes for colours (ECMA-48 SGR, as view/text.c writes them) are obeyed.
 */
void coloured_set(GtkTextView *view, const char *text);

#endif
