#include "client/sasl_client.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"

#include <gsasl.h>
#include <openssl/crypto.h>
#include <stdlib.h>

enum { FEWEST_ITERATIONS = 4096 }; /* RFC 7677 4 */

struct sasl_client {
	const struct sasl_way *way;
	const struct sasl_identity *identity;
	unsigned messages;
	Gsasl *library;
	Gsasl_session *session;
};

static enum step step_library(
	struct sasl_client *client, struct span challenge, struct buffer *out, struct fail *fail)
{
	char *message = NULL;
	size_t length = 0;
	int code = gsasl_step(
		client->session, (const char *)challenge.at, challenge.length, &message, &length);

	if (code == GSASL_OK || code == GSASL_NEEDS_MORE) {
		buffer_reserve(out, length);
		buffer_add_span(out, span_of(message, length));
	}
	if (message != NULL)
		OPENSSL_cleanse(message, length);
	gsasl_free(message);
	if (code == GSASL_OK)
		return STEP_DONE;
	if (code == GSASL_NEEDS_MORE)
		return STEP_MORE;
	return fail_set(fail, FAIL_PROTOCOL, "%s: %s", client->way->name, _(gsasl_strerror(code)));
}

/* RFC 5802 5.1:  i=, the rounds of hashing: too few are weak, too many stop the client. The server
 * says them in its first message, behind nonce and salt. */
static enum step check_server_first(struct span message, struct fail *fail)
{
	struct span number = span_from(message, span_find(message, ",i="));
	uint64_t rounds = 0;

	if (message.length > 1 && message.at[0] == 'm')
		return fail_set(fail, FAIL_PROTOCOL,
			"the server demands an extension of SCRAM that nobody knows");
	number = span_from(number, 3);
	number = span_first(number, span_index(number, ','));
	if (!span_number(number, &rounds))
		return fail_set(fail, FAIL_PROTOCOL, "the server's first message is no SCRAM");
	if (rounds < FEWEST_ITERATIONS || rounds > LIMIT_ITERATIONS)
		return fail_set(fail, FAIL_PROTOCOL,
			"the server wants %llu rounds of hashing; from %d to %d are good (RFC 7677 "
			"4)",
			(unsigned long long)rounds, FEWEST_ITERATIONS, LIMIT_ITERATIONS);
	return STEP_DONE;
}

/* RFC 5802 3: the server's last message proves that it knows the password too. */
static enum step step_scram(
	struct sasl_client *client, struct span challenge, struct buffer *out, struct fail *fail)
{
	if (client->messages == 1 && check_server_first(challenge, fail) != STEP_DONE)
		return STEP_FAIL;
	if (client->messages < 2)
		return step_library(client, challenge, out, fail);
	if (challenge.length > 2 && challenge.at[0] == 'e' && challenge.at[1] == '=')
		return fail_set(fail, FAIL_DENIED, "the server refuses the proof");
	if (step_library(client, challenge, out, NULL) == STEP_DONE)
		return STEP_DONE;
	return fail_set(fail, FAIL_DENIED,
		"the server's signature is wrong: it does not know the password, and may be "
		"somebody else");
}

const struct sasl_way sasl_ways[] = {
	{"SCRAM-SHA-256", SASL_CLIENT_FIRST, 1, step_scram},
	{"SCRAM-SHA-1", SASL_CLIENT_FIRST, 1, step_scram},
	{"CRAM-MD5", 0, 0, step_library},
	{"PLAIN", SASL_CLIENT_FIRST | SASL_READABLE, 0, step_library},
	{"LOGIN", SASL_READABLE, 1, step_library},
	{"OAUTHBEARER", SASL_CLIENT_FIRST | SASL_READABLE | SASL_NAMED, 0, sasl_step_oauthbearer},
	{"XOAUTH2", SASL_CLIENT_FIRST | SASL_READABLE | SASL_NAMED, 0, sasl_step_xoauth2},
	{"EXTERNAL", SASL_CLIENT_FIRST | SASL_NAMED | SASL_WITHOUT_SECRET, 1, step_library},
};
const size_t sasl_way_count = sizeof sasl_ways / sizeof sasl_ways[0];

const struct sasl_way *sasl_way_find(struct span name)
{
	for (size_t i = 0; i < sasl_way_count; i++)
		if (span_is_letters(name, sasl_ways[i].name))
			return &sasl_ways[i];
	return NULL;
}

/* The library's part, for the ways that are its. */
static enum step start(struct sasl_client *client, struct fail *fail)
{
	int code = gsasl_init(&client->library);

	if (code == GSASL_OK)
		code = gsasl_client_start(client->library, client->way->name, &client->session);
	if (code == GSASL_OK && (client->way->traits & SASL_WITHOUT_SECRET) == 0)
		code = gsasl_property_set(client->session, GSASL_AUTHID, client->identity->user);
	if (code == GSASL_OK && client->identity->secret != NULL)
		code = gsasl_property_set(
			client->session, GSASL_PASSWORD, client->identity->secret);
	if (code == GSASL_OK)
		return STEP_DONE;
	return fail_set(fail, FAIL_INTERNAL, "%s: %s", client->way->name, _(gsasl_strerror(code)));
}

struct sasl_client *sasl_client_new(
	const struct sasl_way *way, const struct sasl_identity *identity, struct fail *fail)
{
	struct sasl_client *client = memory_new(1, sizeof *client);

	client->way = way;
	client->identity = identity;
	if (way->step == sasl_step_oauthbearer || way->step == sasl_step_xoauth2 ||
		start(client, fail) == STEP_DONE)
		return client;
	sasl_client_free(client);
	return NULL;
}

/* The library frees what it copied without wiping it. */
static void wipe(Gsasl_session *session, Gsasl_property property)
{
	char *value = (char *)gsasl_property_fast(session, property);

	if (value != NULL)
		OPENSSL_cleanse(value, strlen(value));
}

void sasl_client_free(struct sasl_client *client)
{
	if (client == NULL)
		return;
	if (client->session != NULL) {
		wipe(client->session, GSASL_PASSWORD);
		wipe(client->session, GSASL_SCRAM_SALTED_PASSWORD);
		gsasl_finish(client->session);
	}
	if (client->library != NULL)
		gsasl_done(client->library);
	free(client);
}

const struct sasl_way *sasl_client_way(const struct sasl_client *client)
{
	return client->way;
}

const struct sasl_identity *sasl_client_identity(const struct sasl_client *client)
{
	return client->identity;
}

unsigned sasl_client_messages(const struct sasl_client *client)
{
	return client->messages;
}

enum step sasl_client_step(
	struct sasl_client *client, struct span challenge, struct buffer *out, struct fail *fail)
{
	enum step step = client->way->step(client, challenge, out, fail);

	client->messages++;
	return step;
}
