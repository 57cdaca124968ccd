#include "base/language.h"
#include "base/memory.h"
#include "base/printable.h"
#include "client/connection_parts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

enum {
	AT_ONCE = 16 * 1024, /* octets of one read, and a TLS record at most */
	PATIENCE = 500,      /* ms for the server to end by itself, and again once we have ended */
	PATIENCE_TLS = 100,  /* ms from its end of TLS to its end of the connection */
};

static char *copy(const char *text)
{
	return text != NULL ? memory_text(text) : NULL;
}

/* As the resolver and a certificate have it: a name beyond ASCII in A-labels (RFC 5890 2.3.2.1).
 * One that has none stays, and will not be found. */
static char *make_ascii(const char *host)
{
	char *ascii = g_hostname_is_non_ascii(host) ? g_hostname_to_ascii(host) : NULL;
	char *own = memory_text(ascii != NULL ? ascii : host);

	g_free(ascii);
	return own;
}

/* "[::1]" and "::1" are the same host. */
static char *without_brackets(const char *host)
{
	size_t length = strlen(host);
	char *bare;

	if (length < 2 || host[0] != '[' || host[length - 1] != ']')
		return make_ascii(host);
	bare = memory_text(host + 1);
	bare[length - 2] = '\0';
	return bare;
}

/* What a certificate calls it: without the root's dot, without the interface of an IPv6 address. */
static char *make_reference(const char *host)
{
	char *reference = without_brackets(host);
	char *zone = strchr(reference, ':') != NULL ? strchr(reference, '%') : NULL;
	size_t length = strlen(reference);

	if (zone != NULL)
		*zone = '\0';
	else if (length > 1 && reference[length - 1] == '.')
		reference[length - 1] = '\0';
	return reference;
}

static char *make_name(const char *host, uint16_t port)
{
	bool is_bare = host[0] != '[' && strchr(host, ':') != NULL;
	struct buffer name;
	char *text;

	buffer_init(&name, 0);
	buffer_add_text(&name, is_bare ? "[" : "");
	printable_add(&name, span_text(host));
	buffer_printf(&name, "%s:%u", is_bare ? "]" : "", port);
	text = memory_text(buffer_text(&name));
	buffer_fini(&name);
	return text;
}

struct connection *connection_new(const struct connection_options *options)
{
	struct connection *connection = memory_new(1, sizeof *connection);

	connection->options = *options;
	connection->options.host = copy(options->host);
	connection->options.trust.ca_file = copy(options->trust.ca_file);
	connection->options.trust.name = copy(options->trust.name);
	connection->options.trust.fingerprint = copy(options->trust.fingerprint);
	connection->host = without_brackets(options->host);
	connection->name = make_name(options->host, options->port);
	connection->reference = make_reference(
		options->trust.name != NULL ? options->trust.name : connection->host);
	connection->socket = -1;
	connection->tls.version = connection->tls.cipher = "";
	buffer_init(&connection->unread, LIMIT_UNREAD);
	buffer_init(&connection->sealed, LIMIT_UNREAD);
	return connection;
}

static void end_socket(struct connection *connection)
{
	connection_tls_fini(connection);
	if (connection->socket >= 0)
		close(connection->socket);
	connection->socket = -1;
	connection->is_broken = true;
}

void connection_free(struct connection *connection)
{
	if (connection == NULL)
		return;
	end_socket(connection);
	if (connection->unread.at != NULL)
		OPENSSL_cleanse(connection->unread.at, connection->unread.size);
	buffer_fini(&connection->unread);
	buffer_fini(&connection->sealed);
	free((void *)connection->options.host);
	free((void *)connection->options.trust.ca_file);
	free((void *)connection->options.trust.name);
	free((void *)connection->options.trust.fingerprint);
	free(connection->host);
	free(connection->name);
	free(connection->reference);
	free(connection);
}

const char *connection_name(const struct connection *connection)
{
	return connection->name;
}

struct connection_ends connection_ends(const struct connection *connection)
{
	return connection->ends;
}

struct connection_tls connection_tls(const struct connection *connection)
{
	return connection->tls;
}

