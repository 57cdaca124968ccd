/* diagram/file.h: the files that pictures are written to. */
#ifndef DIAGRAM_FILE_H
#define DIAGRAM_FILE_H

#include "base/file.h"

enum diagram_format { DIAGRAM_SVG, DIAGRAM_PDF, DIAGRAM_PNG, DIAGRAM_DOT };

/* The format that the path's ending asks for, in any case; STEP_FAIL with FAIL_USAGE: none of them.
 */
enum step diagram_file_check(const char *path, enum diagram_format *format, struct fail *fail);

/* Begins the picture's file: it is written to file->stream. STEP_FAIL with FAIL_WRITE: there is
 * nothing to end. */
enum step diagram_file_begin(struct new_file *file, const char *path, struct fail *fail);

/* Puts the file in its place when step says that it was drawn. That step, or STEP_FAIL with
 * FAIL_WRITE. */
enum step diagram_file_end(struct new_file *file, enum step step, struct fail *fail);

#endif
