#include "live/host.h"

#include "base/limits.h"
#include "base/memory.h"
#include "live/live_parts.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Milliseconds. A connection is given as long to end on the wire as a client's own. */
enum { WAIT_FOR_END = 2000, LOOK_AGAIN = 10, FILES_OF_ONE = 12, FILES_KEPT = 64 };

struct hosted {
	struct live *live;
	struct ends ends;
	int64_t deadline; /* milliseconds; once it has ended */
	struct hosted *next;
};

struct host {
	struct host_options options;
	struct hub *hub; /* NULL: nothing is captured */
	pthread_t thread;
	pthread_mutex_t lock; /* for all below */
	pthread_cond_t changed;
	struct hosted *ended; /* the oldest first */
	size_t open, waiting; /* sessions; those that have ended and are not written */
	bool is_ending;
};

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

size_t host_most(void)
{
	long files = sysconf(_SC_OPEN_MAX);
	size_t most =
		files > FILES_KEPT + FILES_OF_ONE ? (size_t)(files - FILES_KEPT) / FILES_OF_ONE : 1;

	return most < LIMIT_HOSTED ? most : LIMIT_HOSTED;
}

/* Takes the first that is over, or whose time is up, off those that have ended. */
static struct hosted *take_ready(struct host *host)
{
	int64_t time = now();

	for (struct hosted **at = &host->ended; *at != NULL; at = &(*at)->next) {
		struct hosted *hosted = *at;

		if (host->hub != NULL && time < hosted->deadline &&
			!hub_is_over(host->hub, &hosted->ends))
			continue;
		*at = hosted->next;
		return hosted;
	}
	return NULL;
}

/* Its frames, and with them the folder's other files. */
static void write_down(struct host *host, struct hosted *hosted)
{
	struct live_frames frames = {.reel = NULL, .ends = hosted->ends};
	struct live_result result;
	struct fail fail = {.code = FAIL_NONE}, missing = {.code = FAIL_NONE};
	struct host_written written = {live_folder(hosted->live), &result, NULL};

	if (host->hub != NULL) {
		frames.reel = hub_take(host->hub, &hosted->ends, &missing);
		frames.interface = hub_interface(host->hub);
		frames.filter = hub_filter(host->hub);
	}
	if (frames.reel != NULL) {
		frames.is_over = reel_is_over(frames.reel, &hosted->ends);
		frames.dropped = reel_left_out(frames.reel);
	}
	if (live_end_with(hosted->live, frames.reel != NULL ? &frames : NULL, &result, &fail) ==
		STEP_FAIL)
		written.fail = &fail;
	else if (host->hub != NULL && frames.reel == NULL)
		written.fail = &missing;
	host->options.on_written(host->options.context, &written);
	reel_free(frames.reel);
	live_free(hosted->live);
	free(hosted);
}

/* Until there is one; NULL: there will be none any more. The lock is held. */
static struct hosted *wait_for_one(struct host *host)
{
	for (;;) {
		struct hosted *hosted = take_ready(host);
		struct timespec soon;

		if (hosted != NULL || (host->ended == NULL && host->is_ending))
			return hosted;
		if (host->ended == NULL) {
			pthread_cond_wait(&host->changed, &host->lock);
			continue;
		}
		pthread_mutex_unlock(&host->lock);
		soon = (struct timespec){.tv_nsec = LOOK_AGAIN * 1000000};
		nanosleep(&soon, NULL);
		pthread_mutex_lock(&host->lock);
	}
}

static void *write_all(void *context)
{
	struct host *host = context;
	struct hosted *hosted;

	pthread_mutex_lock(&host->lock);
	while ((hosted = wait_for_one(host)) != NULL) {
		pthread_mutex_unlock(&host->lock);
		write_down(host, hosted);
		pthread_mutex_lock(&host->lock);
		host->waiting--;
		pthread_cond_broadcast(&host->changed);
	}
	pthread_mutex_unlock(&host->lock);
	return NULL;
}

/* Signals are for the other threads. */
static bool start_thread(struct host *host)
{
	sigset_t all, before;
	bool is_good;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	is_good = pthread_create(&host->thread, NULL, write_all, host) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return is_good;
}

static void release(struct host *host)
{
	hub_free(host->hub);
	pthread_cond_destroy(&host->changed);
	pthread_mutex_destroy(&host->lock);
	free(host);
}

struct host *host_new(const struct host_options *options, struct fail *fail)
{
	struct host *host = memory_new(1, sizeof *host);

	host->options = *options;
	pthread_mutex_init(&host->lock, NULL);
	pthread_cond_init(&host->changed, NULL);
	if (options->live.has_capture)
		host->hub = hub_new(&options->hub, fail);
	if (options->live.has_capture && host->hub == NULL) {
		release(host);
		return NULL;
	}
	if (start_thread(host))
		return host;
	(void)fail_set(fail, FAIL_INTERNAL, "capture: cannot start a thread");
	release(host);
	return NULL;
}

enum step host_end(struct host *host, uint64_t *dropped, struct fail *fail)
{
	enum step step = STEP_DONE;

	pthread_mutex_lock(&host->lock);
	host->is_ending = true;
	pthread_cond_broadcast(&host->changed);
	pthread_mutex_unlock(&host->lock);
	pthread_join(host->thread, NULL);
	*dropped = 0;
	if (host->hub != NULL)
		step = hub_end(host->hub, dropped, fail);
	release(host);
	return step;
}

/* Where nothing is waited for that ends by itself, it is the caller's to have no more of them. */
static void wait_for_room(struct host *host)
{
	pthread_mutex_lock(&host->lock);
	while (host->waiting > 0 && host->open + host->waiting >= host_most())
		pthread_cond_wait(&host->changed, &host->lock);
	host->open++;
	pthread_mutex_unlock(&host->lock);
}

static void forget_open(struct host *host)
{
	pthread_mutex_lock(&host->lock);
	host->open--;
	pthread_mutex_unlock(&host->lock);
}

enum step host_begin(
	struct host *host, const struct host_session *session, struct tap *tap, struct fail *fail)
{
	struct live_options options = host->options.live;
	struct hosted *hosted = memory_new(1, sizeof *hosted);

	hosted->ends = ends_of(&session->ends);
	options.folder = session->folder;
	options.prefix = session->prefix;
	wait_for_room(host);
	if (host->hub != NULL)
		hub_claim(host->hub, &hosted->ends);
	hosted->live = live_new(&options, fail);
	if (hosted->live != NULL) {
		hosted->live->hosted = hosted;
		*tap = live_tap(hosted->live);
		return STEP_DONE;
	}
	if (host->hub != NULL)
		reel_free(hub_take(host->hub, &hosted->ends, NULL));
	free(hosted);
	forget_open(host);
	return STEP_FAIL;
}

void host_leave(struct host *host, struct tap tap)
{
	struct hosted *hosted = ((const struct live *)tap.context)->hosted;
	struct hosted **end;

	hosted->deadline = now() + WAIT_FOR_END;
	pthread_mutex_lock(&host->lock);
	for (end = &host->ended; *end != NULL;)
		end = &(*end)->next;
	*end = hosted;
	host->open--;
	host->waiting++;
	pthread_cond_broadcast(&host->changed);
	pthread_mutex_unlock(&host->lock);
}
