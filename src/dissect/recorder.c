#include "dissect/recorder.h"

#include "base/limits.h"
#include "base/memory.h"
#include "base/printable.h"
#include "dissect/outcome.h"

#include <stdio.h>
#include <stdlib.h>

void recorder_init(struct recorder *recorder, const struct dissect_wants *wants)
{
	*recorder = (struct recorder){.wants = wants};
	arena_init(&recorder->session.arena);
	buffer_init(&recorder->header, LIMIT_HEADER);
	buffer_init(&recorder->text, LIMIT_MESSAGE);
}

static void recorder_free_hashes(struct recorder *recorder)
{
	EVP_MD_CTX_free(recorder->stream_hashes[0]);
	EVP_MD_CTX_free(recorder->stream_hashes[1]);
	EVP_MD_CTX_free(recorder->message_hash);
	recorder->stream_hashes[0] = recorder->stream_hashes[1] = recorder->message_hash = NULL;
}

static void recorder_free_lists(struct recorder *recorder)
{
	recorder_free_hashes(recorder);
	free(recorder->frames[0].frames);
	free(recorder->frames[1].frames);
	free(recorder->steps);
}

void recorder_fini(struct recorder *recorder)
{
	recorder_free_lists(recorder);
	buffer_fini(&recorder->header);
	buffer_fini(&recorder->text);
	arena_fini(&recorder->session.arena);
}

void recorder_clear(struct recorder *recorder)
{
	struct arena arena = recorder->session.arena;
	struct buffer header = recorder->header, text = recorder->text;
	bool had_tls = recorder->session.tls.is_present;
	size_t before_tls = offsetof(struct recorder, session.tls);
	size_t behind_tls = before_tls + sizeof recorder->session.tls;
	const struct dissect_wants *wants = recorder->wants;

	recorder_free_lists(recorder);
	arena_clear(&arena);
	buffer_clear(&header);
	buffer_fini(&text);
	/* The TLS texts are long and mostly unused: they are zeroed only when they were written. */
	memset(recorder, 0, before_tls);
	memset((char *)recorder + behind_tls, 0, sizeof *recorder - behind_tls);
	if (had_tls)
		memset(&recorder->session.tls, 0, sizeof recorder->session.tls);
	recorder->session.arena = arena;
	recorder->header = header;
	recorder->text = text;
	recorder->wants = wants;
}

static bool wants_lines(const struct recorder *recorder)
{
	return recorder->wants->lines && !recorder->drops_lines;
}

static void hash_add(EVP_MD_CTX **hash, struct span bytes)
{
	if (*hash == NULL) {
		*hash = EVP_MD_CTX_new();
		EVP_DigestInit_ex(*hash, EVP_sha256(), NULL);
	}
	EVP_DigestUpdate(*hash, bytes.at, bytes.length);
}

static void hash_end(EVP_MD_CTX **hash, uint8_t *digest)
{
	hash_add(hash, span_of("", 0));
	EVP_DigestFinal_ex(*hash, digest, NULL);
	EVP_MD_CTX_free(*hash);
	*hash = NULL;
}

static void frames_add(struct frame_list *list, uint64_t frame)
{
	if (list->count > 0 && list->frames[list->count - 1] == frame)
		return;
	if (list->count == list->size) {
		list->size = list->size > 0 ? list->size * 2 : 8;
		list->frames = memory_resize(list->frames, list->size, sizeof *list->frames);
	}
	list->frames[list->count++] = frame;
}

void recorder_enter(struct recorder *recorder, enum phase phase, int64_t time)
{
	if (!recorder->wants->statistics)
		return;
	if (recorder->has_phase)
		recorder->session.phases[recorder->phase].time += time - recorder->phase_start;
	recorder->phase = phase;
	recorder->phase_start = time;
	recorder->has_phase = true;
}

void recorder_chunk(struct recorder *recorder, enum side side, const struct chunk *chunk)
{
	if (recorder->wants->hashes)
		hash_add(&recorder->stream_hashes[side], chunk->bytes);
	if (wants_lines(recorder))
		frames_add(&recorder->frames[side], chunk->origin.frame);
	if (recorder->wants->statistics && side == SIDE_SERVER &&
		recorder->last_side == SIDE_CLIENT)
		recorder->session.phases[recorder->phase].round_trips++;
	recorder->last_side = side;
}

