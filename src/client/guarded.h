/* client/guarded.h: texts of a server made fit to be cited: secrets blotted out, printable, cut. */
#ifndef CLIENT_GUARDED_H
#define CLIENT_GUARDED_H

#include "base/buffer.h"

/* A shorter secret cannot be blotted out: it stands in half of all words. */
enum { GUARDED_SHORTEST = 4 };

/* Appends the text with every secret in it replaced by SASL_HIDDEN, letters of either case. A
 * server may cut what it repeats: the first six octets of a secret are enough. */
void guarded_blot(const struct buffer *secrets, size_t count, struct span text, struct buffer *out);

/* Appends the text printable, as much as the buffer's limit allows, "…" at the end when cut, and
 * between two characters. */
void printable_cut(struct buffer *out, struct span text);

#endif
