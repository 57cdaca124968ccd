/* builder/seal.h: a real TLS session, both ends of it in memory. */
#ifndef BUILDER_SEAL_H
#define BUILDER_SEAL_H

#include "base/buffer.h"
#include "base/chunk.h"

struct seal;

/* What the two ends agree on; empty texts leave OpenSSL's default. */
struct seal_wish {
	int version;             /* 0x0303 or 0x0304 */
	struct span cipher;      /* the server's only one */
	struct span offers;      /* the client's list (TLS 1.2), else that cipher alone */
	struct span groups;      /* of the client, as OpenSSL names them: P-256:X25519 */
	struct span signatures;  /* algorithms the client offers */
	struct span server_name; /* SNI, and the certificate's name */
	struct span alpn;        /* one protocol */
	size_t tickets;          /* session tickets the server sends */
	size_t chain;            /* certificates it shows */
	size_t certificates;     /* their octets together, 0: as they come */
	bool has_elliptic_key;   /* P-256, else RSA of 2048 bits */
	bool has_padding;        /* a ClientHello of 256 to 511 octets becomes 512 */
	bool is_merged;          /* handshake messages side by side share a record */
	bool is_bare;            /* no encrypt-then-MAC and extended master secret */
	int64_t now;             /* ns since 1970 */
};

/* Key log lines are appended to *secrets as they become known. */
struct seal *seal_new(const struct seal_wish *wish, struct buffer *secrets);
void seal_free(struct seal *seal);

/* One side goes on with the handshake as far as it can: appends what it sends. */
void seal_handshake(struct seal *seal, enum side side, struct buffer *out);

/* Seals text in one record and appends it. */
void seal_text(struct seal *seal, enum side side, struct span text, struct buffer *out);

/* Appends the side's close_notify. */
void seal_close(struct seal *seal, enum side side, struct buffer *out);

/* Each record from here on has that many octets of padding (TLS 1.3: RFC 8446 5.4). */
void seal_set_padding(struct seal *seal, size_t octets);

/* Gives a side what the other has sent. */
void seal_deliver(struct seal *seal, enum side to, struct span bytes);

#endif
