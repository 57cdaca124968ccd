/* compare/sealing.h: how many octets of text a TLS record holds that was not opened. */
#ifndef COMPARE_SEALING_H
#define COMPARE_SEALING_H

#include <stdbool.h>
#include <stdint.h>

/* What a cipher adds to the text, record header included. With a block cipher the text ends up to a
 * block earlier. */
struct sealing {
	uint32_t overhead; /* octets of a record whose text is empty, padding left out */
	uint32_t block;    /* of padding: 1 to block octets; 0: none */
	bool is_known;
	bool is_tls13; /* records may be padded (RFC 8446 5.4), the handshake's end is sealed too */
	uint32_t finished; /* TLS 1.3: octets of the record of a Finished message alone */
	const char *name;  /* "AES-GCM"; for people */
};

/* version and cipher as struct session_tls has them. */
struct sealing sealing_of(const char *version, const char *cipher);

/* The n-th of the sealings that are tried where the handshake is not in the capture; name is NULL
 * behind the last one. */
struct sealing sealing_guess(unsigned n);

/* The text of a record of so many octets is from *low to *high octets long. False: no record of
 * this sealing has that length. */
bool sealing_text(const struct sealing *sealing, uint64_t octets, uint64_t *low, uint64_t *high);

#endif