void connection_note(struct connection *connection, const char *format, ...)
{
	const struct tap *tap = &connection->options.tap;
	char text[1024];
	va_list arguments;

	if (tap->on_note == NULL)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, language_text(format), arguments);
	va_end(arguments);
	tap->on_note(tap->context, text);
}

void connection_guard(struct connection *connection, struct span secret)
{
	const struct tap *tap = &connection->options.tap;

	if (tap->on_guard != NULL && secret.length > 0)
		tap->on_guard(tap->context, secret);
}

static void hear_octets(
	struct connection *connection, enum side from, struct span octets, bool is_secret)
{
	const struct tap *tap = &connection->options.tap;

	if (tap->on_octets != NULL)
		tap->on_octets(tap->context, from, octets, is_secret);
}

void connection_break(struct connection *connection)
{
	hear_octets(connection, SIDE_CLIENT, span_of(NULL, 0), false);
}

int64_t connection_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int connection_patience(const struct connection *connection, int seconds)
{
	int most = connection->options.most_seconds;

	return most > 0 && most < seconds ? most : seconds;
}

static int64_t deadline_in(int seconds)
{
	return connection_clock() + (int64_t)seconds * 1000;
}

enum step connection_wait(
	struct connection *connection, short *events, int64_t deadline, struct fail *fail)
{
	struct pollfd descriptors[] = {
		{.fd = connection->socket, .events = *events},
		{.fd = connection->is_closing ? -1 : connection->options.cancel, .events = POLLIN},
	};

	for (;;) {
		int64_t left = deadline - connection_clock();
		int ready = poll(descriptors, 2,
			left <= 0            ? 0
			: left > 1000 * 1000 ? 1000 * 1000
					     : (int)left);

		if (ready < 0 && errno != EINTR && errno != EAGAIN) {
			connection->error = errno;
			return connection_fail_socket(connection, fail);
		}
		if (ready > 0 && descriptors[1].revents != 0)
			return fail_set(fail, FAIL_TEMPORARY, "%s: cancelled", connection->name);
		if (ready > 0) {
			*events = descriptors[0].revents;
			return STEP_DONE;
		}
		if (connection_clock() >= deadline)
			return STEP_MORE;
	}
}

enum step connection_fail_socket(struct connection *connection, struct fail *fail)
{
	int error = connection->error;

	if (error == EPIPE || error == ECONNRESET || error == 0)
		return fail_set(fail, FAIL_TEMPORARY, "%s: the server %s the connection",
			connection->name, error == ECONNRESET ? _("broke off") : _("has closed"));
	return fail_set(fail, FAIL_TEMPORARY, "%s: %s", connection->name, language_error(error));
}

/* Asked where nothing may ever have to be waited for: an endless flood must be ended, too. */
static enum step look_for_cancel(struct connection *connection, struct fail *fail)
{
	struct pollfd cancel = {.fd = connection->options.cancel, .events = POLLIN};

	if (connection->options.cancel < 0 || poll(&cancel, 1, 0) <= 0)
		return STEP_DONE;
	return fail_set(fail, FAIL_TEMPORARY, "%s: cancelled", connection->name);
}

/* Whether what the server says while it is written to can be kept. */
static bool has_room(const struct connection *connection)
{
	const struct buffer *kept =
		connection->is_half_sent ? &connection->sealed : &connection->unread;

	return kept->length < kept->limit;
}

static enum step fail_late(struct connection *connection, int seconds, struct fail *fail)
{
	if (!has_room(connection))
		return fail_set(fail, FAIL_TEMPORARY,
			"%s: the server said more than %d octets and took nothing for %d s",
			connection->name, LIMIT_UNREAD, seconds);
	return fail_set(fail, FAIL_TEMPORARY, "%s: the server was silent for %d s",
		connection->name, seconds);
}

enum move connection_socket_receive(
	struct connection *connection, uint8_t *at, size_t size, size_t *got)
{
	ssize_t count;

	do
		count = recv(connection->socket, at, size, MSG_DONTWAIT);
	while (count < 0 && errno == EINTR);
	*got = count > 0 ? (size_t)count : 0;
	if (count > 0)
		return MOVE_DONE;
	if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return MOVE_WAITS_IN;
	connection->is_at_end = true;
	connection->error = count < 0 ? errno : 0;
	return count < 0 ? MOVE_FAIL : MOVE_END;
}

