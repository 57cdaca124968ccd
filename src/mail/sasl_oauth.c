#include "base/language.h"
#include "mail/sasl_steps.h"

enum { SEPARATOR = 0x01 };

/* auth=Bearer TOKEN; what stands there of another scheme is as secret. */
static void describe_authorization(struct sasl_step *step, struct span value)
{
	struct span token = value;

	if (span_is_letters(span_word(&token), "Bearer"))
		sasl_secret(step, "token", token);
	else
		sasl_secret(step, "authorization", value);
}

/* *(key "=" value ^A) ^A. A key that is not known may hold anything, so it is passed over. */
static bool describe_pairs(struct sasl_step *step, struct span rest)
{
	bool has_token = false;

	while (rest.length > 0) {
		struct span value = sasl_take(&rest, SEPARATOR);
		struct span key = sasl_take(&value, '=');

		if (span_is(key, "host"))
			sasl_quote(step, "host", value);
		else if (span_is(key, "port"))
			sasl_bare(step, "port", value);
		else if (span_is(key, "auth"))
			describe_authorization(step, value);
		has_token = has_token || span_is(key, "auth");
	}
	return has_token;
}

/* The server's refusal, as a JSON object (RFC 7628 3.2.2). */
static bool describe_error(struct sasl_step *step)
{
	if (step->message.at[0] != '{')
		return false;
	sasl_bare(step, _in("SASL", "error"), step->message);
	return true;
}

/* "user=" user ^A "auth=Bearer " token ^A ^A, by Google's description */
bool sasl_xoauth2(struct sasl_step *step)
{
	struct span rest = step->message;
	struct span user;

	if (sasl_is_challenge(step))
		return describe_error(step);
	user = sasl_take(&rest, SEPARATOR);
	if (!span_is(sasl_take(&user, '='), "user"))
		return false;
	sasl_quote(step, "user", user);
	return describe_pairs(step, rest);
}

/* RFC 7628 3.1: client-resp = (gs2-header ^A *kvpair ^A) / ^A */
bool sasl_oauthbearer(struct sasl_step *step)
{
	struct span rest = step->message;
	struct sasl_gs2 header;

	if (sasl_is_challenge(step))
		return describe_error(step);
	if (span_is(rest, "\x01")) {
		sasl_say(step, "error acknowledged");
		return true;
	}
	if (!sasl_gs2_take(&rest, &header) || rest.length == 0 || rest.at[0] != SEPARATOR)
		return false;
	if (header.identity.length > 0 && !sasl_quote_name(step, "user", header.identity))
		return false;
	return describe_pairs(step, span_from(rest, 1));
}
