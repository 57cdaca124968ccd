/* tests/unit/live_talk.h: a session played by both sides over real sockets: a server in a thread,
 * and the client's connection. */
#ifndef TESTS_UNIT_LIVE_TALK_H
#define TESTS_UNIT_LIVE_TALK_H

#include "client/connection.h"

enum live_turn {
	TURN_END, /* the client closes, behind the last turn */
	TURN_SERVER,
	TURN_CLIENT,
	TURN_SECRET, /* the client says what must not be shown */
	TURN_TLS,    /* both begin TLS */
	TURN_RESET,  /* the server drops the connection; the last turn */
};

struct live_step {
	enum live_turn turn;
	const char *text; /* with its line ends */
};

struct live_server {
	const char *host; /* "127.0.0.1", "::1" */
	uint16_t port;    /* set by live_server_start() */
	const struct live_step *steps;
	int tls_version;   /* TLS1_2_VERSION, or 0 for the newest */
	bool is_played;    /* to its end, and the client said what it should; once joined */
	bool has_stranger; /* live_server_disturb() is called during the session */
	int listening;
	unsigned long thread;
};

/* Listens, and plays the steps with the first that connects. */
void live_server_start(struct live_server *server);

/* Connects as another client would, whom the server leaves alone, says something, and goes. */
void live_server_disturb(const struct live_server *server);
void live_server_join(struct live_server *server);

/* Plays the client's part over a connection that is resolved: opens and closes it. *ends is taken
 * in between. False: something failed. */
bool live_client_play(
	struct connection *connection, const struct live_step *steps, struct connection_ends *ends);

#endif
