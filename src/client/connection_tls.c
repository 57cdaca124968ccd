#include "base/language.h"
#include "base/printable.h"
#include "client/connection_parts.h"
#include "client/trust_check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <poll.h>
#include <string.h>

/* OpenSSL's own BIO for sockets writes with write(), which can end the program by SIGPIPE; and how
 * many octets the socket took must be known. */
static int bio_write(BIO *bio, const char *octets, size_t length, size_t *sent)
{
	struct connection *connection = BIO_get_data(bio);
	enum move move = connection_socket_send(connection, span_of(octets, length), sent);

	BIO_clear_retry_flags(bio);
	if (move == MOVE_WAITS_OUT)
		BIO_set_retry_write(bio);
	return move == MOVE_DONE;
}

static int bio_read(BIO *bio, char *octets, size_t size, size_t *got)
{
	struct connection *connection = BIO_get_data(bio);
	struct span sealed = span_first(buffer_span(&connection->sealed), size);
	enum move move;

	if (sealed.length > 0) {
		memcpy(octets, sealed.at, sealed.length);
		*got = sealed.length;
		buffer_drop(&connection->sealed, sealed.length);
		return 1;
	}
	move = connection_socket_receive(connection, (uint8_t *)octets, size, got);

	BIO_clear_retry_flags(bio);
	if (move == MOVE_WAITS_IN)
		BIO_set_retry_read(bio);
	return move == MOVE_DONE;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
	(void)bio, (void)number, (void)pointer;
	return command == BIO_CTRL_FLUSH;
}

static BIO *make_bio(struct connection *connection)
{
	BIO *bio;

	connection->method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "mail server");
	if (connection->method == NULL)
		return NULL;
	BIO_meth_set_write_ex(connection->method, bio_write);
	BIO_meth_set_read_ex(connection->method, bio_read);
	BIO_meth_set_ctrl(connection->method, bio_control);
	bio = BIO_new(connection->method);
	if (bio == NULL)
		return NULL;
	BIO_set_data(bio, connection);
	BIO_set_init(bio, 1);
	return bio;
}

static struct trust_question question_of(struct connection *connection)
{
	return (struct trust_question){.trust = &connection->options.trust,
		.host = connection->reference,
		.name = connection->name,
		.tap = &connection->options.tap};
}

/* Called by OpenSSL in place of its own verification; refusing here sends the right alert. */
static int verify(X509_STORE_CTX *store, void *context)
{
	struct connection *connection = context;
	struct trust_question question = question_of(connection);

	return trust_check(&question, store, &connection->refusal) == STEP_DONE;
}

static void tell_secrets(const SSL *ssl, const char *line)
{
	const struct connection *connection = SSL_get_app_data(ssl);
	const struct tap *tap = &connection->options.tap;

	if (tap->on_secrets != NULL)
		tap->on_secrets(tap->context, line);
}

static bool is_address(const char *host)
{
	struct in6_addr address;

	return inet_pton(AF_INET, host, &address) == 1 || strchr(host, ':') != NULL;
}

static enum step prepare(struct connection *connection, struct fail *fail)
{
	struct trust_question question = question_of(connection);
	const char *name = connection->reference;
	BIO *bio;

