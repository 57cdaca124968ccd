#include "dissect/dialogue.h"

#include "base/limits.h"
#include "base/memory.h"
#include "dissect/dialogue_rows.h"
#include "dissect/first_look.h"
#include "dissect/probe.h"
#include "dissect/shape.h"
#include "tls/secrets.h"

#include <stdlib.h>

struct early {
	struct early *next;
	enum side side;
	struct origin origin;
	uint64_t missing; /* octets: then there are no bytes */
	size_t length;
	uint8_t bytes[];
};

/* In the room the parser stands behind the dialogue, at a cache line. */
enum { MAIL_OFFSET = (sizeof(struct dialogue) + 63) / 64 * 64 };

static struct mail *mail_room(const void *room)
{
	return (struct mail *)(void *)((uintptr_t)room + MAIL_OFFSET);
}

size_t dialogue_room_octets(void)
{
	return MAIL_OFFSET + mail_octets();
}

void dialogue_fini_room(void *room)
{
	struct dialogue *c = room;

	recorder_fini(&c->recorder);
	mail_fini(mail_room(c));
}

struct dialogue *dialogue_begin(
	struct connection *connection, const struct dissect_wants *wants, struct rows *rows)
{
	struct dialogue *c = connection_room(connection);

	if (c->wants == NULL)
		recorder_init(&c->recorder, wants);
	c->wants = wants;
	c->rows = rows;
	c->connection = connection;
	c->talk = TALK_UNDECIDED;
	c->shape = NULL;
	c->early = NULL;
	c->early_end = &c->early;
	c->early_octets = 0;
	c->probe = NULL;
	c->mail = NULL;
	c->tls = NULL;
	c->is_tls[0] = c->is_tls[1] = c->is_opened = c->is_catching_up = c->is_ended = false;
	c->is_brief = rows == NULL && c->recorder.is_terse;
	c->drafts = NULL;
	c->carried[0] = c->carried[1] = 0;
	return c;
}

void dialogue_prefetch(const void *room)
{
	const struct dialogue *c = room;

	PREFETCH(c);
	PREFETCH(&c->recorder.message_number);
	mail_prefetch(mail_room(room));
}

void dialogue_prefetch_row(const void *room)
{
	const struct dialogue *c = room;

	PREFETCH(&c->recorder.row_fields.state);
	PREFETCH(&c->connection);
	PREFETCH(&c->drafts);
}

void dialogue_prefetch_end(const void *room)
{
	const struct dialogue *c = room;

	PREFETCH(&c->early);
	PREFETCH(&c->recorder.session.capture);
	PREFETCH(&c->recorder.session.start);
	PREFETCH(&c->recorder.session.streams);
	PREFETCH(&c->recorder.session.streams[SIDE_SERVER]);
	PREFETCH(&c->recorder.session.messages_seen);
}

static void free_early(struct dialogue *c)
{
	shape_free(c->shape);
	probe_free(c->probe);
	c->shape = NULL;
	c->probe = NULL;
	while (c->early != NULL) {
		struct early *early = c->early;

		c->early = early->next;
		free(early);
	}
	c->early_end = &c->early;
}

void dialogue_leave(struct dialogue *c)
{
	free_early(c);
	tls_free(c->tls);
	recorder_clear(&c->recorder);
}

/* Mail goes on with what was opened. */
static void feed_opened(struct dialogue *c, const struct tls_event *event)
{
	struct chunk chunk = {event->payload, event->last};

	if (!c->is_opened)
		mail_continue(c->mail, true);
	c->is_opened = true;
	recorder_opened(&c->recorder, event);
	dialogue_rows_opened(c, event);
	(void)mail_feed(c->mail, event->side, &chunk);
}

/* What mail cannot read is missing to it. A record that stays sealed has its own line. */
static void feed_sealed(struct dialogue *c, const struct tls_event *event)
{
	bool is_gap = event->kind == TLS_GAP;

	c->recorder.hides_gaps = !is_gap;
	mail_gap(c->mail, event->side, is_gap ? event->octets : event->payload.length, event->last);
	c->recorder.hides_gaps = false;
}

