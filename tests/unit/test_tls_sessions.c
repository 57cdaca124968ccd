#include "suite.h"
#include "tls/tls.h"
#include "tls_log.h"
#include "tls_talk.h"

#include <stdio.h>

#define LOG_DATA " | C* Application Data | S* Application Data"
#define LOG_CLOSE " | C* Encrypted Alert | S* Encrypted Alert"
#define LOG_FINISHED(side) " | " side " Change Cipher Spec | " side "* Encrypted Handshake Message"
#define LOG_TLS12_SERVER "C Client Hello | S Server Hello | S Certificate | S Server Key Exchange"
#define LOG_TLS12                                                                                  \
	LOG_TLS12_SERVER " | S Server Hello Done | C Client Key Exchange" LOG_FINISHED(            \
		"C") " | S New Session Ticket" LOG_FINISHED("S") LOG_DATA LOG_CLOSE
#define LOG_TLS13_END                                                                              \
	" | C* Application Data | S* Application Data | S* Application Data" LOG_DATA              \
	" | C* Application Data | S* Application Data"
#define LOG_DATA4                                                                                  \
	" | S* Application Data | S* Application Data | S* Application Data | S* Application Data"

#define LOG_LOST " | C* Continuation Data"
#define LOG_FOUND " | C* Application Data"
#define FIVE_TIMES(text) text text text text text

enum { OCTETS = 40 };

static int accept_any(int is_good, X509_STORE_CTX *store)
{
	(void)is_good;
	(void)store;
	return 1;
}

