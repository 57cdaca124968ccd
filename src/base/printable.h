/* base/printable.h: bytes from the network as text that is safe to show. */
#ifndef BASE_PRINTABLE_H
#define BASE_PRINTABLE_H

#include "base/buffer.h"

/* Appends the bytes as Wireshark's columns show them: \a \b \t \n \v \f \r for these controls,
 * other controls and DEL as a backslash and three octal digits, a byte that is no UTF-8 as U+FFFD,
 * invisible characters (C1 controls, direction marks, byte order mark) as \uXXXX; backslash and
 * quotes as they are. */
void printable_add(struct buffer *out, struct span bytes);

/* Decodes one UTF-8 character at the front of s; its length, or 0 when it is no UTF-8. */
size_t utf8_take(struct span s, uint32_t *character);

/* Appends the character in UTF-8; half a surrogate pair in the same form, which is none. */
void utf8_add(struct buffer *out, uint32_t character);

/* The columns a text takes on a terminal: one a character, none for a combining mark, two for a
 * wide one. */
size_t printable_width(struct span text);

#endif
