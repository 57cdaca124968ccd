/* window/passwords.h: the passwords of this run of the program, in memory alone; any thread. */
#ifndef WINDOW_PASSWORDS_H
#define WINDOW_PASSWORDS_H

#include <stdbool.h>

/* Copies it; NULL or "" forgets it. */
void passwords_set(const char *user, const char *host, const char *secret);

/* A copy by malloc(), to be freed by password_free(); NULL when it is not known. */
char *passwords_get(const char *user, const char *host);

/* Whether the keyring can be asked, by secret-tool. */
bool passwords_have_keyring(void);

/* Wipes them all. */
void passwords_forget_all(void);

#endif
