#include "commands/replay.h"

#include "base/language.h"
#include "commands/command.h"

#include <getopt.h>

static int run(int count, char **arguments);

#define ROW(name, letter, kind, field, most, words)                                                \
	{                                                                                          \
		name, letter, kind, offsetof(struct replay_options, field), most, words            \
	}
#define TEXT(name, field) ROW(name, 0, OPTION_KIND_TEXT, field, 0, NULL)
#define FLAG(name, field) ROW(name, 0, OPTION_KIND_FLAG, field, 0, NULL)
#define LIST(name, field) ROW(name, 0, OPTION_KIND_LIST, field, 0, NULL)
#define WORD(name, field, words) ROW(name, 0, OPTION_KIND_WORD, field, 0, words)
#define NUMBER(name, field, most) ROW(name, 0, OPTION_KIND_NUMBER, field, most, NULL)
static const struct option_row rows[] = {
	WORD("as", as, "client|server"), /* in the order of enum replay_as */
	NUMBER("session", number, UINT32_MAX),
	TEXT("keylog", keylog),
	FLAG("really", is_really),
	TEXT("to", session.server),
	WORD("tls", session.tls, "none|offered|starttls|implicit"),
	ROW("user", 'u', OPTION_KIND_TEXT, session.user, 0, NULL),
	TEXT("auth", session.mechanism),
	TEXT("password-file", session.password_file),
	TEXT("password-command", session.password_command),
	TEXT("ca-file", session.ca_file),
	TEXT("tls-name", session.tls_name),
	TEXT("tls-fingerprint", session.tls_fingerprint),
	FLAG("tls-insecure", session.is_insecure),
	WORD("tls-minimum", session.tls_minimum, "1.0|1.1|1.2|1.3"),
	NUMBER("timeout", session.timeout, 24 * 60 * 60),
	LIST("rewrite", rewrites),
	FLAG("stop", stops),
	WORD("format", format, "text|tsv|json"), /* in the order of enum view_format */
	ROW("out", 'o', OPTION_KIND_TEXT, session.folder, 0, NULL),
	WORD("capture", session.capture, "on|off"),
	TEXT("interface", session.interface),
	FLAG("no-secrets", session.no_secrets),
	FLAG("no-diagram", session.no_diagram),
	TEXT("listen", listen),
	TEXT("ports-out", ports_out),
	TEXT("ca-out", ca_out),
	LIST("script", scripts),
	LIST("fault", faults),
	NUMBER("once", once, UINT64_MAX),
	FLAG("no-log", has_no_log),
	FLAG("quiet", is_quiet),
	{.name = NULL},
};

