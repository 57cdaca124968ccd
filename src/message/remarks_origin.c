#include "base/language.h"
#include "message/host.h"
#include "message/remarks.h"

/* How far other domains back the one in From. Relaxed alignment (RFC 9989 4.4) asks for the same
 * organisation, which only a list of public suffixes could tell: here domains are aligned when they
 * are the same or one lies under the other. */
enum backing { BACKING_NONE, BACKING_UNCERTAIN, BACKING_ALIGNED };

static enum backing backing_of(struct span from, struct span domain)
{
	switch (host_kinship(from, domain)) {
	case KINSHIP_SAME:
	case KINSHIP_UNDER:
		return BACKING_ALIGNED;
	case KINSHIP_SIBLINGS:
		return BACKING_UNCERTAIN;
	case KINSHIP_HOUSE:
	case KINSHIP_NONE:
		break;
	}
	return BACKING_NONE;
}

static const char *backing_words(enum backing backing)
{
	return backing == BACKING_UNCERTAIN ? _("; whether that is the same owner, only a list of "
						"public suffixes could say")
					    : _(": neither the same nor one under the other");
}

static enum backing look_at_return_path(struct remarks *remarks, struct span from)
{
	struct span domain = route_domain(remarks->route->fields[ROUTE_RETURN_PATH].value);
	enum backing backing = backing_of(from, domain);

	if (domain.length > 0 && backing != BACKING_ALIGNED)
		remark_add(remarks, REMARK_RETURN_PATH_DIFFERS, 0,
			"From is of %.*s, Return-Path of %.*s%s. Lists and mailing services do so; "
			"SPF then says nothing of From",
			SHOWN(from), SHOWN(domain), backing_words(backing));
	return backing;
}

/* The best of all signatures. */
static enum backing look_at_signers(struct remarks *remarks, struct span from, size_t *count)
{
	const struct signature_list *list = &remarks->route->signatures;
	enum backing best = BACKING_NONE;
	struct span signer = span_of(NULL, 0);

	for (size_t i = 0; i < list->count; i++) {
		struct span domain = signature_tag(&list->at[i], "d");
		enum backing backing = backing_of(from, domain);

		if (list->at[i].kind != SIGNATURE_DKIM || domain.length == 0)
			continue;
		if ((*count)++ == 0 || backing > best)
			signer = domain;
		best = backing > best ? backing : best;
	}
	if (*count > 0 && best != BACKING_ALIGNED)
		remark_add(remarks, REMARK_SIGNER_DIFFERS, 0,
			"From is of %.*s, the DKIM signature of %.*s%s", SHOWN(from), SHOWN(signer),
			backing_words(best));
	return best;
}

static void look_at_alignment(struct remarks *remarks)
{
	const struct route *route = remarks->route;
	struct span from = route_domain(route->fields[ROUTE_FROM].value);
	size_t signer_count = 0;
	enum backing path, signer;

	if (from.length == 0)
		return;
	path = look_at_return_path(remarks, from);
	signer = look_at_signers(remarks, from, &signer_count);
	if (path == BACKING_NONE && signer == BACKING_NONE &&
		(signer_count > 0 ||
			route_domain(route->fields[ROUTE_RETURN_PATH].value).length > 0))
		remark_add(remarks, REMARK_NOTHING_ALIGNED, 0,
			"neither the envelope nor a signature backs %.*s, the domain in From: "
			"DMARC "
			"could not pass",
			SHOWN(from));
}

static void look_at_failures(struct remarks *remarks)
{
	const struct result_list *list = &remarks->route->results;

	for (size_t i = 0; i < list->count; i++) {
		const struct result *result = &list->at[i];

		if (result->source == RESULT_ARC || !result_is_failure(result))
			continue;
		remark_add(remarks, REMARK_CHECK_FAILED, 0, "%s: %.*s=%.*s%s%.*s",
			result_source_name(result->source), SHOWN(result->method),
			SHOWN(result->value), result->reason.length > 0 ? ": " : "",
			SHOWN(result->reason));
	}
}

static bool is_on_route(const struct route *route, struct span server)
{
	for (size_t i = 0; i < route->hop_count; i++)
		if (host_kinship(route->hops[i].received.by, server) != KINSHIP_NONE)
			return true;
	return false;
}

/* Any sender can write such a field; a server takes out those that claim to be its own. */
static void look_at_servers(struct remarks *remarks)
{
	const struct route *route = remarks->route;
	struct span last = span_of(NULL, 0);

	for (size_t i = 0; i < route->results.count; i++) {
		const struct result *result = &route->results.at[i];

		if (result->source != RESULT_AUTHENTICATION || !host_is_name(result->server) ||
			span_equal(result->server, last))
			continue;
		last = result->server;
		if (!is_on_route(route, last))
			remark_add(remarks, REMARK_OTHER_SERVER, 0,
				"%.*s, whose results are shown, is none of the servers on the "
				"route: "
				"anybody may have written them",
				SHOWN(last));
	}
}

static void look_at_client(struct remarks *remarks, const struct result *result)
{
	const struct route *route = remarks->route;
	struct span client = result_property(result, "client-ip");
	bool has_address = false;

	if (client.length == 0)
		client = result_property(result, "smtp.remote-ip");
	for (size_t i = 0; i < route->hop_count; i++) {
		has_address |= route->hops[i].received.address.length > 0;
		if (host_same_address(route->hops[i].received.address, client))
			return;
	}
	if (client.length > 0 && has_address)
		remark_add(remarks, REMARK_SPF_ADDRESS, 0,
			"SPF was checked for %.*s, which is the address of no hop", SHOWN(client));
}

void remarks_of_origin(struct remarks *remarks)
{
	const struct result_list *list = &remarks->route->results;

	look_at_alignment(remarks);
	look_at_failures(remarks);
	look_at_servers(remarks);
	for (size_t i = 0; i < list->count; i++)
		if (span_is_letters(list->at[i].method, "spf") && list->at[i].source != RESULT_ARC)
			look_at_client(remarks, &list->at[i]);
}
