#include "client/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

/* Signals that would leave the terminal without echo. */
static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGTSTP, SIGTTIN, SIGTTOU};
enum { SIGNALS = sizeof signals / sizeof signals[0] };

static volatile sig_atomic_t caught[SIGNALS];

static void note(int signal)
{
	for (int i = 0; i < SIGNALS; i++)
		if (signals[i] == signal)
			caught[i] = 1;
}

static bool was_caught(int signal)
{
	for (int i = 0; i < SIGNALS; i++)
		if (signals[i] == signal)
			return caught[i] != 0;
	return false;
}

/* How signals were handled before the question. */
struct handling {
	struct sigaction action[SIGNALS];
	sigset_t mask;
};

/* The signals are held, but for the waits: none comes unnoticed between the look and the wait. */
static void catch_signals(struct handling *old)
{
	struct sigaction action = {.sa_handler = note};
	sigset_t held;

	sigemptyset(&action.sa_mask);
	sigemptyset(&held);
	for (int i = 0; i < SIGNALS; i++)
		if (signals[i] != SIGTTIN && signals[i] != SIGTTOU) /* of the calls below */
			sigaddset(&held, signals[i]);
	(void)pthread_sigmask(SIG_BLOCK, &held, &old->mask);
	for (int i = 0; i < SIGNALS; i++) {
		caught[i] = 0;
		sigaction(signals[i], &action, &old->action[i]);
	}
}

/* Gives the handlers back, and then the signals to them; whether one only stopped the program for a
 * while. */
static bool release_signals(const struct handling *old, bool *is_ended)
{
	bool was_stopped = false;

	for (int i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &old->action[i], NULL);
	for (int i = 0; i < SIGNALS; i++) {
		bool is_stop =
			signals[i] == SIGTSTP || signals[i] == SIGTTIN || signals[i] == SIGTTOU;

		if (!caught[i])
			continue;
		was_stopped |= is_stop;
		*is_ended |= !is_stop;
		kill(getpid(), signals[i]);
	}
	(void)pthread_sigmask(SIG_SETMASK, &old->mask, NULL);
	return was_stopped && !*is_ended;
}

static bool write_text(int terminal, const char *text)
{
	return write(terminal, text, strlen(text)) == (ssize_t)strlen(text);
}

/* Waits for the next octet; a signal ends the wait. */
static bool read_octet(int terminal, const sigset_t *mask, char *octet)
{
	fd_set ready;

	FD_ZERO(&ready);
	FD_SET(terminal, &ready);
	return pselect(terminal + 1, &ready, NULL, NULL, NULL, mask) == 1 &&
	       read(terminal, octet, 1) == 1;
}

/* One line, without its end. */
static enum step read_answer(int terminal, const sigset_t *mask, char *answer, size_t most)
{
	size_t length = 0;

	for (;;) {
		char octet;

		if (!read_octet(terminal, mask, &octet))
			return STEP_FAIL;
		if (octet == '\n' || octet == '\r')
			break;
		if (length == most)
			return STEP_FAIL;
		answer[length++] = octet;
	}
	answer[length] = '\0';
	return STEP_DONE;
}

/* Asks once. STEP_MORE: stopped and gone on with; ask again. */
static enum step ask(int terminal, const char *question, char *answer, size_t most)
{
	struct handling old;
	struct termios shown;
	struct termios hidden;
	bool is_ended = false;
	enum step step = STEP_FAIL;

	if (tcgetattr(terminal, &shown) != 0)
		return STEP_FAIL;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	hidden.c_lflag |= ICANON | ISIG;
	catch_signals(&old);
	if (tcsetattr(terminal, TCSAFLUSH, &hidden) == 0) {
		if (write_text(terminal, question))
			step = read_answer(terminal, &old.mask, answer, most);
		(void)write_text(terminal, "\n");
		while (tcsetattr(terminal, TCSAFLUSH, &shown) != 0 && errno == EINTR &&
			!was_caught(SIGTTOU))
			;
	}
	if (release_signals(&old, &is_ended))
		return STEP_MORE;
	return is_ended ? STEP_FAIL : step;
}

enum step terminal_ask_secret(const char *question, char *answer, size_t most)
{
	int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	enum step step;

	if (terminal < 0)
		return STEP_MORE;
	if (terminal >= FD_SETSIZE) {
		close(terminal);
		return STEP_FAIL;
	}
	do
		step = ask(terminal, question, answer, most);
	while (step == STEP_MORE);
	close(terminal);
	return step;
}
