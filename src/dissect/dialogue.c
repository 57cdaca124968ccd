#include "dissect/dialogue.h"

#include "base/limits.h"
#include "base/memory.h"
#include "dissect/dialogue_rows.h"

#include <stdlib.h>

struct early {
	struct early *next;
	enum side side;
	struct origin origin;
	size_t length;
	uint8_t bytes[];
};

struct dialogue *dialogue_new(struct dialogue **spare, const struct dissect_wants *wants,
	struct rows *rows, struct connection *connection)
{
	struct dialogue *c = *spare;

	if (c != NULL) {
		*spare = c->next_spare;
	} else {
		c = memory_new(1, sizeof *c);
		recorder_init(&c->recorder, wants);
	}
	c->wants = wants;
	c->rows = rows;
	c->connection = connection;
	c->talk = TALK_UNDECIDED;
	c->early = NULL;
	c->early_end = &c->early;
	c->early_octets = 0;
	c->mail = NULL;
	c->tls = NULL;
	c->is_tls[0] = c->is_tls[1] = c->is_ended = false;
	c->drafts = NULL;
	c->carried[0] = c->carried[1] = 0;
	return c;
}

static void free_early(struct dialogue *c)
{
	while (c->early != NULL) {
		struct early *early = c->early;

		c->early = early->next;
		free(early);
	}
	c->early_end = &c->early;
}

void dialogue_put_back(struct dialogue **spare, struct dialogue *c)
{
	free_early(c);
	mail_free(c->mail);
	tls_free(c->tls);
	recorder_clear(&c->recorder);
	c->next_spare = *spare;
	*spare = c;
}

void dialogue_free_spare(struct dialogue *spare)
{
	while (spare != NULL) {
		struct dialogue *next = spare->next_spare;

		recorder_fini(&spare->recorder);
		free(spare);
		spare = next;
	}
}

static void on_tls_event(void *context, const struct tls_event *event)
{
	struct dialogue *c = context;

	if (event->kind == TLS_NOT)
		return;
	dialogue_rows_tls(c, event);
	recorder_tls(&c->recorder, event);
}

static void begin_tls(struct dialogue *c)
{
	if (c->tls == NULL)
		c->tls = tls_new(&(struct tls_listener){c, on_tls_event});
}

static void on_mail_event(void *context, const struct mail_event *event)
{
	struct dialogue *c = context;

	dialogue_rows_mail(c, event);
	recorder_mail(&c->recorder, event);
	if (event->kind == MAIL_TLS) {
		begin_tls(c);
		c->is_tls[event->side] = true;
		c->recorder.session.transport = TRANSPORT_STARTTLS;
	} else if (event->kind == MAIL_TLS_BYTES) {
		struct chunk chunk = {event->text, event->first};

		tls_feed(c->tls, event->side, &chunk);
	}
}

/* What follows is no TLS. Nothing of the other side was either: the session goes on in clear. */
static void leave_tls(struct dialogue *c, enum side side)
{
	c->is_tls[side] = false;
	if (!tls_facts(c->tls)->has_client_hello && !tls_facts(c->tls)->has_server_hello)
		c->is_tls[side_other(side)] = false;
	if (mail_is_sealed(c->mail, side))
		mail_continue(c->mail, false);
}

static void feed(struct dialogue *c, enum side side, struct chunk chunk)
{
	for (int turns = 0; chunk.bytes.length > 0 && turns < 4; turns++) {
		size_t used;

		if (c->is_tls[side]) {
			used = tls_feed(c->tls, side, &chunk);
			if (used < chunk.bytes.length)
				leave_tls(c, side);
		} else {
			used = mail_feed(c->mail, side, &chunk);
		}
		chunk.bytes = span_from(chunk.bytes, used);
	}
}

