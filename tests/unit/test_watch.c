#include "live/watch.h"

#include "live/route.h"
#include "suite.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>

static const uint8_t client[] = {192, 0, 2, 1}, server[] = {192, 0, 2, 2};

enum { CLIENT_PORT = 40000, SERVER_PORT = 25 };

/* A segment: flags, what it says, and what it acknowledges. */
struct sent {
	enum side from;
	uint8_t flags;
	uint32_t sequence, length, acknowledges;
};

static void watch_sent(struct watch *watch, const struct sent *sent, uint16_t port)
{
	bool is_client = sent->from == SIDE_CLIENT;
	struct packet packet = {.kind = PACKET_TCP,
		.family = 4,
		.source = is_client ? client : server,
		.destination = is_client ? server : client};

	packet.tcp = (struct tcp_segment){.source_port = is_client ? port : SERVER_PORT,
		.destination_port = is_client ? SERVER_PORT : port,
		.sequence = sent->sequence,
		.acknowledgement = sent->acknowledges,
		.flags = sent->flags,
		.length = sent->length};
	watch_packet(watch, &packet);
}

static struct ends ends_to(uint16_t port)
{
	struct ends ends = {{{.family = 4, .port = port}, {.family = 4, .port = SERVER_PORT}}};

	memcpy(ends.at[SIDE_CLIENT].address, client, sizeof client);
	memcpy(ends.at[SIDE_SERVER].address, server, sizeof server);
	return ends;
}

/* Over with the segment whose index is behind, 0: never. Sequence numbers pass 2^32. */
struct watch_case {
	const char *name;
	size_t over;
	struct sent sent[12];
};

static const struct watch_case cases[] = {
	{"the client ends first", 6,
		{{SIDE_CLIENT, TCP_SYN, UINT32_MAX - 4, 0, 0},
			{SIDE_SERVER, TCP_SYN | TCP_ACK, 100, 0, UINT32_MAX - 3},
			{SIDE_CLIENT, TCP_ACK, UINT32_MAX - 3, 10, 101},
			{SIDE_CLIENT, TCP_FIN | TCP_ACK, 6, 0, 101},
			{SIDE_SERVER, TCP_FIN | TCP_ACK, 101, 0, 7},
			{SIDE_CLIENT, TCP_ACK, 7, 0, 102}}},
	{"a FIN that carries octets", 5,
		{{SIDE_CLIENT, TCP_SYN, 0, 0, 0}, {SIDE_SERVER, TCP_SYN | TCP_ACK, 100, 0, 1},
			{SIDE_SERVER, TCP_FIN | TCP_ACK, 101, 20, 1},
			{SIDE_CLIENT, TCP_FIN | TCP_ACK, 1, 5, 122},
			{SIDE_SERVER, TCP_ACK, 122, 0, 7}}},
	{"its octets are acknowledged, it is not", 0,
		{{SIDE_CLIENT, TCP_SYN, 0, 0, 0}, {SIDE_SERVER, TCP_SYN | TCP_ACK, 100, 0, 1},
			{SIDE_SERVER, TCP_FIN | TCP_ACK, 101, 20, 1},
			{SIDE_CLIENT, TCP_FIN | TCP_ACK, 1, 5, 121},
			{SIDE_SERVER, TCP_ACK, 122, 0, 7}}},
	{"one side has ended", 0,
		{{SIDE_CLIENT, TCP_SYN, 0, 0, 0}, {SIDE_SERVER, TCP_SYN | TCP_ACK, 100, 0, 1},
			{SIDE_SERVER, TCP_FIN | TCP_ACK, 101, 0, 1},
			{SIDE_CLIENT, TCP_ACK, 1, 0, 102}}},
	{"refused", 2,
		{{SIDE_CLIENT, TCP_SYN, 0, 0, 0}, {SIDE_SERVER, TCP_RST | TCP_ACK, 0, 0, 1}}},
	{"the port is used again", 0,
		{{SIDE_CLIENT, TCP_SYN, 0, 0, 0}, {SIDE_SERVER, TCP_RST | TCP_ACK, 0, 0, 1},
			{SIDE_CLIENT, TCP_SYN, 500, 0, 0}}},
	{"a SYN sent again", 3,
		{{SIDE_CLIENT, TCP_SYN, 0, 0, 0}, {SIDE_CLIENT, TCP_SYN, 0, 0, 0},
			{SIDE_SERVER, TCP_RST | TCP_ACK, 0, 0, 1}}},
};

