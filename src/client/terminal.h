/* client/terminal.h: asks for a secret at the terminal, which does not show it. */
#ifndef CLIENT_TERMINAL_H
#define CLIENT_TERMINAL_H

#include "base/step.h"

#include <stddef.h>

/* Asks at /dev/tty. answer has room for most octets and a NUL. A signal that ends or stops the
 * program has its effect, after the terminal is as it was; one that is caught ends the question.
 * STEP_MORE: there is no terminal. STEP_FAIL: the answer did not come, or was too long. */
enum step terminal_ask_secret(const char *question, char *answer, size_t most);

#endif
