#include "meeting.h"
#include "suite.h"

#include <stdio.h>

static void run_tls(struct peer *peer)
{
	if (!peer_secure(peer))
		return;
	peer_say(peer, "220 hi\r\n");
	CU_ASSERT_FALSE(peer_hear(peer, 1));
}

#define LONG_LABEL "a23456789b123456789c123456789d123456789e123456789f12345."
#define LONG_NAME LONG_LABEL LONG_LABEL LONG_LABEL LONG_LABEL "example"
#define LONG_NAMES                                                                                 \
	"DNS:a.example,DNS:b.example,DNS:c.example,DNS:d.example,DNS:e.example,DNS:f.example,"     \
	"DNS:g.example,DNS:h.example,DNS:i.example,DNS:j.example,DNS:k.example,DNS:l.example,"     \
	"DNS:m.example,DNS:n.example,DNS:o.example,DNS:p.example,DNS:q.example,DNS:r.example,"     \
	"DNS:s.example,DNS:t.example,DNS:u.example,DNS:v.example,DNS:w.example,DNS:x.example"

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
	{.wish.names = "DNS:xn--80a1acny.example", .name = "почта.example"},
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
	{.wish.names = LONG_NAMES, .said = "; not for 127.0.0.1 ("},
	{.wish.names = "DNS:" LONG_NAME,
		.name = "other." LONG_NAME,
		.said = "... (--ca-file, --tls-name or --tls-fingerprint"},
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

		meeting_start(&meeting);
		write_fingerprint(writing, text);
		trust.fingerprint = text;
		meeting_approach(&meeting, &trust);
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

SUITE(client_trust, {"every certificate", test_trust}, {"fingerprint", test_fingerprint},
	{"nothing checked", test_blind}, {"no authorities", test_no_authorities},
	{"versions", test_versions});
