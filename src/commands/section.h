/* commands/section.h: parts of the output that are made at the same time and printed one after
 * another. */
#ifndef COMMANDS_SECTION_H
#define COMMANDS_SECTION_H

#include "base/buffer.h"
#include "base/fail.h"

#include <stdio.h>

/* The first section goes to standard output at once; the others wait, in memory and then in a
 * temporary file, so that memory does not grow with the capture. A blank line is held back until
 * something follows it: what comes behind a section brings its own. */
struct section {
	struct buffer pending;
	FILE *spool; /* NULL: not needed yet */
	bool is_direct, has_failed;
};

void section_init(struct section *section, bool is_direct);
void section_fini(struct section *section);

/* To be called after something was appended to section->pending: writes it on when there is enough.
 */
void section_more(struct section *section);

/* Whether anything was ever put into the section. */
bool section_is_empty(const struct section *section);

/* Writes all to standard output. STEP_DONE, or STEP_FAIL with FAIL_WRITE. */
enum step section_print(struct section *section, struct fail *fail);

#endif
