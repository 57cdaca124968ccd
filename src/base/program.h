/* base/program.h: where the running program lies. */
#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

#include "base/buffer.h"

/* Appends the folder of the running program, with a slash at its end; false where it is not
 * known. */
bool program_folder(struct buffer *path);

#endif
