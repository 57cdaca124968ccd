#include "base/memory.h"
#include "capture/capture.h"
#include "script.h"
#include "seal.h"
#include "text.h"

#include <stdlib.h>

struct setting {
	const char *name;
	void (*apply)(struct script *script, struct span arguments);
};

static struct trace *trace_of(struct script *script)
{
	return &script->stage->trace;
}

static char *line_of(struct span text)
{
	char *copy = memory_new(text.length + 1, 1);

	if (text.length > 0)
		memcpy(copy, text.at, text.length);
	return copy;
}

static void set_link(struct script *script, struct span arguments)
{
	static const struct {
		const char *name;
		int type;
	} links[] = {{"ethernet", LINK_ETHERNET}, {"null", LINK_NULL}, {"loop", LINK_LOOP},
		{"raw", LINK_RAW}, {"ipv4", LINK_IPV4}, {"ipv6", LINK_IPV6}, {"ppp", LINK_PPP},
		{"sll", LINK_LINUX_SLL}, {"sll2", LINK_LINUX_SLL2}};
	struct span word = text_take(&arguments, "the link type");
	char *name = arguments.length > 0 ? line_of(arguments) : NULL;
	int type = LINK_NONE;

	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		if (span_is(word, links[i].name))
			type = links[i].type;
	if (type == LINK_NONE)
		text_complain("\"%.*s\" is no link type", (int)word.length, word.at);
	for (size_t i = 0; i < script->talk_count; i++)
		script->talks[i]->wrap.link_type = type;
	script->first->wrap.link_type = type;
	if (script->shift == 0 || trace_of(script)->interface_count == 0)
		trace_interface(trace_of(script), (uint16_t)type, name);
	free(name);
}

static void set_start(struct script *script, struct span arguments)
{
	struct trace *trace = trace_of(script);

	if (trace->count > 0)
		return; /* the script is played again behind the last one */
	trace->start = trace->next = text_date(text_take(&arguments, "the date"));
	trace->last = trace->start - 1;
}

static void set_pace(struct script *script, struct span arguments)
{
	script->pace = text_seconds(text_take(&arguments, "the seconds"));
}

static void set_snaplen(struct script *script, struct span arguments)
{
	struct trace *trace = trace_of(script);
	uint64_t octets = text_number(text_take(&arguments, "the octets"), UINT32_MAX);

	if (trace->interface_count == 0)
		text_complain("the link comes before its snaplen");
	trace->interfaces[trace->interface_count - 1].snaplen = (uint32_t)octets;
}

static void set_title(struct script *script, struct span arguments)
{
	free(trace_of(script)->title);
	trace_of(script)->title = line_of(arguments);
}

static void set_comment(struct script *script, struct span arguments)
{
	free(trace_of(script)->comment);
	trace_of(script)->comment = line_of(arguments);
}

static void set_cut(struct script *script, struct span arguments)
{
	trace_of(script)->cut = text_number(text_take(&arguments, "the octets"), UINT32_MAX);
}

static void set_secrets(struct script *script, struct span arguments)
{
	(void)arguments;
	trace_of(script)->has_secrets = true;
}

static void set_vlan(struct script *script, struct span arguments)
{
	struct packet_wrap *wrap = &script->current->wrap;

	for (wrap->vlan_count = 0; arguments.length > 0; wrap->vlan_count++) {
		if (wrap->vlan_count == PACKET_TAGS)
			text_complain("more than %d tags", PACKET_TAGS);
		wrap->vlans[wrap->vlan_count] = (uint16_t)text_number(span_word(&arguments), 4095);
	}
}

static void set_mpls(struct script *script, struct span arguments)
{
	struct packet_wrap *wrap = &script->current->wrap;

	for (wrap->label_count = 0; arguments.length > 0; wrap->label_count++) {
		if (wrap->label_count == PACKET_LABELS)
			text_complain("more than %d labels", PACKET_LABELS);
		wrap->labels[wrap->label_count] =
			(uint32_t)text_number(span_word(&arguments), 0xfffff);
	}
}

