#include "commands/live_run.h"

#include "base/language.h"
#include "base/memory.h"
#include "commands/command.h"
#include "commands/interrupt.h"

enum { DIFFERENCE = 1 }; /* the exit status when log and wire differ */

/* From the name of the server to the last octet. *ends: of the connection, once there is one. */
static enum step hold(struct connection *connection, struct live *live,
	const struct live_talk *talk, struct connection_ends *ends, struct fail *fail)
{
	enum step step;

	if (connection_resolve(connection, fail) == STEP_FAIL ||
		live_listen(live, connection, fail) == STEP_FAIL ||
		connection_open(connection, fail) == STEP_FAIL)
		return STEP_FAIL;
	*ends = connection_ends(connection);
	step = talk->run(talk->context, connection, fail);
	connection_close(connection);
	return step;
}

static void say_dropped(const struct live_result *result)
{
	if (result->dropped > 0)
		command_say(stderr,
			"mailscope: capture: the kernel dropped %llu packets: what is missing is "
			"not the server's fault",
			(unsigned long long)result->dropped);
	if (result->is_captured && !result->is_whole)
		command_say(stderr, "mailscope: capture: the connection's end was not seen");
}

static void say_result(const struct live *live, const struct live_result *result)
{
	command_say(stdout, "Session: %s%s", live_folder(live),
		result->is_captured ? "" : _(" (the log alone: nothing was captured)"));
	if (result->is_compared)
		command_say(stdout, "Log and wire: %s", result->summary);
}

/* The session's failure counts before that of writing it down, and both before a difference. */
static int finish(struct live *live, const struct live_run *run, const struct connection_ends *ends,
	int status)
{
	struct live_result result = {.is_captured = false};
	struct fail fail;

	if (live_end(live, ends, &result, &fail) == STEP_FAIL) {
		int written = command_failed(&fail);

		status = status != 0 ? status : written;
	}
	say_dropped(&result);
	if (!run->is_silent)
		say_result(live, &result);
	if (status == 0 && result.is_compared && result.differences > 0)
		status = DIFFERENCE;
	return status;
}

int live_run(const struct live_run *run, const struct live_talk *talk, char **folder)
{
	struct connection_options options = run->connection;
	struct connection_ends ends = {.local.ss_family = AF_UNSPEC};
	struct connection *connection = NULL;
	struct fail fail;
	struct live *live = live_new(&run->live, &fail);
	int status = 0;

	*folder = live != NULL ? memory_text(live_folder(live)) : NULL;
	if (live == NULL)
		return command_failed(&fail);
	options.tap = live_tap(live);
	options.cancel = interrupt_descriptor();
	connection = connection_new(&options);
	if (hold(connection, live, talk, &ends, &fail) == STEP_FAIL) {
		connection_note(connection, "%s", fail.text);
		status = command_failed(&fail);
	}
	connection_free(connection);
	status = finish(live, run, &ends, status);
	live_free(live);
	return status;
}
