#include "dissect/recorder_parts.h"

#include "base/limits.h"
#include "dissect/outcome.h"

#include <stdio.h>

static bool wants_messages(const struct recorder *recorder)
{
	return recorder->wants->headers || recorder->wants->texts || recorder->wants->hashes ||
	       recorder_wants_lines(recorder);
}

static bool wants_rows(const struct recorder *recorder)
{
	return recorder->wants->rows || recorder->wants->all_rows || recorder->wants->segments;
}

void recorder_message_count(struct recorder *recorder, const struct mail_event *event)
{
	if (event->kind == MAIL_MESSAGE_BEGIN) {
		recorder->in_message[event->side] = true;
		recorder->message_octets = recorder->message_missing = 0;
		recorder->message_number++;
		recorder->previews += outcome_is_preview(event);
		if (wants_rows(recorder))
			header_scan_clear(&recorder->row_fields);
		return;
	}
	recorder->message_octets += event->text.length;
	if (wants_rows(recorder))
		header_scan_add(&recorder->row_fields, event->text);
}

void recorder_message_begin(struct recorder *recorder, const struct mail_event *event)
{
	struct session *session = &recorder->session;
	struct message *message;

	recorder_message_count(recorder, event);
	recorder->header_has_ended = false;
	buffer_clear(&recorder->header);
	buffer_clear(&recorder->text);
	if (!wants_messages(recorder))
		return;
	if (session->message_count >= LIMIT_MESSAGES) {
		recorder_note_limit(recorder, event->side, event->first.frame, "messages");
		return;
	}
	session->messages = arena_grow(&session->arena, session->messages, session->message_count,
		sizeof *session->messages);
	message = &session->messages[session->message_count++];
	*message = (struct message){.number = recorder->message_number,
		.from = event->side,
		.sender = recorder->sender,
		.has_sender = recorder->has_sender,
		.recipients = recorder->recipients,
		.recipient_count = recorder->recipient_count,
		.refused_count = recorder->refused_count,
		.first_frame = event->first.frame,
		.begin = event->first.time};
}

/* The message that is going on; NULL when messages are not kept. */
static struct message *current_message(struct recorder *recorder)
{
	struct session *session = &recorder->session;
	struct message *last =
		session->message_count > 0 ? &session->messages[session->message_count - 1] : NULL;

	return last != NULL && last->number == recorder->message_number ? last : NULL;
}

/* Keeps the header's octets, up to the empty line. */
static void keep_header(struct recorder *recorder, struct span text)
{
	size_t from = recorder->header.length > 3 ? recorder->header.length - 3 : 0;
	size_t end;

	buffer_add_span(&recorder->header, span_first(text, LIMIT_HEADER));
	end = from + span_find(span_from(buffer_span(&recorder->header), from), "\r\n\r\n");
	if (end + 4 <= recorder->header.length) {
		recorder->header.length = end + 2;
		recorder->header_has_ended = true;
	} else if (recorder->header.is_cut) {
		recorder->header_has_ended = true;
	}
}

static void keep_text(struct recorder *recorder, const struct mail_event *event)
{
	if (!buffer_add_span(&recorder->text, event->text))
		recorder_note_limit(
			recorder, event->side, event->last.frame, "octets of a message");
}

void recorder_message_text(struct recorder *recorder, const struct mail_event *event)
{
	recorder_message_count(recorder, event);
	if (!recorder->header_has_ended && recorder->wants->headers)
		keep_header(recorder, event->text);
	if (recorder->wants->texts)
		keep_text(recorder, event);
	if (recorder->wants->hashes)
		recorder_hash_add(&recorder->message_hash, event->text);
}

void recorder_message_end(struct recorder *recorder, const struct mail_event *event)
{
	struct session *session = &recorder->session;
	struct message *message = current_message(recorder);
	struct line *line = recorder_line(recorder,
		event->side == SIDE_CLIENT ? LINE_DATA : LINE_BODY, event->side, event->last);

	recorder->in_message[event->side] = false;
	if (event->side == SIDE_CLIENT)
		recorder_enter(recorder, PHASE_FINAL, event->last.time);
	session->ledger.message += recorder->message_octets;
	session->ledger.stuffing += event->octets > recorder->message_octets
					    ? event->octets - recorder->message_octets
					    : 0;
	if (message != NULL) {
		message->octets = recorder->message_octets;
		message->is_complete = event->is_complete;
		message->last_frame = event->last.frame;
		message->end = event->last.time;
		message->header = arena_copy(&session->arena, buffer_span(&recorder->header));
		if (recorder->wants->texts)
			message->text = arena_copy(&session->arena, buffer_span(&recorder->text));
		message->has_sha256 = recorder->wants->hashes;
		if (message->has_sha256)
			recorder_hash_end(&recorder->message_hash, message->sha256);
	}
	if (line != NULL) {
		recorder_line_begins(recorder, line, event->first);
		line->octets = event->octets;
		line->verb = event->verb;
		line->command = event->asked_number;
		line->message = recorder->message_number;
		line->is_first = line->is_final = true;
		if (message != NULL)
			line->text = message->text;
	}
	outcome_message(recorder, event);
	if (session->transport == TRANSPORT_CLEAR)
		recorder_note(recorder, &(struct finding_note){.id = FINDING_CLEAR_MESSAGE,
						.side = event->side,
						.frame = event->last.frame,
						.line = recorder->line_number,
						.once = true});
}

void recorder_message_gap(struct recorder *recorder, uint64_t octets)
{
	char mark[64];
	struct message *message = current_message(recorder);

	recorder->message_missing += octets;
	if (message != NULL)
		message->missing += octets;
	if (recorder->wants->texts) {
		int length = snprintf(mark, sizeof mark,
			"\r\n[mailscope: %llu octets missing in the capture]\r\n",
			(unsigned long long)octets);

		buffer_add(&recorder->text, mark, (size_t)length);
	}
}
