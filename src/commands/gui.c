#include "commands/command.h"

#include "base/language.h"
#include "base/memory.h"
#include "commands/option_table.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int run(int count, char **arguments);

static const struct option_row rows[] = {
	{.name = NULL},
};

const struct command command_gui = {
	.name = "gui",
	.arguments = N_("[CAPTURE...]"),
	.summary =
		N_("the mail client with windows: settings, list, message, compose, live session"),
	.help = {N_(
		"Starts mailscope-window, the mail client with windows, and opens each CAPTURE in a window of its own.\n"
		"It is a program of its own, so that the command line needs no desktop.\n"
		"\n"
		"      --help, --version, --lang en|ru\n"
		"\n"
		"Exit status: that of mailscope-window; 64 usage; 69 it is not installed.\n"
		"\n"
		"Examples:\n"
		"  mailscope gui\n"
		"  mailscope gui captures/smtp_3.pcapng\n")},
	.run = run,
};

static const char program[] = "mailscope-window";

/* Beside this program; false where that is not known. */
static bool path_beside(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - 1);
	char *slash;

	if (length <= 0)
		return false;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL || (size_t)(slash + 1 - path) + sizeof program > size)
		return false;
	memcpy(slash + 1, program, sizeof program);
	return true;
}

/* Does not come back, unless it cannot be started. */
static int start(char **arguments)
{
	char path[PATH_MAX];

	if (path_beside(path, sizeof path) && access(path, X_OK) == 0)
		execv(path, arguments);
	else
		execvp(program, arguments);
	if (errno == ENOENT)
		command_say(stderr,
			"mailscope: gui: mailscope-window is not installed: install libadwaita "
			"(Debian: libadwaita-1-dev, Fedora: libadwaita-devel, Arch: libadwaita), "
			"then make window, or make install");
	else
		command_say(stderr, "mailscope: gui: mailscope-window: %s", language_error(errno));
	return FAIL_UNAVAILABLE;
}

/* The window's own arguments: the language that was chosen here, and the captures. */
static char **with_language(char *name, char *option, char **captures)
{
	size_t count = 0;
	char **arguments;

	while (captures[count] != NULL)
		count++;
	arguments = memory_new(count + 4, sizeof *arguments);
	arguments[0] = name;
	arguments[1] = option;
	arguments[2] = memory_text(language_name());
	memcpy(arguments + 3, captures, (count + 1) * sizeof *arguments);
	return arguments;
}

static int run(int count, char **arguments)
{
	static char name[] = "mailscope-window", option[] = "--lang";
	const struct option_row *const tables[] = {rows, NULL};
	enum step step = option_table_read(&command_gui, tables, &optind, count, arguments);

	if (step == STEP_FAIL)
		return command_usage(&command_gui);
	if (step == STEP_MORE)
		return 0;
	return start(with_language(name, option, arguments + optind));
}
