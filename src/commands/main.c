#include "commands/command.h"

#include "base/language.h"
#include "base/language_choice.h"
#include "base/printable.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {&command_analyze, &command_send, &command_fetch,
	&command_mail, &command_compare, &command_headers, &command_keys, &command_practice,
	&command_replay, &command_explain, &command_check, &command_report, &command_gui};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

void command_say(FILE *stream, const char *format, ...)
{
	struct buffer line;
	char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&text, language_text(format), arguments) < 0)
		abort();
	va_end(arguments);
	buffer_init(&line, 0);
	printable_add(&line, span_text(text));
	fprintf(stream, "%s\n", buffer_text(&line));
	buffer_fini(&line);
	free(text);
}

int command_failed(const struct fail *fail)
{
	command_say(stderr, "mailscope: %s", fail->text);
	return fail->code;
}

int command_help(const struct command *command)
{
	printf(_("usage: mailscope %s [OPTION]... %s\n%s\n\n"), command->name,
		_(command->arguments), _(command->summary));
	for (size_t i = 0; i < sizeof command->help / sizeof command->help[0]; i++)
		if (command->help[i] != NULL)
			fputs(_(command->help[i]), stdout);
	return 0;
}

int command_usage(const struct command *command)
{
	fprintf(stderr, _("Try: mailscope %s --help\n"), command->name);
	return FAIL_USAGE;
}

static int list_commands(FILE *stream)
{
	fputs(_("usage: mailscope COMMAND [OPTION]... [ARGUMENT]...\n"
		"Shows every line of a mail session: on the wire, in the client's log, and in a picture.\n"
		"\n"
		"Commands:\n"),
		stream);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(stream, "  %-10s %s\n", commands[i]->name, _(commands[i]->summary));
	fputs(_("\n"
		"mailscope COMMAND --help tells more of each.\n"
		"Options: --help, --version, --lang en|ru (default: the language of the locale)\n"
		"\n"
		"Example: mailscope analyze captures/smtp_test3.pcapng\n"),
		stream);
	return stream == stdout ? 0 : FAIL_USAGE;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

/* The exit status, once standard output has taken everything: the help's last line too. */
static int finish(int status)
{
	struct fail fail;

	if ((fflush(stdout) == 0 && !ferror(stdout)) || status != 0)
		return status;
	(void)fail_set(
		&fail, FAIL_WRITE, "standard output: cannot write: %s", language_error(errno));
	return command_failed(&fail);
}

static int run(int argc, char **argv)
{
	const struct command *command;
	struct fail fail;

	if (!language_option(&argc, argv, &fail))
		return command_failed(&fail);
	if (argc < 2)
		return list_commands(stderr);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return list_commands(stdout);
	if (strcmp(argv[1], "--version") == 0)
		return puts("mailscope " MAILSCOPE_VERSION), 0;
	command = find_command(argv[1]);
	if (command == NULL) {
		command_say(stderr, "mailscope: %s: no such command", argv[1]);
		fputs(_("Try: mailscope --help\n"), stderr);
		return FAIL_USAGE;
	}
	return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	return finish(run(argc, argv));
}
