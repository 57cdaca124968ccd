#include "window/reading.h"

#include "base/limits.h"
#include "base/memory.h"
#include "base/printable.h"
#include "capture/capture.h"
#include "dissect/dissect.h"
#include "message/message.h"
#include "message/text.h"
#include "tls/secrets.h"
#include "view/text.h"

#include <stdlib.h>
#include <string.h>

/* What is read now; text is for one text after another. */
struct reader {
	struct reading *reading;
	struct tls_secrets *secrets;
	struct buffer text;
};

static const char *keep(struct reader *reader)
{
	const char *kept = (const char *)arena_copy(
		&reader->reading->arena, span_first(buffer_span(&reader->text), LIMIT_SHOWN_TEXT))
				   .at;

	buffer_clear(&reader->text);
	return kept != NULL ? kept : "";
}

static const char *keep_span(struct reader *reader, struct span span)
{
	printable_add(&reader->text, span);
	return keep(reader);
}

static const char *keep_seconds(struct reader *reader, int64_t time)
{
	text_seconds(&reader->text, time, 6);
	return keep(reader);
}

/* The text of a message in the dialogue: its first lines. */
static void add_block(struct buffer *out, const struct line *line)
{
	struct span rest = line->text;
	size_t lines = 0;

	buffer_printf(out, language_count("%llu octet", "%llu octets", line->octets),
		(unsigned long long)line->octets);
	for (; rest.length > 0 && lines < LIMIT_SHOWN_LINES; lines++) {
		size_t end = span_index(rest, '\n');
		struct span one = span_first(rest, end);

		if (one.length > 0 && one.at[one.length - 1] == '\r')
			one.length--;
		buffer_add_byte(out, '\n');
		printable_add(out, one);
		rest = span_from(rest, end + 1);
	}
	if (rest.length > 0)
		buffer_add_text(out, "\n…");
}

static const char *keep_line(struct reader *reader, const struct line *line)
{
	struct buffer raw;

	if (line->kind == LINE_DATA || line->kind == LINE_BODY) {
		add_block(&reader->text, line);
		return keep(reader);
	}
	buffer_init(&raw, 0);
	text_line(&raw, line, reader->reading->is_redacted);
	printable_add(&reader->text, buffer_span(&raw));
	buffer_fini(&raw);
	if (line->kind == LINE_GAP || line->kind == LINE_SEALED) {
		buffer_add_text(&reader->text, reader->text.length > 0 ? ", " : "");
		buffer_printf(&reader->text,
			line->kind == LINE_GAP
				? language_count(
					  "%llu octet missing", "%llu octets missing", line->octets)
				: language_count("%llu octet", "%llu octets", line->octets),
			(unsigned long long)line->octets);
	}
	return keep(reader);
}

static void take_line(struct reader *reader, const struct session *session, size_t index,
	struct text_explained *explained)
{
	const struct line *line = &session->lines[index];
	struct reading *reading = reader->reading;
	struct shown_session *shown = &reading->sessions[reading->session_count - 1];
	struct shown_line *row = &shown->lines[index];
	uint64_t *frames = arena_new(&reading->arena, (line->frame_count + 1) * sizeof *frames);

	memcpy(frames, line->frame_count > 0 ? line->frames : &line->frame,
		(line->frame_count > 0 ? line->frame_count : 1) * sizeof *frames);
	*row = (struct shown_line){.kind = line->kind,
		.from = line->from,
		.frames = frames,
		.frame_count = line->frame_count > 0 ? line->frame_count : 1,
		.is_sealed = line->is_sealed,
		.is_decrypted = line->is_decrypted};
	row->when = keep_seconds(reader, line->time - session->capture_start);
	row->text = keep_line(reader, line);
	text_decoded(&reader->text, line, reading->is_redacted);
	if (reader->text.length > 0)
		buffer_add_byte(&reader->text, '\n');
	text_explain(&reader->text, session, index, explained);
	while (reader->text.length > 0 && reader->text.at[reader->text.length - 1] == '\n')
		reader->text.length--;
	row->meaning = keep(reader);
}

