/* client/password.h: where a password comes from, and how it is kept: never from an argument, never
 * in a core file. */
#ifndef CLIENT_PASSWORD_H
#define CLIENT_PASSWORD_H

#include "base/fail.h"

#include <stdbool.h>

/* Tried in this order: file, command, keyring (secret-tool), the terminal. Texts are borrowed. */
struct password_source {
	const char *file;        /* its first line; NULL: none */
	const char *command;     /* for /bin/sh -c, the first line of its output; NULL: none */
	const char *user, *host; /* for the keyring, and the question at the terminal */
	char *kept;              /* once asked for; password_forget() wipes it */
	bool is_silent;          /* nobody is asked at the terminal */
	/* What the user should know ("FILE: others can read this password ..."); may be NULL. */
	void (*on_warning)(void *context, const char *text);
	void *context;
};

/* Fits login.ask_secret; context is a struct password_source. STEP_FAIL: FAIL_OPEN, FAIL_USAGE, or
 * FAIL_DENIED where there is none to be had. */
enum step password_ask(void *context, char **secret, struct fail *fail);
void password_forget(struct password_source *source);

/* Hands it to the desktop's keyring (secret-tool). STEP_FAIL: FAIL_UNAVAILABLE, there is none, or
 * it is locked. */
enum step password_keep(
	const struct password_source *source, const char *secret, struct fail *fail);

/* Wipes and frees; NULL is fine. */
void password_free(char *secret);

/* To be called before a secret is in memory: no core file, no other process looks in. */
void password_guard_process(void);

#endif
