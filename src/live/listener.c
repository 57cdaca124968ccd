#include "live/listener.h"

#include "base/language.h"
#include "base/memory.h"
#include "live/helper_path.h"
#include "live/process.h"

#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Milliseconds until a program that says nothing is given up. */
enum { WAIT_UNTIL_HEARS = 5000, WAIT_UNTIL_ENDS = 2000 };

struct listener {
	struct listener_options options;
	struct process process;
	bool is_late;
	pthread_t thread;
	bool has_thread;
	pthread_mutex_t lock; /* for all below, and around what is called */
	pthread_cond_t changed;
	bool hears, has_ended;
	uint64_t dropped;
	struct fail fail; /* why its pcapng could not be read on */
};

static struct timespec time_after(int milliseconds)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	time.tv_sec += milliseconds / 1000;
	time.tv_nsec += (long)(milliseconds % 1000) * 1000000;
	if (time.tv_nsec >= 1000000000) {
		time.tv_nsec -= 1000000000;
		time.tv_sec++;
	}
	return time;
}

static void on_interface(void *context, int link_type)
{
	struct listener *listener = context;

	pthread_mutex_lock(&listener->lock);
	listener->options.on_interface(listener->options.context, link_type);
	listener->hears = true;
	pthread_cond_signal(&listener->changed);
	pthread_mutex_unlock(&listener->lock);
}

/* What was dropped since the beginning, of the one interface. */
static void on_dropped(void *context, uint32_t interface, uint64_t count)
{
	struct listener *listener = context;

	(void)interface;
	pthread_mutex_lock(&listener->lock);
	if (count > listener->dropped && listener->options.on_lost != NULL)
		listener->options.on_lost(listener->options.context, count - listener->dropped);
	listener->dropped = count;
	pthread_mutex_unlock(&listener->lock);
}

static void take_frame(struct listener *listener, const struct frame *frame)
{
	pthread_mutex_lock(&listener->lock);
	listener->options.on_frame(listener->options.context, frame);
	pthread_cond_signal(&listener->changed);
	pthread_mutex_unlock(&listener->lock);
}

static void *take_all(void *context)
{
	struct listener *listener = context;
	struct capture_listener heard = {
		.context = listener, .on_interface = on_interface, .on_dropped = on_dropped};
	struct fail fail = {.code = FAIL_NONE};
	struct capture *capture =
		capture_open_descriptor(listener->process.out, _("what it wrote"), &heard, &fail);
	struct frame frame;

	while (capture != NULL && capture_next(capture, &frame, &fail) == STEP_DONE)
		take_frame(listener, &frame);
	capture_close(capture);
	pthread_mutex_lock(&listener->lock);
	listener->has_ended = true;
	listener->fail = fail;
	pthread_cond_signal(&listener->changed);
	pthread_mutex_unlock(&listener->lock);
	return NULL;
}

/* Signals are for the other threads. */
static bool start_thread(struct listener *listener)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	listener->has_thread = pthread_create(&listener->thread, NULL, take_all, listener) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return listener->has_thread;
}

static struct listener *begin(const struct listener_options *options)
{
	struct listener *listener = memory_new(1, sizeof *listener);
	pthread_condattr_t attributes;

	listener->options = *options;
	pthread_mutex_init(&listener->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&listener->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	listener->process = (struct process){-1, -1, -1, -1};
	return listener;
}

void listener_wait(struct listener *listener, bool (*is_enough)(void *context), void *context,
	int milliseconds)
{
	struct timespec end = time_after(milliseconds);

	pthread_mutex_lock(&listener->lock);
	while (!listener->has_ended && (is_enough == NULL || !is_enough(context)) &&
		pthread_cond_timedwait(&listener->changed, &listener->lock, &end) == 0)
		continue;
	pthread_mutex_unlock(&listener->lock);
}

bool listener_is_late(const struct listener *listener)
{
	return listener->is_late;
}

static bool hears(void *context)
{
	return ((const struct listener *)context)->hears;
}

bool listener_has_ended(struct listener *listener)
{
	bool is_it;

	pthread_mutex_lock(&listener->lock);
	is_it = listener->has_ended;
	pthread_mutex_unlock(&listener->lock);
	return is_it;
}

/* Waits until the program has ended, and the thread with it; the exit status. */
static int join(struct listener *listener, struct buffer *said)
{
	if (listener->has_thread) {
		listener_wait(listener, NULL, NULL, WAIT_UNTIL_ENDS);
		if (!listener_has_ended(listener))
			process_kill(&listener->process);
		pthread_join(listener->thread, NULL);
		listener->has_thread = false;
		listener->process.out = -1; /* the capture that was read from it closed it */
	}
	return process_end(&listener->process, WAIT_UNTIL_ENDS, said);
}

static void release(struct listener *listener)
{
	pthread_cond_destroy(&listener->changed);
	pthread_mutex_destroy(&listener->lock);
	free(listener);
}

void listener_free(struct listener *listener)
{
	struct buffer said;

	if (listener == NULL)
		return;
	buffer_init(&said, 0);
	process_kill(&listener->process);
	(void)join(listener, &said);
	buffer_fini(&said);
	release(listener);
}

/* Why it did not hear. */
static enum step explain(struct listener *listener, const char *program, struct fail *fail)
{
	bool is_silent = !listener_has_ended(listener);
	struct buffer said;
	int status;

