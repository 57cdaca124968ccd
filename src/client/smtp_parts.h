/* client/smtp_parts.h: what the parts of the SMTP client share; for them alone. */
#ifndef CLIENT_SMTP_PARTS_H
#define CLIENT_SMTP_PARTS_H

#include "client/course.h"
#include "client/smtp_client.h"
#include "client/smtp_offers.h"

/* Where a session is, besides what stands in enum course_at; EHLO is COURSE_OFFERS. */
enum smtp_at {
	SMTP_AT_HELO = COURSE_OWN,
	SMTP_AT_MAIL,
	SMTP_AT_RCPT,
	SMTP_AT_DATA,
	SMTP_AT_BLOCK,
	SMTP_AT_MESSAGE,
	SMTP_AT_BDAT,
	SMTP_AT_RSET,
};
extern const struct course_step smtp_steps[];

struct smtp_transaction;

/* A reply to one of its commands. */
void smtp_transaction_hear(struct smtp_transaction *transaction, const struct command *command,
	const struct reply *reply);

struct smtp_client {
	struct course course;
	struct smtp_client_options options;
	struct smtp_offers offers;
	struct smtp_transaction *transaction; /* that is open; NULL: none */
};

extern const struct conversation_language smtp_client_language;

/* Says a step's verb and what stands behind it; see course_say(). */
enum step smtp_say(struct smtp_client *client, int at, const char *arguments);

static inline bool smtp_is_good(int at, int code)
{
	return code / 100 == smtp_steps[at].good;
}

/* Which failure a refusal is. */
enum fail_code smtp_fail_code(const struct reply *reply);

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
