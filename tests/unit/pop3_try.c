#include "pop3_try.h"

#include <stdio.h>

static void copy(char *to, size_t size, struct buffer *from)
{
	snprintf(to, size, "%s", buffer_text(from));
}

/* The sink, and the one that the first message breaks. */
struct taker {
	struct pop3_outcome *outcome;
	bool is_bad;
};

static enum step take(void *context, struct span octets, struct fail *fail)
{
	struct taker *taker = context;
	struct pop3_outcome *outcome = taker->outcome;

	if (taker->is_bad)
		return fail_set(fail, FAIL_WRITE, "the disk is full");
	octets = span_first(octets, sizeof outcome->text - 1 - outcome->length);
	memcpy(outcome->text + outcome->length, octets.at, octets.length);
	outcome->length += octets.length;
	return STEP_DONE;
}

static void hear_progress(void *context, uint64_t done, uint64_t all)
{
	struct pop3_outcome *outcome = context;

	outcome->done = done;
	outcome->all = all;
}

static void note_fail(struct pop3_outcome *outcome, const struct pop3_client *client)
{
	if (outcome->fail.code == FAIL_NONE)
		outcome->fail = *pop3_client_fail(client);
}

static void use(
	const struct pop3_try *what, struct pop3_client *client, struct pop3_outcome *outcome)
{
	const struct pop3_entry *entries = NULL;

	outcome->list = pop3_client_list(client, &entries, &outcome->count);
	for (size_t i = 0; outcome->list == STEP_DONE && i < outcome->count; i++) {
		struct taker taker = {outcome, what->has_bad_sink && i == 0};
		struct pop3_sink sink = {&taker, take};

		if (i < TRY_MESSAGES)
			outcome->entries[i] = entries[i];
		if (what->is_fetching)
			outcome->fetch = pop3_client_retrieve(client, &entries[i], &sink);
		note_fail(outcome, client);
		if (what->is_deleting)
			outcome->delete = pop3_client_delete(client, &entries[i]);
	}
}

struct pop3_outcome pop3_try(const struct pop3_try *what)
{
	struct pop3_outcome outcome = {
		.list = STEP_FAIL, .fetch = STEP_FAIL, .delete = STEP_FAIL, .quit = STEP_FAIL};
	struct mail_peer peer = {.split = what->split, .cut = what->cut};
	struct pop3_client_options options = what->options;
	struct pop3_client *client;

	options.on_progress = hear_progress;
	options.context = &outcome;
	mail_peer_meet_with(&peer, what->script, what->change);
	client = pop3_client_new(peer.connection, &options);
	outcome.begin = pop3_client_begin(client);
	if (outcome.begin == STEP_DONE && what->is_listing)
		use(what, client, &outcome);
	note_fail(&outcome, client);
	outcome.quit = pop3_client_quit(client);
	note_fail(&outcome, client);
	pop3_client_free(client);
	mail_peer_join(&peer);
	memcpy(outcome.wrong, peer.wrong, sizeof outcome.wrong);
	copy(outcome.notes, sizeof outcome.notes, &peer.ear.notes);
	copy(outcome.said, sizeof outcome.said, &peer.ear.octets[SIDE_CLIENT]);
	copy(outcome.order, sizeof outcome.order, &peer.ear.order);
	copy(outcome.guards, sizeof outcome.guards, &peer.ear.guards);
	mail_peer_part(&peer);
	return outcome;
}
