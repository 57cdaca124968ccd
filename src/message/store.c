#include "message/store.h"

#include "base/language.h"
#include "base/memory.h"
#include "message/store_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	STALE_SECONDS = 36 * 60 * 60, /* of a file in tmp, by Maildir's convention */
	LOCK_TRIES = 40,
	LOCK_PAUSE = 50 * 1000 * 1000, /* nanoseconds between two */
};

const char *const store_folders[FOLDERS] = {"new", "cur", "tmp"};

/* In the Maildir, where names without a dot in front are no folder of Maildir++. */
static const char lock_name[] = "mailscope-lock";
static const char seen_name[] = "mailscope-seen";

enum step store_fail(const struct store *store, const char *what, struct fail *fail)
{
	return fail_set(fail, FAIL_WRITE, "%s: %s: %s", store->path, what, language_error(errno));
}

struct span store_base(const char *name)
{
	struct span all = span_text(name);

	return span_first(all, span_index(all, ':'));
}

DIR *store_list(int folder)
{
	int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = copy >= 0 ? fdopendir(copy) : NULL;

	if (copy >= 0 && list == NULL)
		close(copy);
	return list;
}

char *store_find_in(int folder, struct span base)
{
	DIR *list = store_list(folder);
	struct dirent *entry;
	char *found = NULL;

	while (list != NULL && found == NULL && (entry = readdir(list)) != NULL)
		if (span_equal(store_base(entry->d_name), base))
			found = memory_text(entry->d_name);
	if (list != NULL)
		closedir(list);
	return found;
}

static bool is_there(void *context, struct span base)
{
	const struct store *store = context;

	for (int i = FOLDER_NEW; i <= FOLDER_CUR; i++) {
		char *name = store_find_in(store->folder[i], base);

		free(name);
		if (name != NULL)
			return true;
	}
	return false;
}

char *store_join(const char *path, const char *name)
{
	struct buffer text;
	char *joined;

	buffer_init(&text, 0);
	buffer_printf(&text, "%s/%s", path, name);
	joined = memory_text(buffer_text(&text));
	buffer_fini(&text);
	return joined;
}

/* With the folders above it. */
static bool make_folders(const char *path)
{
	char *part = memory_text(path);
	bool is_done = true;

	for (char *slash = part + 1; *slash != '\0' && is_done; slash++) {
		if (*slash != '/')
			continue;
		*slash = '\0';
		is_done = mkdir(part, 0700) == 0 || errno == EEXIST;
		*slash = '/';
	}
	is_done = is_done && (mkdir(part, 0700) == 0 || errno == EEXIST);
	free(part);
	return is_done;
}

/* A folder that has something and no cur is something else than a Maildir. */
static bool is_maildir_or_empty(const char *path)
{
	DIR *list = opendir(path);
	struct dirent *entry;
	bool is_empty = true;
	bool has_cur = false;

	while (list != NULL && (entry = readdir(list)) != NULL) {
		is_empty &= entry->d_name[0] == '.';
		has_cur |= strcmp(entry->d_name, "cur") == 0 || strcmp(entry->d_name, "new") == 0;
	}
	if (list != NULL)
		closedir(list);
	return is_empty || has_cur;
}

static enum step open_folders(struct store *store, struct fail *fail)
{
	if (!make_folders(store->path))
		return fail_set(fail, FAIL_WRITE, "%s: cannot make the mail store: %s", store->path,
			language_error(errno));
	if (!is_maildir_or_empty(store->path))
		return fail_set(fail, FAIL_OPEN, "%s: this folder has other things in it than mail",
			store->path);
	for (int i = 0; i < FOLDERS; i++) {
		char *path = store_join(store->path, store_folders[i]);

		if (mkdir(path, 0700) == 0 || errno == EEXIST)
			store->folder[i] = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		free(path);
		if (store->folder[i] < 0)
			return fail_set(fail, FAIL_OPEN, "%s/%s: cannot open: %s", store->path,
				store_folders[i], language_error(errno));
	}
	return STEP_DONE;
}

