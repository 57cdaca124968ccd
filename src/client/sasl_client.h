/* client/sasl_client.h: what a client says in a SASL login, message by message. */
#ifndef CLIENT_SASL_CLIENT_H
#define CLIENT_SASL_CLIENT_H

#include "base/buffer.h"
#include "base/fail.h"

enum sasl_trait {
	SASL_CLIENT_FIRST = 1 << 0, /* the client's first message needs no challenge */
	SASL_READABLE = 1 << 1,     /* who hears it has the secret: not for a clear connection */
	SASL_NAMED = 1 << 2,        /* taken only when it is asked for by name */
	SASL_WITHOUT_SECRET = 1 << 3,
};

struct sasl_client;

/* Of the best that both sides know, the first in the table is taken. */
struct sasl_way {
	const char *name;
	unsigned traits;
	unsigned open_messages; /* the client's first messages that carry no secret */
	/* The next message. challenge: decoded. STEP_DONE: the mechanism has all it wants;
	 * STEP_MORE: further challenges must come. STEP_FAIL: *fail has code and text without a
	 * place. */
	enum step (*step)(struct sasl_client *client, struct span challenge, struct buffer *out,
		struct fail *fail);
};
extern const struct sasl_way sasl_ways[];
extern const size_t sasl_way_count;

/* The way of this name, in any case; NULL: there is none. */
const struct sasl_way *sasl_way_find(struct span name);

/* Who logs in, and where; the texts are borrowed. */
struct sasl_identity {
	const char *user, *secret;
	const char *host; /* OAUTHBEARER tells it, and the port */
	unsigned port;
};

struct sasl_client *sasl_client_new(
	const struct sasl_way *way, const struct sasl_identity *identity, struct fail *fail);

/* Wipes what it knows of the secret. */
void sasl_client_free(struct sasl_client *client);

const struct sasl_way *sasl_client_way(const struct sasl_client *client);
const struct sasl_identity *sasl_client_identity(const struct sasl_client *client);

/* How many messages it has made so far. */
unsigned sasl_client_messages(const struct sasl_client *client);

enum step sasl_client_step(
	struct sasl_client *client, struct span challenge, struct buffer *out, struct fail *fail);

/* The mechanisms with a token (sasl_client_oauth.c). */
enum step sasl_step_xoauth2(
	struct sasl_client *client, struct span challenge, struct buffer *out, struct fail *fail);
enum step sasl_step_oauthbearer(
	struct sasl_client *client, struct span challenge, struct buffer *out, struct fail *fail);

#endif