static void set_pppoe(struct script *script, struct span arguments)
{
	script->current->wrap.pppoe =
		(uint16_t)text_number(text_take(&arguments, "the session"), UINT16_MAX);
}

static void set_extensions(struct script *script, struct span arguments)
{
	static const struct {
		const char *name;
		uint8_t number;
	} known[] = {{"hop-by-hop", 0}, {"routing", 43}, {"destination", 60}};
	struct packet_wrap *wrap = &script->current->wrap;

	for (wrap->extension_count = 0; arguments.length > 0; wrap->extension_count++) {
		struct span word = span_word(&arguments);
		size_t i = 0;

		while (i < sizeof known / sizeof *known && !span_is(word, known[i].name))
			i++;
		if (i == sizeof known / sizeof *known || wrap->extension_count == PACKET_EXTENSIONS)
			text_complain(
				"\"%.*s\": no such header, or too many", (int)word.length, word.at);
		wrap->extensions[wrap->extension_count] = known[i].number;
	}
}

static void set_fragment(struct script *script, struct span arguments)
{
	struct packet_wrap *wrap = &script->current->wrap;

	wrap->fragment = text_number(text_take(&arguments, "the octets"), UINT16_MAX);
	wrap->is_backwards = span_is(arguments, "backwards");
	if (wrap->fragment % 8 != 0)
		text_complain("fragments have a multiple of 8 octets (RFC 791 3.1)");
}

static void set_connection(struct script *script, struct span arguments)
{
	struct span name = text_take(&arguments, "the name");

	script->talks = memory_resize(script->talks, script->talk_count + 1, sizeof(struct talk *));
	script->current = talk_new(name, script->first);
	script->talks[script->talk_count++] = script->current;
}

static void set_use(struct script *script, struct span arguments)
{
	struct span name = text_take(&arguments, "the name");

	for (size_t i = 0; i < script->talk_count; i++)
		if (span_is(name, script->talks[i]->name)) {
			script->current = script->talks[i];
			return;
		}
	text_complain("no connection is named \"%.*s\"", (int)name.length, name.at);
}

/* The shift goes into the last four octets. */
static void raise_address(struct packet_end *end, uint32_t shift)
{
	size_t last = end->family == 6 ? 16 : 4;

	for (size_t i = last; i > last - 4; i--) {
		shift += end->address[i - 1];
		end->address[i - 1] = (uint8_t)shift;
		shift >>= 8;
	}
}

static void set_client(struct script *script, struct span arguments)
{
	struct packet_end *end = &script->current->sides[SIDE_CLIENT].end;

	text_end(text_take(&arguments, "the address"), end);
	raise_address(end, script->shift);
}

static void set_server(struct script *script, struct span arguments)
{
	text_end(text_take(&arguments, "the address"), &script->current->sides[SIDE_SERVER].end);
}

static enum side take_side(struct span *arguments)
{
	return text_side(text_take(arguments, "C or S"));
}

static void set_mac(struct script *script, struct span arguments)
{
	enum side side = take_side(&arguments);

	text_mac(text_take(&arguments, "the address"), script->current->sides[side].end.mac);
}

static void set_isn(struct script *script, struct span arguments)
{
	enum side side = take_side(&arguments);

	talk_set_isn(script->current, side,
		(uint32_t)text_number(text_take(&arguments, "the number"), UINT32_MAX));
}

static void set_options(struct script *script, struct span arguments)
{
	enum side side = take_side(&arguments);

	talk_set_options(script->current, side, arguments);
}

static void set_window(struct script *script, struct span arguments)
{
	enum side side = take_side(&arguments);

	script->current->sides[side].window =
		(uint32_t)text_number(text_take(&arguments, "the octets"), 1 << 30);
}

static void set_segment(struct script *script, struct span arguments)
{
	script->current->segment = text_number(text_take(&arguments, "the octets"), UINT16_MAX);
}

