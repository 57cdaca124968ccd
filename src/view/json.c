#include "base/language.h"
#include "view/json_writer.h"
#include "view/text.h"

#include "message/message.h"

static void add_optional(struct json *json, const char *name, struct span text)
{
	if (text.length > 0)
		json_span(json, name, text);
	else
		json_null(json, name);
}

static void add_endpoint(struct json *json, const char *name, const struct endpoint *endpoint)
{
	struct buffer address;

	buffer_init(&address, 0);
	text_address(&address, endpoint);
	json_object(json, name, JSON_SHORT);
	json_span(json, "address", buffer_span(&address));
	json_number(json, "port", endpoint->port);
	json_object_end(json);
	buffer_fini(&address);
}

static void add_start(struct json *json, int64_t start)
{
	struct buffer text;

	buffer_init(&text, 0);
	text_time(&text, start, 'T', 9);
	buffer_add_byte(&text, 'Z');
	json_span(json, "start", buffer_span(&text));
	buffer_fini(&text);
}

static void add_tls(struct json *json, const struct session *session)
{
	const struct session_tls *tls = &session->tls;

	if (!tls->is_present)
		return;
	json_object(json, "tls", JSON_SHORT);
	add_optional(json, "version", span_text(tls->version));
	add_optional(json, "cipher", span_text(tls->cipher));
	json_text(json, "mode", session->transport == TRANSPORT_TLS ? "tls" : "starttls");
	json_bool(json, "decrypted", tls->is_decrypted);
	add_optional(json, "server_name", span_text(tls->server_name));
	add_optional(json, "alpn", span_text(tls->alpn));
	add_optional(json, "subject", span_text(tls->subject));
	add_optional(json, "issuer", span_text(tls->issuer));
	add_optional(json, "names", span_text(tls->names));
	json_number(json, "first_frame", tls->first_frame);
	json_object_end(json);
}

static void add_hash(struct json *json, const uint8_t *hash, bool is_there)
{
	struct buffer text;

	if (!is_there) {
		json_null(json, "sha256");
		return;
	}
	buffer_init(&text, 0);
	text_hex(&text, span_of(hash, 32));
	json_span(json, "sha256", buffer_span(&text));
	buffer_fini(&text);
}

static void add_stream(struct json *json, const char *name, const struct stream *stream)
{
	json_object(json, name, JSON_SHORT);
	json_number(json, "octets", stream->octets);
	json_number(json, "missing", stream->missing);
	add_hash(json, stream->sha256, stream->has_sha256);
	json_object_end(json);
}

/* SMTP's code is a number, POP3's status a word. */
static void add_code(struct json *json, const struct session *session, const struct line *line)
{
	if (session->protocol == MAIL_SMTP && line->code > 0)
		json_number(json, "code", (uint64_t)line->code);
	else
		json_null(json, "code");
	if (session->protocol == MAIL_POP3 && line->code != 0)
		json_text(json, "status", line->code > 0 ? "+OK" : "-ERR");
}

static bool has_text(const struct line *line, const struct view_options *options)
{
	if (line->kind == LINE_DATA || line->kind == LINE_BODY)
		return options->with_texts && line->text.length > 0;
	return line->kind != LINE_GAP;
}

static void add_line_text(
	struct json *json, const struct line *line, const struct view_options *options)
{
	struct buffer text;

	if (!has_text(line, options)) {
		json_null(json, "text");
		return;
	}
	buffer_init(&text, 0);
	text_line(&text, line, options->is_redacted);
	json_span(json, "text", buffer_span(&text));
	buffer_clear(&text);
	text_decoded(&text, line, options->is_redacted);
	if (text.length > 0)
		json_span(json, "decoded", buffer_span(&text));
	buffer_fini(&text);
}

static void add_frames(struct json *json, const struct line *line)
{
	json_array(json, "frames", JSON_SHORT);
	for (size_t i = 0; i < line->frame_count; i++)
		json_number(json, NULL, line->frames[i]);
	if (line->frame_count == 0 && line->frame > 0)
		json_number(json, NULL, line->frame);
	json_array_end(json);
}

