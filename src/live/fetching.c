#include "live/fetching.h"

#include "base/memory.h"

#include <stdlib.h>

/* Where a message goes, and what it will be called. */
struct arrival {
	struct store_incoming *incoming;
	char name[256];
};

static enum step take(void *context, struct span octets, struct fail *fail)
{
	const struct arrival *arrival = context;

	return store_write(arrival->incoming, octets, fail);
}

static enum step commit(struct fetching *fetching, struct arrival *arrival, struct fail *fail)
{
	enum step step = store_commit(arrival->incoming, fail);

	fetching->fetched += step == STEP_DONE;
	fetching->known += step == STEP_MORE;
	if (step == STEP_DONE && fetching->on_stored != NULL)
		fetching->on_stored(fetching->context, arrival->name);
	return step == STEP_FAIL ? STEP_FAIL : STEP_DONE;
}

/* From the server to the disk. STEP_MORE: the session ended early, as asked. */
static enum step fetch_one(struct fetching *fetching, struct pop3_client *client,
	const struct pop3_entry *entry, struct fail *fail)
{
	struct arrival arrival = {
		store_begin(fetching->store, fetching->account, entry->id, fail), ""};
	struct pop3_sink sink = {&arrival, take};
	const char *name;
	size_t length;
	enum step step;

	if (arrival.incoming == NULL)
		return STEP_FAIL;
	name = store_incoming_name(arrival.incoming);
	length = strnlen(name, sizeof arrival.name - 1);
	memcpy(arrival.name, name, length);
	step = pop3_client_retrieve(client, entry, &sink);
	if (step == STEP_DONE)
		return commit(fetching, &arrival, fail);
	store_abandon(arrival.incoming);
	if (step == STEP_FAIL)
		*fail = *pop3_client_fail(client);
	return step;
}

/* Only what is on the disk is deleted from the server. */
static enum step fetch_entry(struct fetching *fetching, struct pop3_client *client,
	const struct pop3_entry *entry, struct fail *fail)
{
	enum step step = STEP_DONE;

	if (entry->id[0] != '\0' && store_has(fetching->store, fetching->account, entry->id))
		fetching->known++;
	else
		step = fetch_one(fetching, client, entry, fail);
	if (step != STEP_DONE || !fetching->deletes)
		return step;
	step = pop3_client_delete(client, entry);
	fetching->marked += step == STEP_DONE;
	if (step == STEP_FAIL)
		*fail = *pop3_client_fail(client);
	return step;
}

/* The server's messages, and which of them are marked for deletion. */
struct listing {
	const struct pop3_entry *entries;
	bool *is_marked;
	size_t count;
};

/* Ids that the server has no more, once QUIT has removed what was marked, need not be remembered.
 */
static enum step forget(struct fetching *fetching, const struct listing *listing, struct fail *fail)
{
	const char **ids = memory_new(listing->count + 1, sizeof *ids);
	enum step step;
	size_t left = 0;

	for (size_t i = 0; i < listing->count; i++)
		if (!listing->is_marked[i] && listing->entries[i].id[0] != '\0')
			ids[left++] = listing->entries[i].id;
	step = store_forget_others(fetching->store, fetching->account, ids, left, fail);
	free(ids);
	return step;
}

/* A message that the server does not give, or that cannot be written, does not keep the others
 * back: the first failure is told at the end. */
static enum step fetch_entries(struct fetching *fetching, struct pop3_client *client,
	const struct listing *listing, struct fail *fail)
{
	enum step step, result = STEP_DONE;
	struct fail cause;

	for (size_t i = 0; i < listing->count && !pop3_client_is_over(client); i++) {
		if (fetching->most > 0 && fetching->fetched == fetching->most)
			break;
		if (fetching->on_message != NULL)
			fetching->on_message(fetching->context, i, listing->count);
		step = fetch_entry(fetching, client, &listing->entries[i], &cause);
		if (step == STEP_MORE)
			return STEP_MORE;
		listing->is_marked[i] = step == STEP_DONE && fetching->deletes;
		if (step == STEP_FAIL && result == STEP_DONE) {
			*fail = cause;
			result = STEP_FAIL;
		}
	}
	return result;
}

static enum step fetch_all(struct fetching *fetching, struct pop3_client *client,
	struct listing *listing, struct fail *fail)
{
	enum step step = pop3_client_begin(client);

	if (step == STEP_DONE)
		step = pop3_client_list(client, &listing->entries, &listing->count);
	if (step == STEP_FAIL)
		*fail = *pop3_client_fail(client);
	if (step != STEP_DONE)
		return step;
	listing->is_marked = memory_new(listing->count + 1, sizeof *listing->is_marked);
	return fetch_entries(fetching, client, listing, fail);
}

/* What was marked is removed by QUIT alone (RFC 1939 6), so its failure is one of the session. */
static enum step quit(struct fetching *fetching, struct pop3_client *client,
	const struct listing *listing, struct fail *fail)
{
	if (pop3_client_quit(client) == STEP_FAIL) {
		*fail = *pop3_client_fail(client);
		fetching->marked = 0;
		return STEP_FAIL;
	}
	return listing->is_marked != NULL ? forget(fetching, listing, fail) : STEP_DONE;
}

enum step fetching_talk(void *context, struct connection *connection, struct fail *fail)
{
	struct fetching *fetching = context;
	struct pop3_client *client = pop3_client_new(connection, &fetching->client);
	struct listing listing = {.entries = NULL};
	struct fail cause;
	enum step step = fetch_all(fetching, client, &listing, fail);

	if (quit(fetching, client, &listing, &cause) == STEP_FAIL && step == STEP_DONE) {
		*fail = cause;
		step = STEP_FAIL;
	}
	free(listing.is_marked);
	pop3_client_free(client);
	return step;
}
