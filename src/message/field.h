/* message/field.h: writes header fields: folded (RFC 5322 2.2.3), in encoded words where needed
 * (RFC 2047). GMime is not asked for this: its encoded words pass 75 octets where a text has no
 * blanks, what merely looks like one goes out as one, and it folds inside of message ids. */
#ifndef MESSAGE_FIELD_H
#define MESSAGE_FIELD_H

#include "base/buffer.h"

/* "Name:"; the words that follow bring their own blank. */
void field_begin(struct buffer *out, const char *name);
void field_end(struct buffer *out);

/* A word that cannot be broken, on a line of its own where it would pass the 78th column. */
void field_word(struct buffer *out, struct span word);

/* Unstructured text in UTF-8, without line ends, exactly as it is, blanks and all. */
void field_text(struct buffer *out, struct span text);

/* A display name: atoms, a quoted string, or encoded words. */
void field_phrase(struct buffer *out, struct span name);

#endif
