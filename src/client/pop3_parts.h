/* client/pop3_parts.h: what the parts of the POP3 client share; for them alone. */
#ifndef CLIENT_POP3_PARTS_H
#define CLIENT_POP3_PARTS_H

#include "client/course.h"
#include "client/pop3_client.h"
#include "client/pop3_offers.h"

/* Where a session is, besides what stands in enum course_at; CAPA is COURSE_OFFERS. */
enum pop3_at {
	POP3_AT_UTF8 = COURSE_OWN,
	POP3_AT_STAT,
	POP3_AT_LIST,
	POP3_AT_UIDL,
	POP3_AT_RETR,
	POP3_AT_DELE,
};

struct pop3_client {
	struct course course;
	struct pop3_client_options options;
	struct pop3_offers offers;
	struct buffer timestamp; /* of the greeting (RFC 1939 7) */
	struct pop3_entry *entries;
	size_t entry_count, entry_size;
	bool is_logging_in; /* challenges may come */
	bool has_quit;      /* and its +OK was read */
};

extern const struct conversation_language pop3_client_language;

/* Says a command's verb and, unless it is 0, a message's number; see course_say(). */
enum step pop3_say(struct pop3_client *client, const struct command *command, uint32_t number);

/* Which failure a refusal is: of a login, and of anything else. */
enum fail_code pop3_login_fail_code(const struct reply *reply);
enum fail_code pop3_fail_code(const struct reply *reply);

#endif
