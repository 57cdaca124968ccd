#include "commands/command.h"

#include "base/language.h"
#include "commands/interrupt.h"
#include "commands/practice_lab.h"
#include "commands/server_run.h"
#include "practice/path.h"
#include "practice/pop3_server.h"
#include "practice/smtp_server.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int run(int count, char **arguments);

#define SIZE_MOST (1ULL << 40)
#define ROW(name, kind, field, most)                                                               \
	{                                                                                          \
		name, 0, kind, offsetof(struct practice_options, field), most, NULL                \
	}
#define TEXT(name, field) ROW(name, OPTION_KIND_TEXT, field, 0)
#define LIST(name, field) ROW(name, OPTION_KIND_LIST, field, 0)
#define FLAG(name, field) ROW(name, OPTION_KIND_FLAG, field, 0)
static const struct option_row rows[] = {
	LIST("listen", listen),
	FLAG("really", is_really),
	TEXT("smtp-port", ports[LAB_SMTP]),
	TEXT("smtps-port", ports[LAB_SMTPS]),
	TEXT("pop3-port", ports[LAB_POP3]),
	TEXT("pop3s-port", ports[LAB_POP3S]),
	FLAG("no-tls", no_tls),
	TEXT("mail", mail),
	TEXT("accounts", accounts_file),
	LIST("account", accounts),
	FLAG("any-account", is_any),
	TEXT("ca-out", ca_out),
	TEXT("ports-out", ports_out),
	TEXT("keylog", keylog),
	LIST("script", scripts),
	LIST("fault", faults),
	ROW("size", OPTION_KIND_NUMBER, size, SIZE_MOST),
	ROW("once", OPTION_KIND_NUMBER, once, UINT64_MAX),
	ROW("sessions", OPTION_KIND_NUMBER, sessions, LIMIT_PRACTICE_SESSIONS),
	TEXT("host", host),
	{"out", 'o', OPTION_KIND_TEXT, offsetof(struct practice_options, folder), 0, NULL},
	{"capture", 0, OPTION_KIND_WORD, offsetof(struct practice_options, capture), 0, "on|off"},
	TEXT("interface", interface),
	FLAG("no-secrets", no_secrets),
	FLAG("no-diagram", no_diagram),
	FLAG("require-auth", needs_login),
	FLAG("require-tls", needs_tls),
	FLAG("allow-clear", allows_clear),
	FLAG("sync", is_synced),
	FLAG("quiet", is_quiet),
	{.name = NULL},
};

