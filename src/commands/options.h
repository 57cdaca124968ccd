/* commands/options.h: what the subcommands' options have in common. */
#ifndef COMMANDS_OPTIONS_H
#define COMMANDS_OPTIONS_H

#include "base/step.h"
#include "commands/command.h"
#include "view/view.h"

/* Rows of getopt_long(): every subcommand has them. */
#define OPTION_ROWS_OF_ALL                                                                         \
	{"help", no_argument, NULL, OPTION_HELP}, {"version", no_argument, NULL, OPTION_VERSION},  \
	{                                                                                          \
		NULL, 0, NULL, 0                                                                   \
	}

enum { OPTION_HELP = 'h', OPTION_VERSION = 'v' };

/* Takes what getopt_long() returned, when it is one of these or no option at all: STEP_MORE (help
 * or version was printed), STEP_FAIL (that was said); STEP_DONE: it is the command's own. */
enum step options_take(const struct command *command, int id, char **arguments);

/* Says what is wrong with an option's value; false. */
bool options_wrong(const char *option, const char *value, const char *what);

/* Width and colour as fit standard output: none of both when it is no terminal. */
void options_fit_terminal(struct view_options *view);

#endif
