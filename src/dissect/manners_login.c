#include "dissect/manners_parts.h"

#include "base/base64.h"

enum { ITERATIONS_LEAST = 4096 }; /* RFC 7677 4 */

static bool is_scram(enum sasl_mechanism mechanism)
{
	return mechanism >= SASL_SCRAM_SHA_1 && mechanism <= SASL_SCRAM_SHA_256_PLUS;
}

/* RFC 5802 7:  attributes divided by commas, "r=...". Empty when it is not there. */
static struct span attribute(struct span message, char letter)
{
	while (message.length > 0) {
		size_t length = span_index(message, ',');
		struct span part = span_first(message, length);

		if (part.length > 2 && part.at[0] == (uint8_t)letter && part.at[1] == '=')
			return span_from(part, 2);
		message = span_from(message, length + 1);
	}
	return span_of(NULL, 0);
}

/* The base64 of a line: behind "334 ", behind "+ ", or behind AUTH and its mechanism. */
static struct span payload(const struct mail_event *event)
{
	struct span text = event->text;

	if (event->kind == MAIL_RESPONSE)
		return text;
	span_word(&text);
	if (event->kind == MAIL_COMMAND)
		span_word(&text);
	return text;
}

/* RFC 5802 5.1: the server's nonce begins with the client's. */
static void judge_challenge(
	struct recorder *recorder, const struct mail_event *event, struct span message)
{
	struct span nonce = attribute(message, 'r'), ours = manners_kept(&recorder->manners->nonce);
	struct span count = attribute(message, 'i');
	uint64_t iterations = 0;

	if (nonce.length == 0 || count.length == 0)
		return;
	if (ours.length > 0 && !span_equal(span_first(nonce, ours.length), ours))
		manners_note(recorder, event, FINDING_SCRAM_NONCE, span_of(NULL, 0));
	if (span_number(count, &iterations) && iterations < ITERATIONS_LEAST)
		manners_note(recorder, event, FINDING_SCRAM_WEAK, count);
}

void manners_login(struct recorder *recorder, const struct mail_event *event)
{
	struct buffer message;

	if (!is_scram(event->mechanism))
		return;
	buffer_init(&message, MANNERS_TEXT);
	if (base64_decode(payload(event), &message)) {
		if (event->kind == MAIL_CHALLENGE)
			judge_challenge(recorder, event, buffer_span(&message));
		else if (event->part == SASL_PART_INITIAL)
			manners_keep(recorder, &recorder->manners->nonce,
				attribute(buffer_span(&message), 'r'));
	}
	buffer_fini(&message);
}
