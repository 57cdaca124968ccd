/* message/store_seen.h: which messages of which account the store has had: a file an account, lines
 * of it only ever added, or the whole file replaced. */
#ifndef MESSAGE_STORE_SEEN_H
#define MESSAGE_STORE_SEEN_H

#include "base/fail.h"
#include "base/span.h"

/* Stands for a message of an account in the lists: hexadecimal digits, those of the account first.
 * Nothing that a server says is ever part of a path. */
enum { STORE_ACCOUNT = 16, STORE_ID = 32, STORE_KEY = STORE_ACCOUNT + STORE_ID };

/* What a message is known by: its UIDL, or its content where the server has no UIDL. */
enum store_kind { STORE_BY_ID, STORE_BY_CONTENT, STORE_KINDS };

struct store_key {
	char text[STORE_KEY + 1];
	enum store_kind kind;
};

struct store_key store_key_id(const char *account, const char *id);
struct store_key store_key_content(const char *account, const uint8_t sha256[32]);

/* Whether a message of that name is in the store, whatever its flags. */
struct store_presence {
	bool (*is_there)(void *context, struct span base);
	void *context;
};

struct store_seen;

/* Reads the lists in the folder, which is made when the first line is. A message that was begun and
 * not confirmed, because the program was killed, is known when its file is there. */
struct store_seen *store_seen_new(const char *folder, struct store_presence presence);
void store_seen_free(struct store_seen *seen);

/* Reads them again. is_writer: what was found out about messages that were not confirmed is written
 * down; files that are gone later change nothing of it. */
enum step store_seen_reload(struct store_seen *seen, bool is_writer, struct fail *fail);

/* By id: it was ever stored. By content: it came in a fetch that was cut off, and has not come
 * again since; each call counts as that. */
bool store_seen_has(const struct store_seen *seen, const struct store_key *key);
bool store_seen_repeats(struct store_seen *seen, const struct store_key *key);

/* Says on the disk that the message is about to come in as the file base, and that it has come. */
enum step store_seen_begin(
	struct store_seen *seen, const struct store_key *key, const char *base, struct fail *fail);
enum step store_seen_confirm(
	struct store_seen *seen, const struct store_key *key, struct fail *fail);

/* The account's fetch came to its end, and the server has these and no others. */
enum step store_seen_keep(struct store_seen *seen, const char *account, const char *const *ids,
	size_t count, struct fail *fail);

#endif
