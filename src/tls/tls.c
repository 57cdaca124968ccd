#include "tls/tls.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "base/memory.h"
#include "tls/handshake.h"
#include "tls/names.h"
#include "tls/open.h"
#include "tls/record.h"
#include "tls/secrets.h"

#include <stdlib.h>

enum reading {
	READING_START,   /* nothing yet: the first octets must look like TLS */
	READING_RECORDS, /* the next octet is a record's */
	READING_LOST,    /* where the next record begins is not known */
	READING_NOTHING, /* it is no TLS */
};

/* One side's records. */
struct reader {
	enum reading reading;
	uint16_t version;            /* of its last record; 0: none */
	struct record_header header; /* of a record over several chunks */
	struct buffer record;        /* its octets so far, up to the first missing one */
	uint32_t passed;             /* its octets so far, missing ones counted */
	struct origin first;
};

struct tls {
	struct tls_listener listener;
	struct handshake handshake;
	struct reader readers[2];
	bool is_version_sure;              /* facts.record_version is not a ClientHello's */
	const struct tls_secrets *secrets; /* NULL: records stay sealed */
	struct opener *opener;             /* made when there is something to open */
};

struct tls *tls_new(const struct tls_listener *listener)
{
	struct tls *tls = memory_new(1, sizeof *tls);

	tls->listener = *listener;
	handshake_init(&tls->handshake);
	for (size_t side = 0; side < 2; side++)
		buffer_init(&tls->readers[side].record, LIMIT_RECORD);
	return tls;
}

void tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	for (size_t side = 0; side < 2; side++)
		buffer_fini(&tls->readers[side].record);
	handshake_fini(&tls->handshake);
	opener_free(tls->opener);
	free(tls);
}

void tls_use_secrets(struct tls *tls, const struct tls_secrets *secrets)
{
	tls->secrets = secrets;
}

bool tls_has_secrets(const struct tls *tls)
{
	return tls->secrets != NULL && tls->handshake.facts.has_client_hello &&
	       tls_secrets_find(tls->secrets, tls->handshake.hellos.client_random) != NULL;
}

const struct tls_facts *tls_facts(const struct tls *tls)
{
	return &tls->handshake.facts;
}

bool tls_is_inside_record(const struct tls *tls, enum side side)
{
	return tls->readers[side].passed > 0;
}

/* What a side's records say in their headers, as far as it is known; 0: not. */
static uint16_t expected_version(const struct tls *tls, const struct reader *reader)
{
	uint16_t agreed = tls->handshake.facts.version;

	if (agreed > 0)
		return agreed < TLS13 ? agreed
				      : TLS13 - 1; /* RFC 8446 5.1: legacy_record_version */
	return reader->version != SSLV2 ? reader->version : 0;
}

/* After octets that were no record a header must agree with what is known. */
static enum step read_next(const struct tls *tls, const struct reader *reader, struct span bytes,
	struct record_header *header)
{
	uint16_t version = expected_version(tls, reader);
	enum step step;

	if (reader->reading == READING_START)
		return record_read_first(bytes, header);
	step = record_read_header(bytes, header);
	if (reader->reading == READING_LOST && version > 0 && bytes.length > 2 &&
		bytes.at[2] != (version & 0xff))
		return STEP_FAIL;
	return step;
}

/* Where inside the bytes a record begins: its header agrees with what is known, and so does what
 * follows the record, if that is there. The offset, at least the one given, or bytes.length. */
static size_t find_record(
	const struct tls *tls, const struct reader *reader, struct span bytes, size_t offset)
{
	struct record_header header;

	if (expected_version(tls, reader) == 0)
		return bytes.length;
	for (; offset + HEADER <= bytes.length; offset++) {
		struct span rest;

		offset += span_index(span_from(bytes, offset + 1), 3); /* the major version */
		rest = span_from(bytes, offset);
		if (read_next(tls, reader, rest, &header) != STEP_DONE)
			continue;
		if (read_next(tls, reader, span_from(rest, header.octets), &header) != STEP_FAIL)
			return offset;
	}
	return bytes.length;
}

