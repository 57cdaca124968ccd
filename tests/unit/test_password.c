#include "suite.h"

#include "base/buffer.h"
#include "base/limits.h"
#include "base/memory.h"
#include "client/password.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static char path[] = "/tmp/mailscope-password-XXXXXX";

static void write_file(const void *octets, size_t length)
{
	int descriptor;

	memcpy(path + sizeof path - 7, "XXXXXX", 6);
	descriptor = mkstemp(path);
	CU_ASSERT_TRUE_FATAL(descriptor >= 0);
	CU_ASSERT_EQUAL(write(descriptor, octets, length), (ssize_t)length);
	close(descriptor);
}

static void asks(struct password_source *source, const char *expected)
{
	struct fail fail = {.text = ""};
	char *secret = NULL;

	CU_ASSERT_EQUAL(password_ask(source, &secret, &fail), STEP_DONE);
	CU_ASSERT_TRUE(secret != NULL && strcmp(secret, expected) == 0);
	password_free(secret);
	password_free(NULL);
}

static void denies(struct password_source *source, enum fail_code code, const char *says)
{
	struct fail fail = {.text = ""};
	char *secret = NULL;

	CU_ASSERT_EQUAL(password_ask(source, &secret, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, code);
	CU_ASSERT_PTR_NULL(secret);
	CU_ASSERT_PTR_NOT_NULL(strstr(fail.text, says));
	CU_ASSERT_PTR_NULL(strstr(fail.text, "hidden"));
}

static void count_warning(void *context, const char *text)
{
	(*(int *)context)++;
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "others can read"));
	CU_ASSERT_PTR_NULL(strstr(text, "hidden"));
}

static void test_file(void)
{
	int warnings = 0;
	struct password_source source = {
		.file = path, .on_warning = count_warning, .context = &warnings};
	char *longest = memory_new(1, LIMIT_PASSWORD + 2);

	write_file("hidden one\r\nsecond\n", 19);
	asks(&source, "hidden one");
	CU_ASSERT_EQUAL(warnings, 0);
	CU_ASSERT_EQUAL(unlink(path), 0);
	asks(&source, "hidden one"); /* kept */
	password_forget(&source);
	CU_ASSERT_PTR_NULL(source.kept);
	denies(&source, FAIL_OPEN, "cannot open");
	write_file("hidden \xd1\x8f", 9);
	CU_ASSERT_EQUAL(chmod(path, 0644), 0);
	asks(&source, "hidden \xd1\x8f");
	CU_ASSERT_EQUAL(warnings, 1);
	password_forget(&source);
	CU_ASSERT_EQUAL(unlink(path), 0);
	write_file("\nhidden\n", 8);
	denies(&source, FAIL_DENIED, "empty");
	CU_ASSERT_EQUAL(unlink(path), 0);
	write_file("hid\0den\n", 8);
	denies(&source, FAIL_USAGE, "zero octet");
	CU_ASSERT_EQUAL(unlink(path), 0);
	memset(longest, 'h', LIMIT_PASSWORD + 1);
	write_file(longest, LIMIT_PASSWORD + 1);
	denies(&source, FAIL_USAGE, "more than");
	CU_ASSERT_EQUAL(unlink(path), 0);
	longest[LIMIT_PASSWORD] = '\n';
	write_file(longest, LIMIT_PASSWORD + 1);
	longest[LIMIT_PASSWORD] = '\0';
	asks(&source, longest);
	password_forget(&source);
	CU_ASSERT_EQUAL(unlink(path), 0);
	free(longest);
}

static void test_command(void)
{
	struct password_source source = {.command = "printf 'hidden\\nmore\\n'; sleep 0"};

	asks(&source, "hidden");
	password_forget(&source);
	source.command = "i=0; while [ $i -lt 9000 ]; do echo hidden; i=$((i + 1)); done";
	asks(&source, "hidden");
	password_forget(&source);
	source.command = "echo hidden; exit 3";
	denies(&source, FAIL_DENIED, "status 3");
	source.command = "kill -9 $$";
	denies(&source, FAIL_DENIED, "status 137");
	source.command = "true";
	denies(&source, FAIL_DENIED, "said nothing");
	source.command = "/nowhere/program 2>/dev/null";
	denies(&source, FAIL_DENIED, "status 127");
}

