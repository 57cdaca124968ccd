#include "base/memory.h"
#include "client/connection_parts.h"
#include "meeting.h"
#include "suite.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void run_talk(struct peer *peer)
{
	peer_say(peer, "220 hi\r\n");
	peer_hear(peer, 6);
	peer_say(peer, "221 bye\r\n");
	CU_ASSERT_FALSE(peer_hear(peer, 1));
	CU_ASSERT_EQUAL(peer->error, 0);
}

static void test_talk(void)
{
	struct meeting meeting = {.peer.run = run_talk};
	struct connection_ends ends;
	char expected[100];

	meet(&meeting, NULL);
	ends = connection_ends(meeting.connection);
	CU_ASSERT_EQUAL(ends.remote.ss_family, AF_INET);
	CU_ASSERT_EQUAL(ntohs(((struct sockaddr_in *)&ends.remote)->sin_port), meeting.peer.port);
	CU_ASSERT_NOT_EQUAL(((struct sockaddr_in *)&ends.local)->sin_port, 0);
	CU_ASSERT_EQUAL(hear(&meeting, 8), STEP_DONE);
	CU_ASSERT_EQUAL(connection_write(meeting.connection, span_text("QUIT\r\n"), true, PATIENCE,
				&meeting.fail),
		STEP_DONE);
	CU_ASSERT_EQUAL(hear(&meeting, 17), STEP_DONE);
	CU_ASSERT_STRING_EQUAL(buffer_text(&meeting.in), "220 hi\r\n221 bye\r\n");
	CU_ASSERT_FALSE(connection_tls(meeting.connection).is_on);
	connection_close(meeting.connection);
	snprintf(expected, sizeof expected,
		"Successfully connected to 127.0.0.1:%u\nConnection closed\n", meeting.peer.port);
	CU_ASSERT_STRING_EQUAL(buffer_text(&meeting.ear.notes), expected);
	CU_ASSERT_STRING_EQUAL(buffer_text(&meeting.ear.order), "S8 C!6 S9 ");
	check_tap(&meeting);
	connection_close(meeting.connection);
	CU_ASSERT_EQUAL(say(&meeting, "X"), STEP_FAIL);
	CU_ASSERT_EQUAL(
		connection_read(meeting.connection, &meeting.in, 1, &meeting.fail), STEP_MORE);
	part(&meeting);
}

static void test_names(void)
{
	static const struct {
		const char *host, *name;
	} cases[] = {{"mail.example", "mail.example:25"}, {"::1", "[::1]:25"},
		{"[::1]", "[::1]:25"}, {"192.0.2.1", "192.0.2.1:25"}, {"a\033b", "a\\033b:25"}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct connection_options options = {
			.host = cases[i].host, .port = 25, .cancel = -1};
		struct connection *connection = connection_new(&options);

		CU_ASSERT_STRING_EQUAL(connection_name(connection), cases[i].name);
		connection_free(connection);
	}
	connection_free(NULL);
}

