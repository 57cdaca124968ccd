#include "base/memory.h"
#include "client/connection_parts.h"
#include "peer.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATIENCE = 10 };

struct meeting {
	struct peer peer;
	struct ear ear;
	struct connection *connection;
	struct buffer in;
	struct fail fail;
};

static void start(struct meeting *meeting)
{
	ear_init(&meeting->ear);
	buffer_init(&meeting->in, 0);
	peer_start(&meeting->peer);
}

/* trust: NULL for the peer's authority. */
static void approach(struct meeting *meeting, const struct trust *trust)
{
	struct connection_options options;

	options = peer_options(&meeting->peer, &meeting->ear);
	if (trust != NULL)
		options.trust = *trust;
	meeting->connection = connection_new(&options);
	CU_ASSERT_EQUAL_FATAL(connection_open(meeting->connection, &meeting->fail), STEP_DONE);
}

static void meet(struct meeting *meeting, const struct trust *trust)
{
	start(meeting);
	approach(meeting, trust);
}

static void part(struct meeting *meeting)
{
	connection_free(meeting->connection);
	peer_stop(&meeting->peer);
	ear_fini(&meeting->ear);
	buffer_fini(&meeting->in);
}

static enum step secure(struct meeting *meeting)
{
	return connection_secure(meeting->connection, PATIENCE, &meeting->fail);
}

static enum step say(struct meeting *meeting, const char *text)
{
	return connection_write(
		meeting->connection, span_text(text), false, PATIENCE, &meeting->fail);
}

static enum step hear(struct meeting *meeting, size_t octets)
{
	enum step step = STEP_DONE;

	while (step == STEP_DONE && meeting->in.length < octets)
		step = connection_read(meeting->connection, &meeting->in, PATIENCE, &meeting->fail);
	return step;
}

static void check_tap(const struct meeting *meeting)
{
	CU_ASSERT_TRUE(span_equal(
		buffer_span(&meeting->ear.octets[SIDE_CLIENT]), buffer_span(&meeting->peer.heard)));
	CU_ASSERT_TRUE(span_equal(
		buffer_span(&meeting->ear.octets[SIDE_SERVER]), buffer_span(&meeting->peer.said)));
}

static void check_has(struct buffer *buffer, const char *part)
{
	if (strstr(buffer_text(buffer), part) == NULL)
		fprintf(stderr, "\"%s\" is not in \"%s\"\n", part, buffer_text(buffer));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(buffer), part));
}

static void check_fail(const struct meeting *meeting, enum fail_code code, const char *part)
{
	if (strstr(meeting->fail.text, part) == NULL)
		fprintf(stderr, "\"%s\" is not in \"%s\"\n", part, meeting->fail.text);
	CU_ASSERT_PTR_NOT_NULL(strstr(meeting->fail.text, part));
	CU_ASSERT_EQUAL(meeting->fail.code, code);
}

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
		peer_join(&meeting.peer);
		check_tap(&meeting);
		part(&meeting);
	}
}

static void run_tls(struct peer *peer)
{
	if (!peer_secure(peer))
		return;
	peer_say(peer, "220 hi\r\n");
	CU_ASSERT_FALSE(peer_hear(peer, 1));
}

/* Everything that a certificate can be. */
static const struct {
	struct peer_wish wish;
	const char *host; /* to be named; NULL: 127.0.0.1 */
	const char *name; /* --tls-name */
	bool has_store;   /* the system's, which does not have the peers' authority */
	const char *said; /* NULL: it is trusted */
} certificates[] = {
	{.said = NULL},
	{.name = "localhost"},
	{.name = "localhost."},
	{.name = "[127.0.0.1]"},
	{.wish.names = "DNS:*.example.org", .name = "mail.example.org"},
	{.wish = {.names = "", .common_name = "mail.example.org"}, .name = "mail.example.org"},
	{.wish.names = "DNS:mail.example.org,DNS:*.example.org",
		.said = ": certificate not trusted: it is for mail.example.org, *.example.org; "
			"not for 127.0.0.1 ("},
	{.wish.names = "DNS:*.example.org",
		.name = "a.mail.example.org",
		.said = "it is for *.example.org; not for a.mail.example.org ("},
	{.wish.names = "DNS:m*.example.org", .name = "mail.example.org", .said = "not for mail"},
	{.wish.names = "DNS:127.0.0.1", .said = "it is for 127.0.0.1; not for 127.0.0.1"},
	{.wish.names = "IP:192.0.2.1,IP:2001:db8::1",
		.said = "it is for 192.0.2.1, 2001:db8::1; not for 127.0.0.1"},
	{.wish = {.names = "", .common_name = "evil\033[2J\nx"},
		.said = "it is for evil\\033[2J\\nx; not for 127.0.0.1"},
	{.wish = {.from = -9, .until = -2}, .said = "not trusted: it expired on 20"},
	{.wish = {.from = 1, .until = 2}, .said = "not trusted: it is not valid before 20"},
	{.wish.is_self_signed = true, .said = "not trusted: it is self-signed ("},
	{.wish.is_authority_old = true,
		.said = "not trusted: its authority CN=Peers' Old Authority expired on 20"},
	{.has_store = true,
		.said = "not trusted: it was issued by CN=Peers' Authority, and no authority "
			"above it is trusted ("},
	{.wish = {.from = -9, .until = -2, .is_self_signed = true, .names = "DNS:other.example"},
		.said = " UTC; it is for other.example; not for 127.0.0.1 ("},
};

