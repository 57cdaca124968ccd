#include "view/route_parts.h"

#include "base/printable.h"
#include "view/json_writer.h"

/* A value, and the tab or line end behind it. */
static void add_cell(struct buffer *out, struct span value, char end)
{
	printable_add(out, value);
	buffer_add_byte(out, (uint8_t)end);
}

static struct span zone_of(const struct received *received, struct buffer *text)
{
	buffer_clear(text);
	if (received->has_date)
		route_add_zone(text, &received->date);
	return buffer_span(text);
}

/* "2022-11-08T18:43:51Z" */
static struct span time_of(const struct received *received, struct buffer *text)
{
	buffer_clear(text);
	if (!received->has_date)
		return span_of(NULL, 0);
	route_add_time(text, received->date.seconds, 'T');
	buffer_add_byte(text, 'Z');
	return buffer_span(text);
}

static struct span delay_of(const struct hop *hop, struct buffer *text)
{
	buffer_clear(text);
	if (hop->has_delay)
		buffer_printf(text, "%lld", (long long)hop->delay);
	return buffer_span(text);
}

/* The version where it is named, else "TLS" where there was any. */
static struct span tls_of(const struct received *received)
{
	if (!received_is_sealed(received))
		return span_of(NULL, 0);
	return received->tls.version.length > 0 ? received->tls.version : span_text("TLS");
}

/* The clauses, in the order of the columns; JSON has the same. */
static const struct {
	const char *name;
	size_t offset;
} clauses[] = {
	{"from", offsetof(struct received, from)},
	{"helo", offsetof(struct received, helo)},
	{"reverse", offsetof(struct received, reverse)},
	{"address", offsetof(struct received, address)},
	{"user", offsetof(struct received, user)},
	{"by", offsetof(struct received, by)},
	{"by_address", offsetof(struct received, by_address)},
	{"software", offsetof(struct received, software)},
	{"via", offsetof(struct received, via)},
	{"with", offsetof(struct received, with)},
	{"id", offsetof(struct received, id)},
	{"for", offsetof(struct received, recipient)},
	{"sender", offsetof(struct received, sender)},
	{"cipher", offsetof(struct received, tls.cipher)},
	{"comments", offsetof(struct received, comments)},
	{"unread", offsetof(struct received, unread)},
	{"date", offsetof(struct received, date_text)},
	{"received", offsetof(struct received, whole)},
};

enum { CLAUSE_COUNT = sizeof clauses / sizeof clauses[0] };

static struct span clause_at(const struct received *received, size_t index)
{
	return *(const struct span *)((const char *)received + clauses[index].offset);
}

static void add_hops(const struct route_view *view)
{
	struct buffer *out = view->out;
	struct buffer text;

	buffer_add_text(out, "hop\ttime\tzone\tdelay\tlink\ttls");
	for (size_t i = 0; i < CLAUSE_COUNT; i++)
		buffer_printf(out, "\t%s", clauses[i].name);
	buffer_add_byte(out, '\n');
	buffer_init(&text, 0);
	for (size_t i = 0; i < view->route->hop_count; i++) {
		const struct hop *hop = &view->route->hops[i];

		buffer_add_number(out, i + 1);
		buffer_add_byte(out, '\t');
		add_cell(out, time_of(&hop->received, &text), '\t');
		add_cell(out, zone_of(&hop->received, &text), '\t');
		add_cell(out, delay_of(hop, &text), '\t');
		add_cell(out, span_text(hop_link_name(hop->link)), '\t');
		add_cell(out, tls_of(&hop->received), '\t');
		for (size_t k = 0; k < CLAUSE_COUNT; k++)
			add_cell(out, clause_at(&hop->received, k),
				k + 1 < CLAUSE_COUNT ? '\t' : '\n');
	}
	buffer_fini(&text);
}

static void add_properties(struct buffer *out, const struct property *properties, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buffer_add_text(out, i > 0 ? "; " : "");
		printable_add(out, properties[i].name);
		buffer_add_byte(out, '=');
		printable_add(out, properties[i].value);
	}
	buffer_add_byte(out, '\n');
}

static void add_authentication(const struct route_view *view)
{
	struct buffer *out = view->out;

	buffer_add_text(out, "field\tinstance\tdomain\tmethod\tresult\treason\tdetails\n");
	for (size_t i = 0; i < view->route->results.count; i++) {
		const struct result *result = &view->route->results.at[i];

		add_cell(out, span_text(result_source_name(result->source)), '\t');
		if (result->instance > 0)
			buffer_add_number(out, result->instance);
		buffer_add_byte(out, '\t');
		add_cell(out, result->server, '\t');
		add_cell(out, result->method, '\t');
		add_cell(out, result->value, '\t');
		add_cell(out, result->reason, '\t');
		add_properties(out, result->properties, result->property_count);
	}
	for (size_t i = 0; i < view->route->signatures.count; i++) {
		const struct signature *signature = &view->route->signatures.at[i];

		add_cell(out, span_text(signature_name(signature->kind)), '\t');
		if (signature->kind != SIGNATURE_DKIM)
			printable_add(out, signature_tag(signature, "i"));
		buffer_add_byte(out, '\t');
		add_cell(out, signature_tag(signature, "d"), '\t');
		buffer_add_text(out, "\t\t\t");
		add_properties(out, signature->tags, signature->tag_count);
	}
}

static void add_remarks(const struct route_view *view)
{
	struct buffer *out = view->out;

	buffer_add_text(out, "severity\tid\thop\ttext\trfc\n");
	for (size_t i = 0; i < view->route->remarks.count; i++) {
		const struct remark *remark = &view->route->remarks.at[i];

		buffer_printf(out, "%s\t%s\t%zu\t", remark_severity_name(remark->severity),
			remark->id, remark->hop);
		add_cell(out, remark->text, '\t');
		add_cell(out, span_text(remark->rfc), '\n');
	}
}

