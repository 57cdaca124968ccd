#include "commands/replay.h"

#include "base/language.h"
#include "capture/capture.h"
#include "commands/keylog.h"
#include "dissect/dissect.h"
#include "tls/secrets.h"

#include <string.h>

struct loading {
	const struct replay_options *options;
	const char *name;
	struct tls_secrets *secrets;
	struct tape *tape;
	struct fail *fail; /* the first session's that could not be played */
	bool is_loaded, has_failed;
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void on_session(void *context, const struct session *session)
{
	struct loading *loading = context;
	struct fail fail;

	if (loading->is_loaded ||
		(loading->options->number > 0 && session->number != loading->options->number))
		return;
	tape_fini(loading->tape);
	if (tape_record(loading->tape, session, &fail) == STEP_DONE)
		loading->is_loaded = true;
	else if (!loading->has_failed)
		*loading->fail = fail;
	loading->has_failed = true;
}

static void on_row(void *context, const struct row *row)
{
	(void)context;
	(void)row;
}

static void on_secrets(void *context, uint32_t type, struct span text)
{
	struct loading *loading = context;

	if (type == TLS_SECRETS_DSB && !tls_secrets_add(loading->secrets, text))
		keylog_warn(loading->name);
}

/* What comes before damage is played all the same. */
static enum step read_frames(struct loading *loading, struct capture *capture, struct fail *fail)
{
	struct dissect_wants wants = {.lines = true, .texts = true, .secrets = loading->secrets};
	struct dissect_listener listener = {loading, on_session, on_row};
	struct dissect *dissect = dissect_new(loading->name, &wants, &listener);
	struct frame frame;
	enum step step;

	while ((step = capture_next(capture, &frame, fail)) == STEP_DONE)
		dissect_frame(dissect, &frame);
	dissect_end(dissect);
	dissect_free(dissect);
	return step;
}

static enum step load(struct loading *loading, struct fail *fail)
{
	struct capture_listener listener = {.context = loading, .on_secrets = on_secrets};
	struct capture *capture = capture_open(loading->options->capture, &listener, fail);
	enum step step;

	if (capture == NULL)
		return STEP_FAIL;
	step = read_frames(loading, capture, fail);
	capture_close(capture);
	if (loading->is_loaded) {
		if (step == STEP_FAIL)
			(void)command_failed(fail);
		return STEP_DONE;
	}
	if (step == STEP_FAIL)
		return STEP_FAIL;
	if (loading->has_failed) {
		*fail = *loading->fail;
		return STEP_FAIL;
	}
	return fail_set(fail, FAIL_DAMAGED,
		loading->options->number > 0 ? _("%s: no mail session of that number")
					     : _("%s: no mail session in this capture"),
		loading->name);
}

enum step replay_load(const struct replay_options *options, struct tape *tape, struct fail *fail)
{
	struct fail first = {.code = FAIL_NONE};
	struct loading loading = {.options = options,
		.name = base_name(options->capture),
		.tape = tape,
		.fail = &first};
	struct tls_secrets *secrets = NULL;
	enum step step;

	arena_init(&tape->arena);
	if (options->keylog != NULL && (secrets = keylog_load(options->keylog, fail)) == NULL)
		return STEP_FAIL;
	loading.secrets = tls_secrets_new(secrets);
	step = load(&loading, fail);
	tls_secrets_free(loading.secrets);
	tls_secrets_free(secrets);
	return step;
}