static void test_resolve(void)
{
	struct connection_options options = {.host = "[::1]", .port = 25, .cancel = -1};
	struct connection *connection = connection_new(&options);
	struct fail fail;

	CU_ASSERT_EQUAL(connection_resolve(connection, &fail), STEP_DONE);
	CU_ASSERT_EQUAL(connection_address_count(connection), 1);
	CU_ASSERT_EQUAL(connection_address(connection, 0)->ss_family, AF_INET6);
	connection_free(connection);
	options.family = AF_INET;
	connection = connection_new(&options);
	CU_ASSERT_EQUAL(connection_resolve(connection, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_UNAVAILABLE);
	CU_ASSERT_PTR_NOT_NULL(strstr(fail.text, "[::1]:25: no address: "));
	connection_free(connection);
}

/* A machine without /etc/hosts may know no name at all. */
static void test_resolve_name(void)
{
	struct connection_options options = {
		.host = "localhost", .port = 25, .family = AF_INET, .cancel = -1};
	struct connection *connection = connection_new(&options);
	struct addrinfo *known = NULL, wish = {.ai_family = AF_INET};
	bool is_known = getaddrinfo("localhost", "25", &wish, &known) == 0;
	struct fail fail;

	CU_ASSERT_EQUAL(connection_resolve(connection, &fail), is_known ? STEP_DONE : STEP_FAIL);
	CU_ASSERT_EQUAL(connection_address_count(connection) >= 1, is_known);
	if (is_known)
		freeaddrinfo(known);
	connection_free(connection);
}

static struct sockaddr_storage address_at(uint16_t port)
{
	struct sockaddr_storage address = {.ss_family = AF_INET};

	((struct sockaddr_in *)&address)->sin_port = htons(port);
	((struct sockaddr_in *)&address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return address;
}

static void run_nothing(struct peer *peer)
{
	(void)peer_hear(peer, 1);
}

static void run_dropped(struct peer *peer)
{
	CU_ASSERT_FALSE(peer_hear(peer, 1));
	CU_ASSERT_EQUAL(peer->error, ECONNRESET);
}

/* An address that is silent, one that refuses, one that answers: the last is there well before the
 * first has had its time. */
static void test_race(void)
{
	struct peer peer = {.run = run_nothing};
	struct connection_options options;
	struct connection *connection;
	uint16_t silent, refused;
	int listener = peer_deaf(&silent);
	struct fail fail;
	struct ear ear;
	int64_t begin;

	close(peer_deaf(&refused));
	ear_init(&ear);
	peer_start(&peer);
	options = peer_options(&peer, &ear);
	connection = connection_new(&options);
	connection->addresses[0] = address_at(silent);
	connection->addresses[1] = address_at(refused);
	connection->addresses[2] = address_at(peer.port);
	connection->address_count = 3;
	begin = connection_clock();
	CU_ASSERT_EQUAL(connection_open(connection, &fail), STEP_DONE);
	CU_ASSERT_TRUE(connection_clock() - begin >= 240);
	CU_ASSERT_TRUE(connection_clock() - begin < 2000);
	check_has(&ear.notes, "127.0.0.1: Connection refused\nSuccessfully");
	connection_free(connection);
	peer_stop(&peer);
	ear_fini(&ear);
	close(listener);
}

/* Nobody answers: each address is named with what it said, in its time. */
static void test_nobody(void)
{
	struct connection_options options = {
		.host = "127.0.0.1", .port = 1, .cancel = -1, .connect_seconds = 1};
	struct connection *connection = connection_new(&options);
	uint16_t silent, refused;
	int listener = peer_deaf(&silent);
	struct fail fail;
	int64_t begin = connection_clock();

	close(peer_deaf(&refused));
	connection->addresses[0] = address_at(silent);
	connection->addresses[1] = address_at(refused);
	connection->address_count = 2;
	CU_ASSERT_EQUAL(connection_open(connection, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_UNAVAILABLE);
	CU_ASSERT_STRING_EQUAL(fail.text, "127.0.0.1:1: 127.0.0.1: Connection timed out; "
					  "127.0.0.1: Connection refused");
	CU_ASSERT_TRUE(connection_clock() - begin >= 990);
	CU_ASSERT_TRUE(connection_clock() - begin < 3000);
	CU_ASSERT_EQUAL(connection_ends(connection).remote.ss_family, AF_UNSPEC);
	connection_close(connection);
	connection_free(connection);
	close(listener);
}

static void run_deaf_and_dumb(struct peer *peer)
{
	peer_wait(peer);
}

static void test_time_limits(void)
{
	struct meeting meeting = {.peer.run = run_deaf_and_dumb};
	enum { OCTETS = 16 * 1024 * 1024 };
	uint8_t *octets = memory_new(OCTETS, 1);

	meet(&meeting, NULL);
	CU_ASSERT_EQUAL(
		connection_read(meeting.connection, &meeting.in, 0, &meeting.fail), STEP_FAIL);
	check_fail(&meeting, FAIL_TEMPORARY, "the server was silent for 0 s");
	CU_ASSERT_EQUAL(connection_write(meeting.connection, span_of(octets, OCTETS), false, 1,
				&meeting.fail),
		STEP_FAIL);
	check_fail(&meeting, FAIL_TEMPORARY, "the server was silent for 1 s");
	connection_drop(meeting.connection);
	check_has(&meeting.ear.notes, "Connection dropped");
	free(octets);
	part(&meeting);
}

struct canceller {
	pthread_t thread;
	int pipe[2];
};

static void *cancel_soon(void *context)
{
	struct canceller *canceller = context;

	peer_sleep(100);
	CU_ASSERT_EQUAL(write(canceller->pipe[1], "x", 1), 1);
	return NULL;
}

static void run_until_end(struct peer *peer)
{
	while (peer_hear(peer, 1))
		;
}

/* What waits: 0 for connecting, 1 for reading, 2 for writing, 3 for TLS. */
static enum step wait_for(struct meeting *meeting, int what)
{
	enum { OCTETS = 16 * 1024 * 1024 };
	uint8_t *octets;
	enum step step;

	if (what == 1)
		return connection_read(meeting->connection, &meeting->in, PATIENCE, &meeting->fail);
	if (what == 3)
		return connection_secure(meeting->connection, PATIENCE, &meeting->fail);
	octets = memory_new(OCTETS, 1);
	step = connection_write(
		meeting->connection, span_of(octets, OCTETS), false, PATIENCE, &meeting->fail);
	free(octets);
	return step;
}

static void test_cancel(void)
{
	for (int what = 0; what < 4; what++) {
		struct meeting meeting = {
			.peer.run = what == 2 ? run_deaf_and_dumb : run_until_end};
		struct canceller canceller;
		uint16_t silent;
		int listener = peer_deaf(&silent);
		int64_t begin = connection_clock();

		CU_ASSERT_EQUAL_FATAL(pipe(canceller.pipe), 0);
		meeting.cancel = canceller.pipe[0];
		meet(&meeting, NULL);
		pthread_create(&canceller.thread, NULL, cancel_soon, &canceller);
		if (what == 0) {
			struct connection_options options = {
				.host = "127.0.0.1", .port = silent, .cancel = canceller.pipe[0]};
			struct connection *connection = connection_new(&options);

			CU_ASSERT_EQUAL(connection_open(connection, &meeting.fail), STEP_FAIL);
			connection_free(connection);
		} else {
			CU_ASSERT_EQUAL(wait_for(&meeting, what), STEP_FAIL);
		}
		CU_ASSERT_TRUE(connection_clock() - begin < 3000);
		check_fail(&meeting, FAIL_TEMPORARY, ": cancelled");
		pthread_join(canceller.thread, NULL);
		part(&meeting);
		close(canceller.pipe[0]);
		close(canceller.pipe[1]);
		close(listener);
	}
}

static void run_flood(struct peer *peer)
{
	uint8_t octets[1024] = {0};

	for (int i = 0; i < 10000 && peer->said.length == (size_t)i * 1024; i++)
		peer_say_octets(peer, span_of(octets, sizeof octets));
}

/* Where there is always more to read, or room to write, cancelling ends it all the same; a word can
 * still be said. */
static void test_cancel_flood(void)
{
	enum { OCTETS = 16 * 1024 * 1024 };
	struct meeting meeting = {.peer.run = run_flood};
	uint8_t *octets = memory_new(OCTETS, 1);
	int ends[2];

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	meeting.cancel = ends[0];
	meet(&meeting, NULL);
	CU_ASSERT_EQUAL(hear(&meeting, 1), STEP_DONE);
	CU_ASSERT_EQUAL(write(ends[1], "x", 1), 1);
	CU_ASSERT_EQUAL(hear(&meeting, meeting.in.length + 1), STEP_FAIL);
	check_fail(&meeting, FAIL_TEMPORARY, ": cancelled");
	CU_ASSERT_EQUAL(say(&meeting, "QUIT\r\n"), STEP_DONE);
	CU_ASSERT_EQUAL(connection_write(meeting.connection, span_of(octets, OCTETS), false,
				PATIENCE, &meeting.fail),
		STEP_FAIL);
	check_fail(&meeting, FAIL_TEMPORARY, ": cancelled");
	CU_ASSERT_EQUAL(meeting.ear.octets[SIDE_CLIENT].length, 6 + 16 * 1024);
	connection_drop(meeting.connection);
	part(&meeting);
	free(octets);
	close(ends[0]);
	close(ends[1]);
}

static void run_last_words(struct peer *peer)
{
	peer_say(peer, "421 no\r\n");
	peer_sleep(50); /* a reset at once would end the connecting */
	peer_hang_up(peer, peer->context != NULL);
}

/* The server closes, or breaks off: what it said before is heard, the end is told, and writing ends
 * with a failure and without a signal. */
static void test_closed(void)
{
	static int yes;

	for (int is_reset = 0; is_reset < 2; is_reset++) {
		struct meeting meeting = {
			.peer.run = run_last_words, .peer.context = is_reset ? &yes : NULL};
		void (*inherited)(int) = signal(SIGPIPE, SIG_DFL);
		enum step step = STEP_DONE;

		meet(&meeting, NULL);
		peer_sleep(100);
		for (int i = 0; i < 100 && step == STEP_DONE; i++) {
			step = say(&meeting, "NOOP\r\n");
			peer_sleep(5);
		}
		CU_ASSERT_EQUAL(step, STEP_FAIL);
		check_fail(&meeting, FAIL_TEMPORARY, "the server ");
		if (!is_reset) {
			CU_ASSERT_EQUAL(hear(&meeting, 8), STEP_DONE);
			CU_ASSERT_STRING_EQUAL(buffer_text(&meeting.in), "421 no\r\n");
		}
		CU_ASSERT_EQUAL(hear(&meeting, 9), STEP_MORE);
		CU_ASSERT_EQUAL(say(&meeting, "X"), STEP_FAIL);
		connection_close(meeting.connection);
		part(&meeting);
		signal(SIGPIPE, inherited);
	}
}

static void run_reset(struct peer *peer)
{
	peer_say(peer, "220 hi\r\n");
	peer_hear(peer, 1);
	peer_hang_up(peer, true);
}

static void test_broken_off(void)
{
	struct meeting meeting = {.peer.run = run_reset};

	meet(&meeting, NULL);
	CU_ASSERT_EQUAL(hear(&meeting, 8), STEP_DONE);
	CU_ASSERT_EQUAL(say(&meeting, "X"), STEP_DONE);
	CU_ASSERT_EQUAL(hear(&meeting, 9), STEP_FAIL);
	check_fail(&meeting, FAIL_TEMPORARY, "the server broke off the connection");
	CU_ASSERT_EQUAL(hear(&meeting, 9), STEP_MORE);
	part(&meeting);
}

/* The client ends: with FIN, or with RST when it is dropped. */
static void test_drop(void)
{
	struct meeting meeting = {.peer.run = run_dropped};

	meet(&meeting, NULL);
	connection_drop(meeting.connection);
	connection_close(meeting.connection);
	CU_ASSERT_PTR_NULL(strstr(buffer_text(&meeting.ear.notes), "closed"));
	part(&meeting);
}

/* A server that never ends is not waited for. */
static void test_close_is_bounded(void)
{
	struct meeting meeting = {.peer.run = run_deaf_and_dumb};
	int64_t begin;

	meet(&meeting, NULL);
	begin = connection_clock();
	connection_close(meeting.connection);
	CU_ASSERT_TRUE(connection_clock() - begin < 1500);
	part(&meeting);
}

/* A small buffer takes what it can; the rest is kept. */
static void test_room(void)
{
	struct meeting meeting = {.peer.run = run_talk};
	struct buffer small;
	int reads = 0;

	buffer_init(&small, 3);
	meet(&meeting, NULL);
	CU_ASSERT_EQUAL(say(&meeting, "QUIT\r\n"), STEP_DONE);
	while (connection_read(meeting.connection, &small, PATIENCE, &meeting.fail) == STEP_DONE) {
		CU_ASSERT_TRUE(small.length <= 3);
		if (small.length == 3)
			CU_ASSERT_EQUAL(connection_read(meeting.connection, &small, PATIENCE,
						&meeting.fail),
				STEP_FAIL);
		buffer_add_span(&meeting.in, buffer_span(&small));
		buffer_clear(&small);
		if (meeting.in.length == 17)
			break;
		reads++;
	}
	CU_ASSERT_TRUE(reads >= 5);
	CU_ASSERT_STRING_EQUAL(buffer_text(&meeting.in), "220 hi\r\n221 bye\r\n");
	connection_close(meeting.connection);
	buffer_fini(&small);
	part(&meeting);
}

SUITE(client_connection, {"talk", test_talk}, {"names", test_names}, {"resolve", test_resolve},
	{"resolve a name", test_resolve_name}, {"race of addresses", test_race},
	{"nobody answers", test_nobody}, {"time limits", test_time_limits},
	{"cancelled", test_cancel}, {"cancelled in a flood", test_cancel_flood},
	{"closed", test_closed}, {"broken off", test_broken_off}, {"dropped", test_drop},
	{"closing is bounded", test_close_is_bounded}, {"little room", test_room});
