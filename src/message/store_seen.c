/* A line of a list is a key, and with it the file of a message that is about to come in; "+" says
 * that the one before it has come. So whenever the program is killed, at most one message is in
 * doubt, and whether its file is there settles it. */
#include "message/store_seen.h"

#include "base/buffer.h"
#include "base/language.h"
#include "base/memory.h"
#include "base/printable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct store_seen {
	char *folder;
	struct store_presence presence;
	GHashTable *known[STORE_KINDS]; /* key to how often, as a pointer */
	struct buffer doubt;            /* lists in which something was found out: keys of each */
};

/* Of the list's file, behind the account's digits. */
static const char *const endings[STORE_KINDS] = {"", ".unsettled"};

static void add_hex(char *text, const uint8_t *octets, size_t digits)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < digits; i++)
		text[i] = hex[octets[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
	text[digits] = '\0';
}

static void add_hash(char *text, struct span octets, size_t digits)
{
	uint8_t hash[EVP_MAX_MD_SIZE];

	if (EVP_Digest(octets.at, octets.length, hash, NULL, EVP_sha256(), NULL) != 1)
		abort();
	add_hex(text, hash, digits);
}

struct store_key store_key_id(const char *account, const char *id)
{
	struct store_key key = {.kind = STORE_BY_ID};

	add_hash(key.text, span_text(account), STORE_ACCOUNT);
	add_hash(key.text + STORE_ACCOUNT, span_text(id), STORE_ID);
	return key;
}

struct store_key store_key_content(const char *account, const uint8_t sha256[32])
{
	struct store_key key = {.kind = STORE_BY_CONTENT};

	add_hash(key.text, span_text(account), STORE_ACCOUNT);
	add_hex(key.text + STORE_ACCOUNT, sha256, STORE_ID);
	return key;
}

static guint times(const struct store_seen *seen, const struct store_key *key)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(seen->known[key->kind], key->text));
}

static void set_times(struct store_seen *seen, const struct store_key *key, guint count)
{
	g_hash_table_replace(seen->known[key->kind], g_strdup(key->text), GUINT_TO_POINTER(count));
}

static void count_key(struct store_seen *seen, const struct store_key *key)
{
	set_times(seen, key, key->kind == STORE_BY_ID ? 1 : times(seen, key) + 1);
}

static char *path_of(const struct store_seen *seen, const char *account, const char *ending)
{
	struct buffer path;
	char *text;

	buffer_init(&path, 0);
	buffer_printf(&path, "%s/%.*s%s", seen->folder, STORE_ACCOUNT, account, ending);
	text = memory_text(buffer_text(&path));
	buffer_fini(&path);
	return text;
}

/* Whether digits of a key stand at the front. */
static bool is_hex(struct span text, size_t digits)
{
	if (text.length < digits)
		return false;
	for (size_t i = 0; i < digits; i++)
		if (hex_value(text.at[i]) < 0)
			return false;
	return true;
}

/* The message of a line that no "+" followed. */
static void settle(struct store_seen *seen, const struct store_key *key, struct span base)
{
	if (base.length == 0 || !seen->presence.is_there(seen->presence.context, base))
		return;
	count_key(seen, key);
	buffer_add(&seen->doubt, key, sizeof *key);
}

/* Lines that are cut or damaged say nothing. */
static void read_lines(struct store_seen *seen, struct store_key *key, struct span text)
{
	struct span base = span_of(NULL, 0);

	while (text.length > 0) {
		struct span line = span_first(text, span_index(text, '\n'));

		text = span_from(text, line.length + 1);
		if (span_is(line, "+") && base.length > 0) {
			count_key(seen, key);
			base.length = 0;
		} else if (is_hex(line, STORE_ID)) {
			settle(seen, key, base);
			memcpy(key->text + STORE_ACCOUNT, line.at, STORE_ID);
			base = span_from(line, STORE_ID + 1);
			if (line.length == STORE_ID)
				count_key(seen, key);
		}
	}
	settle(seen, key, base);
}

static void read_list(struct store_seen *seen, const char *name)
{
	struct store_key key = {.kind = STORE_BY_ID};
	gchar *path;
	gchar *text = NULL;
	gsize length = 0;

	if (!is_hex(span_text(name), STORE_ACCOUNT))
		return;
	while (key.kind < STORE_KINDS && strcmp(name + STORE_ACCOUNT, endings[key.kind]) != 0)
		key.kind++;
	if (key.kind == STORE_KINDS)
		return;
	memcpy(key.text, name, STORE_ACCOUNT);
	path = g_build_filename(seen->folder, name, NULL);
	if (g_file_get_contents(path, &text, &length, NULL))
		read_lines(seen, &key, span_of(text, length));
	g_free(text);
	g_free(path);
}

