#include "dissect/recorder.h"

#include "base/language.h"
#include "base/limits.h"
#include "base/memory.h"
#include "dissect/outcome.h"
#include "dissect/recorder_parts.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	KEPT_HEADER = 4096,    /* octets of room that the next connection finds */
	SEGMENTS_AT_ONCE = 16, /* room for so many more: many sessions keep them at one time */
};

/* Whether all that is wanted of a session can be counted. */
static bool wants_little(const struct dissect_wants *wants)
{
	return !wants->lines && !wants->findings && !wants->hashes && !wants->headers &&
	       !wants->texts && !wants->segments && !wants->statistics;
}

void recorder_init(struct recorder *recorder, const struct dissect_wants *wants)
{
	*recorder = (struct recorder){.wants = wants, .is_terse = wants_little(wants)};
	arena_init(&recorder->session.arena);
	buffer_init(&recorder->header, LIMIT_HEADER);
	header_scan_init(&recorder->row_fields);
	buffer_init(&recorder->text, LIMIT_MESSAGE);
	recorder->session.tls = SESSION_NO_TLS;
	if (wants->findings)
		recorder->manners = memory_new(1, sizeof *recorder->manners);
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
	free(recorder->session.lines);
	free(recorder->session.segments);
}

void recorder_fini(struct recorder *recorder)
{
	recorder_free_lists(recorder);
	free(recorder->manners);
	buffer_fini(&recorder->header);
	header_scan_fini(&recorder->row_fields);
	buffer_fini(&recorder->text);
	arena_fini(&recorder->session.arena);
}

/* A million sessions in a row: what was not set need not be zeroed. */
static void clear_little(struct recorder *recorder)
{
	const size_t begin = offsetof(struct recorder, drops_lines);
	const size_t end = offsetof(struct recorder, row_fields);
	const size_t facts = offsetof(struct recorder, session.capture);
	const size_t behind_facts = offsetof(struct recorder, session.lines);

	memset((char *)recorder + begin, 0, end - begin);
	memset((char *)recorder + facts, 0, behind_facts - facts);
}

static void clear_all(struct recorder *recorder)
{
	struct recorder kept = *recorder;

	recorder_free_lists(recorder);
	arena_clear(&kept.session.arena);
	if (kept.header.size > KEPT_HEADER)
		buffer_fini(&kept.header);
	buffer_clear(&kept.header);
	buffer_fini(&kept.text);
	if (kept.manners != NULL)
		*kept.manners = (struct manners){.offers = 0};
	*recorder = (struct recorder){.wants = kept.wants,
		.is_terse = kept.is_terse,
		.row_fields = kept.row_fields,
		.header = kept.header,
		.text = kept.text,
		.manners = kept.manners,
		.session = {.arena = kept.session.arena, .tls = SESSION_NO_TLS}};
}

void recorder_clear(struct recorder *recorder)
{
	if (LIKELY(recorder->is_terse && !recorder->has_tls))
		clear_little(recorder);
	else
		clear_all(recorder);
}

void recorder_hash_add(EVP_MD_CTX **hash, struct span bytes)
{
	if (*hash == NULL) {
		*hash = EVP_MD_CTX_new();
		EVP_DigestInit_ex(*hash, EVP_sha256(), NULL);
	}
	EVP_DigestUpdate(*hash, bytes.at, bytes.length);
}

void recorder_hash_end(EVP_MD_CTX **hash, uint8_t *digest)
{
	recorder_hash_add(hash, span_of("", 0));
	EVP_DigestFinal_ex(*hash, digest, NULL);
	EVP_MD_CTX_free(*hash);
	*hash = NULL;
}

