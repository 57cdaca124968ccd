/* client/smtp_client.h: sends messages by SMTP (RFC 5321) over a connection. */
#ifndef CLIENT_SMTP_CLIENT_H
#define CLIENT_SMTP_CLIENT_H

#include "client/connection.h"
#include "client/login.h"

/* Steps of a session, for those who want it to end early (--quit-after, --drop-after). */
#define SMTP_STAGES(X)                                                                             \
	X(CONNECT, "connect")                                                                      \
	X(GREETING, "greeting")                                                                    \
	X(EHLO, "ehlo")                                                                            \
	X(STARTTLS, "starttls")                                                                    \
	X(TLS, "tls")                                                                              \
	X(AUTH, "auth")                                                                            \
	X(MAIL, "mail")                                                                            \
	X(RCPT, "rcpt")                                                                            \
	X(DATA, "data")                                                                            \
	X(MESSAGE, "message")
enum smtp_stage {
	SMTP_STAGE_NONE,
#define X(id, name) SMTP_STAGE_##id,
	SMTP_STAGES(X)
#undef X
};
int smtp_stage(const char *name); /* SMTP_STAGE_NONE: it is no step, or NULL */

struct smtp_client_options {
	struct course_wants wants;
	const char *hello; /* NULL: the host's full name, or its address as a literal */
	bool is_hello_old; /* HELO instead of EHLO */
	bool no_pipelining, no_chunking;
	/* Octets of the message sent so far, of so many; may be NULL. */
	void (*on_progress)(void *context, uint64_t done, uint64_t all);
	void *context;
};

/* DSN (RFC 3461) parameters are left out when the server does not offer them; a note says so. */
struct smtp_envelope {
	const char *sender; /* "" is the null path */
	const char *const *recipients;
	size_t recipient_count;
	const char *notify, *ret, *envelope_id; /* "FAILURE,DELAY", "HDRS", any text; NULL: none */
	bool requires_tls;                      /* REQUIRETLS (RFC 8689) */
};

/* What became of one recipient; the text of the last reply is printable and has no secret. */
struct smtp_recipient {
	int code;
	char text[640];
};

struct smtp_client;

/* The connection is borrowed; texts of the options too. */
struct smtp_client *smtp_client_new(
	struct connection *connection, const struct smtp_client_options *options);
void smtp_client_free(struct smtp_client *client);

/* From the open connection to a session that is ready for MAIL: greeting, EHLO, TLS, EHLO, AUTH.
 * STEP_MORE: the session was ended early, as the options asked. */
enum step smtp_client_begin(struct smtp_client *client);

/* Sends one message (any line ends; CRLF and dots are made here). results has as many places as the
 * envelope has recipients. STEP_DONE: at least one recipient's was accepted by the final reply;
 * STEP_MORE: ended early, as asked; STEP_FAIL: none was: FAIL_TEMPORARY (4yz), FAIL_DENIED or
 * FAIL_PROTOCOL (5yz), citing the reply. After a refusal the session goes on: the next message may
 * be sent. */
enum step smtp_client_send(struct smtp_client *client, const struct smtp_envelope *envelope,
	struct span message, struct smtp_recipient *results);

/* Why the last call failed. */
const struct fail *smtp_client_fail(const struct smtp_client *client);

/* QUIT, its reply, and the end of the connection; also after failures, as far as it is possible. */
void smtp_client_quit(struct smtp_client *client);

#endif
