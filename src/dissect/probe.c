#include "dissect/probe.h"

#include "base/limits.h"
#include "base/memory.h"
#include "tls/tls.h"

#include <stdlib.h>

struct probe {
	struct probe_wish wish;
	struct tls *tls;
	struct buffer heads[2]; /* what was opened, by enum side */
	bool is_refused;        /* the secrets do not fit, or it is no TLS */
};

static void on_event(void *context, const struct tls_event *event)
{
	struct probe *probe = context;

	if (event->is_opened && event->content == TLS_APPLICATION_DATA)
		buffer_add_span(&probe->heads[event->side], event->payload);
	probe->is_refused |= event->is_refused || event->kind == TLS_NOT;
}

struct probe *probe_new(const struct probe_wish *wish)
{
	struct probe *probe = memory_new(1, sizeof *probe);

	probe->wish = *wish;
	probe->tls = tls_new(&(struct tls_listener){probe, on_event});
	tls_use_secrets(probe->tls, wish->secrets);
	buffer_init(&probe->heads[0], LIMIT_EARLY);
	buffer_init(&probe->heads[1], LIMIT_EARLY);
	return probe;
}

void probe_free(struct probe *probe)
{
	if (probe == NULL)
		return;
	tls_free(probe->tls);
	buffer_fini(&probe->heads[0]);
	buffer_fini(&probe->heads[1]);
	free(probe);
}

void probe_feed(struct probe *probe, enum side side, const struct chunk *chunk)
{
	(void)tls_feed(probe->tls, side, chunk);
}

void probe_gap(struct probe *probe, enum side side, uint64_t octets, struct origin origin)
{
	tls_gap(probe->tls, side, octets, origin);
}

enum found probe_give_up(const struct probe *probe, enum mail_protocol *protocol)
{
	*protocol = probe->wish.protocol;
	return probe->wish.found;
}

/* What is said inside. */
static enum found found_inside(const struct probe *probe, enum mail_protocol *protocol)
{
	struct mail_first_look look = {
		.heads = {buffer_span(&probe->heads[0]), buffer_span(&probe->heads[1])},
		.ports = {probe->wish.ports[0], probe->wish.ports[1]}};
	bool is_exchanged;

	if (look.heads[0].length + look.heads[1].length == 0)
		return FOUND_MORE;
	switch (mail_guess(&look, &is_exchanged)) {
	case GUESS_SMTP:
		*protocol = MAIL_SMTP;
		return FOUND_MAIL_IN_TLS;
	case GUESS_POP3:
		*protocol = MAIL_POP3;
		return FOUND_MAIL_IN_TLS;
	case GUESS_MORE:
		return FOUND_MORE;
	case GUESS_TLS:
	case GUESS_NOT_MAIL:
		break;
	}
	return FOUND_OTHER_TLS;
}

enum found probe_found(const struct probe *probe, enum mail_protocol *protocol)
{
	bool has_hello = tls_facts(probe->tls)->has_client_hello;

	if (probe->is_refused || (has_hello && !tls_has_secrets(probe->tls)))
		return probe_give_up(probe, protocol);
	return found_inside(probe, protocol);
}
