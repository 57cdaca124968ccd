#include "base/base64.h"
#include "base/language.h"
#include "base/limits.h"
#include "mail/sasl_steps.h"

bool sasl_take_attribute(struct span *rest, char letter, struct span *value)
{
	if (rest->length < 2 || rest->at[0] != (uint8_t)letter || rest->at[1] != '=')
		return false;
	*rest = span_from(*rest, 2);
	*value = sasl_take(rest, ',');
	return true;
}

bool sasl_gs2_take(struct span *rest, struct sasl_gs2 *header)
{
	struct span left = *rest;

	header->identity = span_of(NULL, 0);
	header->flag = sasl_take(&left, ',');
	if (!span_is(header->flag, "n") && !span_is(header->flag, "y") &&
		!(header->flag.length > 2 && span_is(span_first(header->flag, 2), "p=")))
		return false;
	if (!sasl_take_attribute(&left, 'a', &header->identity) && sasl_take(&left, ',').length > 0)
		return false;
	*rest = left;
	return true;
}

bool sasl_quote_name(struct sasl_step *step, const char *label, struct span name)
{
	struct buffer plain;
	bool is_name = true;

	buffer_init(&plain, LIMIT_LINE);
	while (is_name && name.length > 0) {
		size_t escape = span_index(name, '=');

		buffer_add_span(&plain, span_first(name, escape));
		name = span_from(name, escape);
		if (span_is(span_first(name, 3), "=2C"))
			buffer_add_byte(&plain, ',');
		else if (span_is(span_first(name, 3), "=3D"))
			buffer_add_byte(&plain, '=');
		else
			is_name = name.length == 0;
		name = span_from(name, 3);
	}
	if (is_name)
		sasl_quote(step, label, buffer_span(&plain));
	buffer_fini(&plain);
	return is_name;
}

/* What the client says of the TLS connection under the login (RFC 5802 6). */
static void say_binding(struct sasl_step *step, struct span flag)
{
	if (span_is(flag, "n"))
		sasl_say(step, "no channel binding");
	else if (span_is(flag, "y"))
		sasl_say(step, "channel binding not offered by the server");
	else
		sasl_quote(step, "channel binding", span_from(flag, 2));
}

/* client-first-message = gs2-header [reserved-mext ","] "n=" username ",r=" nonce [","
 * extensions] */
static bool describe_client_first(struct sasl_step *step)
{
	struct span rest = step->message;
	struct sasl_gs2 header;
	struct span user, nonce;

	if (!sasl_gs2_take(&rest, &header) || !sasl_take_attribute(&rest, 'n', &user) ||
		!sasl_take_attribute(&rest, 'r', &nonce) || !sasl_quote_name(step, "user", user))
		return false;
	if (header.identity.length > 0 &&
		!sasl_quote_name(step, "authorization identity", header.identity))
		return false;
	sasl_quote(step, "nonce", nonce);
	say_binding(step, header.flag);
	return true;
}

/* c= is the GS2 header again, with the octets that name the TLS connection behind it. */
static bool describe_binding(struct sasl_step *step, struct span base64)
{
	struct buffer decoded;
	struct sasl_gs2 header;
	struct span rest;
	bool is_binding;

	buffer_init(&decoded, LIMIT_LINE);
	is_binding = base64_decode(base64, &decoded);
	rest = buffer_span(&decoded);
	is_binding = is_binding && sasl_gs2_take(&rest, &header);
	if (is_binding)
		say_binding(step, header.flag);
	if (is_binding && rest.length > 0)
		buffer_printf(step->out,
			language_count(" (%zu octet)", " (%zu octets)", rest.length), rest.length);
	buffer_fini(&decoded);
	return is_binding;
}

/* client-final-message = "c=" base64 ",r=" nonce ["," extensions] ",p=" base64 */
static bool describe_client_final(struct sasl_step *step)
{
	struct span rest = step->message;
	struct span binding, nonce, proof;

	if (!sasl_take_attribute(&rest, 'c', &binding) ||
		!sasl_take_attribute(&rest, 'r', &nonce) || !describe_binding(step, binding))
		return false;
	while (!sasl_take_attribute(&rest, 'p', &proof)) {
		if (rest.length == 0)
			return false;
		sasl_take(&rest, ',');
	}
	sasl_quote(step, "nonce", nonce);
	sasl_secret(step, "proof", proof);
	return true;
}

/* server-first-message = [reserved-mext ","] "r=" nonce ",s=" salt ",i=" count ["," extensions] */
static bool describe_server_first(struct sasl_step *step)
{
	struct span rest = step->message;
	struct span nonce, salt, count;
	uint64_t number;

	if (!sasl_take_attribute(&rest, 'r', &nonce) || !sasl_take_attribute(&rest, 's', &salt) ||
		!sasl_take_attribute(&rest, 'i', &count) || !span_number(count, &number))
		return false;
	sasl_quote(step, "nonce", nonce);
	sasl_quote(step, "salt", salt);
	sasl_bare(step, "iterations", count);
	return true;
}

/* server-final-message = ("e=" error / "v=" base64) ["," extensions] */
static bool describe_server_final(struct sasl_step *step)
{
	struct span rest = step->message;
	struct span value;

	if (sasl_take_attribute(&rest, 'v', &value))
		sasl_quote(step, "server signature", value);
	else if (sasl_take_attribute(&rest, 'e', &value))
		sasl_quote(step, _in("SASL", "error"), value);
	else
		return false;
	return true;
}

/* RFC 5802 7. Which of the four messages it is, its first letter says. */
bool sasl_scram(struct sasl_step *step)
{
	if (sasl_is_challenge(step))
		return step->message.at[0] == 'r' ? describe_server_first(step)
						  : describe_server_final(step);
	return step->message.at[0] == 'c' ? describe_client_final(step)
					  : describe_client_first(step);
}
