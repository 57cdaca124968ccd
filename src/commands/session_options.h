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
#define SESSION_OPTIONS_HELP                                                                       \
	N_("Whom to talk to:\n"                                                                    \
	   "      --account NAME          an account of the configuration file; default: the "     \
	   "first\n"                                                                               \
	   "      --config FILE           that file; default: ~/.config/mailscope/accounts.conf\n" \
	   "  -s, --server HOST[:PORT]    the server\n"                                            \
	   "  -p, --port N                its port; default: what --tls calls for\n"               \
	   "      --tls MODE              implicit, starttls, offered (STARTTLS if there is), "    \
	   "none\n"                                                                                \
	   "  -4, --ipv4, -6, --ipv6      only addresses of this kind\n"                           \
	   "  -u, --user NAME             logs in as NAME\n"                                       \
	   "      --auth MECHANISM        SCRAM-SHA-256, SCRAM-SHA-1, CRAM-MD5, PLAIN, LOGIN, "    \
	   "XOAUTH2,\n"                                                                            \
	   "                              OAUTHBEARER; for POP3 APOP and USER besides; default: "  \
	   "the\n"                                                                                 \
	   "                              best that both sides know. PLAIN, LOGIN and USER go "    \
	   "over "                                                                                 \
	   "a\n"                                                                                   \
	   "                              clear connection only when they are named here\n"        \
	   "      --password-file FILE    the password (or token) is the first line of FILE\n"     \
	   "      --password-command CMD  ... of what CMD prints. Default: the keyring, or it is " \
	   "asked\n"                                                                               \
	   "                              for; it never stands on the command line\n"              \
	   "      --ca-file FILE          certificates that are trusted, in place of the "         \
	   "system's\n"                                                                            \
	   "      --tls-name NAME         the name the server's certificate must bear\n"           \
	   "      --tls-fingerprint HEX   trusts exactly the certificate with this SHA-256\n"      \
	   "      --tls-insecure          trusts any certificate: for labs alone\n"                \
	   "      --tls-minimum VERSION   1.0, 1.1, 1.2 (default), 1.3\n"                          \
	   "      --timeout SECONDS       waits at most so long at each step; default: minutes, "  \
	   "as\n"                                                                                  \
	   "                              RFC 5321 4.5.3.2 asks\n"                                 \
	   "What to keep of it:\n"                                                                 \
	   "  -o, --out FOLDER            the session's folder; default: made from the time\n"     \
	   "      --capture on|off        off: log the session, but do not capture it\n"           \
	   "      --interface NAME        where to capture; default: where the server is "         \
	   "reached\n"                                                                             \
	   "      --no-secrets            no TLS secrets in session.pcapng\n"                      \
	   "      --no-diagram            no session.svg\n"                                        \
	   "For teaching:\n")

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
