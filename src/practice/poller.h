/* practice/poller.h: waits for many descriptors at once: by epoll on Linux, by poll elsewhere. */
#ifndef PRACTICE_POLLER_H
#define PRACTICE_POLLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum poller_events { POLLER_IN = 1, POLLER_OUT = 2, POLLER_LOST = 4 };

struct poller;

struct poller_ready {
	void *context;
	unsigned events; /* enum poller_events; POLLER_LOST comes unasked */
};

struct poller *poller_new(void);
void poller_free(struct poller *poller);

/* Waits for these events of the descriptor from now on; 0: for its loss alone. What is ready is
 * told at every poller_wait() as long as it is. context stays the same until poller_remove(). */
void poller_set(struct poller *poller, int descriptor, unsigned events, void *context);

/* Before it is closed. */
void poller_remove(struct poller *poller, int descriptor);

/* Fills ready with at most most of what is; how many. timeout in milliseconds, -1: without end. */
size_t poller_wait(struct poller *poller, int timeout, struct poller_ready *ready, size_t most);

#endif