static void take_findings(struct reader *reader, const struct session *session)
{
	struct reading *reading = reader->reading;

	for (size_t i = 0; i < session->finding_count; i++) {
		const struct finding *finding = &session->findings[i];
		const struct finding_rule *rule = finding_rule(finding->id);
		struct shown_finding *row;

		reading->findings = memory_resize(
			reading->findings, reading->finding_count + 1, sizeof *reading->findings);
		row = &reading->findings[reading->finding_count++];
		buffer_add_text(&reader->text, _(rule->text));
		if (finding->detail.length > 0) {
			buffer_add_text(&reader->text, ": ");
			printable_add(&reader->text, finding->detail);
		}
		*row = (struct shown_finding){.severity = rule->severity,
			.rfc = rule->rfc,
			.frame = finding->frame,
			.line = finding->line,
			.session = session->number};
		row->text = keep(reader);
	}
}

static void take_message(struct reader *reader, const struct session *session, size_t index)
{
	struct reading *reading = reader->reading;
	const struct message *message = &session->messages[index];
	struct message_summary summary;
	struct shown_message *row;

	reading->messages = memory_resize(
		reading->messages, reading->message_count + 1, sizeof *reading->messages);
	row = &reading->messages[reading->message_count++];
	message_parse(&summary, message->text.length > 0 ? message->text : message->header);
	*row = (struct shown_message){.octets = message->octets, .session = session->number};
	row->from = keep_span(reader, summary.from);
	row->to = keep_span(reader, summary.to);
	row->subject = keep_span(reader, summary.subject);
	row->date = keep_span(reader, summary.date);
	message_text_body(&reader->text, &summary);
	row->text = keep(reader);
	message_fini(&summary);
}

static void take_title(struct reader *reader, const struct session *session)
{
	struct shown_session *shown =
		&reader->reading->sessions[reader->reading->session_count - 1];

	static const char *const transports[] = {N_("in clear"), "STARTTLS", "TLS"};

	buffer_printf(&reader->text, "%s, %s", protocol_name(session->protocol),
		_(transports[session->transport]));
	shown->title = keep(reader);
	text_endpoints(&reader->text, session);
	shown->facts = keep(reader);
	shown->outcome = _(outcome_name(session->outcome));
}

static void on_session(void *context, const struct session *session)
{
	struct reader *reader = context;
	struct reading *reading = reader->reading;
	const struct ladder_wants wants = {.is_redacted = reading->is_redacted};
	struct text_explained explained = {0, 0};
	struct shown_session *shown;

	if (reading->session_count == LIMIT_SHOWN_SESSIONS) {
		reading->is_cut = true;
		return;
	}
	reading->sessions = memory_resize(
		reading->sessions, reading->session_count + 1, sizeof *reading->sessions);
	shown = &reading->sessions[reading->session_count++];
	*shown = (struct shown_session){.number = session->number};
	take_title(reader, session);
	shown->lines = memory_new(session->line_count + 1, sizeof *shown->lines);
	shown->line_count = session->line_count;
	for (size_t i = 0; i < session->line_count; i++)
		take_line(reader, session, i, &explained);
	take_findings(reader, session);
	for (size_t i = 0; i < session->message_count; i++)
		take_message(reader, session, i);
	ladder_init(&shown->ladder);
	ladder_add(&shown->ladder, session, &wants);
}

static void on_row(void *context, const struct row *row)
{
	struct reader *reader = context;
	struct reading *reading = reader->reading;
	struct shown_packet *packet;

	if (reading->packet_count == LIMIT_SHOWN_PACKETS) {
		reading->is_cut = true;
		return;
	}
	if ((reading->packet_count & (reading->packet_count - 1)) == 0)
		reading->packets = memory_resize(reading->packets,
			reading->packet_count > 0 ? 2 * reading->packet_count : 1,
			sizeof *reading->packets);
	packet = &reading->packets[reading->packet_count++];
	*packet = (struct shown_packet){.number = row->number,
		.length = row->length,
		.session = row->session,
		.is_from_client = row->is_from_client};
	packet->when = row->has_time ? keep_seconds(reader, row->time) : "";
	packet->source = keep_span(reader, row->source);
	packet->destination = keep_span(reader, row->destination);
	packet->protocol = keep_span(reader, row->protocol);
	packet->info = keep_span(reader, row->info);
}

