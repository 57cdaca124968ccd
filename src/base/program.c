#include "base/program.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __APPLE__
#include <mach-o/dyld.h>

static bool own_path(char *path)
{
	char name[PATH_MAX];
	uint32_t size = sizeof name;

	return _NSGetExecutablePath(name, &size) == 0 && realpath(name, path) != NULL;
}
#else
static bool own_path(char *path)
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);

	if (length <= 0)
		return false;
	path[length] = '\0';
	return true;
}
#endif

bool program_folder(struct buffer *path)
{
	char own[PATH_MAX];
	const char *slash;

	if (!own_path(own) || (slash = strrchr(own, '/')) == NULL)
		return false;
	return buffer_add(path, own, (size_t)(slash - own) + 1);
}
