/* live/listener.h: a program that captures, and a thread that takes its pcapng off a pipe. */
#ifndef LIVE_LISTENER_H
#define LIVE_LISTENER_H

#include "base/fail.h"
#include "capture/capture.h"

struct listener_options {
	const char *interface, *filter;
	/* Called in a thread of its own, never two at a time, nor beside listener_wait()'s. */
	void *context;
	void (*on_interface)(void *context, int link_type);
	void (*on_frame)(void *context, const struct frame *frame);
	/* Before any frame that came later; dumpcap tells it at its end. May be NULL. */
	void (*on_lost)(void *context, uint64_t count);
};

struct listener;

/* Returns when it hears. NULL: as recording_new(). Texts of the options must outlive it. */
struct listener *listener_new(const struct listener_options *options, struct fail *fail);

/* Ends it by force, if it was not ended. */
void listener_free(struct listener *listener);

/* Waits until is_enough says so, which is asked after each frame (NULL: never), the program ends,
 * or the time is up. */
void listener_wait(struct listener *listener, bool (*is_enough)(void *context), void *context,
	int milliseconds);

/* Whether it hands packets on later than they come: it is dumpcap. */
bool listener_is_late(const struct listener *listener);

/* Whether it has ended by itself, and nothing is heard any more. */
bool listener_has_ended(struct listener *listener);

/* Tells the program to end, takes what is left, and frees the listener. STEP_FAIL: it had ended
 * before, or what it wrote was no capture. */
enum step listener_end(struct listener *listener, uint64_t *dropped, struct fail *fail);

#endif
