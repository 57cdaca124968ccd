#include "base/memory.h"
#include "meeting.h"
#include "suite.h"

#include <stdlib.h>
#include <unistd.h>

/* Says a greeting in clear, and goes on inside TLS; hears the client's end out. */
static void run_starttls(struct peer *peer)
{
	peer_say(peer, "220 hi\r\n");
	CU_ASSERT_TRUE(peer_hear(peer, 10));
	peer_say(peer, "220 go\r\n");
	if (!peer_secure(peer))
		return;
	CU_ASSERT_TRUE(peer_hear(peer, 6));
	peer_say(peer, "221 bye\r\n");
	SSL_shutdown(peer->ssl);
	peer_hang_up(peer, false);
}

static const struct {
	int version;
	const char *name;
	const char *secret; /* what the key log must have */
} versions[] = {{TLS1_2_VERSION, "TLSv1.2", "CLIENT_RANDOM "},
	{TLS1_3_VERSION, "TLSv1.3", "SERVER_TRAFFIC_SECRET_0 "}};

static void test_starttls(void)
{
	for (size_t i = 0; i < 2; i++) {
		struct meeting meeting = {
			.peer = {.run = run_starttls, .version = versions[i].version}};
		struct connection_tls tls;

		meet(&meeting, NULL);
		CU_ASSERT_EQUAL(hear(&meeting, 8), STEP_DONE);
		CU_ASSERT_EQUAL(say(&meeting, "STARTTLS\r\n"), STEP_DONE);
		CU_ASSERT_EQUAL(hear(&meeting, 16), STEP_DONE);
		CU_ASSERT_EQUAL(secure(&meeting), STEP_DONE);
		tls = connection_tls(meeting.connection);
		CU_ASSERT_TRUE(tls.is_on && tls.is_verified);
		CU_ASSERT_STRING_EQUAL(tls.version, versions[i].name);
		CU_ASSERT_EQUAL(secure(&meeting), STEP_FAIL);
		CU_ASSERT_EQUAL(say(&meeting, "QUIT\r\n"), STEP_DONE);
		CU_ASSERT_EQUAL(hear(&meeting, 25), STEP_DONE);
		CU_ASSERT_EQUAL(hear(&meeting, 26), STEP_MORE);
		connection_close(meeting.connection);
		CU_ASSERT_STRING_EQUAL(buffer_text(&meeting.ear.order), "S8 C10 S8 C6 S9 ");
		check_has(&meeting.ear.secrets, versions[i].secret);
		check_has(&meeting.ear.notes, versions[i].name);
		check_has(&meeting.ear.notes, "certificate of 127.0.0.1 verified\n");
		check_has(&meeting.ear.notes, "Certificate 1: CN=Peer; issued by CN=Peers' "
					      "Authority; valid from 20");
		check_has(&meeting.ear.notes, "; for localhost, 127.0.0.1\n");
		check_has(&meeting.ear.notes, "\nConnection closed\n");
		check_tap(&meeting);
		part(&meeting);
	}
}

static void run_injection(struct peer *peer)
{
	peer_say(peer, "220 go\r\n");
	peer_hear(peer, 1);
	peer_say(peer, "250 injected\r\n");
	peer_hear(peer, 1);
	CU_ASSERT_EQUAL(peer->heard.length, 1);
}

/* Octets in clear behind the reply: no octet of TLS is sent, and the tap has heard them. */
static void test_injection(void)
{
	struct meeting meeting = {.peer.run = run_injection};

	meet(&meeting, NULL);
	CU_ASSERT_EQUAL(hear(&meeting, 8), STEP_DONE);
	CU_ASSERT_EQUAL(say(&meeting, "S"), STEP_DONE);
	peer_sleep(100);
	CU_ASSERT_EQUAL(secure(&meeting), STEP_FAIL);
	check_fail(&meeting, FAIL_PROTOCOL, "14 octets came in clear where TLS had to begin");
	CU_ASSERT_FALSE(connection_tls(meeting.connection).is_on);
	CU_ASSERT_EQUAL(say(&meeting, "AUTH"), STEP_FAIL);
	check_has(&meeting.ear.octets[SIDE_SERVER], "220 go\r\n250 injected\r\n");
	connection_drop(meeting.connection);
	part(&meeting);
}

