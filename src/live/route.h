/* live/route.h: by which network interface a server will be reached, and the filter for it. */
#ifndef LIVE_ROUTE_H
#define LIVE_ROUTE_H

#include "base/buffer.h"

#include <net/if.h>
#include <sys/socket.h>

/* The interface that the kernel would send by; "any" when the addresses lie behind several, or it
 * cannot be told. name has room for IF_NAMESIZE octets. */
void route_interface(const struct sockaddr_storage *const *addresses, size_t count, char *name);

/* Appends "tcp and port 25 and (host 192.0.2.1 or host 2001:db8::1)", the form that the helper
 * takes: each address once, LIMIT_HOSTS of them; the port is the first one's. */
void route_filter(
	const struct sockaddr_storage *const *addresses, size_t count, struct buffer *out);

#endif
