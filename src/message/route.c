#include "message/route.h"

#include "base/limits.h"
#include "message/host.h"
#include "message/remarks.h"
#include "message/tokens.h"

const char *route_field_name(enum route_field_id id)
{
	static const char *const names[] = {
#define X(id, name) name,
		ROUTE_FIELDS(X)
#undef X
	};

	return names[id];
}

/* Behind what stands in front of a header that was copied or stored: empty lines, a byte order
 * mark, the line that begins a message in an mbox file. */
static struct span skip_front(struct span bytes)
{
	if (span_starts_letters(bytes, "\xef\xbb\xbf"))
		bytes = span_from(bytes, 3);
	while (bytes.length > 0 && (bytes.at[0] == '\n' || bytes.at[0] == '\r'))
		bytes = span_from(bytes, 1);
	if (span_starts_letters(bytes, "From ") || span_starts_letters(bytes, ">From "))
		bytes = span_from(bytes, span_index(bytes, '\n') + 1);
	return bytes;
}

/* Hops are added as they stand, the newest first, and turned round at the end. */
static void add_hop(struct route *route, struct span value)
{
	if (route->received_count++ >= LIMIT_HOPS)
		return;
	route->hops = arena_grow(&route->arena, route->hops, route->hop_count, sizeof *route->hops);
	route->hops[route->hop_count] = (struct hop){.link = LINK_FIRST};
	received_read(&route->arena, value, &route->hops[route->hop_count++].received);
}

static bool add_signature(struct route *route, struct span name, struct span value)
{
	for (int kind = SIGNATURE_DKIM; kind <= SIGNATURE_ARC_SEAL; kind++)
		if (span_is_letters(name, signature_name((enum signature_kind)kind))) {
			signature_read(&route->arena, &route->signatures, (enum signature_kind)kind,
				value);
			return true;
		}
	return false;
}

static bool add_result(struct route *route, struct span name, struct span value)
{
	for (int source = RESULT_AUTHENTICATION; source <= RESULT_SPF; source++) {
		if (!span_is_letters(name, result_source_name((enum result_source)source)))
			continue;
		if (source == RESULT_SPF)
			authentication_read_spf(&route->arena, &route->results, value);
		else
			authentication_read(
				&route->arena, &route->results, (enum result_source)source, value);
		return true;
	}
	return false;
}

static void add_field(struct route *route, struct span name, struct span value)
{
	if (add_signature(route, name, value) || add_result(route, name, value))
		return;
	for (int id = 0; id < ROUTE_FIELD_COUNT; id++) {
		struct route_field *field = &route->fields[id];

		if (span_is_letters(name, route_field_name((enum route_field_id)id)) &&
			field->count++ == 0)
			field->value = value;
	}
}

/* Whether a field of that name is looked at: others are not even unfolded. */
static bool is_wanted(struct span name)
{
	for (int id = 0; id < ROUTE_FIELD_COUNT; id++)
		if (span_is_letters(name, route_field_name((enum route_field_id)id)))
			return true;
	return span_starts_letters(name, "Received") || span_starts_letters(name, "ARC-") ||
	       span_is_letters(name, "DKIM-Signature") ||
	       span_is_letters(name, "Authentication-Results");
}

static void read_fields(struct route *route, struct span header)
{
	struct span name, value;

	bool is_long = header.length > LIMIT_ROUTE_HEADER;

	header = span_first(header, LIMIT_ROUTE_HEADER);
	while (tokens_take_field(&header, &name, &value)) {
		route->stray_count += name.length == 0;
		if (!is_wanted(name))
			continue;
		value = tokens_unfold(&route->arena, value, &route->is_cut);
		if (span_is_letters(name, "Received"))
			add_hop(route, value);
		else
			add_field(route, name, value);
	}
	route->is_cut |= is_long && header.length == 0; /* else the header ended before the limit */
}

static void turn_round(struct route *route)
{
	for (size_t i = 0; i < route->hop_count / 2; i++) {
		struct hop hop = route->hops[i];

		route->hops[i] = route->hops[route->hop_count - 1 - i];
		route->hops[route->hop_count - 1 - i] = hop;
	}
}

static void measure(struct route *route)
{
	const struct hop *before = NULL, *first = NULL;

	for (size_t i = 0; i < route->hop_count; i++) {
		struct hop *hop = &route->hops[i];

		if (!hop->received.has_date)
			continue;
		hop->has_delay = before != NULL;
		if (before != NULL)
			hop->delay = hop->received.date.seconds - before->received.date.seconds;
		first = first != NULL ? first : hop;
		before = hop;
	}
	route->has_total = before != first;
	if (route->has_total)
		route->total = before->received.date.seconds - first->received.date.seconds;
}

void route_read(struct route *route, struct span bytes, int64_t now)
{
	*route = (struct route){.total = 0};
	arena_init(&route->arena);
	read_fields(route, skip_front(bytes));
	turn_round(route);
	measure(route);
	route->has_date = route->fields[ROUTE_DATE].count > 0 &&
			  date_read(route->fields[ROUTE_DATE].value, &route->date);
	remarks_make(route, now);
}

void route_fini(struct route *route)
{
	arena_fini(&route->arena);
	*route = (struct route){.total = 0};
}

struct span route_domain(struct span value)
{
	struct span found = span_of(NULL, 0);
	struct token token;

	while ((token = tokens_take(&value)).kind != TOKEN_END) {
		size_t at;

		if (token.kind == TOKEN_WORD && token.text.at[token.text.length - 1] == ',')
			token.text.length--;
		at = token.text.length;
		while (at > 0 && token.text.at[at - 1] != '@')
			at--;
		if (at > 0 && token.kind == TOKEN_ANGLE)
			return host_name(span_from(token.text, at));
		if (at > 0 && token.kind == TOKEN_WORD && found.length == 0)
			found = host_name(span_from(token.text, at));
	}
	return found;
}