/* RFC 6520 4 */
static void name_heartbeat(struct tls_event *event, bool is_ciphered)
{
	const char *name = event->payload.length > 0 && (!is_ciphered || event->is_opened)
				   ? names_heartbeat(event->payload.at[0])
				   : NULL;

	event->is_sealed = name == NULL;
	handshake_name(event, name != NULL ? name : "Encrypted Heartbeat");
}

/* Two octets are an alert in clear, for encryption would have added to them. */
static void name_alert(struct tls_event *event)
{
	if ((event->octets == HEADER + 2 || event->is_opened) && event->payload.length == 2) {
		handshake_name(event, names_alert(event->payload.at[0], event->payload.at[1]));
		return;
	}
	event->is_sealed = true;
	handshake_name(event, "Encrypted Alert");
}

static void read_change_cipher(struct tls *tls, struct tls_event *event)
{
	handshake_name(event, "Change Cipher Spec");
	handshake_change_cipher(&tls->handshake, event->side);
	if (tls->opener != NULL && tls->handshake.facts.version != TLS13)
		opener_change_cipher(tls->opener, event->side);
}

/* After an opened message of TLS 1.3 that says so the side has other keys (RFC 8446 4.4.4, 4.6.3).
 */
static void turn_keys(struct tls *tls, enum side side)
{
	struct handshake *handshake = &tls->handshake;

	if (handshake->has_finished[side])
		opener_end_handshake(tls->opener, side);
	if (handshake->has_updated[side])
		opener_update(tls->opener, side);
	handshake->has_finished[side] = handshake->has_updated[side] = false;
}

static void read_handshake(struct tls *tls, struct tls_event *event)
{
	handshake_read(&tls->handshake, event);
	if (event->is_opened)
		turn_keys(tls, event->side);
}

static void read_record(struct tls *tls, struct tls_event *event)
{
	struct handshake *handshake = &tls->handshake;

	if (event->content == TLS_APPLICATION_DATA) {
		event->is_sealed = !event->is_opened;
		handshake_name(event, "Application Data");
		handshake_drop(handshake, event->side);
	} else if (event->octets == HEADER || (event->is_opened && event->payload.length == 0)) {
		handshake_name(event, "[Malformed Packet]");
	} else if (event->version == SSLV2) {
		handshake_read_sslv2(handshake, event);
	} else if (event->content == TLS_HANDSHAKE) {
		read_handshake(tls, event);
	} else if (event->content == TLS_CHANGE_CIPHER_SPEC) {
		read_change_cipher(tls, event);
	} else if (event->content == TLS_ALERT) {
		name_alert(event);
	} else {
		name_heartbeat(event, handshake->is_ciphered[event->side]);
	}
}

/* A ClientHello's record says an old version for old servers' sake; any other record is right. */
static void note_version(struct tls *tls, const struct tls_event *event)
{
	bool is_hello = event->content == TLS_HANDSHAKE && event->payload.length > 0 &&
			event->payload.at[0] == CLIENT_HELLO;

	if (tls->is_version_sure || (is_hello && tls->handshake.facts.record_version > 0))
		return;
	tls->handshake.facts.record_version = event->version;
	tls->is_version_sure = !is_hello;
}

/* Whether records of this side are encrypted: with TLS 1.3 they say so themselves. */
static bool is_ciphered(const struct tls *tls, const struct tls_event *event)
{
	return event->content == TLS_APPLICATION_DATA || tls->handshake.is_ciphered[event->side];
}

/* Puts what is sealed in the record into the event, if there are keys. Every encrypted record comes
 * by here, for they are counted. */
static void open_record(struct tls *tls, struct tls_event *event)
{
	struct sealed_record record = {event->side, event->content, event->version, event->payload};
	struct span plain;

	if (event->octets != HEADER + event->payload.length) {
		opener_skip(tls->opener, event->side, 1);
		return;
	}
	switch (opener_open(tls->opener, &tls->handshake, &record, &plain)) {
	case OPENING_DONE:
		event->content = record.content;
		event->payload = plain;
		event->is_opened = true;
		break;
	case OPENING_REFUSED:
		event->is_refused = true;
		break;
	case OPENING_NO_KEYS:
		break;
	}
}