/* What a server does where TLS has to begin. */
static void run_clear(struct peer *peer)
{
	peer_hear(peer, 100);
	peer_say(peer, "500 what?\r\n");
	peer_hear(peer, 100000);
}

static void run_close(struct peer *peer)
{
	peer_hear(peer, 100);
	peer_hang_up(peer, false);
}

static void run_reset(struct peer *peer)
{
	peer_hear(peer, 100);
	peer_hang_up(peer, true);
}

static void run_silence(struct peer *peer)
{
	peer_wait(peer);
}

static const struct {
	void (*run)(struct peer *peer);
	enum fail_code code;
	const char *said;
} beginnings[] = {
	{run_clear, FAIL_PROTOCOL, "the server does not speak TLS here"},
	{run_close, FAIL_TEMPORARY, "the server "},
	{run_reset, FAIL_TEMPORARY, "the server broke off the connection"},
	{run_silence, FAIL_TEMPORARY, "the server did not begin TLS in 1 s"},
};

static void test_beginnings(void)
{
	for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
		struct meeting meeting = {.peer.run = beginnings[i].run};

		meet(&meeting, NULL);
		CU_ASSERT_EQUAL(connection_secure(meeting.connection, 1, &meeting.fail), STEP_FAIL);
		check_fail(&meeting, beginnings[i].code, beginnings[i].said);
		CU_ASSERT_EQUAL(say(&meeting, "X"), STEP_FAIL);
		CU_ASSERT_EQUAL(hear(&meeting, 1), STEP_MORE);
		connection_drop(meeting.connection);
		part(&meeting);
	}
}

/* Hears the client's first words, and says so many octets of the answer to them. */
static void run_cut(struct peer *peer)
{
	const size_t *most = peer->context;
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	uint8_t hello[16384];
	ssize_t count = read(peer->socket, hello, sizeof hello);
	char *answer;
	long length;

	SSL_set_bio(peer->ssl, in, out);
	BIO_write(in, hello, (int)count);
	SSL_accept(peer->ssl);
	length = BIO_get_mem_data(out, &answer);
	if ((size_t)length > *most)
		length = (long)*most;
	CU_ASSERT_EQUAL(write(peer->socket, answer, (size_t)length), length);
	shutdown(peer->socket, SHUT_WR);
	(void)read(peer->socket, hello, sizeof hello);
}

/* The server closes within its part of the handshake, wherever that is. */
static void test_cut(void)
{
	enum step step = STEP_FAIL;
	size_t octets;

	for (octets = 0; step == STEP_FAIL && octets < 5000; octets += 53) {
		struct meeting meeting = {.peer = {.run = run_cut, .context = &octets}};

		meet(&meeting, NULL);
		step = secure(&meeting);
		if (step == STEP_FAIL)
			check_fail(&meeting, FAIL_TEMPORARY,
				"the server closed the connection where TLS had to begin");
		CU_ASSERT_EQUAL(hear(&meeting, 1), STEP_MORE);
		connection_drop(meeting.connection);
		part(&meeting);
	}
	CU_ASSERT_EQUAL(step, STEP_DONE);
	CU_ASSERT_TRUE(octets > 500);
}

/* The end inside TLS: with close_notify, without it, with a RST, and with octets that are no TLS.
 */
static void run_truncated(struct peer *peer)
{
	if (!peer_secure(peer))
		return;
	peer_say(peer, "220 hi\r\n");
	CU_ASSERT_TRUE(peer_hear(peer, 1));
	peer_hang_up(peer, peer->context != NULL);
}

