/* diagram/states.h: the way of a session through the states of its protocol. */
#ifndef DIAGRAM_STATES_H
#define DIAGRAM_STATES_H

#include "base/language.h"
#include "session/session.h"

/* name, what the picture calls it, the vocabulary's bit; 0: no command comes there. */
#define STATES(X)                                                                                  \
	X(CONNECTED, N_("connected\nwaits for the greeting"), 0)                                   \
	X(START, N_("greeted\nEHLO is due"), IN_START)                                             \
	X(READY, N_("ready\nno transaction open"), IN_READY)                                       \
	X(MAIL, N_("sender named\ntransaction open"), IN_MAIL)                                     \
	X(RECIPIENTS, N_("recipient taken\nmore, or the message"), IN_RECIPIENTS)                  \
	X(DATA, N_("message\nup to the lone dot"), 0)                                              \
	X(LOGIN, N_("login\nchallenges and responses"), 0)                                         \
	X(AUTHORIZATION, N_("AUTHORIZATION\nwho is it?"), IN_AUTHORIZATION)                        \
	X(TRANSACTION, N_("TRANSACTION\nthe mailbox is open"), IN_TRANSACTION)                     \
	X(UPDATE, N_("UPDATE\nmarked messages are removed"), 0)                                    \
	X(TLS, N_("TLS handshake"), 0)                                                             \
	X(SEALED, N_("sealed\nthe rest cannot be seen"), 0)                                        \
	X(CLOSED, N_("closed"), 0)

enum state {
#define X(id, words, bit) STATE_##id,
	STATES(X)
#undef X
		STATE_COUNT
};
const char *state_words(enum state state);
unsigned state_bit(enum state state);

/* The state that a command leads to when it is accepted; the same where it leads nowhere. */
enum state state_after(enum state state, const struct verb *verb);

enum step_kind {
	STEP_KIND_RULE,      /* what the protocol allows; the session did not go there */
	STEP_KIND_TAKEN,     /* the session went there */
	STEP_KIND_REFUSED,   /* it wanted to, and the server refused */
	STEP_KIND_FORBIDDEN, /* a command that may not come in this state */
};

/* What stands at one arrow: a step, or steps of one name that follow each other. */
struct state_step {
	char name[64]; /* "MAIL", "220", "end of data" */
	uint32_t first, last;
};

struct state_edge {
	enum state from, to;
	enum step_kind kind;
	struct state_step *steps; /* none for a rule that was not used */
	size_t step_count;
	char name[64]; /* of a rule */
};

struct states {
	enum mail_protocol protocol;
	char title[160];
	bool is_visited[STATE_COUNT], is_known[STATE_COUNT];
	struct state_edge *edges;
	size_t edge_count;
	uint32_t steps;
	enum state now;
};

/* The rules of the protocol, and the session's way through them. Nothing of the session is kept. */
void states_init(struct states *states, const struct session *session);
void states_fini(struct states *states);

#endif