static void test_trust(void)
{
	for (size_t i = 0; i < sizeof certificates / sizeof certificates[0]; i++) {
		struct meeting meeting = {.peer = {.run = run_tls, .wish = certificates[i].wish}};
		struct trust trust = {.name = certificates[i].name};
		bool is_trusted = certificates[i].said == NULL;

		if (!certificates[i].has_store)
			trust.ca_file = peer_ca_file();
		meet(&meeting, &trust);
		CU_ASSERT_EQUAL(secure(&meeting), is_trusted ? STEP_DONE : STEP_FAIL);
		CU_ASSERT_EQUAL(connection_tls(meeting.connection).is_verified, is_trusted);
		check_has(&meeting.ear.notes, "Certificate 1: CN=");
		if (is_trusted) {
			CU_ASSERT_EQUAL(hear(&meeting, 8), STEP_DONE);
		} else {
			check_fail(&meeting, FAIL_DENIED, certificates[i].said);
			check_has(&meeting.ear.notes, "--tls-fingerprint SHA256:");
			CU_ASSERT_EQUAL(say(&meeting, "secret"), STEP_FAIL);
			CU_ASSERT_EQUAL(hear(&meeting, 1), STEP_MORE);
			CU_ASSERT_EQUAL(meeting.ear.octets[SIDE_CLIENT].length, 0);
		}
		connection_drop(meeting.connection);
		part(&meeting);
	}
}

/* The certificate's fingerprint as text, in one of these ways. */
enum writing {
	WRITING_PLAIN,
	WRITING_COLONS,
	WRITING_OTHER,
	WRITING_SHORT,
	WRITING_LONG,
	WRITINGS
};

static void write_fingerprint(enum writing writing, char *text)
{
	const char *digits = peer_fingerprint();
	size_t end = (size_t)snprintf(text, 8, "%s", writing == WRITING_PLAIN ? "" : "SHA256:");

	for (size_t k = 0; k < 64; k++) {
		if (writing == WRITING_COLONS && k > 0 && k % 2 == 0)
			text[end++] = ':';
		text[end++] = digits[k];
	}
	if (writing == WRITING_OTHER)
		text[end - 1] = text[end - 1] == '0' ? '1' : '0';
	if (writing == WRITING_SHORT)
		end--;
	if (writing == WRITING_LONG)
		text[end++] = '0';
	text[end] = '\0';
}

/* This certificate and no other; neither authority nor name nor date count then. */
static void test_fingerprint(void)
{
	static const struct peer_wish wish = {
		.is_self_signed = true, .names = "DNS:x", .from = -3, .until = -2};

	for (enum writing writing = WRITING_PLAIN; writing < WRITINGS; writing++) {
		struct meeting meeting = {.peer = {.run = run_tls, .wish = wish}};
		struct trust trust = {.is_blind = writing == WRITING_OTHER};
		bool is_good = writing <= WRITING_COLONS;
		char text[128];

		start(&meeting);
		write_fingerprint(writing, text);
		trust.fingerprint = text;
		approach(&meeting, &trust);
		CU_ASSERT_EQUAL(secure(&meeting), is_good ? STEP_DONE : STEP_FAIL);
		CU_ASSERT_EQUAL(connection_tls(meeting.connection).is_verified, is_good);
		if (is_good)
			check_has(&meeting.ear.notes, "127.0.0.1 verified by its fingerprint\n");
		else if (writing == WRITING_OTHER)
			check_fail(
				&meeting, FAIL_DENIED, "not trusted: its fingerprint is SHA256:");
		else
			check_fail(&meeting, FAIL_USAGE, ": no SHA-256 fingerprint");
		connection_drop(meeting.connection);
		part(&meeting);
	}
}

