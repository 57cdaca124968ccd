/* A message on its way in: a file in tmp, then, whole and on the disk, in new. */
#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "message/store_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
	HOST_MOST = 64,
	NAME_MOST = 200, /* of a file; 255 is the most there is, flags come behind */
	RANDOM_OCTETS = 8,
};

struct store_incoming {
	struct store *store;
	char *account, *id;
	char name[NAME_MOST]; /* in tmp; in new its size comes behind */
	int descriptor;
	uint64_t octets;
	struct buffer waiting; /* octets not written yet */
	EVP_MD_CTX *hash;
};

/* What may stand in a file's name; a Maildir's own escapes are not needed to be unique. */
static void add_host(char *host)
{
	if (gethostname(host, HOST_MOST) != 0)
		memcpy(host, "localhost", sizeof "localhost");
	host[HOST_MOST - 1] = '\0';
	for (char *at = host; *at != '\0'; at++)
		if (strchr("/:,\\", *at) != NULL || *at <= ' ' || *at == 127)
			*at = '_';
}

/* Unique, and in the order in which messages came (https://cr.yp.to/proto/maildir.html). */
static void make_name(struct store_incoming *incoming)
{
	uint64_t chance = 0;
	char host[HOST_MOST];
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	add_host(host);
	if (RAND_bytes((uint8_t *)&chance, RANDOM_OCTETS) != 1)
		abort();
	(void)snprintf(incoming->name, sizeof incoming->name, "%lld.M%09ldP%ldR%016llx.%s",
		(long long)now.tv_sec, now.tv_nsec, (long)getpid(), (unsigned long long)chance,
		host);
}

struct store_incoming *store_begin(
	struct store *store, const char *account, const char *id, struct fail *fail)
{
	struct store_incoming *incoming;

	if (store_lock(store, fail) == STEP_FAIL)
		return NULL;
	incoming = memory_new(1, sizeof *incoming);
	incoming->store = store;
	incoming->account = memory_text(account);
	incoming->id = memory_text(id);
	buffer_init(&incoming->waiting, 0);
	incoming->hash = EVP_MD_CTX_new();
	if (incoming->hash == NULL || EVP_DigestInit_ex(incoming->hash, EVP_sha256(), NULL) != 1)
		abort();
	make_name(incoming);
	incoming->descriptor = openat(store->folder[FOLDER_TMP], incoming->name,
		O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (incoming->descriptor < 0) {
		(void)store_fail(store, _("cannot make a file in tmp"), fail);
		store_abandon(incoming);
		return NULL;
	}
	return incoming;
}

const char *store_incoming_name(const struct store_incoming *incoming)
{
	return incoming->name;
}

static enum step write_waiting(struct store_incoming *incoming, struct fail *fail)
{
	struct span rest = buffer_span(&incoming->waiting);

	while (rest.length > 0) {
		ssize_t count = write(incoming->descriptor, rest.at, rest.length);

		if (count < 0 && errno != EINTR)
			return store_fail(incoming->store, _("cannot write a message"), fail);
		rest = span_from(rest, count > 0 ? (size_t)count : 0);
	}
	buffer_clear(&incoming->waiting);
	return STEP_DONE;
}

enum step store_write(struct store_incoming *incoming, struct span octets, struct fail *fail)
{
	incoming->octets += octets.length;
	if (incoming->octets > LIMIT_MESSAGE)
		return fail_set(fail, FAIL_WRITE, "%s: a message of more than %d MiB",
			incoming->store->path, LIMIT_MESSAGE >> 20);
	if (octets.length > 0 && EVP_DigestUpdate(incoming->hash, octets.at, octets.length) != 1)
		abort();
	buffer_add_span(&incoming->waiting, octets);
	return incoming->waiting.length < LIMIT_READ ? STEP_DONE : write_waiting(incoming, fail);
}

static struct store_key key_of(struct store_incoming *incoming)
{
	uint8_t hash[EVP_MAX_MD_SIZE];

	if (incoming->id[0] != '\0')
		return store_key_id(incoming->account, incoming->id);
	if (EVP_DigestFinal_ex(incoming->hash, hash, NULL) != 1)
		abort();
	return store_key_content(incoming->account, hash);
}

/* Into new, under its own name and size. The list has said before that it comes: a message is in
 * the list when its file is there, whenever the program ends. */
static enum step move_in(
	struct store_incoming *incoming, const struct store_key *key, struct fail *fail)
{
	struct store *store = incoming->store;
	char name[NAME_MOST + 32];

	(void)snprintf(name, sizeof name, "%s,S=%llu", incoming->name,
		(unsigned long long)incoming->octets);
	if (store_seen_begin(store->seen, key, name, fail) == STEP_FAIL)
		return STEP_FAIL;
	if (renameat(store->folder[FOLDER_TMP], incoming->name, store->folder[FOLDER_NEW], name) !=
		0)
		return store_fail(store, _("cannot move a message to new"), fail);
	incoming->name[0] = '\0';
	if (fsync(store->folder[FOLDER_NEW]) != 0)
		return store_fail(store, _("cannot sync new"), fail);
	return store_seen_confirm(store->seen, key, fail);
}

enum step store_commit(struct store_incoming *incoming, struct fail *fail)
{
	struct store_key key = key_of(incoming);
	enum step step = write_waiting(incoming, fail);

	if (step == STEP_DONE && store_seen_repeats(incoming->store->seen, &key)) {
		step = STEP_MORE;
	} else if (step == STEP_DONE) {
		if (fsync(incoming->descriptor) != 0)
			step = store_fail(incoming->store, _("cannot sync a message"), fail);
		else
			step = move_in(incoming, &key, fail);
	}
	store_abandon(incoming);
	return step;
}

void store_abandon(struct store_incoming *incoming)
{
	if (incoming == NULL)
		return;
	if (incoming->descriptor >= 0) {
		close(incoming->descriptor);
		if (incoming->name[0] != '\0')
			unlinkat(incoming->store->folder[FOLDER_TMP], incoming->name, 0);
	}
	EVP_MD_CTX_free(incoming->hash);
	buffer_fini(&incoming->waiting);
	free(incoming->account);
	free(incoming->id);
	free(incoming);
}
