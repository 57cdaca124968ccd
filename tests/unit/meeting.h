/* unit/meeting.h: a client's connection to a peer, and what is asserted of both. */
#ifndef TESTS_UNIT_MEETING_H
#define TESTS_UNIT_MEETING_H

#include "peer.h"

enum { PATIENCE = 10 }; /* seconds */

struct meeting {
	struct peer peer; /* run, context, wish and version: the caller's */
	struct ear ear;
	struct connection *connection;
	struct buffer in; /* what hear() has read */
	struct fail fail;
	int cancel; /* 0: nothing can */
};

/* Starts the peer; connects (trust NULL: its authority is trusted). meet() is both. */
void meeting_start(struct meeting *meeting);
void meeting_approach(struct meeting *meeting, const struct trust *trust);
void meet(struct meeting *meeting, const struct trust *trust);
void part(struct meeting *meeting);

enum step secure(struct meeting *meeting);
enum step say(struct meeting *meeting, const char *text);

/* Reads until so many octets have come in all. */
enum step hear(struct meeting *meeting, size_t octets);

/* The tap has told exactly what the peer heard and said; the peer is joined. */
void check_tap(struct meeting *meeting);
void check_has(struct buffer *buffer, const char *part);
void check_fail(const struct meeting *meeting, enum fail_code code, const char *part);

#endif
