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

SUITE(connection, {"finds what was opened", test_table}, {"forgets what has ended", test_forget});
