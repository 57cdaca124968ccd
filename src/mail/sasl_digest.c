#include "base/language.h"
#include "mail/sasl_steps.h"

enum { DIRECTIVES_SHOWN = 32 };

/* How a directive's name is shown; the others as they are. */
static const struct {
	const char *name, *label;
	bool is_secret;
} directives[] = {
	{"username", N_("user"), false},
	{"authzid", N_("authorization identity"), false},
	{N_("response"), N_("response"), true},
	{"rspauth", N_("server's proof"), false},
	{N_("realm"), N_("realm"), false},
	{"nonce", "nonce", false},
	{"cnonce", N_("client's nonce"), false},
	{"nc", N_("count"), false},
	{"qop", N_("protection"), false},
	{"digest-uri", N_("service"), false},
	{N_("cipher"), N_("cipher"), false},
	{N_("algorithm"), N_("algorithm"), false},
	{N_("charset"), N_("charset"), false},
	{"maxbuf", N_("largest buffer"), false},
	{N_("stale"), N_("stale"), false},
};

/* quoted-string = <"> *(qdtext / "\" CHAR) <">, without its quotes */
static bool take_quoted(struct span *rest, struct span *value)
{
	size_t end = 1;

	while (end < rest->length && rest->at[end] != '"')
		end += rest->at[end] == '\\' ? 2 : 1;
	if (end >= rest->length)
		return false;
	*value = span_from(span_first(*rest, end), 1);
	*rest = span_from(*rest, end + 1);
	return true;
}

/* directive = name "=" (token / quoted-string), and the comma and blanks behind it */
static bool take_directive(struct span *rest, struct span *name, struct span *value)
{
	size_t equals = span_index(*rest, '=');

	if (equals == 0 || equals == rest->length)
		return false;
	*name = span_trim(span_first(*rest, equals));
	*rest = span_from(*rest, equals + 1);
	if (rest->length > 0 && rest->at[0] == '"') {
		if (!take_quoted(rest, value) || span_trim(sasl_take(rest, ',')).length > 0)
			return false;
	} else {
		*value = span_trim(sasl_take(rest, ','));
	}
	*rest = span_trim(*rest);
	return true;
}

static void describe_directive(struct sasl_step *step, struct span name, struct span value)
{
	for (size_t i = 0; i < sizeof directives / sizeof directives[0]; i++) {
		if (!span_is_letters(name, directives[i].name))
			continue;
		if (directives[i].is_secret)
			sasl_secret(step, directives[i].label, value);
		else
			sasl_quote(step, directives[i].label, value);
		return;
	}
}

/* RFC 2831 2.1: digest-challenge, digest-response and response-auth are lists of directives. */
bool sasl_digest_md5(struct sasl_step *step)
{
	struct span rest = span_trim(step->message);
	struct span name, value;

	for (size_t i = 0; rest.length > 0; i++) {
		if (!take_directive(&rest, &name, &value))
			return false;
		if (i < DIRECTIVES_SHOWN)
			describe_directive(step, name, value);
	}
	return step->out->length > step->start;
}
