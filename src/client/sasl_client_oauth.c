#include "client/sasl_client.h"

/* What a server says to a token that it does not take is JSON, for people: the caller shows it. */
static enum step hear_error(struct span answer, struct buffer *out, struct fail *fail)
{
	buffer_add_span(out, answer);
	return fail_set(fail, FAIL_DENIED, "the server does not take the token");
}

/* Google's description: "user=" user ^A "auth=Bearer " token ^A ^A; to an error an empty line is
 * the answer. */
enum step sasl_step_xoauth2(
	struct sasl_client *client, struct span challenge, struct buffer *out, struct fail *fail)
{
	const struct sasl_identity *identity = sasl_client_identity(client);

	(void)challenge;
	if (sasl_client_messages(client) > 0)
		return hear_error(span_text(""), out, fail);
	buffer_printf(out, "user=%s\001auth=Bearer %s\001\001", identity->user, identity->secret);
	return STEP_DONE;
}

/* RFC 5801 4:  saslname: "=" and "," as "=3D" and "=2C" */
static void add_name(struct buffer *out, const char *name)
{
	for (; *name != '\0'; name++)
		if (*name == '=')
			buffer_add_text(out, "=3D");
		else if (*name == ',')
			buffer_add_text(out, "=2C");
		else
			buffer_add_byte(out, (uint8_t)*name);
}

/* RFC 7628 3.1:  client-resp = gs2-header kvsep *kvpair kvsep; 3.2.3: to an error ^A alone is the
 * answer. */
enum step sasl_step_oauthbearer(
	struct sasl_client *client, struct span challenge, struct buffer *out, struct fail *fail)
{
	const struct sasl_identity *identity = sasl_client_identity(client);

	(void)challenge;
	if (sasl_client_messages(client) > 0)
		return hear_error(span_text("\001"), out, fail);
	buffer_add_text(out, "n,a=");
	add_name(out, identity->user);
	buffer_printf(out, ",\001host=%s\001port=%u\001auth=Bearer %s\001\001", identity->host,
		identity->port, identity->secret);
	return STEP_DONE;
}
