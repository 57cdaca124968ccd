#include "practice/guest.h"

#include "base/language.h"
#include "base/memory.h"
#include "practice/poller.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINGER = 2000, HANDSHAKE = 60000, LAST_WORD = 5000, TURNS = 64, SENT_MOST = 16 * 1024 };

/* What came of trying to move octets. */
enum moved { MOVED_SOME, MOVED_NONE, MOVED_END, MOVED_FAILED };

static void enter(struct guest *guest, enum guest_state state)
{
	guest->state = state;
}

static void hear_server(struct guest *guest, struct span octets)
{
	if (guest->tap.on_octets != NULL && octets.length > 0)
		guest->tap.on_octets(guest->tap.context, SIDE_SERVER, octets, false);
}

/* What the client said in clear behind STARTTLS, and nobody takes: who knows what it is, so it is
 * heard as a secret, and as something whole. */
static void hear_untaken(struct guest *guest)
{
	const struct tap *tap = &guest->tap;

	if (tap->on_octets == NULL || guest->in.length == 0)
		return;
	tap->on_octets(tap->context, SIDE_CLIENT, buffer_span(&guest->in), true);
	tap->on_octets(tap->context, SIDE_CLIENT, span_of(NULL, 0), false);
}

static void note(struct guest *guest, const char *what, const char *more)
{
	char text[400];

	if (guest->tap.on_note == NULL)
		return;
	snprintf(text, sizeof text, "%s%s", what, more);
	guest->tap.on_note(guest->tap.context, text);
}

static void set_how(struct guest *guest, const char *how)
{
	if (guest->how[0] == '\0')
		snprintf(guest->how, sizeof guest->how, "%s", how);
}

struct guest *guest_new(int descriptor, struct talk *talk, struct authority *authority, bool is_tls)
{
	struct guest *guest = memory_new(1, sizeof *guest);

	guest->descriptor = descriptor;
	guest->talk = talk;
	guest->tap = talk->tap;
	guest->authority = authority;
	buffer_init(&guest->in, LIMIT_PRACTICE_IN);
	enter(guest, is_tls ? GUEST_HANDSHAKE : GUEST_TALKS);
	note(guest, _("Connected from "), talk->address);
	if (!is_tls)
		talk->kind->ready(talk);
	return guest;
}

static void end_talk(struct guest *guest, struct buffer *line)
{
	if (guest->talk == NULL)
		return;
	set_how(guest, _("closed by the client"));
	guest->talk->kind->end(guest->talk, guest->how, line);
	guest->talk = NULL;
}

void guest_free(struct guest *guest, struct buffer *line)
{
	if (guest == NULL)
		return;
	end_talk(guest, line);
	note(guest, _("The session has ended: "), guest->how);
	SSL_free(guest->tls);
	close(guest->descriptor);
	buffer_fini(&guest->in);
	free(guest);
}

static void leave(struct guest *guest, const char *how)
{
	set_how(guest, how);
	enter(guest, GUEST_GONE);
}

