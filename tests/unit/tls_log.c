#include "tls_log.h"

#include "base/memory.h"

#include <stdlib.h>

static void add_names(struct buffer *text, const struct tls_event *event)
{
	for (size_t i = 0; i < event->name_count; i++) {
		buffer_add_text(text, i > 0 ? ", " : " ");
		buffer_add_text(text, event->names[i]);
	}
}

/* Reads the whole payload, so that a sanitizer sees a span that is too long. */
static unsigned sum_of(struct span bytes)
{
	unsigned sum = 0;

	for (size_t i = 0; i < bytes.length; i++)
		sum += bytes.at[i];
	return sum;
}

static void on_event(void *context, const struct tls_event *event)
{
	struct tls_log *log = context;
	struct buffer *text = &log->text;

	if (event->octets < event->payload.length || sum_of(event->payload) > 255u * event->octets)
		abort();
	if (text->length > 0)
		buffer_add_text(text, " | ");
	buffer_add_byte(text, event->side == SIDE_CLIENT ? 'C' : 'S');
	if (event->is_sealed)
		buffer_add_byte(text, event->is_refused ? '!' : '*');
	if (event->is_opened)
		buffer_add_byte(text, '+');
	if (event->is_opened && event->content == TLS_APPLICATION_DATA)
		buffer_add_span(&log->opened[event->side], event->payload);
	if (log->has_details)
		buffer_printf(text, "%u:%u@%u-%u", event->content, event->octets,
			(unsigned)event->first.frame, (unsigned)event->last.frame);
	if (event->kind == TLS_GAP)
		buffer_printf(text, " missing %u", event->octets);
	if (event->kind == TLS_NOT)
		buffer_add_text(text, " no TLS");
	add_names(text, event);
	log->told[event->side] += event->octets;
	log->is_refused[event->side] |= event->kind == TLS_NOT;
}

void tls_log_init(struct tls_log *log, bool has_details)
{
	struct tls_listener listener = {log, on_event};

	*log = (struct tls_log){.has_details = has_details, .tls = tls_new(&listener)};
	buffer_init(&log->text, 0);
	buffer_init(&log->opened[0], 0);
	buffer_init(&log->opened[1], 0);
}

void tls_log_fini(struct tls_log *log)
{
	tls_free(log->tls);
	buffer_fini(&log->text);
	buffer_fini(&log->opened[0]);
	buffer_fini(&log->opened[1]);
}

void tls_log_feed(struct tls_log *log, enum side side, struct span bytes)
{
	uint8_t *copy = memory_new(bytes.length > 0 ? bytes.length : 1, 1);
	struct chunk chunk = {span_of(copy, bytes.length), {++log->frame, 0}};
	size_t consumed;

	if (bytes.length > 0)
		memcpy(copy, bytes.at, bytes.length);
	consumed = tls_feed(log->tls, side, &chunk);
	if (consumed != (log->is_refused[side] ? 0 : bytes.length))
		abort();
	log->fed[side] += consumed;
	free(copy);
}

void tls_log_gap(struct tls_log *log, enum side side, uint64_t octets)
{
	tls_gap(log->tls, side, octets, (struct origin){++log->frame, 0});
	if (!log->is_refused[side])
		log->fed[side] += octets < UINT32_MAX ? octets : UINT32_MAX;
	log->has_gap[side] = true;
}

void tls_log_end(struct tls_log *log)
{
	tls_end(log->tls, SIDE_CLIENT, (struct origin){log->frame, 0});
	tls_end(log->tls, SIDE_SERVER, (struct origin){log->frame, 0});
}

bool tls_log_adds_up(const struct tls_log *log)
{
	for (size_t side = 0; side < 2; side++) {
		if (log->told[side] > log->fed[side] && !log->has_gap[side])
			return false;
		if (log->told[side] < log->fed[side] &&
			!tls_is_inside_record(log->tls, (enum side)side))
			return false;
	}
	return true;
}

const char *tls_log_text(struct tls_log *log)
{
	return buffer_text(&log->text);
}
