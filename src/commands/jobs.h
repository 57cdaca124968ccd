/* commands/jobs.h: pieces of work in processes of their own, several at a time, their output in
 * order. */
#ifndef COMMANDS_JOBS_H
#define COMMANDS_JOBS_H

#include "base/fail.h"

#include <stddef.h>
#include <stdio.h>

/* What is done for each piece. work() runs in a process of its own; its exit status is what it
 * returns. What it writes to standard output and standard error is kept, and printed when all
 * before it is. */
struct jobs {
	void *context;
	int (*work)(void *context, size_t index);
	/* Before the piece's output is printed; octets are those of its standard output. */
	void (*before)(void *context, size_t index, size_t octets);
	size_t count;
	unsigned at_once;
};

/* The first exit status that is not 0, in the order of the pieces; *fail is set (and FAIL_INTERNAL
 * or FAIL_WRITE returned) when a process or its files cannot be had. */
int jobs_run(const struct jobs *jobs, struct fail *fail);

#endif
