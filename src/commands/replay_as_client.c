#include "commands/replay.h"

#include "base/memory.h"
#include "commands/options.h"
#include "commands/section.h"

#include <arpa/inet.h>
#include <stdlib.h>

enum { DIFFERENCE = 1 };

/* What is played, and what came of it. */
struct playing {
	const struct replay_options *options;
	const struct session_setup *setup;
	struct replay_client_options client;
	struct replay_result result;
};

static bool is_loopback(const struct sockaddr_storage *address)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;

	if (address->ss_family == AF_INET)
		return ntohl(four->sin_addr.s_addr) >> 24 == 127;
	return address->ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

/* Before anything is said to it: what it sends is real mail elsewhere. */
static enum step check_place(
	const struct replay_options *options, const struct session_setup *setup, struct fail *fail)
{
	struct connection *connection = connection_new(&setup->run.connection);
	enum step step = connection_resolve(connection, fail);

	for (size_t i = 0; step == STEP_DONE && i < connection_address_count(connection); i++)
		if (!options->is_really && !is_loopback(connection_address(connection, i)))
			step = fail_set(fail, FAIL_USAGE,
				"--to %s: this is not loopback, and what is played there is real: "
				"ask again, with --really",
				options->session.server);
	connection_free(connection);
	return step;
}

static enum step talk(void *context, struct connection *connection, struct fail *fail)
{
	struct playing *playing = context;
	struct connection_ends ends = connection_ends(connection);

	if (!playing->options->is_really && !is_loopback(&ends.remote))
		return fail_set(fail, FAIL_USAGE, "%s: is not loopback any more",
			connection_name(connection));
	return replay_client_run(connection, &playing->client, &playing->result, fail);
}

static enum step read_rewrites(
	const struct text_list *list, struct replay_rewrites *rewrites, struct fail *fail)
{
	rewrites->at = memory_new(list->count + 1, sizeof *rewrites->at);
	for (; rewrites->count < list->count; rewrites->count++)
		if (!replay_rewrite_read(&rewrites->at[rewrites->count], list->at[rewrites->count]))
			return fail_set(fail, FAIL_USAGE,
				"--rewrite %s: not ann@old.example=bob@new.example, nor "
				"@old.example=@new.example",
				list->at[rewrites->count]);
	return STEP_DONE;
}

/* The TLS of the recording, unless the options say otherwise. */
static struct session_options session_of(
	const struct replay_options *options, const struct tape *tape)
{
	struct session_options session = options->session;

	if (session.tls == 0)
		session.tls = (int)replay_tls_mode(tape) + 1;
	return session;
}

static enum step prepare(
	struct playing *playing, const struct session_setup *setup, struct fail *fail)
{
	const struct replay_options *options = playing->options;

	if (setup->wants.tls == TLS_MODE_OFFERED)
		return fail_set(fail, FAIL_USAGE,
			"--tls offered: a recording has TLS or has not: none, starttls or "
			"implicit");
	playing->setup = setup;
	playing->client.tls = setup->wants.tls;
	playing->client.login = setup->wants.login;
	playing->client.stops = options->stops;
	if (read_rewrites(&options->rewrites, &playing->client.rewrites, fail) == STEP_FAIL)
		return STEP_FAIL;
	if (options->is_really && playing->client.tape->has_login &&
		setup->wants.login.user == NULL)
		return fail_set(fail, FAIL_USAGE,
			"the recorded password is not given to other hosts: log in with --user");
	return check_place(options, setup, fail);
}

static int print(const struct playing *playing, int status)
{
	struct view_options view = {
		.format = playing->options->format > 0
				  ? (enum view_format)(playing->options->format - 1)
				  : FORMAT_TEXT};
	struct replay_heading heading = {playing->client.tape, playing->options->session.server};
	struct section section;
	struct fail fail;

	options_fit_terminal(&view);
	section_init(&section, true);
	replay_table(&section.pending, &heading, &playing->result, &view);
	if (section_print(&section, &fail) == STEP_FAIL) {
		int written = command_failed(&fail);

		status = status != 0 ? status : written;
	}
	section_fini(&section);
	return status;
}

static int play(struct playing *playing, const struct session_setup *setup)
{
	struct live_talk live_talk = {talk, playing};
	struct live_run run = setup->run;
	char *folder = NULL;
	int status;

	run.is_silent = playing->options->format > 1;
	status = live_run(&run, &live_talk, &folder);
	free(folder);
	if (status == 0 && playing->result.differences > 0)
		status = DIFFERENCE;
	return playing->result.count > 0 ? print(playing, status) : status;
}

int replay_as_client(const struct replay_options *options, const struct tape *tape)
{
	struct playing playing = {.options = options, .client = {.tape = tape}};
	struct session_options session = session_of(options, tape);
	struct session_setup setup;
	struct fail fail;
	int status;

	arena_init(&playing.result.arena);
	if (session_options_setup(&setup, &session, NULL,
		    tape->protocol == MAIL_SMTP ? SESSION_SMTP : SESSION_POP3,
		    &fail) == STEP_FAIL ||
		prepare(&playing, &setup, &fail) == STEP_FAIL)
		status = command_failed(&fail);
	else
		status = play(&playing, &setup);
	replay_result_fini(&playing.result);
	free(playing.client.rewrites.at);
	session_setup_fini(&setup);
	return status;
}
