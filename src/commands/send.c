#include "commands/command.h"

#include "base/language.h"
#include "base/memory.h"
#include "commands/ask.h"
#include "commands/interrupt.h"
#include "commands/letter.h"
#include "commands/progress.h"
#include "commands/session_options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static int run(int count, char **arguments);

struct send_options {
	struct session_options session; /* first: the rows of both begin at the same place */
	struct letter_options letter;
	const char *hello;
	bool is_hello_old, no_pipelining, no_chunking;
};

#define ROW(name, letter, kind, field)                                                             \
	{                                                                                          \
		name, letter, kind, offsetof(struct send_options, field), 0, NULL                  \
	}
static const struct option_row rows[] = {
	ROW("from", 'f', OPTION_KIND_TEXT, letter.from),
	ROW("mail-from", 0, OPTION_KIND_TEXT, letter.sender),
	ROW("to", 't', OPTION_KIND_LIST, letter.to),
	ROW("cc", 0, OPTION_KIND_LIST, letter.cc),
	ROW("bcc", 0, OPTION_KIND_LIST, letter.bcc),
	ROW("reply-to", 0, OPTION_KIND_TEXT, letter.reply_to),
	ROW("subject", 0, OPTION_KIND_TEXT, letter.subject),
	ROW("body", 'b', OPTION_KIND_TEXT, letter.body),
	ROW("attach", 'a', OPTION_KIND_LIST, letter.attachments),
	ROW("header", 0, OPTION_KIND_LIST, letter.headers),
	ROW("helo", 0, OPTION_KIND_TEXT, hello),
	ROW("ehlo", 0, OPTION_KIND_TEXT, hello),
	ROW("old-helo", 0, OPTION_KIND_FLAG, is_hello_old),
	ROW("notify", 0, OPTION_KIND_TEXT, letter.notify),
	ROW("ret", 0, OPTION_KIND_TEXT, letter.ret),
	ROW("envid", 0, OPTION_KIND_TEXT, letter.envelope_id),
	ROW("require-tls", 0, OPTION_KIND_FLAG, letter.requires_tls),
	ROW("no-pipelining", 0, OPTION_KIND_FLAG, no_pipelining),
	ROW("no-chunking", 0, OPTION_KIND_FLAG, no_chunking),
	{.name = NULL},
};

const struct command command_send = {
	.name = "send",
	.arguments = N_("[MESSAGE...]"),
	.summary = N_("sends a message by SMTP; logs, captures, compares and draws the session"),
	.help =
		{
			N_("Sends a message by SMTP, keeps a log of the session, captures it as it happens, and holds\n"
			   "log and capture against each other. At a terminal what is missing is asked for; the message\n"
			   "is then written up to a line EOF, and after it the next can be written. MESSAGE is a file\n"
			   "with a whole message, sent as it is (without its Bcc), several over one connection.\n"
			   "\n"
			   "What to send:\n"
			   "  -f, --from ADDRESS          the sender, in the message and in the envelope\n"
			   "      --mail-from ADDRESS     another one in the envelope; <> for none\n"
			   "  -t, --to, --cc, --bcc LIST  recipients; each may be given again\n"
			   "      --reply-to LIST\n"
			   "      --subject TEXT\n"
			   "  -b, --body TEXT|@FILE|-     default: standard input\n"
			   "  -a, --attach FILE           may be given again\n"
			   "      --header 'NAME: VALUE'  a further field; may be given again\n"
			   "      --notify LIST           delivery reports: NEVER, or of SUCCESS,FAILURE,DELAY\n"
			   "      --ret FULL|HDRS, --envid TEXT\n"
			   "                              what a report cites, and what it is called\n"
			   "      --require-tls           only over TLS, to the last server (RFC 8689)\n"
			   "      --ehlo, --helo NAME     what to call this host; --old-helo: HELO in place of EHLO\n"
			   "      --no-pipelining, --no-chunking\n"
			   "                              one command at a time; DATA alone\n"),
			session_options_help,
			N_("      --quit-after STEP       QUIT after connect, greeting, ehlo, starttls, tls, auth, mail,\n"
			   "                              rcpt, data or message\n"
			   "      --drop-after STEP       the same, but cut the connection\n"
			   "\n"
			   "      --help, --version, --lang en|ru\n"
			   "\n"
			   "Exit status: 0 sent, log and wire agree; 1 sent, they differ; 64 usage; 66 cannot open;\n"
			   "69 server unreachable; 73 cannot write; 75 try again later; 76 protocol error; 77 refused.\n"
			   "\n"
			   "Examples:\n"
			   "  mailscope send --server mail.example.org --user ann --from ann@example.org \\\n"
			   "                 --to bob@example.org --subject Hello --body 'Hello, Bob.'\n"
			   "  mailscope send --server 127.0.0.1:2525 --tls none --capture off -f a@b.test -t c@d.test\n"
			   "  mailscope send --account work message.eml\n"),
		},
	.run = run,
};