static void tell_tls(struct dialogue *c, const struct tls_event *event)
{
	dialogue_rows_tls(c, event);
	if (c->talk == TALK_MAIL && (event->kind != TLS_GAP || !c->is_opened))
		recorder_tls(&c->recorder, event, tls_facts(c->tls));
	if (c->is_opened && (event->kind == TLS_GAP || event->is_sealed))
		feed_sealed(c, event);
}

static void on_tls_event(void *context, const struct tls_event *event)
{
	struct dialogue *c = context;
	bool is_mail =
		c->talk == TALK_MAIL && event->is_opened && event->content == TLS_APPLICATION_DATA;

	if (event->kind == TLS_NOT)
		return;
	/* TLS inside TLS is sealed after all. */
	if (is_mail && !(c->is_opened && mail_is_sealed(c->mail, event->side)))
		feed_opened(c, event);
	else
		tell_tls(c, event);
}

static void begin_tls(struct dialogue *c)
{
	if (c->tls != NULL)
		return;
	c->tls = tls_new(&(struct tls_listener){c, on_tls_event});
	tls_use_secrets(c->tls, c->wants->secrets);
}

static void on_mail_event(void *context, const struct mail_event *event)
{
	struct dialogue *c = context;

	if (c->rows != NULL)
		dialogue_rows_mail(c, event);
	recorder_mail(&c->recorder, event);
	if (c->is_opened)
		return;
	if (event->kind == MAIL_TLS) {
		begin_tls(c);
		c->is_tls[event->side] = true;
		c->recorder.session.transport = TRANSPORT_STARTTLS;
	} else if (event->kind == MAIL_TLS_BYTES) {
		struct chunk chunk = {event->text, event->first};

		tls_feed(c->tls, event->side, &chunk);
	}
}

/* The same when nothing of it is shown but what can be counted. */
static void on_brief_event(void *context, const struct mail_event *event)
{
	struct dialogue *c = context;

	if (UNLIKELY(event->kind == MAIL_TLS || event->kind == MAIL_TLS_BYTES))
		on_mail_event(context, event);
	else
		recorder_count(&c->recorder, event);
}

/* What follows is no TLS. Nothing of the other side was either: the session goes on in clear. */
static void leave_tls(struct dialogue *c, enum side side)
{
	if (c->talk == TALK_TLS) {
		c->talk = TALK_OTHER;
		return;
	}
	c->is_tls[side] = false;
	if (!tls_facts(c->tls)->has_client_hello && !tls_facts(c->tls)->has_server_hello)
		c->is_tls[side_other(side)] = false;
	if (mail_is_sealed(c->mail, side))
		mail_continue(c->mail, false);
}

/* The octets consumed. Fewer than there are: what follows is of the other kind. */
static inline size_t feed_some(struct dialogue *c, enum side side, const struct chunk *chunk)
{
	size_t used;

	if (LIKELY(!c->is_tls[side]))
		return mail_feed(c->mail, side, chunk);
	used = tls_feed(c->tls, side, chunk);
	if (used < chunk->bytes.length)
		leave_tls(c, side);
	return used;
}

static NEVER_INLINE void feed_rest(struct dialogue *c, enum side side, struct chunk rest)
{
	for (int turns = 0; rest.bytes.length > 0 && turns < 3 && c->talk != TALK_OTHER; turns++)
		rest.bytes = span_from(rest.bytes, feed_some(c, side, &rest));
}

static ALWAYS_INLINE void feed(struct dialogue *c, enum side side, const struct chunk *chunk)
{
	size_t used = feed_some(c, side, chunk);

	if (UNLIKELY(used < chunk->bytes.length))
		feed_rest(c, side, (struct chunk){span_from(chunk->bytes, used), chunk->origin});
}

/* The row of the packet is told before and after. */
static void feed_row(struct dialogue *c, enum side side, const struct chunk *chunk)
{
	if (c->rows != NULL)
		dialogue_rows_before(c, side, chunk);
	feed(c, side, chunk);
	if (c->rows == NULL)
		return;
	dialogue_rows_after(c, side, chunk);
	dialogue_rows_settle(c);
}

/* The bytes of one packet. */
static void feed_packet(struct dialogue *c, enum side side, const struct chunk *chunk)
{
	if (c->talk == TALK_OTHER)
		return;
	if (!c->recorder.is_terse)
		recorder_chunk(&c->recorder, side, chunk);
	feed_row(c, side, chunk);
}