static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *length,
	const unsigned char *in, unsigned in_length, void *context)
{
	(void)ssl;
	(void)context;
	*out = in + 1 + in[0] + 1; /* the second offer */
	*length = in[in[0] + 1];
	return in_length > *length ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static int staple(SSL *ssl, void *context)
{
	unsigned char *response = OPENSSL_memdup("response", 8);

	(void)context;
	SSL_set_tlsext_status_ocsp_resp(ssl, response, 8);
	return SSL_TLSEXT_ERR_OK;
}

static void offer_alpn(struct tls_talk *talk)
{
	SSL_CTX_set_alpn_protos(talk->client_context, (const unsigned char *)"\4smtp\4pop3", 10);
	SSL_CTX_set_alpn_select_cb(talk->server_context, choose_alpn, NULL);
}

static void ask_client(struct tls_talk *talk)
{
	SSL_CTX_set_verify(talk->server_context, SSL_VERIFY_PEER, accept_any);
}

static void make_retry(struct tls_talk *talk)
{
	SSL_CTX_set1_groups_list(talk->client_context, "X25519:P-384");
	SSL_CTX_set1_groups_list(talk->server_context, "P-384");
}

static void make_fragments(struct tls_talk *talk)
{
	SSL_CTX_set_max_send_fragment(talk->server_context, 512);
	SSL_CTX_add1_chain_cert(
		talk->server_context, SSL_CTX_get0_certificate(talk->server_context));
}

static void make_staple(struct tls_talk *talk)
{
	SSL_CTX_set_tlsext_status_type(talk->client_context, TLSEXT_STATUSTYPE_ocsp);
	SSL_CTX_set_tlsext_status_cb(talk->server_context, staple);
}

static void no_tickets(struct tls_talk *talk)
{
	SSL_CTX_set_options(talk->server_context, SSL_OP_NO_TICKET);
}

static void no_common_suite(struct tls_talk *talk)
{
	SSL_CTX_set_cipher_list(talk->client_context, "ECDHE-ECDSA-AES128-GCM-SHA256");
	SSL_CTX_set_cipher_list(talk->server_context, "ECDHE-ECDSA-AES256-GCM-SHA384");
}

static void use_chacha(struct tls_talk *talk)
{
	SSL_CTX_set_cipher_list(talk->client_context, "ECDHE-ECDSA-CHACHA20-POLY1305");
}

/* Each session is made, and its log must be this one. */
struct session_case {
	const char *name;
	int version;
	void (*prepare)(struct tls_talk *talk);
	bool is_second; /* it goes on with an earlier session */
	bool has_failed;
	const char *log;
};

static const struct session_case sessions[] = {
	{"TLS 1.2", TLS1_2_VERSION, NULL, false, false, LOG_TLS12},
	{"TLS 1.2, ALPN", TLS1_2_VERSION, offer_alpn, false, false, LOG_TLS12},
	{"TLS 1.2, ChaCha20", TLS1_2_VERSION, use_chacha, false, false, LOG_TLS12},
	{"TLS 1.1", TLS1_1_VERSION, NULL, false, false, LOG_TLS12},
	{"TLS 1.2, client's certificate", TLS1_2_VERSION, ask_client, false, false,
		LOG_TLS12_SERVER " | S Certificate Request | S Server Hello Done | C Certificate"
				 " | C Client Key Exchange | C Certificate Verify" LOG_FINISHED(
					 "C") " | S New Session Ticket" LOG_FINISHED("S")
					 LOG_DATA LOG_CLOSE},
	{"TLS 1.2, OCSP response", TLS1_2_VERSION, make_staple, false, false,
		"C Client Hello | S Server Hello | S Certificate | S Certificate Status"
		" | S Server Key Exchange | S Server Hello Done | C Client Key "
		"Exchange" LOG_FINISHED("C") " | S New Session Ticket" LOG_FINISHED("S")
			LOG_DATA LOG_CLOSE},
	{"TLS 1.2, certificate over two records", TLS1_2_VERSION, make_fragments, false, false,
		"C Client Hello | S Server Hello | S [Certificate Fragment] | S Certificate"
		" | S Server Key Exchange | S Server Hello Done | C Client Key "
		"Exchange" LOG_FINISHED("C") " | S New Session Ticket" LOG_FINISHED("S")
			LOG_DATA LOG_CLOSE},
	{"TLS 1.2, resumed by ticket", TLS1_2_VERSION, NULL, true, false,
		"C Client Hello | S Server Hello" LOG_FINISHED("S") LOG_FINISHED("C")
			LOG_DATA LOG_CLOSE},
	{"TLS 1.2, resumed by identifier", TLS1_2_VERSION, no_tickets, true, false,
		"C Client Hello | S Server Hello" LOG_FINISHED("S") LOG_FINISHED("C")
			LOG_DATA LOG_CLOSE},
	{"TLS 1.2, refused", TLS1_2_VERSION, no_common_suite, false, true,
		"C Client Hello | S Alert (Level: Fatal, Description: Handshake Failure)"},
	{"TLS 1.3", TLS1_3_VERSION, offer_alpn, false, false,
		"C Client Hello | S Server Hello | S Change Cipher Spec" LOG_DATA4
		" | C Change Cipher Spec" LOG_TLS13_END},
	{"TLS 1.3, HelloRetryRequest", TLS1_3_VERSION, make_retry, false, false,
		"C Client Hello | S Hello Retry Request | S Change Cipher Spec"
		" | C Change Cipher Spec | C Client Hello | S Server Hello" LOG_DATA4
			LOG_TLS13_END},
	{"TLS 1.3, client's certificate", TLS1_3_VERSION, ask_client, false, false,
		"C Client Hello | S Server Hello | S Change Cipher Spec" LOG_DATA4
		" | S* Application Data | C Change Cipher Spec | C* Application Data"
		" | C* Application Data" LOG_TLS13_END},
	{"TLS 1.3, resumed", TLS1_3_VERSION, NULL, true, false,
		"C Client Hello | S Server Hello | S Change Cipher Spec | S* Application Data"
		" | S* Application Data | C Change Cipher Spec | C* Application Data"
		" | S* Application Data" LOG_DATA " | C* Application Data | S* Application Data"},
};

enum { SESSIONS = sizeof sessions / sizeof sessions[0] };

static void make(const struct session_case *c, struct tls_talk *talk)
{
	tls_talk_init(talk, c->version);
	if (c->prepare != NULL)
		c->prepare(talk);
	tls_talk_open(talk);
	if (c->is_second) {
		SSL_SESSION *session;

		CU_ASSERT_TRUE_FATAL(tls_talk_run(talk, OCTETS));
		session = tls_talk_session(talk);
		tls_talk_open(talk);
		SSL_set_session(talk->client, session);
		SSL_SESSION_free(session);
	}
	CU_ASSERT_EQUAL_FATAL(tls_talk_run(talk, OCTETS), !c->has_failed);
}

/* What is to be fed: the talk, less what lies behind end, with a chunk border at split, one octet
 * changed, or a gap. */
struct change {
	size_t end, split;
	size_t changed;
	uint8_t by;
	size_t gap, gap_length;
};

static const struct change no_change = {SIZE_MAX, SIZE_MAX, SIZE_MAX, 0, SIZE_MAX, 0};

static void feed_part(struct tls_log *log, const struct tls_talk *talk, enum side side,
	const struct tls_flight *part)
{
	if (part->start < part->end)
		tls_log_feed(
			log, side, span_of(talk->bytes.at + part->start, part->end - part->start));
}

static size_t within(size_t offset, const struct tls_flight *flight)
{
	return offset < flight->start ? flight->start : offset > flight->end ? flight->end : offset;
}

static void feed(struct tls_log *log, const struct tls_talk *talk, const struct change *change)
{
	if (change->changed < talk->bytes.length)
		talk->bytes.at[change->changed] ^= change->by;
	for (size_t i = 0; i < talk->flight_count; i++) {
		struct tls_flight flight = talk->flights[i], part;
		size_t split = change->gap < SIZE_MAX ? change->gap : change->split;
		size_t next;

		flight.end = within(change->end, &flight);
		split = within(split, &flight);
		next = split;
		if (change->gap < SIZE_MAX && split == change->gap) {
			flight.end = talk->flights[i].end;
			next = within(change->gap + change->gap_length, &flight);
		}
		part = (struct tls_flight){flight.side, flight.start, split};
		feed_part(log, talk, flight.side, &part);
		if (next > split)
			tls_log_gap(log, flight.side, next - split);
		part = (struct tls_flight){flight.side, next, flight.end};
		feed_part(log, talk, flight.side, &part);
	}
	if (change->changed < talk->bytes.length)
		talk->bytes.at[change->changed] ^= change->by;
	tls_log_end(log);
}

static void check_facts(
	const struct session_case *c, const struct tls_talk *talk, const struct tls_facts *facts)
{
	bool has_certificate = c->version < TLS1_3_VERSION && !c->is_second;

	CU_ASSERT_EQUAL(facts->version, c->version);
	CU_ASSERT_EQUAL(
		facts->cipher, SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(talk->client)));
	CU_ASSERT_STRING_EQUAL(tls_cipher_name(facts->cipher),
		SSL_CIPHER_standard_name(SSL_get_current_cipher(talk->client)));
	CU_ASSERT_EQUAL(facts->is_resumed, c->is_second);
	CU_ASSERT_EQUAL(SSL_session_reused(talk->client), c->is_second);
	CU_ASSERT_TRUE(facts->has_client_hello && facts->has_server_hello);
	CU_ASSERT_STRING_EQUAL(
		facts->subject, has_certificate ? "C=DE, O=Example\\, Inc, CN=mail.example" : "");
	CU_ASSERT_STRING_EQUAL(facts->issuer, has_certificate ? "CN=Test CA" : "");
	CU_ASSERT_STRING_EQUAL(facts->names, has_certificate ? "mail.example, smtp.example" : "");
	if (c->prepare == offer_alpn)
		CU_ASSERT_STRING_EQUAL(facts->alpn, c->version == TLS1_3_VERSION ? "smtp" : "pop3");
}