	connection->context = SSL_CTX_new(TLS_client_method());
	if (connection->context == NULL)
		return connection_tls_fail(connection, "TLS", fail);
	if (trust_prepare(&question, connection->context, fail) == STEP_FAIL)
		return STEP_FAIL;
	SSL_CTX_set_options(connection->context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_mode(connection->context,
		SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_verify(connection->context, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(connection->context, verify, connection);
	SSL_CTX_set_keylog_callback(connection->context, tell_secrets);
	connection->ssl = SSL_new(connection->context);
	bio = connection->ssl != NULL ? make_bio(connection) : NULL;
	if (bio == NULL)
		return connection_tls_fail(connection, "TLS", fail);
	SSL_set_bio(connection->ssl, bio, bio);
	SSL_set_app_data(connection->ssl, connection);
	if (!is_address(name) && SSL_set_tlsext_host_name(connection->ssl, name) != 1)
		return connection_tls_fail(connection, "TLS", fail);
	return STEP_DONE;
}

enum step connection_tls_fail(struct connection *connection, const char *what, struct fail *fail)
{
	unsigned long error = ERR_peek_error();
	const char *reason = error != 0 ? ERR_reason_error_string(error) : NULL;

	ERR_clear_error();
	return fail_set(fail, FAIL_PROTOCOL, "%s: %s: %s", connection->name, what,
		reason != NULL ? _(reason) : _("no reason is known"));
}

/* What came before TLS begins was said by whoever could change clear text. */
static enum step refuse_injection(struct connection *connection, struct fail *fail)
{
	size_t octets;

	(void)connection_hear(connection);
	octets = connection->unread.length;
	if (octets == 0)
		return STEP_DONE;
	connection->is_broken = true;
	return fail_set(fail, FAIL_PROTOCOL,
		"%s: %zu octets came in clear where TLS had to begin: injected, or no TLS is "
		"spoken here",
		connection->name, octets);
}

static enum move move_of(struct connection *connection, int result)
{
	switch (SSL_get_error(connection->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return MOVE_WAITS_IN;
	case SSL_ERROR_WANT_WRITE:
		return MOVE_WAITS_OUT;
	case SSL_ERROR_ZERO_RETURN:
		return MOVE_END;
	case SSL_ERROR_SYSCALL:
		break;
	default:
		connection->error = 0;
		break;
	}
	return MOVE_FAIL;
}

static enum step fail_handshake(struct connection *connection, struct fail *fail)
{
	if (connection->refusal.code != FAIL_NONE) {
		ERR_clear_error();
		*fail = connection->refusal;
		return STEP_FAIL;
	}
	if (connection->is_at_end && connection->error == 0)
		return fail_set(fail, FAIL_TEMPORARY,
			"%s: the server closed the connection where TLS had to begin",
			connection->name);
	if (connection->error != 0)
		return connection_fail_socket(connection, fail);
	if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_WRONG_VERSION_NUMBER)
		return fail_set(fail, FAIL_PROTOCOL,
			"%s: the server does not speak TLS here: what it says is no TLS record",
			connection->name);
	return connection_tls_fail(connection, _("TLS cannot begin"), fail);
}

static enum step shake_hands(struct connection *connection, int seconds, struct fail *fail)
{
	int64_t deadline = connection_clock() +
			   (int64_t)(seconds = connection_patience(connection, seconds)) * 1000;

	for (;;) {
		enum move move;
		enum step step;
		short events;
		int result;

		ERR_clear_error();
		connection->error = 0;
		result = SSL_connect(connection->ssl);
		if (result == 1)
			return STEP_DONE;
		move = move_of(connection, result);
		if (move == MOVE_END || move == MOVE_FAIL)
			return fail_handshake(connection, fail);
		events = move == MOVE_WAITS_OUT ? POLLOUT : POLLIN;
		step = connection_wait(connection, &events, deadline, fail);
		if (step == STEP_MORE)
			return fail_set(fail, FAIL_TEMPORARY,
				"%s: the server did not begin TLS in %d s", connection->name,
				seconds);
		if (step == STEP_FAIL)
			return STEP_FAIL;
	}
}

static bool is_blind(const struct connection *connection)
{
	return connection->options.trust.is_blind && connection->options.trust.fingerprint == NULL;
}

static void note_begun(struct connection *connection)
{
	const struct connection_tls *tls = &connection->tls;
	struct buffer name;

	if (is_blind(connection)) {
		connection_note(connection, "%s, %s, certificate not checked, as asked",
			tls->version, tls->cipher);
		return;
	}
	buffer_init(&name, 0);
	printable_add(&name, span_text(connection->reference));
	connection_note(connection, "%s, %s, certificate of %s verified%s", tls->version,
		tls->cipher, buffer_text(&name),
		connection->options.trust.fingerprint != NULL ? _(" by its fingerprint") : "");
	buffer_fini(&name);
}

enum step connection_secure(struct connection *connection, int seconds, struct fail *fail)
{
	struct fail ignored;

	if (fail == NULL)
		fail = &ignored;
	if (connection->socket < 0 || connection->ssl != NULL)
		return fail_set(
			fail, FAIL_INTERNAL, "%s: no connection in clear", connection->name);
	if (refuse_injection(connection, fail) == STEP_FAIL)
		return STEP_FAIL;
	if (prepare(connection, fail) == STEP_FAIL ||
		shake_hands(connection, seconds, fail) == STEP_FAIL) {
		connection->is_broken = connection->has_ended = true;
		return STEP_FAIL;
	}
	connection->tls = (struct connection_tls){.is_on = true,
		.is_verified = !is_blind(connection),
		.version = SSL_get_version(connection->ssl),
		.cipher = SSL_get_cipher_name(connection->ssl)};
	note_begun(connection);
	return STEP_DONE;
}

/* A connection that ends without close_notify may have been cut by anyone (RFC 8446 6.1); SMTP and
 * POP3 have words of their own for the end of what matters. */
static enum move end_of(struct connection *connection, enum move move)
{
	if (move != MOVE_FAIL || !connection->is_at_end || connection->error != 0)
		return move;
	connection_note(connection, "The server closed the connection without ending TLS");
	return MOVE_END;
}

enum move connection_tls_receive(
	struct connection *connection, uint8_t *at, size_t size, size_t *got)
{
	enum move move;

	ERR_clear_error();
	connection->error = 0;
	if (SSL_read_ex(connection->ssl, at, size, got) == 1)
		return MOVE_DONE;
	*got = 0;
	move = move_of(connection, 0);
	return end_of(connection, move);
}

enum move connection_tls_send(struct connection *connection, struct span octets, size_t *sent)
{
	enum move move;

	ERR_clear_error();
	connection->error = 0;
	connection->is_half_sent = false;
	if (SSL_write_ex(connection->ssl, octets.at, octets.length, sent) == 1)
		return MOVE_DONE;
	*sent = 0;
	move = move_of(connection, 0);
	connection->is_half_sent = move == MOVE_WAITS_OUT;
	return move;
}

void connection_tls_end(struct connection *connection)
{
	if (connection->ssl == NULL || connection->is_broken)
		return;
	ERR_clear_error();
	(void)SSL_shutdown(connection->ssl);
	ERR_clear_error();
}

void connection_tls_fini(struct connection *connection)
{
	SSL_free(connection->ssl);
	SSL_CTX_free(connection->context);
	BIO_meth_free(connection->method);
	connection->ssl = NULL;
	connection->context = NULL;
	connection->method = NULL;
}
