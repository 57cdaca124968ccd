/* practice/server.h: one process, one thread, many clients: doors that listen, and a loop. It knows
 * no mail. */
#ifndef PRACTICE_SERVER_H
#define PRACTICE_SERVER_H

#include "client/connection.h"
#include "practice/authority.h"
#include "practice/talk.h"

/* A session as it begins. */
struct server_session {
	const struct talk *talk;
	struct connection_ends ends; /* local is the client's */
};

struct server_options {
	struct authority *authority; /* borrowed; NULL: no TLS */
	size_t sessions;             /* at one time; 0: LIMIT_PRACTICE_SESSIONS */
	uint64_t once;               /* ends after so many; 0: goes on */
	int cancel;                  /* ends when this descriptor is readable; -1: none */

	/* Called once for each session that has ended. */
	void (*log)(void *context, struct span line);
	void *context;

	/* A session begins: who hears it; and its connection is closed. May be NULL. */
	struct tap (*begin)(void *audience, const struct server_session *session);
	void (*end)(void *audience, struct tap tap);
	void *audience;
};

/* Where clients come in. */
struct server_door {
	const char *address; /* "127.0.0.1" */
	uint16_t port;       /* 0: any free one */
	bool is_tls;         /* from the first octet */
	const struct talk_kind *kind;
	void *context; /* for its open() */
};

struct server;

/* SIGPIPE is ignored from now on. */
struct server *server_new(const struct server_options *options);
void server_free(struct server *server);

/* Takes the address and the port; *port: which. STEP_FAIL: FAIL_UNAVAILABLE (it is taken, or not
 * allowed), FAIL_USAGE (no address). */
enum step server_open(
	struct server *server, const struct server_door *door, uint16_t *port, struct fail *fail);

/* Where its doors are; *addresses as well as what they point to are the server's. */
size_t server_addresses(
	const struct server *server, const struct sockaddr_storage *const **addresses);

/* Listens on all of them; until then nobody can connect. STEP_FAIL: FAIL_UNAVAILABLE. */
enum step server_listen(struct server *server, struct fail *fail);

/* Serves, once it listens, until it is cancelled, or once is reached. Then every session is told,
 * and ended. */
void server_run(struct server *server);

/* How many sessions there are now. */
size_t server_sessions(const struct server *server);

#endif
