/* client/account.h: the user's accounts, from a configuration file in GKeyFile format. */
#ifndef CLIENT_ACCOUNT_H
#define CLIENT_ACCOUNT_H

#include "base/fail.h"
#include "client/login.h"
#include "client/trust.h"
#include "mail/vocabulary.h"

#include <stdint.h>

struct account_server {
	char *host;    /* NULL: not set */
	uint16_t port; /* 0: not set */
	bool has_tls;
	enum tls_mode tls;
	char *user; /* NULL: the account's */
};

/* What is not set of port and TLS: a port says how TLS begins, and the other way round; another
 * port begins with STARTTLS, and nothing said is TLS from the first octet, as RFC 8314 3.3 prefers.
 */
void account_server_settle(struct account_server *server, enum mail_protocol protocol);

/* One group of the file; texts are NULL where a key is not set. */
struct account {
	char *group; /* its name in the file */
	char *name, *from, *user, *mechanism;
	struct account_server smtp, pop3;
	char *password_command, *password_file;
	char *ca_file, *tls_name, *tls_fingerprint;
	bool has_keep, keep;       /* fetched mail stays on the server */
	bool has_capture, capture; /* false: sessions are logged, not captured */
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

/* The names of all accounts of the file, in its order, NULL behind the last; none when there is no
 * file. To be freed by account_names_free(). NULL: FAIL_OPEN, FAIL_USAGE or FAIL_DENIED. */
char **account_names(const char *path, struct fail *fail);
void account_names_free(char **names);

/* Writes the account into its group; other groups, and comments, stay as they are. The file (0600)
 * and its folder are made where they are not. path: NULL is the default one. STEP_FAIL: FAIL_USAGE
 * (a value that could not be read again), FAIL_WRITE. */
enum step account_save(const char *path, const struct account *account, struct fail *fail);

/* Takes the group out. STEP_FAIL: FAIL_OPEN, FAIL_WRITE. */
enum step account_remove(const char *path, const char *group, struct fail *fail);

#endif