const struct command command_practice = {
	.name = "practice",
	.arguments = "",
	.summary = N_(
		"a practice server: SMTP and POP3 on loopback, with TLS, logins and faults on demand"),
	.help = {N_(
		"Serves SMTP and POP3 for a lab without a mail account: what is sent can be fetched, and\n"
		"nothing is relayed. TLS works at once, with a certificate made at the start. Prints what to\n"
		"type to reach it. Each session is one line on standard error.\n"
		"\n"
		"Where:\n"
		"      --smtp-port N           default 2525; 0: any free one; off: none. Likewise\n"
		"      --smtps-port N          2465, TLS from the first octet\n"
		"      --pop3-port N           2110\n"
		"      --pop3s-port N          2995, TLS from the first octet\n"
		"      --listen ADDRESS        default 127.0.0.1 and ::1; may be given again\n"
		"      --really                other addresses than loopback's too; then logins and mail\n"
		"                              need TLS, but for --allow-clear\n"
		"      --allow-clear           passwords in the clear there too\n"
		"      --no-tls                no TLS at all\n"
		"      --host NAME             what the server calls itself; default: this host\n"
		"      --ports-out FILE        writes the ports there when all are open\n"
		"\n"
		"Whom it serves:\n"
		"      --mail FOLDER           a Maildir a user; default: ~/.local/share/mailscope/practice\n"
		"      --account USER          a user; may be given again. The password is made, and kept\n"
		"                              in FOLDER/USER.password. Default: student and teacher\n"
		"      --accounts FILE         users of a file, USER:PASSWORD a line\n"
		"      --any-account           every name is a user, by FOLDER/any.password\n"
		"      --require-auth          takes no mail without a login\n"
		"      --require-tls           takes no login and no mail without TLS\n"
		"      --size N                octets of the largest message; default 50 MiB\n"
		"      --sync                  a message is on the disk before it is accepted\n"
		"\n"
		"What goes wrong (docs/practice.md has the whole language):\n"
		"      --fault RULE            may be given again\n"
		"      --script FILE           a rule a line; may be given again\n"
		"\n"
		"What to keep of the sessions:\n"
		"  -o, --out FOLDER            each one's log, capture, diagram and comparison, as of `send`,\n"
		"                              in FOLDER/smtp-1, FOLDER/pop3-1 and so on\n"
		"      --capture off           the logs alone\n"
		"      --interface NAME        where to capture; default: where clients come from\n"
		"      --no-secrets            no TLS secrets in session.pcapng\n"
		"      --no-diagram            no session.svg\n"
		"\n"
		"      --ca-out FILE           the certificate to trust; default: FOLDER/ca.pem\n"
		"      --keylog FILE           appends the secrets of TLS, to open captures with\n"
		"      --once N                ends after N sessions\n"
		"      --sessions N            so many at one time\n"
		"      --quiet                 says nothing of sessions\n"
		"      --help, --version, --lang en|ru\n"
		"\n"
		"Exit status: 0 ended by Ctrl-C or --once; 1 log and wire of a session differ; 64 usage, or a\n"
		"rule that is none; 66 cannot read; 69 cannot listen; 73 cannot write; 75 another server has\n"
		"the folder; 77 no right to capture.\n"
		"\n"
		"Examples:\n"
		"  mailscope practice\n"
		"  mailscope practice --fault 'at RCPT 2 reply 452 4.2.2 mailbox full'\n"
		"  mailscope practice --script lesson3.faults --require-auth\n"
		"  mailscope practice --smtp-port 0 --pop3-port 0 --ports-out ports --once 2\n"
		"  mailscope practice --out sessions\n")},
	.run = run,
};

static int64_t now(void)
{
	return (int64_t)time(NULL);
}

static bool is_loopback(const char *address)
{
	uint8_t octets[16];

	if (inet_pton(AF_INET, address, octets) == 1)
		return octets[0] == 127;
	return strcmp(address, "::1") == 0;
}

static bool listens_outside(const struct practice_options *options)
{
	for (size_t i = 0; i < options->listen.count; i++)
		if (!is_loopback(options->listen.at[i]))
			return true;
	return false;
}

/* The host's own name, if a client may be told that; else localhost. */
static void settle_host(const struct practice_options *options, char *host, size_t size)
{
	snprintf(host, size, "%s", options->host != NULL ? options->host : "");
	if (host[0] == '\0' &&
		(gethostname(host, size - 1) != 0 || !path_is_hello(span_text(host))))
		snprintf(host, size, "localhost");
}

static enum step check_options(const struct practice_options *options, struct fail *fail)
{
	if (listens_outside(options) && !options->is_really)
		return fail_set(fail, FAIL_USAGE,
			"--listen %s: others can reach that: ask again, with --really",
			options->listen.at[0]);
	if (options->host != NULL &&
		(!path_is_hello(span_text(options->host)) || options->host[0] == '['))
		return fail_set(fail, FAIL_USAGE, "--host %s: no name of a host", options->host);
	if (options->no_tls && options->needs_tls)
		return fail_set(fail, FAIL_USAGE, "--require-tls: not with --no-tls");
	return STEP_DONE;
}

/* One run of the server, and what it is made of. */
struct practice {
	struct practice_options *options;
	char host[256];
	struct lab lab;
	struct script *script;
	struct house house;
	struct authority *authority; /* NULL: no TLS */
	struct server *server;
	struct server_run run;
};

