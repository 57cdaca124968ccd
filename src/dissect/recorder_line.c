#include "dissect/recorder_parts.h"

#include "base/limits.h"
#include "base/memory.h"
#include "dissect/outcome.h"

#include <stdlib.h>

static void copy_frames(
	struct session *session, struct line *line, const uint64_t *frames, size_t count)
{
	uint64_t *copy = arena_new(&session->arena, count * sizeof *copy);

	memcpy(copy, frames, count * sizeof *copy);
	line->frames = copy;
	line->frame_count = count;
}

/* The first frame that further lines may need: that of the line's end, or all of the record that it
 * was opened out of. */
static size_t keep_from(const struct recorder *recorder, const struct line *line, size_t last)
{
	const struct frame_list *list = &recorder->frames[line->from];
	const struct origin *opened = recorder->opened[line->from];

	if (recorder->is_opened && line->frame == opened[1].frame)
		while (last > list->first && list->frames[last - 1] >= opened[0].frame)
			last--;
	return last;
}

/* The frames up to the one that completes the line; that one may carry the beginning of the next,
 * and those behind it what is held back. */
static void take_frames(struct recorder *recorder, struct line *line)
{
	struct session *session = &recorder->session;
	struct frame_list *list = &recorder->frames[line->from];
	size_t last = list->first;

	while (last < list->count && list->frames[last] != line->frame)
		last++;
	if (last == list->count) {
		recorder_frames_add(list, line->frame);
		last = list->count - 1;
	}
	copy_frames(session, line, list->frames + list->first, last - list->first + 1);
	list->first = keep_from(recorder, line, last);
}

struct line *recorder_line(
	struct recorder *recorder, enum line_kind kind, enum side side, struct origin last)
{
	struct session *session = &recorder->session;
	struct line *line;

	recorder->line_number++;
	if (!recorder_wants_lines(recorder))
		return NULL;
	if (session->line_count >= LIMIT_LINES) {
		recorder_note_limit(recorder, side, last.frame, "lines");
		return NULL;
	}
	if (session->line_count == recorder->line_size) {
		recorder->line_size += recorder->line_size / 2 + 8;
		session->lines =
			memory_resize(session->lines, recorder->line_size, sizeof *session->lines);
	}
	line = &session->lines[session->line_count++];
	*line = (struct line){.kind = kind,
		.from = side,
		.time = last.time,
		.begin = last.time,
		.frame = last.frame,
		.is_sealed = recorder->is_opened && kind != LINE_GAP,
		.is_decrypted = recorder->is_opened && kind != LINE_GAP};
	if (kind == LINE_GAP)
		copy_frames(session, line, &last.frame, 1);
	else
		take_frames(recorder, line);
	return line;
}

/* Octets out of an opened record have come with its last frame; all its frames carry them. */
void recorder_line_begins(struct recorder *recorder, struct line *line, struct origin first)
{
	const struct origin *opened = recorder->opened[line->from];
	size_t before = 0;

	if (recorder->is_opened && first.frame == opened[1].frame)
		first = opened[0];
	while (before < line->frame_count && line->frames[before] != first.frame)
		before++;
	if (before < line->frame_count) {
		line->frames += before;
		line->frame_count -= before;
	}
	line->begin = first.time;
}

/* The payload of a SASL line: without code or verb. */
static struct span sasl_payload(const struct mail_event *event)
{
	struct span text = event->text;

	if (event->kind == MAIL_RESPONSE)
		return text;
	if (event->kind == MAIL_CHALLENGE) {
		(void)span_word(&text);
		return text;
	}
	return event->secret;
}

static struct span describe(
	struct recorder *recorder, const struct mail_event *event, bool is_redacted)
{
	struct buffer words;
	struct span copy = {NULL, 0};

	buffer_init(&words, LIMIT_LINE);
	if (sasl_describe(event->mechanism, event->part, sasl_payload(event), is_redacted, &words))
		copy = arena_copy(&recorder->session.arena, buffer_span(&words));
	buffer_fini(&words);
	return copy;
}

static void add_said(struct recorder *recorder, const struct mail_event *event, enum line_kind kind)
{
	struct line *line = recorder_line(recorder, kind, event->side, event->last);
	bool is_sasl = event->kind == MAIL_CHALLENGE || event->kind == MAIL_RESPONSE ||
		       event->secret.length > 0;

	if (line == NULL)
		return;
	recorder_line_begins(recorder, line, event->first);
	line->text = arena_copy(&recorder->session.arena, event->text);
	if (event->secret.length > 0)
		line->secret = span_of(
			line->text.at + (event->secret.at - event->text.at), event->secret.length);
	line->octets = event->octets;
	line->end = event->end;
	line->code = event->code;
	line->verb = event->verb;
	line->command = event->kind == MAIL_COMMAND ? recorder->commands : event->asked_number;
	line->is_first = event->is_first;
	line->is_final = event->is_final;
	line->mechanism = event->mechanism;
	line->part = event->part;
	if (is_sasl && event->mechanism != SASL_NONE) {
		line->decoded = describe(recorder, event, false);
		line->decoded_redacted = describe(recorder, event, true);
	}
}

