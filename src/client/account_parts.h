/* client/account_parts.h: what reading and writing of accounts share; for account*.c alone. */
#ifndef CLIENT_ACCOUNT_PARTS_H
#define CLIENT_ACCOUNT_PARTS_H

#include "client/account.h"

#include <glib.h>
#include <stddef.h>

/* What a key may be set to. */
enum account_kind { KIND_TEXT, KIND_PATH, KIND_PORT, KIND_TLS, KIND_BOOL };

/* The keys of the file, a name NULL behind the last. */
struct account_key {
	const char *name;
	enum account_kind kind;
	size_t offset;
	size_t has_offset; /* 0: whether it is set shows by its value */
};
extern const struct account_key account_keys[];

/* The words for TLS, a name NULL behind the last. */
struct account_mode {
	const char *name;
	enum tls_mode mode;
};
extern const struct account_mode account_modes[];

/* STEP_MORE: there is no such file. */
enum step account_load_file(
	GKeyFile *file, const char *path, GKeyFileFlags flags, struct fail *fail);

#endif
