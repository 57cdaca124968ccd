#include "live/hub.h"

#include "base/limits.h"
#include "base/memory.h"
#include "live/listener.h"
#include "live/route.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Milliseconds in which something may follow the end of a connection: a second RST; dumpcap hands
 * packets on later. */
enum { LINGER = 10, LINGER_DUMPCAP = 60, CALLS = 2 * LIMIT_HOSTED };

/* One connection. */
struct call {
	struct ends ends; /* SIDE_CLIENT has connected */
	struct reel *reel;
	int64_t over_at; /* milliseconds; 0: it is not over */
	bool is_claimed;
};

struct hub {
	struct listener *listener; /* NULL: ended */
	char *folder;
	char interface[IF_NAMESIZE];
	struct buffer filter;
	pthread_mutex_t lock;      /* for all below */
	struct call *calls[CALLS]; /* the oldest first */
	size_t count;
	int link_type;
	bool has_link_type;
};

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* The latest; hub->count when there is none. */
static size_t find(const struct hub *hub, const struct ends *ends)
{
	enum side side;

	for (size_t i = hub->count; i > 0; i--)
		if (ends_same(ends, &hub->calls[i - 1]->ends, &side))
			return i - 1;
	return hub->count;
}

static void remove_call(struct hub *hub, size_t index)
{
	free(hub->calls[index]);
	hub->count--;
	memmove(&hub->calls[index], &hub->calls[index + 1],
		(hub->count - index) * sizeof(struct call *));
}

/* Whom nobody claims makes room: a client that was turned away. */
static bool make_room(struct hub *hub)
{
	for (size_t i = 0; i < hub->count && hub->count == CALLS; i++) {
		if (hub->calls[i]->is_claimed)
			continue;
		reel_free(hub->calls[i]->reel);
		remove_call(hub, i);
	}
	return hub->count < CALLS;
}

/* NULL: there is no room, or no file for it. */
static struct call *add_call(struct hub *hub, const struct ends *ends)
{
	struct reel *reel = make_room(hub) ? reel_new(hub->folder, NULL) : NULL;
	struct call *call;

	if (reel == NULL)
		return NULL;
	if (hub->has_link_type)
		reel_begin(reel, hub->link_type);
	call = memory_new(1, sizeof *call);
	call->ends = *ends;
	call->reel = reel;
	hub->calls[hub->count++] = call;
	return call;
}

/* A SYN behind the end of a connection begins another one. */
static struct call *call_of(struct hub *hub, const struct packet *packet)
{
	struct ends ends = ends_of_packet(packet);
	size_t index = find(hub, &ends);
	bool is_syn = (packet->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;

	if (index < hub->count && !(is_syn && hub->calls[index]->over_at != 0))
		return hub->calls[index];
	return is_syn ? add_call(hub, &ends) : NULL;
}

static void on_frame(void *context, const struct frame *frame)
{
	struct hub *hub = context;
	struct packet packet;
	struct call *call;

	packet_decode(&packet, frame->link_type, frame->bytes);
	if (packet.kind != PACKET_TCP)
		return;
	pthread_mutex_lock(&hub->lock);
	call = call_of(hub, &packet);
	if (call != NULL) {
		reel_add(call->reel, frame, &packet);
		if (call->over_at == 0 && reel_is_over(call->reel, &call->ends))
			call->over_at = now();
	}
	pthread_mutex_unlock(&hub->lock);
}

/* Whose they were nobody knows: any that had not ended. */
static void on_lost(void *context, uint64_t count)
{
	struct hub *hub = context;

	pthread_mutex_lock(&hub->lock);
	for (size_t i = 0; i < hub->count; i++)
		if (hub->calls[i]->over_at == 0)
			reel_lose(hub->calls[i]->reel, count);
	pthread_mutex_unlock(&hub->lock);
}

static void on_interface(void *context, int link_type)
{
	struct hub *hub = context;

	pthread_mutex_lock(&hub->lock);
	if (!hub->has_link_type)
		hub->link_type = link_type;
	hub->has_link_type = true;
	for (size_t i = 0; i < hub->count; i++)
		reel_begin(hub->calls[i]->reel, hub->link_type);
	pthread_mutex_unlock(&hub->lock);
}

/* Where to listen: each address, and what stands behind the unspecified ones. */
struct places {
	struct sockaddr_storage at[LIMIT_HOSTS * LIMIT_PORTS];
	const struct sockaddr_storage *pointers[LIMIT_HOSTS * LIMIT_PORTS];
	size_t count;
	bool are_loopback;
};

static bool is_loopback(const struct endpoint *end)
{
	static const uint8_t one[16] = {[15] = 1};

	return end->family == 4 ? end->address[0] == 127
				: memcmp(end->address, one, sizeof one) == 0;
}

static bool is_unspecified(const struct endpoint *end)
{
	static const uint8_t none[16];

	return memcmp(end->address, none, end->family == 4 ? 4 : sizeof none) == 0;
}

static void add_place(struct places *places, const struct sockaddr_storage *address)
{
	struct endpoint end = ends_endpoint(address);

	if (places->count == sizeof places->at / sizeof places->at[0])
		return;
	places->at[places->count] = *address;
	places->pointers[places->count] = &places->at[places->count];
	places->count++;
	places->are_loopback = places->are_loopback && is_loopback(&end);
}

/* Every address of the machine of this family, with its port. */
static void add_own(struct places *places, const struct sockaddr_storage *address)
{
	struct ifaddrs *rows = NULL;
	struct sockaddr_storage own;

	if (getifaddrs(&rows) != 0)
		return;
	for (const struct ifaddrs *row = rows; row != NULL; row = row->ifa_next) {
		if (row->ifa_addr == NULL || row->ifa_addr->sa_family != address->ss_family)
			continue;
		own = *address;
		if (address->ss_family == AF_INET)
			((struct sockaddr_in *)&own)->sin_addr =
				((const struct sockaddr_in *)(const void *)row->ifa_addr)->sin_addr;
		else
			((struct sockaddr_in6 *)&own)->sin6_addr =
				((const struct sockaddr_in6 *)(const void *)row->ifa_addr)
					->sin6_addr;
		add_place(places, &own);
	}
	freeifaddrs(rows);
}

static void find_places(struct places *places, const struct hub_options *options)
{
	*places = (struct places){.are_loopback = true};
	for (size_t i = 0; i < options->address_count; i++) {
		struct endpoint end = ends_endpoint(options->addresses[i]);

		if (is_unspecified(&end))
			add_own(places, options->addresses[i]);
		else
			add_place(places, options->addresses[i]);
	}
}

static enum step settle(struct hub *hub, const struct hub_options *options, struct fail *fail)
{
	struct places *places = memory_new(1, sizeof *places);
	enum step step = STEP_DONE;

