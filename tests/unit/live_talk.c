#include "live_talk.h"

#include "base/memory.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SECONDS = 20 };

static SSL_CTX *make_context(int version)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();

	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
		(const unsigned char *)"mail.example.org", -1, -1, 0);
	X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
	X509_set_pubkey(certificate, key);
	if (context == NULL || X509_sign(certificate, key, EVP_sha256()) == 0 ||
		SSL_CTX_use_certificate(context, certificate) != 1 ||
		SSL_CTX_use_PrivateKey(context, key) != 1 ||
		SSL_CTX_set_max_proto_version(context, version) != 1)
		abort();
	X509_free(certificate);
	EVP_PKEY_free(key);
	return context;
}

/* The server's side of the connection. */
struct played {
	int socket;
	SSL_CTX *context;
	SSL *ssl; /* NULL: in clear */
};

static bool say(struct played *played, struct span octets)
{
	while (octets.length > 0) {
		ssize_t length =
			played->ssl != NULL
				? SSL_write(played->ssl, octets.at, (int)octets.length)
				: send(played->socket, octets.at, octets.length, MSG_NOSIGNAL);

		if (length <= 0)
			return false;
		octets = span_from(octets, (size_t)length);
	}
	return true;
}

static bool hear(struct played *played, struct span expected)
{
	uint8_t room[4096];

	while (expected.length > 0) {
		size_t most = expected.length < sizeof room ? expected.length : sizeof room;
		ssize_t length = played->ssl != NULL ? SSL_read(played->ssl, room, (int)most)
						     : recv(played->socket, room, most, 0);

		if (length <= 0 || memcmp(room, expected.at, (size_t)length) != 0)
			return false;
		expected = span_from(expected, (size_t)length);
	}
	return true;
}

static bool begin_tls(struct played *played, int version)
{
	played->context = make_context(version);
	played->ssl = SSL_new(played->context);
	SSL_set_fd(played->ssl, played->socket);
	return SSL_accept(played->ssl) == 1;
}

static void reset(struct played *played)
{
	struct linger none = {.l_onoff = 1};

	setsockopt(played->socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

static bool play(struct played *played, const struct live_server *server)
{
	for (const struct live_step *step = server->steps; step->turn != TURN_END; step++) {
		bool is_good = true;

		if (step->turn == TURN_SERVER)
			is_good = say(played, span_text(step->text));
		else if (step->turn == TURN_CLIENT || step->turn == TURN_SECRET)
			is_good = hear(played, span_text(step->text));
		else if (step->turn == TURN_TLS)
			is_good = begin_tls(played, server->tls_version);
		else
			reset(played);
		if (!is_good)
			return false;
	}
	return true;
}

static void *serve(void *context)
{
	struct live_server *server = context;
	struct played played = {.socket = accept(server->listening, NULL, NULL)};

	server->is_played = played.socket >= 0 && play(&played, server);
	if (played.ssl != NULL && server->is_played)
		SSL_shutdown(played.ssl);
	SSL_free(played.ssl);
	SSL_CTX_free(played.context);
	close(played.socket);
	return NULL;
}

static socklen_t address_of(const struct live_server *server, struct sockaddr_storage *address)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};

	*address = (struct sockaddr_storage){.ss_family = 0};
	if (inet_pton(AF_INET, server->host, &in.sin_addr) == 1) {
		memcpy(address, &in, sizeof in);
		return sizeof in;
	}
	if (inet_pton(AF_INET6, server->host, &in6.sin6_addr) != 1)
		abort();
	memcpy(address, &in6, sizeof in6);
	return sizeof in6;
}

void live_server_start(struct live_server *server)
{
	struct sockaddr_storage address;
	socklen_t length = address_of(server, &address);
	pthread_t thread;

	server->listening = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server->listening < 0 ||
		bind(server->listening, (struct sockaddr *)&address, length) != 0 ||
		listen(server->listening, 4) != 0 ||
		getsockname(server->listening, (struct sockaddr *)&address, &length) != 0 ||
		pthread_create(&thread, NULL, serve, server) != 0)
		abort();
	server->port = address.ss_family == AF_INET
			       ? ntohs(((struct sockaddr_in *)(void *)&address)->sin_port)
			       : ntohs(((struct sockaddr_in6 *)(void *)&address)->sin6_port);
	server->thread = (unsigned long)thread;
}

void live_server_disturb(const struct live_server *server)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof address;
	int other;

	if (getsockname(server->listening, (struct sockaddr *)&address, &length) != 0)
		abort();
	other = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (other < 0 || connect(other, (struct sockaddr *)&address, length) != 0 ||
		send(other, "PASS stranger\r\n", 15, MSG_NOSIGNAL) != 15)
		abort();
	close(other);
}

void live_server_join(struct live_server *server)
{
	pthread_join((pthread_t)server->thread, NULL);
	close(server->listening);
}

static bool read_all(struct connection *connection, struct span expected)
{
	struct buffer in;
	bool is_good = true;
	struct fail fail;

	buffer_init(&in, 0);
	while (is_good && in.length < expected.length)
		is_good = connection_read(connection, &in, SECONDS, &fail) == STEP_DONE;
	is_good = is_good && span_equal(buffer_span(&in), expected);
	buffer_fini(&in);
	return is_good;
}

static bool play_client(struct connection *connection, const struct live_step *step)
{
	struct fail fail;

	if (step->turn == TURN_SERVER)
		return read_all(connection, span_text(step->text));
	if (step->turn == TURN_TLS)
		return connection_secure(connection, SECONDS, &fail) == STEP_DONE;
	return step->turn == TURN_RESET ||
	       connection_write(connection, span_text(step->text), step->turn == TURN_SECRET,
		       SECONDS, &fail) == STEP_DONE;
}

bool live_client_play(
	struct connection *connection, const struct live_step *steps, struct connection_ends *ends)
{
	bool is_good;
	struct fail fail;

	*ends = (struct connection_ends){.local.ss_family = AF_UNSPEC};
	if (connection_open(connection, &fail) != STEP_DONE)
		return false;
	*ends = connection_ends(connection);
	is_good = true;
	for (; is_good && steps->turn != TURN_END; steps++)
		is_good = play_client(connection, steps);
	connection_close(connection);
	return is_good;
}
