#include "message/host.h"
#include "message/remarks.h"

static bool is_known_name(struct span name)
{
	return host_is_name(name) && !host_is_local_name(name);
}

static struct span first_part(struct span name)
{
	return span_first(name, span_index(name, '.'));
}

/* The same host, or one of the same domain; of a name without a dot the first part is compared. */
static bool belongs(struct span a, struct span b)
{
	if (a.length == 0 || b.length == 0)
		return false;
	if (host_kinship(a, b) != KINSHIP_NONE)
		return true;
	return (span_index(a, '.') == a.length || span_index(b, '.') == b.length) &&
	       span_same_letters(first_part(a), first_part(b));
}

static bool is_same_host(const struct received *earlier, const struct received *later)
{
	const struct span names[] = {later->from, later->helo, later->reverse};

	if (later->address.length > 0 && (host_same_address(earlier->by_address, later->address) ||
						 host_same_address(earlier->by, later->address)))
		return true;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (belongs(earlier->by, names[i]))
			return true;
	return false;
}

static bool is_of_machine(const struct received *received)
{
	struct host_address address;
	struct span bare;

	return span_is_letters(received->from, "localhost") ||
	       (host_read_address(received->address, &address, &bare) &&
		       address.kind == ADDRESS_LOOPBACK);
}

static bool has_known_name(const struct received *later)
{
	return is_known_name(later->from) || is_known_name(later->helo) ||
	       is_known_name(later->reverse);
}

/* Hosts have several addresses: only names can show that it was another one. */
enum hop_link chain_link(const struct received *earlier, const struct received *later)
{
	if (is_same_host(earlier, later))
		return LINK_JOINED;
	if (is_of_machine(later))
		return belongs(earlier->by, later->by) ? LINK_JOINED : LINK_UNKNOWN;
	if (!is_known_name(earlier->by) || !has_known_name(later))
		return LINK_UNKNOWN;
	return LINK_BROKEN;
}

static void note_break(struct remarks *remarks, size_t later)
{
	const struct received *before = &remarks->route->hops[later - 1].received;
	const struct received *after = &remarks->route->hops[later].received;
	struct span name = is_known_name(after->helo) ? after->helo : after->reverse;

	remark_add(remarks, REMARK_CHAIN_BREAK, later + 1,
		"the chain breaks: hop %zu was taken in by %.*s, but hop %zu came from %.*s. A "
		"relay "
		"between them added no field or goes by another name, or the older fields were "
		"made up",
		later, SHOWN(before->by), later + 1, SHOWN(name));
}

void remarks_of_chain(struct remarks *remarks)
{
	struct route *route = remarks->route;
	size_t last = 0;

	for (size_t i = 1; i < route->hop_count; i++) {
		route->hops[i].link =
			chain_link(&route->hops[i - 1].received, &route->hops[i].received);
		if (route->hops[i].link != LINK_BROKEN)
			continue;
		note_break(remarks, i);
		last = i;
	}
	if (last == 1)
		remark_add(remarks, REMARK_MAYBE_FORGED, 1,
			"the field of hop 1 could have been written by whoever handed the message "
			"in at hop 2: no later field confirms it");
	else if (last > 1)
		remark_add(remarks, REMARK_MAYBE_FORGED, 1,
			"the fields of hops 1 to %zu could have been written by whoever handed the "
			"message in at hop %zu: no later field confirms them",
			last, last + 1);
}
