#include "live/helper_path.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/* The folder of the running program, with a slash at its end; false where it is not known. */
static bool own_folder(char *folder, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", folder, size - 1);
	char *slash;

	if (length <= 0)
		return false;
	folder[length] = '\0';
	slash = strrchr(folder, '/');
	if (slash == NULL)
		return false;
	slash[1] = '\0';
	return true;
}

bool helper_path(struct buffer *path)
{
	static const char *const places[] = {
		"mailscope-capture", "../libexec/mailscope/mailscope-capture"};
	const char *named = getenv("MAILSCOPE_CAPTURE");
	char folder[PATH_MAX];
	size_t start = path->length;

	if (named != NULL && named[0] != '\0')
		return buffer_add_text(path, named);
	if (!own_folder(folder, sizeof folder))
		return false;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		buffer_add_text(path, folder);
		buffer_add_text(path, places[i]);
		if (access(buffer_text(path) + start, F_OK) == 0)
			return true;
		path->length = start;
	}
	return false;
}
