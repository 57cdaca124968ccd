/* commands/file.h: a file that the user named, whole. */
#ifndef COMMANDS_FILE_H
#define COMMANDS_FILE_H

#include "base/buffer.h"
#include "base/fail.h"

/* Appends all of it; "-" is standard input. STEP_FAIL: FAIL_OPEN, or FAIL_DAMAGED when it is longer
 * than the buffer's limit. */
enum step file_read(const char *path, struct buffer *text, struct fail *fail);

#endif