void route_add_tsv(const struct route_view *view)
{
	static const struct {
		enum route_part part;
		const char *name;
		void (*add)(const struct route_view *);
	} parts[] = {{ROUTE_PART_ROUTE, "route", add_hops},
		{ROUTE_PART_AUTHENTICATION, "authentication", add_authentication},
		{ROUTE_PART_REMARKS, "remarks", add_remarks}};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if ((view->parts & (unsigned)parts[i].part) == 0)
			continue;
		if (view->parts != (unsigned)parts[i].part)
			buffer_printf(view->out, "# %s\n", parts[i].name);
		parts[i].add(view);
	}
}

/* null where it is empty: the field does not say it. */
static void json_value(struct json *json, const char *name, struct span value)
{
	if (value.length > 0)
		json_span(json, name, value);
	else
		json_null(json, name);
}

static void json_tls(struct json *json, const struct received *received)
{
	if (!received_is_sealed(received)) {
		json_null(json, "tls");
		return;
	}
	json_object(json, "tls", JSON_SHORT);
	json_value(json, "version", received->tls.version);
	json_value(json, "cipher", received->tls.cipher);
	json_value(json, "bits", received->tls.bits);
	json_value(json, "group", received->tls.group);
	json_object_end(json);
}

static void json_hop(struct json *json, const struct route *route, size_t index)
{
	const struct hop *hop = &route->hops[index];
	struct buffer text;

	buffer_init(&text, 0);
	json_object(json, NULL, JSON_SHORT);
	json_number(json, "hop", index + 1);
	json_value(json, "time", time_of(&hop->received, &text));
	json_value(json, "zone", zone_of(&hop->received, &text));
	if (hop->has_delay)
		json_integer(json, "delay", hop->delay);
	else
		json_null(json, "delay");
	json_text(json, "link", hop_link_name(hop->link));
	json_tls(json, &hop->received);
	for (size_t i = 0; i < CLAUSE_COUNT; i++)
		if (strcmp(clauses[i].name, "cipher") != 0) /* it stands in "tls" */
			json_value(json, clauses[i].name, clause_at(&hop->received, i));
	json_object_end(json);
	buffer_fini(&text);
}

static void json_fields(struct json *json, const struct route *route)
{
	json_array(json, "fields", JSON_LONG);
	for (int id = 0; id < ROUTE_FIELD_COUNT; id++) {
		if (route->fields[id].count == 0)
			continue;
		json_object(json, NULL, JSON_SHORT);
		json_text(json, "name", route_field_name((enum route_field_id)id));
		json_span(json, "value", route->fields[id].value);
		json_number(json, "count", route->fields[id].count);
		json_object_end(json);
	}
	json_array_end(json);
}

/* Pairs, as an array: a name may come twice. */
static void json_pairs(
	struct json *json, const char *name, const struct property *pairs, size_t count)
{
	json_array(json, name, JSON_SHORT);
	for (size_t i = 0; i < count; i++) {
		json_object(json, NULL, JSON_SHORT);
		json_span(json, "name", pairs[i].name);
		json_span(json, "value", pairs[i].value);
		json_object_end(json);
	}
	json_array_end(json);
}

static void json_results(struct json *json, const struct route *route)
{
	json_array(json, "results", JSON_LONG);
	for (size_t i = 0; i < route->results.count; i++) {
		const struct result *result = &route->results.at[i];

		json_object(json, NULL, JSON_SHORT);
		json_text(json, "field", result_source_name(result->source));
		json_number(json, "instance", result->instance);
		json_value(json, "server", result->server);
		json_value(json, "method", result->method);
		json_value(json, "result", result->value);
		json_value(json, "reason", result->reason);
		json_pairs(json, "properties", result->properties, result->property_count);
		json_object_end(json);
	}
	json_array_end(json);
	json_array(json, "signatures", JSON_LONG);
	for (size_t i = 0; i < route->signatures.count; i++) {
		const struct signature *signature = &route->signatures.at[i];

		json_object(json, NULL, JSON_SHORT);
		json_text(json, "field", signature_name(signature->kind));
		json_value(json, "domain", signature_tag(signature, "d"));
		json_pairs(json, "tags", signature->tags, signature->tag_count);
		json_object_end(json);
	}
	json_array_end(json);
}

static void json_remarks(struct json *json, const struct route *route)
{
	json_array(json, "remarks", JSON_LONG);
	for (size_t i = 0; i < route->remarks.count; i++) {
		const struct remark *remark = &route->remarks.at[i];

		json_object(json, NULL, JSON_SHORT);
		json_text(json, "severity", remark_severity_name(remark->severity));
		json_text(json, "id", remark->id);
		json_number(json, "hop", remark->hop);
		json_span(json, "text", remark->text);
		json_text(json, "rfc", remark->rfc);
		json_object_end(json);
	}
	json_array_end(json);
}

void route_add_json(const struct route_view *view)
{
	const struct route *route = view->route;
	struct json json;

	json_init(&json, view->out, 0);
	json_object(&json, NULL, JSON_LONG);
	json_text(&json, "message", view->name);
	json_fields(&json, route);
	json_number(&json, "received", route->received_count);
	if (route->has_total)
		json_integer(&json, "total", route->total);
	else
		json_null(&json, "total");
	json_array(&json, "hops", JSON_LONG);
	for (size_t i = 0; i < route->hop_count; i++)
		json_hop(&json, route, i);
	json_array_end(&json);
	json_results(&json, route);
	json_remarks(&json, route);
	json_number(&json, "remarks_dropped", route->remarks.dropped);
	json_object_end(&json);
	buffer_add_byte(view->out, '\n');
}