/* Files that a writer left in tmp when it was killed. */
static void remove_stale(const struct store *store)
{
	DIR *list = store_list(store->folder[FOLDER_TMP]);
	time_t now = time(NULL);
	struct dirent *entry;

	while (list != NULL && (entry = readdir(list)) != NULL) {
		struct stat status;
		int folder = store->folder[FOLDER_TMP];

		if (entry->d_name[0] != '.' &&
			fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(status.st_mode) && now - status.st_mtime > STALE_SECONDS)
			unlinkat(folder, entry->d_name, 0);
	}
	if (list != NULL)
		closedir(list);
}

/* tries: more than one; who only looks into the store has the lock for an instant. */
static enum step take_lock(struct store *store, int tries, struct fail *fail)
{
	char *path = store_join(store->path, lock_name);

	if (store->lock < 0)
		store->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free(path);
	if (store->lock < 0)
		return store_fail(store, _("cannot make the lock"), fail);
	while (flock(store->lock, LOCK_EX | LOCK_NB) != 0) {
		const struct timespec pause = {.tv_nsec = LOCK_PAUSE};

		if (errno != EWOULDBLOCK && errno != EINTR)
			return store_fail(store, _("cannot lock it"), fail);
		if (tries-- <= 0)
			return fail_set(fail, FAIL_TEMPORARY,
				"%s: another mailscope is fetching into this mail store",
				store->path);
		nanosleep(&pause, NULL);
	}
	return STEP_DONE;
}

enum step store_lock(struct store *store, struct fail *fail)
{
	if (store->is_writer)
		return STEP_DONE;
	if (take_lock(store, LOCK_TRIES, fail) == STEP_FAIL)
		return STEP_FAIL;
	store->is_writer = true;
	return store_seen_reload(store->seen, true, fail);
}

void store_settle(struct store *store)
{
	if (store->is_writer || take_lock(store, 0, NULL) == STEP_FAIL)
		return;
	(void)store_seen_reload(store->seen, true, NULL);
	remove_stale(store);
	flock(store->lock, LOCK_UN);
}

struct store *store_open(const char *path, struct fail *fail)
{
	struct store *store = memory_new(1, sizeof *store);
	char *seen = store_join(path, seen_name);

	store->path = memory_text(path);
	store->lock = -1;
	for (int i = 0; i < FOLDERS; i++)
		store->folder[i] = -1;
	if (open_folders(store, fail) == STEP_DONE) {
		store->seen = store_seen_new(seen, (struct store_presence){is_there, store});
		store_settle(store);
		store_read_entries(store);
	} else {
		store_close(store);
		store = NULL;
	}
	free(seen);
	return store;
}

void store_close(struct store *store)
{
	if (store == NULL)
		return;
	for (size_t i = 0; i < store->count; i++)
		free((char *)store->entries[i].path);
	free(store->entries);
	store_seen_free(store->seen);
	for (int i = 0; i < FOLDERS; i++)
		if (store->folder[i] >= 0)
			close(store->folder[i]);
	if (store->lock >= 0)
		close(store->lock);
	free(store->path);
	free(store);
}

/* $HOME, or the working folder where there is none. */
static char *below(const char *variable, const char *between, const char *name)
{
	const char *value = getenv(variable);
	char *folder;
	char *path;

	folder = store_join(value != NULL && value[0] != '\0' ? value : ".", between);
	path = store_join(folder, name);
	free(folder);
	return path;
}

char *store_default_path(void)
{
	const char *own = getenv("MAILSCOPE_STORE");
	const char *data = getenv("XDG_DATA_HOME");

	if (own != NULL && own[0] != '\0')
		return memory_text(own);
	/* A path that is not absolute is to be ignored (XDG base directories). */
	if (data != NULL && data[0] == '/')
		return below("XDG_DATA_HOME", "mailscope", "mail");
	return below("HOME", ".local/share/mailscope", "mail");
}

bool store_has(const struct store *store, const char *account, const char *id)
{
	struct store_key key = store_key_id(account, id);

	return id[0] != '\0' && store_seen_has(store->seen, &key);
}

enum step store_forget_others(struct store *store, const char *account, const char *const *ids,
	size_t count, struct fail *fail)
{
	if (store_lock(store, fail) == STEP_FAIL)
		return STEP_FAIL;
	return store_seen_keep(store->seen, account, ids, count, fail);
}