static void set_record(struct script *script, struct span arguments)
{
	script->current->record = text_number(text_take(&arguments, "the octets"), 16384);
}

static void set_skip(struct script *script, struct span arguments)
{
	enum side side = take_side(&arguments);

	talk_skip(script->current, side,
		(uint32_t)text_number(text_take(&arguments, "the octets"), INT32_MAX));
}

static void read_tls_word(struct seal_wish *wish, struct span word)
{
	size_t equals = span_index(word, '=');
	struct span name = span_first(word, equals);
	struct span value = span_from(word, equals + 1);
	const struct {
		const char *name;
		struct span *text;
		size_t *number;
		bool *flag;
	} words[] = {
		{"offers", &wish->offers, NULL, NULL},
		{"groups", &wish->groups, NULL, NULL},
		{"signatures", &wish->signatures, NULL, NULL},
		{"name", &wish->server_name, NULL, NULL},
		{"alpn", &wish->alpn, NULL, NULL},
		{"tickets", NULL, &wish->tickets, NULL},
		{"chain", NULL, &wish->chain, NULL},
		{"certificates", NULL, &wish->certificates, NULL},
		{"elliptic", NULL, NULL, &wish->has_elliptic_key},
		{"padding", NULL, NULL, &wish->has_padding},
		{"merge", NULL, NULL, &wish->is_merged},
		{"bare", NULL, NULL, &wish->is_bare},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!span_is(name, words[i].name))
			continue;
		if (words[i].text != NULL)
			*words[i].text = value;
		else if (words[i].number != NULL)
			*words[i].number = text_number(value, UINT16_MAX);
		else
			*words[i].flag = true;
		return;
	}
	text_complain("tls knows no \"%.*s\"", (int)name.length, name.at);
}

/* tls 1.2 ECDHE-RSA-AES128-GCM-SHA256 name=mail.example tickets=0 */
static void set_tls(struct script *script, struct span arguments)
{
	struct seal_wish wish = {.chain = 1, .now = trace_of(script)->start};
	struct span version = text_take(&arguments, "the version");

	if (script->current->seal != NULL)
		text_complain("this connection has TLS already");
	wish.version = span_is(version, "1.3") ? 0x0304 : 0x0303;
	if (!span_is(version, "1.2") && !span_is(version, "1.3"))
		text_complain("the version is 1.2 or 1.3");
	wish.cipher = text_take(&arguments, "the cipher suite");
	while (arguments.length > 0)
		read_tls_word(&wish, span_word(&arguments));
	script->current->seal = seal_new(&wish, &trace_of(script)->secrets);
}

static void set_padding(struct script *script, struct span arguments)
{
	if (script->current->seal == NULL)
		text_complain("\"tls\" comes before the padding of its records");
	seal_set_padding(
		script->current->seal, text_number(text_take(&arguments, "the octets"), 16384));
}

static const struct setting settings[] = {
	{"start", set_start},
	{"pace", set_pace},
	{"title", set_title},
	{"comment", set_comment},
	{"link", set_link},
	{"snaplen", set_snaplen},
	{"cut-file", set_cut},
	{"secrets", set_secrets},
	{"connection", set_connection},
	{"use", set_use},
	{"client", set_client},
	{"server", set_server},
	{"mac", set_mac},
	{"vlan", set_vlan},
	{"mpls", set_mpls},
	{"pppoe", set_pppoe},
	{"extensions", set_extensions},
	{"fragment", set_fragment},
	{"isn", set_isn},
	{"options", set_options},
	{"window", set_window},
	{"segment", set_segment},
	{"record", set_record},
	{"skip", set_skip},
	{"tls", set_tls},
	{"padding", set_padding},
};

bool setting_apply(struct script *script, struct span word, struct span arguments)
{
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		if (span_is(word, settings[i].name)) {
			settings[i].apply(script, span_trim(arguments));
			return true;
		}
	return false;
}
