#include "practice/poller.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__linux__) && !defined(POLLER_POLL)

#include <sys/epoll.h>

struct poller {
	int descriptor;
	uint8_t *known; /* by descriptor: what is waited for, + 1; 0: nothing */
	size_t count;
};

struct poller *poller_new(void)
{
	struct poller *poller = memory_new(1, sizeof *poller);

	poller->descriptor = epoll_create1(EPOLL_CLOEXEC);
	if (poller->descriptor < 0)
		abort();
	return poller;
}

void poller_free(struct poller *poller)
{
	if (poller == NULL)
		return;
	close(poller->descriptor);
	free(poller->known);
	free(poller);
}

static void know(struct poller *poller, size_t descriptor)
{
	size_t room = 2 * descriptor + 64;

	if (descriptor < poller->count)
		return;
	poller->known = memory_resize(poller->known, room, 1);
	memset(poller->known + poller->count, 0, room - poller->count);
	poller->count = room;
}

void poller_set(struct poller *poller, int descriptor, unsigned events, void *context)
{
	struct epoll_event event = {.data.ptr = context};
	size_t index = (size_t)descriptor;

	know(poller, index);
	if (poller->known[index] == events + 1)
		return;
	if ((events & POLLER_IN) != 0)
		event.events |= EPOLLIN;
	if ((events & POLLER_OUT) != 0)
		event.events |= EPOLLOUT;
	(void)epoll_ctl(poller->descriptor,
		poller->known[index] > 0 ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event);
	poller->known[index] = (uint8_t)(events + 1);
}

void poller_remove(struct poller *poller, int descriptor)
{
	know(poller, (size_t)descriptor);
	if (poller->known[descriptor] > 0)
		(void)epoll_ctl(poller->descriptor, EPOLL_CTL_DEL, descriptor, NULL);
	poller->known[descriptor] = 0;
}

size_t poller_wait(struct poller *poller, int timeout, struct poller_ready *ready, size_t most)
{
	struct epoll_event events[256];
	int room = most < 256 ? (int)most : 256;
	int count = epoll_wait(poller->descriptor, events, room, timeout);

	for (int i = 0; i < count; i++) {
		unsigned said = events[i].events;

		ready[i] = (struct poller_ready){.context = events[i].data.ptr};
		ready[i].events = ((said & EPOLLIN) != 0 ? POLLER_IN : 0U) |
				  ((said & EPOLLOUT) != 0 ? POLLER_OUT : 0U) |
				  ((said & (EPOLLERR | EPOLLHUP)) != 0 ? POLLER_LOST : 0U);
	}
	return count > 0 ? (size_t)count : 0;
}

#else

#include <poll.h>

/* The descriptors stand in a dense list; place tells where, by descriptor. */
struct poller {
	struct pollfd *list;
	void **contexts;
	size_t count, room;
	size_t *place; /* + 1; 0: not in it */
	size_t places;
	size_t next; /* where the next look begins, so that all get their turn */
};

struct poller *poller_new(void)
{
	return memory_new(1, sizeof(struct poller));
}

void poller_free(struct poller *poller)
{
	if (poller == NULL)
		return;
	free(poller->list);
	free(poller->contexts);
	free(poller->place);
	free(poller);
}

static void know(struct poller *poller, size_t descriptor)
{
	size_t room = 2 * descriptor + 64;

	if (descriptor < poller->places)
		return;
	poller->place = memory_resize(poller->place, room, sizeof *poller->place);
	for (size_t i = poller->places; i < room; i++)
		poller->place[i] = 0;
	poller->places = room;
}

void poller_set(struct poller *poller, int descriptor, unsigned events, void *context)
{
	struct pollfd wanted = {.fd = descriptor};

	know(poller, (size_t)descriptor);
	if ((events & POLLER_IN) != 0)
		wanted.events |= POLLIN;
	if ((events & POLLER_OUT) != 0)
		wanted.events |= POLLOUT;
	if (poller->place[descriptor] == 0) {
		if (poller->count == poller->room) {
			poller->room = poller->room > 0 ? 2 * poller->room : 16;
			poller->list =
				memory_resize(poller->list, poller->room, sizeof *poller->list);
			poller->contexts = memory_resize(
				poller->contexts, poller->room, sizeof *poller->contexts);
		}
		poller->place[descriptor] = ++poller->count;
	}
	poller->list[poller->place[descriptor] - 1] = wanted;
	poller->contexts[poller->place[descriptor] - 1] = context;
}

void poller_remove(struct poller *poller, int descriptor)
{
	size_t place;

	know(poller, (size_t)descriptor);
	place = poller->place[descriptor];
	if (place == 0)
		return;
	poller->count--;
	poller->list[place - 1] = poller->list[poller->count];
	poller->contexts[place - 1] = poller->contexts[poller->count];
	poller->place[poller->list[place - 1].fd] = place;
	poller->place[descriptor] = 0;
}

size_t poller_wait(struct poller *poller, int timeout, struct poller_ready *ready, size_t most)
{
	size_t found = 0, looked = 0;

	if (poll(poller->list, (nfds_t)poller->count, timeout) <= 0)
		return 0;
	for (; looked < poller->count && found < most; looked++) {
		size_t i = (poller->next + looked) % poller->count;
		unsigned said = (unsigned)poller->list[i].revents;

		if (said == 0)
			continue;
		ready[found] = (struct poller_ready){.context = poller->contexts[i]};
		ready[found++].events =
			((said & POLLIN) != 0 ? POLLER_IN : 0U) |
			((said & POLLOUT) != 0 ? POLLER_OUT : 0U) |
			((said & (POLLERR | POLLHUP | POLLNVAL)) != 0 ? POLLER_LOST : 0U);
	}
	poller->next += looked;
	return found;
}

#endif
