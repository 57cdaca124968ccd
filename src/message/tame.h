/* message/tame.h: takes the sting out of messages that are made to cost a parser all its time,
 * stack or memory. */
#ifndef MESSAGE_TAME_H
#define MESSAGE_TAME_H

#include "base/buffer.h"

/* The message as it is; or, when fields with addresses, parameters or encoded words go beyond all
 * reason (LIMIT_MAILBOXES, LIMIT_PARAMETERS, LIMIT_NESTED), a copy in *copy with the rest of each
 * such field blank. Parts and messages inside are looked at too. What is behind LIMIT_PARTS parts
 * or LIMIT_HEADER_FIELDS fields is cut off: then *is_cut is set. */
struct span tame(struct span message, struct buffer *copy, bool *is_cut);

#endif
