/* tls/tls.h: TLS: records, handshake messages, what the hellos agree on; and, with the secrets of a
 * connection, what the records seal. */
#ifndef TLS_TLS_H
#define TLS_TLS_H

#include "base/chunk.h"
#include "base/step.h"

/* What is known of a session's TLS; texts live as long as the struct tls. Empty or 0: not seen. */
struct tls_facts {
	uint16_t version;        /* agreed: 0x0303 TLS 1.2, 0x0304 TLS 1.3 (supported_versions) */
	uint16_t record_version; /* of the first record, as long as version is 0 */
	uint16_t cipher;         /* agreed cipher suite */
	char server_name[256];   /* SNI */
	char alpn[64];           /* agreed if visible, else the client's first offer */
	char subject[256], issuer[256]; /* of the server's first certificate (TLS 1.2 and before) */
	char names[512];                /* its subjectAltName DNS names, joined by ", " */
	bool has_client_hello, has_server_hello;
	bool is_resumed; /* final once the server's ChangeCipherSpec or Application Data came */
};

/* content types (RFC 8446 5.1) */
enum tls_content {
	TLS_CHANGE_CIPHER_SPEC = 20,
	TLS_ALERT = 21,
	TLS_HANDSHAKE = 22,
	TLS_APPLICATION_DATA = 23,
	TLS_HEARTBEAT = 24
};

enum tls_event_kind {
	TLS_RECORD, /* a record is complete */
	TLS_GAP,    /* octets are missing; the reader looks for the next record */
	TLS_NOT,    /* the first bytes are no TLS record: tls_feed() consumes nothing of this chunk
		       and no more (octets: of earlier chunks that began like a record, 0 as a rule) */
};

struct tls_event {
	enum tls_event_kind kind;
	enum side side;
	uint8_t content;  /* enum tls_content, the real one when it was opened; 0: octets that are
			   * no record */
	uint16_t version; /* in the record's header; 0x0002: an SSLv2-compatible ClientHello */
	uint32_t octets;  /* of the record with its 5 octets of header; TLS_GAP: missing */
	bool is_sealed;   /* its payload is encrypted */
	bool is_opened;   /* it was encrypted: payload is what was sealed in it */
	bool is_refused;  /* the keys are there, but its authentication failed */
	struct span payload; /* valid during the call; ends early where octets are missing */
	struct origin first, last;
	/* How the packet list names it: "Client Hello", "Certificate" ... one name a handshake
	 * message that ends in this record; "Encrypted Handshake Message", "Application Data",
	 * "Change Cipher Spec", "Encrypted Alert", "Alert (Level: Fatal, Description: Handshake
	 * Failure)", "Ignored Unknown Record", "Continuation Data" (no record, in TLS 1.3),
	 * "[Certificate Fragment]" (a message that begins and does not end), "[Malformed Packet]"
	 * (an empty record). Valid as long as the program. count may be 0 (a handshake message
	 * goes on). */
	const char *names[16];
	size_t name_count;
};

struct tls_listener {
	void *context;
	void (*on_event)(void *context, const struct tls_event *event);
};

struct tls;
struct tls_secrets;

struct tls *tls_new(const struct tls_listener *listener);
void tls_free(struct tls *tls);

/* Records are opened, as far as these secrets fit; borrowed, they may grow meanwhile. NULL: none.
 */
void tls_use_secrets(struct tls *tls, const struct tls_secrets *secrets);

/* Whether the secrets of this connection are there, once its ClientHello was seen. */
bool tls_has_secrets(const struct tls *tls);

/* Feeds the next bytes of one side; the octets consumed: all, or 0 after TLS_NOT for this side. */
size_t tls_feed(struct tls *tls, enum side side, const struct chunk *chunk);

/* Octets are missing. A record whose end is known goes on behind them and has its event then; when
 * they hide its end, it has its event at once, and the octets up to the next record are "Ignored
 * Unknown Record". */
void tls_gap(struct tls *tls, enum side side, uint64_t octets, struct origin origin);

/* The side says no more. A record whose end has not come has no event. */
void tls_end(struct tls *tls, enum side side, struct origin origin);

/* Whether this side is inside a record whose end has not come: the packet is a "segment of a
 * reassembled PDU". */
bool tls_is_inside_record(const struct tls *tls, enum side side);

const struct tls_facts *tls_facts(const struct tls *tls);

/* How people write the version, and how the Protocol column does. */
const char *tls_version_name(uint16_t version); /* "TLS 1.2"; "unknown" */
const char *tls_version_column(
	uint16_t version); /* "TLSv1.2", "TLSv1", "SSLv3"; "TLS" when unknown */

/* "TLS_AES_256_GCM_SHA384"; NULL for an unknown suite. */
const char *tls_cipher_name(uint16_t cipher);

/* Whether bytes look like the start of a TLS record (RFC 8446 5.1): STEP_DONE yes, STEP_FAIL no,
 * STEP_MORE too few. */
enum step tls_looks_like(struct span bytes);

#endif
