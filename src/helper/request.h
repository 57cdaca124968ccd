/* helper/request.h: what the helper is asked to capture: one kind of filter, taken apart and made
 * anew. */
#ifndef HELPER_REQUEST_H
#define HELPER_REQUEST_H

#include "base/fail.h"

#include <net/if.h>

enum {
	REQUEST_FILTER = 4096, /* octets of a filter, as it comes and as it is made */
};

struct request {
	char interface[IF_NAMESIZE];
	char filter[REQUEST_FILTER]; /* in libpcap's language */
};

/* Reads INTERFACE and FILTER. The filter is of one form,
 *
 *     tcp and port NUMBER and (host ADDRESS or host ADDRESS ...)
 *
 * or with "(port NUMBER or port NUMBER ...)" in place of the port, addresses in figures,
 * LIMIT_HOSTS and LIMIT_PORTS at most. So whoever may run the helper can capture the TCP
 * connections, whosever they are, that this machine sees between the named addresses and those
 * ports, and nothing else: no broadcasts, no other protocols, no network as a whole, and, the
 * interface never being promiscuous, no frame that is not for this machine. What libpcap compiles
 * is made out of the numbers, not out of the text that came. STEP_FAIL: FAIL_USAGE; FAIL_OPEN,
 * there is no such interface. */
enum step request_read(
	struct request *request, const char *interface, const char *filter, struct fail *fail);

#endif
