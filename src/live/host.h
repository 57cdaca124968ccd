/* live/host.h: the live sessions of a server: one capture for all of them, and for each its folder,
 * which a thread of its own writes when the session is over. */
#ifndef LIVE_HOST_H
#define LIVE_HOST_H

#include "live/hub.h"
#include "live/live.h"

/* A session that was written down. */
struct host_written {
	const char *folder;
	const struct live_result *result;
	const struct fail *fail; /* NULL: all of it could be written */
};

struct host_options {
	struct live_options live; /* of every session; folder and prefix are each one's own */
	struct hub_options hub;
	/* Called by the writing thread, and last by host_end(). */
	void (*on_written)(void *context, const struct host_written *written);
	void *context;
};

struct host;

/* Starts the capture, unless it is not wanted, and returns when it hears: before the server
 * listens. NULL: as live_listen(). */
struct host *host_new(const struct host_options *options, struct fail *fail);

/* Waits until every session that has ended is written, and ends the capture. *dropped: packets lost
 * by the kernel. STEP_FAIL: the capture had ended before. Frees the host. */
enum step host_end(struct host *host, uint64_t *dropped, struct fail *fail);

/* How many sessions there may be at one time. */
size_t host_most(void);

struct host_session {
	const char *folder, *prefix; /* as struct live_options has them */
	struct connection_ends ends; /* local is the client's */
};

/* Makes its folder and its log. Waits while host_most() of them are open or being written. *tap:
 * what its connection is to be given. STEP_FAIL: FAIL_WRITE. */
enum step host_begin(
	struct host *host, const struct host_session *session, struct tap *tap, struct fail *fail);

/* The session with this tap: its connection is closed; the writing thread's from now on. */
void host_leave(struct host *host, struct tap tap);

#endif
