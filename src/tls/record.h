/* tls/record.h: the header of a TLS record. */
#ifndef TLS_RECORD_H
#define TLS_RECORD_H

#include "base/span.h"
#include "tls/tls.h"

enum {
	HEADER = 5,       /* content type, version, length (RFC 8446 5.1) */
	SSLV2_HEADER = 2, /* length with its high bit set (RFC 5246 E.2) */
	SSLV2 = 0x0002,   /* the version of a record that is an SSLv2-compatible ClientHello */
	CLIENT_HELLO = 1,
};

struct record_header {
	uint8_t content;
	uint16_t version;
	uint32_t octets; /* of the record with its header; 0: no header */
	uint32_t length; /* of the header */
};

/* Reads a record's header (RFC 8446 5.1). STEP_MORE when there are too few octets and those there
 * may begin one; STEP_FAIL when they do not. */
enum step record_read_header(struct span bytes, struct record_header *header);

/* Likewise for the first record of a side, which may be an SSLv2-compatible ClientHello, and is not
 * empty unless it is Application Data. */
enum step record_read_first(struct span bytes, struct record_header *header);

#endif
