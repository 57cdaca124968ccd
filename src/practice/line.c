#include "practice/line.h"

#include "base/limits.h"

#include <openssl/crypto.h>

/* Room for CRLF. */
void line_taker_init(struct line_taker *taker)
{
	*taker = (struct line_taker){.is_done = false};
	buffer_init(&taker->held, LIMIT_PRACTICE_LOGIN + 2);
}

void line_wipe(struct line_taker *taker)
{
	if (taker->held.size > 0)
		OPENSSL_cleanse(taker->held.at, taker->held.size);
}

void line_taker_fini(struct line_taker *taker)
{
	line_wipe(taker);
	buffer_fini(&taker->held);
}

static struct span finish(struct line_taker *taker, enum line_flaw *flaw)
{
	struct span line = buffer_span(&taker->held);

	taker->is_done = true;
	line = span_first(line, line.length - 1);
	*flaw = LINE_BARE_LF;
	if (line.length > 0 && line.at[line.length - 1] == '\r') {
		*flaw = LINE_WHOLE;
		line.length--;
	}
	if (taker->held.is_cut)
		*flaw = LINE_TOO_LONG;
	return line;
}

enum step line_take(
	struct line_taker *taker, struct span *octets, struct span *line, enum line_flaw *flaw)
{
	size_t end = span_index(*octets, '\n');

	if (taker->is_done)
		buffer_clear(&taker->held);
	taker->is_done = false;
	buffer_add_span(&taker->held, span_first(*octets, end + 1));
	if (end == octets->length) {
		*octets = span_from(*octets, end);
		return STEP_MORE;
	}
	*octets = span_from(*octets, end + 1);
	*line = finish(taker, flaw);
	return STEP_DONE;
}

/* "AUTH SCRAM-SHA-256 n,,n=user,r=...": a name and a nonce (RFC 5802 5). */
static bool is_harmless(struct span mechanism)
{
	return span_is_letters(span_first(mechanism, 6), "SCRAM-");
}

/* PASS has a password behind it, with all its blanks; APOP and AUTH have a word between. */
struct span line_secret(enum mail_protocol protocol, struct span line, bool is_response)
{
	const struct verb *verb = vocabulary_verb(protocol, line);
	bool is_auth = verb != NULL && verb->effect == EFFECT_AUTH;
	struct span secret = line;

	if (is_response)
		return span_is(line, "*") ? span_of(NULL, 0) : line;
	if (!is_auth && (verb == NULL || verb->effect != EFFECT_PASSWORD))
		return span_of(NULL, 0);
	(void)span_word(&secret);
	if (!is_auth && strcmp(verb->name, "APOP") != 0)
		return secret;
	if (is_auth && is_harmless(secret))
		return span_of(NULL, 0);
	(void)span_word(&secret);
	return secret;
}
