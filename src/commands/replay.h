/* commands/replay.h: the parts of `mailscope replay`: its options, the tape out of a capture,
 * either side played, the table of what came back. */
#ifndef COMMANDS_REPLAY_H
#define COMMANDS_REPLAY_H

#include "commands/session_options.h"
#include "replay/client.h"
#include "view/view.h"

enum replay_as { REPLAY_AS_NOBODY, REPLAY_AS_CLIENT, REPLAY_AS_SERVER };

struct replay_options {
	struct session_options session; /* what either side takes of it */
	const char *capture, *keylog;
	uint64_t number; /* of the session; 0: the first that can be played */
	int as;          /* enum replay_as */
	bool is_really;

	struct text_list rewrites;
	bool stops;
	int format; /* enum view_format + 1 */

	const char *listen, *ports_out, *ca_out;
	struct text_list scripts, faults;
	uint64_t once;
	bool is_quiet, has_no_log;
};

/* Records the chosen session of the capture. STEP_FAIL: FAIL_OPEN, FAIL_DAMAGED, FAIL_USAGE (there
 * is none of that number). tape_fini() is due in any case. */
enum step replay_load(const struct replay_options *options, struct tape *tape, struct fail *fail);

/* Each plays one side; the exit status. */
int replay_as_client(const struct replay_options *options, const struct tape *tape);
int replay_as_server(const struct replay_options *options, const struct tape *tape);

/* What the table says above its rows. */
struct replay_heading {
	const struct tape *tape;
	const char *server; /* "127.0.0.1:25" */
};

/* Appends the steps, each with its replies and verdict. */
void replay_table(struct buffer *out, const struct replay_heading *heading,
	const struct replay_result *result, const struct view_options *view);

#endif
