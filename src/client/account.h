/* client/account.h: the user's accounts, from a configuration file in GKeyFile format. */
#ifndef CLIENT_ACCOUNT_H
#define CLIENT_ACCOUNT_H

#include "base/fail.h"
#include "client/login.h"
#include "client/trust.h"

#include <stdint.h>

struct account_server {
	char *host;    /* NULL: not set */
	uint16_t port; /* 0: not set */
	bool has_tls;
	enum tls_mode tls;
	char *user; /* NULL: the account's */
};

/* One group of the file; texts are NULL where a key is not set. */
struct account {
	char *group; /* its name in the file */
	char *name, *from, *user, *mechanism;
	struct account_server smtp, pop3;
	char *password_command, *password_file;
	char *ca_file, *tls_name, *tls_fingerprint;
	bool has_keep, keep; /* fetched mail stays on the server */
};

/* $MAILSCOPE_CONFIG, else $XDG_CONFIG_HOME/mailscope/accounts.conf, else ~/.config/...; malloc()ed.
 */
char *account_default_path(void);

/* The account of that name, or with NULL the one named default, else the first. *account is NULL,
 * and STEP_MORE returned, when name is NULL and there is no such file. STEP_FAIL: FAIL_OPEN, or
 * FAIL_USAGE naming file, group and key. */
enum step account_load(
	const char *path, const char *name, struct account **account, struct fail *fail);
void account_free(struct account *account);

#endif