static void add_line(struct json *json, const struct session *session, const struct line *line,
	const struct view_options *options)
{
	const char *end = text_line_end(line);

	json_object(json, NULL, JSON_SHORT);
	json_text(json, "from", side_name(line->from));
	json_text(json, "kind", line_kind_name(line->kind));
	add_line_text(json, line, options);
	add_frames(json, line);
	json_seconds(json, "time", line->time - session->capture_start);
	json_number(json, "octets", line->octets);
	add_code(json, session, line);
	add_optional(
		json, "verb", line->verb != NULL ? span_text(line->verb->name) : span_of(NULL, 0));
	json_bool(json, "sealed", line->is_sealed);
	if (line->is_sealed)
		json_bool(json, "decrypted", line->is_decrypted);
	if (end[0] != '\0')
		json_text(json, "end", end);
	if (line->command > 0)
		json_number(json, "command", line->command);
	if (line->message > 0)
		json_number(json, "message", line->message);
	json_object_end(json);
}

static void add_header(
	struct json *json, const struct message *message, const struct message_summary *summary)
{
	if (message->header.length == 0 && message->text.length == 0)
		return;
	json_object(json, "header", JSON_SHORT);
	add_optional(json, "from", summary->from);
	add_optional(json, "to", summary->to);
	add_optional(json, "cc", summary->cc);
	add_optional(json, "date", summary->date);
	add_optional(json, "message_id", summary->message_id);
	json_object_end(json);
}

static void add_envelope(
	struct json *json, const struct message *message, const struct message_summary *summary)
{
	if (message->has_sender)
		json_span(json, "from", message->sender);
	else
		add_optional(json, "from", summary->address);
	json_array(json, "recipients", JSON_SHORT);
	for (size_t i = 0; i < message->recipient_count; i++)
		json_span(json, NULL, message->recipients[i]);
	json_array_end(json);
	json_number(json, "refused", message->refused_count);
}

static void add_message(struct json *json, const struct message *message)
{
	struct message_summary summary;

	message_parse_header(
		&summary, message->header.length > 0 ? message->header : message->text);
	json_object(json, NULL, JSON_SHORT);
	json_number(json, "number", message->number);
	json_number(json, "octets", message->octets);
	json_number(json, "missing", message->missing);
	add_hash(json, message->sha256, message->has_sha256);
	json_bool(json, "complete", message->is_complete);
	if (message->from == SIDE_CLIENT)
		json_bool(json, "accepted", message->is_accepted);
	add_envelope(json, message, &summary);
	add_optional(json, "subject", summary.subject);
	add_header(json, message, &summary);
	add_optional(json, "reply", message->reply);
	json_number(json, "first_frame", message->first_frame);
	json_number(json, "last_frame", message->last_frame);
	json_object_end(json);
	message_fini(&summary);
}

static void add_finding(struct json *json, const struct finding *finding)
{
	const struct finding_rule *rule = finding_rule(finding->id);
	const struct finding_advice *advice = finding_advice(finding->id);

	json_object(json, NULL, JSON_SHORT);
	json_text(json, "id", rule->name);
	json_text(json, "severity", severity_name(rule->severity));
	json_text(json, "requirement", requirement_name(advice->requirement));
	add_optional(json, "rfc", span_text(rule->rfc));
	json_text(json, "side", side_name(finding->side));
	if (finding->frame > 0)
		json_number(json, "frame", finding->frame);
	else
		json_null(json, "frame");
	if (finding->line > 0)
		json_number(json, "line", finding->line);
	else
		json_null(json, "line");
	json_text(json, "text", _(rule->text));
	if (finding->detail.length > 0)
		json_span(json, "detail", finding->detail);
	json_text(json, "meaning", _(advice->means));
	json_text(json, "advice", _(advice->advice));
	json_object_end(json);
}

