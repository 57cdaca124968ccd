/* live/fetching.h: a POP3 session that brings what the store has not. */
#ifndef LIVE_FETCHING_H
#define LIVE_FETCHING_H

#include "client/pop3_client.h"
#include "message/store.h"

struct fetching {
	struct pop3_client_options client;
	struct store *store;
	const char *account; /* user@host: whose ids they are */
	bool deletes;        /* what is on the disk goes from the server */
	uint64_t most;       /* new messages; 0: all */
	/* Before each message that is fetched (index counts from 0, of count on the server), and
	 * when one is in the store, new; may be NULL. */
	void (*on_message)(void *context, size_t index, size_t count);
	void (*on_stored)(void *context, const char *name);
	void *context;

	/* What became of it: messages new; stored before; marked for deletion. */
	size_t fetched, known, marked;
};

/* Fits live_talk; context is the struct fetching. A message that the server does not give, or that
 * cannot be written, does not keep the others back: the first failure is told at the end. What was
 * marked is removed by QUIT alone (RFC 1939 6), so its failure is one of the session. */
enum step fetching_talk(void *context, struct connection *connection, struct fail *fail);

#endif
