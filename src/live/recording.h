/* live/recording.h: records what goes over the wire between this machine and a server, through a
 * program that may. */
#ifndef LIVE_RECORDING_H
#define LIVE_RECORDING_H

#include "live/reel.h"

struct recording_options {
	const char *folder;    /* where its file without a name is */
	const char *interface; /* NULL: the one that leads to the addresses, or "any" */
	const struct sockaddr_storage *const *addresses; /* of the server, with its port */
	size_t address_count;
};

struct recording;

/* Starts the capture, and returns when it hears. The program is mailscope-capture: the one that the
 * environment names by MAILSCOPE_CAPTURE, the one beside this program, or the one that was
 * installed with it; where that one has no right to capture, dumpcap. NULL and FAIL_DENIED: neither
 * has; the text names the command that grants it. FAIL_OPEN: it cannot be captured. */
struct recording *recording_new(const struct recording_options *options, struct fail *fail);
void recording_free(struct recording *recording);

/* What came of it. */
struct recording_result {
	uint64_t dropped; /* packets lost, as far as the system says, or over LIMIT_RECORDED */
	bool is_over;     /* TCP's end of the connection was heard */
};

/* Waits until the connection is over on the wire, 2 seconds at most (ends that are not known are
 * not waited for), and ends the capture. To be called once. STEP_FAIL: it ended before, or could
 * not be kept whole; what was recorded can be read all the same. */
enum step recording_end(struct recording *recording, const struct ends *ends,
	struct recording_result *result, struct fail *fail);

/* What it recorded; borrowed. To be read once the recording has ended. */
struct reel *recording_reel(const struct recording *recording);

/* The name of the interface, and the filter. */
const char *recording_interface(const struct recording *recording);
const char *recording_filter(const struct recording *recording);

#endif
