/* commands/ask.h: questions to the user at a terminal. */
#ifndef COMMANDS_ASK_H
#define COMMANDS_ASK_H

#include "base/buffer.h"

/* Whether there is somebody to ask: standard input is a terminal. */
bool ask_can(void);

/* The answer without its line end, malloc()ed; NULL when there is nobody to ask, or no answer. The
 * question goes to standard error: results are piped. */
char *ask_line(const char *question);

/* Lines up to one that is "EOF", or the end of input, each with its line feed. False: nobody to
 * ask. */
bool ask_text(const char *question, struct buffer *text);

#endif
