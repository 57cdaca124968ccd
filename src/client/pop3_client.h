/* client/pop3_client.h: fetches messages by POP3 (RFC 1939) over a connection. */
#ifndef CLIENT_POP3_CLIENT_H
#define CLIENT_POP3_CLIENT_H

#include "client/connection.h"
#include "client/login.h"

#define POP3_STAGES(X)                                                                             \
	X(CONNECT, "connect")                                                                      \
	X(GREETING, "greeting")                                                                    \
	X(CAPA, "capa")                                                                            \
	X(STLS, "stls")                                                                            \
	X(TLS, "tls")                                                                              \
	X(LOGIN, "login")                                                                          \
	X(LIST, "list")                                                                            \
	X(RETR, "retr")                                                                            \
	X(DELE, "dele")
enum pop3_stage {
	POP3_STAGE_NONE,
#define X(id, name) POP3_STAGE_##id,
	POP3_STAGES(X)
#undef X
};
int pop3_stage(const char *name); /* POP3_STAGE_NONE: it is no step, or NULL */

struct pop3_client_options {
	struct course_wants wants;
	void (*on_progress)(void *context, uint64_t done, uint64_t all); /* octets of the message */
	void *context;
};

/* A message of the mailbox; number and size hold for this session, the id for ever (RFC 1939 7). */
struct pop3_entry {
	uint32_t number;
	uint64_t octets;
	char id[71]; /* UIDL; empty: the server has none */
};

/* Takes the message's octets with stuffing undone and CRLF line ends. */
struct pop3_sink {
	void *context;
	enum step (*take)(void *context, struct span octets, struct fail *fail);
};

struct pop3_client;

struct pop3_client *pop3_client_new(
	struct connection *connection, const struct pop3_client_options *options);
void pop3_client_free(struct pop3_client *client);

/* From the open connection to a mailbox that is logged in to. STEP_MORE: ended early, as asked. */
enum step pop3_client_begin(struct pop3_client *client);

/* LIST and UIDL; *entries lives as long as the client. */
enum step pop3_client_list(
	struct pop3_client *client, const struct pop3_entry **entries, size_t *count);

/* RETR. When the sink fails, the rest is read and dropped, and the session goes on. */
enum step pop3_client_retrieve(
	struct pop3_client *client, const struct pop3_entry *entry, const struct pop3_sink *sink);

/* DELE: the server removes it at QUIT, and not before (RFC 1939 6). */
enum step pop3_client_delete(struct pop3_client *client, const struct pop3_entry *entry);

const struct fail *pop3_client_fail(const struct pop3_client *client);

/* Nothing more can be said: the connection has ended, or cannot be trusted any more. After a mere
 * refusal it goes on. */
bool pop3_client_is_over(const struct pop3_client *client);

/* QUIT. STEP_DONE: its +OK was read, what was marked is removed. */
enum step pop3_client_quit(struct pop3_client *client);

#endif
