#include "live/process.h"

#include "base/language.h"
#include "base/printable.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { READ_END = 0, WRITE_END = 1, STREAMS = 3 };

extern char **environ;

static void close_one(int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
	*descriptor = -1;
}

static void close_pipes(int pipes[STREAMS][2])
{
	for (int i = 0; i < STREAMS; i++) {
		close_one(&pipes[i][READ_END]);
		close_one(&pipes[i][WRITE_END]);
	}
}

/* The end that the other program gets: it reads the first and writes the others. */
static int its_end(int stream)
{
	return stream == STDIN_FILENO ? READ_END : WRITE_END;
}

/* Signals as any program expects them, whatever this thread has done with its own. */
static void set_signals(posix_spawnattr_t *attributes)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &all);
	posix_spawnattr_setpgroup(attributes, 0);
	posix_spawnattr_setflags(
		attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

static int spawn(struct process *process, const char *const *arguments, int pipes[STREAMS][2])
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	set_signals(&attributes);
	for (int i = 0; i < STREAMS; i++)
		posix_spawn_file_actions_adddup2(&actions, pipes[i][its_end(i)], i);
	/* execve() does not change its arguments; its type is older than const. */
	error = posix_spawnp(&process->id, arguments[0], &actions, &attributes,
		(char *const *)(uintptr_t)arguments, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* Above the standard descriptors, should one of those be closed: dup2() onto itself would leave it
 * to be closed by the exec. */
static bool make_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	for (int i = 0; i < 2; i++) {
		int raised = ends[i];

		if (ends[i] > STDERR_FILENO)
			continue;
		raised = fcntl(ends[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		close(ends[i]);
		ends[i] = raised;
	}
	return ends[READ_END] >= 0 && ends[WRITE_END] >= 0;
}

/* What it says comes in bursts, and it has no time to wait until they are read. */
static void widen(int end)
{
#ifdef F_SETPIPE_SZ
	enum { PIPE = 1024 * 1024 }; /* as much as Linux gives to everybody */

	(void)fcntl(end, F_SETPIPE_SZ, PIPE);
#else
	(void)end;
#endif
}

enum step process_start(struct process *process, const char *const *arguments, struct fail *fail)
{
	int pipes[STREAMS][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
	int error = 0;

	*process = (struct process){-1, -1, -1, -1};
	for (int i = 0; i < STREAMS && error == 0; i++)
		error = make_pipe(pipes[i]) ? 0 : errno;
	if (error == 0)
		error = spawn(process, arguments, pipes);
	if (error != 0) {
		close_pipes(pipes);
		return fail_set(fail, FAIL_OPEN, "%s: %s", arguments[0], language_error(error));
	}
	widen(pipes[STDOUT_FILENO][READ_END]);
	process->in = pipes[STDIN_FILENO][WRITE_END];
	process->out = pipes[STDOUT_FILENO][READ_END];
	process->error = pipes[STDERR_FILENO][READ_END];
	for (int i = 0; i < STREAMS; i++)
		close_one(&pipes[i][its_end(i)]);
	return STEP_DONE;
}

void process_stop(struct process *process)
{
	close_one(&process->in);
	if (process->id > 0)
		(void)kill(process->id, SIGTERM);
}

void process_kill(const struct process *process)
{
	if (process->id > 0)
		(void)kill(-process->id, SIGKILL);
}

static void take_words(const struct process *process, struct buffer *said)
{
	char words[256];
	ssize_t length;
	struct span line;

	if (process->error < 0 || fcntl(process->error, F_SETFL, O_NONBLOCK) != 0)
		return;
	length = read(process->error, words, sizeof words);
	if (length <= 0)
		return;
	line = span_of(words, (size_t)length);
	printable_add(said, span_trim(span_first(line, span_index(line, '\n'))));
}

/* A pipe can be waited for with a limit, a child cannot but by asking again. */
static int wait_for(const struct process *process, int milliseconds)
{
	static const struct timespec pause = {.tv_nsec = 1000000};
	int status = 0;

	for (; milliseconds > 0; milliseconds--) {
		if (waitpid(process->id, &status, WNOHANG) != 0)
			return status;
		nanosleep(&pause, NULL);
	}
	process_kill(process);
	while (waitpid(process->id, &status, 0) < 0 && errno == EINTR)
		continue;
	return status;
}

int process_end(struct process *process, int milliseconds, struct buffer *said)
{
	int status = 0;

	close_one(&process->in);
	if (process->id > 0)
		status = wait_for(process, milliseconds);
	process->id = -1;
	take_words(process, said);
	close_one(&process->out);
	close_one(&process->error);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
