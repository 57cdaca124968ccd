/* message/received_parts.h: what the files that read a Received field share. */
#ifndef MESSAGE_RECEIVED_PARTS_H
#define MESSAGE_RECEIVED_PARTS_H

#include "base/buffer.h"
#include "message/received.h"

enum clause {
	CLAUSE_NONE,
	CLAUSE_FROM,
	CLAUSE_BY,
	CLAUSE_VIA,
	CLAUSE_WITH,
	CLAUSE_ID,
	CLAUSE_FOR,
	CLAUSE_TLS,
	CLAUSE_GROUP,
	CLAUSE_SENDER,
};

struct received_reader {
	struct arena *arena;
	struct received *received;
	enum clause clause;
	bool has_word;     /* this clause has one already */
	bool is_from_bare; /* "from" has no name but an address */
	bool has_address;  /* the server's own, behind the name */
	bool has_helo;     /* the client's own name is marked as such */
	uint32_t seen;     /* a bit a clause */
	struct buffer via, with, recipient, comments, unread;
};

/* Appends the words, divider before them unless they are the first. */
void received_append(struct buffer *out, struct span words, const char *divider);

/* A comment: its meaning follows from its words, and from the clause it stands in. */
void received_read_comment(struct received_reader *reader, struct span text);

/* The words of a comment, or of a clause, that say who the client is. False: none does. */
bool received_read_peer(struct received_reader *reader, struct span text);

/* Reads what the words say of TLS; false when they are about something else. */
bool received_read_tls(struct arena *arena, struct span text, struct received_tls *tls);

#endif
