#include "live/ends.h"

#include <netinet/in.h>

struct endpoint ends_endpoint(const struct sockaddr_storage *address)
{
	enum { MAPPED = 12 };
	struct endpoint end = {.family = 0};
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (address->ss_family == AF_INET) {
		memcpy(&in, address, sizeof in);
		memcpy(end.address, &in.sin_addr, sizeof in.sin_addr);
		end.family = 4;
		end.port = ntohs(in.sin_port);
	} else if (address->ss_family == AF_INET6) {
		memcpy(&in6, address, sizeof in6);
		end.family = IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr) ? 4 : 6;
		if (end.family == 4)
			memcpy(end.address, in6.sin6_addr.s6_addr + MAPPED, 4);
		else
			memcpy(end.address, in6.sin6_addr.s6_addr, sizeof end.address);
		end.port = ntohs(in6.sin6_port);
	}
	return end;
}

struct ends ends_of(const struct connection_ends *ends)
{
	return (struct ends){{[SIDE_CLIENT] = ends_endpoint(&ends->local),
		[SIDE_SERVER] = ends_endpoint(&ends->remote)}};
}

bool ends_are_known(const struct ends *ends)
{
	return ends->at[SIDE_CLIENT].family != 0 && ends->at[SIDE_SERVER].family != 0;
}

struct ends ends_of_packet(const struct packet *packet)
{
	struct ends ends = {{{.family = packet->family, .port = packet->tcp.source_port},
		{.family = packet->family, .port = packet->tcp.destination_port}}};
	size_t length = packet->family == 4 ? 4 : sizeof ends.at[0].address;

	memcpy(ends.at[SIDE_CLIENT].address, packet->source, length);
	memcpy(ends.at[SIDE_SERVER].address, packet->destination, length);
	return ends;
}

static bool same(const struct endpoint *a, const struct endpoint *b)
{
	return a->family == b->family && a->port == b->port &&
	       memcmp(a->address, b->address, sizeof a->address) == 0;
}

bool ends_same(const struct ends *a, const struct ends *b, enum side *side)
{
	*side = SIDE_CLIENT;
	if (same(&a->at[0], &b->at[0]) && same(&a->at[1], &b->at[1]))
		return true;
	*side = SIDE_SERVER;
	return same(&a->at[0], &b->at[1]) && same(&a->at[1], &b->at[0]);
}
