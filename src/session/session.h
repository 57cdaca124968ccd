/* session/session.h: what is true of one mail connection: plain data, read-only once handed on. */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "base/arena.h"
#include "base/chunk.h"
#include "base/language.h"
#include "mail/mail.h"
#include "session/finding.h"

struct endpoint {
	uint8_t address[16];
	uint8_t family; /* 4 or 6 */
	uint16_t port;
};

enum transport { TRANSPORT_CLEAR, TRANSPORT_STARTTLS, TRANSPORT_TLS };

enum line_kind {
	LINE_GREETING,
	LINE_COMMAND,
	LINE_REPLY,
	LINE_CHALLENGE,
	LINE_RESPONSE,
	LINE_DATA,   /* the text of a message sent by SMTP */
	LINE_BODY,   /* the text of a message fetched by POP3 */
	LINE_SEALED, /* a TLS record that was not opened */
	LINE_GAP,    /* octets that the capture lacks */
};

struct line {
	enum line_kind kind;
	enum side from;
	struct span text;    /* without line end; data and body: the message when its text was asked
			      * for, else empty;    sealed: the record's name ("Application Data") */
	struct span secret;  /* part of text; empty if none */
	struct span decoded; /* SASL lines: in words; empty if there is nothing to decode */
	struct span decoded_redacted; /* the same with the secret hidden */
	uint64_t octets; /* on the wire, line end, stuffing, final dot and record header included */
	enum line_end end;
	const uint64_t *frames; /* the frames that carry it, in order */
	size_t frame_count;
	int64_t begin, time;     /* of its first and its last octet, ns since 1970 */
	uint64_t frame;          /* the frame that completes it */
	int code;                /* replies; POP3: 1 for +OK, -1 for -ERR; 0: none */
	const struct verb *verb; /* commands: theirs; replies and texts: that of the command they
				    answer; may be NULL */
	uint32_t command; /* number of the command in the session that this is, or answers; 0: none
			   */
	uint32_t message; /* data, body: number of its message, from 1; 0: none */
	bool is_first, is_final;      /* within a reply of several lines */
	bool is_sealed, is_decrypted; /* crossed the network inside TLS; and was opened */
	enum sasl_mechanism mechanism;
	enum sasl_part part;
};

struct message {
	uint32_t number;    /* from 1 */
	enum side from;     /* client: sent by SMTP, server: fetched by POP3 */
	uint64_t octets;    /* with stuffing undone, the last CRLF in */
	uint64_t missing;   /* octets the capture lacks inside */
	uint8_t sha256[32]; /* of those octets */
	bool has_sha256;
	bool is_sent;                  /* SMTP: to its last octet, as far as was seen */
	bool is_complete, is_accepted; /* the end was seen; the final reply was positive (SMTP) */
	struct span header; /* the first LIMIT_HEADER octets of the header, as they came */
	struct span text; /* the whole message when asked for, else empty; gaps are marked in it */
	struct span sender; /* MAIL FROM's path, without brackets */
	bool has_sender;
	struct span *recipients;               /* accepted RCPT TO paths */
	size_t recipient_count, refused_count; /* refused recipients */
	uint64_t first_frame, last_frame;
	int64_t begin, end; /* of its text */
	struct span reply;  /* the final reply's text ("250 2.0.0 queued as ...") */
};

/* Time and round trips by phase: from the first packet of a phase to that of the next. */
#define PHASES(X)                                                                                  \
	X(CONNECT, N_("connect"))                                                                  \
	X(GREETING, N_("greeting"))                                                                \
	X(HELLO, N_("hello"))                                                                      \
	X(TLS, N_("tls"))                                                                          \
	X(LOGIN, N_("login"))                                                                      \
	X(MAIL, N_("mail"))                                                                        \
	X(RCPT, N_("rcpt"))                                                                        \
	X(DATA, N_("data"))                                                                        \
	X(FINAL, N_("final reply"))                                                                \
	X(FETCH, N_("fetch"))                                                                      \
	X(OTHER, N_("other"))                                                                      \
	X(QUIT, N_("quit"))

enum phase {
#define X(id, name) PHASE_##id,
	PHASES(X)
#undef X
		PHASE_COUNT
};
const char *phase_name(enum phase phase);

struct phase_time {
	int64_t time;         /* ns */
	uint32_t round_trips; /* times the line turned from client to server */
};

