/* A password on its way into the desktop's keyring: through a pipe, never as an argument. */
#include "base/language.h"
#include "base/span.h"
#include "client/password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs the program with its input from a socket: writing to one that died is no signal. */
static int run(const char *const *arguments, pid_t *child)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return -1;
	*child = fork();
	if (*child == 0) {
		if (dup2(ends[1], STDIN_FILENO) >= 0)
			execvp(arguments[0], (char *const *)arguments);
		_exit(127);
	}
	close(ends[1]);
	if (*child > 0)
		return ends[0];
	close(ends[0]);
	return -1;
}

static bool say(int to, const char *secret)
{
	struct span rest = span_text(secret);

	while (rest.length > 0) {
		ssize_t count = send(to, rest.at, rest.length, MSG_NOSIGNAL);

		if (count < 0 && errno != EINTR)
			return false;
		rest = span_from(rest, count > 0 ? (size_t)count : 0);
	}
	return true;
}

enum step password_keep(const struct password_source *source, const char *secret, struct fail *fail)
{
	const char *const arguments[] = {"secret-tool", "store", "--label=mailscope", "service",
		"mailscope", "user", source->user, "host", source->host, NULL};
	int status = 0, to;
	bool is_said;
	pid_t child;

	if (source->user == NULL || source->host == NULL)
		return fail_set(fail, FAIL_UNAVAILABLE, "keyring: whose password is not known");
	to = run(arguments, &child);
	if (to < 0)
		return fail_set(
			fail, FAIL_UNAVAILABLE, "keyring: secret-tool: %s", language_error(errno));
	is_said = say(to, secret);
	close(to);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (is_said && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return STEP_DONE;
	return fail_set(fail, FAIL_UNAVAILABLE, "keyring: secret-tool keeps no password here");
}
