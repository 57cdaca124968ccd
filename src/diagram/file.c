#include "diagram/file.h"

#include "base/language.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>

enum step diagram_file_check(const char *path, enum diagram_format *format, struct fail *fail)
{
	static const char *const endings[] = {
		[DIAGRAM_SVG] = ".svg",
		[DIAGRAM_PDF] = ".pdf",
		[DIAGRAM_PNG] = ".png",
		[DIAGRAM_DOT] = ".dot",
	};
	const char *ending = strrchr(path, '.');

	for (size_t i = 0; ending != NULL && i < sizeof endings / sizeof endings[0]; i++)
		if (strcasecmp(ending, endings[i]) == 0) {
			*format = (enum diagram_format)i;
			return STEP_DONE;
		}
	return fail_set(
		fail, FAIL_USAGE, "%s: a diagram's name ends in .svg, .pdf, .png or .dot", path);
}

enum step diagram_file_begin(struct new_file *file, const char *path, struct fail *fail)
{
	if (new_file_begin(file, AT_FDCWD, path, 0666))
		return STEP_DONE;
	return fail_set(fail, FAIL_WRITE, "%s: %s", path, language_error(errno));
}

enum step diagram_file_end(struct new_file *file, enum step step, struct fail *fail)
{
	const char *path = file->name;

	if (!new_file_end(file, step == STEP_DONE) && step == STEP_DONE)
		step = fail_set(fail, FAIL_WRITE, "%s: %s", path, language_error(errno));
	return step;
}
