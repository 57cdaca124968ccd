/* live/hold.h: one live session from the folder it makes to the comparison it ends with, for
 * whoever tells people of it. */
#ifndef LIVE_HOLD_H
#define LIVE_HOLD_H

#include "live/live.h"

/* What is said on the open connection, to its end. STEP_FAIL: what went wrong is in *fail; the
 * session's folder is written all the same. */
struct live_talk {
	enum step (*run)(void *context, struct connection *connection, struct fail *fail);
	void *context;
};

struct live_hold {
	struct live_options live;
	struct connection_options connection; /* its tap is filled in here */
	const struct tap *listener; /* hears octets and notes besides the log; may be NULL */
};

/* What became of it. A code FAIL_NONE: nothing failed there. */
struct live_outcome {
	char *folder;            /* the session's; NULL when none could be made */
	struct fail session;     /* of the session itself */
	struct fail files;       /* of writing it down */
	bool is_connected;       /* the server was reached */
	bool is_capture_refused; /* the right to capture is missing: nothing was said */
	struct live_result result;
};

/* Fills *outcome; live_outcome_fini() is due. */
void live_hold(
	const struct live_hold *hold, const struct live_talk *talk, struct live_outcome *outcome);
void live_outcome_fini(struct live_outcome *outcome);

#endif
