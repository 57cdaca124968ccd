#include "base/base64.h"
#include "base/language.h"
#include "base/limits.h"
#include "base/printable.h"
#include "mail/sasl_steps.h"

enum { VALUE_SHOWN = 1024 }; /* octets of one value; of a longer one the length is said */

static const char *const names[] = {
#define X(id, name) [SASL_##id] = name,
	SASL_MECHANISMS(X)
#undef X
};

enum sasl_mechanism sasl_mechanism(struct span name)
{
	for (size_t i = SASL_NONE + 1; i < SASL_UNKNOWN; i++)
		if (span_is_letters(name, names[i]))
			return (enum sasl_mechanism)i;
	return name.length > 0 ? SASL_UNKNOWN : SASL_NONE;
}

const char *sasl_name(enum sasl_mechanism mechanism)
{
	if (mechanism > SASL_NONE && mechanism < SASL_UNKNOWN)
		return names[mechanism];
	return mechanism == SASL_NONE ? "" : "unknown";
}

void sasl_say(struct sasl_step *step, const char *words)
{
	if (step->out->length > step->start)
		buffer_add_text(step->out, ", ");
	buffer_add_text(step->out, _(words));
}

/* The whole value, or as much of it as is shown, not cut within a character. */
static size_t shown_length(struct span value)
{
	size_t length = VALUE_SHOWN;

	if (value.length <= VALUE_SHOWN)
		return value.length;
	while (length > VALUE_SHOWN - 4 && (value.at[length] & 0xc0) == 0x80)
		length--;
	return length;
}

static void add_value(struct sasl_step *step, struct span value, const char *quote)
{
	size_t shown = shown_length(value);

	buffer_add_text(step->out, quote);
	printable_add(step->out, span_first(value, shown));
	buffer_add_text(step->out, quote);
	if (shown < value.length)
		buffer_printf(step->out,
			language_count("... (%zu octet)", "... (%zu octets)", value.length),
			value.length);
}

void sasl_quote(struct sasl_step *step, const char *label, struct span value)
{
	if (step->user != NULL &&
		(strcmp(label, "user") == 0 || strcmp(label, "authorization identity") == 0)) {
		buffer_clear(step->user); /* "user" comes last, and is who logs in */
		buffer_add_span(step->user, value);
	}
	sasl_say(step, label);
	buffer_add_byte(step->out, ' ');
	add_value(step, value, "\"");
}

void sasl_bare(struct sasl_step *step, const char *label, struct span value)
{
	sasl_say(step, label);
	buffer_add_byte(step->out, ' ');
	add_value(step, value, "");
}

void sasl_secret(struct sasl_step *step, const char *label, struct span value)
{
	if (step->is_redacted)
		sasl_bare(step, label, span_text(SASL_HIDDEN));
	else
		sasl_quote(step, label, value);
}

struct span sasl_take(struct span *rest, uint8_t separator)
{
	size_t length = span_index(*rest, separator);
	struct span taken = span_first(*rest, length);

	*rest = span_from(*rest, length + 1);
	return taken;
}

/* RFC 4616 2: message = [authzid] NUL authcid NUL passwd */
static bool describe_plain(struct sasl_step *step)
{
	struct span rest = step->message;
	struct span identity, user;

	if (sasl_is_challenge(step)) {
		sasl_quote(step, "challenge", step->message);
		return true;
	}
	identity = sasl_take(&rest, '\0');
	if (identity.length == step->message.length)
		return false;
	user = sasl_take(&rest, '\0');
	if (identity.length + 1 + user.length >= step->message.length ||
		span_index(rest, '\0') < rest.length)
		return false;
	if (identity.length > 0)
		sasl_quote(step, "authorization identity", identity);
	sasl_quote(step, "user", user);
	sasl_secret(step, "password", rest);
	return true;
}

/* Two challenges in words, answered by user name and password. */
static bool describe_login(struct sasl_step *step)
{
	if (sasl_is_challenge(step))
		sasl_quote(step, "challenge", step->message);
	else if (step->part == SASL_PART_USER || step->part == SASL_PART_INITIAL)
		sasl_quote(step, "user", step->message);
	else
		sasl_secret(step, "password", step->message);
	return true;
}

static bool is_digest(struct span s)
{
	for (size_t i = 0; i < s.length; i++)
		if (memchr("0123456789abcdefABCDEF", s.at[i], 22) == NULL)
			return false;
	return s.length == 32;
}

/* user SP digest, the digest 32 hexadecimal digits: RFC 2195 2, RFC 1939 7 (APOP). The user name
 * may have blanks in it. */
static bool describe_user_and_digest(struct sasl_step *step)
{
	struct span message = step->message;
	struct span digest;
	size_t user;

	if (sasl_is_challenge(step)) {
		sasl_quote(step, "challenge", message);
		return true;
	}
	if (message.length < 33)
		return false;
	user = message.length - 33;
	digest = span_from(message, user + 1);
	if (message.at[user] != ' ' || !is_digest(digest))
		return false;
	sasl_quote(step, "user", span_first(message, user));
	sasl_secret(step, "digest", digest);
	return true;
}

