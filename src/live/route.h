/* live/route.h: by which network interface a server will be reached, and the filter for it. */
#ifndef LIVE_ROUTE_H
#define LIVE_ROUTE_H

#include "base/buffer.h"

#include <net/if.h>
#include <sys/socket.h>

/* The interface that the kernel would send by; "any" when the addresses lie behind several, or it
 * cannot be told. name has room for IF_NAMESIZE octets. */
void route_interface(const struct sockaddr_storage *const *addresses, size_t count, char *name);

/* Appends "tcp and port 25 and (host 192.0.2.1 or host 2001:db8::1)", or with several ports "tcp
 * and (port 25 or port 110) and (...)", the forms that the helper takes: each address and each port
 * once, LIMIT_HOSTS and LIMIT_PORTS of them. */
void route_filter(
	const struct sockaddr_storage *const *addresses, size_t count, struct buffer *out);

#endif
