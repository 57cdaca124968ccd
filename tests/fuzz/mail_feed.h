/* tests/fuzz/mail_feed.h: a session out of a fuzzer's bytes; it must tell the same events however
 * it is cut into chunks, and account for every octet. */
#ifndef TESTS_FUZZ_MAIL_FEED_H
#define TESTS_FUZZ_MAIL_FEED_H

#include "mail/mail.h"

#include <stdlib.h>

/* Octets that are instructions; all others are said by the present side. */
enum { FEED_TURN = 0xfe, FEED_SEGMENT = 0xfd, FEED_GAP = 0xfc, FEED_END = 0xfb };

struct feeder {
	struct mail *mail;
	enum side side;
	struct origin origin;
	uint64_t fed[2], told[2];
	uint64_t events, text; /* sums over what was told */
	bool has_tls;
};

static uint64_t feed_sum(uint64_t sum, const void *bytes, size_t length)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < length; i++)
		sum = (sum ^ at[i]) * UINT64_C(0x100000001b3);
	return sum;
}

static uint64_t feed_sum_number(uint64_t sum, uint64_t number)
{
	return feed_sum(sum, &number, sizeof number);
}

static void feed_event(void *context, const struct mail_event *event)
{
	struct feeder *feeder = context;
	uint64_t *sum = &feeder->events;
	const uint64_t numbers[] = {event->kind, event->side, event->end, event->octets,
		event->first.frame, event->last.frame, event->asked.frame, event->asked_number,
		(uint64_t)event->code, event->is_first, event->is_final, event->is_complete,
		event->mechanism, event->part, event->oddity};

	if (event->kind == MAIL_MESSAGE_TEXT) {
		feeder->text = feed_sum(feeder->text, event->text.at, event->text.length);
		return;
	}
	if (event->kind != MAIL_GAP)
		feeder->told[event->side] += event->octets;
	if (event->kind == MAIL_TLS)
		feeder->has_tls = true;
	if (event->kind == MAIL_MESSAGE_END || event->kind == MAIL_GAP)
		*sum = feed_sum_number(*sum, feeder->text);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		*sum = feed_sum_number(*sum, numbers[i]);
	*sum = feed_sum(*sum, event->text.at, event->text.length);
	*sum = feed_sum(*sum, event->secret.at, event->secret.length);
}

static void feed_bytes(struct feeder *feeder, struct span bytes)
{
	struct chunk chunk = {bytes, feeder->origin};
	size_t used;

	if (bytes.length == 0)
		return;
	used = mail_feed(feeder->mail, feeder->side, &chunk);
	feeder->fed[feeder->side] += used;
	if (used < bytes.length && !mail_is_sealed(feeder->mail, feeder->side))
		abort();
	if (used < bytes.length && bytes.at[used] < 0x80 && bytes.at[used] > 0x17) {
		mail_continue(feeder->mail, false);
		feed_bytes(feeder, span_from(bytes, used));
	}
}

static void feed_instruction(struct feeder *feeder, uint8_t instruction)
{
	feeder->origin.frame++;
	if (instruction == FEED_TURN)
		feeder->side = side_other(feeder->side);
	if (instruction == FEED_GAP)
		mail_gap(feeder->mail, feeder->side, 7, feeder->origin);
	if (instruction == FEED_END)
		mail_end(feeder->mail, feeder->side, feeder->origin);
}

static void feed_all(struct feeder *feeder, struct span input, bool is_trickled)
{
	size_t begin = 0;

	for (size_t i = 0; i < input.length; i++) {
		bool is_octet = input.at[i] < FEED_END || input.at[i] > FEED_TURN;

		if (is_octet && !is_trickled)
			continue;
		feed_bytes(feeder, span_first(span_from(input, begin), i + is_octet - begin));
		begin = i + 1;
		if (!is_octet)
			feed_instruction(feeder, input.at[i]);
	}
	feed_bytes(feeder, span_from(input, begin));
}

/* The parser is made, or, when there is one, used again. */
static struct feeder feed_session(
	struct mail **mail, enum mail_protocol protocol, struct span input, bool is_trickled)
{
	struct feeder feeder = {.side = SIDE_SERVER, .origin = {1, 0}};
	uint8_t flags = input.length > 0 ? input.at[0] : 0;
	struct mail_listener listener = {
		.context = &feeder, .on_event = feed_event, .wants_oddities = (flags & 1) != 0};

	if (*mail == NULL)
		*mail = mail_new(protocol, &listener);
	else
		mail_reset(*mail, protocol, &listener);
	feeder.mail = *mail;
	if (flags & 2)
		mail_begin_midway(feeder.mail);
	feed_all(&feeder, span_from(input, 1), is_trickled);
	mail_end(feeder.mail, SIDE_CLIENT, feeder.origin);
	mail_end(feeder.mail, SIDE_SERVER, feeder.origin);
	if (mail_is_holding(feeder.mail, SIDE_CLIENT) || mail_is_holding(feeder.mail, SIDE_SERVER))
		abort();
	for (size_t i = 0; i < 2; i++)
		if (feeder.fed[i] != feeder.told[i])
			abort();
	return feeder;
}

/* What follows STARTTLS is judged by the chunk it comes in: no comparison then. */
static void mail_feed_input(enum mail_protocol protocol, const uint8_t *data, size_t size)
{
	struct mail *mail = NULL;
	struct feeder whole = feed_session(&mail, protocol, span_of(data, size), false);
	struct feeder pieces = feed_session(&mail, protocol, span_of(data, size), true);

	mail_free(mail);
	if (!whole.has_tls && !pieces.has_tls &&
		(whole.events != pieces.events || whole.text != pieces.text))
		abort();
}

#endif
