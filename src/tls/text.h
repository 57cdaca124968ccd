/* tls/text.h: bytes of the handshake as printable text in fields of fixed size. */
#ifndef TLS_TEXT_H
#define TLS_TEXT_H

#include "base/span.h"

/* Writes the bytes, printable, into a field of size bytes, NUL included; what does not fit is cut
 * between characters. */
void text_set(char *field, size_t size, struct span bytes);

/* Adds ", " and the bytes, or, into an empty field, the bytes; nothing unless all fits. */
void text_add(char *field, size_t size, struct span bytes);

#endif
