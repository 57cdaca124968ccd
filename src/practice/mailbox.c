#include "practice/mailbox.h"

#include "base/language.h"
#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { WRITE_AT_ONCE = 16 * 1024, NAME = 128 };

static char *join(const char *folder, const char *name)
{
	char *path = NULL;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		abort();
	return path;
}

static uint64_t count_files(const char *mailbox, const char *part)
{
	char *path = join(mailbox, part);
	DIR *folder = opendir(path);
	uint64_t count = 0;

	free(path);
	if (folder == NULL)
		return 0;
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

static bool make_folder(const char *path)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST;
}

enum step mailbox_open(
	struct mailbox *mailbox, const char *folder, const char *name, struct fail *fail)
{
	static const char *const parts[] = {"tmp", "new", "cur"};
	bool is_good;

	*mailbox = (struct mailbox){.path = join(folder, name)};
	is_good = make_folder(mailbox->path);
	for (size_t i = 0; i < 3 && is_good; i++) {
		char *path = join(mailbox->path, parts[i]);

		is_good = make_folder(path);
		free(path);
	}
	if (!is_good) {
		(void)fail_set(fail, FAIL_WRITE, "%s: cannot make a mailbox: %s", mailbox->path,
			language_error(errno));
		mailbox_fini(mailbox);
		return STEP_FAIL;
	}
	mailbox->count = count_files(mailbox->path, "new") + count_files(mailbox->path, "cur");
	return STEP_DONE;
}

void mailbox_fini(struct mailbox *mailbox)
{
	free(mailbox->path);
	mailbox->path = NULL;
}

struct delivery {
	int descriptor;
	char id[DELIVERY_ID];
	char name[NAME];
	char *path;            /* in tmp; NULL: it has left it */
	struct buffer waiting; /* not written yet */
	uint64_t octets;
	bool is_synced, has_failed;
};

/* Unlike any other here, and in the order in which they come. */
static void make_name(struct delivery *delivery)
{
	static uint64_t count;
	struct timespec now;
	char host[32] = "localhost";

	(void)gethostname(host, sizeof host - 1);
	for (char *at = host; *at != '\0'; at++)
		if (*at == '/' || *at == ':' || *at == ',' || *at <= ' ' || *at > '~')
			*at = '_';
	clock_gettime(CLOCK_REALTIME, &now);
	count++;
	snprintf(delivery->id, sizeof delivery->id, "%lldM%06ldP%ldQ%llu", (long long)now.tv_sec,
		now.tv_nsec / 1000, (long)getpid(), (unsigned long long)count);
	snprintf(delivery->name, sizeof delivery->name, "%lld.M%06ldP%ldQ%llu.%s",
		(long long)now.tv_sec, now.tv_nsec / 1000, (long)getpid(),
		(unsigned long long)count, host);
}

struct delivery *delivery_begin(const struct mailbox *mailbox, bool is_synced)
{
	struct delivery *delivery = memory_new(1, sizeof *delivery);
	char *folder = join(mailbox->path, "tmp");

	make_name(delivery);
	delivery->path = join(folder, delivery->name);
	delivery->is_synced = is_synced;
	free(folder);
	buffer_init(&delivery->waiting, 0);
	delivery->descriptor =
		open(delivery->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (delivery->descriptor >= 0)
		return delivery;
	delivery_abandon(delivery);
	return NULL;
}

const char *delivery_id(const struct delivery *delivery)
{
	return delivery->id;
}

static void delivery_free(struct delivery *delivery)
{
	if (delivery->descriptor >= 0)
		close(delivery->descriptor);
	buffer_fini(&delivery->waiting);
	free(delivery->path);
	free(delivery);
}

void delivery_abandon(struct delivery *delivery)
{
	if (delivery == NULL)
		return;
	if (delivery->descriptor >= 0 && delivery->path != NULL)
		(void)unlink(delivery->path);
	delivery_free(delivery);
}

static void flush(struct delivery *delivery)
{
	struct span left = buffer_span(&delivery->waiting);

	while (left.length > 0 && !delivery->has_failed) {
		ssize_t done = write(delivery->descriptor, left.at, left.length);

		if (done > 0)
			left = span_from(left, (size_t)done);
		else if (errno != EINTR)
			delivery->has_failed = true;
	}
	buffer_clear(&delivery->waiting);
}

bool delivery_write(struct delivery *delivery, struct span octets)
{
	delivery->octets += octets.length;
	buffer_add_span(&delivery->waiting, octets);
	if (delivery->waiting.length >= WRITE_AT_ONCE)
		flush(delivery);
	return !delivery->has_failed;
}

/* S is the file's size, W the one with CRLF line ends: the same, for it has them. */
static char *final_path(const struct delivery *delivery, const struct mailbox *mailbox)
{
	char *path = NULL;

	if (asprintf(&path, "%s/new/%s,S=%llu,W=%llu", mailbox->path, delivery->name,
		    (unsigned long long)delivery->octets, (unsigned long long)delivery->octets) < 0)
		abort();
	return path;
}

static bool link_into(const struct delivery *delivery, const struct mailbox *mailbox)
{
	char *path = final_path(delivery, mailbox);
	bool is_good = link(delivery->path, path) == 0;

	free(path);
	return is_good;
}

static void unlink_from(const struct delivery *delivery, const struct mailbox *mailbox)
{
	char *path = final_path(delivery, mailbox);

	(void)unlink(path);
	free(path);
}

static bool sync_folder(const struct mailbox *mailbox)
{
	char *path = join(mailbox->path, "new");
	int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_good = descriptor >= 0 && fsync(descriptor) == 0;

	if (descriptor >= 0)
		close(descriptor);
	free(path);
	return is_good;
}

/* It lies in tmp of the first mailbox, and moves. */
static bool move_into(struct delivery *delivery, const struct mailbox *mailbox)
{
	char *path = final_path(delivery, mailbox);
	bool is_good = rename(delivery->path, path) == 0;

	free(path);
	if (is_good) {
		free(delivery->path);
		delivery->path = NULL;
	}
	return is_good;
}

static bool put(struct delivery *delivery, struct mailbox *const *mailboxes, size_t count)
{
	size_t done = 0;

	if (count == 1 && !delivery->is_synced)
		return move_into(delivery, mailboxes[0]);
	while (done < count && link_into(delivery, mailboxes[done]) &&
		(!delivery->is_synced || sync_folder(mailboxes[done])))
		done++;
	if (done == count)
		return true;
	for (size_t i = 0; i <= done; i++)
		unlink_from(delivery, mailboxes[i]);
	return false;
}

bool delivery_commit(struct delivery *delivery, struct mailbox *const *mailboxes, size_t count)
{
	bool is_good;

	flush(delivery);
	is_good = !delivery->has_failed &&
		  (!delivery->is_synced || fsync(delivery->descriptor) == 0) &&
		  put(delivery, mailboxes, count);
	for (size_t i = 0; is_good && i < count; i++)
		mailboxes[i]->count++;
	delivery_abandon(delivery);
	return is_good;
}
