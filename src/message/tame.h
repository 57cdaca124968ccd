/* message/tame.h: takes the sting out of messages that are made to cost a parser all its time,
 * stack or memory; and joins the encoded words that GMime would read wrong. */
#ifndef MESSAGE_TAME_H
#define MESSAGE_TAME_H

#include "base/buffer.h"

/* The message as it is; or a copy in *copy with what follows changed. When fields with addresses,
 * parameters or encoded words go beyond all reason (LIMIT_MAILBOXES, LIMIT_PARAMETERS,
 * LIMIT_NESTED), the rest of each such field is blank. Encoded words that follow each other in them
 * become one: of such words GMime 3.2.13 drops those behind the first that
 * ends with base64's padding (its issue 133). Parts and messages inside are looked at too. What is
 * behind LIMIT_PARTS parts or LIMIT_HEADER_FIELDS fields is cut off: then *is_cut is set. */
struct span tame(struct span message, struct buffer *copy, bool *is_cut);

#endif
