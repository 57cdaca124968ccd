/* practice/mailbox.h: one user's Maildir, which SMTP fills and POP3 empties. */
#ifndef PRACTICE_MAILBOX_H
#define PRACTICE_MAILBOX_H

#include "base/buffer.h"
#include "base/fail.h"

struct mailbox {
	char *path;
	uint64_t count; /* messages, as far as this process brought and took them */
	bool is_locked; /* a POP3 session has it (RFC 1939 4) */
};

/* Makes FOLDER/NAME with tmp, new and cur (0700) where they are not. STEP_FAIL: FAIL_WRITE. */
enum step mailbox_open(
	struct mailbox *mailbox, const char *folder, const char *name, struct fail *fail);
void mailbox_fini(struct mailbox *mailbox);

/* A message that is coming in: a file in tmp until it is whole. Its octets are kept as they come.
 */
struct delivery;

/* NULL: it cannot be written. is_synced: it shall be on the disk before delivery_commit() returns.
 */
struct delivery *delivery_begin(const struct mailbox *mailbox, bool is_synced);

/* An atom (RFC 5322 3.2.3) that no other message here has. */
enum { DELIVERY_ID = 64 };
const char *delivery_id(const struct delivery *delivery);
bool delivery_write(struct delivery *delivery, struct span octets);

/* Puts it into all of the mailboxes or, when that cannot be done, none; frees it. */
bool delivery_commit(struct delivery *delivery, struct mailbox *const *mailboxes, size_t count);
void delivery_abandon(struct delivery *delivery);

#endif
