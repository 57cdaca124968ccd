#include "tls/handshake.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "tls/certificate.h"
#include "tls/hello.h"
#include "tls/names.h"

enum {
	MESSAGE_HEADER = 4, /* HandshakeType, uint24 length */
	RECORD_HEADER = 5,
	SMALLEST_SEALED = 16, /* AES-CCM-8: 8 octets of nonce, 8 of tag (RFC 6655 3) */
};

/* messages that tell facts (IANA "TLS HandshakeType") */
enum message {
	MESSAGE_CLIENT_HELLO = 1,
	MESSAGE_SERVER_HELLO = 2,
	MESSAGE_HELLO_RETRY_REQUEST = 6,
	MESSAGE_ENCRYPTED_EXTENSIONS = 8,
	MESSAGE_CERTIFICATE = 11,
	MESSAGE_SERVER_HELLO_DONE = 14,
	MESSAGE_FINISHED = 20,
	MESSAGE_KEY_UPDATE = 24,
};

void handshake_init(struct handshake *handshake)
{
	*handshake = (struct handshake){0};
	for (size_t side = 0; side < 2; side++)
		buffer_init(&handshake->partial[side], MESSAGE_HEADER + LIMIT_HANDSHAKE);
}

void handshake_fini(struct handshake *handshake)
{
	for (size_t side = 0; side < 2; side++)
		buffer_fini(&handshake->partial[side]);
}

void handshake_name(struct tls_event *event, const char *name)
{
	if (event->name_count < sizeof event->names / sizeof event->names[0])
		event->names[event->name_count++] = name;
}

void handshake_change_cipher(struct handshake *handshake, enum side side)
{
	handshake_drop(handshake, side);
	handshake->is_ciphered[side] = handshake->facts.version != TLS13;
}

void handshake_drop(struct handshake *handshake, enum side side)
{
	if (handshake->partial[side].size > 0)
		buffer_fini(&handshake->partial[side]);
}

static void name_sealed(struct tls_event *event)
{
	event->is_sealed = true;
	handshake_name(event, "Encrypted Handshake Message");
}

/* certificate_request_context stands in front (RFC 8446 4.4.2). */
static struct span without_context(struct span body)
{
	struct cursor c = cursor_of(body);

	cursor_skip(&c, cursor_u8(&c));
	return cursor_rest(&c);
}

/* A message of TLS 1.3 that was opened. */
static void read_opened_message(
	struct handshake *handshake, enum side side, uint8_t type, struct span body)
{
	if (type == MESSAGE_ENCRYPTED_EXTENSIONS && side == SIDE_SERVER)
		hello_read_extensions(handshake, body);
	else if (type == MESSAGE_CERTIFICATE && side == SIDE_SERVER &&
		 !handshake->has_certificate) {
		certificate_read(&handshake->facts, without_context(body));
		handshake->has_certificate = true;
	}
	handshake->has_finished[side] |= type == MESSAGE_FINISHED;
	handshake->has_updated[side] |= type == MESSAGE_KEY_UPDATE;
}

/* The server's first certificate, and whether the handshake is a full one. */
static void read_server_message(struct handshake *handshake, uint8_t type, struct span body)
{
	if (type != MESSAGE_CERTIFICATE && type != MESSAGE_SERVER_HELLO_DONE)
		return;
	handshake->facts.is_resumed = false;
	if (type == MESSAGE_CERTIFICATE && !handshake->has_certificate)
		certificate_read(&handshake->facts, body);
	handshake->has_certificate |= type == MESSAGE_CERTIFICATE;
}

/* A whole message, header included. Later in a record, a type that does not exist gets no name. */
static void read_message(
	struct handshake *handshake, struct tls_event *event, struct span message, bool is_first)
{
	uint8_t type = message.at[0];
	struct span body = span_from(message, MESSAGE_HEADER);

