#include "live/helper_path.h"

#include "base/program.h"

#include <stdlib.h>
#include <unistd.h>

bool helper_path(struct buffer *path)
{
	static const char *const places[] = {
		"mailscope-capture", "../libexec/mailscope/mailscope-capture"};
	const char *named = getenv("MAILSCOPE_CAPTURE");
	size_t start = path->length;
	size_t place;

	if (named != NULL && named[0] != '\0')
		return buffer_add_text(path, named);
	if (!program_folder(path))
		return false;
	place = path->length;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		buffer_add_text(path, places[i]);
		if (access(buffer_text(path) + start, F_OK) == 0)
			return true;
		path->length = place;
	}
	path->length = start;
	return false;
}
