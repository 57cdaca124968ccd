#include "client/password.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "client/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

void password_guard_process(void)
{
	const struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

/* Room for a secret that goes to no swap, where the system lets us. */
static char *room_new(void)
{
	char *room = memory_new(1, LIMIT_PASSWORD + 1);

	(void)mlock(room, LIMIT_PASSWORD + 1);
	return room;
}

static void room_free(char *room)
{
	OPENSSL_cleanse(room, LIMIT_PASSWORD + 1);
	(void)munlock(room, LIMIT_PASSWORD + 1);
	free(room);
}

/* A copy that is no longer than the secret; the room is wiped. */
static char *secret_of(char *room)
{
	char *secret = memory_text(room);

	(void)mlock(secret, strlen(secret) + 1);
	room_free(room);
	return secret;
}

void password_free(char *secret)
{
	if (secret == NULL)
		return;
	OPENSSL_cleanse(secret, strlen(secret));
	free(secret);
}

void password_forget(struct password_source *source)
{
	password_free(source->kept);
	source->kept = NULL;
}

/* The first line into room; the rest is read and dropped, so that a command can end. Not by stdio,
 * which would keep copies. STEP_MORE: the line is empty. */
static enum step read_line(int descriptor, char *room, const char *where, struct fail *fail)
{
	size_t length = 0;
	bool is_ended = false;

	for (;;) {
		char octet = '\0';
		ssize_t count = read(descriptor, &octet, 1);

		if (count < 0 && errno != EINTR)
			return fail_set(fail, FAIL_OPEN, "%s: cannot read: %s", where,
				language_error(errno));
		if (count == 0)
			break;
		is_ended |= count > 0 && octet == '\n';
		if (count < 0 || is_ended)
			continue;
		if (length == LIMIT_PASSWORD)
			return fail_set(fail, FAIL_USAGE,
				"%s: its first line has more than %d octets", where,
				LIMIT_PASSWORD);
		room[length++] = octet;
	}
	if (length > 0 && room[length - 1] == '\r')
		length--;
	room[length] = '\0';
	if (memchr(room, '\0', length) != NULL)
		return fail_set(fail, FAIL_USAGE, "%s: no password has a zero octet", where);
	return length > 0 ? STEP_DONE : STEP_MORE;
}

/* A file that others can read is used, and said to be one. */
static void warn_of_readers(const struct password_source *source, int descriptor)
{
	struct stat status;
	char text[512];

	if (source->on_warning == NULL || fstat(descriptor, &status) != 0 ||
		!S_ISREG(status.st_mode) || (status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return;
	(void)snprintf(text, sizeof text,
		_("%s: others can read this password: chmod 600 keeps it to you"), source->file);
	source->on_warning(source->context, text);
}

static enum step from_file(const struct password_source *source, char *room, struct fail *fail)
{
	const char *path = source->file;
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	enum step step;

	if (descriptor < 0)
		return fail_set(
			fail, FAIL_OPEN, "%s: cannot open: %s", path, language_error(errno));
	warn_of_readers(source, descriptor);
	step = read_line(descriptor, room, path, fail);
	close(descriptor);
	return step == STEP_MORE ? fail_set(fail, FAIL_DENIED, "%s: its first line is empty", path)
				 : step;
}

/* Runs the program with its output in a pipe; -1 with errno. */
static int run(const char *const *arguments, pid_t *child)
{
	int ends[2];

	if (pipe(ends) != 0)
		return -1;
	(void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	*child = fork();
	if (*child == 0) {
		if (dup2(ends[1], STDOUT_FILENO) >= 0)
			execvp(arguments[0], (char *const *)arguments);
		_exit(127);
	}
	close(ends[1]);
	if (*child < 0) {
		close(ends[0]);
		return -1;
	}
	return ends[0];
}

/* The first line of what the program prints; *status is its exit status, or 128 and the signal that
 * ended it. */
static enum step from_program(
	const char *const *arguments, char *room, int *status, struct fail *fail)
{
	pid_t child;
	int descriptor = run(arguments, &child);
	enum step step;

	if (descriptor < 0)
		return fail_set(fail, FAIL_TEMPORARY, "%s: cannot run: %s", arguments[0],
			language_error(errno));
	step = read_line(descriptor, room, _("password command"), fail);
	close(descriptor);
	while (waitpid(child, status, 0) < 0 && errno == EINTR)
		;
	*status = WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status);
	return step;
}

static enum step from_command(const char *command, char *room, struct fail *fail)
{
	const char *const arguments[] = {"/bin/sh", "-c", command, NULL};
	int status = 0;
	enum step step = from_program(arguments, room, &status, fail);

	if (step != STEP_FAIL && status != 0)
		return fail_set(
			fail, FAIL_DENIED, "password command: it failed with status %d", status);
	return step == STEP_MORE ? fail_set(fail, FAIL_DENIED, "password command: it said nothing")
				 : step;
}

/* secret-tool keeps to libsecret; the desktop asks for what unlocks it. STEP_MORE: it is not
 * installed, or knows no such password. */
static enum step from_keyring(const struct password_source *source, char *room)
{
	const char *const arguments[] = {"secret-tool", "lookup", "service", "mailscope", "user",
		source->user, "host", source->host, NULL};
	int status = 0;

	if (source->user == NULL || source->host == NULL)
		return STEP_MORE;
	if (from_program(arguments, room, &status, NULL) != STEP_DONE || status != 0)
		return STEP_MORE;
	return STEP_DONE;
}

static enum step from_terminal(const struct password_source *source, char *room, struct fail *fail)
{
	char question[256];

	(void)snprintf(question, sizeof question, _("Password of %s%s%s: "),
		source->user != NULL ? source->user : _("the account"),
		source->host != NULL ? _(" at ") : "", source->host != NULL ? source->host : "");
	switch (terminal_ask_secret(question, room, LIMIT_PASSWORD)) {
	case STEP_DONE:
		return room[0] != '\0' ? STEP_DONE
				       : fail_set(fail, FAIL_DENIED, "password: none was given");
	case STEP_MORE:
		return fail_set(fail, FAIL_DENIED,
			"password: there is no terminal to ask at: name a password-file or a "
			"password-command");
	default:
		return fail_set(fail, FAIL_DENIED, "password: cannot read it from the terminal");
	}
}

static enum step find(const struct password_source *source, char *room, struct fail *fail)
{
	if (source->file != NULL)
		return from_file(source, room, fail);
	if (source->command != NULL)
		return from_command(source->command, room, fail);
	if (from_keyring(source, room) == STEP_DONE)
		return STEP_DONE;
	if (source->is_silent)
		return fail_set(fail, FAIL_DENIED, "password: none is kept for %s at %s",
			source->user != NULL ? source->user : _("the account"),
			source->host != NULL ? source->host : _("its server"));
	return from_terminal(source, room, fail);
}

enum step password_ask(void *context, char **secret, struct fail *fail)
{
	struct password_source *source = context;

	*secret = NULL;
	if (source->kept == NULL) {
		char *room = room_new();

		if (find(source, room, fail) != STEP_DONE) {
			room_free(room);
			return STEP_FAIL;
		}
		source->kept = secret_of(room);
	}
	*secret = memory_text(source->kept);
	(void)mlock(*secret, strlen(*secret) + 1);
	return STEP_DONE;
}
