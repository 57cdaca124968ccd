/* live/process.h: another program, started without a shell, its three standard streams on pipes. */
#ifndef LIVE_PROCESS_H
#define LIVE_PROCESS_H

#include "base/buffer.h"
#include "base/fail.h"

#include <sys/types.h>

struct process {
	pid_t id;
	int in, out, error; /* this side of its streams; -1: closed */
};

/* Starts arguments[0], with a NULL behind the last one; a name without a slash is looked for along
 * PATH. It has a process group of its own: what a terminal's keys do is not its business. */
enum step process_start(struct process *process, const char *const *arguments, struct fail *fail);

/* Tells it to end: closes its standard input, and SIGTERM. */
void process_stop(struct process *process);

/* Ends it and all that it started, by force. */
void process_kill(const struct process *process);

/* Waits until it has ended, after so many milliseconds by force, and closes what is open. Appends
 * its last words on standard error to *said, printable, a line at most. Returns its exit status,
 * 128 and the signal's number when it died of one. */
int process_end(struct process *process, int milliseconds, struct buffer *said);

#endif
