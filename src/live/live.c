#include "live/live.h"

#include "base/language.h"
#include "base/memory.h"
#include "live/folder.h"
#include "live/live_parts.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SECRETS_FIRST = 4096 };

static void on_octets(void *context, enum side from, struct span octets, bool is_secret)
{
	struct live *live = context;

	live->is_said = live->has_dialogue = true;
	live->log_tap.on_octets(live->log_tap.context, from, octets, is_secret);
}

static void on_note(void *context, const char *note)
{
	struct live *live = context;

	live->is_said = true;
	live->log_tap.on_note(live->log_tap.context, note);
}

static void on_guard(void *context, struct span secret)
{
	struct live *live = context;

	live->log_tap.on_guard(live->log_tap.context, secret);
}

/* Grows into other memory, and wipes what it leaves. */
static void grow(struct buffer *secrets, size_t more)
{
	struct buffer larger;

	if (secrets->at != NULL && secrets->size - secrets->length >= more)
		return;
	buffer_init(&larger, secrets->limit);
	(void)buffer_reserve(&larger, 2 * (secrets->length + more) + SECRETS_FIRST);
	buffer_add_span(&larger, buffer_span(secrets));
	live_wipe(secrets);
	*secrets = larger;
}

static void on_secrets(void *context, const char *line)
{
	struct live *live = context;
	size_t length = strlen(line);

	if (live->secrets.length + length + 1 > LIMIT_SECRETS) {
		if (!live->has_left_out)
			on_note(live,
				_("More TLS secrets than are kept: the last ones are left out"));
		live->has_left_out = true;
		return;
	}
	grow(&live->secrets, length + 1);
	buffer_add_text(&live->secrets, line);
	buffer_add_byte(&live->secrets, '\n');
}

void live_wipe(struct buffer *secrets)
{
	if (secrets->at != NULL)
		OPENSSL_cleanse(secrets->at, secrets->size);
	buffer_fini(secrets);
}

/* What is spoken is known, on whatever port. */
static uint16_t spoken_port(const char *prefix)
{
	enum { SMTP = 25, POP3 = 110 };

	if (prefix == NULL)
		return 0;
	return strncmp(prefix, "smtp", 4) == 0 ? SMTP : strncmp(prefix, "pop3", 4) == 0 ? POP3 : 0;
}

struct live *live_new(const struct live_options *options, struct fail *fail)
{
	struct live *live = memory_new(1, sizeof *live);

	live->options = *options;
	if (options->interface != NULL)
		live->options.interface = live->interface = memory_text(options->interface);
	if (options->command != NULL)
		live->options.command = live->command = memory_text(options->command);
	live->known_port = spoken_port(options->prefix);
	live->options.folder = live->options.prefix = NULL;
	buffer_init(&live->folder, 0);
	buffer_init(&live->secrets, 0);
	if (folder_make(&live->folder, options->folder, options->prefix, fail) == STEP_DONE)
		live->log = session_log_new(buffer_text(&live->folder), fail);
	if (live->log == NULL) {
		live_free(live);
		return NULL;
	}
	live->log_tap = session_log_tap(live->log);
	return live;
}

/* A session that was never begun leaves nothing behind. */
static void remove_files(struct live *live)
{
	static const char *const names[] = {"session.log", "session.jsonl"};
	struct buffer path;

	buffer_init(&path, 0);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		buffer_clear(&path);
		buffer_printf(&path, "%s/%s", live_folder(live), names[i]);
		(void)unlink(buffer_text(&path));
	}
	(void)rmdir(live_folder(live));
	buffer_fini(&path);
}

void live_free(struct live *live)
{
	if (live == NULL)
		return;
	recording_free(live->recording);
	if (live->log != NULL) {
		(void)session_log_end(live->log, NULL);
		if (!live->is_said)
			remove_files(live);
	}
	live_wipe(&live->secrets);
	buffer_fini(&live->folder);
	free(live->interface);
	free(live->command);
	free(live);
}

struct tap live_tap(struct live *live)
{
	return (struct tap){.context = live,
		.on_octets = on_octets,
		.on_note = on_note,
		.on_secrets = on_secrets,
		.on_guard = on_guard};
}

enum step live_listen(struct live *live, const struct connection *connection, struct fail *fail)
{
	const struct sockaddr_storage *addresses[LIMIT_ADDRESSES];
	size_t count = connection_address_count(connection);
	struct recording_options options = {.folder = live_folder(live),
		.interface = live->options.interface,
		.addresses = addresses,
		.address_count = count < LIMIT_ADDRESSES ? count : LIMIT_ADDRESSES};

	if (!live->options.has_capture)
		return STEP_DONE;
	for (size_t i = 0; i < options.address_count; i++)
		addresses[i] = connection_address(connection, i);
	live->recording = recording_new(&options, fail);
	return live->recording != NULL ? STEP_DONE : STEP_FAIL;
}

const char *live_folder(const struct live *live)
{
	return (const char *)live->folder.at;
}

/* The first failure is the one that is told. */
static void note_step(enum step *all, enum step step)
{
	if (*all == STEP_DONE && step == STEP_FAIL)
		*all = STEP_FAIL;
}

static struct fail *fail_unless(enum step all, struct fail *fail)
{
	return all == STEP_FAIL ? NULL : fail;
}

static enum step write_down(struct live *live, const struct live_frames *frames,
	struct live_result *result, struct fail *fail)
{
	struct live_work work = {.live = live, .frames = frames, .result = result};

	result->is_captured = true;
	result->dropped = frames->dropped;
	result->is_whole = frames->is_over;
	return live_write(&work, fail);
}

static enum step end_log(struct live *live, struct live_result *result, struct fail *fail)
{
	enum step step = session_log_end(live->log, fail);

	*result = (struct live_result){.packets = 0};
	live->log = NULL;
	return step;
}

static enum step end_recording(struct live *live, const struct connection_ends *ends,
	struct live_result *result, struct fail *fail)
{
	struct live_frames frames = {.reel = recording_reel(live->recording),
		.ends = ends_of(ends),
		.interface = recording_interface(live->recording),
		.filter = recording_filter(live->recording)};
	struct recording_result recorded = {.dropped = 0};
	enum step all = recording_end(live->recording, &frames.ends, &recorded, fail);

	frames.dropped = recorded.dropped;
	frames.is_over = recorded.is_over;
	note_step(&all, write_down(live, &frames, result, fail_unless(all, fail)));
	return all;
}

enum step live_end(struct live *live, const struct connection_ends *ends,
	struct live_result *result, struct fail *fail)
{
	enum step all = end_log(live, result, fail);

	if (live->recording != NULL)
		note_step(&all, end_recording(live, ends, result, fail_unless(all, fail)));
	recording_free(live->recording);
	live->recording = NULL;
	live_wipe(&live->secrets);
	return all;
}

enum step live_end_with(struct live *live, const struct live_frames *frames,
	struct live_result *result, struct fail *fail)
{
	enum step all = end_log(live, result, fail);

	if (frames != NULL)
		note_step(&all, write_down(live, frames, result, fail_unless(all, fail)));
	live_wipe(&live->secrets);
	return all;
}
