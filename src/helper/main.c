/* mailscope-capture INTERFACE FILTER: writes what it hears as pcapng to standard output, until
 * standard input is closed. The only program of mailscope's that has a privilege. */
#include "helper/ear.h"
#include "helper/privilege.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t is_told_to_end;

static void on_signal(int number)
{
	(void)number;
	is_told_to_end = 1;
}

/* SIGTERM is let through while waiting alone, so that none is missed. When nobody reads any more, a
 * write says so. */
static void prepare_signals(sigset_t *while_waiting)
{
	struct sigaction end = {.sa_handler = on_signal}, ignore = {.sa_handler = SIG_IGN};
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &term, while_waiting);
	sigdelset(while_waiting, SIGTERM);
	(void)sigaction(SIGTERM, &end, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
}

/* What is written to standard input means nothing; that it ends does. */
static bool has_ended(void)
{
	char octets[64];
	ssize_t length = read(STDIN_FILENO, octets, sizeof octets);

	return length == 0 || (length < 0 && errno != EINTR && errno != EAGAIN);
}

/* Hears until it is to end. */
static enum step hear(struct ear *ear, const sigset_t *while_waiting, struct fail *fail)
{
	struct pollfd waits[] = {{.fd = ear_descriptor(ear), .events = POLLIN},
		{.fd = STDIN_FILENO, .events = POLLIN}};

	for (;;) {
		if (ppoll(waits, 2, NULL, while_waiting) < 0 && errno != EINTR)
			return fail_set(fail, FAIL_INTERNAL, "cannot wait: %s", strerror(errno));
		if (is_told_to_end || (waits[1].revents != 0 && has_ended()))
			return STEP_DONE;
		if (ear_hear(ear, fail) == STEP_FAIL)
			return STEP_FAIL;
	}
}

/* What is still in the ring, but no more: a connection that never rests must not keep it here. */
static enum step hear_rest(struct ear *ear, struct fail *fail)
{
	enum { ROUNDS = 256 };
	enum step step = STEP_DONE;

	for (int i = 0; i < ROUNDS && step == STEP_DONE; i++)
		step = ear_hear(ear, fail);
	return step == STEP_FAIL ? STEP_FAIL : ear_end(ear, fail);
}

static enum step run(char **arguments, struct fail *fail)
{
	struct request request;
	sigset_t while_waiting;
	struct ear *ear;
	enum step step;

	if (privilege_begin(fail) == STEP_FAIL ||
		request_read(&request, arguments[1], arguments[2], fail) == STEP_FAIL)
		return STEP_FAIL;
	prepare_signals(&while_waiting);
	ear = ear_open(&request, fail);
	if (ear == NULL)
		return STEP_FAIL;
	step = privilege_drop(fail);
	if (step == STEP_DONE)
		step = ear_begin(ear, &request, stdout, fail);
	if (step == STEP_DONE)
		step = hear(ear, &while_waiting, fail);
	if (step == STEP_DONE)
		step = hear_rest(ear, fail);
	ear_free(ear);
	return step;
}

/* Not by exit(): what a library has to do then may need a file, and there is no room left to open
 * one. All output was flushed. */
int main(int count, char **arguments)
{
	struct fail fail = {.code = FAIL_NONE};

	if (count != 3) {
		fputs("usage: mailscope-capture INTERFACE 'tcp and port NUMBER and (host "
		      "ADDRESS)'\n"
		      "It is started by mailscope, and writes pcapng until its standard input "
		      "ends.\n",
			stderr);
		return FAIL_USAGE;
	}
	if (run(arguments, &fail) == STEP_FAIL)
		fprintf(stderr, "mailscope-capture: %s\n", fail.text);
	_exit((int)fail.code);
}
