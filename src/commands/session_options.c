#include "commands/session_options.h"

#include "base/language.h"
#include "base/memory.h"
#include "client/pop3_client.h"
#include "client/smtp_client.h"
#include "commands/ask.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

const char session_options_help[] = N_(
	"Whom to talk to:\n"
	"      --account NAME          an account of the configuration file; default: the first\n"
	"      --config FILE           that file; default: ~/.config/mailscope/accounts.conf\n"
	"  -s, --server HOST[:PORT]    the server\n"
	"  -p, --port N                its port; default: what --tls calls for\n"
	"      --tls MODE              implicit, starttls, offered (STARTTLS if there is), none\n"
	"  -4, --ipv4, -6, --ipv6      only addresses of this kind\n"
	"  -u, --user NAME             logs in as NAME\n"
	"      --auth MECHANISM        SCRAM-SHA-256, SCRAM-SHA-1, CRAM-MD5, PLAIN, LOGIN, XOAUTH2,\n"
	"                              OAUTHBEARER; for POP3 APOP and USER besides; default: the\n"
	"                              best that both sides know. PLAIN, LOGIN and USER go over a\n"
	"                              clear connection only when they are named here\n"
	"      --password-file FILE    the password (or token) is the first line of FILE\n"
	"      --password-command CMD  ... of what CMD prints. Default: the keyring, or it is asked\n"
	"                              for; it never stands on the command line\n"
	"      --ca-file FILE          certificates that are trusted, in place of the system's\n"
	"      --tls-name NAME         the name the server's certificate must bear\n"
	"      --tls-fingerprint HEX   trusts exactly the certificate with this SHA-256\n"
	"      --tls-insecure          trusts any certificate: for labs alone\n"
	"      --tls-minimum VERSION   1.0, 1.1, 1.2 (default), 1.3\n"
	"      --timeout SECONDS       waits at most so long at each step; default: minutes, as\n"
	"                              RFC 5321 4.5.3.2 asks\n"
	"What to keep of it:\n"
	"  -o, --out FOLDER            the session's folder; default: made from the time\n"
	"      --capture on|off        off: log the session, but do not capture it\n"
	"      --interface NAME        where to capture; default: where the server is reached\n"
	"      --no-secrets            no TLS secrets in session.pcapng\n"
	"      --no-diagram            no session.svg\n"
	"For teaching:\n");

#define ROW(name, letter, kind, field, most, words)                                                \
	{                                                                                          \
		name, letter, kind, offsetof(struct session_options, field), most, words           \
	}
#define TEXT(name, field) ROW(name, 0, OPTION_KIND_TEXT, field, 0, NULL)
#define FLAG(name, letter, field) ROW(name, letter, OPTION_KIND_FLAG, field, 0, NULL)
#define WORD(name, field, words) ROW(name, 0, OPTION_KIND_WORD, field, 0, words)

const struct option_row session_option_rows[] = {
	TEXT("account", account),
	TEXT("config", config),
	ROW("server", 's', OPTION_KIND_TEXT, server, 0, NULL),
	ROW("port", 'p', OPTION_KIND_NUMBER, port, 65535, NULL),
	WORD("tls", tls, "none|offered|starttls|implicit"), /* in the order of enum tls_mode */
	ROW("user", 'u', OPTION_KIND_TEXT, user, 0, NULL),
	TEXT("auth", mechanism),
	TEXT("password-file", password_file),
	TEXT("password-command", password_command),
	TEXT("ca-file", ca_file),
	TEXT("tls-name", tls_name),
	TEXT("tls-fingerprint", tls_fingerprint),
	FLAG("tls-insecure", 0, is_insecure),
	WORD("tls-minimum", tls_minimum, "1.0|1.1|1.2|1.3"),
	ROW("timeout", 0, OPTION_KIND_NUMBER, timeout, 24 * 60 * 60, NULL),
	FLAG("ipv4", '4', is_ipv4),
	FLAG("ipv6", '6', is_ipv6),
	ROW("out", 'o', OPTION_KIND_TEXT, folder, 0, NULL),
	WORD("capture", capture, "on|off"),
	TEXT("interface", interface),
	FLAG("no-secrets", 0, no_secrets),
	FLAG("no-diagram", 0, no_diagram),
	TEXT("quit-after", quit_after),
	TEXT("drop-after", drop_after),
	{.name = NULL},
};

enum step session_options_account(
	const struct session_options *options, struct account **account, struct fail *fail)
{
	return account_load(options->config, options->account, account, fail) == STEP_FAIL
		       ? STEP_FAIL
		       : STEP_DONE;
}

/* What is known of the server, from whichever said it first. */
struct place {
	char host[256];
	uint64_t port;
	int tls; /* enum tls_mode + 1; 0: nobody said */
};

static void settle_port(struct place *place, enum session_protocol protocol)
{
	struct account_server server = {.port = (uint16_t)place->port, .has_tls = place->tls != 0};

	if (server.has_tls)
		server.tls = (enum tls_mode)(place->tls - 1);
	account_server_settle(&server, protocol == SESSION_SMTP ? MAIL_SMTP : MAIL_POP3);
	place->port = server.port;
	place->tls = (int)server.tls + 1;
}

/* HOST, HOST:PORT, [ADDRESS], [ADDRESS]:PORT, or an IPv6 address without brackets. */
static enum step read_server(struct place *place, const char *text, struct fail *fail)
{
	struct span rest = span_text(text);
	struct span host = rest;
	size_t colon = span_index(rest, ':');

