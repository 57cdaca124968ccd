/* commands/live_run.h: one live session, and what is printed of it. */
#ifndef COMMANDS_LIVE_RUN_H
#define COMMANDS_LIVE_RUN_H

#include "live/hold.h"

struct live_run {
	struct live_options live;
	struct connection_options connection; /* its tap and cancel are filled in here */
	bool is_silent; /* says nothing of the folder: standard output is a table's */
};

/* Holds it, prints the folder and the comparison's summary to standard output, errors to standard
 * error; the exit status. *folder: the session's, to be freed; NULL when none could be made. */
int live_run(const struct live_run *run, const struct live_talk *talk, char **folder);

#endif
