/* commands/progress.h: how far a long transfer is, on a terminal alone. */
#ifndef COMMANDS_PROGRESS_H
#define COMMANDS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	const char *what; /* "Sending" */
	bool is_shown;
	int percent; /* shown now */
};

/* Nothing is shown for less than 256 KiB, or where standard error is no terminal. */
void progress_begin(struct progress *progress, const char *what);

/* Fits the clients' on_progress; context is the struct progress. */
void progress_show(void *context, uint64_t done, uint64_t all);

/* Takes the line away again. */
void progress_end(struct progress *progress);

#endif
