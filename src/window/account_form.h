/* window/account_form.h: the rows in which an account is filled in. */
#ifndef WINDOW_ACCOUNT_FORM_H
#define WINDOW_ACCOUNT_FORM_H

#include "client/account.h"

#include <gtk/gtk.h>

struct account_form;

/* Lives as long as its widget. */
struct account_form *account_form_new(void);
GtkWidget *account_form_widget(struct account_form *form);

/* NULL: an empty form, with what is usual. The account is copied. */
void account_form_show(struct account_form *form, const struct account *account);

/* What was filled in, to be freed by account_free(); what of the account has no row stays as it
 * was. NULL: *fail says what is missing. */
struct account *account_form_take(struct account_form *form, struct fail *fail);

/* The password, if one was typed; else NULL. Borrowed from the row. */
const char *account_form_password(const struct account_form *form);

#endif
