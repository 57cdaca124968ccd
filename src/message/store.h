/* message/store.h: the user's messages: a Maildir, and what of which account has been fetched. */
#ifndef MESSAGE_STORE_H
#define MESSAGE_STORE_H

#include "base/buffer.h"
#include "base/fail.h"

struct store;

/* Opens or makes a Maildir (0700). Any number of processes may have it open, and mark or delete
 * messages. One at a time fetches into it: from the first store_begin() or store_forget_others() to
 * store_close(), a lock keeps others from doing so (FAIL_TEMPORARY). A fetch opens the store and
 * closes it. */
struct store *store_open(const char *path, struct fail *fail);
void store_close(struct store *store);

/* $MAILSCOPE_STORE, else XDG_DATA_HOME/mailscope/mail; malloc()ed. */
char *store_default_path(void);

/* A message that is coming in. account and id (its UIDL; "" when the server has none) say where it
 * came from. */
struct store_incoming;
struct store_incoming *store_begin(
	struct store *store, const char *account, const char *id, struct fail *fail);
enum step store_write(struct store_incoming *incoming, struct span octets, struct fail *fail);

/* Syncs the file and its folder to the disk and puts it in its place; frees incoming. Only then may
 * the server's copy be deleted. STEP_DONE: it is new; STEP_MORE: the store had it already, from a
 * fetch that was cut off. */
enum step store_commit(struct store_incoming *incoming, struct fail *fail);
void store_abandon(struct store_incoming *incoming);

/* The name the file will have, size and flags left out: it is the message's as long as it is in the
 * store. Borrowed from incoming. */
const char *store_incoming_name(const struct store_incoming *incoming);

/* Whether a message of this account and id was ever stored; ids may be deleted here and still be
 * remembered. */
bool store_has(const struct store *store, const char *account, const char *id);

/* Ends a fetch: forgets the ids of the account that the server has no more, ids being those it has
 * now. Until then messages without id count as those of a fetch that was cut off. */
enum step store_forget_others(struct store *store, const char *account, const char *const *ids,
	size_t count, struct fail *fail);

/* A stored message: numbers run from 1, oldest first, and hold until the store is opened again;
 * messages that come in meanwhile are seen then. */
struct store_entry {
	uint32_t number;
	const char *path;
	uint64_t octets;
	int64_t received; /* seconds since 1970 */
	bool is_seen, is_flagged, is_answered;
	bool is_deleted; /* since the store was opened: the number stays taken */
};
size_t store_count(const struct store *store);
const struct store_entry *store_entry(const struct store *store, size_t index);

/* All of the message; STEP_FAIL: FAIL_OPEN. */
enum step store_read(const struct store_entry *entry, struct buffer *out, struct fail *fail);

/* Its beginning, with at least all of a header of LIMIT_HEADER octets: quick, for lists. */
enum step store_read_header(const struct store_entry *entry, struct buffer *out, struct fail *fail);
enum step store_mark_seen(struct store *store, uint32_t number, struct fail *fail);

/* Removes the file; its id stays known. */
enum step store_delete(struct store *store, uint32_t number, struct fail *fail);

#endif