void recorder_frames_add(struct frame_list *list, uint64_t frame)
{
	if (list->count > 0 && list->frames[list->count - 1] == frame)
		return;
	if (list->count == list->size && list->first > list->size / 2) {
		list->count -= list->first;
		memmove(list->frames, list->frames + list->first,
			list->count * sizeof *list->frames);
		list->first = 0;
	}
	if (list->count - list->first >= LIMIT_FRAMES) {
		list->frames[list->count - 1] = frame;
		return;
	}
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
		recorder_hash_add(&recorder->stream_hashes[side], chunk->bytes);
	if (recorder_wants_lines(recorder))
		recorder_frames_add(&recorder->frames[side], chunk->origin.frame);
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
	finding->line = note->line;
	finding->detail = note->detail.length > 0 ? arena_copy(&session->arena, note->detail)
						  : span_of(NULL, 0);
}

void recorder_note_octets(struct recorder *recorder, struct finding_note note, uint64_t octets)
{
	char detail[48];
	int length = snprintf(detail, sizeof detail, "%llu %s", (unsigned long long)octets,
		language_count("octet", "octets", octets));

	note.detail = span_of(detail, (size_t)length);
	recorder_note(recorder, &note);
}

void recorder_note_limit(
	struct recorder *recorder, enum side side, uint64_t frame, const char *what)
{
	recorder_note(recorder, &(struct finding_note){.id = FINDING_LIMIT,
					.side = side,
					.frame = frame,
					.detail = span_text(_(what)),
					.once = true});
}

void recorder_segment(
	struct recorder *recorder, enum side side, const char *protocol, const struct row *row)
{
	struct session *session = &recorder->session;
	struct segment *segment;

	if (!recorder->wants->segments || recorder->drops_lines ||
		session->segment_count >= LIMIT_LINES)
		return;
	if (session->segment_count % SEGMENTS_AT_ONCE == 0)
		session->segments = memory_resize(session->segments,
			session->segment_count + SEGMENTS_AT_ONCE, sizeof *session->segments);
	segment = &session->segments[session->segment_count++];
	segment->frame = row->number;
	segment->time = session->capture_start + row->time;
	segment->from = side;
	segment->protocol = protocol;
	segment->info = arena_copy(&session->arena, row->info);
}

void recorder_missing(struct recorder *recorder, enum side side, uint64_t octets)
{
	recorder->session.streams[side].missing += octets;
}

/* A text of the session's own; NULL is empty. */
static const char *keep_text(struct session *session, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return "";
	return (const char *)arena_copy(&session->arena, span_of(text, strlen(text) + 1)).at;
}

static void take_facts(struct session *session, const struct tls_facts *facts)
{
	struct session_tls *tls = &session->tls;

	tls->is_present = true;
	if (facts->version != 0)
		tls->version = keep_text(session, tls_version_name(facts->version));
	if (facts->has_server_hello)
		tls->cipher = keep_text(session, tls_cipher_name(facts->cipher));
	tls->server_name = keep_text(session, facts->server_name);
	tls->subject = keep_text(session, facts->subject);
	tls->issuer = keep_text(session, facts->issuer);
	tls->names = keep_text(session, facts->names);
	tls->alpn = keep_text(session, facts->alpn);
}

static bool was_noted(const struct recorder *recorder, enum finding_id id)
{
	return (recorder->noted[id / 32] & 1u << (id % 32)) != 0;
}

static void note_connection(struct recorder *recorder, const struct connection *connection)
{
	const struct session *session = &recorder->session;
	struct finding_note note = {.frame = connection->last_frame};

	/* Gaps are told where they are; those before the protocol was found stand nowhere. */
	for (int side = 0; side < 2 && !was_noted(recorder, FINDING_GAP); side++)
		if (session->streams[side].missing > 0)
			recorder_note_octets(recorder,
				(struct finding_note){.id = FINDING_GAP,
					.side = (enum side)side,
					.frame = connection->first_frame},
				session->streams[side].missing);
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
	note.frame = recorder->offer_frame;
	if (recorder->offers_tls && !recorder->tries_tls && session->transport == TRANSPORT_CLEAR)
		recorder_note(recorder, &note);
	note.frame = connection->first_frame;
	note.id = FINDING_ONE_DIRECTION;
	if (connection->has_sent[SIDE_CLIENT] != connection->has_sent[SIDE_SERVER])
		recorder_note(recorder, &note);
}

