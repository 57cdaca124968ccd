#include "commands/command.h"

#include "base/language.h"
#include "base/memory.h"
#include "commands/interrupt.h"
#include "commands/progress.h"
#include "commands/session_options.h"
#include "live/fetching.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static int run(int count, char **arguments);

struct fetch_options {
	struct session_options session; /* first: the rows of both begin at the same place */
	const char *store;
	bool keeps, deletes;
	uint64_t most;
};

static const struct option_row rows[] = {
	{"keep", 'k', OPTION_KIND_FLAG, offsetof(struct fetch_options, keeps), 0, NULL},
	{"delete", 0, OPTION_KIND_FLAG, offsetof(struct fetch_options, deletes), 0, NULL},
	{"store", 0, OPTION_KIND_TEXT, offsetof(struct fetch_options, store), 0, NULL},
	{"most", 'n', OPTION_KIND_NUMBER, offsetof(struct fetch_options, most), UINT32_MAX, NULL},
	{.name = NULL},
};

const struct command command_fetch = {
	.name = "fetch",
	.arguments = "",
	.summary =
		N_("fetches new mail by POP3 into the store; logs, captures, compares and draws"),
	.help =
		{
			N_("Fetches the messages that the store has not, and deletes them from the server once they are\n"
			   "safe on the disk; keeps a log of the session, captures it as it happens, and holds log and\n"
			   "capture against each other.\n"
			   "\n"
			   "What to fetch:\n"
			   "  -k, --keep                  leaves the messages on the server; what was fetched is known by\n"
			   "                              its unique id and not fetched again\n"
			   "      --delete                deletes them although the account says keep\n"
			   "  -n, --most N                at most N messages\n"
			   "      --store FOLDER          a Maildir; default: $MAILSCOPE_STORE, or\n"
			   "                              ~/.local/share/mailscope/mail\n"),
			session_options_help,
			N_("      --quit-after STEP       QUIT after connect, greeting, capa, stls, tls, login, list, retr\n"
			   "                              or dele\n"
			   "      --drop-after STEP       the same, but cut the connection\n"
			   "\n"
			   "      --help, --version, --lang en|ru\n"
			   "\n"
			   "Exit status: 0 fetched, log and wire agree; 1 fetched, they differ; 64 usage; 66 cannot open;\n"
			   "69 server unreachable; 73 cannot write; 75 try again later; 76 protocol error; 77 refused.\n"
			   "\n"
			   "Examples:\n"
			   "  mailscope fetch --server pop.example.org --user ann\n"
			   "  mailscope fetch --server 127.0.0.1:1110 --tls none --auth USER --user ann --keep\n"
			   "  mailscope fetch --account work; mailscope mail\n"),
		},
	.run = run,
};

/* A fetch, and how far it is. */
struct shown_fetch {
	struct fetching fetching;
	struct progress progress;
};

static enum step talk(void *context, struct connection *connection, struct fail *fail)
{
	struct shown_fetch *fetch = context;
	enum step step;

	progress_begin(&fetch->progress, _("Fetching"));
	step = fetching_talk(&fetch->fetching, connection, fail);
	progress_end(&fetch->progress);
	return step;
}

static void say_fetched(const struct fetching *fetching)
{
	command_say(stdout,
		language_count("Fetched %zu new message; %zu known already; %zu deleted from the "
			       "server",
			"Fetched %zu new messages; %zu known already; %zu deleted from the server",
			fetching->fetched),
		fetching->fetched, fetching->known, fetching->marked);
}

static int fetch_into(struct shown_fetch *fetch, const struct session_setup *setup)
{
	struct live_talk live_talk = {talk, fetch};
	const char *user = setup->wants.login.user != NULL ? setup->wants.login.user : "";
	char *folder = NULL, *account = NULL;
	int status;

	if (asprintf(&account, "%s@%s", user, setup->host) < 0)
		abort();
	fetch->fetching.account = account;
	fetch->fetching.client = (struct pop3_client_options){
		.wants = setup->wants,
		.on_progress = progress_show,
		.context = &fetch->progress,
	};
	status = live_run(&setup->run, &live_talk, &folder);
	if (status <= 1 || fetch->fetching.fetched > 0)
		say_fetched(&fetch->fetching);
	free(folder);
	free(account);
	return status;
}

static int fetch_with(
	const struct fetch_options *options, const struct account *account, struct fail *fail)
{
	struct shown_fetch fetch = {
		.fetching = {.deletes = !options->keeps, .most = options->most}};
	char *path = options->store != NULL ? memory_text(options->store) : store_default_path();
	struct session_setup setup;
	int status;

	if (account != NULL && account->has_keep && account->keep && !options->deletes)
		fetch.fetching.deletes = false;
	if (session_options_setup(&setup, &options->session, account, SESSION_POP3, fail) ==
			STEP_FAIL ||
		(fetch.fetching.store = store_open(path, fail)) == NULL)
		status = command_failed(fail);
	else
		status = fetch_into(&fetch, &setup);
	store_close(fetch.fetching.store);
	session_setup_fini(&setup);
	free(path);
	return status;
}

static int fetch(const struct fetch_options *options)
{
	struct account *account = NULL;
	struct fail fail;
	int status;

	password_guard_process();
	if (session_options_account(&options->session, &account, &fail) == STEP_FAIL)
		return command_failed(&fail);
	status = fetch_with(options, account, &fail);
	account_free(account);
	return status;
}

static int run(int count, char **arguments)
{
	const struct option_row *const tables[] = {rows, session_option_rows, NULL};
	struct fetch_options options = {.store = NULL};
	enum step step = option_table_read(&command_fetch, tables, &options, count, arguments);

	if (step == STEP_DONE && optind < count) {
		command_say(stderr, "mailscope: fetch: %s: takes options alone", arguments[optind]);
		step = STEP_FAIL;
	}
	if (step == STEP_FAIL)
		return command_usage(&command_fetch);
	return step == STEP_MORE ? 0 : fetch(&options);
}
