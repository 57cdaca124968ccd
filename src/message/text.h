/* message/text.h: a stored message as plain text for people. */
#ifndef MESSAGE_TEXT_H
#define MESSAGE_TEXT_H

#include "base/buffer.h"

/* Appends From, To, Cc, Subject, Date, an empty line, the body (the first text/plain part, else
 * HTML as text) and a list of the attachments with type and size. Everything is printable; lines
 * end in LF. */
void message_text(struct buffer *out, struct span message);

/* Appends the body alone, as above. */
struct message_summary;
void message_text_body(struct buffer *out, const struct message_summary *summary);

/* Appends the header alone, each field on its lines as it came, printable. */
void message_text_header(struct buffer *out, struct span message);

/* Appends HTML as text: no scripts, no styles, entities decoded, links named. Not printable yet. */
void html_to_text(struct buffer *out, struct span html);

#endif