/* A number, or "off": then door->port is 0 and *is_off set. */
static enum step read_port(
	const struct practice *practice, int which, struct server_door *door, struct fail *fail)
{
	static const uint16_t usual[LAB_PORTS] = {2525, 2465, 2110, 2995};
	const char *text = practice->options->ports[which];
	uint64_t number;

	if (text == NULL) {
		door->port = usual[which];
		return practice->options->no_tls && door->is_tls ? STEP_MORE : STEP_DONE;
	}
	if (strcmp(text, "off") == 0)
		return STEP_MORE;
	if (door->is_tls && practice->options->no_tls)
		return fail_set(fail, FAIL_USAGE, "--%s-port %s: not with --no-tls",
			lab_port_names[which], text);
	if (!span_number(span_text(text), &number) || number > 65535)
		return fail_set(fail, FAIL_USAGE, "--%s-port %s: a number up to 65535, or off",
			lab_port_names[which], text);
	door->port = (uint16_t)number;
	return STEP_DONE;
}

/* One port on all addresses. Beside 127.0.0.1 there need not be a ::1. */
static enum step open_port(struct practice *practice, struct server_door *door, struct fail *fail)
{
	static const char *const loopback[] = {"127.0.0.1", "::1"};
	const struct text_list *listen = &practice->options->listen;
	bool is_usual = listen->count == 0;
	const char *const *addresses = is_usual ? loopback : listen->at;
	size_t count = is_usual ? 2 : listen->count;

	for (size_t i = 0; i < count; i++) {
		door->address = addresses[i];
		if (server_open(practice->server, door, &door->port, fail) == STEP_FAIL &&
			(!is_usual || i == 0))
			return STEP_FAIL;
	}
	return STEP_DONE;
}

static enum step open_ports(struct practice *practice, struct fail *fail)
{
	bool has_any = false;

	for (int i = 0; i < LAB_PORTS; i++) {
		bool is_smtp = i == LAB_SMTP || i == LAB_SMTPS;
		struct server_door door = {.is_tls = i == LAB_SMTPS || i == LAB_POP3S,
			.kind = is_smtp ? &smtp_server_kind : &pop3_server_kind,
			.context = &practice->house};
		enum step step = read_port(practice, i, &door, fail);

		if (step == STEP_FAIL ||
			(step == STEP_DONE && open_port(practice, &door, fail) == STEP_FAIL))
			return STEP_FAIL;
		practice->lab.ports[i] = step == STEP_DONE ? door.port : 0;
		has_any = has_any || step == STEP_DONE;
	}
	if (has_any)
		return STEP_DONE;
	return fail_set(fail, FAIL_USAGE, "all ports are off: there is nothing to serve");
}

static enum step make_authority(struct practice *practice, struct fail *fail)
{
	const struct practice_options *options = practice->options;

	if (options->no_tls)
		return STEP_DONE;
	practice->authority = authority_new(
		practice->host, options->listen.count > 0 ? options->listen.at[0] : NULL, fail);
	if (practice->authority == NULL ||
		authority_write(practice->authority, practice->lab.ca_file, fail) == STEP_FAIL)
		return STEP_FAIL;
	return options->keylog != NULL
		       ? authority_keep_secrets(practice->authority, options->keylog, fail)
		       : STEP_DONE;
}

static void say_session(void *context, struct span line)
{
	const struct practice_options *options = context;

	if (!options->is_quiet)
		command_say(stderr, "%.*s", (int)line.length, (const char *)line.at);
}

static void say_sum(const struct practice *practice)
{
	const struct house *house = &practice->house;

	if (!practice->options->is_quiet)
		command_say(stderr,
			"practice: %llu SMTP and %llu POP3 sessions, %llu messages in, %llu out",
			(unsigned long long)house->smtp_sessions,
			(unsigned long long)house->pop3_sessions,
			(unsigned long long)house->messages_in,
			(unsigned long long)house->messages_out);
}

