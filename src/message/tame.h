/* message/tame.h: takes the sting out of header fields that are made to cost a parser all its time
 * or stack. */
#ifndef MESSAGE_TAME_H
#define MESSAGE_TAME_H

#include "base/buffer.h"

/* The message as it is; or, when fields with addresses or encoded words go beyond all reason
 * (LIMIT_MAILBOXES, LIMIT_NESTED), a copy in *copy with the rest of each such field blank. Parts
 * and messages inside are looked at too. */
struct span tame(struct span message, struct buffer *copy);

#endif
