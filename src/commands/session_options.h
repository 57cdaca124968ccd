/* commands/session_options.h: the options that every live session takes: whom to talk to, as whom,
 * what to keep of it. */
#ifndef COMMANDS_SESSION_OPTIONS_H
#define COMMANDS_SESSION_OPTIONS_H

#include "client/account.h"
#include "client/password.h"
#include "commands/live_run.h"
#include "commands/option_table.h"

/* As given; NULL, 0, false: not given. The first member of a command's own options, so that the
 * rows below fit both. */
struct session_options {
	const char *account, *config;
	const char *server;
	uint64_t port;
	int tls; /* enum tls_mode + 1 */
	const char *user, *mechanism, *password_file, *password_command;
	const char *ca_file, *tls_name, *tls_fingerprint;
	bool is_insecure, is_ipv4, is_ipv6;
	int tls_minimum;  /* 1: 1.0 ... 4: 1.3 */
	uint64_t timeout; /* seconds; 0: as the RFCs ask */
	const char *folder, *interface;
	int capture; /* 1: on, 2: off */
	bool no_secrets, no_diagram;
	const char *quit_after, *drop_after;
};
extern const struct option_row session_option_rows[];

/* Their part of --help; the steps of --quit-after are the command's own to name. */
extern const char session_options_help[];

/* The account that --account names, or the default one; *account is NULL when none was named and
 * there is no configuration file. account_free() is due. */
enum step session_options_account(
	const struct session_options *options, struct account **account, struct fail *fail);

enum session_protocol { SESSION_SMTP, SESSION_POP3 };

/* What the options and the account come to. Texts are borrowed from both. */
struct session_setup {
	char *host;
	struct live_run run;
	struct course_wants wants; /* its login's context is password: the setup must not move */
	struct password_source password;
};

/* Fills *setup; a server that is missing is asked for at a terminal. account may be NULL.
 * STEP_FAIL: FAIL_USAGE. session_setup_fini() is due in any case. */
enum step session_options_setup(struct session_setup *setup, const struct session_options *options,
	const struct account *account, enum session_protocol protocol, struct fail *fail);
void session_setup_fini(struct session_setup *setup);

#endif
