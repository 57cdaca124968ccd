/* practice/house.h: what all sessions of one practice server share. */
#ifndef PRACTICE_HOUSE_H
#define PRACTICE_HOUSE_H

#include "practice/accounts.h"
#include "practice/authenticate.h"
#include "practice/script.h"
#include "practice/talk.h"

struct house {
	const char *host; /* what the server calls itself */
	struct accounts *accounts;
	struct authenticator *authenticator;
	const struct script *script; /* NULL: no faults */
	uint64_t size;               /* octets of the largest message */
	bool needs_login;            /* no mail without AUTH */
	bool needs_tls;              /* no login and no mail without TLS */
	bool is_synced;              /* a message is on the disk before it is accepted */
	bool can_tls;                /* STARTTLS and STLS are offered */
	int64_t (*now)(void);        /* seconds since 1970 */
	uint64_t smtp_sessions, pop3_sessions;
	uint64_t messages_in, messages_out; /* octets are those of the messages */
	uint64_t next_id;
};

/* Whether the mechanism is one of those that the script lets the server offer; words: the text of
 * its rule, or NULL. */
bool house_offers_mechanism(const struct rule *rule, struct span mechanism);

/* Appends " SCRAM-SHA-256 ...": those that are offered. */
void house_add_mechanisms(const struct rule *rule, struct buffer *out);

#endif