/* Who logs in: the name that the command or the response tells. */
static void take_user(struct recorder *recorder, const struct mail_event *event)
{
	struct session *session = &recorder->session;
	bool is_raw = event->verb != NULL &&
		      (event->verb->effect == EFFECT_USER || event->mechanism == SASL_APOP);
	struct span payload = sasl_payload(event);
	struct buffer name;

	if (!recorder->wants->lines && !recorder->wants->headers)
		return;
	if (is_raw) {
		payload = event->text;
		(void)span_word(&payload);
	}
	buffer_init(&name, LIMIT_LINE);
	if (sasl_user(event->mechanism, event->part, payload, &name))
		session->user = arena_copy(&session->arena, buffer_span(&name));
	buffer_fini(&name);
}

static void add_step(struct recorder *recorder, const struct mail_event *event)
{
	if (!recorder->wants->headers && !recorder->wants->lines)
		return;
	if (recorder->step_count - recorder->step_first > LIMIT_PENDING)
		recorder->step_first = recorder->step_count = 0;
	if (recorder->step_first == recorder->step_count)
		recorder->step_first = recorder->step_count = 0;
	if (recorder->step_count == recorder->step_size) {
		recorder->step_size = recorder->step_size > 0 ? recorder->step_size * 2 : 8;
		recorder->steps = memory_resize(
			recorder->steps, recorder->step_size, sizeof *recorder->steps);
	}
	recorder->steps[recorder->step_count++] = (struct envelope_step){recorder->commands,
		event->verb->effect, arena_copy(&recorder->session.arena, mail_path(event->text))};
}

static enum phase phase_of(enum verb_effect effect)
{
	static const enum phase phases[] = {
		[EFFECT_NONE] = PHASE_OTHER,
		[EFFECT_HELLO] = PHASE_HELLO,
		[EFFECT_MAIL] = PHASE_MAIL,
		[EFFECT_RECIPIENT] = PHASE_RCPT,
		[EFFECT_DATA] = PHASE_DATA,
		[EFFECT_BDAT] = PHASE_DATA,
		[EFFECT_RESET] = PHASE_OTHER,
		[EFFECT_TLS] = PHASE_TLS,
		[EFFECT_AUTH] = PHASE_LOGIN,
		[EFFECT_USER] = PHASE_LOGIN,
		[EFFECT_PASSWORD] = PHASE_LOGIN,
		[EFFECT_RETRIEVE] = PHASE_FETCH,
		[EFFECT_DELETE] = PHASE_OTHER,
		[EFFECT_QUIT] = PHASE_QUIT,
	};

	return phases[effect];
}

static void record_command(struct recorder *recorder, const struct mail_event *event)
{
	enum verb_effect effect = event->verb != NULL ? event->verb->effect : EFFECT_NONE;

	recorder->commands++;
	recorder->tries_tls = recorder->tries_tls || effect == EFFECT_TLS;
	recorder_enter(recorder, phase_of(effect), event->first.time);
	if (effect == EFFECT_MAIL || effect == EFFECT_RECIPIENT)
		add_step(recorder, event);
	if (event->part != SASL_PART_NONE)
		take_user(recorder, event);
	add_said(recorder, event, LINE_COMMAND);
}

/* Drops the steps before the command that is answered, and takes its own. */
static const struct envelope_step *take_step(struct recorder *recorder, uint32_t command)
{
	while (recorder->step_first < recorder->step_count) {
		const struct envelope_step *step = &recorder->steps[recorder->step_first];

		if (step->command > command)
			return NULL;
		recorder->step_first++;
		if (step->command == command)
			return step;
	}
	return NULL;
}

static void add_recipient(struct recorder *recorder, struct span path, uint64_t frame)
{
	if (recorder->recipient_count >= LIMIT_RECIPIENTS) {
		recorder_note_limit(recorder, SIDE_CLIENT, frame, "recipients");
		return;
	}
	recorder->recipients = arena_grow(&recorder->session.arena, recorder->recipients,
		recorder->recipient_count, sizeof *recorder->recipients);
	recorder->recipients[recorder->recipient_count++] = path;
}

