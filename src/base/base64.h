/* base/base64.h: base64 as mail uses it (RFC 4648 4). */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buffer.h"

/* Strict: groups of four, padding at the end alone, no other character (RFC 4954 4).
 * Appends the octets to *out; false, with *out unchanged, when text is no base64. */
bool base64_decode(struct span text, struct buffer *out);

void base64_encode(struct span octets, struct buffer *out);

#endif
