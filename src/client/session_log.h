/* client/session_log.h: the client's log of a session, taken at the connection: session.log for
 * people, session.jsonl with the place of every line in its stream. */
#ifndef CLIENT_SESSION_LOG_H
#define CLIENT_SESSION_LOG_H

#include "base/fail.h"
#include "client/tap.h"

struct session_log;

/* Makes session.log and session.jsonl (0600) in a folder that is there. NULL and FAIL_WRITE. */
struct session_log *session_log_new(const char *folder, struct fail *fail);

/* The tap that writes it. on_secrets is not its business and is NULL. */
struct tap session_log_tap(struct session_log *log);

/* Writes what is left, and closes. Called once; frees the log whatever happened. STEP_FAIL:
 * FAIL_WRITE. */
enum step session_log_end(struct session_log *log, struct fail *fail);

#endif
