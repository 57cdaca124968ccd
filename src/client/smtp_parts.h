/* client/smtp_parts.h: what the parts of the SMTP client share; for them alone. */
#ifndef CLIENT_SMTP_PARTS_H
#define CLIENT_SMTP_PARTS_H

#include "client/conversation.h"
#include "client/smtp_client.h"
#include "client/smtp_offers.h"

/* Where a session is. */
#define SMTP_STEPS(X)                                                                              \
	X(CONNECT)                                                                                 \
	X(GREETING)                                                                                \
	X(EHLO)                                                                                    \
	X(HELO)                                                                                    \
	X(STARTTLS)                                                                                \
	X(TLS)                                                                                     \
	X(AUTH)                                                                                    \
	X(READY)                                                                                   \
	X(MAIL)                                                                                    \
	X(RCPT)                                                                                    \
	X(DATA)                                                                                    \
	X(BLOCK)                                                                                   \
	X(MESSAGE)                                                                                 \
	X(BDAT)                                                                                    \
	X(RSET)                                                                                    \
	X(QUIT)                                                                                    \
	X(FAILED)
enum smtp_at {
#define X(id) SMTP_AT_##id,
	SMTP_STEPS(X)
#undef X
};

struct smtp_step {
	const char *verb;      /* that is said; NULL: none */
	const char *name;      /* for failures, when there is no verb */
	int good;              /* the first digit of a good reply (RFC 5321 4.2.1) */
	int seconds;           /* RFC 5321 4.5.3.2 */
	enum smtp_stage stage; /* that is reached by it */
	/* Says it, hears the reply, and tells where the session is then. NULL: the steps of a
	 * transaction follow the envelope instead. */
	enum smtp_at (*run)(struct smtp_client *client);
};
extern const struct smtp_step smtp_steps[];

struct smtp_transaction;

/* A reply to one of its commands. */
void smtp_transaction_hear(struct smtp_transaction *transaction, const struct command *command,
	const struct reply *reply);

struct smtp_client {
	struct smtp_client_options options;
	struct conversation conversation;
	struct smtp_offers offers;
	struct smtp_transaction *transaction; /* that is open; NULL: none */
	bool is_greeted, is_ready;
	bool is_closed;   /* the connection has ended */
	bool cannot_quit; /* QUIT would be no command here */
	bool has_tls;
};

extern const struct conversation_language smtp_client_language;

/* The command of a step. */
struct command smtp_command(enum smtp_at at);

/* Says a step's verb and what stands behind it; see conversation_say(). */
enum step smtp_say(struct smtp_client *client, enum smtp_at at, const char *format, ...)
	PRINTF_LIKE(3, 4);

static inline bool smtp_is_good(enum smtp_at at, int code)
{
	return code / 100 == smtp_steps[at].good;
}

/* Which failure a refusal is. */
enum fail_code smtp_fail_code(const struct reply *reply);

/* Whether the session is to end here: has ended, then, as the options ask. is_past: the stage has
 * not begun; it ends when it should have ended before. */
bool smtp_ends(struct smtp_client *client, enum smtp_stage stage, bool is_past);

/* What a message needs of the server. */
struct smtp_survey {
	uint64_t octets;  /* with CRLF ends, without dots */
	uint64_t longest; /* line */
	bool has_eight_bit, has_eight_bit_header, has_nul;
};
void smtp_survey(struct span message, struct smtp_survey *survey);

/* Sends the message, the final dot too. */
enum step smtp_send_data(struct smtp_client *client, struct span message);

/* Sends the message in chunks, each answered; the last reply is the conversation's. A chunk that
 * is refused ends it. */
enum step smtp_send_chunks(struct smtp_client *client, struct span message);

/* Appends what stands behind "MAIL" and "RCPT". */
void smtp_mail_arguments(const struct smtp_client *client, const struct smtp_envelope *envelope,
	const struct smtp_survey *survey, struct buffer *out);
void smtp_rcpt_arguments(const struct smtp_client *client, const struct smtp_envelope *envelope,
	const char *recipient, struct buffer *out);

/* Whether this can be sent to this server at all, before anything of it is said. */
enum step smtp_envelope_check(struct smtp_client *client, const struct smtp_envelope *envelope,
	const struct smtp_survey *survey);

#endif
