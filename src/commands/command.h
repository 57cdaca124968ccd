/* commands/command.h: the subcommands are rows; main() looks them up. */
#ifndef COMMANDS_COMMAND_H
#define COMMANDS_COMMAND_H

#include "base/fail.h"
#include "base/version.h"

#include <stdio.h>

struct command {
	const char *name;
	/* Texts of these are put into the language chosen when they are printed. */
	const char *arguments; /* "CAPTURE..." */
	const char *summary;   /* one line of the list of commands */
	const char *help[3];   /* all that --help says behind the usage line, in parts */
	int (*run)(int count,
		char **arguments); /* arguments[0] is the command's name; the exit status */
};

extern const struct command command_analyze, command_send, command_fetch, command_mail,
	command_compare, command_headers, command_keys, command_practice, command_replay,
	command_explain, command_check, command_report, command_gui;

/* Prints one line to stream, what cannot be printed escaped: names may be any bytes. The format is
 * put into the language chosen here. */
void command_say(FILE *stream, const char *format, ...) PRINTF_LIKE(2, 3);

/* Prints "mailscope: WHERE: WHAT" to standard error; returns the exit status of the failure. */
int command_failed(const struct fail *fail);

/* Prints the usage line, the summary and the help to standard output; returns 0. */
int command_help(const struct command *command);

/* After getopt_long() found a wrong option: points to --help; returns 64. */
int command_usage(const struct command *command);

#endif