static void cut(struct guest *guest)
{
	struct linger linger = {.l_onoff = 1, .l_linger = 0};

	(void)setsockopt(guest->descriptor, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
	leave(guest, _("reset by the server"));
}

/* Why TLS did not go on, in OpenSSL's words. */
static enum moved tls_trouble(struct guest *guest, int result)
{
	const char *reason;

	guest->tls_wants_out = false;
	switch (SSL_get_error(guest->tls, result)) {
	case SSL_ERROR_WANT_READ:
		return MOVED_NONE;
	case SSL_ERROR_WANT_WRITE:
		guest->tls_wants_out = true;
		return MOVED_NONE;
	case SSL_ERROR_ZERO_RETURN:
		return MOVED_END;
	case SSL_ERROR_SYSCALL:
		return MOVED_FAILED;
	default:
		reason = ERR_reason_error_string(ERR_peek_last_error());
		if (guest->how[0] == '\0')
			snprintf(guest->how, sizeof guest->how, "TLS: %s",
				reason != NULL ? _(reason) : _("failed"));
		return MOVED_FAILED;
	}
}

static bool begin_tls(struct guest *guest)
{
	SSL_CTX *context = guest->authority != NULL
				   ? authority_context(guest->authority, guest->talk->certificate)
				   : NULL;

	guest->tls = context != NULL ? SSL_new(context) : NULL;
	return guest->tls != NULL && SSL_set_fd(guest->tls, guest->descriptor) == 1 &&
	       SSL_set_app_data(guest->tls, &guest->tap) == 1;
}

static bool shake_hands(struct guest *guest)
{
	int result;

	if (guest->tls == NULL && !begin_tls(guest)) {
		leave(guest, _("TLS: no memory or no certificate"));
		return false;
	}
	ERR_clear_error();
	result = SSL_accept(guest->tls);
	if (result != 1) {
		if (tls_trouble(guest, result) != MOVED_NONE)
			leave(guest, _("TLS: the client went away in the handshake"));
		return false;
	}
	guest->tls_wants_out = false;
	guest->talk->is_tls = true;
	snprintf(guest->talk->cipher, sizeof guest->talk->cipher, "%s",
		SSL_CIPHER_standard_name(SSL_get_current_cipher(guest->tls)));
	note(guest, "TLS: ", guest->talk->cipher);
	enter(guest, GUEST_TALKS);
	guest->talk->kind->ready(guest->talk);
	return true;
}

static enum moved socket_trouble(ssize_t result)
{
	if (result == 0)
		return MOVED_END;
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? MOVED_NONE
									 : MOVED_FAILED;
}

static enum moved read_some(struct guest *guest)
{
	uint8_t *end;
	size_t room, got = 0;
	ssize_t result;

	buffer_reserve(&guest->in, LIMIT_PRACTICE_IN - guest->in.length);
	end = guest->in.at + guest->in.length;
	room = guest->in.size - guest->in.length;
	if (guest->tls != NULL) {
		ERR_clear_error();
		if (SSL_read_ex(guest->tls, end, room, &got) != 1)
			return tls_trouble(guest, 0);
	} else {
		result = recv(guest->descriptor, end, room, 0);
		if (result <= 0)
			return socket_trouble(result);
		got = (size_t)result;
	}
	guest->in.length += got;
	return MOVED_SOME;
}

static enum moved write_some(struct guest *guest, struct span octets)
{
	size_t done = 0;
	ssize_t result;

	if (guest->tls != NULL) {
		ERR_clear_error();
		if (SSL_write_ex(guest->tls, octets.at, octets.length, &done) != 1)
			return tls_trouble(guest, 0);
	} else {
		result = send(guest->descriptor, octets.at, octets.length, MSG_NOSIGNAL);
		if (result <= 0)
			return socket_trouble(result);
		done = (size_t)result;
	}
	hear_server(guest, span_first(octets, done));
	guest->sent += done;
	return MOVED_SOME;
}

/* Forgets what was sent, not for each few octets. */
static void drop_sent(struct guest *guest)
{
	struct talk *talk = guest->talk;

	if (guest->sent < talk->out.length && guest->sent < SENT_MOST)
		return;
	if (talk->pause > 0)
		talk->pause_at -= guest->sent;
	if (guest->sent == talk->out.length)
		buffer_fini(&talk->out);
	else
		buffer_drop(&talk->out, guest->sent);
	guest->sent = 0;
}

/* Up to the end, or to where a pause begins. */
static enum moved flush(struct guest *guest)
{
	struct talk *talk = guest->talk;
	size_t end = talk->pause > 0 ? talk->pause_at : talk->out.length;
	enum moved moved = MOVED_NONE, last;

	while (guest->sent < end) {
		struct span left = span_from(span_first(buffer_span(&talk->out), end), guest->sent);

		last = write_some(guest, talk->piece > 0 ? span_first(left, talk->piece) : left);
		if (last != MOVED_SOME)
			return last == MOVED_NONE ? moved : last;
		moved = MOVED_SOME;
	}
	if (moved == MOVED_SOME)
		drop_sent(guest);
	return moved;
}

static bool is_flushed(const struct guest *guest)
{
	return guest->talk->pause == 0 && guest->sent == guest->talk->out.length;
}

/* The pause begins when what stands before it is sent. Whether it ended. */
static bool pause_over(struct guest *guest, int64_t now)
{
	struct talk *talk = guest->talk;

	if (talk->pause == 0 || guest->sent < talk->pause_at)
		return false;
	if (guest->pause_until == 0)
		guest->pause_until = now + (int64_t)talk->pause;
	guest->deadline = guest->pause_until + (int64_t)talk->idle * 1000;
	if (now < guest->pause_until)
		return false;
	talk->pause = 0;
	guest->pause_until = 0;
	return true;
}

static void say_farewell(struct guest *guest, int64_t now, struct buffer *line)
{
	set_how(guest, _("closed by the server"));
	end_talk(guest, line);
	if (guest->tls != NULL)
		(void)SSL_shutdown(guest->tls);
	(void)shutdown(guest->descriptor, SHUT_WR);
	guest->deadline = now + LINGER;
	enter(guest, guest->is_at_end ? GUEST_GONE : GUEST_LINGERS);
}

/* What the protocol wanted to happen when all is sent. */
static bool act(struct guest *guest, int64_t now, struct buffer *line)
{
	if (guest->talk->then == TALK_ON || !is_flushed(guest))
		return false;
	switch (guest->talk->then) {
	case TALK_TLS:
		guest->talk->then = TALK_ON;
		hear_untaken(guest);
		buffer_fini(&guest->in);
		guest->deadline = now + HANDSHAKE;
		enter(guest, GUEST_HANDSHAKE);
		break;
	case TALK_RESET:
		cut(guest);
		break;
	default:
		say_farewell(guest, now, line);
	}
	return true;
}

static bool feed(struct guest *guest)
{
	struct talk *talk = guest->talk;
	size_t before = talk->out.length, taken;

	if (!talk_may_go_on(talk) || (guest->in.length == 0 && !talk->has_more))
		return false;
	taken = talk_feed(talk, buffer_span(&guest->in));
	if (taken == guest->in.length)
		buffer_fini(&guest->in);
	else
		buffer_drop(&guest->in, taken);
	return taken > 0 || talk->out.length != before || talk->then != TALK_ON;
}

static bool may_read(const struct guest *guest)
{
	return !guest->is_at_end && guest->talk->then == TALK_ON && guest->talk->pause == 0 &&
	       guest->in.length < LIMIT_PRACTICE_IN / 2;
}

/* One round: whether anything moved. */
static bool talk_once(struct guest *guest, int64_t now, struct buffer *line)
{
	enum moved sent = flush(guest), got;

	if (sent == MOVED_FAILED || sent == MOVED_END) {
		leave(guest, _("the connection was lost"));
		return false;
	}
	if (pause_over(guest, now))
		return true;
	if (act(guest, now, line))
		return guest->state != GUEST_GONE;
	if (feed(guest))
		return true;
	got = may_read(guest) ? read_some(guest) : MOVED_NONE;
	if (got == MOVED_SOME || sent == MOVED_SOME) {
		guest->deadline = now + (int64_t)guest->talk->idle * 1000;
		return true;
	}
	if (got == MOVED_FAILED)
		leave(guest, _("the connection was lost"));
	guest->is_at_end = guest->is_at_end || got == MOVED_END;
	if (guest->in.length == 0)
		buffer_fini(&guest->in);
	if (guest->is_at_end && is_flushed(guest) && guest->in.length == 0)
		leave(guest, _("closed by the client"));
	return got == MOVED_END && guest->state == GUEST_TALKS;
}

/* Reads what still comes, so that what was sent last is not lost by a reset. */
static void linger(struct guest *guest)
{
	uint8_t octets[4096];
	ssize_t got;

	do
		got = recv(guest->descriptor, octets, sizeof octets, 0);
	while (got > 0);
	if (socket_trouble(got) != MOVED_NONE)
		enter(guest, GUEST_GONE);
}

void guest_work(struct guest *guest, int64_t now, struct buffer *line)
{
	bool has_moved = true;

	if (guest->deadline == 0)
		guest->deadline =
			now + (guest->state == GUEST_HANDSHAKE ? HANDSHAKE
							       : (int64_t)guest->talk->idle * 1000);
	for (unsigned i = 0; i < TURNS && has_moved; i++) {
		switch (guest->state) {
		case GUEST_HANDSHAKE:
			has_moved = shake_hands(guest);
			break;
		case GUEST_TALKS:
			has_moved = talk_once(guest, now, line);
			break;
		default:
			has_moved = false;
		}
	}
	guest->wants_turn = has_moved;
	if (guest->state == GUEST_LINGERS)
		linger(guest);
}

/* Its own last word, if it has one and the client reads. */
static void time_out(struct guest *guest, int64_t now)
{
	struct talk *talk = guest->talk;

	if (guest->state != GUEST_TALKS || guest->how[0] != '\0' || !is_flushed(guest) ||
		talk->has_more) {
		leave(guest, _("silent too long"));
		return;
	}
	set_how(guest, _("silent too long"));
	if (talk->kind->words->timeout != NULL)
		buffer_add_text(&talk->out, talk->kind->words->timeout);
	talk->then = TALK_CLOSE;
	guest->deadline = now + LAST_WORD;
}

void guest_tick(struct guest *guest, int64_t now, struct buffer *line)
{
	if (now >= guest->deadline)
		time_out(guest, now);
	if (guest->state != GUEST_GONE)
		guest_work(guest, now, line);
}

int64_t guest_due(const struct guest *guest)
{
	return guest->pause_until != 0 && guest->pause_until < guest->deadline ? guest->pause_until
									       : guest->deadline;
}

unsigned guest_wants(const struct guest *guest)
{
	const struct talk *talk = guest->talk;
	unsigned wants = guest->tls_wants_out || guest->wants_turn ? POLLER_OUT : 0;

	if (guest->state != GUEST_TALKS)
		return wants | POLLER_IN;
	if (guest->sent < (talk->pause > 0 ? talk->pause_at : talk->out.length))
		wants |= POLLER_OUT;
	return may_read(guest) ? wants | POLLER_IN : wants;
}

void guest_dismiss(struct guest *guest)
{
	set_how(guest, _("the server stops"));
	if (guest->state != GUEST_TALKS || !is_flushed(guest) || guest->talk->has_more ||
		guest->talk->then != TALK_ON || guest->talk->kind->words->goodbye == NULL)
		return;
	(void)write_some(guest, span_text(guest->talk->kind->words->goodbye));
	if (guest->tls != NULL)
		(void)SSL_shutdown(guest->tls);
}
