#include "commands/jobs.h"

#include "base/language.h"
#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct job {
	pid_t process;
	FILE *output, *errors;
};

static void job_fini(struct job *job)
{
	if (job->output != NULL)
		fclose(job->output);
	if (job->errors != NULL)
		fclose(job->errors);
	*job = (struct job){.process = 0};
}

static enum step job_start(
	const struct jobs *jobs, size_t index, struct job *job, struct fail *fail)
{
	job->output = tmpfile();
	job->errors = tmpfile();
	if (job->output == NULL || job->errors == NULL)
		return fail_set(
			fail, FAIL_WRITE, "temporary file: cannot make: %s", language_error(errno));
	fflush(NULL);
	job->process = fork();
	if (job->process < 0)
		return fail_set(
			fail, FAIL_INTERNAL, "process: cannot start: %s", language_error(errno));
	if (job->process == 0) {
		int status;

		dup2(fileno(job->output), STDOUT_FILENO);
		dup2(fileno(job->errors), STDERR_FILENO);
		status = jobs->work(jobs->context, index);
		fflush(NULL);
		_exit(status);
	}
	return STEP_DONE;
}

/* The process's exit status; that of a process that was killed is FAIL_INTERNAL. */
static int job_wait(struct job *job)
{
	int status = 0;

	while (waitpid(job->process, &status, 0) < 0)
		if (errno != EINTR)
			return FAIL_INTERNAL;
	return WIFEXITED(status) ? WEXITSTATUS(status) : FAIL_INTERNAL;
}

static void copy_file(FILE *from, FILE *to)
{
	char bytes[64 * 1024];
	size_t length;

	rewind(from);
	while ((length = fread(bytes, 1, sizeof bytes, from)) > 0)
		fwrite(bytes, 1, length, to);
	fflush(to);
}

static int job_print(const struct jobs *jobs, size_t index, struct job *job)
{
	int status = job_wait(job);

	fseek(job->output, 0, SEEK_END);
	jobs->before(jobs->context, index, (size_t)ftell(job->output));
	copy_file(job->output, stdout);
	copy_file(job->errors, stderr);
	job_fini(job);
	return status;
}

int jobs_run(const struct jobs *jobs, struct fail *fail)
{
	struct job *window = memory_new(
		jobs->at_once, sizeof *window); /* a ring: job i stands at i modulo its size */
	size_t started = 0;
	int status = 0;

	for (size_t i = 0; i < jobs->count; i++) {
		int one;

		for (; started < jobs->count && started < i + jobs->at_once &&
			fail->code == FAIL_NONE;
			started++)
			if (job_start(jobs, started, &window[started % jobs->at_once], fail) ==
				STEP_FAIL)
				break;
		if (i >= started)
			break;
		one = job_print(jobs, i, &window[i % jobs->at_once]);
		if (status == 0)
			status = one;
	}
	for (size_t i = 0; i < jobs->at_once; i++)
		job_fini(&window[i]);
	free(window);
	return fail->code != FAIL_NONE ? (int)fail->code : status;
}
