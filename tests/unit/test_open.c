#include "suite.h"
#include "tls/open.h"
#include "tls/secrets.h"
#include "tls_log.h"
#include "tls_talk.h"

#include <stdio.h>
#include <stdlib.h>

/* Sessions of OpenSSL with itself, opened with the secrets that it logs. */

#define FIRST "EHLO client.example\r\n"
#define SECOND "250-mail.example\r\n250 AUTH PLAIN\r\n"

static void set_suite(struct tls_talk *talk, const char *suite)
{
	bool is_13 = strncmp(suite, "TLS_", 4) == 0;

	CU_ASSERT_EQUAL(is_13 ? SSL_CTX_set_ciphersuites(talk->client_context, suite)
			      : SSL_CTX_set_cipher_list(talk->client_context, suite),
		1);
}

/* A key of RSA for the suites that want one. */
static void use_rsa(struct tls_talk *talk)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *certificate = X509_new();

	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
	X509_set_pubkey(certificate, key);
	X509_sign(certificate, key, EVP_sha256());
	CU_ASSERT_EQUAL(SSL_CTX_use_certificate(talk->server_context, certificate), 1);
	CU_ASSERT_EQUAL(SSL_CTX_use_PrivateKey(talk->server_context, key), 1);
	SSL_CTX_set_dh_auto(talk->server_context, 1);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

/* Feeds the talk in chunks of at most this many octets; 0: of a flight each. */
static void feed(struct tls_log *log, const struct tls_talk *talk, size_t octets)
{
	for (size_t i = 0; i < talk->flight_count; i++) {
		const struct tls_flight *flight = &talk->flights[i];
		struct span bytes = span_first(span_from(buffer_span(&talk->bytes), flight->start),
			flight->end - flight->start);
		size_t step = octets > 0 ? octets : bytes.length;

		for (; bytes.length > 0; bytes = span_from(bytes, step))
			tls_log_feed(log, flight->side, span_first(bytes, step));
	}
}

static bool is_said(struct tls_log *log, const char *client, const char *server)
{
	bool is_right = span_is(buffer_span(&log->opened[SIDE_CLIENT]), client) &&
			span_is(buffer_span(&log->opened[SIDE_SERVER]), server);

	if (!is_right)
		fprintf(stderr, "%s\n", tls_log_text(log));
	return is_right;
}

/* The talk opened with these secrets, in chunks of so many octets. */
static void open_talk(
	struct tls_log *log, const struct tls_talk *talk, struct span lines, size_t octets)
{
	struct tls_secrets *secrets = tls_secrets_new(NULL);

	CU_ASSERT_TRUE(tls_secrets_add(secrets, lines));
	tls_log_init(log, false);
	tls_use_secrets(log->tls, secrets);
	feed(log, talk, octets);
	tls_log_end(log);
	tls_use_secrets(log->tls, NULL);
	tls_secrets_free(secrets);
}

/* Whether all that was said is opened, whatever the chunks. */
static void check_talk(const struct tls_talk *talk, const char *client, const char *server)
{
	static const size_t sizes[] = {0, 1, 2, 3, 5, 7, 100, 1000};
	char *text = NULL;

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct tls_log log;

		open_talk(&log, talk, buffer_span(&talk->secrets), sizes[i]);
		CU_ASSERT_TRUE(is_said(&log, client, server));
		CU_ASSERT_PTR_NULL(strstr(tls_log_text(&log), "*"));
		CU_ASSERT_PTR_NULL(strstr(tls_log_text(&log), "!"));
		CU_ASSERT_TRUE(tls_log_adds_up(&log));
		if (text == NULL)
			text = strdup(tls_log_text(&log));
		CU_ASSERT_STRING_EQUAL(text, tls_log_text(&log));
		tls_log_fini(&log);
	}
	free(text);
}

enum { EC, RSA_KEY };
enum { ETM, NO_ETM };

