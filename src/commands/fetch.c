#include "commands/command.h"

#include "base/language.h"
#include "base/memory.h"
#include "client/pop3_client.h"
#include "commands/interrupt.h"
#include "commands/progress.h"
#include "commands/session_options.h"
#include "message/store.h"

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
	.help = {N_("Fetches the messages that the store has not, and deletes them from the server "
		    "once they are\n"
		    "safe on the disk; keeps a log of the session, captures it as it happens, and "
		    "holds log and\n"
		    "capture against each other.\n\n"
		    "What to fetch:\n"
		    "  -k, --keep                  leaves the messages on the server; what was "
		    "fetched "
		    "is known by\n"
		    "                              its unique id and not fetched again\n"
		    "      --delete                deletes them although the account says keep\n"
		    "  -n, --most N                at most N messages\n"
		    "      --store FOLDER          a Maildir; default: $MAILSCOPE_STORE, or\n"
		    "                              ~/.local/share/mailscope/mail\n"),
		SESSION_OPTIONS_HELP,
		N_("      --quit-after STEP       QUIT after connect, greeting, capa, stls, tls, "
		   "login, list, retr\n"
		   "                              or dele\n"
		   "      --drop-after STEP       the same, but cut the connection\n\n"
		   "      --help, --version, --lang en|ru\n\n"
		   "Exit status: 0 fetched, log and wire agree; 1 fetched, they differ; 64 usage; "
		   "66 "
		   "cannot open;\n"
		   "69 server unreachable; 73 cannot write; 75 try again later; 76 protocol error; "
		   "77 "
		   "refused.\n\n"
		   "Examples:\n"
		   "  mailscope fetch --server pop.example.org --user ann\n"
		   "  mailscope fetch --server 127.0.0.1:1110 --tls none --auth USER --user ann "
		   "--keep\n"
		   "  mailscope fetch --account work; mailscope mail\n")},
	.run = run,
};

struct fetching {
	const struct fetch_options *options;
	const struct session_setup *setup;
	struct store *store;
	struct progress progress;
	char *account; /* user@host: whose ids they are */
	bool deletes;
	size_t fetched, known, marked; /* messages: new; stored before; marked for deletion */
};

static enum step take(void *context, struct span octets, struct fail *fail)
{
	return store_write(context, octets, fail);
}

/* From the server to the disk. STEP_MORE: the session ended early, as asked. */
static enum step fetch_one(struct fetching *fetching, struct pop3_client *client,
	const struct pop3_entry *entry, struct fail *fail)
{
	struct store_incoming *incoming =
		store_begin(fetching->store, fetching->account, entry->id, fail);
	struct pop3_sink sink = {incoming, take};
	enum step step;

	if (incoming == NULL)
		return STEP_FAIL;
	step = pop3_client_retrieve(client, entry, &sink);
	if (step != STEP_DONE) {
		store_abandon(incoming);
		if (step == STEP_FAIL)
			*fail = *pop3_client_fail(client);
		return step;
	}
	step = store_commit(incoming, fail);
	fetching->fetched += step == STEP_DONE;
	fetching->known += step == STEP_MORE;
	return step == STEP_FAIL ? STEP_FAIL : STEP_DONE;
}

/* Only what is on the disk is deleted from the server. */
static enum step fetch_entry(struct fetching *fetching, struct pop3_client *client,
	const struct pop3_entry *entry, struct fail *fail)
{
	enum step step = STEP_DONE;

	if (entry->id[0] != '\0' && store_has(fetching->store, fetching->account, entry->id))
		fetching->known++;
	else
		step = fetch_one(fetching, client, entry, fail);
	if (step != STEP_DONE || !fetching->deletes)
		return step;
	step = pop3_client_delete(client, entry);
	fetching->marked += step == STEP_DONE;
	if (step == STEP_FAIL)
		*fail = *pop3_client_fail(client);
	return step;
}

/* The server's messages, and which of them are marked for deletion. */
struct listing {
	const struct pop3_entry *entries;
	bool *is_marked;
	size_t count;
};

/* Ids that the server has no more, once QUIT has removed what was marked, need not be remembered.
 */
static enum step forget(struct fetching *fetching, const struct listing *listing, struct fail *fail)
{
	const char **ids = memory_new(listing->count + 1, sizeof *ids);
	enum step step;
	size_t left = 0;

	for (size_t i = 0; i < listing->count; i++)
		if (!listing->is_marked[i] && listing->entries[i].id[0] != '\0')
			ids[left++] = listing->entries[i].id;
	step = store_forget_others(fetching->store, fetching->account, ids, left, fail);
	free(ids);
	return step;
}

/* A message that the server does not give, or that cannot be written, does not keep the others
 * back: the first failure is told at the end. */