enum move connection_socket_send(struct connection *connection, struct span octets, size_t *sent)
{
	ssize_t count;

	do
		count = send(
			connection->socket, octets.at, octets.length, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (count < 0 && errno == EINTR);
	*sent = count > 0 ? (size_t)count : 0;
	connection->sent += *sent;
	if (count >= 0)
		return MOVE_DONE;
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return MOVE_WAITS_OUT;
	connection->error = errno;
	return MOVE_FAIL;
}

/* Appends what can be had at once, with a word to the tap; *in must have room. */
static enum move receive(struct connection *connection, struct buffer *in)
{
	size_t room = in->limit > 0 ? in->limit - in->length : AT_ONCE;
	size_t got = 0;
	enum move move;

	if (connection->has_ended)
		return MOVE_END;
	if (room > AT_ONCE)
		room = AT_ONCE;
	buffer_reserve(in, room);
	move = connection->ssl != NULL
		       ? connection_tls_receive(connection, in->at + in->length, room, &got)
		       : connection_socket_receive(connection, in->at + in->length, room, &got);
	if (move == MOVE_END || move == MOVE_FAIL)
		connection->has_ended = true;
	if (move == MOVE_FAIL)
		connection->is_broken = true;
	if (move != MOVE_DONE)
		return move;
	hear_octets(connection, SIDE_SERVER, span_of(in->at + in->length, got), false);
	in->length += got;
	return MOVE_DONE;
}

static enum move receive_sealed(struct connection *connection)
{
	struct buffer *sealed = &connection->sealed;
	size_t room = sealed->limit - sealed->length;
	size_t got = 0;
	enum move move;

	if (connection->is_at_end)
		return MOVE_END;
	if (room > AT_ONCE)
		room = AT_ONCE;
	buffer_reserve(sealed, room);
	move = connection_socket_receive(connection, sealed->at + sealed->length, room, &got);
	sealed->length += got;
	return move;
}

enum move connection_hear(struct connection *connection)
{
	enum move move = MOVE_DONE;

	while (move == MOVE_DONE && has_room(connection))
		move = connection->is_half_sent ? receive_sealed(connection)
						: receive(connection, &connection->unread);
	return move;
}

static enum step fail_move(struct connection *connection, struct fail *fail)
{
	if (connection->ssl != NULL && connection->error == 0)
		return connection_tls_fail(connection, "TLS", fail);
	return connection_fail_socket(connection, fail);
}

static enum step take_unread(struct connection *connection, struct buffer *in)
{
	struct span octets = buffer_span(&connection->unread);

	if (in->limit > 0)
		octets = span_first(octets, in->limit - in->length);
	buffer_add_span(in, octets);
	buffer_drop(&connection->unread, octets.length);
	return STEP_DONE;
}

enum step connection_read(
	struct connection *connection, struct buffer *in, int seconds, struct fail *fail)
{
	int64_t deadline = deadline_in(seconds = connection_patience(connection, seconds));

	if (in->limit > 0 && in->length >= in->limit)
		return fail_set(fail, FAIL_INTERNAL, "%s: no room for what the server says",
			connection->name);
	if (connection->unread.length > 0)
		return take_unread(connection, in);
	if (connection->has_ended)
		return STEP_MORE;
	if (connection->socket < 0)
		return fail_set(fail, FAIL_TEMPORARY, "%s: not connected", connection->name);
	if (look_for_cancel(connection, fail) == STEP_FAIL)
		return STEP_FAIL;
	for (;;) {
		enum move move = receive(connection, in);
		short events = move == MOVE_WAITS_OUT ? POLLOUT : POLLIN;
		enum step step;

		if (move == MOVE_DONE)
			return STEP_DONE;
		if (move == MOVE_END)
			return STEP_MORE;
		if (move == MOVE_FAIL)
			return fail_move(connection, fail);
		step = connection_wait(connection, &events, deadline, fail);
		if (step == STEP_MORE)
			return fail_late(connection, seconds, fail);
		if (step == STEP_FAIL)
			return STEP_FAIL;
	}
}

static enum move send_some(struct connection *connection, struct span octets, size_t *sent)
{
	octets = span_first(octets, AT_ONCE);
	return connection->ssl != NULL ? connection_tls_send(connection, octets, sent)
				       : connection_socket_send(connection, octets, sent);
}

/* Waits until more can be sent, or more is there to be read, and reads it. */
static enum step wait_to_send(
	struct connection *connection, enum move move, int64_t deadline, struct fail *fail)
{
	short events = move == MOVE_WAITS_OUT ? POLLOUT : POLLIN;
	enum step step;

