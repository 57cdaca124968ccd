/* live/live.h: a live session whole: its folder, its log, the capture of it, and what the two come
 * to when they are held against each other. */
#ifndef LIVE_LIVE_H
#define LIVE_LIVE_H

#include "client/connection.h"
#include "client/session_log.h"

struct live_options {
	const char *folder;    /* --out; NULL: made from the prefix and the time */
	const char *prefix;    /* "smtp", "pop3-server": begins with what is spoken, on any port */
	bool has_capture;      /* false: --capture off */
	const char *interface; /* NULL: the one that leads to the server, or "any" */
	bool has_secrets;      /* TLS secrets go into session.pcapng */
	bool has_diagram;
	const char *command; /* what is run, for the section's comment; no secrets. May be NULL */
};

/* What became of it. */
struct live_result {
	bool is_captured, is_compared;
	/* dropped: by the kernel, for want of room; of a host's sessions, all that were open then.
	 */
	uint64_t packets, dropped;
	bool is_whole;             /* the connection's end was captured */
	size_t lines, differences; /* of the comparison */
	char summary[512];         /* its summary line; empty when not compared */
};

struct live;

/* Makes the folder (0700) and the log. A folder that is there and not empty is not touched:
 * FAIL_WRITE. */
struct live *live_new(const struct live_options *options, struct fail *fail);

/* A session that was not ended, and in which nothing was said, leaves no folder behind. */
void live_free(struct live *live);

/* What the connection is to be given: log and secrets both hang on it. */
struct tap live_tap(struct live *live);

/* Starts the capture for a connection that is resolved and not yet open, and returns when it hears.
 * STEP_FAIL: FAIL_DENIED, saying which command grants the right. */
enum step live_listen(struct live *live, const struct connection *connection, struct fail *fail);

/* Ends the log, waits for the connection's last segment (2 seconds at most), ends the capture and
 * writes session.pcapng, session.svg and comparison.txt. ends: of the connection, taken while it
 * was open; family AF_UNSPEC: it never was. What can be written is written even when something
 * fails. */
enum step live_end(struct live *live, const struct connection_ends *ends,
	struct live_result *result, struct fail *fail);

/* The folder's path. */
const char *live_folder(const struct live *live);

#endif
