#include "tls_talk.h"

#include "base/memory.h"

#include <openssl/x509v3.h>
#include <stdlib.h>

/* A test without its sessions tests nothing. */
static void must(bool is_done)
{
	if (!is_done)
		abort();
}

static void add_entry(X509_NAME *name, const char *field, const char *text)
{
	must(X509_NAME_add_entry_by_txt(
		     name, field, MBSTRING_UTF8, (const unsigned char *)text, -1, -1, 0) == 1);
}

static X509 *new_certificate(EVP_PKEY *key)
{
	X509 *certificate = X509_new();
	X509_NAME *issuer = X509_NAME_new();
	X509_EXTENSION *names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name,
		"DNS:mail.example,IP:192.0.2.1,DNS:smtp.example,email:a@mail.example");
	X509_NAME *subject;

	must(certificate != NULL && issuer != NULL && names != NULL);
	subject = X509_get_subject_name(certificate);
	add_entry(subject, "C", "DE");
	add_entry(subject, "O", "Example, Inc");
	add_entry(subject, "CN", "mail.example");
	add_entry(issuer, "CN", "Test CA");
	must(X509_set_version(certificate, 2) == 1 &&
		ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
		X509_set_issuer_name(certificate, issuer) == 1 &&
		X509_gmtime_adj(X509_getm_notBefore(certificate), 0) != NULL &&
		X509_gmtime_adj(X509_getm_notAfter(certificate), 86400) != NULL &&
		X509_set_pubkey(certificate, key) == 1 &&
		X509_add_ext(certificate, names, -1) == 1 &&
		X509_sign(certificate, key, EVP_sha256()) > 0);
	X509_EXTENSION_free(names);
	X509_NAME_free(issuer);
	return certificate;
}

static void on_secret(const SSL *ssl, const char *line)
{
	struct tls_talk *talk = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	buffer_add_text(&talk->secrets, line);
	buffer_add_byte(&talk->secrets, '\n');
}

static SSL_CTX *new_context(const SSL_METHOD *method, int version)
{
	SSL_CTX *context = SSL_CTX_new(method);

	must(context != NULL);
	SSL_CTX_set_security_level(context, 0);
	must(SSL_CTX_set_min_proto_version(context, version) == 1 &&
		SSL_CTX_set_max_proto_version(context, version) == 1);
	return context;
}

void tls_talk_init(struct tls_talk *talk, int version)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = new_certificate(key);

	*talk = (struct tls_talk){.client_context = new_context(TLS_client_method(), version),
		.server_context = new_context(TLS_server_method(), version)};
	buffer_init(&talk->bytes, 0);
	buffer_init(&talk->secrets, 0);
	SSL_CTX_set_app_data(talk->client_context, talk);
	SSL_CTX_set_keylog_callback(talk->client_context, on_secret);
	must(SSL_CTX_use_certificate(talk->server_context, certificate) == 1 &&
		SSL_CTX_use_PrivateKey(talk->server_context, key) == 1 &&
		SSL_CTX_use_certificate(talk->client_context, certificate) == 1 &&
		SSL_CTX_use_PrivateKey(talk->client_context, key) == 1);
	must(SSL_CTX_set_session_id_context(talk->server_context, (const unsigned char *)"t", 1) ==
		1);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static void close_both(struct tls_talk *talk)
{
	SSL_free(talk->client);
	SSL_free(talk->server);
	talk->client = talk->server = NULL;
}

void tls_talk_fini(struct tls_talk *talk)
{
	close_both(talk);
	SSL_CTX_free(talk->client_context);
	SSL_CTX_free(talk->server_context);
	buffer_fini(&talk->bytes);
	buffer_fini(&talk->secrets);
}

static SSL *new_end(SSL_CTX *context)
{
	SSL *ssl = SSL_new(context);
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());

	must(ssl != NULL && in != NULL && out != NULL);
	BIO_set_mem_eof_return(in, -1);
	SSL_set_bio(ssl, in, out);
	return ssl;
}