	if (rest.length > 0 && rest.at[0] == '[') {
		size_t end = span_index(rest, ']');

		host = span_from(span_first(rest, end), 1);
		rest = span_from(rest, end + 1);
	} else if (span_index(span_from(rest, colon + 1), ':') + colon + 1 < rest.length) {
		rest = span_of(NULL, 0);
	} else {
		host = span_first(rest, colon);
		rest = span_from(rest, colon);
	}
	if (host.length == 0 || host.length >= sizeof place->host)
		return fail_set(fail, FAIL_USAGE, "--server %s: no name of a server", text);
	if (rest.length > 0 && (!span_number(span_from(rest, 1), &place->port) ||
				       place->port == 0 || place->port > 65535))
		return fail_set(fail, FAIL_USAGE, "--server %s: no port from 1 to 65535", text);
	memcpy(place->host, host.at, host.length);
	place->host[host.length] = '\0';
	return STEP_DONE;
}

static enum step find_server(struct place *place, const struct session_options *options,
	const struct account_server *known, enum session_protocol protocol, struct fail *fail)
{
	const char *server = options->server != NULL ? options->server : known->host;
	char *asked = NULL;
	enum step step;

	if (server == NULL)
		server = asked = ask_line(_("Server: "));
	if (server == NULL)
		return fail_set(fail, FAIL_USAGE, "no server: name one with --server HOST");
	/* The account's port is that of the account's server. */
	if (options->server == NULL) {
		place->port = known->port;
		place->tls = known->has_tls ? (int)known->tls + 1 : 0;
	}
	step = read_server(place, server, fail);
	free(asked);
	if (options->port != 0)
		place->port = options->port;
	if (options->tls != 0)
		place->tls = options->tls;
	settle_port(place, protocol);
	return step;
}

static const char *first_of(const char *a, const char *b)
{
	return a != NULL ? a : b;
}

static void fill_trust(
	struct trust *trust, const struct session_options *options, const struct account *account)
{
	static const enum trust_version versions[] = {
		TRUST_TLS_1_2, TRUST_TLS_1_0, TRUST_TLS_1_1, TRUST_TLS_1_2, TRUST_TLS_1_3};

	*trust = (struct trust){
		.ca_file = first_of(options->ca_file, account->ca_file),
		.name = first_of(options->tls_name, account->tls_name),
		.fingerprint = first_of(options->tls_fingerprint, account->tls_fingerprint),
		.is_blind = options->is_insecure,
		.minimum = versions[options->tls_minimum],
	};
}

static void warn(void *context, const char *text)
{
	(void)context;
	command_say(stderr, "mailscope: %s", text);
}

static void fill_login(struct session_setup *setup, const struct session_options *options,
	const struct account *account, const struct account_server *known)
{
	const char *user = first_of(options->user, first_of(known->user, account->user));

	setup->password = (struct password_source){
		.file = first_of(options->password_file, account->password_file),
		.command = first_of(options->password_command, account->password_command),
		.user = user,
		.host = setup->host,
		.on_warning = warn,
	};
	setup->wants.login = (struct login){
		.user = user,
		.ask_secret = password_ask,
		.context = &setup->password,
		.mechanism = first_of(options->mechanism, account->mechanism),
	};
}

static bool wants_capture(const struct session_options *options, const struct account *account)
{
	if (options->capture != 0)
		return options->capture == 1;
	return !account->has_capture || account->capture;
}

static void fill_run(struct session_setup *setup, const struct session_options *options,
	enum session_protocol protocol)
{
	setup->run.live = (struct live_options){
		.folder = options->folder,
		.prefix = protocol == SESSION_SMTP ? "smtp" : "pop3",
		.interface = options->interface,
		.has_secrets = !options->no_secrets,
		.has_diagram = !options->no_diagram,
	};
	setup->run.connection.host = setup->host;
	setup->run.connection.connect_seconds = (int)options->timeout;
	setup->run.connection.most_seconds = (int)options->timeout;
	setup->run.connection.family = options->is_ipv4   ? AF_INET
				       : options->is_ipv6 ? AF_INET6
							  : AF_UNSPEC;
}

static enum step find_stage(const char *option, const char *name, enum session_protocol protocol,
	int *stage, struct fail *fail)
{
	*stage = protocol == SESSION_SMTP ? smtp_stage(name) : pop3_stage(name);
	if (name == NULL || *stage != 0)
		return STEP_DONE;
	return fail_set(fail, FAIL_USAGE, "--%s %s: no step of a session", option, name);
}

enum step session_options_setup(struct session_setup *setup, const struct session_options *options,
	const struct account *account, enum session_protocol protocol, struct fail *fail)
{
	static const struct account nobody = {.group = NULL};
	const struct account *known = account != NULL ? account : &nobody;
	const struct account_server *server =
		protocol == SESSION_SMTP ? &known->smtp : &known->pop3;
	struct place place = {.port = 0};

	*setup = (struct session_setup){.host = NULL};
	if (find_stage("quit-after", options->quit_after, protocol, &setup->wants.quit_after,
		    fail) == STEP_FAIL ||
		find_stage("drop-after", options->drop_after, protocol, &setup->wants.drop_after,
			fail) == STEP_FAIL)
		return STEP_FAIL;
	if (find_server(&place, options, server, protocol, fail) == STEP_FAIL)
		return STEP_FAIL;
	setup->host = memory_text(place.host);
	setup->wants.tls = (enum tls_mode)(place.tls - 1);
	fill_run(setup, options, protocol);
	setup->run.live.has_capture = wants_capture(options, known);
	setup->run.connection.port = (uint16_t)place.port;
	fill_trust(&setup->run.connection.trust, options, known);
	fill_login(setup, options, known, server);
	return STEP_DONE;
}

void session_setup_fini(struct session_setup *setup)
{
	password_forget(&setup->password);
	free(setup->host);
	setup->host = NULL;
}
