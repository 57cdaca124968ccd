#include "peer.h"

#include "base/memory.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { HOUR = 3600, DAY = 24 * HOUR };

static char ca_file[] = "/tmp/mailscope-unit-XXXXXX";
static char fingerprint[65];
static EVP_PKEY *key;
static X509 *authorities[2]; /* valid; expired */

static void must(bool is_true, const char *what)
{
	if (is_true)
		return;
	fprintf(stderr, "peer: %s\n", what);
	abort();
}

static void add_extension(X509 *certificate, int id, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, id, value);
	must(extension != NULL, value);
	X509_add_ext(certificate, extension, -1);
	X509_EXTENSION_free(extension);
}

static X509 *begin(const char *name, int from, int until)
{
	static long serial;
	X509 *certificate = X509_new();

	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
	X509_gmtime_adj(X509_getm_notBefore(certificate), (long)from * DAY);
	X509_gmtime_adj(X509_getm_notAfter(certificate), (long)until * DAY);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
		(const unsigned char *)name, -1, -1, 0);
	X509_set_pubkey(certificate, key);
	return certificate;
}

static X509 *make_authority(const char *name, int from, int until)
{
	X509 *certificate = begin(name, from, until);

	X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
	add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
	X509_sign(certificate, key, EVP_sha256());
	return certificate;
}

static void remove_file(void)
{
	unlink(ca_file);
	X509_free(authorities[0]);
	X509_free(authorities[1]);
	EVP_PKEY_free(key);
}

/* Keys and authorities are made once, for all tests. */
static void prepare(void)
{
	FILE *file;
	int descriptor;

	if (key != NULL)
		return;
	key = EVP_EC_gen("P-256");
	must(key != NULL, "no key");
	authorities[0] = make_authority("Peers' Authority", -10, 10);
	authorities[1] = make_authority("Peers' Old Authority", -10, -1);
	descriptor = mkstemp(ca_file);
	must(descriptor >= 0, "no temporary file");
	file = fdopen(descriptor, "w");
	PEM_write_X509(file, authorities[0]);
	PEM_write_X509(file, authorities[1]);
	fclose(file);
	atexit(remove_file);
}

const char *peer_ca_file(void)
{
	prepare();
	return ca_file;
}

const char *peer_fingerprint(void)
{
	return fingerprint;
}

static X509 *make_certificate(const struct peer_wish *wish)
{
	bool has_days = wish->from != 0 || wish->until != 0;
	X509 *certificate = begin(wish->common_name != NULL ? wish->common_name : "Peer",
		has_days ? wish->from : -1, has_days ? wish->until : 1);
	const char *names = wish->names != NULL ? wish->names : "DNS:localhost,IP:127.0.0.1";
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned length;

	X509_set_issuer_name(certificate,
		X509_get_subject_name(
			wish->is_self_signed ? certificate : authorities[wish->is_authority_old]));
	if (names[0] != '\0')
		add_extension(certificate, NID_subject_alt_name, names);
	X509_sign(certificate, key, EVP_sha256());
	X509_digest(certificate, EVP_sha256(), digest, &length);
	for (unsigned i = 0; i < length; i++)
		snprintf(fingerprint + 2 * i, 3, "%02x", digest[i]);
	return certificate;
}

static SSL_CTX *make_context(struct peer *peer)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	X509 *certificate = make_certificate(&peer->wish);

	SSL_CTX_set_max_proto_version(context, peer->version);
	if (peer->version != 0 && peer->version < TLS1_2_VERSION) {
		SSL_CTX_set_security_level(context, 0);
		SSL_CTX_set_min_proto_version(context, peer->version);
	}
	must(SSL_CTX_use_certificate(context, certificate) == 1, "no certificate");
	must(SSL_CTX_use_PrivateKey(context, key) == 1, "no key");
	X509_free(certificate);
	if (!peer->wish.is_self_signed)
		SSL_CTX_add1_chain_cert(context, authorities[peer->wish.is_authority_old]);
	return context;
}

static int listen_at(uint16_t *port, int backlog)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(bind(listener, (struct sockaddr *)&address, length) == 0 &&
			listen(listener, backlog) == 0 &&
			getsockname(listener, (struct sockaddr *)&address, &length) == 0,
		"cannot listen");
	*port = ntohs(address.sin_port);
	return listener;
}

/* Its queue is full with one connection; what knocks after that hears nothing. */
int peer_deaf(uint16_t *port)
{
	static int knocking[2] = {-1, -1};
	int listener = listen_at(port, 0);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(*port)};

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (int i = 0; i < 2; i++) {
		if (knocking[i] >= 0)
			close(knocking[i]);
		knocking[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)connect(knocking[i], (struct sockaddr *)&address, sizeof address);
	}
	return listener;
}