static void test_ends(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct watch *watch = calloc(1, sizeof *watch);
		struct ends ends = ends_to(CLIENT_PORT);
		size_t over = 0;

		for (size_t k = 0; k < 12; k++) {
			const struct watched *watched;

			if (cases[i].sent[k].flags == 0)
				break;
			watch_sent(watch, &cases[i].sent[k], CLIENT_PORT);
			watched = watch_find(watch, &ends);
			CU_ASSERT_PTR_NOT_NULL_FATAL(watched);
			if (!watched_is_over(watched))
				over = 0;
			else if (over == 0)
				over = k + 1;
		}
		if (over != cases[i].over) {
			printf("%s: over with segment %zu\n", cases[i].name, over);
			CU_FAIL("the end is seen elsewhere");
		}
		free(watch);
	}
}

/* The latest are known; what began before the capture is not. */
static void test_limit(void)
{
	static const struct sent syn = {SIDE_CLIENT, TCP_SYN, 0, 0, 0};
	static const struct sent other = {SIDE_CLIENT, TCP_ACK, 1, 4, 0};
	struct watch *watch = calloc(1, sizeof *watch);
	struct ends first = ends_to(1000), last = ends_to(1000 + LIMIT_WATCHED);

	watch_sent(watch, &other, 999);
	CU_ASSERT_EQUAL(watch->count, 0);
	CU_ASSERT_FALSE(watch_is_at_rest(watch));
	for (uint16_t i = 0; i <= LIMIT_WATCHED; i++)
		watch_sent(watch, &syn, (uint16_t)(1000 + i));
	CU_ASSERT_PTR_NULL(watch_find(watch, &first));
	CU_ASSERT_PTR_NOT_NULL(watch_find(watch, &last));
	CU_ASSERT_FALSE(watch_is_at_rest(watch));
	free(watch);
}

/* One that is spoken in is another's business. */
static void test_rest(void)
{
	static const struct sent syn = {SIDE_CLIENT, TCP_SYN, 0, 0, 0};
	static const struct sent said = {SIDE_CLIENT, TCP_ACK, 1, 4, 0};
	static const struct sent reset = {SIDE_SERVER, TCP_RST, 1, 0, 0};
	struct watch *watch = calloc(1, sizeof *watch);

	watch_sent(watch, &syn, 1000);
	watch_sent(watch, &syn, 1001);
	watch_sent(watch, &reset, 1001);
	CU_ASSERT_FALSE(watch_is_at_rest(watch));
	watch_sent(watch, &said, 1000);
	CU_ASSERT_TRUE(watch_is_at_rest(watch));
	free(watch);
}

static void fill(struct sockaddr_storage *address, const char *text)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(2525)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(2525)};

	*address = (struct sockaddr_storage){.ss_family = 0};
	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		memcpy(address, &in, sizeof in);
	else if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1)
		memcpy(address, &in6, sizeof in6);
}

static void test_filter(void)
{
	static const char *const texts[] = {
		"192.0.2.1", "2001:db8::1", "192.0.2.1", "::ffff:192.0.2.1", "::ffff:192.0.2.7"};
	struct sockaddr_storage storage[5];
	const struct sockaddr_storage *addresses[5];
	struct buffer filter;

	for (size_t i = 0; i < 5; i++) {
		fill(&storage[i], texts[i]);
		addresses[i] = &storage[i];
	}
	buffer_init(&filter, 0);
	route_filter(addresses, 5, &filter);
	CU_ASSERT_STRING_EQUAL(buffer_text(&filter),
		"tcp and port 2525 and (host 192.0.2.1 or host 2001:db8::1 or host 192.0.2.7)");
	((struct sockaddr_in *)&storage[2])->sin_port = htons(2110);
	buffer_clear(&filter);
	route_filter(addresses, 3, &filter);
	CU_ASSERT_STRING_EQUAL(buffer_text(&filter),
		"tcp and (port 2525 or port 2110) and (host 192.0.2.1 or host 2001:db8::1)");
	buffer_fini(&filter);
}

/* What the kernel says of routes: the loopback's is known everywhere. */
static void test_interface(void)
{
	struct sockaddr_storage storage[2];
	const struct sockaddr_storage *addresses[] = {&storage[0], &storage[1]};
	char name[IF_NAMESIZE];

	fill(&storage[0], "127.0.0.1");
	fill(&storage[1], "127.9.9.9");
	route_interface(addresses, 2, name);
	CU_ASSERT_STRING_EQUAL(name, "lo");
	route_interface(addresses, 0, name);
	CU_ASSERT_STRING_EQUAL(name, "any");
	storage[0].ss_family = AF_UNIX; /* not to be reached */
	route_interface(addresses, 1, name);
	CU_ASSERT_STRING_EQUAL(name, "any");
}

SUITE(watch, {"ends", test_ends}, {"limit", test_limit}, {"rest", test_rest},
	{"filter", test_filter}, {"interface", test_interface});
