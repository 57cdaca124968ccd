/* tls/handshake.h: the handshake messages that the records of a connection carry. */
#ifndef TLS_HANDSHAKE_H
#define TLS_HANDSHAKE_H

#include "base/buffer.h"
#include "tls/tls.h"

enum { TLS13 = 0x0304 }; /* from this version on, only the hellos are in clear */

/* What the hellos say beside the facts: all that the keys hang on. */
struct hellos {
	uint8_t client_random[32], server_random[32];
	bool encrypts_then_macs; /* RFC 7366 */
	bool is_compressed;
	bool offers_early_data; /* RFC 8446 4.2.10 */
};

struct handshake {
	struct tls_facts facts;
	struct hellos hellos;
	struct buffer partial[2]; /* by side: a message whose end has not come */
	bool is_ciphered[2];      /* by side: its ChangeCipherSpec was seen (before TLS 1.3) */
	bool has_certificate;     /* the server's was read */
	uint8_t session_id[32];   /* of the ClientHello */
	size_t session_id_length;
	/* by side: an opened record brought Finished, KeyUpdate: other keys from the next record on
	 * (RFC 8446 7) */
	bool has_finished[2], has_updated[2];
};

void handshake_init(struct handshake *handshake);
void handshake_fini(struct handshake *handshake);

/* Reads a handshake record (RFC 5246 7.4, RFC 8446 4): fills the event's names and is_sealed, and
 * the facts. The payload may lack its end, when octets of the record are missing; of an opened
 * record it is what was sealed. */
void handshake_read(struct handshake *handshake, struct tls_event *event);

/* Reads an SSLv2-compatible ClientHello (RFC 5246 E.2); the event's payload begins with its type.
 */
void handshake_read_sslv2(struct handshake *handshake, struct tls_event *event);

/* This side said ChangeCipherSpec: what follows is encrypted. TLS 1.3 says it without meaning
 * (RFC 8446 D.4). */
void handshake_change_cipher(struct handshake *handshake, enum side side);

/* Forgets the message that this side has begun: octets are missing, or other records came between
 * (RFC 8446 5.1 forbids that). */
void handshake_drop(struct handshake *handshake, enum side side);

/* Adds a name to the event, up to the event's limit. */
void handshake_name(struct tls_event *event, const char *name);

#endif
