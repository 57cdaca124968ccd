#include "commands/check_session.h"

#include "base/buffer.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "capture/capture.h"
#include "commands/keylog.h"
#include "dissect/dissect.h"
#include "tls/secrets.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct judging {
	struct check_result *result;
	const struct check_rules *rules;
	const struct check_wants *wants;
	const struct log *log; /* NULL: none */
	struct tls_secrets *secrets;
	bool *holds; /* of the session that is judged */
};

static uint64_t judge(struct judging *judging, const struct check_case *subject)
{
	uint64_t score = 0;

	for (size_t i = 0; i < judging->rules->count; i++) {
		judging->holds[i] = check_holds(&judging->rules->at[i], subject);
		score += judging->holds[i] ? judging->rules->at[i].points : 0;
	}
	return score;
}

static void on_session(void *context, const struct session *session)
{
	struct judging *judging = context;
	struct check_result *result = judging->result;
	struct check_case subject = {.session = session};
	struct comparison comparison;
	uint64_t score;

	if (judging->wants->session > 0 && judging->wants->session != session->number)
		return;
	if (judging->log != NULL) {
		compare(&comparison, judging->log, session);
		subject.comparison = &comparison;
	}
	score = judge(judging, &subject);
	if (!result->is_found || score > result->score) {
		memcpy(result->holds, judging->holds,
			judging->rules->count * sizeof *judging->holds);
		result->score = score;
		result->session = session->number;
		result->is_found = true;
	}
	if (judging->log != NULL)
		comparison_fini(&comparison);
}

static void on_row(void *context, const struct row *row)
{
	(void)context;
	(void)row;
}

static void on_secrets(void *context, uint32_t type, struct span text)
{
	struct judging *judging = context;

	if (type == TLS_SECRETS_DSB && !tls_secrets_add(judging->secrets, text))
		keylog_warn(judging->result->name);
}

static enum step judge_capture(struct judging *judging, const char *path, struct fail *fail)
{
	struct capture_listener capture_listener = {.context = judging, .on_secrets = on_secrets};
	struct dissect_listener listener = {judging, on_session, on_row};
	struct dissect_wants wants = {.lines = true,
		.findings = true,
		.texts = true,
		.headers = true,
		.hashes = true,
		.secrets = judging->secrets};
	struct capture *capture = capture_open(path, &capture_listener, fail);
	struct dissect *dissect;
	struct frame frame;
	enum step step;

	if (capture == NULL)
		return STEP_FAIL;
	dissect = dissect_new(judging->result->name, &wants, &listener);
	while ((step = capture_next(capture, &frame, fail)) == STEP_DONE)
		dissect_frame(dissect, &frame);
	dissect_end(dissect);
	dissect_free(dissect);
	capture_close(capture);
	return step == STEP_FAIL ? STEP_FAIL : STEP_DONE;
}

/* With the secrets of the key log, if one was named. */
static enum step judge_opened(struct judging *judging, const char *path, struct fail *fail)
{
	struct tls_secrets *secrets = NULL;
	enum step step;

	if (judging->wants->keylog != NULL &&
		(secrets = keylog_load(judging->wants->keylog, fail)) == NULL)
		return STEP_FAIL;
	judging->secrets = tls_secrets_new(secrets);
	step = judge_capture(judging, path, fail);
	tls_secrets_free(judging->secrets);
	tls_secrets_free(secrets);
	return step;
}

/* The log beside the capture; a file of that name that is no log is a mistake, and is said. */
static enum step judge_logged(
	struct judging *judging, const char *path, const char *log_path, struct fail *fail)
{
	struct buffer text;
	struct log log = {.count = 0};
	struct fail cause;
	enum step step;

	if (access(log_path, R_OK) != 0)
		return judge_opened(judging, path, fail);
	buffer_init(&text, LIMIT_LOG);
	arena_init(&log.arena);
	if ((step = file_read(log_path, &text, fail)) != STEP_FAIL &&
		(step = log_read(&log, buffer_span(&text), &cause)) == STEP_FAIL)
		(void)fail_set(fail, cause.code, "%s: %s", log_path, cause.text);
	if (step != STEP_FAIL) {
		struct judging logged = *judging;

		logged.log = &log;
		logged.result->has_log = true;
		step = judge_opened(&logged, path, fail);
	}
	log_fini(&log);
	buffer_fini(&text);
	return step;
}

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* "students/ann/" is ann, "captures/bob.pcapng.gz" bob. */
static char *name_of(const char *path, bool has_ending)
{
	size_t end = strlen(path), begin;
	char *name;

	while (end > 1 && path[end - 1] == '/')
		end--;
	for (begin = end; begin > 0 && path[begin - 1] != '/'; begin--)
		;
	name = memory_new(end - begin + 1, 1);
	memcpy(name, path + begin, end - begin);
	if (has_ending && name[0] != '.')
		name[strcspn(name, ".")] = '\0';
	return name;
}

/* The path up to the first dot of its last part. */
static int stem_length(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *last = slash != NULL ? slash + 1 : path;

	return (int)((size_t)(last - path) + strcspn(last, "."));
}

enum step check_session(struct check_result *result, const struct check_rules *rules,
	const char *path, const struct check_wants *wants, struct fail *fail)
{
	bool folder = is_folder(path);
	struct judging judging = {.result = result, .rules = rules, .wants = wants};
	struct buffer capture, log;
	enum step step;

	*result = (struct check_result){.name = name_of(path, !folder)};
	result->holds = memory_new(rules->count, sizeof *result->holds);
	judging.holds = memory_new(rules->count, sizeof *judging.holds);
	buffer_init(&capture, 0);
	buffer_init(&log, 0);
	buffer_printf(&capture, folder ? "%s/session.pcapng" : "%s", path);
	if (folder)
		buffer_printf(&log, "%s/session.log", path);
	else
		buffer_printf(&log, "%.*s.log", stem_length(path), path);
	step = judge_logged(&judging, buffer_text(&capture), buffer_text(&log), fail);
	buffer_fini(&capture);
	buffer_fini(&log);
	free(judging.holds);
	return step;
}

void check_result_fini(struct check_result *result)
{
	free(result->name);
	free(result->holds);
	*result = (struct check_result){.name = NULL};
}