	if (type == MESSAGE_CLIENT_HELLO)
		hello_read_client(handshake, body);
	else if (type == MESSAGE_SERVER_HELLO && hello_read_server(handshake, body))
		type = MESSAGE_HELLO_RETRY_REQUEST;
	else if (event->side == SIDE_SERVER && handshake->facts.version != TLS13)
		read_server_message(handshake, type, body);
	else if (event->is_opened && handshake->facts.version == TLS13)
		read_opened_message(handshake, event->side, type, body);
	if (names_handshake(type) != NULL)
		handshake_name(event, names_handshake(type));
	else if (is_first)
		name_sealed(event);
}

/* The length of the message at the front, header included; 0 when its header is not whole. */
static size_t message_length(struct span bytes)
{
	struct cursor c = cursor_of(bytes);

	cursor_skip(&c, 1);
	return bytes.length >= MESSAGE_HEADER ? MESSAGE_HEADER + cursor_u24(&c) : 0;
}

static bool is_too_long(size_t length)
{
	return length > MESSAGE_HEADER + LIMIT_HANDSHAKE;
}

/* Whether a record of whose side no ChangeCipherSpec was seen is encrypted all the same: its first
 * message makes no sense, or looks like the zeros of AES-GCM's explicit nonce (two HelloRequests do
 * not follow each other). */
static bool looks_sealed(struct span payload)
{
	static const uint8_t zeros[MESSAGE_HEADER + 1];

	if (payload.length < SMALLEST_SEALED)
		return false;
	return memcmp(payload.at, zeros, sizeof zeros) == 0 ||
	       names_handshake(payload.at[0]) == NULL || is_too_long(message_length(payload));
}

/* Moves octets into the partial message until it has length of them; whether it has. */
static bool fill(struct buffer *partial, struct cursor *c, size_t length)
{
	size_t more = length > partial->length ? length - partial->length : 0;

	buffer_add_span(partial, cursor_span(c, more < c->left ? more : c->left));
	return partial->length >= length;
}

/* Goes on with the message that an earlier record began; whether it ended. */
static bool end_partial(struct handshake *handshake, struct tls_event *event, struct cursor *c)
{
	struct buffer *partial = &handshake->partial[event->side];
	size_t length;

	if (!fill(partial, c, MESSAGE_HEADER))
		return false;
	length = message_length(buffer_span(partial));
	if (is_too_long(length)) {
		handshake_drop(handshake, event->side);
		cursor_rest(c);
		return false;
	}
	if (!fill(partial, c, length))
		return false;
	read_message(handshake, event, buffer_span(partial), true);
	handshake_drop(handshake, event->side);
	return true;
}

/* The messages that begin in this record; what the last one lacks comes in the next record. */
static void read_messages(
	struct handshake *handshake, struct tls_event *event, struct cursor *c, bool is_first)
{
	for (; c->left > 0; is_first = false) {
		struct span rest = span_of(c->at, c->left);
		size_t length = message_length(rest);

		if (length > 0 && length <= rest.length) {
			read_message(handshake, event, cursor_span(c, length), is_first);
			continue;
		}
		cursor_rest(c);
		if (is_too_long(length)) {
			if (is_first)
				name_sealed(event);
			return;
		}
		buffer_add_span(&handshake->partial[event->side], rest);
		if (is_first)
			handshake_name(event, names_fragment(rest.at[0]));
	}
}

void handshake_read(struct handshake *handshake, struct tls_event *event)
{
	struct cursor c = cursor_of(event->payload);
	bool is_first = handshake->partial[event->side].length == 0;
	bool is_ciphered = handshake->is_ciphered[event->side] &&
			   event->octets >= RECORD_HEADER + SMALLEST_SEALED;

	if (!event->is_opened && (is_ciphered || (is_first && looks_sealed(event->payload)))) {
		handshake_drop(handshake, event->side);
		name_sealed(event);
		return;
	}
	if (is_first || end_partial(handshake, event, &c))
		read_messages(handshake, event, &c, is_first);
}

void handshake_read_sslv2(struct handshake *handshake, struct tls_event *event)
{
	handshake->facts.has_client_hello = true;
	handshake_name(event, names_handshake(MESSAGE_CLIENT_HELLO));
}