static void run_garbage(struct peer *peer)
{
	if (!peer_secure(peer))
		return;
	peer_say(peer, "220 hi\r\n");
	CU_ASSERT_TRUE(peer_hear(peer, 1));
	CU_ASSERT_EQUAL(write(peer->socket, "250 in clear\r\n", 14), 14);
}

static void test_ends(void)
{
	static int yes;
	static const struct {
		void (*run)(struct peer *peer);
		void *context;
		enum step step;
		const char *said; /* a note, or why it failed */
	} ends[] = {
		{run_truncated, NULL, STEP_MORE,
			"The server closed the connection without ending TLS\n"},
		{run_truncated, &yes, STEP_FAIL, "the server broke off the connection"},
		{run_garbage, NULL, STEP_FAIL, ": TLS: wrong version number"},
	};

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		struct meeting meeting = {.peer = {.run = ends[i].run, .context = ends[i].context}};

		meet(&meeting, NULL);
		CU_ASSERT_EQUAL(secure(&meeting), STEP_DONE);
		CU_ASSERT_EQUAL(hear(&meeting, 8), STEP_DONE);
		CU_ASSERT_EQUAL(say(&meeting, "X"), STEP_DONE);
		CU_ASSERT_EQUAL(hear(&meeting, 9), ends[i].step);
		if (ends[i].step == STEP_MORE)
			check_has(&meeting.ear.notes, ends[i].said);
		else
			check_fail(&meeting, meeting.fail.code, ends[i].said);
		CU_ASSERT_EQUAL(hear(&meeting, 9), STEP_MORE);
		connection_close(meeting.connection);
		check_tap(&meeting);
		part(&meeting);
	}
}

static void run_gone(struct peer *peer)
{
	if (!peer_secure(peer))
		return;
	peer_say(peer, "421 no\r\n");
	peer_hang_up(peer, false);
}

/* Writing to a server that is gone ends without a signal, and its last words can be read. */
static void test_gone(void)
{
	struct meeting meeting = {.peer.run = run_gone};
	enum step step = STEP_DONE;

	meet(&meeting, NULL);
	CU_ASSERT_EQUAL(secure(&meeting), STEP_DONE);
	peer_sleep(100);
	for (int i = 0; i < 100 && step == STEP_DONE; i++) {
		step = say(&meeting, "NOOP\r\n");
		peer_sleep(5);
	}
	CU_ASSERT_EQUAL(step, STEP_FAIL);
	check_fail(&meeting, FAIL_TEMPORARY, "the server ");
	CU_ASSERT_EQUAL(hear(&meeting, 8), STEP_DONE);
	CU_ASSERT_STRING_EQUAL(buffer_text(&meeting.in), "421 no\r\n");
	CU_ASSERT_EQUAL(say(&meeting, "X"), STEP_FAIL);
	connection_close(meeting.connection);
	part(&meeting);
}

static void run_hear_end(struct peer *peer)
{
	if (!peer_secure(peer))
		return;
	CU_ASSERT_FALSE(peer_hear(peer, 1));
	CU_ASSERT_EQUAL(SSL_get_shutdown(peer->ssl), SSL_RECEIVED_SHUTDOWN);
}

/* The client ends first: close_notify; dropped: without. */
static void test_close(void)
{
	struct meeting meeting = {.peer.run = run_hear_end};

	meet(&meeting, NULL);
	CU_ASSERT_EQUAL(secure(&meeting), STEP_DONE);
	connection_close(meeting.connection);
	part(&meeting);
}

static void run_last_words(struct peer *peer)
{
	char octet;

	if (!peer_secure(peer))
		return;
	peer_sleep(100);
	peer_say(peer, "221 bye\r\n");
	SSL_shutdown(peer->ssl);
	shutdown(peer->socket, SHUT_WR);
	CU_ASSERT_EQUAL(read(peer->socket, &octet, 1), 0);
}

/* The server ends first, as after QUIT: what it says meanwhile is heard, and nothing is said to it
 * any more, which its system would answer with RST. */
