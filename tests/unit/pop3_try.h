/* unit/pop3_try.h: one POP3 session of the client with a scripted server, and what it comes to. */
#ifndef TESTS_UNIT_POP3_TRY_H
#define TESTS_UNIT_POP3_TRY_H

#include "client/pop3_client.h"
#include "mail_peer.h"

/* Pieces of scripts. */
#define POP3_GREET "S +OK ready\n"
#define POP3_CAPA(offers) "C CAPA\nS +OK\n" offers "S .\n"
#define POP3_PLAIN "C USER tim\nS +OK\nC PASS tanstaaf\nS +OK\n"
#define POP3_BYE "C QUIT\nS +OK bye\n"

enum { TRY_MESSAGES = 4 };

/* What is tried. All zero but the script: the session is begun and quit, without a login. */
struct pop3_try {
	const char *script;
	struct pop3_client_options options;
	void (*change)(struct connection_options *options);
	bool is_listing, is_fetching, is_deleting; /* all messages */
	bool has_bad_sink;                         /* it takes nothing of the first message */
	size_t split, cut;
};

struct pop3_outcome {
	enum step begin, list, fetch, delete, quit; /* STEP_FAIL when it was not tried */
	struct fail fail;                           /* the first */
	size_t count;
	struct pop3_entry entries[TRY_MESSAGES];
	char text[4096]; /* of all messages */
	size_t length;
	uint64_t done, all; /* the last progress */
	char wrong[400];    /* the server's complaint; empty: all was as in the script */
	char notes[4096];   /* the tap's */
	char said[8192];    /* by the client */
	char order[1024];
	char guards[1024];
};

struct pop3_outcome pop3_try(const struct pop3_try *what);

#endif
