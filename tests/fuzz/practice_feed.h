/* tests/fuzz/practice_feed.h: octets of a hostile client into the practice server's sessions. */
#ifndef TESTS_FUZZ_PRACTICE_FEED_H
#define TESTS_FUZZ_PRACTICE_FEED_H

#include "practice/house.h"

/* The first octet chooses the pieces and whether faults are on; the rest is the client's. The
 * server has a user ann whose mailbox holds a message. */
void practice_feed(const struct talk_kind *kind, struct span data);

#endif
