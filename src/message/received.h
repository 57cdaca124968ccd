/* message/received.h: one Received field: who took the message from whom, how, and when (RFC 5321
 * 4.4), in the forms that mail servers really write. */
#ifndef MESSAGE_RECEIVED_H
#define MESSAGE_RECEIVED_H

#include "base/arena.h"
#include "message/date.h"

/* What the field says of TLS, in a comment or the clause of RFC 8314 4.3. */
struct received_tls {
	bool is_used;
	struct span version; /* "TLS 1.2"; "TLSv1/SSLv3" where it says no more */
	struct span cipher, bits, group;
};

/* Spans live in the arena. Empty: the field does not say it. */
struct received {
	struct span whole;   /* the field's value on one line */
	struct span from;    /* what stands behind "from" */
	struct span helo;    /* what the client called itself */
	struct span reverse; /* the name of the client's address, as the server found it */
	struct span address; /* the client's, bare */
	struct span user;    /* who logged in, or whose process it was */
	struct span by, by_address, software;
	struct span via, with, id;
	struct span recipient; /* the clause "for", without <> */
	struct span sender;    /* the envelope's, where it is named */
	struct received_tls tls;
	struct span date_text; /* behind the last semicolon */
	struct date date;
	bool has_date;
	bool is_reverse_unknown; /* the server says that it found no name */
	bool may_be_forged;   /* the server says so: the name does not lead back to the address */
	struct span comments; /* those that none of the above was read from, divided by "; " */
	struct span unread;   /* words that belong to no clause */
};

/* value is unfolded and lives in the arena. Whatever it is, something is made of it. */
void received_read(struct arena *arena, struct span value, struct received *received);

/* What a "with" clause means. */
struct protocol {
	const char *name;
	const char *meaning;
	const char *rfc; /* "" for those that no RFC registers */
	bool has_tls, has_login;
};

/* The row of the clause's first word; NULL: not known. */
const struct protocol *protocol_find(struct span with);

/* Whether the message went through TLS here, by all that the field says. */
bool received_is_sealed(const struct received *received);

#endif
