/* mail/header.h: the few header fields that the packet list shows, unfolded and decoded (RFC 5322,
 * RFC 2047). */
#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include "base/buffer.h"

/* Takes the next field off *header: its name, and its value as it came, folds included. False at
 * the header's end (an empty line, or the span's end), or at a line that is no field. */
bool header_take(struct span *header, struct span *name, struct span *value);

/* Appends the value unfolded, with encoded words in UTF-8; what cannot be decoded stays as it is.
 */
void header_decode(struct span value, struct buffer *out);

#endif