void tls_talk_open(struct tls_talk *talk)
{
	close_both(talk);
	buffer_clear(&talk->bytes);
	talk->flight_count = 0;
	talk->client = new_end(talk->client_context);
	talk->server = new_end(talk->server_context);
	SSL_set_connect_state(talk->client);
	SSL_set_accept_state(talk->server);
	must(SSL_set_tlsext_host_name(talk->client, "mail.example") == 1);
}

/* Carries what one side wrote to the other. */
static void carry(struct tls_talk *talk, enum side side)
{
	SSL *from = side == SIDE_CLIENT ? talk->client : talk->server;
	SSL *to = side == SIDE_CLIENT ? talk->server : talk->client;
	char *bytes;
	long length = BIO_get_mem_data(SSL_get_wbio(from), &bytes);
	struct tls_flight *flight = &talk->flights[talk->flight_count];

	if (length <= 0)
		return;
	must(talk->flight_count < sizeof talk->flights / sizeof talk->flights[0]);
	*flight =
		(struct tls_flight){side, talk->bytes.length, talk->bytes.length + (size_t)length};
	talk->flight_count++;
	buffer_add(&talk->bytes, bytes, (size_t)length);
	must(BIO_write(SSL_get_rbio(to), bytes, (int)length) == length &&
		BIO_reset(SSL_get_wbio(from)) == 1);
}

bool tls_talk_shake(struct tls_talk *talk)
{
	for (int turn = 0; turn < 10; turn++) {
		int client = SSL_do_handshake(talk->client), server;

		carry(talk, SIDE_CLIENT);
		server = SSL_do_handshake(talk->server);
		carry(talk, SIDE_SERVER);
		if (client == 1 && server == 1)
			return true;
		if (SSL_get_error(talk->server, server) == SSL_ERROR_SSL)
			return false;
	}
	return false;
}

void tls_talk_say(struct tls_talk *talk, enum side side, struct span text)
{
	SSL *from = side == SIDE_CLIENT ? talk->client : talk->server;
	SSL *to = side == SIDE_CLIENT ? talk->server : talk->client;
	uint8_t *copy = memory_new(text.length, 1);
	size_t done, read = 0;

	must(SSL_write_ex(from, text.at, text.length, &done) == 1 && done == text.length);
	carry(talk, side);
	for (size_t all = 0; all < text.length; all += read)
		must(SSL_read_ex(to, copy, text.length, &read) == 1);
	free(copy);
}

void tls_talk_update(struct tls_talk *talk, enum side side)
{
	must(SSL_key_update(side == SIDE_CLIENT ? talk->client : talk->server,
		     SSL_KEY_UPDATE_REQUESTED) == 1);
}

bool tls_talk_renegotiate(struct tls_talk *talk)
{
	char octet;

	must(SSL_renegotiate(talk->client) == 1);
	for (int turn = 0; turn < 10; turn++) {
		int client = SSL_do_handshake(talk->client);

		carry(talk, SIDE_CLIENT);
		(void)SSL_read(talk->server, &octet, 1);
		carry(talk, SIDE_SERVER);
		if (client == 1 && !SSL_renegotiate_pending(talk->client))
			return true;
	}
	return false;
}

void tls_talk_close(struct tls_talk *talk)
{
	must(SSL_shutdown(talk->client) >= 0);
	carry(talk, SIDE_CLIENT);
	must(SSL_shutdown(talk->server) >= 0);
	carry(talk, SIDE_SERVER);
}

bool tls_talk_run(struct tls_talk *talk, size_t octets)
{
	uint8_t *text = memory_new(octets, 1);
	bool is_done = tls_talk_shake(talk);

	if (is_done) {
		tls_talk_say(talk, SIDE_CLIENT, span_of(text, octets));
		tls_talk_say(talk, SIDE_SERVER, span_of(text, octets));
		tls_talk_close(talk);
	}
	free(text);
	return is_done;
}

SSL_SESSION *tls_talk_session(const struct tls_talk *talk)
{
	SSL_SESSION *session = SSL_get1_session(talk->client);

	must(session != NULL);
	return session;
}
