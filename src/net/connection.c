#include "net/connection.h"

#include "base/limits.h"
#include "base/memory.h"

#include <stdlib.h>
#include <sys/random.h>

/* A place in the open-addressing table: 16 octets. tag is 0 (free), a pointer to a connection,
 * OVER, or REFUSED with the FINs seen since; connections are aligned, so that the low bits tell. */
struct place {
	uint64_t fingerprint;
	uintptr_t tag;
};

enum { TAG_REFUSED = 1, TAG_FIN_LOW = 2, TAG_FIN_HIGH = 4, TAG_OVER = 8, TAGS = 15 };
enum { PLACES_FIRST = 1024 };

#define ANY_TAG UINTPTR_MAX /* that of a connection too */

struct connections {
	struct place *places;
	size_t mask, used;
	uint64_t seed; /* an attacker who knew it could make all connections meet in one place */
	uint64_t opened;
	struct connection_room room;
	struct connection *spare; /* closed, to be used again */
};

_Static_assert(sizeof(struct connection) % 64 == 0, "the room begins a cache line");

struct connections *connections_new(const struct connection_room *room)
{
	struct connections *connections = memory_new(1, sizeof *connections);

	connections->room = *room;
	connections->places = memory_new(PLACES_FIRST, sizeof *connections->places);
	connections->mask = PLACES_FIRST - 1;
	if (getrandom(&connections->seed, sizeof connections->seed, GRND_NONBLOCK) < 0)
		connections->seed = (uint64_t)(uintptr_t)connections;
	return connections;
}