static void on_secrets(void *context, uint32_t type, struct span text)
{
	const struct reader *reader = context;

	if (type == TLS_SECRETS_DSB)
		(void)tls_secrets_add(reader->secrets, text);
}

static void dissect_all(
	struct reader *reader, struct capture *capture, struct dissect *dissect, GCancellable *stop)
{
	enum step step = STEP_DONE;
	struct frame frame;

	while (!g_cancellable_is_cancelled(stop) &&
		(step = capture_next(capture, &frame, &reader->reading->fail)) == STEP_DONE)
		dissect_frame(dissect, &frame);
	if (step != STEP_FAIL)
		reader->reading->fail.code = FAIL_NONE;
	dissect_end(dissect);
}

static void read_capture(struct reader *reader, GCancellable *stop)
{
	const struct capture_listener heard = {.context = reader, .on_secrets = on_secrets};
	const struct dissect_listener listener = {reader, on_session, on_row};
	const struct dissect_wants wants = {.lines = true,
		.findings = true,
		.headers = true,
		.texts = true,
		.statistics = true,
		.rows = true,
		.settled_rows = true,
		.redacted_rows = reader->reading->is_redacted,
		.secrets = reader->secrets};
	struct capture *capture =
		capture_open(reader->reading->path, &heard, &reader->reading->fail);
	struct dissect *dissect;

	if (capture == NULL)
		return;
	dissect = dissect_new(reader->reading->name, &wants, &listener);
	dissect_all(reader, capture, dissect, stop);
	dissect_free(dissect);
	capture_close(capture);
}

static void in_thread(GTask *task, gpointer source, gpointer data, GCancellable *stop)
{
	struct reader reader = {.reading = data, .secrets = tls_secrets_new(NULL)};

	(void)source;
	buffer_init(&reader.text, 0);
	read_capture(&reader, stop);
	buffer_fini(&reader.text);
	tls_secrets_free(reader.secrets);
	g_task_return_pointer(task, reading_ref(data), reading_unref);
}

void reading_begin(const char *path, bool is_redacted, GCancellable *cancellable,
	GAsyncReadyCallback done, gpointer data)
{
	struct reading *reading = g_new0(struct reading, 1);
	GTask *task = g_task_new(NULL, cancellable, done, data);

	reading->references = 1;
	reading->path = g_strdup(path);
	reading->name = g_path_get_basename(path);
	reading->is_redacted = is_redacted;
	arena_init(&reading->arena);
	g_task_set_task_data(task, reading, reading_unref);
	g_task_run_in_thread(task, in_thread);
	g_object_unref(task);
}

struct reading *reading_end(GAsyncResult *result)
{
	return g_task_propagate_pointer(G_TASK(result), NULL);
}

struct reading *reading_ref(struct reading *reading)
{
	g_atomic_int_inc(&reading->references);
	return reading;
}

void reading_unref(gpointer data)
{
	struct reading *reading = data;

	if (reading == NULL || !g_atomic_int_dec_and_test(&reading->references))
		return;
	for (size_t i = 0; i < reading->session_count; i++) {
		ladder_fini(&reading->sessions[i].ladder);
		free(reading->sessions[i].lines);
	}
	free(reading->sessions);
	free(reading->packets);
	free(reading->findings);
	free(reading->messages);
	arena_fini(&reading->arena);
	g_free(reading->name);
	g_free(reading->path);
	g_free(reading);
}

static int by_number(const void *key, const void *packet)
{
	uint64_t frame = *(const uint64_t *)key,
		 number = ((const struct shown_packet *)packet)->number;

	return frame < number ? -1 : frame > number;
}

struct shown_packet *reading_packet(const struct reading *reading, uint64_t frame)
{
	return reading->packet_count == 0 ? NULL
					  : bsearch(&frame, reading->packets, reading->packet_count,
						    sizeof *reading->packets, by_number);
}