static void read_lists(struct store_seen *seen)
{
	DIR *folder = opendir(seen->folder);
	struct dirent *entry;

	if (folder == NULL)
		return;
	while ((entry = readdir(folder)) != NULL)
		read_list(seen, entry->d_name);
	closedir(folder);
}

struct store_seen *store_seen_new(const char *folder, struct store_presence presence)
{
	struct store_seen *seen = memory_new(1, sizeof *seen);

	seen->folder = memory_text(folder);
	seen->presence = presence;
	buffer_init(&seen->doubt, 0);
	for (int i = 0; i < STORE_KINDS; i++)
		seen->known[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	read_lists(seen);
	return seen;
}

void store_seen_free(struct store_seen *seen)
{
	if (seen == NULL)
		return;
	for (int i = 0; i < STORE_KINDS; i++)
		g_hash_table_destroy(seen->known[i]);
	buffer_fini(&seen->doubt);
	free(seen->folder);
	free(seen);
}

static enum step fail_list(const char *path, struct fail *fail)
{
	return fail_set(fail, FAIL_WRITE, "%s: cannot write: %s", path, language_error(errno));
}

static bool sync_folder(const char *path)
{
	int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_done = descriptor >= 0 && fsync(descriptor) == 0;

	if (descriptor >= 0)
		close(descriptor);
	return is_done;
}

static bool write_all(int descriptor, struct span octets)
{
	while (octets.length > 0) {
		ssize_t count = write(descriptor, octets.at, octets.length);

		if (count < 0 && errno != EINTR)
			return false;
		octets = span_from(octets, count > 0 ? (size_t)count : 0);
	}
	return true;
}

static const char confirmed[] = "+\n";

/* A line that was cut off is ended first, or it would swallow the next. That a message has come is
 * not synced: where the line is lost, the file is still there to ask. */
static bool write_line(int descriptor, const char *line)
{
	char last = '\n';
	off_t end = lseek(descriptor, 0, SEEK_END);
	struct buffer text;
	bool is_done;

	if (end < 0 || (end > 0 && pread(descriptor, &last, 1, end - 1) != 1))
		return false;
	buffer_init(&text, 0);
	buffer_add_text(&text, last == '\n' ? "" : "\n");
	buffer_add_text(&text, line);
	is_done = write_all(descriptor, buffer_span(&text)) &&
		  (line == confirmed || fsync(descriptor) == 0);
	buffer_fini(&text);
	return is_done;
}

static bool make_folder(const char *path)
{
	if (mkdir(path, 0700) != 0)
		return errno == EEXIST;
	return sync_folder(path);
}

static enum step append(
	struct store_seen *seen, const struct store_key *key, const char *line, struct fail *fail)
{
	char *path = path_of(seen, key->text, endings[key->kind]);
	bool is_new;
	bool is_done = make_folder(seen->folder);
	int descriptor = -1;

	is_new = access(path, F_OK) != 0;
	if (is_done)
		descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	is_done = descriptor >= 0 && write_line(descriptor, line) &&
		  (!is_new || sync_folder(seen->folder));
	if (!is_done)
		(void)fail_list(path, fail);
	if (descriptor >= 0)
		close(descriptor);
	free(path);
	return is_done ? STEP_DONE : STEP_FAIL;
}

/* Through a file beside it: the list is whole at any instant. */
static enum step replace(const char *path, struct span text, struct fail *fail)
{
	char *beside = g_strconcat(path, ".tmp", NULL);
	int descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool is_done = descriptor >= 0 && write_all(descriptor, text) && fsync(descriptor) == 0;

	if (descriptor >= 0)
		is_done = close(descriptor) == 0 && is_done;
	is_done = is_done && rename(beside, path) == 0;
	if (!is_done)
		(void)fail_list(path, fail);
	g_free(beside);
	return is_done ? STEP_DONE : STEP_FAIL;
}

/* Writes the list anew, each key by itself, as often as it counts. */
static enum step rewrite(struct store_seen *seen, const struct store_key *of, struct fail *fail)
{
	char *path = path_of(seen, of->text, endings[of->kind]);
	struct buffer text;
	GHashTableIter iterator;
	gpointer key;
	gpointer count;
	enum step step;