	if (has_room(connection) && !connection->has_ended && !connection->is_at_end)
		events |= POLLIN;
	step = connection_wait(connection, &events, deadline, fail);
	if (step == STEP_DONE && (events & POLLIN) != 0)
		(void)connection_hear(connection);
	return step;
}

enum step connection_write(struct connection *connection, struct span octets, bool is_secret,
	int seconds, struct fail *fail)
{
	int64_t deadline = deadline_in(seconds = connection_patience(connection, seconds));

	if (connection->is_broken)
		return fail_set(
			fail, FAIL_TEMPORARY, "%s: nothing can be said any more", connection->name);
	while (octets.length > 0) {
		uint64_t before = connection->sent;
		size_t sent = 0;
		enum move move = send_some(connection, octets, &sent);
		enum step step = STEP_DONE;

		if (move == MOVE_DONE) {
			hear_octets(connection, SIDE_CLIENT, span_first(octets, sent), is_secret);
			octets = span_from(octets, sent);
			if (connection->sealed.length > 0)
				(void)connection_hear(connection);
			if (octets.length > 0)
				step = look_for_cancel(connection, fail);
		} else if (move == MOVE_FAIL) {
			connection->is_broken = true;
			step = fail_move(connection, fail);
			(void)connection_hear(connection); /* the server's last words */
			return step;
		} else {
			step = wait_to_send(connection, move, deadline, fail);
		}
		if (connection->sent != before)
			deadline = deadline_in(seconds);
		else if (step == STEP_MORE)
			step = fail_late(connection, seconds, fail);
		if (step == STEP_FAIL) {
			connection->is_broken = true; /* perhaps half a record is out */
			return STEP_FAIL;
		}
	}
	return STEP_DONE;
}

/* Reads and forgets what lies around TLS when that has ended. */
static enum move skip(struct connection *connection)
{
	uint8_t octets[1024];
	size_t got;

	return connection_socket_receive(connection, octets, sizeof octets, &got);
}

/* Reads on until the server's end is there or the clock shows deadline. */
static void hear_out(struct connection *connection, int64_t deadline)
{
	while (!connection->is_at_end && connection_clock() < deadline) {
		bool is_skipping = connection->ssl != NULL && connection->has_ended;
		short events = POLLIN;
		enum move move;

		buffer_clear(&connection->unread);
		move = is_skipping ? skip(connection) : receive(connection, &connection->unread);
		if (!is_skipping && connection->ssl != NULL && connection->has_ended)
			deadline = connection_clock() + PATIENCE_TLS;
		else if (move == MOVE_END || move == MOVE_FAIL)
			break;
		else if (move != MOVE_DONE &&
			 connection_wait(connection, &events, deadline, NULL) != STEP_DONE)
			break;
	}
}

/* After QUIT the server ends by itself. Were it told close_notify and FIN while it does, its system
 * would answer with RST, and the capture would show a broken end; so it goes first. */
void connection_close(struct connection *connection)
{
	if (connection->socket < 0)
		return;
	connection->is_closing = true;
	hear_out(connection, connection_clock() + PATIENCE);
	if (!connection->is_at_end) {
		connection_tls_end(connection);
		shutdown(connection->socket, SHUT_WR);
		hear_out(connection, connection_clock() + PATIENCE);
	}
	end_socket(connection);
	connection_note(connection, "Connection closed");
}

void connection_drop(struct connection *connection)
{
	struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	if (connection->socket < 0)
		return;
	setsockopt(connection->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	end_socket(connection);
	connection_note(connection, "Connection dropped");
}