static void feed_gap(struct dialogue *c, enum side side, uint64_t octets, struct origin origin)
{
	if (c->is_tls[side])
		tls_gap(c->tls, side, octets, origin);
	else
		mail_gap(c->mail, side, octets, origin);
	dialogue_rows_settle(c);
}

static void exchange(struct dialogue *c)
{
	struct stream *streams = c->recorder.session.streams;
	struct stream client = streams[SIDE_CLIENT];

	connection_exchange(c->connection);
	streams[SIDE_CLIENT] = streams[SIDE_SERVER];
	streams[SIDE_SERVER] = client;
	for (struct early *early = c->early; early != NULL; early = early->next)
		early->side = side_other(early->side);
	for (struct draft *draft = c->drafts; draft != NULL; draft = draft->next_of_owner)
		draft->side = side_other(draft->side);
}

static void take_ends(struct session *session, const struct connection *connection)
{
	memcpy(session->client.address, connection->addresses[SIDE_CLIENT], 16);
	memcpy(session->server.address, connection->addresses[SIDE_SERVER], 16);
	session->client.family = session->server.family = connection->family;
	session->client.port = connection->ports[SIDE_CLIENT];
	session->server.port = connection->ports[SIDE_SERVER];
}

/* What speaks here is found: what came so far is fed. */
static void begin_talk(struct dialogue *c, enum talk talk)
{
	c->talk = talk;
	if (c->tls != NULL || talk == TALK_TLS) {
		begin_tls(c);
		c->is_tls[SIDE_CLIENT] = c->is_tls[SIDE_SERVER] = true;
	}
	c->is_catching_up = true;
	while (c->early != NULL) {
		struct early *early = c->early;
		struct chunk chunk = {span_of(early->bytes, early->length), early->origin};

		c->early = early->next;
		if (early->missing > 0)
			feed_gap(c, early->side, early->missing, early->origin);
		else
			feed_packet(c, early->side, &chunk);
		free(early);
	}
	c->early_end = &c->early;
	shape_free(c->shape);
	probe_free(c->probe);
	c->shape = NULL;
	c->probe = NULL;
	c->is_catching_up = false;
	dialogue_rows_settle(c);
}

static void begin_mail(struct dialogue *c, enum mail_protocol protocol, bool is_tls)
{
	struct mail_listener listener = {
		c, c->is_brief ? on_brief_event : on_mail_event, c->wants->findings, c->is_brief};

	c->mail = mail_room(c);
	mail_reset(c->mail, protocol, &listener);
	c->recorder.session.protocol = protocol;
	c->recorder.session.number = ++*c->numbers;
	if (!is_tls && !c->connection->has_syn[SIDE_CLIENT] && !c->connection->has_syn[SIDE_SERVER])
		mail_begin_midway(c->mail);
	if (is_tls) {
		begin_tls(c);
		c->recorder.session.transport = TRANSPORT_TLS;
	}
	recorder_enter(&c->recorder, PHASE_CONNECT, c->connection->start);
	for (struct draft *draft = c->drafts; draft != NULL; draft = draft->next_of_owner)
		draft->row.session = c->recorder.session.number;
	begin_talk(c, TALK_MAIL);
}

/* What the first bytes of each side say. */
static enum found look_at(struct dialogue *c, enum side *side, struct mail_first_look *first,
	enum mail_protocol *protocol)
{
	const struct connection *connection = c->connection;
	bool is_exchanged = false;
	enum found found;

	first->ports[SIDE_CLIENT] = connection->ports[SIDE_CLIENT];
	first->ports[SIDE_SERVER] =
		c->wants->known_port != 0 ? c->wants->known_port : connection->ports[SIDE_SERVER];
	first->is_midway = !connection->has_syn[SIDE_CLIENT] && !connection->has_syn[SIDE_SERVER];
	found = first_look(first, protocol, &is_exchanged);
	if (is_exchanged) {
		exchange(c);
		*side = side_other(*side);
	}
	return found;
}

/* The same, gathered from what came early and the chunk at hand. */
static NEVER_INLINE enum found look_back(
	struct dialogue *c, enum side *side, struct span bytes, enum mail_protocol *protocol)
{
	struct buffer heads[2];
	struct mail_first_look first = {.is_midway = false};
	enum found found;

