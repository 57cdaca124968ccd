#include "commands/options.h"

#include "base/language.h"

#include <getopt.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum step options_take(const struct command *command, int id, char **arguments)
{
	switch (id) {
	case OPTION_HELP:
		command_help(command);
		return STEP_MORE;
	case OPTION_VERSION:
		puts("mailscope " MAILSCOPE_VERSION);
		return STEP_MORE;
	case '?':
	case ':':
		command_say(stderr, "mailscope: %s: %s", arguments[optind - 1],
			id == ':' ? _("needs a value") : _("no such option, or not to be used so"));
		return STEP_FAIL;
	default:
		return STEP_DONE;
	}
}

bool options_wrong(const char *option, const char *value, const char *what)
{
	command_say(stderr, "mailscope: --%s %s: %s", option, value, _(what));
	return false;
}

void options_fit_terminal(struct view_options *view)
{
	const char *no_colour = getenv("NO_COLOR");
	struct winsize size;

	if (isatty(STDOUT_FILENO) == 0)
		return;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		view->width = size.ws_col;
	view->has_colour =
		view->format == FORMAT_TEXT && (no_colour == NULL || no_colour[0] == '\0');
}
