/* practice/accounts.h: the users of the practice server: name, password, mailbox. */
#ifndef PRACTICE_ACCOUNTS_H
#define PRACTICE_ACCOUNTS_H

#include "practice/mailbox.h"

struct account {
	char *name;
	char *password; /* wiped by accounts_free() */
	struct mailbox mailbox;
};

struct accounts;

/* Whether it can be a user's: the name of a folder, and a local part without quotes. */
bool accounts_is_name(struct span name);

/* folder: where the mailboxes are. */
struct accounts *accounts_new(const char *folder);
void accounts_free(struct accounts *accounts);

/* STEP_FAIL: FAIL_USAGE, it can be no user's name, or is there already; FAIL_WRITE, no mailbox. */
enum step accounts_add(
	struct accounts *accounts, const char *name, const char *password, struct fail *fail);

/* Adds those of a file: lines "user:password", empty ones and ones that begin with # aside.
 * STEP_FAIL: FAIL_OPEN or FAIL_USAGE, naming the line, not what stands in it. */
enum step accounts_read(struct accounts *accounts, const char *path, struct fail *fail);

/* From now on every name that can be a user's is one, with this password. */
void accounts_allow_any(struct accounts *accounts, const char *password);

size_t accounts_count(const struct accounts *accounts);
struct account *accounts_at(const struct accounts *accounts, size_t index);

/* The user of a login, or of a local part; what stands behind an @ does not matter. Letters in any
 * case. NULL: nobody. */
struct account *accounts_find(struct accounts *accounts, struct span name);

/* Whose mail is for postmaster (RFC 5321 4.5.1): the first user that was added. */
struct account *accounts_postmaster(struct accounts *accounts);

/* In the time that a wrong one takes. */
bool account_has_password(const struct account *account, struct span password);

#endif
