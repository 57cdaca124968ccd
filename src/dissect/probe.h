/* dissect/probe.h: TLS whose secrets are there: whether it is mail that is inside. */
#ifndef DISSECT_PROBE_H
#define DISSECT_PROBE_H

#include "base/chunk.h"
#include "dissect/first_look.h"

struct tls_secrets;
struct probe;

/* What is known without opening it. */
struct probe_wish {
	const struct tls_secrets *secrets; /* borrowed */
	uint16_t ports[2];                 /* by enum side */
	enum found found;                  /* FOUND_TLS, FOUND_MAIL_IN_TLS */
	enum mail_protocol protocol;
};

struct probe *probe_new(const struct probe_wish *wish);
void probe_free(struct probe *probe);

/* The connection's bytes, and the missing ones, from its beginning. */
void probe_feed(struct probe *probe, enum side side, const struct chunk *chunk);
void probe_gap(struct probe *probe, enum side side, uint64_t octets, struct origin origin);

/* FOUND_MORE; or by what is said inside FOUND_MAIL_IN_TLS or FOUND_OTHER_TLS; or what was known
 * before when it cannot be opened. */
enum found probe_found(const struct probe *probe, enum mail_protocol *protocol);

/* No more will come: what was known before. */
enum found probe_give_up(const struct probe *probe, enum mail_protocol *protocol);

#endif