const struct command command_replay = {
	.name = "replay",
	.arguments = N_("CAPTURE"),
	.summary = N_("plays one side of a captured session against a live peer"),
	.help = {N_(
		"Makes a captured session come alive again. As its client: says what was said to a live\n"
		"server, and holds each reply against the recorded one. As its server: answers any live\n"
		"client as the recorded server did.\n"
		"\n"
		"      --as client|server\n"
		"      --session N             of the capture; default: the first that can be played\n"
		"      --keylog FILE           TLS secrets to open it with; those in a pcapng are used unasked\n"
		"      --tls MODE              none, starttls, implicit; default: as recorded\n"
		"      --really                other addresses than loopback's too\n"
		"  -o, --out FOLDER            for the log, the capture, the diagram and the comparison; as\n"
		"                              server each session's in FOLDER/1, FOLDER/2 and so on;\n"
		"                              default: made from the time\n"
		"      --capture on|off, --interface NAME, --no-secrets, --no-diagram\n"
		"                              as `mailscope send --help` has them\n"
		"\n"
		"As client:\n"
		"      --to HOST[:PORT]        the server\n"
		"      --rewrite OLD=NEW       another address in MAIL and RCPT: a@old=b@new, or of a whole\n"
		"                              domain @old=@new; may be given again\n"
		"  -u, --user NAME             logs in anew as NAME; default: the recorded answers\n"
		"      --password-file FILE, --password-command CMD, --auth MECHANISM\n"
		"      --ca-file FILE, --tls-name NAME, --tls-fingerprint HEX, --tls-insecure,\n"
		"      --tls-minimum VERSION, --timeout SECONDS\n"
		"                              all as `mailscope send --help` has them\n"
		"      --stop                  ends at the first difference\n"
		"      --format text|tsv|json\n"
		"\n"
		"As server:\n"
		"      --listen ADDRESS:PORT   default 127.0.0.1:2525; port 0: any free one\n"
		"      --fault RULE, --script FILE\n"
		"                              what goes wrong, as in `mailscope practice`; may be given again\n"
		"      --password-file FILE    SCRAM is offered, and wants this password; other logins come\n"
		"                              out as recorded, whatever the password\n"
		"      --ca-out FILE           the certificate to trust\n"
		"      --ports-out FILE        writes the port there when it is open\n"
		"      --once N                ends after N sessions\n"
		"      --no-log                no folders\n"
		"      --quiet                 says nothing of sessions\n"
		"      --help, --version, --lang en|ru\n"
		"\n"
		"Exit status: 0 no difference; 1 a reply differs, or log and wire do; 64 usage; 65 sealed,\n"
		"damaged, or no session; 66 cannot open; 69 server unreachable, or cannot listen; 73 cannot\n"
		"write; 75 try again later; 76 protocol error; 77 refused, or no right to capture.\n"
		"\n"
		"Examples:\n"
		"  mailscope replay captures/smtp_test3.pcapng --as server --listen 127.0.0.1:2525\n"
		"  mailscope replay captures/smtp_test3.pcapng --as client --to 127.0.0.1:2525\n"
		"  mailscope replay session.pcapng --as client --to 127.0.0.1:25 \\\n"
		"                   --rewrite @old.example=@new.example --user ann --stop\n"
		"  mailscope replay session.pcapng --as server --fault 'at RCPT 1 reply 452 full'\n")},
	.run = run,
};

static bool is_wrong(const char *what)
{
	command_say(stderr, "mailscope: replay: %s", what);
	return false;
}

static bool check(struct replay_options *options, int count, char **arguments)
{
	if (count - optind != 1)
		return is_wrong(_("one capture must be named"));
	options->capture = arguments[optind];
	if (options->as == REPLAY_AS_NOBODY)
		return is_wrong(_("--as client or --as server must be given"));
	if (options->as == REPLAY_AS_CLIENT && options->session.server == NULL)
		return is_wrong(_("--to HOST:PORT must be given: whom to play it to"));
	if (options->as == REPLAY_AS_CLIENT && options->listen != NULL)
		return is_wrong(_("--listen: only --as server listens"));
	if (options->as == REPLAY_AS_SERVER && options->session.server != NULL)
		return is_wrong(_("--to: only --as client connects"));
	return true;
}

static int play(const struct replay_options *options, const struct tape *tape)
{
	if (tape->is_cut)
		command_say(stderr,
			"mailscope: %s: session %u: its server says what is no reply: it is played "
			"up to there",
			tape->capture, tape->session);
	return options->as == REPLAY_AS_CLIENT ? replay_as_client(options, tape)
					       : replay_as_server(options, tape);
}

static int replay(const struct replay_options *options)
{
	struct tape tape = {.count = 0};
	struct fail fail;
	int status;

	password_guard_process();
	if (replay_load(options, &tape, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	else
		status = play(options, &tape);
	tape_fini(&tape);
	return status;
}

static int run(int count, char **arguments)
{
	const struct option_row *const tables[] = {rows, NULL};
	struct replay_options options = {.capture = NULL};
	enum step step = option_table_read(&command_replay, tables, &options, count, arguments);
	int status = 0;

	if (step == STEP_DONE && !check(&options, count, arguments))
		step = STEP_FAIL;
	if (step == STEP_FAIL)
		status = command_usage(&command_replay);
	if (options.format > FORMAT_TEXT + 1)
		language_for_programs();
	if (step == STEP_DONE)
		status = replay(&options);
	text_list_fini(&options.rewrites);
	text_list_fini(&options.scripts);
	text_list_fini(&options.faults);
	return status;
}