static void quote_or_none(struct sasl_step *step, const char *label)
{
	if (step->message.length > 0)
		sasl_quote(step, label, step->message);
	else
		sasl_bare(step, label, span_text(_("(none)")));
}

/* RFC 4422 A: the response is the identity to act as, often empty. */
static bool describe_external(struct sasl_step *step)
{
	quote_or_none(
		step, sasl_is_challenge(step) ? N_("challenge") : N_("authorization identity"));
	return true;
}

/* RFC 4505 2: message = [ email / token ] */
static bool describe_anonymous(struct sasl_step *step)
{
	quote_or_none(step, sasl_is_challenge(step) ? N_("challenge") : N_("trace"));
	return true;
}

/* What is in it is not for people: RFC 4752 3. */
static bool describe_octets(struct sasl_step *step)
{
	buffer_add_number(step->out, step->message.length);
	buffer_add_byte(step->out, ' ');
	buffer_add_text(step->out, language_count("octet", "octets", step->message.length));
	return true;
}

static bool (*const describe[])(struct sasl_step *) = {
	[SASL_PLAIN] = describe_plain,
	[SASL_LOGIN] = describe_login,
	[SASL_CRAM_MD5] = describe_user_and_digest,
	[SASL_DIGEST_MD5] = sasl_digest_md5,
	[SASL_SCRAM_SHA_1] = sasl_scram,
	[SASL_SCRAM_SHA_1_PLUS] = sasl_scram,
	[SASL_SCRAM_SHA_256] = sasl_scram,
	[SASL_SCRAM_SHA_256_PLUS] = sasl_scram,
	[SASL_XOAUTH2] = sasl_xoauth2,
	[SASL_OAUTHBEARER] = sasl_oauthbearer,
	[SASL_EXTERNAL] = describe_external,
	[SASL_ANONYMOUS] = describe_anonymous,
	[SASL_NTLM] = sasl_ntlm,
	[SASL_GSSAPI] = describe_octets,
	[SASL_APOP] = describe_user_and_digest,
	[SASL_UNKNOWN] = describe_octets,
};

/* An empty message says nothing but "go on", except where the mechanism gives it a meaning. */
static bool is_empty_step(enum sasl_mechanism mechanism, const struct sasl_step *step)
{
	if (step->message.length > 0)
		return false;
	if (sasl_is_challenge(step))
		return true;
	return (mechanism >= SASL_DIGEST_MD5 && mechanism <= SASL_OAUTHBEARER) ||
	       mechanism == SASL_NTLM;
}

static bool describe_step(enum sasl_mechanism mechanism, struct sasl_step *step)
{
	bool is_cut = step->out->is_cut;

	step->start = step->out->length;
	if (is_empty_step(mechanism, step)) {
		sasl_say(step, "(empty)");
		return true;
	}
	if (describe[mechanism](step))
		return true;
	step->out->length = step->start;
	step->out->is_cut = is_cut;
	return false;
}

/* RFC 4954 4: "=" is an initial response of no octets. */
static bool decode(struct span payload, struct buffer *message)
{
	return span_is(payload, "=") || base64_decode(payload, message);
}

/* POP3 USER, PASS and APOP are not in base64. */
static bool is_raw(enum sasl_mechanism mechanism)
{
	return mechanism == SASL_NONE || mechanism == SASL_APOP;
}

static bool is_message(enum sasl_part part)
{
	return part >= SASL_PART_CHALLENGE && part <= SASL_PART_NEXT;
}

static bool describe_line(
	enum sasl_mechanism mechanism, struct span payload, struct sasl_step *step)
{
	struct buffer message;
	bool is_described;

	if (!is_message(step->part) || mechanism > SASL_UNKNOWN)
		return false;
	if (mechanism == SASL_NONE && step->part != SASL_PART_USER &&
		step->part != SASL_PART_PASSWORD)
		return false;
	if (is_raw(mechanism)) {
		step->message = payload;
		return describe_step(mechanism == SASL_NONE ? SASL_LOGIN : mechanism, step);
	}
	buffer_init(&message, LIMIT_LINE);
	is_described = decode(payload, &message);
	step->message = buffer_span(&message);
	is_described = is_described && describe_step(mechanism, step);
	buffer_fini(&message);
	return is_described;
}

bool sasl_describe(enum sasl_mechanism mechanism, enum sasl_part part, struct span payload,
	bool is_redacted, struct buffer *out)
{
	struct sasl_step step = {.part = part, .is_redacted = is_redacted, .out = out};

	if (part == SASL_PART_CANCEL) {
		buffer_add_text(out, _("cancelled"));
		return true;
	}
	return describe_line(mechanism, payload, &step);
}

bool sasl_user(enum sasl_mechanism mechanism, enum sasl_part part, struct span payload,
	struct buffer *user)
{
	struct buffer words;
	struct sasl_step step = {.part = part, .is_redacted = true, .out = &words, .user = user};
	bool is_described;

	if (part == SASL_PART_CHALLENGE || part == SASL_PART_PASSWORD || part == SASL_PART_CANCEL)
		return false;
	buffer_init(&words, LIMIT_LINE);
	is_described = describe_line(mechanism, payload, &step);
	buffer_fini(&words);
	return is_described && user->length > 0;
}
