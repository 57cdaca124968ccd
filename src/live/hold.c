#include "live/hold.h"

#include "base/memory.h"

#include <stdlib.h>

/* Two who hear the same: the log first. */
struct both {
	struct tap log;
	const struct tap *listener;
};

static void on_octets(void *context, enum side from, struct span octets, bool is_secret)
{
	const struct both *both = context;

	both->log.on_octets(both->log.context, from, octets, is_secret);
	if (both->listener != NULL && both->listener->on_octets != NULL)
		both->listener->on_octets(both->listener->context, from, octets, is_secret);
}

static void on_note(void *context, const char *note)
{
	const struct both *both = context;

	both->log.on_note(both->log.context, note);
	if (both->listener != NULL && both->listener->on_note != NULL)
		both->listener->on_note(both->listener->context, note);
}

static void on_secrets(void *context, const char *line)
{
	const struct both *both = context;

	both->log.on_secrets(both->log.context, line);
}

static void on_guard(void *context, struct span secret)
{
	const struct both *both = context;

	both->log.on_guard(both->log.context, secret);
	if (both->listener != NULL && both->listener->on_guard != NULL)
		both->listener->on_guard(both->listener->context, secret);
}

static struct tap tap_of(struct both *both)
{
	return (struct tap){.context = both,
		.on_octets = on_octets,
		.on_note = on_note,
		.on_secrets = on_secrets,
		.on_guard = on_guard};
}

/* One that is being held. */
struct holding {
	struct live *live;
	struct connection *connection;
	struct connection_ends ends;
	struct live_outcome *outcome;
};

/* From the name of the server to the last octet. */
static enum step speak(struct holding *holding, const struct live_talk *talk, struct fail *fail)
{
	enum step step;

	if (connection_resolve(holding->connection, fail) == STEP_FAIL)
		return STEP_FAIL;
	if (live_listen(holding->live, holding->connection, fail) == STEP_FAIL) {
		holding->outcome->is_capture_refused = fail->code == FAIL_DENIED;
		return STEP_FAIL;
	}
	if (connection_open(holding->connection, fail) == STEP_FAIL)
		return STEP_FAIL;
	holding->outcome->is_connected = true;
	holding->ends = connection_ends(holding->connection);
	step = talk->run(talk->context, holding->connection, fail);
	connection_close(holding->connection);
	return step;
}

void live_hold(
	const struct live_hold *hold, const struct live_talk *talk, struct live_outcome *outcome)
{
	struct connection_options options = hold->connection;
	struct both both = {.listener = hold->listener};
	struct holding holding = {.outcome = outcome};

	*outcome = (struct live_outcome){.folder = NULL};
	holding.live = live_new(&hold->live, &outcome->session);
	if (holding.live == NULL)
		return;
	outcome->folder = memory_text(live_folder(holding.live));
	both.log = live_tap(holding.live);
	options.tap = tap_of(&both);
	holding.connection = connection_new(&options);
	holding.ends.local.ss_family = AF_UNSPEC;
	if (speak(&holding, talk, &outcome->session) == STEP_FAIL)
		connection_note(holding.connection, "%s", outcome->session.text);
	else
		outcome->session.code = FAIL_NONE;
	connection_free(holding.connection);
	if (live_end(holding.live, &holding.ends, &outcome->result, &outcome->files) != STEP_FAIL)
		outcome->files.code = FAIL_NONE;
	live_free(holding.live);
}

void live_outcome_fini(struct live_outcome *outcome)
{
	free(outcome->folder);
	outcome->folder = NULL;
}
