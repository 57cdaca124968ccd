/* window/app.h: the application: its windows, and what they ask of each other. */
#ifndef WINDOW_APP_H
#define WINDOW_APP_H

#include "client/account.h"
#include "window/draft.h"

#include <adwaita.h>

/* Ends when the last window is closed; the exit status. */
int app_run(int count, char **arguments);

/* The account of that group (NULL: the default one); NULL when there is none, or it cannot be read:
 * then *fail has a code. To be freed by account_free(). */
struct account *app_account(const char *group, struct fail *fail);

/* Opens a window, in front of parent. */
void app_compose(GtkWindow *parent, struct draft *draft); /* takes the draft */
void app_settings(GtkWindow *parent);
void app_open_capture(const char *path);

/* Accounts, or messages, are others than before: the main window looks again. */
void app_accounts_changed(void);
void app_mail_changed(void);

/* Says it in the main window. */
void app_toast(const char *text);

/* Says what is wrong, and what to do, in a dialog. */
void app_complain(GtkWindow *parent, const char *title, const char *text);

/* The practice server: started as a program of its own that ends with this one, and an account for
 * it written. Calls done() when it serves, or with what is wrong. */
void app_practice(void (*done)(gpointer context, const char *trouble), gpointer context);

#endif
