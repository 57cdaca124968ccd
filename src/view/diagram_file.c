#include "view/diagram_file.h"

#include "base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

bool diagram_file_format(const char *path, enum diagram_format *format)
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
			return true;
		}
	return false;
}

static bool write_all(int file, struct span bytes)
{
	while (bytes.length > 0) {
		ssize_t written = write(file, bytes.at, bytes.length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		bytes = span_from(bytes, (size_t)written);
	}
	return true;
}

static bool write_file(const char *path, struct span bytes)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
	bool is_written;

	if (file < 0)
		return false;
	is_written = write_all(file, bytes);
	return close(file) == 0 && is_written;
}

enum step diagram_file_replace(const char *path, struct span bytes, struct fail *fail)
{
	struct buffer beside;
	enum step step = STEP_DONE;

	buffer_init(&beside, 0);
	buffer_printf(&beside, "%s.tmp", path);
	if (!write_file(buffer_text(&beside), bytes) || rename(buffer_text(&beside), path) != 0) {
		step = fail_set(fail, FAIL_WRITE, "%s: %s", path, strerror(errno));
		unlink(buffer_text(&beside));
	}
	buffer_fini(&beside);
	return step;
}