static void test_sessions(void)
{
	for (size_t i = 0; i < SESSIONS; i++) {
		struct tls_talk talk;
		struct tls_log log;

		make(&sessions[i], &talk);
		tls_log_init(&log, false);
		feed(&log, &talk, &no_change);
		CU_ASSERT_STRING_EQUAL(tls_log_text(&log), sessions[i].log);
		if (strcmp(tls_log_text(&log), sessions[i].log) != 0)
			printf("\n%s\n  is:       %s\n  expected: %s\n", sessions[i].name,
				tls_log_text(&log), sessions[i].log);
		CU_ASSERT_STRING_EQUAL(tls_facts(log.tls)->server_name, "mail.example");
		if (!sessions[i].has_failed)
			check_facts(&sessions[i], &talk, tls_facts(log.tls));
		CU_ASSERT_TRUE(tls_log_adds_up(&log));
		tls_log_fini(&log);
		tls_talk_fini(&talk);
	}
}

/* Feeds the talk with the change; its log must add up, and be expected unless that is NULL. */
static void check(const struct tls_talk *talk, const struct change *change, const char *expected)
{
	struct tls_log log;

	tls_log_init(&log, false);
	feed(&log, talk, change);
	if (expected != NULL)
		CU_ASSERT_STRING_EQUAL(tls_log_text(&log), expected);
	CU_ASSERT_TRUE(tls_log_adds_up(&log));
	tls_log_fini(&log);
}

static void test_trickle(void)
{
	for (size_t i = 0; i < SESSIONS; i++) {
		struct change change = no_change;
		struct tls_talk talk;

		make(&sessions[i], &talk);
		for (change.split = 1; change.split < talk.bytes.length; change.split++)
			check(&talk, &change, sessions[i].log);
		tls_talk_fini(&talk);
	}
}

