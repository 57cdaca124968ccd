#include "net/connection.h"
#include "suite.h"

#include <stdlib.h>

static const struct connection_room no_room = {0, NULL};

static void packet_of(struct packet *packet, uint8_t *addresses, uint32_t client, bool is_back)
{
	*packet = (struct packet){.kind = PACKET_TCP, .family = 4, .protocol = 6};
	memcpy(addresses, &client, 4);
	memcpy(addresses + 4, "\x0a\0\0\x02", 4);
	packet->source = addresses + (is_back ? 4 : 0);
	packet->destination = addresses + (is_back ? 0 : 4);
	packet->tcp.source_port = is_back ? 25 : 1000;
	packet->tcp.destination_port = is_back ? 1000 : 25;
}

static void look_up(struct connections *connections, const struct packet *packet,
	struct connection_search *search)
{
	connections_expect(connections, packet, search);
	connections_find(connections, packet, search);
}

/* A few thousand connections opened, found from both sides, half of them closed or refused. */
static void test_table(void)
{
	struct connections *connections = connections_new(&no_room);
	struct connection_search search;
	struct connection **all;
	struct packet packet;
	uint8_t addresses[8];
	size_t count;

	for (uint32_t i = 0; i < 5000; i++) {
		packet_of(&packet, addresses, i, false);
		look_up(connections, &packet, &search);
		CU_ASSERT_EQUAL(search.found, CONNECTION_UNKNOWN);
		connections_open(connections, &packet, &search.key, false)->start = i;
	}
	all = connections_all(connections, &count);
	CU_ASSERT_EQUAL(count, 5000);
	for (size_t i = 0; i < count; i++)
		CU_ASSERT_EQUAL(all[i]->start, i);
	free(all);
	for (uint32_t i = 0; i < 5000; i++) {
		packet_of(&packet, addresses, i, true);
		look_up(connections, &packet, &search);
		CU_ASSERT_EQUAL(search.found, CONNECTION_OPEN);
		CU_ASSERT_EQUAL(search.side, SIDE_SERVER);
		CU_ASSERT_EQUAL(search.connection->start, i);
		if (i % 2 == 0)
			connections_close(connections, search.connection,
				i % 4 == 0 ? CONNECTION_REFUSED : CONNECTION_UNKNOWN);
	}
	for (uint32_t i = 0; i < 5000; i++) {
		packet_of(&packet, addresses, i, false);
		look_up(connections, &packet, &search);
		CU_ASSERT_EQUAL(search.found, i % 2 != 0   ? CONNECTION_OPEN
					      : i % 4 == 0 ? CONNECTION_REFUSED
							   : CONNECTION_UNKNOWN);
		if (search.found == CONNECTION_OPEN)
			connections_close(connections, search.connection, CONNECTION_UNKNOWN);
	}
	free(connections_all(connections, &count));
	CU_ASSERT_EQUAL(count, 0);
	connections_free(connections);
}

/* A refused connection is forgotten when both sides have sent FIN, on RST, and on a new SYN. */
static void test_forget(void)
{
	static const struct {
		uint8_t flags[2];
		bool forgets[2];
	} cases[] = {{{TCP_FIN | TCP_ACK, TCP_FIN | TCP_ACK}, {false, true}},
		{{TCP_RST, 0}, {true, false}}, {{TCP_ACK, TCP_SYN}, {false, true}},
		{{TCP_SYN | TCP_ACK, TCP_ACK}, {false, false}}};

	for (size_t i = 0; i < 4; i++) {
		struct connections *connections = connections_new(&no_room);
		struct connection_search search;
		struct packet packet;
		uint8_t addresses[8];

		packet_of(&packet, addresses, 77, false);
		look_up(connections, &packet, &search);
		connections_close(connections,
			connections_open(connections, &packet, &search.key, false),
			CONNECTION_REFUSED);
		for (int k = 0; k < 2; k++) {
			packet_of(&packet, addresses, 77, k == 1);
			packet.tcp.flags = cases[i].flags[k];
			look_up(connections, &packet, &search);
			CU_ASSERT_EQUAL(connections_forget(connections, &packet, &search.key),
				cases[i].forgets[k]);
		}
		connections_free(connections);
	}
}

/* What is over swallows its last segments until it is retired, or begun anew. */
static void test_over(void)
{
	static const struct {
		uint8_t flags;
		bool forgets;
	} cases[] = {{TCP_ACK, false}, {TCP_FIN | TCP_ACK, false}, {TCP_RST, false},
		{TCP_SYN | TCP_ACK, false}, {TCP_SYN, true}};
	struct connections *connections = connections_new(&no_room);
	struct connection_search search;
	struct connection *connection;
	struct packet packet;
	uint8_t addresses[8];

	packet_of(&packet, addresses, 5, false);
	look_up(connections, &packet, &search);
	connection = connections_open(connections, &packet, &search.key, false);
	CU_ASSERT_PTR_NULL(connections_retire(connections, search.key.fingerprint));
	connection->has_closed = true;
	CU_ASSERT_PTR_EQUAL(connections_retire(connections, search.key.fingerprint), connection);
	connections_close(connections, connection, CONNECTION_OVER);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		packet.tcp.flags = cases[i].flags;
		look_up(connections, &packet, &search);
		CU_ASSERT_EQUAL(search.found, CONNECTION_OVER);
		CU_ASSERT_EQUAL(
			connections_forget(connections, &packet, &search.key), cases[i].forgets);
	}
	look_up(connections, &packet, &search);
	CU_ASSERT_EQUAL(search.found, CONNECTION_UNKNOWN);
	connections_close(connections, connections_open(connections, &packet, &search.key, false),
		CONNECTION_OVER);
	CU_ASSERT_PTR_NULL(connections_retire(connections, search.key.fingerprint));
	look_up(connections, &packet, &search);
	CU_ASSERT_EQUAL(search.found, CONNECTION_UNKNOWN);
	connections_free(connections);
}

static size_t rooms_freed;

static void free_room(void *room)
{
	uint64_t *words = room;

	rooms_freed += words[1] == 7;
}

/* The room begins all zero, stays as it was left for the next connection, and is freed once. */
static void test_room(void)
{
	struct connections *connections =
		connections_new(&(struct connection_room){2 * sizeof(uint64_t), free_room});
	struct connection_search search;
	struct packet packet;
	uint8_t addresses[8];

	rooms_freed = 0;
	for (uint32_t i = 0; i < 3; i++) {
		struct connection *connection;
		uint64_t *words;

		packet_of(&packet, addresses, i, false);
		look_up(connections, &packet, &search);
		connection = connections_open(connections, &packet, &search.key, false);
		words = connection_room(connection);
		CU_ASSERT_EQUAL((uintptr_t)words % 64, 0);
		CU_ASSERT_EQUAL(words[1], i == 0 ? 0 : 7);
		words[1] = 7;
		connections_close(connections, connection, CONNECTION_UNKNOWN);
	}
	connections_free(connections);
	CU_ASSERT_EQUAL(rooms_freed, 1);
}

SUITE(connection, {"finds what was opened", test_table}, {"forgets what has ended", test_forget},
	{"what is over", test_over}, {"room", test_room});