	buffer_init(&heads[0], LIMIT_EARLY);
	buffer_init(&heads[1], LIMIT_EARLY);
	for (const struct early *early = c->early; early != NULL; early = early->next)
		buffer_add(&heads[early->side], early->bytes, early->length);
	buffer_add_span(&heads[*side], bytes);
	for (int i = 0; i < 2; i++)
		first.heads[i] = buffer_span(&heads[i]);
	found = look_at(c, side, &first, protocol);
	buffer_fini(&heads[0]);
	buffer_fini(&heads[1]);
	return found;
}

/* Looks at what was said so far, bytes of side last. */
static enum found look(
	struct dialogue *c, enum side *side, struct span bytes, enum mail_protocol *protocol)
{
	struct mail_first_look first = {.is_midway = false};

	if (UNLIKELY(c->early != NULL))
		return look_back(c, side, bytes, protocol);
	first.heads[*side] = bytes;
	return look_at(c, side, &first, protocol);
}

static void keep_early(
	struct dialogue *c, enum side side, const struct chunk *chunk, uint64_t missing)
{
	struct early *early = memory_new(1, sizeof *early + chunk->bytes.length);

	early->side = side;
	early->origin = chunk->origin;
	early->missing = missing;
	early->length = chunk->bytes.length;
	if (early->length > 0)
		memcpy(early->bytes, chunk->bytes.at, chunk->bytes.length);
	*c->early_end = early;
	c->early_end = &early->next;
	c->early_octets += chunk->bytes.length;
}

/* A gap among the early bytes; one that goes on is one. */
static void keep_early_gap(
	struct dialogue *c, enum side side, uint64_t octets, struct origin origin)
{
	struct early *last = c->early;

	while (last != NULL && last->next != NULL)
		last = last->next;
	if (last != NULL && last->missing > 0 && last->side == side)
		last->missing += octets;
	else
		keep_early(c, side, &(struct chunk){{NULL, 0}, origin}, octets);
}

static void give_up_guessing(struct dialogue *c)
{
	c->talk = TALK_OTHER;
	free_early(c);
	dialogue_rows_settle(c);
}

/* Keeps the chunk until more is known. */
static void wait_for_more(struct dialogue *c, enum side side, const struct chunk *chunk)
{
	struct draft *draft = c->rows != NULL ? rows_find(c->rows, chunk->origin.frame) : NULL;

	keep_early(c, side, chunk, 0);
	if (draft != NULL)
		draft->waits |= WAIT_GUESS;
}

/* TLS that says nothing of mail may still have its shape: the beginning is looked at again, in
 * order. */
static enum found look_at_shape(
	struct dialogue *c, enum side side, const struct chunk *chunk, enum mail_protocol *protocol)
{
	if (c->shape == NULL) {
		c->shape = shape_new();
		for (const struct early *early = c->early; early != NULL; early = early->next)
			(void)shape_feed(c->shape, early->side,
				&(struct chunk){
					span_of(early->bytes, early->length), early->origin},
				protocol);
	}
	return shape_feed(c->shape, side, chunk, protocol);
}

/* TLS that may be opened is looked into. */
static void begin_probe(struct dialogue *c, enum found found, enum mail_protocol protocol)
{
	struct probe_wish wish = {c->wants->secrets,
		{c->connection->ports[0], c->connection->ports[1]}, found, protocol};

	c->probe = probe_new(&wish);
	for (const struct early *early = c->early; early != NULL; early = early->next) {
		struct chunk chunk = {span_of(early->bytes, early->length), early->origin};

		if (early->missing > 0)
			probe_gap(c->probe, early->side, early->missing, early->origin);
		else
			probe_feed(c->probe, early->side, &chunk);
	}
}

static enum found look_on(struct dialogue *c, enum side *side, const struct chunk *chunk,
	enum mail_protocol *protocol)
{
	enum found found = FOUND_TLS;