static void add_ledger(struct json *json, const struct ledger *ledger)
{
	const struct {
		const char *name;
		uint64_t value;
	} rows[] = {
		{"frames", ledger->frames},
		{"wire", ledger->wire},
		{"link", ledger->link},
		{"network", ledger->network},
		{"transport", ledger->transport},
		{"payload", ledger->payload},
		{"again", ledger->again},
		{"tls", ledger->tls},
		{"dialogue", ledger->dialogue},
		{"message", ledger->message},
		{"stuffing", ledger->stuffing},
		{"retransmissions", ledger->retransmissions},
		{"out_of_order", ledger->out_of_order},
		{"duplicate_acks", ledger->duplicate_acks},
		{"zero_windows", ledger->zero_windows},
		{"resets", ledger->resets},
	};

	json_object(json, "ledger", JSON_SHORT);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		json_number(json, rows[i].name, rows[i].value);
	json_seconds(json, "round_trip", ledger->round_trip);
	json_object_end(json);
}

static void add_statistics(struct json *json, const struct session *session, enum json_shape shape)
{
	json_object(json, "statistics", shape);
	add_ledger(json, &session->ledger);
	json_array(json, "phases", shape);
	for (size_t i = 0; i < PHASE_COUNT; i++) {
		const struct phase_time *phase = &session->phases[i];

		if (phase->time == 0 && phase->round_trips == 0)
			continue;
		json_object(json, NULL, JSON_SHORT);
		json_text(json, "name", phase_name((enum phase)i));
		json_seconds(json, "time", phase->time);
		json_number(json, "round_trips", phase->round_trips);
		json_object_end(json);
	}
	json_array_end(json);
	json_object_end(json);
}

static void add_facts(struct json *json, const struct session *session)
{
	json_text(json, "capture", session->capture != NULL ? session->capture : "");
	json_number(json, "session", session->number);
	json_text(json, "protocol", protocol_name(session->protocol));
	json_text(json, "transport", transport_name(session->transport));
	add_endpoint(json, "client", &session->client);
	add_endpoint(json, "server", &session->server);
	add_start(json, session->start);
	json_seconds(json, "duration", session->end - session->start);
	json_text(json, "outcome", outcome_name(session->outcome));
	json_bool(json, "complete", session->is_complete);
	add_optional(json, "user", session->user);
	json_number(json, "first_frame", session->first_frame);
	json_number(json, "last_frame", session->last_frame);
	add_tls(json, session);
}

static void add_parts(
	struct json *json, const struct session *session, const struct view_options *options)
{
	enum json_shape shape = options->format == FORMAT_JSON ? JSON_LONG : JSON_SHORT;

	if (options->with_streams) {
		json_object(json, "streams", shape);
		add_stream(json, "client", &session->streams[SIDE_CLIENT]);
		add_stream(json, "server", &session->streams[SIDE_SERVER]);
		json_object_end(json);
	}
	json_array(json, "lines", shape);
	for (size_t i = 0; i < session->line_count; i++)
		add_line(json, session, &session->lines[i], options);
	json_array_end(json);
	json_array(json, "messages", shape);
	for (size_t i = 0; i < session->message_count; i++)
		add_message(json, &session->messages[i]);
	json_array_end(json);
	json_array(json, "findings", shape);
	for (size_t i = 0; i < session->finding_count; i++)
		add_finding(json, &session->findings[i]);
	json_array_end(json);
	if (session->findings_dropped > 0)
		json_number(json, "findings_dropped", session->findings_dropped);
	if (options->with_statistics)
		add_statistics(json, session, shape);
}

void view_json_begin(struct buffer *out, const struct view_options *options)
{
	if (options->format == FORMAT_JSON)
		buffer_add_byte(out, '[');
}

void view_json_separator(struct buffer *out, const struct view_options *options)
{
	if (options->format == FORMAT_JSON)
		buffer_add_byte(out, ',');
}

void view_json_end(struct buffer *out, const struct view_options *options)
{
	if (options->format == FORMAT_JSON)
		buffer_add_text(out, "\n]\n");
}

void view_json(
	struct buffer *out, const struct session *session, const struct view_options *options)
{
	bool is_array = options->format == FORMAT_JSON;
	struct json json;

	if (is_array)
		buffer_add_text(out, "\n  ");
	json_init(&json, out, is_array ? 2 : 0);
	json_object(&json, NULL, is_array ? JSON_LONG : JSON_SHORT);
	add_facts(&json, session);
	add_parts(&json, session, options);
	json_object_end(&json);
	if (!is_array)
		buffer_add_byte(out, '\n');
}