/* A talk that ends early says the beginning of what the whole talk says. */
static void test_truncated(void)
{
	for (size_t i = 0; i < SESSIONS; i++) {
		struct change change = no_change;
		struct tls_talk talk;

		make(&sessions[i], &talk);
		for (change.end = 0; change.end < talk.bytes.length; change.end++) {
			struct tls_log log;

			tls_log_init(&log, false);
			feed(&log, &talk, &change);
			CU_ASSERT_TRUE(
				strncmp(sessions[i].log, tls_log_text(&log), log.text.length) == 0);
			CU_ASSERT_TRUE(tls_log_adds_up(&log));
			tls_log_fini(&log);
		}
		tls_talk_fini(&talk);
	}
}

static void test_damaged(void)
{
	static const uint8_t changes[] = {0x01, 0x80, 0xff};

	for (size_t i = 0; i < SESSIONS; i++) {
		struct change change = no_change;
		struct tls_talk talk;

		make(&sessions[i], &talk);
		for (change.changed = 0; change.changed < talk.bytes.length; change.changed++)
			for (size_t k = 0; k < sizeof changes; k++) {
				change.by = changes[k];
				check(&talk, &change, NULL);
			}
		tls_talk_fini(&talk);
	}
}

static void test_gaps(void)
{
	static const size_t lengths[] = {1, 37, 400};

	for (size_t i = 0; i < SESSIONS; i++) {
		struct change change = no_change;
		struct tls_talk talk;

		make(&sessions[i], &talk);
		for (change.gap = 0; change.gap < talk.bytes.length; change.gap++)
			for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++) {
				change.gap_length = lengths[k];
				check(&talk, &change, NULL);
			}
		tls_talk_fini(&talk);
	}
}

/* A big download: after a gap that hides a record's header, the records behind it are found. */
static void test_lost_in_download(void)
{
	struct tls_talk talk;
	struct tls_log log;
	struct span data;

	tls_talk_init(&talk, TLS1_3_VERSION);
	tls_talk_open(&talk);
	CU_ASSERT_TRUE_FATAL(tls_talk_run(&talk, 200000));
	tls_log_init(&log, false);
	for (size_t i = 0; i < 3; i++)
		tls_log_feed(&log, talk.flights[i].side,
			span_of(talk.bytes.at + talk.flights[i].start,
				talk.flights[i].end - talk.flights[i].start));
	buffer_clear(&log.text);
	data = span_of(
		talk.bytes.at + talk.flights[4].start, talk.flights[4].end - talk.flights[4].start);
	CU_ASSERT_EQUAL_FATAL(talk.flights[4].side, SIDE_CLIENT);
	for (size_t offset = 0; offset < data.length; offset += 1460)
		if (offset >= 16384 - 1460 && offset < 16384 + 1460)
			tls_log_gap(&log, SIDE_CLIENT, 1460);
		else
			tls_log_feed(&log, SIDE_CLIENT, span_first(span_from(data, offset), 1460));
	CU_ASSERT_STRING_EQUAL(tls_log_text(&log),
		"C missing 1460 | C* Application Data | C missing 1460" FIVE_TIMES(LOG_LOST)
			FIVE_TIMES(LOG_LOST) FIVE_TIMES(LOG_FOUND) FIVE_TIMES(LOG_FOUND) LOG_FOUND);
	tls_log_fini(&log);
	tls_talk_fini(&talk);
}

/* The names of all suites that OpenSSL knows. */
static void test_suites(void)
{
	SSL_CTX *context = SSL_CTX_new(TLS_method());
	STACK_OF(SSL_CIPHER) * ciphers;

	SSL_CTX_set_security_level(context, 0);
	CU_ASSERT_EQUAL(SSL_CTX_set_cipher_list(context, "ALL:COMPLEMENTOFALL"), 1);
	ciphers = SSL_CTX_get_ciphers(context);
	CU_ASSERT_TRUE(sk_SSL_CIPHER_num(ciphers) > 100);
	for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); i++) {
		const SSL_CIPHER *cipher = sk_SSL_CIPHER_value(ciphers, i);
		const char *name = tls_cipher_name(SSL_CIPHER_get_protocol_id(cipher));

		CU_ASSERT_PTR_NOT_NULL_FATAL(name);
		CU_ASSERT_STRING_EQUAL(name, SSL_CIPHER_standard_name(cipher));
	}
	SSL_CTX_free(context);
}

SUITE(tls_sessions, {"says what OpenSSL did", test_sessions},
	{"does so at every split", test_trickle}, {"takes a session cut anywhere", test_truncated},
	{"takes any octet changed", test_damaged}, {"takes a gap anywhere", test_gaps},
	{"finds its way in a download", test_lost_in_download}, {"knows the suites", test_suites});