static const struct {
	int version;
	const char *suite; /* as OpenSSL names it */
	int key, etm;
} suites[] = {
	{TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256", EC, ETM},
	{TLS1_3_VERSION, "TLS_AES_256_GCM_SHA384", EC, ETM},
	{TLS1_3_VERSION, "TLS_CHACHA20_POLY1305_SHA256", EC, ETM},
	{TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256", EC, ETM},
	{TLS1_2_VERSION, "ECDHE-ECDSA-AES256-GCM-SHA384", EC, ETM},
	{TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305", EC, ETM},
	{TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA", EC, ETM},
	{TLS1_2_VERSION, "ECDHE-ECDSA-AES256-SHA", EC, ETM},
	{TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256", EC, ETM},
	{TLS1_2_VERSION, "ECDHE-ECDSA-AES256-SHA384", EC, ETM},
	{TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA", EC, NO_ETM},
	{TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256", EC, NO_ETM},
	{TLS1_2_VERSION, "ECDHE-ECDSA-AES256-SHA384", EC, NO_ETM},
	{TLS1_2_VERSION, "ECDHE-RSA-AES128-GCM-SHA256", RSA_KEY, ETM},
	{TLS1_2_VERSION, "ECDHE-RSA-AES256-GCM-SHA384", RSA_KEY, ETM},
	{TLS1_2_VERSION, "ECDHE-RSA-CHACHA20-POLY1305", RSA_KEY, ETM},
	{TLS1_2_VERSION, "ECDHE-RSA-AES128-SHA256", RSA_KEY, ETM},
	{TLS1_2_VERSION, "DHE-RSA-AES128-GCM-SHA256", RSA_KEY, ETM},
	{TLS1_2_VERSION, "DHE-RSA-CHACHA20-POLY1305", RSA_KEY, ETM},
	{TLS1_2_VERSION, "DHE-RSA-AES256-SHA256", RSA_KEY, NO_ETM},
	{TLS1_2_VERSION, "AES128-GCM-SHA256", RSA_KEY, ETM},
	{TLS1_2_VERSION, "AES256-GCM-SHA384", RSA_KEY, ETM},
	{TLS1_2_VERSION, "AES128-SHA", RSA_KEY, ETM},
	{TLS1_2_VERSION, "AES256-SHA256", RSA_KEY, NO_ETM},
	{TLS1_1_VERSION, "ECDHE-ECDSA-AES128-SHA", EC, ETM},
	{TLS1_1_VERSION, "ECDHE-ECDSA-AES256-SHA", EC, NO_ETM},
	{TLS1_VERSION, "ECDHE-ECDSA-AES128-SHA", EC, ETM},
	{TLS1_VERSION, "ECDHE-ECDSA-AES256-SHA", EC, NO_ETM},
};

static void begin(struct tls_talk *talk, size_t row)
{
	tls_talk_init(talk, suites[row].version);
	if (suites[row].key == RSA_KEY)
		use_rsa(talk);
	if (suites[row].etm == NO_ETM)
		SSL_CTX_set_options(talk->client_context,
			SSL_OP_NO_ENCRYPT_THEN_MAC | SSL_OP_NO_EXTENDED_MASTER_SECRET);
	set_suite(talk, suites[row].suite);
	tls_talk_open(talk);
}

static void say(struct tls_talk *talk)
{
	tls_talk_say(talk, SIDE_CLIENT, span_text(FIRST));
	tls_talk_say(talk, SIDE_SERVER, span_text(SECOND));
}

static void test_suites(void)
{
	for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
		struct tls_talk talk;

		begin(&talk, i);
		CU_ASSERT_TRUE(tls_talk_shake(&talk));
		CU_ASSERT_STRING_EQUAL(SSL_get_cipher_name(talk.client), suites[i].suite);
		say(&talk);
		say(&talk);
		tls_talk_close(&talk);
		check_talk(&talk, FIRST FIRST, SECOND SECOND);
		tls_talk_fini(&talk);
	}
}

/* Records of every length, so that blocks are padded in every way, and the largest there are. */
static void test_lengths(void)
{
	static uint8_t text[16384];
	static const size_t rows[] = {0, 3, 5, 6, 9, 10, 11, 25, 27};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tls_talk talk;
		struct tls_log log;
		size_t sum = sizeof text;

		begin(&talk, rows[i]);
		CU_ASSERT_TRUE(tls_talk_shake(&talk));
		for (size_t length = 1; length < 35; sum += length++)
			tls_talk_say(&talk, SIDE_CLIENT, span_of(text, length));
		tls_talk_say(&talk, SIDE_CLIENT, span_of(text, sizeof text));
		open_talk(&log, &talk, buffer_span(&talk.secrets), 0);
		CU_ASSERT_EQUAL(log.opened[SIDE_CLIENT].length, sum);
		tls_log_fini(&log);
		tls_talk_fini(&talk);
	}
}

static size_t pad(SSL *ssl, int type, size_t length, void *context)
{
	(void)ssl, (void)type, (void)context;
	return 200 - length % 100;
}

static void make_retry(struct tls_talk *talk)
{
	SSL_CTX_set1_groups_list(talk->client_context, "X25519:P-384");
	SSL_CTX_set1_groups_list(talk->server_context, "P-384");
}

static void make_padding(struct tls_talk *talk)
{
	SSL_CTX_set_record_padding_callback(talk->server_context, pad);
	SSL_CTX_set_record_padding_callback(talk->client_context, pad);
}

static void make_fragments(struct tls_talk *talk)
{
	SSL_CTX_set_max_send_fragment(talk->server_context, 512);
	SSL_CTX_add1_chain_cert(
		talk->server_context, SSL_CTX_get0_certificate(talk->server_context));
}

static const struct {
	int version;
	void (*prepare)(struct tls_talk *talk);
	const char *log;
} handshakes[] = {
	{TLS1_3_VERSION, NULL,
		"C Client Hello | S Server Hello | S Change Cipher Spec | S+ Encrypted Extensions"
		" | S+ Certificate | S+ Certificate Verify | S+ Finished | C Change Cipher Spec"
		" | C+ Finished | S+ New Session Ticket | S+ New Session Ticket"
		" | C+ Application Data | S+ Application Data"
		" | C+ Alert (Level: Warning, Description: Close Notify)"
		" | S+ Alert (Level: Warning, Description: Close Notify)"},
	{TLS1_3_VERSION, make_retry,
		"C Client Hello | S Hello Retry Request | S Change Cipher Spec"
		" | C Change Cipher Spec | C Client Hello | S Server Hello"
		" | S+ Encrypted Extensions | S+ Certificate | S+ Certificate Verify | S+ Finished"
		" | C+ Finished | S+ New Session Ticket | S+ New Session Ticket"
		" | C+ Application Data | S+ Application Data"
		" | C+ Alert (Level: Warning, Description: Close Notify)"
		" | S+ Alert (Level: Warning, Description: Close Notify)"},
	{TLS1_3_VERSION, make_padding, NULL},
	{TLS1_3_VERSION, make_fragments, NULL},
	{TLS1_2_VERSION, make_fragments, NULL},
	{TLS1_2_VERSION, NULL,
		"C Client Hello | S Server Hello | S Certificate | S Server Key Exchange"
		" | S Server Hello Done | C Client Key Exchange | C Change Cipher Spec"
		" | C+ Finished | S New Session Ticket | S Change Cipher Spec | S+ Finished"
		" | C+ Application Data | S+ Application Data"
		" | C+ Alert (Level: Warning, Description: Close Notify)"
		" | S+ Alert (Level: Warning, Description: Close Notify)"},
};

static void test_handshakes(void)
{
	for (size_t i = 0; i < sizeof handshakes / sizeof handshakes[0]; i++) {
		struct tls_talk talk;
		struct tls_log log;

		tls_talk_init(&talk, handshakes[i].version);
		if (handshakes[i].prepare != NULL)
			handshakes[i].prepare(&talk);
		tls_talk_open(&talk);
		CU_ASSERT_TRUE(tls_talk_shake(&talk));
		say(&talk);
		tls_talk_close(&talk);
		check_talk(&talk, FIRST, SECOND);
		open_talk(&log, &talk, buffer_span(&talk.secrets), 0);
		if (handshakes[i].log != NULL)
			CU_ASSERT_STRING_EQUAL(tls_log_text(&log), handshakes[i].log);
		CU_ASSERT_STRING_EQUAL(
			tls_facts(log.tls)->subject, "C=DE, O=Example\\, Inc, CN=mail.example");
		tls_log_fini(&log);
		tls_talk_fini(&talk);
	}
}

static void test_update(void)
{
	struct tls_talk talk;

	begin(&talk, 0);
	CU_ASSERT_TRUE(tls_talk_shake(&talk));
	say(&talk);
	tls_talk_update(&talk, SIDE_CLIENT);
	say(&talk);
	tls_talk_update(&talk, SIDE_SERVER);
	say(&talk);
	tls_talk_update(&talk, SIDE_CLIENT);
	tls_talk_update(&talk, SIDE_SERVER);
	say(&talk);
	check_talk(&talk, FIRST FIRST FIRST FIRST, SECOND SECOND SECOND SECOND);
	tls_talk_fini(&talk);
}

static void test_renegotiation(void)
{
	struct tls_talk talk;

	begin(&talk, 3);
	SSL_set_options(talk.server, SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
	CU_ASSERT_TRUE(tls_talk_shake(&talk));
	say(&talk);
	CU_ASSERT_TRUE(tls_talk_renegotiate(&talk));
	say(&talk);
	check_talk(&talk, FIRST FIRST, SECOND SECOND);
	tls_talk_fini(&talk);
}

/* A session that goes on with an earlier one has the same kind of lines in the key log. */
static void test_resumption(void)
{
	static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

	for (size_t i = 0; i < 2; i++) {
		struct tls_talk talk;
		SSL_SESSION *session;

		tls_talk_init(&talk, versions[i]);
		tls_talk_open(&talk);
		CU_ASSERT_TRUE(tls_talk_shake(&talk));
		say(&talk);
		tls_talk_close(&talk);
		session = tls_talk_session(&talk);
		tls_talk_open(&talk);
		SSL_set_session(talk.client, session);
		CU_ASSERT_TRUE(tls_talk_shake(&talk));
		say(&talk);
		CU_ASSERT_TRUE(SSL_session_reused(talk.client));
		check_talk(&talk, FIRST, SECOND);
		SSL_SESSION_free(session);
		tls_talk_fini(&talk);
	}
}

/* Secrets that do not fit: the records are refused, and stay sealed. */
static void test_wrong_secrets(void)
{
	static const size_t rows[] = {0, 3, 5, 6, 10, 27};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tls_talk talk;
		struct tls_log log;

		begin(&talk, rows[i]);
		CU_ASSERT_TRUE(tls_talk_shake(&talk));
		say(&talk);
		/* the last digit of each secret */
		for (size_t at = 0; at < talk.secrets.length; at++)
			if (talk.secrets.at[at] == '\n')
				talk.secrets.at[at - 1] =
					talk.secrets.at[at - 1] == '0' ? '1' : '0';
		open_talk(&log, &talk, buffer_span(&talk.secrets), 0);
		CU_ASSERT_TRUE(is_said(&log, "", ""));
		CU_ASSERT_PTR_NULL(strchr(tls_log_text(&log), '+'));
		CU_ASSERT_PTR_NOT_NULL(strstr(tls_log_text(&log), "C! Application Data"));
		CU_ASSERT_PTR_NOT_NULL(strstr(tls_log_text(&log), "S! Application Data"));
		tls_log_fini(&log);
		tls_talk_fini(&talk);
	}
}

/* The lines of the key log that hold this word. */
static void pick(struct buffer *out, struct span lines, const char *word)
{
	while (lines.length > 0) {
		struct span line = span_first(lines, span_index(lines, '\n') + 1);

		if (span_find(line, word) < line.length)
			buffer_add_span(out, line);
		lines = span_from(lines, line.length);
	}
}

/* Some of the secrets: what they open is opened. */
static void test_some_secrets(void)
{
	static const struct {
		const char *word, *client, *server;
	} cases[] = {
		{"TRAFFIC_SECRET_0", FIRST FIRST, SECOND SECOND},
		{"CLIENT_TRAFFIC_SECRET_0", FIRST FIRST, ""},
		{"SERVER_", "", SECOND SECOND},
		{"HANDSHAKE", "", ""},
		{"EXPORTER", "", ""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct tls_talk talk;
		struct tls_log log;
		struct buffer lines;

		buffer_init(&lines, 0);
		begin(&talk, 1);
		CU_ASSERT_TRUE(tls_talk_shake(&talk));
		say(&talk);
		say(&talk);
		pick(&lines, buffer_span(&talk.secrets), cases[i].word);
		open_talk(&log, &talk, buffer_span(&lines), 0);
		CU_ASSERT_TRUE(is_said(&log, cases[i].client, cases[i].server));
		buffer_fini(&lines);
		tls_log_fini(&log);
		tls_talk_fini(&talk);
	}
}

enum loss { LOST_BIT, LOST_START, LOST_END, LOST_RECORD };

/* The talk without what one of its flights has: a bit is wrong, or octets are missing. */
static void feed_lossy(
	struct tls_log *log, const struct tls_talk *talk, size_t lost, enum loss loss)
{
	for (size_t i = 0; i < talk->flight_count; i++) {
		const struct tls_flight *flight = &talk->flights[i];
		size_t length = flight->end - flight->start;
		uint8_t *bytes = talk->bytes.at + flight->start;
		size_t gap = loss == LOST_RECORD ? length : 20;

		if (i != lost) {
			tls_log_feed(log, flight->side, span_of(bytes, length));
		} else if (loss == LOST_BIT) {
			bytes[length - 1] ^= 1;
			tls_log_feed(log, flight->side, span_of(bytes, length));
			bytes[length - 1] ^= 1;
		} else {
			struct span rest = span_of(bytes, length - gap);

			if (loss == LOST_END)
				tls_log_feed(log, flight->side, rest);
			tls_log_gap(log, flight->side, gap);
			if (loss == LOST_START)
				tls_log_feed(log, flight->side, span_of(bytes + gap, length - gap));
		}
	}
}

/* Whatever flight is damaged once the hellos are there: what comes a record later is opened. */
static void test_loss(void)
{
	static const size_t rows[] = {0, 1, 2, 3, 5, 6, 10, 25};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tls_talk talk;
		struct tls_secrets *secrets = tls_secrets_new(NULL);

		begin(&talk, rows[i]);
		CU_ASSERT_TRUE(tls_talk_shake(&talk));
		tls_talk_say(&talk, SIDE_CLIENT, span_text("lost, all of it, for good"));
		tls_talk_say(&talk, SIDE_SERVER, span_text("lost, all of it, for good"));
		say(&talk);
		say(&talk);
		CU_ASSERT_TRUE(tls_secrets_add(secrets, buffer_span(&talk.secrets)));
		for (size_t lost = 2; lost + 4 < talk.flight_count; lost++)
			for (enum loss loss = LOST_BIT; loss <= LOST_RECORD; loss++) {
				struct tls_log log;
				struct span client, server;

				tls_log_init(&log, false);
				tls_use_secrets(log.tls, secrets);
				feed_lossy(&log, &talk, lost, loss);
				client = buffer_span(&log.opened[SIDE_CLIENT]);
				server = buffer_span(&log.opened[SIDE_SERVER]);
				CU_ASSERT_TRUE(span_find(client, FIRST) < client.length);
				CU_ASSERT_TRUE(span_find(server, SECOND) < server.length);
				tls_log_fini(&log);
			}
		tls_secrets_free(secrets);
		tls_talk_fini(&talk);
	}
}

/* Whether the text is the phrase so many times, at least once. */
static bool is_only(struct span text, const char *phrase)
{
	size_t length = strlen(phrase), at = 0;

	while (at < text.length &&
		span_equal(span_first(span_from(text, at), length), span_text(phrase)))
		at += length;
	return at > 0 && at == text.length;
}

/* Before TLS 1.1 a record's IV is the last block before it. RFC 7366's HMAC holds without it, so a
 * record behind a missing one is authentic and its first block noise. */
static void test_lost_iv(void)
{
	struct tls_talk talk;
	struct tls_secrets *secrets = tls_secrets_new(NULL);

	begin(&talk, 26);
	SSL_set_options(talk.client, SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS);
	SSL_set_options(talk.server, SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS);
	CU_ASSERT_TRUE(tls_talk_shake(&talk));
	for (int i = 0; i < 4; i++)
		say(&talk);
	CU_ASSERT_TRUE(tls_secrets_add(secrets, buffer_span(&talk.secrets)));
	for (size_t lost = 2; lost + 4 < talk.flight_count; lost++)
		for (enum loss loss = LOST_BIT; loss <= LOST_RECORD; loss++) {
			struct tls_log log;

			tls_log_init(&log, false);
			tls_use_secrets(log.tls, secrets);
			feed_lossy(&log, &talk, lost, loss);
			CU_ASSERT_TRUE(is_only(buffer_span(&log.opened[SIDE_CLIENT]), FIRST));
			CU_ASSERT_TRUE(is_only(buffer_span(&log.opened[SIDE_SERVER]), SECOND));
			tls_log_fini(&log);
		}
	tls_secrets_free(secrets);
	tls_talk_fini(&talk);
}

/* The next number of a sequence that is the same in each run. */
static uint32_t chance(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* Whatever happens to the octets, and to the secrets: nothing is read outside, and what is opened
 * is what was said. */
static void test_hostile(void)
{
	static const size_t rows[] = {0, 2, 4, 7, 12, 26, 27};
	uint32_t state = 1;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tls_talk talk;
		struct tls_secrets *secrets = tls_secrets_new(NULL);

		begin(&talk, rows[i]);
		CU_ASSERT_TRUE(tls_talk_shake(&talk));
		say(&talk);
		say(&talk);
		CU_ASSERT_TRUE(tls_secrets_add(secrets, buffer_span(&talk.secrets)));
		for (size_t run = 0; run < 300; run++) {
			size_t at = chance(&state) % talk.bytes.length;
			uint8_t bits = (uint8_t)(1u << chance(&state) % 8);
			struct tls_log log;

			tls_log_init(&log, false);
			tls_use_secrets(log.tls, secrets);
			talk.bytes.at[at] ^= bits;
			feed(&log, &talk, run % 3 * 50);
			talk.bytes.at[at] ^= bits;
			CU_ASSERT_TRUE(log.opened[SIDE_CLIENT].length <= 2 * strlen(FIRST));
			CU_ASSERT_TRUE(log.opened[SIDE_SERVER].length <= 2 * strlen(SECOND));
			CU_ASSERT_TRUE(tls_log_adds_up(&log));
			tls_log_fini(&log);
		}
		tls_secrets_free(secrets);
		tls_talk_fini(&talk);
	}
}

SUITE(open, {"every suite", test_suites}, {"records of every length", test_lengths},
	{"handshakes by name", test_handshakes}, {"KeyUpdate", test_update},
	{"renegotiation", test_renegotiation}, {"resumption", test_resumption},
	{"secrets that do not fit", test_wrong_secrets}, {"some of the secrets", test_some_secrets},
	{"records that are missing or damaged", test_loss},
	{"a record's IV is missing", test_lost_iv}, {"bits that are wrong", test_hostile});
