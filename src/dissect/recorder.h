/* dissect/recorder.h: writes down what happens in a connection as a struct session. */
#ifndef DISSECT_RECORDER_H
#define DISSECT_RECORDER_H

#include "dissect/dissect.h"
#include "dissect/manners.h"
#include "mail/header.h"
#include "net/connection.h"
#include "tls/tls.h"

#include <openssl/evp.h>

/* MAIL and RCPT commands whose replies have not come. */
struct envelope_step {
	uint32_t command;
	enum verb_effect effect;
	struct span path;
};

/* The frames that carried the octets of a direction since its last line ended. */
struct frame_list {
	uint64_t *frames; /* from first to count */
	size_t first, count, size;
};

/* What every packet and line of a tiny session touches stands in front, together. Of a session of
 * which little is wanted, and without TLS, only that is ever set, from drops_lines to offer_frame,
 * and the session's facts, from its capture to messages_seen. */
struct recorder {
	const struct dissect_wants *wants;
	bool is_terse; /* all that is wanted of the session can be counted */
	bool drops_lines;
	bool is_opened;  /* what mail says was opened out of TLS */
	bool hides_gaps; /* another line says why octets are missing */
	bool in_message[2];
	uint8_t phase, last_side; /* enum phase, enum side */
	bool has_phase;
	bool login_refused, sender_refused, sender_deferred, is_logged_in, is_cut;
	bool tries_tls, has_alert,
		has_data;         /* STARTTLS was sent; TLS: a fatal alert; application data */
	bool client_has_finished; /* TLS 1.3: its first sealed record was seen */
	bool offers_tls;          /* STARTTLS or STLS */
	bool has_tls;             /* a record was told, opened or not */
	bool header_has_ended, has_sender;
	bool has_greeting;

	/* for the outcome */
	uint32_t commands;
	uint32_t messages_sent, messages_answered, messages_accepted, messages_refused,
		messages_deferred;
	uint32_t messages_fetched, recipients_accepted, recipients_refused, recipients_deferred;
	uint32_t accepted_before, answered_before; /* recipients, when the transaction began */
	uint32_t message_number; /* of the message that is going on, or was last */
	uint32_t previews;       /* of these messages, by TOP */
	uint32_t line_number;    /* of the last line, also when lines are not kept */
	uint64_t message_octets; /* of that message, stuffing undone */
	uint64_t message_missing;
	uint64_t offer_frame; /* where TLS was offered */

	struct header_scan row_fields; /* of the message, for its row */

	int64_t phase_start;
	struct frame_list frames[2];
	struct origin opened[2][2]; /* by side: where its last opened record begins and ends */
	EVP_MD_CTX *stream_hashes[2], *message_hash;
	struct buffer header, text; /* of the message; kept as far as the views want */

	struct envelope_step *steps;
	size_t next_answered; /* place in session.messages */
	size_t step_count, step_first, step_size;
	size_t line_size; /* session.lines have room for: they grow too often for the arena */
	struct span sender;
	struct span *recipients;
	size_t recipient_count, refused_count;

	unsigned noted[FINDING_COUNT / 32 + 1]; /* findings that are said once a session */
	struct manners *manners;                /* NULL: findings are not wanted */
	struct session session;
};

void recorder_init(struct recorder *recorder, const struct dissect_wants *wants);
void recorder_fini(struct recorder *recorder);

/* Makes the recorder ready for another connection; keeps its memory. */
void recorder_clear(struct recorder *recorder);

/* Bytes of a direction, in order: for hashes, frames, phases. */
void recorder_chunk(struct recorder *recorder, enum side side, const struct chunk *chunk);
void recorder_missing(struct recorder *recorder, enum side side, uint64_t octets);

void recorder_mail(struct recorder *recorder, const struct mail_event *event);

/* The same of a recorder that is_terse: of a reply the last line is enough, of a message its
 * beginning and end. */
void recorder_count(struct recorder *recorder, const struct mail_event *event);
void recorder_tls(
	struct recorder *recorder, const struct tls_event *event, const struct tls_facts *facts);

/* A record of application data that was opened: what mail says of it follows. */
void recorder_opened(struct recorder *recorder, const struct tls_event *event);

/* detail is copied; may be empty. once: at most one of its kind in a session. */
struct finding_note {
	enum finding_id id;
	enum side side;
	uint64_t frame;
	struct span detail;
	bool once;
	uint32_t line; /* that it speaks of, from 1; 0: none */
};
void recorder_note(struct recorder *recorder, const struct finding_note *note);

/* A packet of the connection, for the TCP flow: its row. protocol is a fixed text. */
void recorder_segment(
	struct recorder *recorder, enum side side, const char *protocol, const struct row *row);

/* Enters a phase of the connection at this time. */
void recorder_enter(struct recorder *recorder, enum phase phase, int64_t time);

/* The connection is over: fills what is known only now. facts may be NULL. */
void recorder_finish(struct recorder *recorder, const struct connection *connection,
	const struct tls_facts *facts);

/* What the row of the message's last frame says: its From and Subject fields, as they came. */
struct span recorder_row_fields(const struct recorder *recorder);

#endif
