#include "base/language.h"
#include "base/limits.h"
#include "message/remarks.h"
#include "message/tokens.h"

enum { LOOP = 100 }; /* Received fields that a server takes for a loop (RFC 5321 6.3) */

void remarks_of_limits(struct remarks *remarks)
{
	const struct route *route = remarks->route;
	size_t dropped = route->received_count - route->hop_count;

	if (route->is_cut)
		remark_add(remarks, REMARK_CUT, 0,
			"the header is larger than is read: %d octets, %d of one field",
			LIMIT_ROUTE_HEADER, LIMIT_ROUTE_FIELD);
	if (dropped > 0)
		remark_add(remarks, REMARK_CUT, 0,
			"only the newest %d Received fields are read; %zu older ones are not",
			LIMIT_HOPS, dropped);
	if (route->results.dropped + route->signatures.dropped > 0)
		remark_add(remarks, REMARK_CUT, 0,
			"%zu results of checks and %zu signatures beyond the limits are not read",
			route->results.dropped, route->signatures.dropped);
	if (route->stray_count > 0)
		remark_add(remarks, REMARK_STRAY_LINE, 0,
			language_count("%zu line of the header is no field",
				"%zu lines of the header are no field", route->stray_count),
			route->stray_count);
	if (route->received_count == 0)
		remark_add(remarks, REMARK_NO_RECEIVED, 0,
			"no Received field: the message was never handed over by SMTP, or somebody "
			"took them out");
	if (route->received_count >= LOOP)
		remark_add(remarks, REMARK_MANY_HOPS, 0,
			"%zu Received fields: with %d servers take a message for one that goes "
			"round "
			"in a circle",
			route->received_count, LOOP);
}

static size_t count_addresses(struct span value)
{
	struct token token;
	size_t angles = 0, words = 0;

	while ((token = tokens_take(&value)).kind != TOKEN_END) {
		bool has_at = span_index(token.text, '@') < token.text.length;

		angles += token.kind == TOKEN_ANGLE;
		words += token.kind == TOKEN_WORD && has_at;
	}
	return angles > 0 ? angles : words;
}

static void look_at_authors(struct remarks *remarks)
{
	const struct route_field *fields = remarks->route->fields;

	if (fields[ROUTE_FROM].count == 0)
		remark_add(
			remarks, REMARK_NO_FROM, 0, "there is no From: who wrote it is not said");
	else if (count_addresses(fields[ROUTE_FROM].value) > 1)
		remark_add(remarks, REMARK_SEVERAL_AUTHORS, 0, "From names several authors%s: %.*s",
			fields[ROUTE_SENDER].count == 0 ? _(", and no Sender says who sent it")
							: "",
			SHOWN(fields[ROUTE_FROM].value));
}

/* RFC 5322 3.6 allows these once; Return-Path too (RFC 5321 4.4). */
static void look_at_repeated(struct remarks *remarks)
{
	static const enum route_field_id once[] = {ROUTE_FROM, ROUTE_SENDER, ROUTE_TO,
		ROUTE_SUBJECT, ROUTE_DATE, ROUTE_MESSAGE_ID, ROUTE_RETURN_PATH};

	for (size_t i = 0; i < sizeof once / sizeof once[0]; i++) {
		const struct route_field *field = &remarks->route->fields[once[i]];

		if (field->count > 1)
			remark_add(remarks, REMARK_REPEATED_FIELD, 0,
				"%s is there %zu times; the first one is read here, others may "
				"read "
				"another one",
				route_field_name(once[i]), field->count);
	}
}

void remarks_of_fields(struct remarks *remarks)
{
	const struct route_field *fields = remarks->route->fields;

	look_at_authors(remarks);
	if (fields[ROUTE_DATE].count == 0)
		remark_add(remarks, REMARK_NO_DATE, 0,
			"there is no Date: when it was written is not said");
	if (fields[ROUTE_MESSAGE_ID].count == 0)
		remark_add(remarks, REMARK_NO_MESSAGE_ID, 0,
			"there is no Message-ID: replies and duplicates cannot be matched");
	look_at_repeated(remarks);
}
