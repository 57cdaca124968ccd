/* view/diagram_file.h: the files that pictures are written to. */
#ifndef VIEW_DIAGRAM_FILE_H
#define VIEW_DIAGRAM_FILE_H

#include "base/fail.h"
#include "base/span.h"

enum diagram_format { DIAGRAM_SVG, DIAGRAM_PDF, DIAGRAM_PNG, DIAGRAM_DOT };

/* The format that the path's ending asks for, in any case; false: none of them. */
bool diagram_file_format(const char *path, enum diagram_format *format);

/* Whoever reads path sees the old file or the new one whole. STEP_DONE, or STEP_FAIL with
 * FAIL_WRITE. */
enum step diagram_file_replace(const char *path, struct span bytes, struct fail *fail);

#endif
