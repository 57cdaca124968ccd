/* mail/header.h: the few header fields that the packet list shows (RFC 5322). */
#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include "base/buffer.h"

/* Picks From and Subject out of a header that passes in pieces, however long it is. */
struct header_scan {
	struct buffer fields; /* these fields as they came, for header_take(): LIMIT_FIELDS */
	uint8_t state;        /* enum header_place */
	bool is_picked;       /* the field that goes on */
	uint8_t name_length;
	uint8_t name[16]; /* of the field that begins; one that fills it is none of ours */
};

void header_scan_init(struct header_scan *scan);
void header_scan_fini(struct header_scan *scan);

/* Another message begins. */
void header_scan_clear(struct header_scan *scan);

/* The next octets of the message. Behind the header's end they are ignored. */
void header_scan_add(struct header_scan *scan, struct span text);

/* Takes the next field off *header: its name, and its value as it came, folds included. False at
 * the header's end (an empty line, or the span's end), or at a line that is no field. */
bool header_take(struct span *header, struct span *name, struct span *value);

#endif
