#include "commands/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool ask_can(void)
{
	return isatty(STDIN_FILENO) != 0;
}

/* Without the line end; NULL at the end of input. */
static char *read_line(void)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length = getline(&line, &size, stdin);

	if (length < 0) {
		free(line);
		return NULL;
	}
	while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
		line[--length] = '\0';
	return line;
}

char *ask_line(const char *question)
{
	char *line;

	if (!ask_can())
		return NULL;
	fputs(question, stderr);
	fflush(stderr);
	line = read_line();
	if (line != NULL && line[0] != '\0')
		return line;
	free(line);
	return NULL;
}

bool ask_text(const char *question, struct buffer *text)
{
	char *line;

	if (!ask_can())
		return false;
	fputs(question, stderr);
	fflush(stderr);
	while ((line = read_line()) != NULL && strcmp(line, "EOF") != 0) {
		buffer_add_text(text, line);
		buffer_add_byte(text, '\n');
		free(line);
	}
	free(line);
	return true;
}