/* A keyring that is a script: what is asked of it, and that it is asked before the terminal is. */
static void test_keyring(void)
{
	char folder[] = "/tmp/mailscope-keyring-XXXXXX";
	struct password_source source = {.user = "ann", .host = "pop.a.example"};
	char *old = memory_text(getenv("PATH"));
	char program[64];
	FILE *file;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	(void)snprintf(program, sizeof program, "%s/secret-tool", folder);
	file = fopen(program, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_TRUE(fputs("#!/bin/sh\necho \"$@\"\n", file) >= 0);
	CU_ASSERT_EQUAL(fclose(file), 0);
	CU_ASSERT_EQUAL(chmod(program, 0700), 0);
	setenv("PATH", folder, 1);
	asks(&source, "lookup service mailscope user ann host pop.a.example");
	password_forget(&source);
	setenv("PATH", old, 1);
	CU_ASSERT_EQUAL(unlink(program), 0);
	CU_ASSERT_EQUAL(rmdir(folder), 0);
	free(old);
}

/* A child whose terminal is a new one. It asks, and says what it got on a pipe. */
struct talk {
	int master, answers;
	pid_t child;
};

static void child_asks(const char *terminal, int answers)
{
	struct password_source source = {.user = "ann"};
	struct fail fail = {.text = ""};
	char *secret = NULL;
	int slave;

	/* Whoever runs the tests may have left it ignored, as a shell does for what it puts in the
	 * background. */
	signal(SIGINT, SIG_DFL);
	signal(SIGTSTP, SIG_DFL);
	setsid();
	slave = open(terminal, O_RDWR);
	if (slave < 0 || ioctl(slave, TIOCSCTTY, 0) != 0)
		_exit(9);
	if (password_ask(&source, &secret, &fail) != STEP_DONE)
		_exit((int)fail.code);
	if (write(answers, secret, strlen(secret)) < 0)
		_exit(8);
	_exit(0);
}

static struct talk begin_talk(void)
{
	struct talk talk = {.master = posix_openpt(O_RDWR | O_NOCTTY)};
	char *terminal;
	int ends[2];

	CU_ASSERT_TRUE_FATAL(talk.master >= 0);
	CU_ASSERT_EQUAL(grantpt(talk.master), 0);
	CU_ASSERT_EQUAL(unlockpt(talk.master), 0);
	terminal = ptsname(talk.master);
	CU_ASSERT_EQUAL(pipe(ends), 0);
	talk.child = fork();
	if (talk.child == 0)
		child_asks(terminal, ends[1]);
	close(ends[1]);
	talk.answers = ends[0];
	return talk;
}

static bool has_echo(int terminal)
{
	struct termios state;

	return tcgetattr(terminal, &state) == 0 && (state.c_lflag & ECHO) != 0;
}

/* Reads until the question has come; all that the terminal has shown is appended. */
static void hear(int master, const char *until, struct buffer *shown)
{
	struct pollfd wait = {.fd = master, .events = POLLIN};

	while (span_find(buffer_span(shown), until) == shown->length) {
		char octets[256];
		ssize_t count;

		if (poll(&wait, 1, 10000) <= 0) {
			CU_FAIL("the terminal is silent");
			return;
		}
		count = read(master, octets, sizeof octets);
		if (count <= 0)
			return;
		buffer_add(shown, octets, (size_t)count);
	}
}

static int end_talk(struct talk *talk, struct buffer *answer)
{
	char octets[64];
	ssize_t count;
	int status = 0;

	CU_ASSERT_EQUAL(waitpid(talk->child, &status, 0), talk->child);
	while ((count = read(talk->answers, octets, sizeof octets)) > 0)
		buffer_add(answer, octets, (size_t)count);
	close(talk->answers);
	close(talk->master);
	return status;
}

static void test_terminal(void)
{
	struct talk talk = begin_talk();
	struct buffer shown;
	struct buffer answer;
	int status;

	buffer_init(&shown, 0);
	buffer_init(&answer, 0);
	hear(talk.master, "Password of ann: ", &shown);
	CU_ASSERT_FALSE(has_echo(talk.master));
	CU_ASSERT_EQUAL(write(talk.master, "hidden\n", 7), 7);
	hear(talk.master, "\n", &shown);
	status = end_talk(&talk, &answer);
	CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CU_ASSERT_TRUE(span_is(buffer_span(&answer), "hidden"));
	CU_ASSERT_EQUAL(span_find(buffer_span(&shown), "hidden"), shown.length);
	buffer_fini(&shown);
	buffer_fini(&answer);
}

/* Ctrl-C ends the program, and leaves the terminal as it was. */
static void test_interrupt(void)
{
	struct talk talk = begin_talk();
	struct buffer shown;
	int slave = open(ptsname(talk.master), O_RDWR | O_NOCTTY);
	int status;

	buffer_init(&shown, 0);
	hear(talk.master, "Password of ann: ", &shown);
	CU_ASSERT_FALSE(has_echo(slave));
	CU_ASSERT_EQUAL(write(talk.master, "hid\003", 4), 4);
	hear(talk.master, "\n", &shown);
	CU_ASSERT_EQUAL(waitpid(talk.child, &status, 0), talk.child);
	CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
	CU_ASSERT_TRUE(has_echo(slave));
	close(slave);
	close(talk.answers);
	close(talk.master);
	buffer_fini(&shown);
}

/* Ctrl-Z stops it with the echo back; when it goes on, it asks again. */
static void test_stop(void)
{
	struct talk talk = begin_talk();
	struct buffer shown;
	struct buffer answer;
	int slave = open(ptsname(talk.master), O_RDWR | O_NOCTTY);
	int status;

	buffer_init(&shown, 0);
	buffer_init(&answer, 0);
	hear(talk.master, "Password of ann: ", &shown);
	/* The child leads its session, and a process that nobody could continue is not stopped by
	 * the terminal: the signal alone shows that the echo comes back in between. */
	CU_ASSERT_EQUAL(kill(talk.child, SIGTSTP), 0);
	buffer_clear(&shown);
	hear(talk.master, "Password of ann: ", &shown);
	CU_ASSERT_FALSE(has_echo(slave));
	CU_ASSERT_EQUAL(write(talk.master, "hidden\n", 7), 7);
	status = end_talk(&talk, &answer);
	CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CU_ASSERT_TRUE(span_is(buffer_span(&answer), "hidden"));
	close(slave);
	buffer_fini(&shown);
	buffer_fini(&answer);
}

/* Without a terminal nobody is asked. */
static void test_no_terminal(void)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		struct password_source source = {.user = "ann"};
		struct fail fail = {.code = FAIL_NONE};
		char *secret;

		setsid();
		_exit(password_ask(&source, &secret, &fail) == STEP_FAIL ? (int)fail.code : 1);
	}
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == FAIL_DENIED);
}

static void test_guard(void)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		struct rlimit limit;

		password_guard_process();
		_exit(getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0 ||
			limit.rlim_max != 0);
	}
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

SUITE(password, {"file", test_file}, {"command", test_command}, {"keyring", test_keyring},
	{"terminal", test_terminal}, {"interrupt", test_interrupt}, {"stop", test_stop},
	{"no terminal", test_no_terminal}, {"guard", test_guard});
