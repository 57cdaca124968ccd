/* commands/live_run.h: one live session from the folder it makes to the comparison it ends with. */
#ifndef COMMANDS_LIVE_RUN_H
#define COMMANDS_LIVE_RUN_H

#include "live/live.h"

/* What is said on the open connection, to its end: run() closes it. STEP_FAIL: what went wrong is
 * in *fail; the session's folder is written all the same. */
struct live_talk {
	enum step (*run)(void *context, struct connection *connection, struct fail *fail);
	void *context;
};

struct live_run {
	struct live_options live;
	struct connection_options connection; /* its tap and cancel are filled in here */
	bool is_silent; /* says nothing of the folder: standard output is a table's */
};

/* Holds it, prints the folder and the comparison's summary to standard output, errors to standard
 * error; the exit status. *folder: the session's, to be freed; NULL when none could be made. */
int live_run(const struct live_run *run, const struct live_talk *talk, char **folder);

#endif