	buffer_init(&said, 0);
	if (is_silent)
		process_kill(&listener->process);
	status = join(listener, &said);
	if (is_silent)
		(void)fail_set(fail, FAIL_OPEN,
			"capture: %s did not begin to hear within %d seconds", program,
			WAIT_UNTIL_HEARS / 1000);
	else if (said.length > 0)
		(void)fail_set(fail, status == FAIL_DENIED ? FAIL_DENIED : FAIL_OPEN, "capture: %s",
			buffer_text(&said));
	else if (listener->fail.code != FAIL_NONE)
		(void)fail_set(fail, status == FAIL_DENIED ? FAIL_DENIED : FAIL_OPEN,
			"capture: %s: %s", program, listener->fail.text);
	else
		(void)fail_set(fail, status == FAIL_DENIED ? FAIL_DENIED : FAIL_OPEN,
			"capture: %s ended with status %d", program, status);
	buffer_fini(&said);
	return STEP_FAIL;
}

static enum step attempt(struct listener *listener, const char *const *arguments, struct fail *fail)
{
	bool is_hearing;

	listener->hears = listener->has_ended = false;
	if (process_start(&listener->process, arguments, fail) == STEP_FAIL)
		return STEP_FAIL;
	if (!start_thread(listener))
		return fail_set(fail, FAIL_INTERNAL, "capture: cannot start a thread");
	listener_wait(listener, hears, listener, WAIT_UNTIL_HEARS);
	pthread_mutex_lock(&listener->lock);
	is_hearing = listener->hears;
	pthread_mutex_unlock(&listener->lock);
	return is_hearing ? STEP_DONE : explain(listener, arguments[0], fail);
}

/* With a buffer and snapshots as long as the helper's. It does not notice that nobody is there any
 * more, so that it is given a day. */
static enum step attempt_dumpcap(struct listener *listener)
{
	const char *arguments[] = {"dumpcap", "-q", "-s", "65600", "-B", "32", "-a",
		"duration:86400", "-w", "-", "-i", listener->options.interface, "-f",
		listener->options.filter, NULL};

	listener->is_late = true;
	return attempt(listener, arguments, NULL);
}

static const char without[] = N_("or do without the capture: --capture off");

/* It was installed for a group. */
static void deny_group(const char *helper, struct fail *fail)
{
	struct stat status;
	const struct group *group = stat(helper, &status) == 0 ? getgrgid(status.st_gid) : NULL;
	const char *name = group != NULL ? group->gr_name : _("GROUP");

	(void)fail_set(fail, FAIL_DENIED,
		"capture: the group %s alone may run %s. To join it: sudo usermod -aG %s $USER, "
		"and "
		"log in anew; %s",
		name, helper, name, _(without));
}

static void deny(const struct listener *listener, const char *helper, struct fail *fail)
{
	const char *interface = listener->options.interface;

	if (helper != NULL && access(helper, X_OK) != 0)
		deny_group(helper, fail);
	else if (helper == NULL)
		(void)fail_set(fail, FAIL_DENIED,
			"capture: mailscope-capture is neither beside mailscope nor installed "
			"(make install), and dumpcap may not capture on %s; %s",
			interface, _(without));
	else
		(void)fail_set(fail, FAIL_DENIED,
			"capture: no right to capture on %s. To grant it: sudo setcap "
			"cap_net_raw+ep %s; %s",
			interface, helper, _(without));
}

static enum step listen_on(struct listener *listener, struct fail *fail)
{
	struct fail cause = {.code = FAIL_DENIED};
	struct buffer path;
	enum step step = STEP_FAIL;
	bool is_found;

	buffer_init(&path, 0);
	is_found = helper_path(&path);
	if (is_found) {
		const char *arguments[] = {buffer_text(&path), listener->options.interface,
			listener->options.filter, NULL};

		step = attempt(listener, arguments, &cause);
	}
	if (is_found && access(buffer_text(&path), F_OK) == 0 &&
		access(buffer_text(&path), X_OK) != 0)
		cause.code = FAIL_DENIED;
	if (step == STEP_FAIL && cause.code == FAIL_DENIED) {
		step = attempt_dumpcap(listener);
		if (step == STEP_FAIL)
			deny(listener, is_found ? buffer_text(&path) : NULL, fail);
	} else if (step == STEP_FAIL) {
		(void)fail_set(fail, cause.code, "%s", cause.text);
	}
	buffer_fini(&path);
	return step;
}

struct listener *listener_new(const struct listener_options *options, struct fail *fail)
{
	struct listener *listener = begin(options);

	if (listen_on(listener, fail) == STEP_DONE)
		return listener;
	listener_free(listener);
	return NULL;
}

enum step listener_end(struct listener *listener, uint64_t *dropped, struct fail *fail)
{
	bool had_ended = listener_has_ended(listener);
	enum step step = STEP_DONE;
	struct buffer said;
	int status;

	buffer_init(&said, 0);
	process_stop(&listener->process);
	status = join(listener, &said);
	*dropped = listener->dropped;
	if (said.length > 0 && status != 0)
		step = fail_set(fail, FAIL_INTERNAL, "capture: %s", buffer_text(&said));
	else if (listener->fail.code != FAIL_NONE)
		step = fail_set(fail, FAIL_INTERNAL, "capture: %s", listener->fail.text);
	else if (had_ended || status != 0)
		step = fail_set(fail, FAIL_INTERNAL,
			"capture: it ended before the session did (status %d)", status);
	buffer_fini(&said);
	release(listener);
	return step;
}
