#include "base/buffer.h"
#include "base/language.h"
#include "message/host.h"
#include "message/remarks.h"

enum { HOPS_NAMED = 8 };

/* A remark for several hops: the first of them is its hop. */
struct group {
	struct buffer text; /* "10.0.0.1 (hop 2), 10.0.0.2 (hop 3)" */
	size_t first, count;
};

static void group_add(struct group *group, size_t index, struct span what)
{
	if (group->count == 0)
		group->first = index + 1;
	if (group->count++ >= HOPS_NAMED)
		return;
	buffer_printf(&group->text, _("%s%.*s (hop %zu)"), group->count > 1 ? ", " : "",
		SHOWN(what), index + 1);
}

static const char *group_text(struct group *group)
{
	if (group->count > HOPS_NAMED)
		buffer_printf(&group->text, _(" and %zu more"), group->count - HOPS_NAMED);
	return buffer_text(&group->text);
}

static void look_at_helo(struct remarks *remarks, size_t index)
{
	const struct received *received = &remarks->route->hops[index].received;
	enum kinship kinship = host_kinship(received->helo, received->reverse);

	if (received->may_be_forged)
		remark_add(remarks, REMARK_NAME_FORGED, index + 1,
			"the server doubts the name %.*s: it does not lead back to %.*s",
			SHOWN(received->reverse), SHOWN(received->address));
	if (received->is_reverse_unknown)
		remark_add(remarks, REMARK_NO_REVERSE, index + 1,
			"the server found no name for the client's address %.*s",
			SHOWN(received->address));
	if (received->reverse.length == 0 || !host_is_name(received->helo) ||
		kinship == KINSHIP_SAME || kinship == KINSHIP_HOUSE)
		return;
	remark_add(remarks, REMARK_HELO_DIFFERS, index + 1,
		"the client called itself %.*s; its address %.*s has the name %.*s%s",
		SHOWN(received->helo), SHOWN(received->address), SHOWN(received->reverse),
		kinship != KINSHIP_NONE ? _(", of the same domain") : "");
}

static void look_at_tls(struct remarks *remarks, size_t index)
{
	struct span version = remarks->route->hops[index].received.tls.version;

	if (span_is(version, "TLS 1.0") || span_is(version, "TLS 1.1") ||
		span_starts_letters(version, "SSL"))
		remark_add(remarks, REMARK_OLD_TLS, index + 1,
			"%.*s must not be used any more: it can be broken", SHOWN(version));
}

static void look_at_unread(struct remarks *remarks, size_t index)
{
	const struct received *received = &remarks->route->hops[index].received;

	if (received->unread.length > 0)
		remark_add(remarks, REMARK_FIELD_UNREAD, index + 1,
			"words that belong to no clause: %.*s", SHOWN(received->unread));
	else if (received->from.length + received->by.length + received->software.length == 0)
		remark_add(remarks, REMARK_FIELD_UNREAD, index + 1,
			"the field says neither from whom nor by whom: %.*s",
			SHOWN(received->whole));
}

/* Addresses that the outside cannot see. The first hop is left out: clients have such ones. */
static void look_at_addresses(struct remarks *remarks, enum address_kind kind)
{
	const struct route *route = remarks->route;
	struct group group = {.count = 0};

	buffer_init(&group.text, 0);
	for (size_t i = 1; i < route->hop_count; i++) {
		struct host_address address;
		struct span bare;

		if (host_read_address(route->hops[i].received.address, &address, &bare) &&
			address.kind == kind)
			group_add(&group, i, bare);
	}
	if (group.count > 0)
		remark_add(remarks, REMARK_NOT_PUBLIC, group.first, "%s: %s %s%s",
			group_text(&group), group.count > 1 ? _("addresses") : _("an address"),
			_(address_kind_words(kind)),
			kind == ADDRESS_LOOPBACK || kind == ADDRESS_DOCUMENTATION
				? ""
				: _("; from outside nobody can check where that is"));
	buffer_fini(&group.text);
}

static bool is_in_clear(const struct received *received)
{
	const struct protocol *protocol = protocol_find(received->with);
	struct host_address address;
	struct span bare;

	return protocol != NULL && protocol->rfc[0] != '\0' && !received_is_sealed(received) &&
	       host_read_address(received->address, &address, &bare) &&
	       address.kind != ADDRESS_LOOPBACK;
}

static void look_at_clear(struct remarks *remarks)
{
	const struct route *route = remarks->route;
	struct group group = {.count = 0};

	buffer_init(&group.text, 0);
	for (size_t i = 0; i < route->hop_count; i++)
		if (is_in_clear(&route->hops[i].received))
			group_add(&group, i, route->hops[i].received.with);
	if (group.count > 0)
		remark_add(remarks, REMARK_IN_CLEAR, group.first,
			"%s: no TLS is named; whoever was on the way there could read the message",
			group_text(&group));
	buffer_fini(&group.text);
}

void remarks_of_hosts(struct remarks *remarks)
{
	for (size_t i = 0; i < remarks->route->hop_count; i++) {
		look_at_helo(remarks, i);
		look_at_tls(remarks, i);
		look_at_unread(remarks, i);
	}
	for (int kind = ADDRESS_LOOPBACK; kind <= ADDRESS_RESERVED; kind++)
		look_at_addresses(remarks, (enum address_kind)kind);
	look_at_clear(remarks);
}
