/* message/addresses.h: a list of addresses as people write it (RFC 5322 3.4, RFC 6532), checked
 * strictly: what is sent must be right. */
#ifndef MESSAGE_ADDRESSES_H
#define MESSAGE_ADDRESSES_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fail.h"

enum address_kind { ADDRESS_MAILBOX, ADDRESS_GROUP, ADDRESS_GROUP_END };

/* Spans live in the list's arena and have a NUL behind them. */
struct address {
	enum address_kind kind;
	struct span name; /* of the person or the group; may be empty */
	/* As it goes over the wire: a domain above ASCII is in its xn-- form, so that any server
	 * takes it, unless the part before the @ needs SMTPUTF8 anyway. */
	struct span mailbox;
};

struct addresses {
	struct arena arena;
	struct address *item;
	size_t count;
	size_t mailboxes; /* items that are mailboxes */
};

/* Fills *list; text NULL: nothing. field is for the message only. STEP_FAIL: FAIL_USAGE, naming
 * what is no address. End with addresses_fini() in any case. */
enum step addresses_parse(
	struct addresses *list, const char *field, const char *text, struct fail *fail);
void addresses_fini(struct addresses *list);

/* Writes them as a header field. */
void addresses_write(struct buffer *out, const char *name, const struct addresses *list);

/* The first mailbox; empty: there is none. */
struct span addresses_first(const struct addresses *list);

#endif