static void answer_step(struct recorder *recorder, const struct mail_event *event)
{
	const struct envelope_step *step = take_step(recorder, event->asked_number);
	bool is_taken = event->code >= 200 && event->code < 300;

	if (step == NULL)
		return;
	if (step->effect == EFFECT_MAIL && is_taken) {
		recorder->sender = step->path;
		recorder->has_sender = true;
		recorder->recipients = NULL;
		recorder->recipient_count = recorder->refused_count = 0;
	} else if (step->effect == EFFECT_RECIPIENT && is_taken) {
		add_recipient(recorder, step->path, event->last.frame);
	} else if (step->effect == EFFECT_RECIPIENT) {
		recorder->refused_count++;
	}
}

/* EHLO's reply lines are "250-STARTTLS", CAPA's "STLS" (RFC 3207 4, RFC 2595 4). */
static void look_for_offer(struct recorder *recorder, const struct mail_event *event)
{
	bool is_smtp = recorder->session.protocol == MAIL_SMTP;
	struct span offer = is_smtp ? span_from(event->text, 4) : event->text;

	if (event->verb != NULL && span_is_letters(offer, is_smtp ? "STARTTLS" : "STLS"))
		recorder->offers_tls = true, recorder->offer_frame = event->last.frame;
}

static void record_reply(struct recorder *recorder, const struct mail_event *event)
{
	if (event->is_first && event->kind == MAIL_GREETING)
		recorder_enter(recorder, PHASE_GREETING, event->first.time);
	add_said(recorder, event, event->kind == MAIL_GREETING ? LINE_GREETING : LINE_REPLY);
	if (recorder->wants->findings)
		look_for_offer(recorder, event);
	if (!event->is_final)
		return;
	if (event->asked_number != 0)
		answer_step(recorder, event);
	if (event->kind == MAIL_GREETING)
		outcome_greeting(recorder, event);
	else
		outcome_reply(recorder, event);
}

/* The gap's line was the last. */
static void note_gap(struct recorder *recorder, enum side side, uint64_t frame, uint64_t octets)
{
	recorder_note_octets(recorder,
		(struct finding_note){.id = FINDING_GAP,
			.side = side,
			.frame = frame,
			.line = recorder->line_number},
		octets);
}

static void record_gap(struct recorder *recorder, const struct mail_event *event)
{
	struct line *line = NULL;

	if (!recorder->hides_gaps)
		line = recorder_line(recorder, LINE_GAP, event->side, event->last);
	if (line != NULL)
		line->octets = event->octets;
	if (!recorder->hides_gaps)
		note_gap(recorder, event->side, event->last.frame, event->octets);
	if (recorder->in_message[event->side])
		recorder_message_gap(recorder, event->octets);
}

static void record_oddity(struct recorder *recorder, const struct mail_event *event)
{
	struct finding_note note = {.id = finding_of_oddity(event->oddity),
		.side = event->side,
		.frame = event->last.frame,
		.line = recorder->line_number +
			recorder->in_message[event->side], /* its line comes at its end */
		.once = event->oddity != ODDITY_UNKNOWN_VERB && event->oddity != ODDITY_FALSE_END};

	/* Of a message with a hole in it the missing octets are told. */
	if (event->oddity == ODDITY_MESSAGE_CUT && recorder->message_missing > 0)
		return;
	recorder_note(recorder, &note);
}

/* What the table of sessions says is counted, nothing is written down. */
void recorder_count(struct recorder *recorder, const struct mail_event *event)
{
	switch (event->kind) {
	case MAIL_COMMAND:
		recorder->commands++;
		break;
	case MAIL_GREETING:
		if (event->is_final)
			outcome_greeting(recorder, event);
		break;
	case MAIL_REPLY:
		if (event->is_final)
			outcome_reply(recorder, event);
		break;
	case MAIL_MESSAGE_BEGIN:
	case MAIL_MESSAGE_TEXT:
		recorder_message_count(recorder, event);
		break;
	case MAIL_MESSAGE_END:
		recorder->in_message[event->side] = false;
		outcome_message(recorder, event);
		break;
	default:
		break;
	}
}