static void test_server_closes(void)
{
	struct meeting meeting = {.peer.run = run_last_words};

	meet(&meeting, NULL);
	CU_ASSERT_EQUAL(secure(&meeting), STEP_DONE);
	connection_close(meeting.connection);
	check_has(&meeting.ear.octets[SIDE_SERVER], "221 bye\r\n");
	part(&meeting);
}

enum { BIG = 10 * 1024 * 1024, ANSWER = 32 };

static uint8_t *make_big(void)
{
	uint8_t *octets = memory_new(BIG, 1);

	for (size_t i = 0; i < BIG; i++)
		octets[i] = (uint8_t)(i * 2654435761u >> 13);
	return octets;
}

/* Answers each thousand octets with a few, and hears nothing while it does: the client never reads,
 * so both windows fill. Then says all it has heard. */
static void run_flood(struct peer *peer)
{
	static const char answer[ANSWER + 1] = "250 that was a thousand octets\r\n";
	int small = 256 * 1024;

	setsockopt(peer->socket, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
	setsockopt(peer->socket, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	if (peer->context != NULL && !peer_secure(peer))
		return;
	for (size_t i = 0; i < BIG / 1024; i++) {
		if (!peer_hear(peer, 1024))
			return;
		if (peer->context != NULL && i % 1000 == 999) /* new keys, in both directions */
			SSL_key_update(peer->ssl, SSL_KEY_UPDATE_REQUESTED);
		peer_say(peer, answer);
	}
	peer_say_octets(peer, span_of(peer->heard.at, BIG));
	if (peer->is_inside)
		SSL_shutdown(peer->ssl);
	shutdown(peer->socket, SHUT_WR);
	(void)peer_hear(peer, 1); /* closed with octets unread, it would end with RST */
}

static void test_full_windows(void)
{
	static int yes;
	uint8_t *octets = make_big();

	for (int is_tls = 0; is_tls < 2; is_tls++) {
		struct meeting meeting = {
			.peer = {.run = run_flood, .context = is_tls ? &yes : NULL}};
		const size_t all = BIG / 1024 * ANSWER + BIG;

		meet(&meeting, NULL);
		if (is_tls)
			CU_ASSERT_EQUAL(secure(&meeting), STEP_DONE);
		CU_ASSERT_EQUAL(connection_write(meeting.connection, span_of(octets, BIG), false,
					PATIENCE, &meeting.fail),
			STEP_DONE);
		CU_ASSERT_EQUAL(hear(&meeting, all), STEP_DONE);
		CU_ASSERT_EQUAL(hear(&meeting, all + 1), STEP_MORE);
		CU_ASSERT_EQUAL(meeting.in.length, all);
		CU_ASSERT_EQUAL(memcmp(meeting.in.at + all - BIG, octets, BIG), 0);
		connection_close(meeting.connection);
		check_tap(&meeting);
		part(&meeting);
	}
	free(octets);
}

static void run_babble(struct peer *peer)
{
	uint8_t *octets = make_big();

	peer_say_octets(peer, span_of(octets, BIG));
	free(octets);
}

/* A server that says more than is kept while it takes nothing. */
static void test_babble(void)
{
	struct meeting meeting = {.peer.run = run_babble};
	uint8_t *octets = make_big();

	meet(&meeting, NULL);
	CU_ASSERT_EQUAL(
		connection_write(meeting.connection, span_of(octets, BIG), false, 1, &meeting.fail),
		STEP_FAIL);
	check_fail(&meeting, FAIL_TEMPORARY, "the server said more than 1048576 octets");
	connection_drop(meeting.connection);
	free(octets);
	part(&meeting);
}

SUITE(client_tls, {"STARTTLS", test_starttls}, {"injection", test_injection},
	{"beginnings", test_beginnings}, {"cut handshakes", test_cut}, {"ends", test_ends},
	{"server gone", test_gone}, {"client closes", test_close},
	{"server closes", test_server_closes}, {"full windows", test_full_windows},
	{"babble", test_babble});