void recorder_note(struct recorder *recorder, const struct finding_note *note)
{
	struct session *session = &recorder->session;
	unsigned bit = 1u << (note->id % 32);
	struct finding *finding;

	if (!recorder->wants->findings)
		return;
	if (note->once && (recorder->noted[note->id / 32] & bit) != 0)
		return;
	recorder->noted[note->id / 32] |= bit;
	if (session->finding_count >= LIMIT_FINDINGS) {
		session->findings_dropped++;
		return;
	}
	session->findings = arena_grow(&session->arena, session->findings, session->finding_count,
		sizeof *session->findings);
	finding = &session->findings[session->finding_count++];
	finding->id = note->id;
	finding->side = note->side;
	finding->frame = note->frame;
	finding->line = recorder->line_number;
	finding->detail = note->detail.length > 0 ? arena_copy(&session->arena, note->detail)
						  : span_of(NULL, 0);
}

static void note_octets(struct recorder *recorder, enum finding_id id, enum side side,
	struct origin origin, uint64_t octets)
{
	char detail[48];
	int length = snprintf(detail, sizeof detail, "%llu octets", (unsigned long long)octets);

	recorder_note(recorder, &(struct finding_note){id, side, origin.frame,
					span_of(detail, (size_t)length), false});
}

/* A new line at the end of the session; NULL when lines are not wanted. */
static struct line *recorder_line(
	struct recorder *recorder, enum line_kind kind, enum side side, struct origin last)
{
	struct session *session = &recorder->session;
	struct frame_list *frames = &recorder->frames[side];
	struct line *line;

	recorder->line_number++;
	if (!wants_lines(recorder) || session->line_count >= LIMIT_LINES)
		return NULL;
	if (kind != LINE_GAP)
		frames_add(frames, last.frame);
	session->lines = arena_grow(
		&session->arena, session->lines, session->line_count, sizeof *session->lines);
	line = &session->lines[session->line_count++];
	*line = (struct line){.kind = kind,
		.from = side,
		.time = last.time,
		.begin = last.time,
		.frame = last.frame};
	line->frames = (const uint64_t *)(const void *)arena_copy(
		&session->arena, span_of(frames->frames, frames->count * sizeof *frames->frames))
			       .at;
	line->frame_count = frames->count;
	/* The same packet may carry the beginning of the next line. */
	frames->frames[0] = last.frame;
	frames->count = 1;
	return line;
}