/* Whether there may be something to open. */
static bool need_opener(struct tls *tls)
{
	if (tls->secrets == NULL)
		return false;
	if (tls->opener == NULL && !tls_secrets_is_empty(tls->secrets))
		tls->opener = opener_new(tls->secrets);
	return tls->opener != NULL;
}

/* A record is whole, or all that will come of it has come; it may lack octets. */
static void end_record(struct tls *tls, enum side side, const struct record_header *header,
	struct span bytes, struct origin origin)
{
	struct reader *reader = &tls->readers[side];
	struct tls_event event = {
		.kind = TLS_RECORD,
		.side = side,
		.content = header->content,
		.version = header->version,
		.octets = header->octets,
		.payload = span_from(bytes, header->length),
		.first = reader->first,
		.last = origin,
	};

	reader->reading = READING_RECORDS;
	reader->version = header->version;
	note_version(tls, &event);
	if (need_opener(tls) && is_ciphered(tls, &event))
		open_record(tls, &event);
	read_record(tls, &event);
	event.is_sealed = event.is_sealed && !event.is_opened; /* however odd its inside is */
	if (bytes.length < header->octets)
		handshake_drop(&tls->handshake, side);
	tls->listener.on_event(tls->listener.context, &event);
}

static void forget_record(struct reader *reader)
{
	buffer_fini(&reader->record);
	reader->header = (struct record_header){0};
	reader->passed = 0;
}

static void end_split_record(struct tls *tls, enum side side, struct origin origin)
{
	struct reader *reader = &tls->readers[side];

	end_record(tls, side, &reader->header, buffer_span(&reader->record), origin);
	forget_record(reader);
}

/* Wireshark's two names for octets that are no record: the second where it knows a version before
 * TLS 1.3. */
static const char *name_of_unknown(const struct tls *tls)
{
	uint16_t version = tls->handshake.facts.version;

	if (version == 0 && tls->is_version_sure)
		version = tls->handshake.facts.record_version;
	return version == 0 || version >= TLS13 ? "Continuation Data" : "Ignored Unknown Record";
}

/* Octets that are no record: those of earlier chunks that looked like the start of one, and these.
 */
static void ignore(struct tls *tls, enum side side, struct span bytes, struct origin origin)
{
	struct reader *reader = &tls->readers[side];
	struct tls_event event = {
		.kind = TLS_RECORD,
		.side = side,
		.octets = reader->passed + (uint32_t)bytes.length,
		.is_sealed = true,
		.payload = bytes,
		.first = reader->first,
		.last = origin,
	};

	forget_record(reader);
	handshake_drop(&tls->handshake, side);
	if (tls->opener != NULL)
		opener_skip(tls->opener, side, 1 + event.octets / OPEN_SMALLEST);
	handshake_name(&event, name_of_unknown(tls));
	tls->listener.on_event(tls->listener.context, &event);
}

/* The first octets are no TLS. */
static void refuse(struct tls *tls, enum side side, struct origin origin)
{
	struct reader *reader = &tls->readers[side];
	struct tls_event event = {
		.kind = TLS_NOT,
		.side = side,
		.octets = reader->passed,
		.first = reader->first,
		.last = origin,
	};

	forget_record(reader);
	reader->reading = READING_NOTHING;
	tls->listener.on_event(tls->listener.context, &event);
}

/* These octets go on with no record; what is left of them when one begins inside. */
static struct span lose(struct tls *tls, enum side side, struct span bytes, struct origin origin)
{
	struct reader *reader = &tls->readers[side];
	size_t offset;

	if (reader->reading == READING_START) {
		refuse(tls, side, origin);
		return span_of(NULL, 0);
	}
	reader->reading = READING_LOST;
	offset = find_record(tls, reader, bytes, reader->passed > 0 ? 0 : 1);
	ignore(tls, side, span_first(bytes, offset), origin);
	return span_from(bytes, offset);
}

