/* message/compose_part.h: the MIME part of composing: the body, the attachments, their encodings.
 */
#ifndef MESSAGE_COMPOSE_PART_H
#define MESSAGE_COMPOSE_PART_H

#include "message/compose.h"

/* Appends the fields of MIME, the empty line, and the text with CRLF line ends. */
enum step compose_parts(const struct compose *compose, struct buffer *out, struct fail *fail);

/* So many random octets as hexadecimal digits. */
void compose_random(struct buffer *out, size_t octets);

/* The media type of a name, by its ending. */
const char *compose_type(const char *name);

#endif
