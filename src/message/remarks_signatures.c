#include "base/language.h"
#include "message/remarks.h"

enum { ARC_SETS = 50 }; /* RFC 8617 4.2.1 */

static void look_at_tags(struct remarks *remarks, const struct signature *signature)
{
	static const char *const needed[] = {"v", "a", "b", "bh", "d", "h", "s"};

	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		if (signature_tag(signature, needed[i]).length == 0)
			remark_add(remarks, REMARK_TAG_MISSING, 0,
				"the DKIM signature of %.*s has no %s= (%s): it cannot be verified",
				SHOWN(signature_tag(signature, "d")), needed[i],
				tag_meaning(signature->kind, span_text(needed[i])));
}

static void look_at_times(struct remarks *remarks, const struct signature *signature)
{
	const struct route *route = remarks->route;
	const struct received *last =
		route->hop_count > 0 ? &route->hops[route->hop_count - 1].received : NULL;
	uint64_t end;

	if (!span_number(signature_tag(signature, "x"), &end) || end > INT64_MAX || last == NULL ||
		!last->has_date || last->date.seconds <= (int64_t)end)
		return;
	remark_add(remarks, REMARK_SIGNATURE_TIME, 0,
		"the signature of %.*s had run out when the message arrived (x=%.*s)",
		SHOWN(signature_tag(signature, "d")), SHOWN(signature_tag(signature, "x")));
}

static void look_at_dkim(struct remarks *remarks, const struct signature *signature)
{
	struct span domain = signature_tag(signature, "d");

	look_at_tags(remarks, signature);
	look_at_times(remarks, signature);
	if (signature_tag(signature, "h").length > 0 && !signature_covers(signature, "from"))
		remark_add(remarks, REMARK_FROM_UNSIGNED, 0,
			"the signature of %.*s does not cover From, which it must", SHOWN(domain));
	if (signature_tag(signature, "l").length > 0)
		remark_add(remarks, REMARK_TEXT_OPEN, 0,
			"the signature of %.*s covers the first %.*s octets of the text alone: "
			"more "
			"could be appended",
			SHOWN(domain), SHOWN(signature_tag(signature, "l")));
	if (span_is(signature_tag(signature, "a"), "rsa-sha1"))
		remark_add(remarks, REMARK_WEAK_ALGORITHM, 0,
			"the signature of %.*s uses rsa-sha1, which must not be used any more",
			SHOWN(domain));
}

/* How many fields of each kind a set of the chain has: message signature, seal, results. */
struct arc_set {
	unsigned messages, seals, results;
	struct span validation; /* cv= */
};

static void collect(const struct route *route, struct arc_set *sets, uint64_t *highest)
{
	for (size_t i = 0; i < route->signatures.count; i++) {
		const struct signature *signature = &route->signatures.at[i];
		uint64_t instance = signature_instance(signature);

		if (signature->kind == SIGNATURE_DKIM || instance == 0)
			continue;
		sets[instance].messages += signature->kind == SIGNATURE_ARC_MESSAGE;
		sets[instance].seals += signature->kind == SIGNATURE_ARC_SEAL;
		if (signature->kind == SIGNATURE_ARC_SEAL)
			sets[instance].validation = signature_tag(signature, "cv");
		*highest = instance > *highest ? instance : *highest;
	}
	for (size_t i = 0; i < route->results.count; i++) {
		uint64_t instance = route->results.at[i].instance;

		if (route->results.at[i].source != RESULT_ARC || instance < 1 ||
			instance > ARC_SETS)
			continue;
		sets[instance].results++;
		*highest = instance > *highest ? instance : *highest;
	}
}

/* The seal of the first set says "none", those of the others "pass" (RFC 8617 5.2). */
static void look_at_chain(struct remarks *remarks)
{
	struct arc_set sets[ARC_SETS + 1] = {{0}};
	uint64_t highest = 0;

	collect(remarks->route, sets, &highest);
	for (unsigned i = 1; i <= highest; i++) {
		const char *wanted = i == 1 ? "none" : "pass";

		if (sets[i].messages != 1 || sets[i].seals != 1 || sets[i].results == 0)
			remark_add(remarks, REMARK_ARC_CHAIN, 0,
				"ARC set %u is not whole: it has %u message signatures, %u seals "
				"and "
				"%s results, where each must be there once",
				i, sets[i].messages, sets[i].seals,
				sets[i].results > 0 ? _("its") : _("no"));
		else if (!span_is_letters(sets[i].validation, wanted))
			remark_add(remarks, REMARK_ARC_CHAIN, 0,
				"the seal of ARC set %u says cv=%.*s, where cv=%s belongs: the "
				"chain "
				"does not hold",
				i, SHOWN(sets[i].validation), wanted);
	}
}

void remarks_of_signatures(struct remarks *remarks)
{
	const struct signature_list *list = &remarks->route->signatures;

	for (size_t i = 0; i < list->count; i++)
		if (list->at[i].kind == SIGNATURE_DKIM)
			look_at_dkim(remarks, &list->at[i]);
	look_at_chain(remarks);
}
