/* window/work_parts.h: what the files of a work share; for them alone. */
#ifndef WINDOW_WORK_PARTS_H
#define WINDOW_WORK_PARTS_H

#include "live/fetching.h"
#include "window/work.h"

#include <stdatomic.h>

struct work {
	struct work_order order;
	struct work_events events; /* the main thread's */
	bool is_forgotten, is_over;
	struct work_result result;
	int cancel[2]; /* a pipe: when something is in it, the session ends */
	_Atomic bool is_cancelled;
	int64_t began;                /* monotonic, ns */
	struct account_server server; /* host borrowed of the account */
	const char *user;

	/* A question for the password. */
	GMutex lock;
	GCond answered;
	bool has_answer;
	char *answer; /* NULL: none is given */

	/* The line each side is saying, and what must not be shown. */
	struct buffer said[2];
	bool has_secret[2];
	char **guards;
	size_t guard_count;
	struct fetching fetching;
	size_t message_index, message_count;
	int64_t told; /* when progress was told last */
};

/* Holds the session; in the work's thread. */
void work_run(struct work *work);

/* Whether the server refused sender, recipients or message, having let the user in. */
bool work_was_refused(const struct work *work);

/* Hands a line, or progress, to the main thread; the text is taken. */
void work_tell_line(struct work *work, const struct work_line *line);
void work_tell_progress(struct work *work, char *text, double part);

/* What the client is asked for; context is the work. */
enum step work_ask_secret(void *context, char **secret, struct fail *fail);

/* Hears the dialogue; context is the work. */
struct tap work_tap(struct work *work);
void work_tap_end(struct work *work);

#endif