void connections_free(struct connections *connections)
{
	if (connections == NULL)
		return;
	while (connections->spare != NULL) {
		struct connection *connection = connections->spare;

		connections->spare = connection->next_spare;
		if (connections->room.fini != NULL)
			connections->room.fini(connection_room(connection));
		free(connection);
	}
	free(connections->places);
	free(connections);
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* One end of a packet as a number: IPv4 exactly, IPv6 mixed. */
static uint64_t end_number(
	const uint8_t *address, const struct packet *packet, uint16_t port, uint64_t seed)
{
	uint64_t words[2];
	uint32_t word;

	if (LIKELY(packet->family == 4)) {
		memcpy(&word, address, 4);
		return (uint64_t)word << 16 | port;
	}
	memcpy(words, address, 16);
	return mix(words[0] ^ seed, words[1] ^ 0x9e3779b97f4a7c15u) ^ port;
}

/* The fingerprint stands for the whole identity of a refused connection. */
static ALWAYS_INLINE struct connection_key key_of(
	const struct connections *connections, const struct packet *packet)
{
	uint64_t seed = connections->seed;
	uint64_t source = end_number(packet->source, packet, packet->tcp.source_port, seed);
	uint64_t destination =
		end_number(packet->destination, packet, packet->tcp.destination_port, seed);
	uint64_t low = source < destination ? source : destination;
	uint64_t high = source < destination ? destination : source;

	return (struct connection_key){source, destination,
		mix(low ^ seed ^ 0xd6e8feb86659fd93u,
			high ^ (seed << 32 | seed >> 32) ^ 0xa0761d6478bd642fu)};
}

void connections_expect(struct connections *connections, const struct packet *packet,
	struct connection_search *search)
{
	search->key = key_of(connections, packet);
	search->connection = NULL;
	PREFETCH(&connections->places[search->key.fingerprint & connections->mask]);
}

void connections_prefetch(const struct connections *connections, struct connection_search *search)
{
	uint64_t fingerprint = search->key.fingerprint;
	size_t i = fingerprint & connections->mask;
	struct connection *connection;

	while (connections->places[i].fingerprint != fingerprint && connections->places[i].tag != 0)
		i = (i + 1) & connections->mask;
	connection = (struct connection *)connections->places[i].tag;
	if (connection == NULL || (connections->places[i].tag & TAGS) != 0)
		return;
	PREFETCH(connection);
	PREFETCH(&connection->streams);
	PREFETCH(&connection->streams[SIDE_SERVER].held);
	search->connection = connection;
}

static bool has_addresses(
	const struct connection *connection, const struct packet *packet, enum side source)
{
	return memcmp(connection->addresses[source], packet->source, 16) == 0 &&
	       memcmp(connection->addresses[side_other(source)], packet->destination, 16) == 0;
}

/* Whether the packet is of this connection; *side is set to who sent it. */
static inline bool connection_is_of(const struct connection *connection,
	const struct packet *packet, const struct connection_key *key, enum side *side)
{
	const uint64_t *ends = connection->ends;
	size_t source = ends[SIDE_CLIENT] != key->source;

	/* Who has sent it nobody can predict, that it is of this connection everybody. */
	*side = (enum side)source;
	return ((ends[source] ^ key->source) | (ends[1 - source] ^ key->destination)) == 0 &&
	       connection->family == packet->family &&
	       (LIKELY(packet->family == 4) || has_addresses(connection, packet, *side));
}

/* Through the table, from the place where it should stand. */
static NEVER_INLINE void connections_look_up(const struct connections *connections,
	const struct packet *packet, struct connection_search *search)
{
	const struct connection_key *key = &search->key;
	size_t i;

	search->found = CONNECTION_UNKNOWN;
	search->connection = NULL;
	for (i = key->fingerprint & connections->mask; connections->places[i].tag != 0;
		i = (i + 1) & connections->mask) {
		const struct place *place = &connections->places[i];

		if (place->fingerprint != key->fingerprint)
			continue;
		if ((place->tag & TAGS) != 0) {
			search->found = (place->tag & TAG_REFUSED) != 0 ? CONNECTION_REFUSED
									: CONNECTION_OVER;
			return;
		}
		search->connection = (struct connection *)place->tag;
		if (UNLIKELY(!connection_is_of(search->connection, packet, key, &search->side)))
			continue;
		search->found = CONNECTION_OPEN;
		return;
	}
}

/* One that was closed since it was expected is of no packet any more, and its memory stays. */
void connections_find(struct connections *connections, const struct packet *packet,
	struct connection_search *search)
{
	search->found = CONNECTION_OPEN;
	if (UNLIKELY(search->connection == NULL ||
		     !connection_is_of(search->connection, packet, &search->key, &search->side)))
		connections_look_up(connections, packet, search);
}

static void places_put(struct place *places, size_t mask, struct place place)
{
	size_t i = place.fingerprint & mask;

	while (places[i].tag != 0)
		i = (i + 1) & mask;
	places[i] = place;
}

/* Keeps the table at most a quarter full: then nearly every place is looked at first. */
static void connections_make_room(struct connections *connections)
{
	size_t size = connections->mask + 1;
	struct place *larger;

	if (connections->used * 4 < size)
		return;
	larger = memory_new(size * 2, sizeof *larger);
	for (size_t i = 0; i < size; i++)
		if (connections->places[i].tag != 0)
			places_put(larger, size * 2 - 1, connections->places[i]);
	free(connections->places);
	connections->places = larger;
	connections->mask = size * 2 - 1;
}

/* Frees place i and closes the hole, so that every other place is still found. */
static void places_remove(struct connections *connections, size_t i)
{
	struct place *places = connections->places;
	size_t mask = connections->mask;

	for (size_t next = (i + 1) & mask; places[next].tag != 0; next = (next + 1) & mask) {
		size_t home = places[next].fingerprint & mask;

		if (((next - home) & mask) < ((next - i) & mask))
			continue;
		places[i] = places[next];
		i = next;
	}
	places[i].tag = 0;
	connections->used--;
}

struct connection *connections_open(struct connections *connections, const struct packet *packet,
	const struct connection_key *key, bool is_server)
{
	enum side source = is_server ? SIDE_SERVER : SIDE_CLIENT;
	size_t octets = packet->family == 4 ? 4 : 16;
	struct connection *connection = connections->spare;

	if (connections->used >= LIMIT_OPEN)
		return NULL;
	connections_make_room(connections);
	if (connection != NULL)
		connections->spare = connection->next_spare;
	else
		connection = memory_new_line(sizeof *connection + connections->room.octets);
	*connection = (struct connection){.family = packet->family,
		.fingerprint = key->fingerprint,
		.opened = ++connections->opened};
	connection->ends[source] = key->source;
	connection->ends[side_other(source)] = key->destination;
	memcpy(connection->addresses[source], packet->source, octets);
	memcpy(connection->addresses[side_other(source)], packet->destination, octets);
	connection->ports[source] = packet->tcp.source_port;
	connection->ports[side_other(source)] = packet->tcp.destination_port;
	places_put(connections->places, connections->mask,
		(struct place){key->fingerprint, (uintptr_t)connection});
	connections->used++;
	return connection;
}

void connections_close(
	struct connections *connections, struct connection *connection, enum connection_found left)
{
	size_t i = connection->fingerprint & connections->mask;

	while (connections->places[i].tag != (uintptr_t)connection)
		i = (i + 1) & connections->mask;
	if (left == CONNECTION_UNKNOWN)
		places_remove(connections, i);
	else
		connections->places[i].tag = left == CONNECTION_OVER ? TAG_OVER : TAG_REFUSED;
	stream_fini(&connection->streams[SIDE_CLIENT]);
	stream_fini(&connection->streams[SIDE_SERVER]);
	free(connection->analysis);
	connection->family = 0;
	connection->next_spare = connections->spare;
	connections->spare = connection;
}

/* The place with this fingerprint and one of these tags; NULL when there is none. */
static struct place *places_find(
	const struct connections *connections, uint64_t fingerprint, uintptr_t tags)
{
	size_t i = fingerprint & connections->mask;

	for (; connections->places[i].tag != 0; i = (i + 1) & connections->mask)
		if (connections->places[i].fingerprint == fingerprint &&
			(connections->places[i].tag & tags) != 0)
			return &connections->places[i];
	return NULL;
}

static bool is_first_syn(uint16_t flags)
{
	return (flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

/* Whether the packet is the last that a refused connection has; FINs are noted. */
static bool ends_refused(struct place *place, uint16_t flags, bool is_low)
{
	const uintptr_t both = TAG_FIN_LOW | TAG_FIN_HIGH;

	if ((flags & TCP_FIN) != 0)
		place->tag |= is_low ? TAG_FIN_LOW : TAG_FIN_HIGH;
	return (flags & TCP_RST) != 0 || (place->tag & both) == both;
}

bool connections_forget(struct connections *connections, const struct packet *packet,
	const struct connection_key *key)
{
	uint16_t flags = packet->tcp.flags;
	struct place *place;

	if (LIKELY((flags & (TCP_FIN | TCP_RST | TCP_SYN)) == 0))
		return false;
	place = places_find(connections, key->fingerprint, TAGS);
	if (place == NULL ||
		(!is_first_syn(flags) &&
			((place->tag & TAG_OVER) != 0 ||
				!ends_refused(place, flags, key->source < key->destination))))
		return false;
	places_remove(connections, (size_t)(place - connections->places));
	return true;
}

struct connection *connections_retire(struct connections *connections, uint64_t fingerprint)
{
	struct place *place = places_find(connections, fingerprint, ANY_TAG);
	struct connection *connection;

	if (place == NULL || (place->tag & TAG_REFUSED) != 0)
		return NULL;
	if ((place->tag & TAG_OVER) == 0) {
		connection = (struct connection *)place->tag;
		return connection->has_closed ? connection : NULL;
	}
	places_remove(connections, (size_t)(place - connections->places));
	return NULL;
}

void connection_exchange(struct connection *connection)
{
	struct connection old = *connection;

	memcpy(connection->addresses[0], old.addresses[1], sizeof old.addresses[0]);
	memcpy(connection->addresses[1], old.addresses[0], sizeof old.addresses[0]);
	connection->ports[0] = old.ports[1];
	connection->ports[1] = old.ports[0];
	connection->ends[0] = old.ends[1];
	connection->ends[1] = old.ends[0];
	connection->has_syn[0] = old.has_syn[1];
	connection->has_syn[1] = old.has_syn[0];
	connection->has_sent[0] = old.has_sent[1];
	connection->has_sent[1] = old.has_sent[0];
	connection->is_exchanged = !old.is_exchanged;
	connection->streams[0] = old.streams[1];
	connection->streams[1] = old.streams[0];
	if (connection->analysis != NULL)
		analysis_exchange(connection->analysis);
}

static int by_age(const void *a, const void *b)
{
	const struct connection *first = *(struct connection *const *)a;
	const struct connection *second = *(struct connection *const *)b;

	return first->opened < second->opened ? -1 : 1;
}

struct connection **connections_all(const struct connections *connections, size_t *count)
{
	struct connection **all = memory_new(connections->used, sizeof *all);

	*count = 0;
	for (size_t i = 0; i <= connections->mask; i++) {
		uintptr_t tag = connections->places[i].tag;

		if (tag != 0 && (tag & TAGS) == 0)
			all[(*count)++] = (struct connection *)tag;
	}
	qsort(all, *count, sizeof *all, by_age);
	return all;
}
