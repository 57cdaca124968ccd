/* The messages in the store: their list, and what is done with one. */
#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "message/store_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file of new or cur: which of the two, and its name (to be freed). */
struct store_place {
	int folder;
	char *name;
};

/* The number behind a comma, a letter and "=": "S=1234" (Maildir++). */
static bool take_field(struct span base, const char *field, uint64_t *value)
{
	size_t at = span_find(base, field);
	struct span digits = span_from(base, at + strlen(field));

	return at < base.length && span_number(span_first(digits, span_index(digits, ',')), value);
}

static void take_flags(struct store_entry *entry, struct span flags)
{
	entry->is_seen = span_index(flags, 'S') < flags.length;
	entry->is_flagged = span_index(flags, 'F') < flags.length;
	entry->is_answered = span_index(flags, 'R') < flags.length;
}

/* What the name tells; the rest is asked of the file system. */
static bool read_entry(
	const struct store *store, int folder, const char *name, struct store_entry *entry)
{
	struct span base = store_base(name);
	struct span info = span_from(span_text(name), base.length);
	uint64_t seconds = 0;
	bool has_octets = take_field(base, ",S=", &entry->octets);
	bool has_time = span_number(span_first(base, span_index(base, '.')), &seconds) &&
			seconds > 0 && seconds < INT64_MAX;
	struct stat status;

	if (folder == FOLDER_CUR && span_starts_letters(info, ":2,"))
		take_flags(entry, span_from(info, 3));
	entry->received = (int64_t)seconds;
	if (has_octets && has_time)
		return true;
	if (fstatat(store->folder[folder], name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
		!S_ISREG(status.st_mode))
		return false;
	entry->octets = (uint64_t)status.st_size;
	if (!has_time)
		entry->received = status.st_mtime;
	return true;
}

static void add_entries(struct store *store, int folder, size_t *size)
{
	DIR *list = store_list(store->folder[folder]);
	struct dirent *found;

	while (list != NULL && (found = readdir(list)) != NULL) {
		struct store_entry entry = {.number = 0};
		struct buffer path;

		if (found->d_name[0] == '.' ||
			(found->d_type != DT_REG && found->d_type != DT_UNKNOWN) ||
			!read_entry(store, folder, found->d_name, &entry))
			continue;
		if (store->count == *size) {
			*size = *size > 0 ? *size * 2 : 64;
			store->entries = memory_resize(store->entries, *size, sizeof entry);
		}
		buffer_init(&path, 0);
		buffer_printf(&path, "%s/%s/%s", store->path, store_folders[folder], found->d_name);
		entry.path = memory_text(buffer_text(&path));
		buffer_fini(&path);
		store->entries[store->count++] = entry;
	}
	if (list != NULL)
		closedir(list);
}

static const char *name_of(const struct store_entry *entry)
{
	return strrchr(entry->path, '/') + 1;
}

static int compare_entries(const void *one, const void *other)
{
	const struct store_entry *a = one;
	const struct store_entry *b = other;

	if (a->received != b->received)
		return a->received < b->received ? -1 : 1;
	return strcmp(name_of(a), name_of(b));
}

void store_read_entries(struct store *store)
{
	size_t size = 0;

	add_entries(store, FOLDER_NEW, &size);
	add_entries(store, FOLDER_CUR, &size);
	if (store->count > 0)
		qsort(store->entries, store->count, sizeof *store->entries, compare_entries);
	for (size_t i = 0; i < store->count; i++)
		store->entries[i].number = (uint32_t)(i + 1);
}

size_t store_count(const struct store *store)
{
	return store->count;
}

const struct store_entry *store_entry(const struct store *store, size_t index)
{
	return &store->entries[index];
}

/* The folder two steps above the file. */
static int open_root(const char *path)
{
	char *root = memory_text(path);
	int descriptor;

	for (int i = 0; i < 2; i++) {
		char *slash = strrchr(root, '/');

		*slash = '\0';
	}
	descriptor = open(root[0] != '\0' ? root : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(root);
	return descriptor;
}

/* root is a descriptor of the Maildir. */
static bool find_moved(int root, struct span base, struct store_place *place)
{
	place->name = NULL;
	for (place->folder = FOLDER_NEW; place->folder <= FOLDER_CUR; place->folder++) {
		int folder = openat(
			root, store_folders[place->folder], O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (folder < 0)
			continue;
		place->name = store_find_in(folder, base);
		close(folder);
		if (place->name != NULL)
			return true;
	}
	return false;
}

/* The file, wherever another program has moved it meanwhile: from new to cur, to other flags. */
static int open_entry(const struct store_entry *entry)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	int descriptor = open(entry->path, flags);
	struct store_place place;
	int root;

	if (descriptor >= 0 || errno != ENOENT)
		return descriptor;
	root = open_root(entry->path);
	errno = ENOENT;
	if (root >= 0 && find_moved(root, store_base(name_of(entry)), &place)) {
		char *path = store_join(store_folders[place.folder], place.name);

		descriptor = openat(root, path, flags);
		free(path);
		free(place.name);
	}
	if (root >= 0)
		close(root);
	return descriptor;
}

static enum step read_file(int descriptor, const char *path, struct buffer *out, struct fail *fail)
{
	struct stat status;
	ssize_t count = 1;

	if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
		return fail_set(fail, FAIL_OPEN, "%s: it is no message", path);
	if (status.st_size > LIMIT_MESSAGE)
		return fail_set(fail, FAIL_OPEN, "%s: larger than the %d MiB that are read", path,
			LIMIT_MESSAGE >> 20);
	while (count != 0) {
		if (!buffer_reserve(out, LIMIT_READ) || out->length > LIMIT_MESSAGE)
			return fail_set(fail, FAIL_OPEN, "%s: it grows while it is read", path);
		count = read(descriptor, out->at + out->length, LIMIT_READ);
		if (count < 0 && errno != EINTR)
			return fail_set(fail, FAIL_OPEN, "%s: cannot read: %s", path,
				language_error(errno));
		out->length += count > 0 ? (size_t)count : 0;
	}
	return STEP_DONE;
}

/* Its beginning alone: one read takes as much as a header may have. */
static enum step read_beginning(
	int descriptor, const char *path, struct buffer *out, struct fail *fail)
{
	ssize_t count;

	if (!buffer_reserve(out, LIMIT_HEADER))
		return fail_set(fail, FAIL_OPEN, "%s: no room for its header", path);
	do
		count = read(descriptor, out->at + out->length, LIMIT_HEADER);
	while (count < 0 && errno == EINTR);
	if (count < 0)
		return fail_set(
			fail, FAIL_OPEN, "%s: cannot read: %s", path, language_error(errno));
	out->length += (size_t)count;
	return STEP_DONE;
}

/* Opens the entry's file for one of the two above. */
static enum step take_entry(const struct store_entry *entry,
	enum step (*take)(int descriptor, const char *path, struct buffer *out, struct fail *fail),
	struct buffer *out, struct fail *fail)
{
	int descriptor = open_entry(entry);
	enum step step;

	if (descriptor < 0)
		return fail_set(
			fail, FAIL_OPEN, "%s: cannot open: %s", entry->path, language_error(errno));
	step = take(descriptor, entry->path, out, fail);
	close(descriptor);
	return step;
}

enum step store_read(const struct store_entry *entry, struct buffer *out, struct fail *fail)
{
	return take_entry(entry, read_file, out, fail);
}

enum step store_read_header(const struct store_entry *entry, struct buffer *out, struct fail *fail)
{
	return take_entry(entry, read_beginning, out, fail);
}

static struct store_entry *entry_find(struct store *store, uint32_t number, struct fail *fail)
{
	if (number > 0 && number <= store->count)
		return &store->entries[number - 1];
	(void)fail_set(fail, FAIL_USAGE, "%s: there is no message %u in it", store->path, number);
	return NULL;
}

/* Where the entry's file is now. */
static enum step place_find(
	struct store *store, const char *path, struct store_place *place, struct fail *fail)
{
	const char *name = strrchr(path, '/') + 1;
	struct span base = store_base(name);
	struct stat status;

	for (place->folder = FOLDER_NEW; place->folder <= FOLDER_CUR; place->folder++) {
		if (fstatat(store->folder[place->folder], name, &status, AT_SYMLINK_NOFOLLOW) ==
			0) {
			place->name = memory_text(name);
			return STEP_DONE;
		}
	}
	for (place->folder = FOLDER_NEW; place->folder <= FOLDER_CUR; place->folder++) {
		place->name = store_find_in(store->folder[place->folder], base);
		if (place->name != NULL)
			return STEP_DONE;
	}
	return fail_set(fail, FAIL_OPEN, "%s: it is not there any more", path);
}

/* The name with the flag S among its flags, which stand in the order of ASCII. */
static void add_seen(struct buffer *name, const char *old)
{
	struct span base = store_base(old);
	struct span flags = span_from(span_text(old), base.length);
	bool is_added = false;

	flags = span_starts_letters(flags, ":2,") ? span_from(flags, 3) : span_of(NULL, 0);
	buffer_add_span(name, base);
	buffer_add_text(name, ":2,");
	for (size_t i = 0; i < flags.length; i++) {
		if (!is_added && flags.at[i] >= 'S') {
			buffer_add_byte(name, 'S');
			is_added = true;
		}
		if (flags.at[i] != 'S')
			buffer_add_byte(name, flags.at[i]);
	}
	if (!is_added)
		buffer_add_byte(name, 'S');
}

enum step store_mark_seen(struct store *store, uint32_t number, struct fail *fail)
{
	struct store_entry *entry = entry_find(store, number, fail);
	struct store_place place;
	struct buffer name;
	enum step step = STEP_DONE;

	if (entry == NULL || place_find(store, entry->path, &place, fail) == STEP_FAIL)
		return STEP_FAIL;
	buffer_init(&name, 0);
	add_seen(&name, place.name);
	if (renameat(store->folder[place.folder], place.name, store->folder[FOLDER_CUR],
		    buffer_text(&name)) != 0) {
		step = store_fail(store, _("cannot mark a message as read"), fail);
	} else {
		char *folder = store_join(store->path, store_folders[FOLDER_CUR]);

		free((char *)entry->path);
		entry->path = store_join(folder, buffer_text(&name));
		entry->is_seen = true;
		free(folder);
	}
	buffer_fini(&name);
	free(place.name);
	return step;
}

enum step store_delete(struct store *store, uint32_t number, struct fail *fail)
{
	struct store_entry *entry = entry_find(store, number, fail);
	struct store_place place;
	enum step step = STEP_DONE;

	if (entry == NULL)
		return STEP_FAIL;
	store_settle(store);
	if (place_find(store, entry->path, &place, fail) == STEP_FAIL)
		return STEP_FAIL;
	if (unlinkat(store->folder[place.folder], place.name, 0) != 0)
		step = store_fail(store, _("cannot delete a message"), fail);
	entry->is_deleted = step == STEP_DONE;
	free(place.name);
	return step;
}
