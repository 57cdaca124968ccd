/* tls/open.h: opens records with the secrets of their connection. */
#ifndef TLS_OPEN_H
#define TLS_OPEN_H

#include "tls/handshake.h"

enum { OPEN_SMALLEST = 5 + 16 + 1 }; /* octets of an encrypted record */

struct opener;

/* The secrets are borrowed. */
struct opener *opener_new(const struct tls_secrets *secrets);
void opener_free(struct opener *opener);

struct sealed_record {
	enum side side;
	uint8_t content; /* in its header; once opened: the real one (RFC 8446 5.2) */
	uint16_t version;
	struct span payload; /* whole */
};

enum opening {
	OPENING_NO_KEYS, /* its keys are not known, or its suite is none that is opened */
	OPENING_REFUSED, /* its authentication failed */
	OPENING_DONE,
};

/* Opens the next encrypted record of a side; *plain holds until the next call. Where records were
 * missing before it, the number that it has is looked for. */
enum opening opener_open(struct opener *opener, const struct handshake *handshake,
	struct sealed_record *record, struct span *plain);

/* Up to this many records of the side were not given to opener_open(). */
void opener_skip(struct opener *opener, enum side side, uint32_t records);

/* Before TLS 1.3: the side said ChangeCipherSpec, its keys are those of the last hellos. */
void opener_change_cipher(struct opener *opener, enum side side);

/* TLS 1.3: the side said Finished, KeyUpdate. */
void opener_end_handshake(struct opener *opener, enum side side);
void opener_update(struct opener *opener, enum side side);

#endif
