#include "base/file.h"

#include "base/language.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static FILE *open_new(int folder, const char *name, mode_t mode)
{
	int descriptor =
		openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	FILE *stream = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;

	if (descriptor >= 0 && stream == NULL)
		close(descriptor);
	return stream;
}

bool new_file_begin(struct new_file *file, int folder, const char *name, mode_t mode)
{
	int cause;

	*file = (struct new_file){.folder = folder, .name = name};
	buffer_init(&file->beside, 0);
	buffer_printf(&file->beside, "%s.tmp", name);
	unlinkat(folder, buffer_text(&file->beside), 0);
	file->stream = open_new(folder, buffer_text(&file->beside), mode);
	if (file->stream != NULL)
		return true;
	cause = errno;
	buffer_fini(&file->beside);
	errno = cause;
	return false;
}

/* The cause of an earlier failure to write is told by the next one, if any. */
static bool close_stream(FILE *stream)
{
	bool is_written;
	int cause;

	errno = EIO;
	is_written = fflush(stream) == 0 && !ferror(stream);
	cause = errno;
	if (fclose(stream) != 0 && is_written)
		return false;
	errno = cause;
	return is_written;
}

bool new_file_end(struct new_file *file, bool is_wanted)
{
	const char *beside = buffer_text(&file->beside);
	bool is_done = close_stream(file->stream) && is_wanted &&
		       renameat(file->folder, beside, file->folder, file->name) == 0;
	int cause = errno;

	if (!is_done)
		unlinkat(file->folder, beside, 0);
	buffer_fini(&file->beside);
	errno = cause;
	return is_done;
}

enum step file_read_front(const char *path, struct buffer *text, struct fail *fail)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
	enum step step = STEP_DONE;
	uint8_t octets[16 * 1024];
	size_t length;

	if (file == NULL)
		return fail_set(fail, FAIL_OPEN, "%s: %s", path, language_error(errno));
	while (!text->is_cut && (length = fread(octets, 1, sizeof octets, file)) > 0)
		buffer_add(text, octets, length);
	if (ferror(file))
		step = fail_set(fail, FAIL_OPEN, "%s: %s", path, language_error(errno));
	if (file != stdin)
		fclose(file);
	return step;
}

enum step file_read(const char *path, struct buffer *text, struct fail *fail)
{
	if (file_read_front(path, text, fail) == STEP_FAIL)
		return STEP_FAIL;
	if (text->is_cut)
		return fail_set(
			fail, FAIL_DAMAGED, "%s: longer than %zu octets", path, text->limit);
	return STEP_DONE;
}