/* What is being sent, and how far it came. */
struct sending {
	const struct send_options *options;
	const struct session_setup *setup;
	struct letter *letters;
	size_t count;
	bool is_kept; /* what cannot be sent is written to a file */
};

/* Of one recipient alone the error itself tells. */
static void say_results(const struct letter *letter)
{
	for (size_t i = 0; i < letter->recipient_count; i++) {
		const struct smtp_recipient *result = &letter->results[i];

		if (result->code != 0 && result->code < 400)
			command_say(stdout, "%s: %d %s", letter->recipients[i], result->code,
				result->text);
		else if (result->code != 0 && letter->recipient_count > 1)
			command_say(stderr, "mailscope: %s: %d %s", letter->recipients[i],
				result->code, result->text);
	}
}

/* A recipient that was refused makes the exit status, though others were taken. */
static enum step judge(const struct letter *letter, struct fail *fail)
{
	for (size_t i = 0; i < letter->recipient_count; i++) {
		const struct smtp_recipient *result = &letter->results[i];

		if (result->code >= 400)
			return fail_set(fail, result->code < 500 ? FAIL_TEMPORARY : FAIL_DENIED,
				"not sent to %s: %d %s", letter->recipients[i], result->code,
				result->text);
	}
	return STEP_DONE;
}

static enum step send_letters(
	struct sending *sending, struct smtp_client *client, struct fail *fail)
{
	enum step step = smtp_client_begin(client), worst = STEP_DONE;

	for (size_t i = 0; step == STEP_DONE && i < sending->count; i++) {
		struct letter *letter = &sending->letters[i];

		step = smtp_client_send(
			client, &letter->envelope, buffer_span(&letter->text), letter->results);
		say_results(letter);
		if (step == STEP_DONE) {
			letter->is_sent = true;
			if (judge(letter, fail) == STEP_FAIL)
				worst = STEP_FAIL;
		}
	}
	if (step == STEP_FAIL)
		*fail = *smtp_client_fail(client);
	return step == STEP_FAIL ? STEP_FAIL : worst;
}

static enum step talk(void *context, struct connection *connection, struct fail *fail)
{
	struct sending *sending = context;
	const struct send_options *options = sending->options;
	struct progress progress;
	struct smtp_client_options client_options = {
		.wants = sending->setup->wants,
		.hello = options->hello,
		.is_hello_old = options->is_hello_old,
		.no_pipelining = options->no_pipelining,
		.no_chunking = options->no_chunking,
		.on_progress = progress_show,
		.context = &progress,
	};
	struct smtp_client *client = smtp_client_new(connection, &client_options);
	enum step step;

	progress_begin(&progress, _("Sending"));
	step = send_letters(sending, client, fail);
	progress_end(&progress);
	smtp_client_quit(client);
	smtp_client_free(client);
	return step;
}