/* Octets by layer, from the message down to the wire (both directions). */
struct ledger {
	uint64_t frames, wire;             /* frames and all their octets */
	uint64_t link, network, transport; /* headers */
	uint64_t payload;                  /* TCP payload, each octet once */
	uint64_t again;                    /* TCP payload that was sent again */
	uint64_t tls;                      /* record headers, handshake, tags */
	uint64_t dialogue;                 /* commands, replies */
	uint64_t message;                  /* message octets */
	uint64_t stuffing;                 /* doubled dots, final dots */
	uint32_t retransmissions, out_of_order, duplicate_acks, zero_windows, resets;
	int64_t round_trip; /* SYN to ACK, ns; 0 when not seen */
};

struct stream {
	uint64_t octets;  /* captured, each once */
	uint64_t missing; /* inside the stream */
	uint8_t sha256[32];
	bool has_sha256;
};

struct session_tls {
	bool is_present;
	bool is_decrypted;
	uint64_t first_frame;         /* ClientHello */
	const char *version, *cipher; /* "TLS 1.3", "TLS_AES_256_GCM_SHA384"; empty: not seen */
	const char *server_name, *subject, *issuer, *names, *alpn;
};
#define SESSION_NO_TLS                                                                             \
	(struct session_tls)                                                                       \
	{                                                                                          \
		.version = "", .cipher = "", .server_name = "", .subject = "", .issuer = "",       \
		.names = "", .alpn = ""                                                            \
	}

/* One row of the TCP flow (detail `tcp` of the diagram). */
struct segment {
	uint64_t frame;
	int64_t time;
	enum side from;
	const char *protocol; /* "TCP", "SMTP", "TLSv1.2" */
	struct span info;     /* the Info column */
};

enum outcome {
	OUTCOME_NOTHING,   /* no message was tried */
	OUTCOME_DELIVERED, /* every message sent was accepted */
	OUTCOME_PARTLY,    /* some messages or recipients were refused */
	OUTCOME_REFUSED,   /* sender, recipients or message refused, 5yz */
	OUTCOME_DEFERRED,  /* the same with 4yz */
	OUTCOME_FETCHED,   /* POP3: messages were fetched */
	OUTCOME_LISTED,    /* POP3: logged in, no message fetched */
	OUTCOME_LOGIN_REFUSED,
	OUTCOME_TLS_FAILED, /* an alert ended TLS before anything was said */
	OUTCOME_SEALED,     /* TLS not opened: the outcome cannot be seen */
	OUTCOME_CUT,        /* ended, or the capture ended, inside a command or message */
};
const char *outcome_name(enum outcome outcome);

struct session {
	struct arena arena;  /* all spans and arrays below live here, but for lines and segments */
	const char *capture; /* the file's name without its folders; as it was given where two would
				be alike */
	uint32_t number;     /* from 1 in this capture */
	enum mail_protocol protocol;
	enum transport transport;
	struct endpoint client, server;
	int64_t start, end;    /* first and last packet, ns since 1970 */
	int64_t capture_start; /* first packet of the capture: times in lists are relative to it */
	uint64_t first_frame, last_frame;
	bool is_complete;        /* begins with SYN, ends with FIN or RST, nothing is missing */
	bool has_begin, has_end; /* SYN seen; FIN of both or RST seen */
	enum outcome outcome;
	struct stream streams[2]; /* by enum side */
	uint32_t commands;        /* seen in clear */
	struct span user;         /* who logged in, decoded; empty if unknown */
	bool is_logged_in;
	uint32_t messages_seen; /* sent or fetched, also when messages are not kept */

	struct line *lines;
	size_t line_count;
	struct message *messages;
	size_t message_count;
	struct finding *findings;
	size_t finding_count, findings_dropped;
	struct segment *segments;
	size_t segment_count;

	struct phase_time phases[PHASE_COUNT];
	struct ledger ledger;
	struct session_tls tls;
};

const char *protocol_name(enum mail_protocol protocol); /* "SMTP", "POP3" */
const char *transport_name(enum transport transport);   /* "clear", "starttls", "tls" */
const char *line_kind_name(enum line_kind kind);
const char *side_name(enum side side); /* "client", "server" */

/* Appends "192.0.2.1" or "2001:db8::1" (RFC 5952). */
void endpoint_add_address(struct buffer *out, const struct endpoint *endpoint);

#endif