static void *serve(void *context)
{
	struct peer *peer = context;
	struct pollfd ready = {.fd = peer->listener, .events = POLLIN};
	sigset_t signals;

	/* A broken pipe is the peer's everyday; the client's must end the tests. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	if (poll(&ready, 1, 10000) == 1)
		peer->socket = accept(peer->listener, NULL, NULL);
	if (peer->socket >= 0)
		peer->run(peer);
	if (peer->socket >= 0)
		close(peer->socket);
	return NULL;
}

void peer_start(struct peer *peer)
{
	SSL_CTX *context;

	prepare();
	peer->socket = -1;
	buffer_init(&peer->heard, 0);
	buffer_init(&peer->said, 0);
	peer->listener = listen_at(&peer->port, 5);
	context = make_context(peer);
	peer->ssl = SSL_new(context);
	SSL_CTX_free(context);
	must(pipe(peer->stopped) == 0, "no pipe");
	must(pthread_create(&peer->thread, NULL, serve, peer) == 0, "no thread");
}

void peer_join(struct peer *peer)
{
	if (peer->is_joined)
		return;
	close(peer->stopped[1]);
	pthread_join(peer->thread, NULL);
	peer->is_joined = true;
}

void peer_stop(struct peer *peer)
{
	peer_join(peer);
	close(peer->stopped[0]);
	close(peer->listener);
	SSL_free(peer->ssl);
	buffer_fini(&peer->heard);
	buffer_fini(&peer->said);
}

void peer_say_octets(struct peer *peer, struct span octets)
{
	while (octets.length > 0) {
		size_t sent = 0;

		if (peer->is_inside) {
			if (SSL_write_ex(peer->ssl, octets.at, octets.length, &sent) != 1)
				return;
		} else {
			ssize_t count = write(peer->socket, octets.at, octets.length);

			if (count <= 0)
				return;
			sent = (size_t)count;
		}
		buffer_add(&peer->said, octets.at, sent);
		octets = span_from(octets, sent);
	}
}

void peer_say(struct peer *peer, const char *text)
{
	peer_say_octets(peer, span_text(text));
}

bool peer_hear(struct peer *peer, size_t octets)
{
	uint8_t at[16384];

	while (octets > 0) {
		size_t most = octets < sizeof at ? octets : sizeof at;
		size_t got = 0;
		ssize_t count = 0;

		errno = 0;
		if (peer->is_inside)
			got = SSL_read_ex(peer->ssl, at, most, &got) == 1 ? got : 0;
		else
			count = read(peer->socket, at, most);
		peer->error = errno;
		got = count > 0 ? (size_t)count : got;
		if (got == 0)
			return false;
		buffer_add(&peer->heard, at, got);
		octets -= got;
	}
	return true;
}

bool peer_secure(struct peer *peer)
{
	SSL_set_fd(peer->ssl, peer->socket);
	peer->is_inside = SSL_accept(peer->ssl) == 1;
	return peer->is_inside;
}

void peer_hang_up(struct peer *peer, bool is_reset)
{
	struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	if (is_reset)
		setsockopt(peer->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(peer->socket);
	peer->socket = -1;
}

void peer_sleep(int milliseconds)
{
	struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000L};

	nanosleep(&time, NULL);
}

void peer_wait(struct peer *peer)
{
	char end;

	while (read(peer->stopped[0], &end, 1) < 0)
		;
}

static void hear_octets(void *context, enum side from, struct span octets, bool is_secret)
{
	struct ear *ear = context;

	buffer_add_span(&ear->octets[from], octets);
	buffer_printf(&ear->order, "%s%s%zu ", from == SIDE_CLIENT ? "C" : "S",
		is_secret ? "!" : "", octets.length);
}

static void hear_line(struct buffer *out, const char *line)
{
	buffer_printf(out, "%s\n", line);
}

static void hear_note(void *context, const char *note)
{
	hear_line(&((struct ear *)context)->notes, note);
}

static void hear_secrets(void *context, const char *line)
{
	hear_line(&((struct ear *)context)->secrets, line);
}

static void hear_guard(void *context, struct span secret)
{
	struct ear *ear = context;

	buffer_add_span(&ear->guards, secret);
	buffer_add_text(&ear->guards, "\n");
}

void ear_init(struct ear *ear)
{
	struct buffer *buffers[] = {&ear->octets[0], &ear->octets[1], &ear->notes, &ear->secrets,
		&ear->guards, &ear->order};

	for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++)
		buffer_init(buffers[i], 0);
}

void ear_fini(struct ear *ear)
{
	buffer_fini(&ear->octets[0]);
	buffer_fini(&ear->octets[1]);
	buffer_fini(&ear->notes);
	buffer_fini(&ear->secrets);
	buffer_fini(&ear->guards);
	buffer_fini(&ear->order);
}

struct tap ear_tap(struct ear *ear)
{
	return (struct tap){.context = ear,
		.on_octets = hear_octets,
		.on_note = hear_note,
		.on_secrets = hear_secrets,
		.on_guard = hear_guard};
}

struct connection_options peer_options(const struct peer *peer, struct ear *ear)
{
	return (struct connection_options){.host = "127.0.0.1",
		.port = peer->port,
		.cancel = -1,
		.trust = {.ca_file = peer_ca_file()},
		.tap = ear_tap(ear)};
}
