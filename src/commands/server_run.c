#include "commands/server_run.h"

#include "base/language.h"
#include "commands/command.h"
#include "live/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { DIFFERENCE = 1, CAPTURE_OFF = 2 };

enum step server_run_script(struct script *script, const struct text_list *files,
	const struct text_list *rules, struct fail *fail)
{
	enum step step = STEP_DONE;

	for (size_t i = 0; i < files->count && step == STEP_DONE; i++)
		step = script_read(script, files->at[i], fail);
	for (size_t i = 0; i < rules->count && step == STEP_DONE; i++)
		step = script_add(script, "--fault", span_text(rules->at[i]), fail);
	return step;
}

static void say_dropped(const char *where, uint64_t dropped)
{
	if (dropped > 0)
		command_say(stderr,
			language_count("mailscope: %s: the capture lost %llu packet",
				"mailscope: %s: the capture lost %llu packets", dropped),
			where, (unsigned long long)dropped);
}

/* By the writing thread. */
static void on_written(void *context, const struct host_written *written)
{
	struct server_run *run = context;
	const struct live_result *result = written->result;
	int status = result->differences > 0 ? DIFFERENCE : 0;

	if (written->fail != NULL)
		status = command_failed(written->fail);
	if (run->status == 0 || run->status == DIFFERENCE)
		run->status = status != 0 ? status : run->status;
	say_dropped(written->folder, result->dropped);
	if (run->keep.is_quiet)
		return;
	command_say(stdout, "Session: %s", written->folder);
	if (result->is_compared)
		command_say(stdout, "Log and wire: %s", result->summary);
	(void)fflush(stdout);
}

/* FOLDER/1, FOLDER/smtp-1, or one that is named by the time: then *path is NULL. */
static void name_folder(const struct server_run *run, const struct talk *talk, char **path)
{
	bool is_smtp = talk->kind->name[0] == 'S';

	*path = NULL;
	if (run->keep.folder != NULL && asprintf(path, "%s/%s%llu", run->keep.folder,
						!run->keep.has_protocol ? ""
						: is_smtp               ? "smtp-"
									: "pop3-",
						(unsigned long long)talk->session) < 0)
		abort();
}

static struct tap begin_session(void *context, const struct server_session *began)
{
	struct server_run *run = context;
	struct host_session session = {
		.prefix = began->talk->kind->name[0] == 'S' ? "smtp-server" : "pop3-server",
		.ends = began->ends};
	struct tap tap = {.context = NULL};
	struct fail fail;
	char *path;

	name_folder(run, began->talk, &path);
	session.folder = path;
	if (host_begin(run->host, &session, &tap, &fail) == STEP_FAIL)
		(void)command_failed(&fail);
	free(path);
	return tap;
}

static void end_session(void *context, struct tap tap)
{
	host_leave(((struct server_run *)context)->host, tap);
}

static void raise_limits(void)
{
	enum { FILES_MOST = 65536 };
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return;
	files.rlim_cur = files.rlim_max < FILES_MOST ? files.rlim_max : FILES_MOST;
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

void server_run_prepare(struct server_run *run, struct server_options *options)
{
	raise_limits();
	if (!run->keep.has_folders)
		return;
	if (options->sessions == 0 || options->sessions > host_most())
		options->sessions = host_most();
	options->begin = begin_session;
	options->end = end_session;
	options->audience = run;
}

static enum step make_folder(const struct server_keep *keep, struct fail *fail)
{
	struct buffer path;
	enum step step;

	if (keep->folder == NULL)
		return STEP_DONE;
	buffer_init(&path, 0);
	step = folder_make(&path, keep->folder, NULL, fail);
	buffer_fini(&path);
	return step;
}

enum step server_run_listen(struct server_run *run, struct server *server, struct fail *fail)
{
	const struct server_keep *keep = &run->keep;
	struct host_options options = {.live = {.has_capture = keep->capture != CAPTURE_OFF,
					       .has_secrets = !keep->no_secrets,
					       .has_diagram = !keep->no_diagram,
					       .command = keep->command},
		.hub = {.folder = keep->folder != NULL ? keep->folder : ".",
			.interface = keep->interface},
		.on_written = on_written,
		.context = run};

	if (keep->has_folders) {
		options.hub.address_count = server_addresses(server, &options.hub.addresses);
		if (make_folder(keep, fail) == STEP_FAIL)
			return STEP_FAIL;
		run->host = host_new(&options, fail);
		if (run->host == NULL)
			return STEP_FAIL;
	}
	return server_listen(server, fail);
}

int server_run_end(struct server_run *run, int status)
{
	uint64_t dropped = 0;
	struct fail fail;

	if (run->host != NULL && host_end(run->host, &dropped, &fail) == STEP_FAIL)
		run->status = command_failed(&fail);
	say_dropped(_("all sessions"), dropped);
	return status != 0 ? status : run->status;
}