void recorder_mail(struct recorder *recorder, const struct mail_event *event)
{
	if (recorder->is_terse) {
		recorder_count(recorder, event);
		return;
	}
	switch (event->kind) {
	case MAIL_GREETING:
	case MAIL_REPLY:
		record_reply(recorder, event);
		break;
	case MAIL_COMMAND:
		record_command(recorder, event);
		break;
	case MAIL_CHALLENGE:
		add_said(recorder, event, LINE_CHALLENGE);
		break;
	case MAIL_RESPONSE:
		take_user(recorder, event);
		add_said(recorder, event, LINE_RESPONSE);
		break;
	case MAIL_MESSAGE_BEGIN:
		recorder_message_begin(recorder, event);
		break;
	case MAIL_MESSAGE_TEXT:
		recorder_message_text(recorder, event);
		break;
	case MAIL_MESSAGE_END:
		recorder_message_end(recorder, event);
		break;
	case MAIL_GAP:
		record_gap(recorder, event);
		break;
	case MAIL_ODDITY:
		record_oddity(recorder, event);
		break;
	case MAIL_TLS:
	case MAIL_TLS_BYTES:
		break;
	}
	if (recorder->wants->findings)
		manners_event(recorder, event);
	if (event->kind <= MAIL_RESPONSE)
		recorder->session.ledger.dialogue += event->octets;
}

static void name_record(const struct tls_event *event, struct buffer *out)
{
	for (size_t i = 0; i < event->name_count; i++) {
		if (i > 0)
			buffer_add_text(out, ", ");
		buffer_add_text(out, event->names[i]);
	}
	if (event->name_count == 0)
		buffer_add_text(out, "Handshake, continued");
}

/* Whether the record is the first behind the handshake: in TLS 1.3 the handshake looks like data,
 * and the client's first sealed record ends it. */
static bool is_behind_handshake(
	struct recorder *recorder, const struct tls_event *event, const struct tls_facts *facts)
{
	bool had_finished = recorder->client_has_finished;

	if (event->content != TLS_APPLICATION_DATA)
		return false;
	if (facts->version < 0x0304)
		return true;
	recorder->client_has_finished = had_finished || event->side == SIDE_CLIENT;
	return had_finished;
}

static void note_alert(struct recorder *recorder, const struct tls_event *event)
{
	const char *name = event->name_count > 0 ? event->names[0] : "";

	recorder->has_alert = recorder->has_alert || strstr(name, "Fatal") != NULL;
	if (strstr(name, "Fatal") != NULL)
		recorder_note(recorder, &(struct finding_note){.id = FINDING_ALERT,
						.side = event->side,
						.frame = event->last.frame,
						.detail = span_text(name),
						.line = recorder->line_number});
}

/* What a record tells of the session beside its line. */
static void record_tls(
	struct recorder *recorder, const struct tls_event *event, const struct tls_facts *facts)
{
	struct session *session = &recorder->session;

	if (session->tls.first_frame == 0) {
		session->tls.first_frame = event->first.frame;
		recorder_enter(recorder, PHASE_TLS, event->first.time);
	}
	if (event->kind == TLS_RECORD)
		session->ledger.tls += event->octets;
	if (is_behind_handshake(recorder, event, facts)) {
		recorder->has_data = true;
		if (recorder->phase == PHASE_TLS)
			recorder_enter(recorder, PHASE_OTHER, event->first.time);
	}
	if (event->is_refused)
		recorder_note(recorder, &(struct finding_note){.id = FINDING_UNOPENED,
						.side = event->side,
						.frame = event->last.frame,
						.once = true});
}

void recorder_tls(
	struct recorder *recorder, const struct tls_event *event, const struct tls_facts *facts)
{
	struct session *session = &recorder->session;
	struct buffer name;
	struct line *line;

	if (event->kind == TLS_NOT)
		return;
	recorder->has_tls = true;
	record_tls(recorder, event, facts);
	line = recorder_line(recorder, event->kind == TLS_GAP ? LINE_GAP : LINE_SEALED, event->side,
		event->last);
	if (event->kind == TLS_GAP)
		note_gap(recorder, event->side, event->last.frame, event->octets);
	else if (event->content == TLS_ALERT && !event->is_sealed)
		note_alert(recorder, event);
	if (line == NULL)
		return;
	recorder_line_begins(recorder, line, event->first);
	line->octets = event->octets;
	line->is_sealed = event->kind == TLS_RECORD;
	line->is_decrypted = event->is_opened;
	line->is_first = line->is_final = true;
	buffer_init(&name, LIMIT_LINE);
	if (event->kind == TLS_RECORD)
		name_record(event, &name);
	line->text = arena_copy(&session->arena, buffer_span(&name));
	buffer_fini(&name);
}

void recorder_opened(struct recorder *recorder, const struct tls_event *event)
{
	struct session *session = &recorder->session;

	recorder->has_tls = recorder->is_opened = session->tls.is_decrypted = true;
	recorder->opened[event->side][0] = event->first;
	recorder->opened[event->side][1] = event->last;
	session->ledger.tls += event->octets - event->payload.length;
	if (recorder->phase == PHASE_TLS)
		recorder_enter(recorder, PHASE_OTHER, event->first.time);
}
