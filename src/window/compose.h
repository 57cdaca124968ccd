/* window/compose.h: the window in which a message is written and sent. */
#ifndef WINDOW_COMPOSE_H
#define WINDOW_COMPOSE_H

#include "window/draft.h"
#include "window/stored_mail.h"

#include <gtk/gtk.h>

/* Takes the draft. */
void compose_open(GtkApplication *application, GtkWindow *parent, struct draft *draft);

enum answer { ANSWER_REPLY, ANSWER_REPLY_ALL, ANSWER_FORWARD };

/* A draft that answers the message, or passes it on; own: the user's address, which is not written
 * to; may be NULL. */
struct draft *compose_answer(const struct stored_mail *mail, enum answer answer, const char *own);

#endif
