#include "commands/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static int ends[2] = {-1, -1};
static volatile sig_atomic_t has_come;

/* SA_RESETHAND: the second signal finds the default action. */
static void on_signal(int number)
{
	int cause = errno;

	(void)number;
	has_come = 1;
	if (write(ends[1], "", 1) < 0)
		has_come = 1;
	errno = cause;
}

int interrupt_descriptor(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

	if (ends[0] >= 0)
		return ends[0];
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		abort();
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	return ends[0];
}

bool interrupt_has_come(void)
{
	return has_come != 0;
}