static enum step serve(struct practice *practice, struct fail *fail)
{
	struct practice_options *options = practice->options;
	struct server_options server_options = {.authority = practice->authority,
		.sessions = options->sessions,
		.once = options->once,
		.cancel = interrupt_descriptor(),
		.log = say_session,
		.context = options};
	enum step step;

	server_run_prepare(&practice->run, &server_options);
	practice->server = server_new(&server_options);
	step = open_ports(practice, fail);
	if (step == STEP_DONE)
		step = server_run_listen(&practice->run, practice->server, fail);
	if (step == STEP_DONE && options->ports_out != NULL)
		step = lab_write_ports(&practice->lab, options->ports_out, fail);
	if (step == STEP_DONE) {
		lab_say(&practice->lab, options, practice->house.accounts);
		server_run(practice->server);
		say_sum(practice);
	}
	server_free(practice->server);
	return step;
}

static enum step find_users(struct practice *practice, struct fail *fail)
{
	struct house *house = &practice->house;

	house->accounts = accounts_new(practice->lab.folder);
	house->authenticator = authenticator_new(house->accounts);
	if (house->authenticator == NULL)
		return fail_set(fail, FAIL_INTERNAL, "libgsasl cannot be used");
	return lab_users(&practice->lab, practice->options, house->accounts, fail);
}

static enum step prepare_and_serve(struct practice *practice, struct fail *fail)
{
	if (check_options(practice->options, fail) == STEP_FAIL ||
		server_run_script(practice->script, &practice->options->scripts,
			&practice->options->faults, fail) == STEP_FAIL ||
		lab_open(&practice->lab, practice->options, fail) == STEP_FAIL ||
		find_users(practice, fail) == STEP_FAIL ||
		make_authority(practice, fail) == STEP_FAIL)
		return STEP_FAIL;
	return serve(practice, fail);
}

static int practise(struct practice_options *options)
{
	struct practice practice = {
		.options = options, .lab = {.lock = -1}, .script = script_new()};
	struct fail fail;
	int status = 0;

	practice.house = (struct house){.host = practice.host,
		.script = practice.script,
		.size = options->size,
		.needs_login = options->needs_login,
		.needs_tls =
			options->needs_tls ||
			(listens_outside(options) && !options->allows_clear && !options->no_tls),
		.is_synced = options->is_synced,
		.can_tls = !options->no_tls,
		.now = now};
	practice.run.keep = (struct server_keep){.has_folders = options->folder != NULL,
		.folder = options->folder,
		.interface = options->interface,
		.capture = options->capture,
		.no_secrets = options->no_secrets,
		.no_diagram = options->no_diagram,
		.has_protocol = true,
		.is_quiet = options->is_quiet,
		.command = "mailscope practice"};
	settle_host(options, practice.host, sizeof practice.host);
	if (prepare_and_serve(&practice, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	status = server_run_end(&practice.run, status);
	authority_free(practice.authority);
	authenticator_free(practice.house.authenticator);
	accounts_free(practice.house.accounts);
	script_free(practice.script);
	lab_close(&practice.lab);
	return status;
}

static int run(int count, char **arguments)
{
	const struct option_row *const tables[] = {rows, NULL};
	struct practice_options options = {.size = 50 * 1024 * 1024};
	enum step step = option_table_read(&command_practice, tables, &options, count, arguments);
	int status = 0;

	if (step == STEP_DONE && optind < count) {
		command_say(
			stderr, "mailscope: %s: practice takes options alone", arguments[optind]);
		step = STEP_FAIL;
	}
	if (step == STEP_FAIL)
		status = command_usage(&command_practice);
	else if (step == STEP_DONE)
		status = practise(&options);
	text_list_fini(&options.listen);
	text_list_fini(&options.accounts);
	text_list_fini(&options.scripts);
	text_list_fini(&options.faults);
	return status;
}