	if (c->shape == NULL && c->probe == NULL) {
		found = look(c, side, chunk->bytes, protocol);
		if ((found == FOUND_TLS || found == FOUND_OTHER_TLS ||
			    found == FOUND_MAIL_IN_TLS) &&
			!tls_secrets_is_empty(c->wants->secrets))
			begin_probe(c, found, *protocol);
	}
	if (c->shape == NULL && c->probe != NULL) {
		probe_feed(c->probe, *side, chunk);
		found = probe_found(c->probe, protocol);
	}
	if (found == FOUND_TLS && c->connection->has_syn[SIDE_CLIENT] &&
		shape_is_possible(c->connection->ports[SIDE_SERVER]))
		found = look_at_shape(c, *side, chunk, protocol);
	return found;
}

/* Whether there is something to say of it. */
static bool begin_found(struct dialogue *c, enum found found, enum mail_protocol protocol)
{
	bool is_tls = found == FOUND_TLS || found == FOUND_OTHER_TLS ||
		      (found == FOUND_MORE && (c->shape != NULL || c->probe != NULL));

	if (is_tls && c->wants->all_rows) {
		begin_talk(c, TALK_TLS);
		return true;
	}
	if (found != FOUND_MAIL && found != FOUND_MAIL_IN_TLS) {
		give_up_guessing(c);
		return false;
	}
	begin_mail(c, protocol, found == FOUND_MAIL_IN_TLS);
	return true;
}

/* Returns whether the chunk is still to be fed. */
static NEVER_INLINE bool decide(struct dialogue *c, enum side *side, const struct chunk *chunk)
{
	enum mail_protocol protocol = MAIL_SMTP;
	enum found found = look_on(c, side, chunk, &protocol);
	bool is_tls = c->shape != NULL || c->probe != NULL;

	if (found == FOUND_MORE &&
		c->early_octets + chunk->bytes.length <= (is_tls ? LIMIT_EARLY_TLS : LIMIT_EARLY)) {
		wait_for_more(c, *side, chunk);
		return false;
	}
	if (found == FOUND_MORE && c->probe != NULL && c->shape == NULL)
		found = probe_give_up(c->probe, &protocol);
	return begin_found(c, found, protocol);
}

void dialogue_chunk(struct dialogue *c, enum side side, const struct chunk *chunk)
{
	if (UNLIKELY(c->talk == TALK_UNDECIDED) && !decide(c, &side, chunk))
		return;
	if (LIKELY(c->talk == TALK_MAIL && c->is_brief))
		feed(c, side, chunk);
	else
		feed_packet(c, side, chunk);
}

void dialogue_gap(struct dialogue *c, enum side side, uint64_t octets, struct origin origin)
{
	recorder_missing(&c->recorder, side, octets);
	if (c->probe != NULL && c->talk == TALK_UNDECIDED)
		probe_gap(c->probe, side, octets, origin);
	if (c->talk == TALK_UNDECIDED)
		keep_early_gap(c, side, octets, origin);
	else if (c->talk == TALK_MAIL || c->talk == TALK_TLS)
		feed_gap(c, side, octets, origin);
}

void dialogue_end(struct dialogue *c, enum side side, struct origin origin)
{
	enum mail_protocol protocol = MAIL_SMTP;

	if (c->talk == TALK_UNDECIDED && c->probe != NULL && c->shape == NULL)
		(void)begin_found(c, probe_give_up(c->probe, &protocol), protocol);
	if (c->tls != NULL)
		tls_end(c->tls, side, origin);
	if (c->talk != TALK_MAIL)
		return;
	mail_end(c->mail, side, origin);
	if (c->rows != NULL)
		dialogue_rows_settle(c);
}

void dialogue_row(struct dialogue *c, struct draft *draft)
{
	draft->row.session = c->talk == TALK_MAIL ? c->recorder.session.number : 0;
	if (c->wants->settled_rows && c->talk == TALK_UNDECIDED)
		draft->waits |= WAIT_GUESS;
	dialogue_rows_judge(c, draft);
	if (draft->waits != 0)
		draft_attach(draft, &c->drafts);
	else
		dialogue_rows_keep(c, draft);
}

void dialogue_close(struct dialogue *c, bool has_end)
{
	c->is_ended = true;
	if (c->talk == TALK_UNDECIDED)
		give_up_guessing(c);
	dialogue_rows_settle(c);
	if (c->talk != TALK_MAIL)
		return;
	c->recorder.session.has_end = has_end;
	take_ends(&c->recorder.session, c->connection);
	recorder_finish(&c->recorder, c->connection, c->tls != NULL ? tls_facts(c->tls) : NULL);
}