static void test_blind(void)
{
	struct meeting meeting = {.peer = {.run = run_tls, .wish.is_self_signed = true}};
	struct trust trust = {.is_blind = true};

	meet(&meeting, &trust);
	CU_ASSERT_EQUAL(secure(&meeting), STEP_DONE);
	CU_ASSERT_TRUE(connection_tls(meeting.connection).is_on);
	CU_ASSERT_FALSE(connection_tls(meeting.connection).is_verified);
	check_has(&meeting.ear.notes, ", certificate not checked, as asked\n");
	check_has(&meeting.ear.notes, "Certificate 1: ");
	connection_drop(meeting.connection);
	part(&meeting);
}

static void test_no_authorities(void)
{
	static const char *const files[] = {"/nonexistent/file", "/dev/null"};

	for (size_t i = 0; i < 2; i++) {
		struct meeting meeting = {.peer.run = run_tls};
		struct trust trust = {.ca_file = files[i]};

		meet(&meeting, &trust);
		CU_ASSERT_EQUAL(secure(&meeting), STEP_FAIL);
		check_fail(&meeting, FAIL_OPEN, files[i]);
		connection_drop(meeting.connection);
		part(&meeting);
	}
}

/* TLS 1.2 at least, unless asked otherwise; a ceiling where one is wanted. */
static const struct {
	int version; /* the server's */
	enum trust_version minimum, maximum;
	const char *agreed; /* NULL: none */
} policies[] = {
	{TLS1_VERSION, TRUST_TLS_ANY, TRUST_TLS_ANY, NULL},
	{TLS1_1_VERSION, TRUST_TLS_ANY, TRUST_TLS_ANY, NULL},
	{TLS1_VERSION, TRUST_TLS_1_0, TRUST_TLS_ANY, "TLSv1"},
	{TLS1_1_VERSION, TRUST_TLS_1_0, TRUST_TLS_ANY, "TLSv1.1"},
	{TLS1_VERSION, TRUST_TLS_1_1, TRUST_TLS_ANY, NULL},
	{TLS1_2_VERSION, TRUST_TLS_1_3, TRUST_TLS_ANY, NULL},
	{0, TRUST_TLS_ANY, TRUST_TLS_1_2, "TLSv1.2"},
	{0, TRUST_TLS_1_2, TRUST_TLS_1_2, "TLSv1.2"},
	{0, TRUST_TLS_ANY, TRUST_TLS_ANY, "TLSv1.3"},
	{0, TRUST_TLS_1_3, TRUST_TLS_1_3, "TLSv1.3"},
};

static void test_versions(void)
{
	for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
		struct meeting meeting = {.peer = {.run = run_tls, .version = policies[i].version}};
		struct trust trust = {.ca_file = peer_ca_file(),
			.minimum = policies[i].minimum,
			.maximum = policies[i].maximum};
		bool is_low = trust.minimum == TRUST_TLS_1_0 || trust.minimum == TRUST_TLS_1_1;

		meet(&meeting, &trust);
		if (policies[i].agreed != NULL) {
			CU_ASSERT_EQUAL(secure(&meeting), STEP_DONE);
			CU_ASSERT_STRING_EQUAL(
				connection_tls(meeting.connection).version, policies[i].agreed);
		} else {
			CU_ASSERT_EQUAL(secure(&meeting), STEP_FAIL);
			check_fail(&meeting, FAIL_PROTOCOL, ": TLS cannot begin: ");
		}
		CU_ASSERT_EQUAL(
			strstr(buffer_text(&meeting.ear.notes), "it is broken") != NULL, is_low);
		connection_drop(meeting.connection);
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
		peer_join(&meeting.peer);
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
		CU_ASSERT_TRUE_FATAL(peer_hear(peer, 1024));
		peer_say(peer, answer);
	}
	peer_say_octets(peer, span_of(peer->heard.at, BIG));
	peer_hang_up(peer, false);
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
		peer_join(&meeting.peer);
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

SUITE(client_tls, {"STARTTLS", test_starttls}, {"every certificate", test_trust},
	{"fingerprint", test_fingerprint}, {"nothing checked", test_blind},
	{"no authorities", test_no_authorities}, {"versions", test_versions},
	{"injection", test_injection}, {"beginnings", test_beginnings}, {"ends", test_ends},
	{"server gone", test_gone}, {"client closes", test_close},
	{"full windows", test_full_windows}, {"babble", test_babble});
