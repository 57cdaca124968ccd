#include "commands/file.h"

#include "base/limits.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum step file_read(const char *path, struct buffer *text, struct fail *fail)
{
	bool is_input = strcmp(path, "-") == 0;
	const char *name = is_input ? "standard input" : path;
	FILE *file = is_input ? stdin : fopen(path, "rbe");
	enum step step = STEP_DONE;
	size_t length;

	if (file == NULL)
		return fail_set(fail, FAIL_OPEN, "%s: %s", name, strerror(errno));
	while (buffer_reserve(text, LIMIT_READ) &&
		(length = fread(text->at + text->length, 1, LIMIT_READ, file)) > 0)
		text->length += length;
	if (ferror(file))
		step = fail_set(fail, FAIL_OPEN, "%s: %s", name, strerror(errno));
	else if (!feof(file))
		step = fail_set(
			fail, FAIL_DAMAGED, "%s: longer than %zu octets", name, text->limit);
	if (!is_input)
		fclose(file);
	return step;
}
