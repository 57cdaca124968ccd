/* live/hub.h: records the connections to servers of this machine: one capture for all of them, and
 * for each a reel of its own. */
#ifndef LIVE_HUB_H
#define LIVE_HUB_H

#include "live/reel.h"

struct hub_options {
	const char *folder;    /* where the reels' files are */
	const char *interface; /* NULL: the loopback one, or "any" when others can connect */
	/* Where the servers listen, with their ports. The unspecified address (0.0.0.0, ::) stands
	 * for all that this machine has. */
	const struct sockaddr_storage *const *addresses;
	size_t address_count;
};

struct hub;

/* Starts the capture, and returns when it hears: before the servers listen. NULL: as
 * recording_new(). */
struct hub *hub_new(const struct hub_options *options, struct fail *fail);
void hub_free(struct hub *hub);

/* Whoever connects is recorded from the first segment on, LIMIT_HOSTED at one time and as many that
 * nobody claims. From now on this connection's reel is kept until it is taken. */
void hub_claim(struct hub *hub, const struct ends *ends);

/* Whether a claimed connection is over on the wire, and nothing will follow; or nothing can be
 * heard any more. */
bool hub_is_over(struct hub *hub, const struct ends *ends);

/* The reel of a claimed connection, finished; NULL: nothing was heard of it. */
struct reel *hub_take(struct hub *hub, const struct ends *ends, struct fail *fail);

/* Ends the capture; to be called once. *dropped: packets lost by the kernel. STEP_FAIL: it had
 * ended before. */
enum step hub_end(struct hub *hub, uint64_t *dropped, struct fail *fail);

/* The name of the interface, and the filter. */
const char *hub_interface(const struct hub *hub);
const char *hub_filter(const struct hub *hub);

#endif