	find_places(places, options);
	route_filter(places->pointers, places->count, &hub->filter);
	if (options->interface == NULL && places->are_loopback)
		route_interface(places->pointers, places->count, hub->interface);
	else if ((size_t)snprintf(hub->interface, IF_NAMESIZE, "%s",
			 options->interface != NULL ? options->interface : "any") >= IF_NAMESIZE)
		step = fail_set(
			fail, FAIL_OPEN, "%s: no such network interface", options->interface);
	free(places);
	return step;
}

struct hub *hub_new(const struct hub_options *options, struct fail *fail)
{
	struct hub *hub = memory_new(1, sizeof *hub);
	struct listener_options wants = {.interface = hub->interface,
		.context = hub,
		.on_interface = on_interface,
		.on_frame = on_frame,
		.on_lost = on_lost};

	pthread_mutex_init(&hub->lock, NULL);
	buffer_init(&hub->filter, 0);
	hub->folder = memory_text(options->folder);
	if (settle(hub, options, fail) == STEP_DONE) {
		wants.filter = buffer_text(&hub->filter);
		hub->listener = listener_new(&wants, fail);
	}
	if (hub->listener != NULL)
		return hub;
	hub_free(hub);
	return NULL;
}

void hub_free(struct hub *hub)
{
	if (hub == NULL)
		return;
	listener_free(hub->listener);
	for (size_t i = 0; i < hub->count; i++) {
		reel_free(hub->calls[i]->reel);
		free(hub->calls[i]);
	}
	pthread_mutex_destroy(&hub->lock);
	buffer_fini(&hub->filter);
	free(hub->folder);
	free(hub);
}

/* A connection that is over and claimed is another one, whose port is used again. */
void hub_claim(struct hub *hub, const struct ends *ends)
{
	struct call *call = NULL;
	size_t index;

	pthread_mutex_lock(&hub->lock);
	index = find(hub, ends);
	if (index < hub->count && !hub->calls[index]->is_claimed)
		call = hub->calls[index];
	else
		call = add_call(hub, ends);
	if (call != NULL)
		call->is_claimed = true;
	pthread_mutex_unlock(&hub->lock);
}

/* The oldest that is claimed: the next one of the same ends is younger. */
static size_t find_claimed(const struct hub *hub, const struct ends *ends)
{
	enum side side;

	for (size_t i = 0; i < hub->count; i++)
		if (hub->calls[i]->is_claimed && ends_same(ends, &hub->calls[i]->ends, &side))
			return i;
	return hub->count;
}

bool hub_is_over(struct hub *hub, const struct ends *ends)
{
	int linger = listener_is_late(hub->listener) ? LINGER_DUMPCAP : LINGER;
	bool is_over = listener_has_ended(hub->listener);
	size_t index;

	pthread_mutex_lock(&hub->lock);
	index = find_claimed(hub, ends);
	is_over = is_over || index == hub->count ||
		  (hub->calls[index]->over_at != 0 && now() - hub->calls[index]->over_at >= linger);
	pthread_mutex_unlock(&hub->lock);
	return is_over;
}

struct reel *hub_take(struct hub *hub, const struct ends *ends, struct fail *fail)
{
	struct reel *reel = NULL;
	size_t index;

	pthread_mutex_lock(&hub->lock);
	index = find_claimed(hub, ends);
	if (index < hub->count) {
		reel = hub->calls[index]->reel;
		remove_call(hub, index);
	}
	pthread_mutex_unlock(&hub->lock);
	if (reel != NULL && reel_finish(reel, fail) == STEP_DONE)
		return reel;
	if (reel == NULL)
		(void)fail_set(fail, FAIL_OPEN, "capture: there was no room for this connection");
	reel_free(reel);
	return NULL;
}

enum step hub_end(struct hub *hub, uint64_t *dropped, struct fail *fail)
{
	struct listener *listener = hub->listener;

	hub->listener = NULL;
	return listener_end(listener, dropped, fail);
}

const char *hub_interface(const struct hub *hub)
{
	return hub->interface;
}

const char *hub_filter(const struct hub *hub)
{
	return (const char *)hub->filter.at;
}
