/* tests/unit/tls_log.h: the events of src/tls as a line of text, and their octets added up. */
#ifndef TESTS_UNIT_TLS_LOG_H
#define TESTS_UNIT_TLS_LOG_H

#include "base/buffer.h"
#include "tls/tls.h"

struct tls_log {
	struct tls *tls;
	struct buffer text; /* "C Client Hello | S Server Hello, Certificate | S* Application Data";
			     * "S+ Finished": opened, "S! Application Data": opened in vain */
	bool has_details;   /* "C22:101@1-2 Client Hello": content, octets, first and last frame */
	uint64_t frame;
	uint64_t fed[2], told[2]; /* octets by side, missing ones counted */
	bool is_refused[2], has_gap[2];
	struct buffer opened[2]; /* by side: application data that was opened */
};

/* Fills log, which must not move until tls_log_fini(). */
void tls_log_init(struct tls_log *log, bool has_details);
void tls_log_fini(struct tls_log *log);

/* The bytes as a chunk of the next frame. */
void tls_log_feed(struct tls_log *log, enum side side, struct span bytes);
void tls_log_gap(struct tls_log *log, enum side side, uint64_t octets);
void tls_log_end(struct tls_log *log);

/* Whether the events account for every octet fed, once; after a gap, which may lie inside a record
 * too, at least once. */
bool tls_log_adds_up(const struct tls_log *log);

const char *tls_log_text(struct tls_log *log);

#endif
