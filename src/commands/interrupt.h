/* commands/interrupt.h: Ctrl-C and SIGTERM as something to wait for: a session is then ended, and
 * its folder written, before the program is. */
#ifndef COMMANDS_INTERRUPT_H
#define COMMANDS_INTERRUPT_H

#include <stdbool.h>

/* From now on a signal makes the descriptor that is returned readable; a second one ends the
 * program at once. May be called again. */
int interrupt_descriptor(void);

/* Whether a signal has come. */
bool interrupt_has_come(void);

#endif
