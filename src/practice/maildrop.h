/* practice/maildrop.h: a mailbox as one POP3 session sees it: what is in it at the login, numbered,
 * locked to the end (RFC 1939 4). */
#ifndef PRACTICE_MAILDROP_H
#define PRACTICE_MAILDROP_H

#include "practice/mailbox.h"

struct maildrop;

/* NULL: another session has it, or it cannot be read; *is_in_use tells which. */
struct maildrop *maildrop_open(struct mailbox *mailbox, bool *is_in_use);

/* Unlocks it; nothing is removed. */
void maildrop_close(struct maildrop *maildrop);

/* Removes what is marked as deleted; false when something could not be. */
bool maildrop_update(struct maildrop *maildrop);

struct maildrop_message {
	char *name;      /* the file's */
	uint64_t octets; /* with CRLF line ends */
	bool is_in_new;  /* else in cur */
	bool is_unix;    /* its lines end in LF; they are sent with CRLF */
	bool is_deleted;
};
size_t maildrop_count(const struct maildrop *maildrop);
struct maildrop_message *maildrop_message(struct maildrop *maildrop, size_t index);

/* Appends its name for UIDL: 1 to 70 octets, the same in all sessions (RFC 1939 7). */
void maildrop_add_id(const struct maildrop_message *message, struct buffer *out);

/* A descriptor to read it by; negative when it cannot be read. */
int maildrop_read(const struct maildrop *maildrop, const struct maildrop_message *message);

#endif
