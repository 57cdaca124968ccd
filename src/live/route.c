#include "live/route.h"

#include "base/limits.h"
#include "live/ends.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

static socklen_t length_of(const struct sockaddr_storage *address)
{
	return address->ss_family == AF_INET ? sizeof(struct sockaddr_in)
					     : sizeof(struct sockaddr_in6);
}

/* The address that the kernel would send from: connecting a datagram socket asks for the route and
 * sends nothing. */
static bool find_source(const struct sockaddr_storage *to, struct sockaddr_storage *from)
{
	int descriptor = socket(to->ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t length = sizeof *from;
	bool is_found;

	if (descriptor < 0)
		return false;
	is_found = connect(descriptor, (const struct sockaddr *)to, length_of(to)) == 0 &&
		   getsockname(descriptor, (struct sockaddr *)from, &length) == 0;
	close(descriptor);
	return is_found;
}

static bool same_address(const struct endpoint *a, const struct endpoint *b)
{
	return a->family == b->family && memcmp(a->address, b->address, sizeof a->address) == 0;
}

static struct endpoint endpoint_of(const struct sockaddr *address)
{
	struct sockaddr_storage storage = {.ss_family = address->sa_family};

	if (address->sa_family == AF_INET || address->sa_family == AF_INET6)
		memcpy(&storage, address, length_of(&storage));
	return ends_endpoint(&storage);
}

/* What a machine sends to an address of its own goes over the loopback interface, whichever
 * interface has that address. */
static bool is_named(const struct ifaddrs *row, const struct endpoint *from, bool is_to_itself)
{
	struct endpoint own;

	if (is_to_itself)
		return (row->ifa_flags & IFF_LOOPBACK) != 0;
	if (row->ifa_addr == NULL)
		return false;
	own = endpoint_of(row->ifa_addr);
	return own.family != 0 && same_address(&own, from);
}

static bool find_interface(const struct sockaddr_storage *to, char *name)
{
	struct sockaddr_storage source;
	struct endpoint from, server = ends_endpoint(to);
	struct ifaddrs *rows = NULL;
	bool is_found = false;

	if (!find_source(to, &source) || getifaddrs(&rows) != 0)
		return false;
	from = ends_endpoint(&source);
	for (const struct ifaddrs *row = rows; row != NULL && !is_found; row = row->ifa_next) {
		if (!is_named(row, &from, same_address(&from, &server)))
			continue;
		is_found = snprintf(name, IF_NAMESIZE, "%s", row->ifa_name) < IF_NAMESIZE;
	}
	freeifaddrs(rows);
	return is_found;
}

void route_interface(const struct sockaddr_storage *const *addresses, size_t count, char *name)
{
	char one[IF_NAMESIZE];

	name[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		if (!find_interface(addresses[i], one))
			continue; /* it cannot be reached, and nothing will be sent to it */
		if (name[0] != '\0' && strcmp(name, one) != 0) {
			name[0] = '\0';
			break;
		}
		snprintf(name, IF_NAMESIZE, "%s", one);
	}
	if (name[0] == '\0')
		snprintf(name, IF_NAMESIZE, "any");
}

/* Which part of an address a row of the filter is about. */
struct part {
	const char *word; /* "port " */
	int most;
	bool (*same)(const struct endpoint *a, const struct endpoint *b);
	void (*add)(struct buffer *out, const struct endpoint *end);
};

static bool same_port(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port;
}

static void add_port(struct buffer *out, const struct endpoint *end)
{
	buffer_printf(out, "%u", (unsigned)end->port);
}

static void add_address(struct buffer *out, const struct endpoint *end)
{
	endpoint_add_address(out, end);
}

static bool is_repeated(
	const struct sockaddr_storage *const *addresses, size_t index, const struct part *part)
{
	struct endpoint end = ends_endpoint(addresses[index]);

	for (size_t i = 0; i < index; i++) {
		struct endpoint before = ends_endpoint(addresses[i]);

		if (part->same(&end, &before))
			return true;
	}
	return false;
}

/* Appends each once, "or" between them; how many. */
static int add_parts(struct buffer *out, const struct sockaddr_storage *const *addresses,
	size_t count, const struct part *part)
{
	int parts = 0;

	for (size_t i = 0; i < count && parts < part->most; i++) {
		struct endpoint end = ends_endpoint(addresses[i]);

		if (end.family == 0 || is_repeated(addresses, i, part))
			continue;
		buffer_add_text(out, parts++ > 0 ? " or " : "");
		buffer_add_text(out, part->word);
		part->add(out, &end);
	}
	return parts;
}

void route_filter(const struct sockaddr_storage *const *addresses, size_t count, struct buffer *out)
{
	static const struct part port = {"port ", LIMIT_PORTS, same_port, add_port};
	static const struct part host = {"host ", LIMIT_HOSTS, same_address, add_address};
	struct buffer ports;
	int number;

	buffer_init(&ports, 0);
	number = add_parts(&ports, addresses, count, &port);
	buffer_add_text(out, number == 1 ? "tcp and " : "tcp and (");
	buffer_add_span(out, buffer_span(&ports));
	buffer_add_text(out, number == 1 ? " and (" : ") and (");
	(void)add_parts(out, addresses, count, &host);
	buffer_add_byte(out, ')');
	buffer_fini(&ports);
}
