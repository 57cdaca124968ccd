/* live/helper_path.h: where the capture helper is. */
#ifndef LIVE_HELPER_PATH_H
#define LIVE_HELPER_PATH_H

#include "base/buffer.h"

/* Appends the path: what the environment names by MAILSCOPE_CAPTURE (for tests), or
 * mailscope-capture beside this program, or in ../libexec/mailscope. False: it is nowhere, and
 * nothing is appended. */
bool helper_path(struct buffer *path);

#endif