static enum step fetch_entries(struct fetching *fetching, struct pop3_client *client,
	const struct listing *listing, struct fail *fail)
{
	enum step step, result = STEP_DONE;
	struct fail cause;

	for (size_t i = 0; i < listing->count && !pop3_client_is_over(client); i++) {
		if (fetching->options->most > 0 && fetching->fetched == fetching->options->most)
			break;
		step = fetch_entry(fetching, client, &listing->entries[i], &cause);
		if (step == STEP_MORE)
			return STEP_MORE;
		listing->is_marked[i] = step == STEP_DONE && fetching->deletes;
		if (step == STEP_FAIL && result == STEP_DONE) {
			*fail = cause;
			result = STEP_FAIL;
		}
	}
	return result;
}

static enum step fetch_all(struct fetching *fetching, struct pop3_client *client,
	struct listing *listing, struct fail *fail)
{
	enum step step = pop3_client_begin(client);

	if (step == STEP_DONE)
		step = pop3_client_list(client, &listing->entries, &listing->count);
	if (step == STEP_FAIL)
		*fail = *pop3_client_fail(client);
	if (step != STEP_DONE)
		return step;
	listing->is_marked = memory_new(listing->count + 1, sizeof *listing->is_marked);
	return fetch_entries(fetching, client, listing, fail);
}

/* What was marked is removed by QUIT alone (RFC 1939 6), so its failure is one of the session. */
static enum step quit(struct fetching *fetching, struct pop3_client *client,
	const struct listing *listing, struct fail *fail)
{
	if (pop3_client_quit(client) == STEP_FAIL) {
		*fail = *pop3_client_fail(client);
		fetching->marked = 0;
		return STEP_FAIL;
	}
	return listing->is_marked != NULL ? forget(fetching, listing, fail) : STEP_DONE;
}

static enum pop3_stage stage_of(const char *name)
{
	return name != NULL ? pop3_stage(name) : POP3_STAGE_NONE;
}

static enum step talk(void *context, struct connection *connection, struct fail *fail)
{
	struct fetching *fetching = context;
	struct pop3_client_options options = {
		.tls = fetching->setup->tls,
		.login = fetching->setup->login,
		.quit_after = stage_of(fetching->options->session.quit_after),
		.drop_after = stage_of(fetching->options->session.drop_after),
		.on_progress = progress_show,
		.context = &fetching->progress,
	};
	struct pop3_client *client = pop3_client_new(connection, &options);
	struct listing listing = {.entries = NULL};
	struct fail cause;
	enum step step;

	progress_begin(&fetching->progress, _("Fetching"));
	step = fetch_all(fetching, client, &listing, fail);
	progress_end(&fetching->progress);
	if (quit(fetching, client, &listing, &cause) == STEP_FAIL && step == STEP_DONE) {
		*fail = cause;
		step = STEP_FAIL;
	}
	free(listing.is_marked);
	pop3_client_free(client);
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

static int fetch_into(struct fetching *fetching, const struct session_setup *setup)
{
	struct live_talk live_talk = {talk, fetching};
	const char *user = setup->login.user != NULL ? setup->login.user : "";
	char *folder = NULL;
	int status;

	if (asprintf(&fetching->account, "%s@%s", user, setup->host) < 0)
		abort();
	fetching->setup = setup;
	status = live_run(&setup->run, &live_talk, &folder);
	if (status <= 1 || fetching->fetched > 0)
		say_fetched(fetching);
	free(folder);
	free(fetching->account);
	return status;
}

static int fetch_with(
	const struct fetch_options *options, const struct account *account, struct fail *fail)
{
	struct fetching fetching = {.options = options};
	char *path = options->store != NULL ? memory_text(options->store) : store_default_path();
	struct session_setup setup;
	int status;

	fetching.deletes = !options->keeps;
	if (account != NULL && account->has_keep && account->keep && !options->deletes)
		fetching.deletes = false;
	if (session_options_setup(&setup, &options->session, account, SESSION_POP3, fail) ==
			STEP_FAIL ||
		(fetching.store = store_open(path, fail)) == NULL)
		status = command_failed(fail);
	else
		status = fetch_into(&fetching, &setup);
	store_close(fetching.store);
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

static bool has_stage(const char *option, const char *stage)
{
	if (stage == NULL || pop3_stage(stage) != POP3_STAGE_NONE)
		return true;
	command_say(stderr, "mailscope: --%s %s: no step of a session", option, stage);
	return false;
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
	if (step == STEP_DONE && (!has_stage("quit-after", options.session.quit_after) ||
					 !has_stage("drop-after", options.session.drop_after)))
		step = STEP_FAIL;
	if (step == STEP_FAIL)
		return command_usage(&command_fetch);
	return step == STEP_MORE ? 0 : fetch(&options);
}