/* The bytes of one packet: the row is told before and after. */
static void feed_packet(struct dialogue *c, enum side side, const struct chunk *chunk)
{
	recorder_chunk(&c->recorder, side, chunk);
	if (c->rows == NULL) {
		feed(c, side, *chunk);
		return;
	}
	dialogue_rows_before(c, side, chunk);
	feed(c, side, *chunk);
	dialogue_rows_after(c, side, chunk);
	dialogue_rows_settle(c);
}

static void exchange(struct dialogue *c)
{
	connection_exchange(c->connection);
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

/* The protocol is found: what came so far is fed. */
static void begin_mail(struct dialogue *c, enum mail_protocol protocol, bool is_tls)
{
	struct mail_listener listener = {c, on_mail_event, c->wants->findings};
	bool is_midway =
		!c->connection->has_syn[SIDE_CLIENT] && !c->connection->has_syn[SIDE_SERVER];

	c->talk = TALK_MAIL;
	c->mail = mail_new(protocol, &listener);
	c->recorder.session.protocol = protocol;
	c->recorder.session.number = ++*c->numbers;
	if (is_midway)
		mail_begin_midway(c->mail);
	if (is_tls) {
		begin_tls(c);
		c->is_tls[SIDE_CLIENT] = c->is_tls[SIDE_SERVER] = true;
		c->recorder.session.transport = TRANSPORT_TLS;
	}
	recorder_enter(&c->recorder, PHASE_CONNECT, c->connection->start);
	while (c->early != NULL) {
		struct early *early = c->early;
		struct chunk chunk = {span_of(early->bytes, early->length), early->origin};

		c->early = early->next;
		feed_packet(c, early->side, &chunk);
		free(early);
	}
	c->early_end = &c->early;
}

/* The first bytes of each side, gathered from what came early and the chunk at hand. */
static void gather_heads(
	const struct dialogue *c, enum side side, struct span bytes, struct buffer heads[2])
{
	for (const struct early *early = c->early; early != NULL; early = early->next)
		buffer_add(&heads[early->side], early->bytes, early->length);
	buffer_add_span(&heads[side], bytes);
}

/* TLS on a port that says nothing: mail if the ClientHello asks for it by ALPN or name. */
static enum mail_guess guess_inside_tls(struct span hello, enum mail_protocol *protocol)
{
	struct tls_listener listener = {NULL, NULL};
	struct tls *tls = tls_new(&listener);
	struct chunk chunk = {hello, {1, 0}};
	const struct tls_facts *facts = tls_facts(tls);
	enum mail_guess guess = GUESS_NOT_MAIL;

	(void)tls_feed(tls, SIDE_CLIENT, &chunk);
	if (!facts->has_client_hello && tls_is_inside_record(tls, SIDE_CLIENT)) {
		guess = GUESS_MORE;
	} else if (strncmp(facts->alpn, "pop3", 4) == 0 ||
		   strncmp(facts->server_name, "pop", 3) == 0) {
		*protocol = MAIL_POP3;
		guess = GUESS_TLS;
	} else if (strncmp(facts->alpn, "smtp", 4) == 0 ||
		   strncmp(facts->server_name, "smtp", 4) == 0 ||
		   strncmp(facts->server_name, "mx", 2) == 0) {
		*protocol = MAIL_SMTP;
		guess = GUESS_TLS;
	}
	tls_free(tls);
	return guess;
}

static enum mail_guess guess_tls(
	struct dialogue *c, struct span hello, enum mail_protocol *protocol)
{
	static const struct {
		uint16_t port;
		enum mail_protocol protocol;
	} known[] = {{465, MAIL_SMTP}, {587, MAIL_SMTP}, {25, MAIL_SMTP}, {995, MAIL_POP3},
		{110, MAIL_POP3}};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (c->connection->ports[SIDE_SERVER] == known[i].port) {
			*protocol = known[i].protocol;
			return GUESS_TLS;
		}
	return guess_inside_tls(hello, protocol);
}

/* Looks at what was said so far, bytes of side last. */
static enum mail_guess look(
	struct dialogue *c, enum side *side, struct span bytes, enum mail_protocol *protocol)
{
	struct buffer heads[2];
	struct mail_first_look first = {
		.ports = {c->connection->ports[0], c->connection->ports[1]}};
	bool is_exchanged = false;
	enum mail_guess guess;

	first.is_midway =
		!c->connection->has_syn[SIDE_CLIENT] && !c->connection->has_syn[SIDE_SERVER];
	buffer_init(&heads[0], LIMIT_EARLY);
	buffer_init(&heads[1], LIMIT_EARLY);
	if (c->early != NULL)
		gather_heads(c, *side, bytes, heads);
	first.heads[*side] = bytes;
	for (int i = 0; i < 2 && c->early != NULL; i++)
		first.heads[i] = buffer_span(&heads[i]);
	guess = mail_guess(&first, &is_exchanged);
	if (is_exchanged) {
		exchange(c);
		*side = side_other(*side);
	}
	if (guess == GUESS_TLS)
		guess = guess_tls(
			c, first.heads[is_exchanged ? SIDE_SERVER : SIDE_CLIENT], protocol);
	else
		*protocol = guess == GUESS_POP3 ? MAIL_POP3 : MAIL_SMTP;
	buffer_fini(&heads[0]);
	buffer_fini(&heads[1]);
	return guess;
}

static void keep_early(struct dialogue *c, enum side side, const struct chunk *chunk)
{
	struct early *early = memory_new(1, sizeof *early + chunk->bytes.length);

	early->side = side;
	early->origin = chunk->origin;
	early->length = chunk->bytes.length;
	memcpy(early->bytes, chunk->bytes.at, chunk->bytes.length);
	*c->early_end = early;
	c->early_end = &early->next;
	c->early_octets += chunk->bytes.length;
}

static void give_up_guessing(struct dialogue *c)
{
	c->talk = TALK_OTHER;
	free_early(c);
	dialogue_rows_settle(c);
}

/* Returns whether the chunk is still to be fed. */
static bool decide(struct dialogue *c, enum side *side, const struct chunk *chunk)
{
	enum mail_protocol protocol = MAIL_SMTP;
	enum mail_guess guess = look(c, side, chunk->bytes, &protocol);
	struct draft *draft;

	if (guess == GUESS_MORE && c->early_octets + chunk->bytes.length <= LIMIT_EARLY) {
		keep_early(c, *side, chunk);
		draft = c->rows != NULL ? rows_find(c->rows, chunk->origin.frame) : NULL;
		if (draft != NULL)
			draft->waits |= WAIT_GUESS;
		return false;
	}
	if (guess == GUESS_NOT_MAIL || guess == GUESS_MORE) {
		give_up_guessing(c);
		return false;
	}
	begin_mail(c, protocol, guess == GUESS_TLS);
	return true;
}

void dialogue_chunk(struct dialogue *c, enum side side, const struct chunk *chunk)
{
	if (UNLIKELY(c->talk == TALK_UNDECIDED)) {
		if (!decide(c, &side, chunk))
			return;
	}
	if (c->talk == TALK_MAIL)
		feed_packet(c, side, chunk);
}

void dialogue_gap(struct dialogue *c, enum side side, uint64_t octets, struct origin origin)
{
	recorder_missing(&c->recorder, side, octets);
	if (c->talk != TALK_MAIL)
		return;
	if (c->is_tls[side])
		tls_gap(c->tls, side, octets, origin);
	else
		mail_gap(c->mail, side, octets, origin);
	dialogue_rows_settle(c);
}

void dialogue_end(struct dialogue *c, enum side side, struct origin origin)
{
	if (c->talk != TALK_MAIL)
		return;
	if (c->tls != NULL)
		tls_end(c->tls, side, origin);
	mail_end(c->mail, side, origin);
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
