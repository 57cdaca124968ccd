#include "live/recording.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "live/listener.h"
#include "live/route.h"

#include <stdio.h>
#include <stdlib.h>

/* Milliseconds. A connection that was never open is waited for less: its SYN may have had no answer
 * at all. The linger is for what may follow the end, a second RST; dumpcap hands packets on later.
 */
enum { WAIT_FOR_END = 2000, WAIT_FOR_REST = 300, LINGER = 10, LINGER_DUMPCAP = 60 };

struct recording {
	struct reel *reel;
	struct listener *listener; /* NULL: ended */
	char interface[IF_NAMESIZE];
	struct buffer filter;
};

/* The first interface: there is one. An attempt before this one left nothing that counts. */
static void on_interface(void *context, int link_type)
{
	reel_begin(((struct recording *)context)->reel, link_type);
}

static void on_frame(void *context, const struct frame *frame)
{
	struct packet decoded;

	packet_decode(&decoded, frame->link_type, frame->bytes);
	reel_add(((struct recording *)context)->reel, frame, &decoded);
}

struct recording *recording_new(const struct recording_options *options, struct fail *fail)
{
	struct recording *recording = memory_new(1, sizeof *recording);
	struct listener_options wants = {.interface = recording->interface,
		.context = recording,
		.on_interface = on_interface,
		.on_frame = on_frame};

	buffer_init(&recording->filter, 0);
	route_filter(options->addresses, options->address_count, &recording->filter);
	if (options->interface == NULL)
		route_interface(options->addresses, options->address_count, recording->interface);
	else if ((size_t)snprintf(recording->interface, IF_NAMESIZE, "%s", options->interface) >=
		 IF_NAMESIZE) {
		(void)fail_set(
			fail, FAIL_OPEN, "%s: no such network interface", options->interface);
		goto failed;
	}
	wants.filter = buffer_text(&recording->filter);
	recording->reel = reel_new(options->folder, fail);
	if (recording->reel == NULL)
		goto failed;
	recording->listener = listener_new(&wants, fail);
	if (recording->listener != NULL)
		return recording;
failed:
	recording_free(recording);
	return NULL;
}

void recording_free(struct recording *recording)
{
	if (recording == NULL)
		return;
	listener_free(recording->listener);
	reel_free(recording->reel);
	buffer_fini(&recording->filter);
	free(recording);
}

/* For the listener, which calls it between two frames. */
struct expected {
	const struct recording *recording;
	const struct ends *ends;
};

static bool is_over(void *context)
{
	const struct expected *expected = context;

	return reel_is_over(expected->recording->reel, expected->ends);
}

static bool is_at_rest(void *context)
{
	return reel_is_at_rest(((const struct recording *)context)->reel);
}

enum step recording_end(struct recording *recording, const struct ends *ends,
	struct recording_result *result, struct fail *fail)
{
	struct expected expected = {recording, ends};
	enum step step, written;

	if (ends_are_known(ends))
		listener_wait(recording->listener, is_over, &expected, WAIT_FOR_END);
	else
		listener_wait(recording->listener, is_at_rest, recording, WAIT_FOR_REST);
	listener_wait(recording->listener, NULL, NULL,
		listener_is_late(recording->listener) ? LINGER_DUMPCAP : LINGER);
	step = listener_end(recording->listener, &result->dropped, fail);
	recording->listener = NULL;
	result->dropped += reel_left_out(recording->reel);
	result->is_over = ends_are_known(ends) && is_over(&expected);
	written = reel_finish(recording->reel, step == STEP_FAIL ? NULL : fail);
	return step == STEP_FAIL ? step : written;
}

struct reel *recording_reel(const struct recording *recording)
{
	return recording->reel;
}

const char *recording_interface(const struct recording *recording)
{
	return recording->interface;
}

const char *recording_filter(const struct recording *recording)
{
	return (const char *)recording->filter.at;
}