static void note_tls(struct recorder *recorder, const struct tls_facts *facts)
{
	struct finding_note note = {.frame = recorder->session.tls.first_frame, .once = true};

	note.id = FINDING_SEALED;
	if (!recorder->session.tls.is_decrypted && recorder->has_data)
		recorder_note(recorder, &note);
	note.id = FINDING_OLD_TLS;
	if (facts->version != 0 && facts->version < 0x0303)
		recorder_note(recorder, &note);
}

/* What the link layer took is all that nobody else did: its header, padding and trailer. */
static void take_tally(struct ledger *ledger, const struct connection *connection)
{
	const struct tally *tally = &connection->analysis->tally;

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
	ledger->round_trip = connection->analysis->round_trip;
}

static void take_streams(struct recorder *recorder, const struct connection *connection)
{
	for (int side = 0; side < 2; side++) {
		struct stream *stream = &recorder->session.streams[side];

		stream->octets = connection->streams[side].octets;
		stream->has_sha256 = recorder->wants->hashes;
		if (stream->has_sha256)
			recorder_hash_end(&recorder->stream_hashes[side], stream->sha256);
	}
}

/* A message whose reply was not seen has the envelope that was answered last. */
static void take_envelope(struct recorder *recorder)
{
	struct session *session = &recorder->session;
	struct message *last =
		session->message_count > 0 ? &session->messages[session->message_count - 1] : NULL;

	if (last == NULL || last->has_sender || last->from != SIDE_CLIENT)
		return;
	last->sender = recorder->sender;
	last->has_sender = recorder->has_sender;
	last->recipients = recorder->recipients;
	last->recipient_count = recorder->recipient_count;
}

static int by_frame(const void *a, const void *b)
{
	const struct segment *first = a, *second = b;

	return first->frame < second->frame ? -1 : first->frame > second->frame;
}

void recorder_finish(struct recorder *recorder, const struct connection *connection,
	const struct tls_facts *facts)
{
	struct session *session = &recorder->session;

	/* Rows that waited were kept later than those behind them. */
	if (session->segment_count > 1)
		qsort(session->segments, session->segment_count, sizeof *session->segments,
			by_frame);
	take_streams(recorder, connection);
	if (connection->analysis != NULL)
		take_tally(&session->ledger, connection);
	session->start = connection->start;
	session->end = connection->end;
	session->first_frame = connection->first_frame;
	session->last_frame = connection->last_frame;
	session->has_begin = connection->has_syn[SIDE_CLIENT] || connection->has_syn[SIDE_SERVER];
	session->is_complete = session->has_begin && session->has_end &&
			       session->streams[0].missing == 0 && session->streams[1].missing == 0;
	recorder_enter(recorder, PHASE_OTHER, connection->end);
	/* STARTTLS without any TLS behind it: what was said in clear is all there is. */
	if (facts != NULL && session->tls.first_frame == 0) {
		facts = NULL;
		session->transport = TRANSPORT_CLEAR;
	}
	if (facts != NULL)
		take_facts(session, facts);
	if (recorder->wants->findings) {
		note_connection(recorder, connection);
		if (facts != NULL)
			note_tls(recorder, facts);
	}
	take_envelope(recorder);
	session->messages_seen = recorder->message_number - recorder->previews;
	session->commands = recorder->commands;
	session->is_logged_in = recorder->is_logged_in;
	if (recorder->wants->findings)
		manners_finish(recorder);
	outcome_finish(recorder);
}

struct span recorder_row_fields(const struct recorder *recorder)
{
	return buffer_span(&recorder->row_fields.fields);
}