	buffer_init(&text, 0);
	g_hash_table_iter_init(&iterator, seen->known[of->kind]);
	while (g_hash_table_iter_next(&iterator, &key, &count))
		for (guint i = 0;
			i < GPOINTER_TO_UINT(count) && strncmp(key, of->text, STORE_ACCOUNT) == 0;
			i++)
			buffer_printf(&text, "%s\n", (char *)key + STORE_ACCOUNT);
	step = replace(path, buffer_span(&text), fail);
	if (step == STEP_DONE && !sync_folder(seen->folder))
		step = fail_list(seen->folder, fail);
	buffer_fini(&text);
	free(path);
	return step;
}

/* What was in doubt is known from now on, whatever becomes of the files. */
static enum step write_doubt(struct store_seen *seen, struct fail *fail)
{
	struct span rest = buffer_span(&seen->doubt);
	enum step step = STEP_DONE;

	while (rest.length > 0 && step == STEP_DONE) {
		struct store_key key;

		memcpy(&key, rest.at, sizeof key);
		step = rewrite(seen, &key, fail);
		rest = span_from(rest, sizeof key);
	}
	buffer_clear(&seen->doubt);
	return step;
}

enum step store_seen_reload(struct store_seen *seen, bool is_writer, struct fail *fail)
{
	for (int i = 0; i < STORE_KINDS; i++)
		g_hash_table_remove_all(seen->known[i]);
	buffer_clear(&seen->doubt);
	read_lists(seen);
	return is_writer ? write_doubt(seen, fail) : STEP_DONE;
}

bool store_seen_has(const struct store_seen *seen, const struct store_key *key)
{
	return times(seen, key) > 0;
}

bool store_seen_repeats(struct store_seen *seen, const struct store_key *key)
{
	guint count = times(seen, key);

	if (count == 0)
		return false;
	if (key->kind == STORE_BY_CONTENT)
		set_times(seen, key, count - 1);
	return true;
}

enum step store_seen_begin(
	struct store_seen *seen, const struct store_key *key, const char *base, struct fail *fail)
{
	struct buffer line;
	enum step step;

	buffer_init(&line, 0);
	buffer_printf(&line, "%s %s\n", key->text + STORE_ACCOUNT, base);
	step = append(seen, key, buffer_text(&line), fail);
	buffer_fini(&line);
	return step;
}

enum step store_seen_confirm(
	struct store_seen *seen, const struct store_key *key, struct fail *fail)
{
	if (key->kind == STORE_BY_ID)
		count_key(seen, key);
	return append(seen, key, confirmed, fail);
}

/* What stays of an account's keys. */
struct keep {
	GHashTable *wanted; /* NULL: nothing */
	const char *account;
};

static gboolean is_forgotten(gpointer key, gpointer value, gpointer context)
{
	const struct keep *keep = context;

	(void)value;
	return strncmp(key, keep->account, STORE_ACCOUNT) == 0 &&
	       (keep->wanted == NULL || !g_hash_table_contains(keep->wanted, key));
}

static enum step forget_contents(
	struct store_seen *seen, const struct store_key *key, struct fail *fail)
{
	struct keep keep = {NULL, key->text};
	char *path = path_of(seen, key->text, endings[STORE_BY_CONTENT]);
	enum step step = STEP_DONE;

	g_hash_table_foreach_remove(seen->known[STORE_BY_CONTENT], is_forgotten, &keep);
	if (unlink(path) != 0 ? errno != ENOENT : !sync_folder(seen->folder))
		step = fail_list(path, fail);
	free(path);
	return step;
}

enum step store_seen_keep(struct store_seen *seen, const char *account, const char *const *ids,
	size_t count, struct fail *fail)
{
	struct store_key key = store_key_id(account, "");
	GHashTable *wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct keep keep = {wanted, key.text};
	enum step step;

	for (size_t i = 0; i < count; i++)
		g_hash_table_add(wanted, g_strdup(store_key_id(account, ids[i]).text));
	step = forget_contents(seen, &key, fail);
	if (step == STEP_DONE &&
		g_hash_table_foreach_remove(seen->known[STORE_BY_ID], is_forgotten, &keep) > 0)
		step = rewrite(seen, &key, fail);
	g_hash_table_destroy(wanted);
	return step;
}
