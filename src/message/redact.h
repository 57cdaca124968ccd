/* message/redact.h: a header without the people in it: what stands before the @ of every address,
 * and who logged in. */
#ifndef MESSAGE_REDACT_H
#define MESSAGE_REDACT_H

#include "base/buffer.h"

/* Appends the text with six bullets in the place of each local part (Message-IDs look alike and
 * lose theirs too) and of each user that a server names. Names beside addresses stay. */
void redact_addresses(struct buffer *out, struct span text);

#endif
