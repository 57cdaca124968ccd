#include "dissect/shape.h"

#include "base/memory.h"
#include "tls/tls.h"

#include <stdlib.h>

/* Octets of a record's header and of what the cipher adds: TLS 1.3 and the AEAD suites of 1.2 (RFC
 * 8446 5.2, RFC 5246 6.2.3.3). */
enum { OVERHEAD_13 = 22, OVERHEAD_12 = 29 };

/* A greeting is a line; the session tickets that may come before it in TLS 1.3 are longer. */
enum { GREETING_LEAST = 5, GREETING_MOST = 180 };

/* CAPA, AUTH, STLS, QUIT with CR LF: no command that begins an SMTP session is as short. */
enum { POP3_COMMAND = 6 };

struct shape {
	struct tls *tls;
	bool has_finished[2]; /* the side's handshake is over */
	bool has_changed[2];  /* ChangeCipherSpec was seen: TLS 1.2 and before */
	bool has_greeting;    /* the server has spoken first */
	enum found found;
	enum mail_protocol protocol;
};

/* Ports that belong to others who use TLS from the first byte. */
bool shape_is_possible(uint16_t port)
{
	static const uint16_t others[] = {
		443, 563, 636, 853, 989, 990, 992, 993, 994, 3269, 5061, 5223, 5269, 6697, 8443};

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (others[i] == port)
			return false;
	return true;
}

static bool is_new_tls(const struct shape *shape)
{
	return tls_facts(shape->tls)->version >= 0x0304;
}

static uint32_t plain_octets(const struct shape *shape, const struct tls_event *event)
{
	uint32_t overhead = is_new_tls(shape) ? OVERHEAD_13 : OVERHEAD_12;

	return event->octets > overhead ? event->octets - overhead : 0;
}

/* What the client says first, behind the greeting, tells the protocol. */
static void take_command(struct shape *shape, const struct tls_event *event)
{
	shape->found = shape->has_greeting ? FOUND_MAIL_IN_TLS : FOUND_TLS;
	shape->protocol = plain_octets(shape, event) == POP3_COMMAND ? MAIL_POP3 : MAIL_SMTP;
}

static void take_data(struct shape *shape, const struct tls_event *event)
{
	uint32_t octets = plain_octets(shape, event);

	/* In TLS 1.3 the client's first sealed record is its Finished. */
	if (event->side == SIDE_CLIENT && is_new_tls(shape) && !shape->has_finished[SIDE_CLIENT])
		shape->has_finished[SIDE_CLIENT] = shape->has_finished[SIDE_SERVER] = true;
	else if (event->side == SIDE_CLIENT)
		take_command(shape, event);
	else if (shape->has_finished[SIDE_CLIENT] && octets >= GREETING_LEAST &&
		 octets <= GREETING_MOST)
		shape->has_greeting = true;
}

static void on_record(void *context, const struct tls_event *event)
{
	struct shape *shape = context;

	if (event->kind != TLS_RECORD || shape->found != FOUND_MORE) {
		shape->found = event->kind == TLS_RECORD ? shape->found : FOUND_TLS;
		return;
	}
	if (event->content == TLS_CHANGE_CIPHER_SPEC)
		shape->has_changed[event->side] = true;
	else if (event->content == TLS_HANDSHAKE && shape->has_changed[event->side])
		shape->has_finished[event->side] = true;
	else if (event->content == TLS_APPLICATION_DATA)
		take_data(shape, event);
}

struct shape *shape_new(void)
{
	struct shape *shape = memory_new(1, sizeof *shape);

	shape->tls = tls_new(&(struct tls_listener){shape, on_record});
	shape->found = FOUND_MORE;
	return shape;
}

void shape_free(struct shape *shape)
{
	if (shape == NULL)
		return;
	tls_free(shape->tls);
	free(shape);
}

enum found shape_feed(struct shape *shape, enum side side, const struct chunk *chunk,
	enum mail_protocol *protocol)
{
	(void)tls_feed(shape->tls, side, chunk);
	*protocol = shape->protocol;
	return shape->found;
}
