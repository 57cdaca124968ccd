/* replay/client.h: plays a recorded client's steps to a live server, and holds each reply
 * against the recorded one. */
#ifndef REPLAY_CLIENT_H
#define REPLAY_CLIENT_H

#include "client/connection.h"
#include "client/login.h"
#include "replay/plan.h"
#include "replay/rewrite.h"
#include "replay/verdict.h"

struct replay_client_options {
	const struct tape *tape;
	enum tls_mode tls;
	struct login login; /* user NULL: the recorded answers are given again; mechanism NULL: the
			       recorded one */
	struct replay_rewrites rewrites;
	bool stops; /* at the first difference */
};

/* One step, as it was and as it is. */
struct replay_row {
	enum replay_verdict verdict;
	enum verb_effect effect;
	struct span said; /* secrets hidden; none of these is printable yet */
	struct replay_heard recorded, live;
	struct span note;
};

struct replay_result {
	struct arena arena; /* what the rows hold lives here */
	struct replay_row *rows;
	size_t count;
	size_t differences;
};

/* All on an open connection, up to its last step; the caller closes. STEP_FAIL: TLS or the login's
 * secret could not be had; what was played until then is in *result. That the server ends the
 * session early is a difference, no failure. replay_result_fini() is due in any case. */
enum step replay_client_run(struct connection *connection,
	const struct replay_client_options *options, struct replay_result *result,
	struct fail *fail);
void replay_result_fini(struct replay_result *result);

#endif