/* Moves octets into the record until its header is whole. After octets that were no record, what
 * follows the record must be one too, if it is there. */
static enum step gather_header(const struct tls *tls, struct reader *reader, struct span *bytes)
{
	struct record_header next;
	enum step step = STEP_MORE;

	while (step == STEP_MORE && bytes->length > 0) {
		buffer_add_byte(&reader->record, bytes->at[0]);
		*bytes = span_from(*bytes, 1);
		step = read_next(tls, reader, buffer_span(&reader->record), &reader->header);
	}
	if (step != STEP_DONE || reader->reading != READING_LOST)
		return step;
	return read_next(tls, reader,
		       span_from(*bytes, reader->header.octets - reader->record.length),
		       &next) == STEP_FAIL
		       ? STEP_FAIL
		       : STEP_DONE;
}

/* Takes what the chunk has of a record that is not whole in it; the octets behind that. */
static struct span read_split(
	struct tls *tls, enum side side, struct span bytes, struct origin origin)
{
	struct reader *reader = &tls->readers[side];
	struct span rest = bytes, more;

	if (reader->header.octets == 0) {
		enum step step = gather_header(tls, reader, &rest);

		if (step == STEP_FAIL)
			return lose(tls, side, bytes, origin);
		reader->passed = (uint32_t)reader->record.length;
		if (step == STEP_MORE)
			return rest;
		buffer_reserve(&reader->record, reader->header.octets - reader->passed);
	}
	more = span_first(rest, reader->header.octets - reader->passed);
	if (reader->record.length == reader->passed) /* nothing is missing so far */
		buffer_add_span(&reader->record, more);
	reader->passed += (uint32_t)more.length;
	if (reader->passed == reader->header.octets)
		end_split_record(tls, side, origin);
	return span_from(rest, more.length);
}

size_t tls_feed(struct tls *tls, enum side side, const struct chunk *chunk)
{
	struct reader *reader = &tls->readers[side];
	struct span rest = chunk->bytes;

	while (rest.length > 0 && reader->reading != READING_NOTHING) {
		struct record_header header;

		if (reader->passed == 0) {
			reader->first = chunk->origin;
			if (reader->reading != READING_LOST &&
				read_next(tls, reader, rest, &header) == STEP_DONE &&
				header.octets <= rest.length) {
				end_record(tls, side, &header, span_first(rest, header.octets),
					chunk->origin);
				rest = span_from(rest, header.octets);
				continue;
			}
		}
		rest = read_split(tls, side, rest, chunk->origin);
	}
	return reader->reading == READING_NOTHING ? 0 : chunk->bytes.length;
}

/* A gap that ends inside the record, or with it, leaves the next record's place known. */
void tls_gap(struct tls *tls, enum side side, uint64_t octets, struct origin origin)
{
	struct reader *reader = &tls->readers[side];
	struct tls_event event = {
		.kind = TLS_GAP,
		.side = side,
		.octets = octets < UINT32_MAX ? (uint32_t)octets : UINT32_MAX,
		.first = origin,
		.last = origin,
	};
	bool has_header = reader->header.octets > 0;
	uint32_t left = has_header ? reader->header.octets - reader->passed : 0;

	if (octets == 0 || reader->reading == READING_NOTHING)
		return;
	tls->listener.on_event(tls->listener.context, &event);
	if (tls->opener != NULL)
		opener_skip(tls->opener, side, event.octets / OPEN_SMALLEST);
	if (octets < left) {
		reader->passed += (uint32_t)octets;
		return;
	}
	if (has_header)
		end_split_record(tls, side, origin);
	else if (reader->passed > 0)
		ignore(tls, side, span_of(NULL, 0), origin);
	if (octets > left)
		reader->reading = READING_LOST;
	handshake_drop(&tls->handshake, side);
}

void tls_end(struct tls *tls, enum side side, struct origin origin)
{
	(void)origin;
	buffer_fini(&tls->readers[side].record);
	handshake_drop(&tls->handshake, side);
}
