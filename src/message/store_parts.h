/* message/store_parts.h: what the store's files share. */
#ifndef MESSAGE_STORE_PARTS_H
#define MESSAGE_STORE_PARTS_H

#include "message/store.h"
#include "message/store_seen.h"

#include <dirent.h>

/* Folders of a Maildir; new and cur hold messages. */
enum { FOLDER_NEW, FOLDER_CUR, FOLDER_TMP, FOLDERS };
extern const char *const store_folders[FOLDERS];

struct store {
	char *path;
	int folder[FOLDERS]; /* descriptors */
	int lock;            /* the lock's file; -1: not opened yet */
	bool is_writer;      /* and it is locked */
	struct store_seen *seen;
	struct store_entry *entries;
	size_t count;
};

/* "PATH: WHAT: why", by errno. */
enum step store_fail(const struct store *store, const char *what, struct fail *fail);

/* Makes this process the writer until the store is closed, and learns what another writer, or one
 * that was killed, has done since the store was opened. */
enum step store_lock(struct store *store, struct fail *fail);

/* The part of a file's name before its flags, which stays when the file is moved. */
struct span store_base(const char *name);

/* A descriptor's folder, from its beginning; NULL with errno. */
DIR *store_list(int folder);

/* The file in the folder whose name has this base; NULL: there is none. To be freed. */
char *store_find_in(int folder, struct span base);

/* "PATH/NAME", to be freed. */
char *store_join(const char *path, const char *name);

/* Unless another process is the writer, and does so itself: removes what is stale, and writes down
 * what a killed fetch left in doubt, before a file that can tell is deleted. */
void store_settle(struct store *store);

/* Reads new and cur. */
void store_read_entries(struct store *store);

#endif
