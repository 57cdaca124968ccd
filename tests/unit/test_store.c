#include "suite.h"

#include "base/memory.h"
#include "message/store.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char account[] = "ann@pop.example";

/* A folder that is not there yet, in one that is; to be removed by remove_store(). In memory where
 * that can be: a disk takes its time for each of the many thousand syncs. */
static char *new_store(void)
{
	char folder[64];
	struct buffer path;
	char *text;

	(void)snprintf(folder, sizeof folder, "%s/mailscope-store-XXXXXX",
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	buffer_init(&path, 0);
	buffer_printf(&path, "%s/a/mail", folder);
	text = memory_text(buffer_text(&path));
	buffer_fini(&path);
	return text;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static void remove_store(char *path)
{
	path[strlen(path) - strlen("/a/mail")] = '\0';
	CU_ASSERT_EQUAL(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	free(path);
}

static struct store *open_store(const char *path)
{
	struct fail fail = {.code = FAIL_NONE};
	struct store *store = store_open(path, &fail);

	if (store == NULL)
		CU_FAIL_FATAL(fail.text);
	return store;
}

static enum step add(struct store *store, const char *id, const char *text)
{
	struct fail fail = {.code = FAIL_NONE};
	struct store_incoming *incoming = store_begin(store, account, id, &fail);
	struct span rest = span_text(text);

	if (incoming == NULL) {
		CU_FAIL(fail.text);
		return STEP_FAIL;
	}
	while (rest.length > 0) {
		CU_ASSERT_EQUAL(store_write(incoming, span_first(rest, 3), &fail), STEP_DONE);
		rest = span_from(rest, 3);
	}
	return store_commit(incoming, &fail);
}

/* The message's text; to be freed. */
static char *text_of(const struct store *store, size_t index)
{
	struct fail fail = {.code = FAIL_NONE};
	struct buffer out;
	char *text;

	buffer_init(&out, 0);
	if (store_read(store_entry(store, index), &out, &fail) != STEP_DONE)
		CU_FAIL(fail.text);
	text = memory_text(buffer_text(&out));
	buffer_fini(&out);
	return text;
}

static void has_text(const struct store *store, size_t index, const char *expected)
{
	char *text = text_of(store, index);

	CU_ASSERT_STRING_EQUAL(text, expected);
	free(text);
}

static void test_messages(void)
{
	char *path = new_store();
	struct store *store = open_store(path);
	struct fail fail;
	struct stat status;

	CU_ASSERT_EQUAL(stat(path, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0700);
	CU_ASSERT_EQUAL(store_count(store), 0);
	CU_ASSERT_EQUAL(add(store, "1", "one\r\n"), STEP_DONE);
	CU_ASSERT_EQUAL(add(store, "2", "two"), STEP_DONE);
	CU_ASSERT_EQUAL(add(store, "3", ""), STEP_DONE);
	CU_ASSERT_EQUAL(store_count(store), 0); /* seen when it is opened again */
	store_close(store);
	store = open_store(path);
	CU_ASSERT_EQUAL_FATAL(store_count(store), 3);
	has_text(store, 0, "one\r\n");
	has_text(store, 1, "two");
	has_text(store, 2, "");
	CU_ASSERT_EQUAL(store_entry(store, 0)->number, 1);
	CU_ASSERT_EQUAL(store_entry(store, 0)->octets, 5);
	CU_ASSERT_TRUE(store_entry(store, 0)->received + 100 > time(NULL));
	CU_ASSERT_FALSE(store_entry(store, 0)->is_seen);
	CU_ASSERT_EQUAL(stat(store_entry(store, 0)->path, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0600);
	CU_ASSERT_EQUAL(store_mark_seen(store, 1, &fail), STEP_DONE);
	CU_ASSERT_EQUAL(store_mark_seen(store, 1, &fail), STEP_DONE);
	CU_ASSERT_TRUE(store_entry(store, 0)->is_seen);
	has_text(store, 0, "one\r\n");
	CU_ASSERT_EQUAL(store_delete(store, 2, &fail), STEP_DONE);
	CU_ASSERT_EQUAL(store_delete(store, 2, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_OPEN);
	CU_ASSERT_EQUAL(store_delete(store, 4, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_USAGE);
	CU_ASSERT_EQUAL(store_delete(store, 0, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(store_mark_seen(store, 9, &fail), STEP_FAIL);
	store_close(store);
	store = open_store(path);
	CU_ASSERT_EQUAL_FATAL(store_count(store), 2);
	has_text(store, 0, "one\r\n");
	CU_ASSERT_TRUE(store_entry(store, 0)->is_seen);
	has_text(store, 1, "");
	store_close(store);
	remove_store(path);
}

static void test_ids(void)
{
	static const char *const left[] = {"2", "never seen"};
	char *path = new_store();
	struct store *store = open_store(path);
	struct fail fail;

	CU_ASSERT_FALSE(store_has(store, account, "1"));
	CU_ASSERT_EQUAL(add(store, "1", "one"), STEP_DONE);
	CU_ASSERT_EQUAL(add(store, "2", "two"), STEP_DONE);
	CU_ASSERT_TRUE(store_has(store, account, "1"));
	CU_ASSERT_FALSE(store_has(store, "other", "1"));
	CU_ASSERT_EQUAL(add(store, "1", "one"), STEP_MORE);
	store_close(store);
	store = open_store(path);
	CU_ASSERT_EQUAL_FATAL(store_count(store), 2);
	CU_ASSERT_EQUAL(store_delete(store, 1, &fail), STEP_DONE);
	CU_ASSERT_EQUAL(store_delete(store, 2, &fail), STEP_DONE);
	store_close(store);
	store = open_store(path); /* deleted here, and still known */
	CU_ASSERT_EQUAL(store_count(store), 0);
	CU_ASSERT_TRUE(store_has(store, account, "1"));
	CU_ASSERT_TRUE(store_has(store, account, "2"));
	CU_ASSERT_EQUAL(store_forget_others(store, "other", NULL, 0, &fail), STEP_DONE);
	CU_ASSERT_TRUE(store_has(store, account, "1"));
	CU_ASSERT_EQUAL(store_forget_others(store, account, left, 2, &fail), STEP_DONE);
	CU_ASSERT_FALSE(store_has(store, account, "1"));
	CU_ASSERT_TRUE(store_has(store, account, "2"));
	CU_ASSERT_FALSE(store_has(store, account, "never seen"));
	store_close(store);
	store = open_store(path);
	CU_ASSERT_FALSE(store_has(store, account, "1"));
	CU_ASSERT_TRUE(store_has(store, account, "2"));
	CU_ASSERT_EQUAL(add(store, "1", "a server that gives an id again"), STEP_DONE);
	store_close(store);
	remove_store(path);
}

/* Without ids: what comes again after a cut fetch is one message, what comes twice is two. */
static void test_no_ids(void)
{
	char *path = new_store();
	struct store *store = open_store(path);
	struct fail fail;

	CU_ASSERT_EQUAL(add(store, "", "same"), STEP_DONE);
	CU_ASSERT_EQUAL(add(store, "", "same"), STEP_DONE);
	CU_ASSERT_EQUAL(add(store, "", "other"), STEP_DONE);
	CU_ASSERT_FALSE(store_has(store, account, ""));
	store_close(store); /* cut off */
	store = open_store(path);
	CU_ASSERT_EQUAL(add(store, "", "same"), STEP_MORE);
	CU_ASSERT_EQUAL(add(store, "", "same"), STEP_MORE);
	CU_ASSERT_EQUAL(add(store, "", "same"), STEP_DONE);
	store_close(store); /* again */
	store = open_store(path);
	CU_ASSERT_EQUAL(add(store, "", "same"), STEP_MORE);
	CU_ASSERT_EQUAL(add(store, "", "same"), STEP_MORE);
	CU_ASSERT_EQUAL(add(store, "", "other"), STEP_MORE);
	CU_ASSERT_EQUAL(add(store, "", "same"), STEP_MORE);
	CU_ASSERT_EQUAL(store_forget_others(store, account, NULL, 0, &fail), STEP_DONE);
	store_close(store);
	store = open_store(path);
	CU_ASSERT_EQUAL(store_count(store), 4);
	CU_ASSERT_EQUAL(add(store, "", "same"), STEP_DONE);
	store_close(store);
	remove_store(path);
}

static void put(const char *folder, const char *name, const char *text)
{
	struct buffer path;
	FILE *file;

	buffer_init(&path, 0);
	buffer_printf(&path, "%s/%s", folder, name);
	file = fopen(buffer_text(&path), "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_TRUE(fputs(text, file) >= 0);
	CU_ASSERT_EQUAL(fclose(file), 0);
	buffer_fini(&path);
}

static void make(const char *folder, const char *name)
{
	struct buffer path;

	buffer_init(&path, 0);
	buffer_printf(&path, "%s/%s", folder, name);
	CU_ASSERT_EQUAL(mkdir(buffer_text(&path), 0700), 0);
	buffer_fini(&path);
}

/* A Maildir of other programs. */
static void test_foreign(void)
{
	char *path = new_store();
	struct store *store;
	struct store *other;
	struct fail fail;

	store_close(open_store(path));
	put(path, "dovecot-uidlist", "3 V1 N1\n");
	make(path, ".Sent");
	make(path, "cur/folder");
	put(path, "cur/1000000003.M1P2.host,S=3,W=4:2,FRS", "abc");
	put(path, "cur/1000000001.1_2.host:2,D", "drafty");
	put(path, "new/1000000002.Q1.host", "n");
	put(path, "new/strange name", "strange");
	put(path, "new/.hidden", "x");
	store = open_store(path);
	CU_ASSERT_EQUAL_FATAL(store_count(store), 4);
	has_text(store, 0, "drafty");
	has_text(store, 1, "n");
	has_text(store, 2, "abc");
	has_text(store, 3, "strange");
	CU_ASSERT_EQUAL(store_entry(store, 0)->octets, 6);
	CU_ASSERT_EQUAL(store_entry(store, 0)->received, 1000000001);
	CU_ASSERT_TRUE(store_entry(store, 2)->is_seen);
	CU_ASSERT_TRUE(store_entry(store, 2)->is_flagged);
	CU_ASSERT_TRUE(store_entry(store, 2)->is_answered);
	other = open_store(path); /* moves what the first has open */
	CU_ASSERT_EQUAL(store_mark_seen(other, 1, &fail), STEP_DONE);
	CU_ASSERT_EQUAL(store_mark_seen(other, 2, &fail), STEP_DONE);
	CU_ASSERT_PTR_NOT_NULL(strstr(store_entry(other, 0)->path, "cur/1000000001.1_2.host:2,DS"));
	store_close(other);
	has_text(store, 0, "drafty");
	has_text(store, 1, "n");
	CU_ASSERT_EQUAL(store_mark_seen(store, 2, &fail), STEP_DONE);
	CU_ASSERT_EQUAL(store_delete(store, 1, &fail), STEP_DONE);
	store_close(store);
	remove_store(path);
}

static void test_refused(void)
{
	char *path = new_store();
	struct fail fail = {.code = FAIL_NONE};
	char *above;

	store_close(open_store(path));
	above = memory_text(path);
	above[strlen(above) - strlen("/mail")] = '\0';
	CU_ASSERT_PTR_NULL(store_open(above, &fail)); /* has a folder "mail" in it */
	CU_ASSERT_EQUAL(fail.code, FAIL_OPEN);
	put(path, "file", "x");
	free(above);
	above = memory_new(1, strlen(path) + 6);
	memcpy(above, path, strlen(path));
	memcpy(above + strlen(path), "/file", 5);
	CU_ASSERT_PTR_NULL(store_open(above, &fail));
	CU_ASSERT_TRUE(fail.code == FAIL_OPEN || fail.code == FAIL_WRITE);
	free(above);
	remove_store(path);
}

/* Ids and accounts may say what they like: nothing of them becomes a path. */
static void test_hostile(void)
{
	static const char *const ids[] = {"../../x", "/etc/passwd", "a\nb", ":2,T", "\xff", "."};
	char *path = new_store();
	struct store *store = open_store(path);
	struct fail fail;

	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		struct store_incoming *incoming = store_begin(store, ids[i], ids[i], &fail);

		CU_ASSERT_PTR_NOT_NULL_FATAL(incoming);
		CU_ASSERT_EQUAL(store_write(incoming, span_text("x"), &fail), STEP_DONE);
		CU_ASSERT_EQUAL(store_commit(incoming, &fail), STEP_DONE);
		CU_ASSERT_TRUE(store_has(store, ids[i], ids[i]));
	}
	store_close(store);
	store = open_store(path);
	CU_ASSERT_EQUAL(store_count(store), 6);
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
		CU_ASSERT_TRUE(store_has(store, ids[i], ids[i]));
	store_close(store);
	remove_store(path);
}

static unsigned files_in(const char *store, const char *folder)
{
	struct buffer path;
	struct dirent *entry;
	unsigned count = 0;
	DIR *list;

	buffer_init(&path, 0);
	buffer_printf(&path, "%s/%s", store, folder);
	list = opendir(buffer_text(&path));
	while (list != NULL && (entry = readdir(list)) != NULL)
		count += entry->d_name[0] != '.';
	if (list != NULL)
		closedir(list);
	buffer_fini(&path);
	return count;
}

static void test_abandon(void)
{
	char *path = new_store();
	struct store *store = open_store(path);
	struct fail fail;
	struct store_incoming *incoming = store_begin(store, account, "1", &fail);

	CU_ASSERT_EQUAL(store_write(incoming, span_text("half"), &fail), STEP_DONE);
	CU_ASSERT_EQUAL(files_in(path, "tmp"), 1);
	store_abandon(incoming);
	CU_ASSERT_EQUAL(files_in(path, "tmp"), 0);
	CU_ASSERT_FALSE(store_has(store, account, "1"));
	store_close(store);
	remove_store(path);
}

static void test_stale(void)
{
	char *path = new_store();
	struct timeval old[2] = {{time(NULL) - 37 * 3600, 0}, {time(NULL) - 37 * 3600, 0}};
	struct buffer file;

	store_close(open_store(path));
	put(path, "tmp/old", "x");
	put(path, "tmp/young", "x");
	buffer_init(&file, 0);
	buffer_printf(&file, "%s/tmp/old", path);
	CU_ASSERT_EQUAL(utimes(buffer_text(&file), old), 0);
	buffer_fini(&file);
	store_close(open_store(path));
	CU_ASSERT_EQUAL(files_in(path, "tmp"), 1);
	remove_store(path);
}

static void test_lock(void)
{
	char *path = new_store();
	struct store *writer = open_store(path);
	struct store *reader;
	struct fail fail = {.code = FAIL_NONE};

	CU_ASSERT_EQUAL(add(writer, "1", "one"), STEP_DONE);
	reader = open_store(path);
	CU_ASSERT_EQUAL(store_count(reader), 1);
	CU_ASSERT_TRUE(store_has(reader, account, "1"));
	CU_ASSERT_PTR_NULL(store_begin(reader, account, "2", &fail));
	CU_ASSERT_EQUAL(fail.code, FAIL_TEMPORARY);
	CU_ASSERT_EQUAL(store_mark_seen(reader, 1, &fail), STEP_DONE);
	CU_ASSERT_EQUAL(add(writer, "2", "two"), STEP_DONE);
	store_close(writer);
	CU_ASSERT_FALSE(store_has(reader, account, "2"));
	CU_ASSERT_EQUAL(add(reader, "2", "two"), STEP_MORE); /* it learned of it */
	store_close(reader);
	remove_store(path);
}

/* Ten thousand messages are listed soon. */
static void test_many(void)
{
	char *path = new_store();
	struct store *store;
	struct timespec start;
	struct timespec end;

	store_close(open_store(path));
	for (int i = 0; i < 10000; i++) {
		char name[64];

		(void)snprintf(
			name, sizeof name, "cur/%d.M%06dP1.host,S=1:2,S", 1600000000 + i % 977, i);
		put(path, name, "x");
	}
	clock_gettime(CLOCK_MONOTONIC, &start);
	store = open_store(path);
	clock_gettime(CLOCK_MONOTONIC, &end);
	CU_ASSERT_EQUAL(store_count(store), 10000);
	for (size_t i = 1; i < store_count(store); i++)
		CU_ASSERT_TRUE(
			store_entry(store, i - 1)->received <= store_entry(store, i)->received);
	CU_ASSERT_TRUE(end.tv_sec - start.tv_sec <= 1);
	if (getenv("MAILSCOPE_TIMES") != NULL)
		printf("\n10000 messages: %.1f ms\n",
			(double)(end.tv_sec - start.tv_sec) * 1e3 +
				(double)(end.tv_nsec - start.tv_nsec) / 1e6);
	store_close(store);
	remove_store(path);
}

/* A mailbox on a server, in memory that a fetching child shares with the test. */
enum { MAILBOX = 50, KILLS = 100 };
struct mailbox {
	bool has_ids; /* it has UIDL */
	bool is_kept; /* --keep: nothing is deleted */
	bool is_gone[MAILBOX];
	unsigned finished; /* fetches that came to their end */
	unsigned stored;   /* commits that said so */
};

static void fill(struct buffer *text, int index)
{
	buffer_clear(text);
	buffer_printf(text, "Subject: message %d\r\n\r\n", index);
	for (int line = 0; line < index * 3; line++)
		buffer_printf(text, "line %d of message %d\r\n", line, index);
}

/* What a fetch does, and the server: it deletes all at QUIT. */
static int fetch(const char *path, struct mailbox *mailbox)
{
	bool is_marked[MAILBOX] = {false};
	char ids[MAILBOX][16];
	const char *left[MAILBOX];
	size_t left_count = 0;
	struct fail fail;
	struct store *store = store_open(path, &fail);
	struct buffer text;

	if (store == NULL)
		return 2;
	buffer_init(&text, 0);
	for (int i = 0; i < MAILBOX; i++) {
		struct store_incoming *incoming;

		(void)snprintf(ids[i], sizeof ids[i], mailbox->has_ids ? "id%d" : "", i);
		if (mailbox->is_gone[i])
			continue;
		if (!store_has(store, account, ids[i])) {
			incoming = store_begin(store, account, ids[i], &fail);
			if (incoming == NULL)
				return 3;
			fill(&text, i);
			if (store_write(incoming, buffer_span(&text), &fail) == STEP_FAIL ||
				store_commit(incoming, &fail) == STEP_FAIL)
				return 4;
			mailbox->stored++;
		}
		is_marked[i] = true;
	}
	for (int i = 0; i < MAILBOX; i++) {
		if (!mailbox->is_kept && is_marked[i])
			mailbox->is_gone[i] = true;
		else if (!mailbox->is_gone[i] && mailbox->has_ids)
			left[left_count++] = ids[i];
	}
	if (store_forget_others(store, account, left, left_count, &fail) == STEP_FAIL)
		return 5;
	mailbox->finished++;
	store_close(store);
	buffer_fini(&text);
	return 0;
}

/* How often each message is in the store. */
static void count_messages(const char *path, unsigned counts[MAILBOX])
{
	struct store *store = open_store(path);
	struct buffer expected;

	memset(counts, 0, MAILBOX * sizeof *counts);
	buffer_init(&expected, 0);
	for (size_t i = 0; i < store_count(store); i++) {
		char *text = text_of(store, i);
		int index = -1;

		CU_ASSERT_EQUAL(sscanf(text, "Subject: message %d", &index), 1);
		CU_ASSERT_TRUE_FATAL(index >= 0 && index < MAILBOX);
		fill(&expected, index);
		CU_ASSERT_STRING_EQUAL(text, buffer_text(&expected)); /* whole */
		counts[index]++;
		free(text);
	}
	buffer_fini(&expected);
	store_close(store);
}

/* A fetch that is killed after so many microseconds (0: not at all); whether it came to its end. */
static bool fetch_killed(const char *path, struct mailbox *mailbox, unsigned after)
{
	int status = 0;
	pid_t child = fork();

	CU_ASSERT_TRUE_FATAL(child >= 0);
	if (child == 0)
		_exit(fetch(path, mailbox));
	if (after > 0) {
		usleep(after);
		kill(child, SIGKILL);
	}
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	if (WIFEXITED(status))
		CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
	return WIFEXITED(status);
}

/* How long a whole fetch takes. */
static unsigned microseconds(struct mailbox mailbox)
{
	struct mailbox *shared = mmap(
		NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char *path = new_store();
	struct timespec start;
	struct timespec end;

	CU_ASSERT_TRUE_FATAL(shared != MAP_FAILED);
	*shared = mailbox;
	clock_gettime(CLOCK_MONOTONIC, &start);
	CU_ASSERT_TRUE(fetch_killed(path, shared, 0));
	clock_gettime(CLOCK_MONOTONIC, &end);
	CU_ASSERT_EQUAL(shared->stored, MAILBOX);
	CU_ASSERT_EQUAL(munmap(shared, sizeof *shared), 0);
	remove_store(path);
	return (unsigned)((end.tv_sec - start.tv_sec) * 1000000 +
			  (end.tv_nsec - start.tv_nsec) / 1000);
}

/* Killed at a hundred instants: none lost, none twice. Each time the whole mailbox has come, the
 * next hundredth begins anew. */
static void kill_often(bool has_ids, bool is_kept)
{
	const struct mailbox whole = {.has_ids = has_ids, .is_kept = is_kept};
	struct mailbox *mailbox = mmap(
		NULL, sizeof *mailbox, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned span = microseconds(whole);
	unsigned kills = 0;
	unsigned rounds = 0;

	CU_ASSERT_TRUE_FATAL(mailbox != MAP_FAILED);
	for (; kills < KILLS; rounds++) {
		char *path = new_store();
		unsigned counts[MAILBOX];
		bool is_done = false;

		*mailbox = whole;
		while (!is_done) {
			is_done = fetch_killed(path, mailbox, 1 + (unsigned)random() % span);
			kills += !is_done;
			/* About every other fetch is to be killed, however busy the machine is. */
			span = is_done ? span - span / 4 : span + span / 8 + 10;
			count_messages(path, counts);
			for (int i = 0; i < MAILBOX; i++)
				CU_ASSERT_TRUE(
					counts[i] == 1 || (counts[i] == 0 && !mailbox->is_gone[i]));
		}
		for (int i = 0; i < MAILBOX; i++)
			CU_ASSERT_EQUAL(counts[i], 1);
		remove_store(path);
	}
	if (getenv("MAILSCOPE_TIMES") != NULL)
		printf("\nids %d, kept %d: %u kills, %u mailboxes, %u us each\n", has_ids, is_kept,
			kills, rounds, span);
	CU_ASSERT_EQUAL(munmap(mailbox, sizeof *mailbox), 0);
}

static void test_kill_kept(void)
{
	kill_often(true, true);
}

static void test_kill_deleted(void)
{
	kill_often(true, false);
}

static void test_kill_no_ids(void)
{
	kill_often(false, false);
}

/* Whichever instant it is killed at, deleting what it left does not bring it back. */
static void test_kill_delete(void)
{
	struct mailbox *mailbox = mmap(
		NULL, sizeof *mailbox, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned span = microseconds((struct mailbox){.has_ids = true, .is_kept = true});
	char *path = new_store();
	unsigned patience = span / 4;
	unsigned deleted = 0;
	bool is_done = false;

	CU_ASSERT_TRUE_FATAL(mailbox != MAP_FAILED);
	*mailbox = (struct mailbox){.has_ids = true, .is_kept = true};
	while (!is_done) {
		struct store *store;
		struct fail fail;

		is_done = fetch_killed(path, mailbox, 1 + (unsigned)random() % (patience + 1));
		patience += span / 16;
		store = open_store(path);
		for (size_t i = 0; i < store_count(store); i++, deleted++)
			CU_ASSERT_EQUAL(store_delete(store, (uint32_t)(i + 1), &fail), STEP_DONE);
		store_close(store);
	}
	CU_ASSERT_EQUAL(deleted, MAILBOX);
	CU_ASSERT_EQUAL(munmap(mailbox, sizeof *mailbox), 0);
	remove_store(path);
}

static void test_default_path(void)
{
	char *path;

	setenv("MAILSCOPE_STORE", "/x/y", 1);
	path = store_default_path();
	CU_ASSERT_STRING_EQUAL(path, "/x/y");
	free(path);
	unsetenv("MAILSCOPE_STORE");
	setenv("XDG_DATA_HOME", "/data", 1);
	path = store_default_path();
	CU_ASSERT_STRING_EQUAL(path, "/data/mailscope/mail");
	free(path);
	unsetenv("XDG_DATA_HOME");
	path = store_default_path();
	CU_ASSERT_PTR_NOT_NULL(strstr(path, "/.local/share/mailscope/mail"));
	free(path);
}

SUITE(store, {"messages", test_messages}, {"ids", test_ids}, {"no ids", test_no_ids},
	{"foreign", test_foreign}, {"refused", test_refused}, {"hostile", test_hostile},
	{"abandoned", test_abandon}, {"stale", test_stale}, {"lock", test_lock},
	{"many", test_many}, {"killed, kept", test_kill_kept},
	{"killed, deleted", test_kill_deleted}, {"killed, no ids", test_kill_no_ids},
	{"killed, deleted here", test_kill_delete}, {"default path", test_default_path});
