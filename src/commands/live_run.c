#include "commands/live_run.h"

#include "base/language.h"
#include "commands/command.h"
#include "commands/interrupt.h"

enum { DIFFERENCE = 1 }; /* the exit status when log and wire differ */

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

static void say_result(const struct live_outcome *outcome)
{
	const struct live_result *result = &outcome->result;

	command_say(stdout, "Session: %s%s", outcome->folder,
		result->is_captured ? "" : _(" (the log alone: nothing was captured)"));
	if (result->is_compared)
		command_say(stdout, "Log and wire: %s", result->summary);
}

/* The session's failure counts before that of writing it down, and both before a difference. */
static int say_failures(const struct live_outcome *outcome)
{
	const struct live_result *result = &outcome->result;
	int status = 0;

	if (outcome->session.code != FAIL_NONE)
		status = command_failed(&outcome->session);
	if (outcome->files.code != FAIL_NONE) {
		int written = command_failed(&outcome->files);

		status = status != 0 ? status : written;
	}
	if (status == 0 && result->is_compared && result->differences > 0)
		status = DIFFERENCE;
	return status;
}

int live_run(const struct live_run *run, const struct live_talk *talk, char **folder)
{
	struct live_hold hold = {.live = run->live, .connection = run->connection};
	struct live_outcome outcome;
	int status;

	hold.connection.cancel = interrupt_descriptor();
	live_hold(&hold, talk, &outcome);
	status = say_failures(&outcome);
	say_dropped(&outcome.result);
	if (outcome.folder != NULL && !run->is_silent)
		say_result(&outcome);
	*folder = outcome.folder;
	return status;
}