/* What came before the line's first octet does not carry it. */
static void line_begins(struct line *line, struct origin first)
{
	while (line->frame_count > 1 && line->frames[0] < first.frame &&
		line->frames[0] != first.frame) {
		line->frames++;
		line->frame_count--;
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
	line_begins(line, event->first);
	line->text = arena_copy(&recorder->session.arena, event->text);
	if (event->secret.length > 0)
		line->secret = span_of(
			line->text.at + (event->secret.at - event->text.at), event->secret.length);
	line->octets = event->octets;
	line->end = event->end;
	line->code = event->code;
	line->verb = event->verb;
	line->command =
		event->kind == MAIL_COMMAND ? recorder->session.commands : event->asked_number;
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
	recorder->steps[recorder->step_count++] = (struct envelope_step){recorder->session.commands,
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

	recorder->session.commands++;
	recorder_enter(recorder, phase_of(effect), event->first.time);
	if (effect == EFFECT_MAIL || effect == EFFECT_RECIPIENT)
		add_step(recorder, event);
	if (event->part != SASL_PART_NONE)
		take_user(recorder, event);
	add_said(recorder, event, LINE_COMMAND);
	outcome_command(recorder, event);
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

static void add_recipient(struct recorder *recorder, struct span path)
{
	if (recorder->recipient_count >= LIMIT_RECIPIENTS)
		return;
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
		add_recipient(recorder, step->path);
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
		recorder->offers_tls = true;
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
	outcome_reply(recorder, event);
}

static bool wants_messages(const struct recorder *recorder)
{
	return recorder->wants->headers || recorder->wants->texts || recorder->wants->hashes ||
	       wants_lines(recorder);
}

static void begin_message(struct recorder *recorder, const struct mail_event *event)
{
	struct session *session = &recorder->session;
	struct message *message;

	recorder->in_message[event->side] = true;
	recorder->message_octets = recorder->message_wire = recorder->message_missing = 0;
	recorder->header_has_ended = false;
	recorder->message_number++;
	buffer_clear(&recorder->header);
	buffer_clear(&recorder->text);
	if (!wants_messages(recorder))
		return;
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
	return recorder->session.message_count > 0
		       ? &recorder->session.messages[recorder->session.message_count - 1]
		       : NULL;
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

static void record_text(struct recorder *recorder, const struct mail_event *event)
{
	recorder->message_octets += event->text.length;
	recorder->message_wire += event->octets;
	if (!recorder->header_has_ended &&
		(recorder->wants->headers || recorder->wants->rows || recorder->wants->all_rows))
		keep_header(recorder, event->text);
	if (recorder->wants->texts)
		buffer_add_span(&recorder->text, event->text);
	if (recorder->wants->hashes)
		hash_add(&recorder->message_hash, event->text);
}

static void end_message(struct recorder *recorder, const struct mail_event *event)
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
			hash_end(&recorder->message_hash, message->sha256);
	}
	if (line != NULL) {
		line_begins(line, event->first);
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
						.once = true});
	if (!event->is_complete && recorder->message_missing == 0)
		recorder_note(recorder, &(struct finding_note){.id = FINDING_MAIL_MESSAGE_CUT,
						.side = event->side,
						.frame = event->last.frame});
}

static void mark_gap(struct recorder *recorder, uint64_t octets)
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

static void record_gap(struct recorder *recorder, const struct mail_event *event)
{
	struct line *line = recorder_line(recorder, LINE_GAP, event->side, event->last);

	if (line != NULL)
		line->octets = event->octets;
	if (recorder->in_message[event->side])
		mark_gap(recorder, event->octets);
}

static void record_oddity(struct recorder *recorder, const struct mail_event *event)
{
	bool once = event->oddity != ODDITY_UNKNOWN_VERB && event->oddity != ODDITY_FALSE_END;

	recorder_note(recorder, &(struct finding_note){finding_of_oddity(event->oddity),
					event->side, event->last.frame, span_of(NULL, 0), once});
}

void recorder_mail(struct recorder *recorder, const struct mail_event *event)
{
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
		begin_message(recorder, event);
		break;
	case MAIL_MESSAGE_TEXT:
		record_text(recorder, event);
		break;
	case MAIL_MESSAGE_END:
		end_message(recorder, event);
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
	if (event->kind <= MAIL_RESPONSE)
		recorder->session.ledger.dialogue += event->octets;
}

void recorder_missing(struct recorder *recorder, enum side side, uint64_t octets)
{
	recorder->session.streams[side].missing += octets;
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

void recorder_tls(struct recorder *recorder, const struct tls_event *event)
{
	struct session *session = &recorder->session;
	struct buffer name;
	struct line *line;

	if (event->kind == TLS_NOT)
		return;
	if (session->tls.first_frame == 0)
		session->tls.first_frame = event->first.frame;
	if (event->kind == TLS_RECORD)
		session->ledger.tls += event->octets;
	if (event->content == TLS_APPLICATION_DATA && recorder->phase == PHASE_TLS)
		recorder_enter(recorder, PHASE_OTHER, event->first.time);
	line = recorder_line(recorder, event->kind == TLS_GAP ? LINE_GAP : LINE_SEALED, event->side,
		event->last);
	if (line == NULL)
		return;
	line_begins(line, event->first);
	line->octets = event->octets;
	line->is_sealed = event->kind == TLS_RECORD;
	line->is_first = line->is_final = true;
	buffer_init(&name, LIMIT_LINE);
	if (event->kind == TLS_RECORD)
		name_record(event, &name);
	line->text = arena_copy(&session->arena, buffer_span(&name));
	buffer_fini(&name);
}

static void copy_text(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from != NULL ? from : "");
}

static void take_facts(struct session_tls *tls, const struct tls_facts *facts)
{
	tls->is_present = true;
	copy_text(tls->version, sizeof tls->version,
		facts->version != 0 ? tls_version_name(facts->version) : "");
	copy_text(tls->cipher, sizeof tls->cipher,
		facts->has_server_hello ? tls_cipher_name(facts->cipher) : "");
	copy_text(tls->server_name, sizeof tls->server_name, facts->server_name);
	copy_text(tls->subject, sizeof tls->subject, facts->subject);
	copy_text(tls->issuer, sizeof tls->issuer, facts->issuer);
	copy_text(tls->names, sizeof tls->names, facts->names);
	copy_text(tls->alpn, sizeof tls->alpn, facts->alpn);
}

static void note_connection(struct recorder *recorder, const struct connection *connection)
{
	const struct session *session = &recorder->session;
	struct finding_note note = {.frame = connection->last_frame};

	for (int side = 0; side < 2; side++)
		if (session->streams[side].missing > 0) {
			struct origin origin = {connection->last_frame, 0};

			note_octets(recorder, FINDING_GAP, (enum side)side, origin,
				session->streams[side].missing);
		}
	if (!session->has_begin) {
		note.id = FINDING_NO_BEGIN;
		note.frame = connection->first_frame;
		recorder_note(recorder, &note);
	}
	note.frame = connection->last_frame;
	note.id = connection->has_reset ? FINDING_RESET : FINDING_NO_END;
	if (connection->has_reset || !session->has_end)
		recorder_note(recorder, &note);
	note.id = FINDING_OFFER_UNUSED;
	if (recorder->offers_tls && session->transport == TRANSPORT_CLEAR)
		recorder_note(recorder, &note);
	note.id = FINDING_ONE_DIRECTION;
	if ((session->streams[0].octets == 0) != (session->streams[1].octets == 0))
		recorder_note(recorder, &note);
}

static void note_tls(struct recorder *recorder, const struct tls_facts *facts)
{
	struct finding_note note = {.frame = recorder->session.tls.first_frame, .once = true};

	note.id = FINDING_SEALED;
	recorder_note(recorder, &note);
	note.id = FINDING_OLD_TLS;
	if (facts->version != 0 && facts->version < 0x0303)
		recorder_note(recorder, &note);
}

/* What the link layer took is all that nobody else did: its header, padding and trailer. */
static void take_tally(struct ledger *ledger, const struct connection *connection)
{
	const struct tally *tally = &connection->tally;

	ledger->frames = tally->frames;
	ledger->wire = tally->wire;
	ledger->network = tally->network;
	ledger->transport = tally->transport;
	ledger->again = tally->again;
	ledger->payload = tally->payload - tally->again;
	ledger->link = tally->wire - tally->network - tally->transport - tally->payload;
	ledger->retransmissions = tally->retransmissions;
	ledger->out_of_order = tally->out_of_order;
	ledger->duplicate_acks = tally->duplicate_acks;
	ledger->zero_windows = tally->zero_windows;
	ledger->resets = tally->resets;
	ledger->round_trip = connection->analysis != NULL ? connection->analysis->round_trip : 0;
}

static void take_streams(struct recorder *recorder, const struct connection *connection)
{
	for (int side = 0; side < 2; side++) {
		struct stream *stream = &recorder->session.streams[side];

		stream->octets = connection->streams[side].octets;
		stream->has_sha256 = recorder->wants->hashes;
		if (stream->has_sha256)
			hash_end(&recorder->stream_hashes[side], stream->sha256);
	}
}

void recorder_finish(struct recorder *recorder, const struct connection *connection,
	const struct tls_facts *facts)
{
	struct session *session = &recorder->session;

	take_streams(recorder, connection);
	take_tally(&session->ledger, connection);
	session->start = connection->start;
	session->end = connection->end;
	session->first_frame = connection->first_frame;
	session->last_frame = connection->last_frame;
	session->has_begin = connection->has_syn[SIDE_CLIENT] || connection->has_syn[SIDE_SERVER];
	session->is_complete = session->has_begin && session->has_end &&
			       session->streams[0].missing == 0 && session->streams[1].missing == 0;
	recorder_enter(recorder, PHASE_OTHER, connection->end);
	if (facts != NULL)
		take_facts(&session->tls, facts);
	if (recorder->wants->findings) {
		note_connection(recorder, connection);
		if (facts != NULL)
			note_tls(recorder, facts);
	}
	session->messages_seen = recorder->message_number;
	outcome_finish(recorder);
}

struct span recorder_header(const struct recorder *recorder)
{
	return buffer_span(&recorder->header);
}