/* What could not be sent is not lost: it can be sent again as a file. */
static void keep_unsent(const struct sending *sending, const char *folder)
{
	for (size_t i = 0; i < sending->count; i++) {
		char *path = NULL;

		if (!sending->letters[i].is_sent)
			path = letter_keep(&sending->letters[i], folder != NULL ? folder : ".");
		if (path != NULL)
			command_say(
				stderr, "mailscope: the message is kept: mailscope send %s", path);
		free(path);
	}
}

static int send_all(const struct send_options *options, const struct account *account,
	const struct sending *what)
{
	struct session_setup setup;
	struct sending sending = *what;
	struct live_talk live_talk = {talk, &sending};
	struct fail fail;
	char *folder = NULL;
	int status;

	sending.options = options;
	sending.setup = &setup;
	if (session_options_setup(&setup, &options->session, account, SESSION_SMTP, &fail) ==
		STEP_FAIL) {
		status = command_failed(&fail);
	} else {
		status = live_run(&setup.run, &live_talk, &folder);
		if (status > 1 && sending.is_kept)
			keep_unsent(&sending, folder);
	}
	free(folder);
	session_setup_fini(&setup);
	return status;
}

/* Written at the terminal, or by the options. */
static int send_composed(const struct send_options *options, const struct account *account)
{
	const char *from = options->letter.from;
	struct letter letter;
	struct sending sending = {.letters = &letter, .count = 1, .is_kept = true};
	struct fail fail;
	int status;

	if (from == NULL && account != NULL)
		from = account->from;
	if (letter_compose(&letter, &options->letter, from, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	else
		status = send_all(options, account, &sending);
	letter_fini(&letter);
	return status;
}

static int send_files(const struct send_options *options, const struct account *account,
	char **paths, size_t count)
{
	struct letter *letters = memory_new(count, sizeof *letters);
	struct sending sending = {.letters = letters, .count = count};
	const char *from = options->letter.from;
	enum step step = STEP_DONE;
	struct fail fail;
	size_t loaded = 0;
	int status;

	if (from == NULL && account != NULL)
		from = account->from;
	while (step != STEP_FAIL && loaded < count) {
		step = letter_load(&letters[loaded], &options->letter, from, paths[loaded], &fail);
		loaded++;
	}
	if (step == STEP_FAIL)
		status = command_failed(&fail);
	else
		status = send_all(options, account, &sending);
	for (size_t i = 0; i < loaded; i++)
		letter_fini(&letters[i]);
	free(letters);
	return status;
}

/* What the options do not say of a letter is said anew for each. */
static bool is_written_at_terminal(const struct send_options *options)
{
	return ask_can() && options->letter.body == NULL;
}

static int send_with(const struct send_options *options, char **paths, size_t count)
{
	struct account *account = NULL;
	struct fail fail;
	int status;

	if (session_options_account(&options->session, &account, &fail) == STEP_FAIL)
		return command_failed(&fail);
	if (count > 0) {
		status = send_files(options, account, paths, count);
	} else {
		char *again = NULL;

		do {
			free(again);
			status = send_composed(options, account);
			again = is_written_at_terminal(options) && !interrupt_has_come()
					? ask_line(_("Write another message? [y/N] "))
					: NULL;
		} while (again != NULL && (again[0] == 'y' || again[0] == 'Y'));
		free(again);
	}
	account_free(account);
	return status;
}

static void options_fini(struct send_options *options)
{
	text_list_fini(&options->letter.to);
	text_list_fini(&options->letter.cc);
	text_list_fini(&options->letter.bcc);
	text_list_fini(&options->letter.attachments);
	text_list_fini(&options->letter.headers);
}

static int run(int count, char **arguments)
{
	const struct option_row *const tables[] = {rows, session_option_rows, NULL};
	struct send_options options = {.hello = NULL};
	enum step step = option_table_read(&command_send, tables, &options, count, arguments);
	int status = 0;

	if (step == STEP_FAIL)
		status = command_usage(&command_send);
	else if (step == STEP_DONE) {
		password_guard_process();
		status = send_with(&options, arguments + optind, (size_t)(count - optind));
	}
	options_fini(&options);
	return status;
}
