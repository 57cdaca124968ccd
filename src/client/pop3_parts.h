/* client/pop3_parts.h: what the parts of the POP3 client share; for them alone. */
#ifndef CLIENT_POP3_PARTS_H
#define CLIENT_POP3_PARTS_H

#include "client/conversation.h"
#include "client/pop3_client.h"
#include "client/pop3_offers.h"

/* Where a session is. */
#define POP3_STEPS(X)                                                                              \
	X(CONNECT)                                                                                 \
	X(GREETING)                                                                                \
	X(CAPA)                                                                                    \
	X(STLS)                                                                                    \
	X(TLS)                                                                                     \
	X(UTF8)                                                                                    \
	X(LOGIN)                                                                                   \
	X(READY)                                                                                   \
	X(STAT)                                                                                    \
	X(LIST)                                                                                    \
	X(UIDL)                                                                                    \
	X(RETR)                                                                                    \
	X(DELE)                                                                                    \
	X(QUIT)                                                                                    \
	X(FAILED)
enum pop3_at {
#define X(id) POP3_AT_##id,
	POP3_STEPS(X)
#undef X
};

struct pop3_step {
	const char *verb; /* that is said; NULL: none */
	const char *name; /* for failures, when there is no verb */
	int seconds;      /* RFC 1939 names no limit; a server may take long to open a mailbox */
	enum pop3_stage stage; /* that is reached when it is done */
	/* Says it, hears the reply, and tells where the session is then. */
	enum pop3_at (*run)(struct pop3_client *client);
};
extern const struct pop3_step pop3_steps[];

struct pop3_client {
	struct pop3_client_options options;
	struct conversation conversation;
	struct pop3_offers offers;
	struct buffer timestamp; /* of the greeting (RFC 1939 7) */
	struct pop3_entry *entries;
	size_t entry_count, entry_size;
	bool is_greeted, is_ready;
	bool is_logging_in; /* challenges may come */
	bool has_quit;      /* and its +OK was read */
	bool is_closed;     /* the connection has ended */
	bool cannot_quit;   /* QUIT would be no command here */
	bool has_tls;
};

extern const struct conversation_language pop3_client_language;

/* The command of a step. */
struct command pop3_command(enum pop3_at at);

/* Says a step's verb and, unless it is 0, a message's number; see conversation_say(). */
enum step pop3_say(struct pop3_client *client, const struct command *command, uint32_t number);

/* Which failure a refusal is: of a login, and of anything else. */
enum fail_code pop3_login_fail_code(const struct reply *reply);
enum fail_code pop3_fail_code(const struct reply *reply);

/* Whether the session is to end here; as smtp_ends(). */
bool pop3_ends(struct pop3_client *client, enum pop3_stage stage, bool is_past);

/* Whether messages may be asked for; else the failure, or, the session having ended as asked,
 * STEP_MORE. */
enum step pop3_check_ready(struct pop3_client *client, enum pop3_stage stage);

#endif
