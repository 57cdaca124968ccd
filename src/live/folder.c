#include "live/folder.h"

#include "base/language.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_OF_A_SECOND = 1000 };

static bool is_empty(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	bool is_it = folder != NULL;

	while (is_it && (entry = readdir(folder)) != NULL)
		is_it = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	if (folder != NULL)
		closedir(folder);
	return is_it;
}

static enum step make_named(const char *path, struct fail *fail)
{
	if (mkdir(path, 0700) == 0)
		return STEP_DONE;
	if (errno != EEXIST)
		return fail_set(fail, FAIL_WRITE, "%s: cannot make the folder: %s", path,
			language_error(errno));
	if (!is_empty(path))
		return fail_set(fail, FAIL_WRITE,
			"%s: is there already, and is no empty folder: name another one", path);
	if (chmod(path, 0700) != 0)
		return fail_set(fail, FAIL_WRITE, "%s: cannot be kept to its owner: %s", path,
			language_error(errno));
	return STEP_DONE;
}

static enum step make_by_time(struct buffer *path, const char *prefix, struct fail *fail)
{
	time_t now = time(NULL);
	size_t start = path->length;
	char stamp[32];
	struct tm local;

	if (localtime_r(&now, &local) == NULL ||
		strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &local) == 0)
		return fail_set(fail, FAIL_INTERNAL, "%s: the time has no name", prefix);
	for (int i = 1; i < MOST_OF_A_SECOND; i++) {
		path->length = start;
		buffer_printf(path, "%s-%s", prefix, stamp);
		if (i > 1)
			buffer_printf(path, "-%d", i);
		if (mkdir(buffer_text(path) + start, 0700) == 0)
			return STEP_DONE;
		if (errno != EEXIST)
			break;
	}
	return fail_set(fail, FAIL_WRITE, "%s: cannot make the folder: %s",
		buffer_text(path) + start, language_error(errno));
}

enum step folder_make(struct buffer *path, const char *named, const char *prefix, struct fail *fail)
{
	if (named == NULL)
		return make_by_time(path, prefix, fail);
	buffer_add_text(path, named);
	return make_named(named, fail);
}

enum step folder_begin(
	struct folder_file *file, const char *folder, const char *name, struct fail *fail)
{
	int descriptor;

	file->stream = NULL;
	buffer_init(&file->path, 0);
	buffer_init(&file->beside, 0);
	buffer_printf(&file->path, "%s/%s", folder, name);
	buffer_printf(&file->beside, "%s/.%s.part", folder, name);
	(void)unlink(buffer_text(&file->beside));
	descriptor = open(buffer_text(&file->beside),
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (descriptor >= 0)
		file->stream = fdopen(descriptor, "wb");
	if (file->stream != NULL)
		return STEP_DONE;
	if (descriptor >= 0)
		close(descriptor);
	return fail_set(
		fail, FAIL_WRITE, "%s: %s", buffer_text(&file->path), language_error(errno));
}

enum step folder_end(struct folder_file *file, enum step written, struct fail *fail)
{
	enum step step = written;

	if (file->stream != NULL) {
		if (fclose(file->stream) != 0 && step != STEP_FAIL)
			step = fail_set(fail, FAIL_WRITE, "%s: %s", buffer_text(&file->path),
				language_error(errno));
		if (step != STEP_FAIL &&
			rename(buffer_text(&file->beside), buffer_text(&file->path)) != 0)
			step = fail_set(fail, FAIL_WRITE, "%s: %s", buffer_text(&file->path),
				language_error(errno));
		if (step == STEP_FAIL)
			(void)unlink(buffer_text(&file->beside));
	}
	buffer_fini(&file->path);
	buffer_fini(&file->beside);
	return step;
}

enum step folder_write(const char *folder, const char *name, struct span octets, struct fail *fail)
{
	struct folder_file file;
	enum step step = folder_begin(&file, folder, name, fail);

	errno = 0;
	if (step == STEP_DONE && fwrite(octets.at, 1, octets.length, file.stream) != octets.length)
		step = fail_set(fail, FAIL_WRITE, "%s/%s: %s", folder, name,
			language_error(errno != 0 ? errno : EIO));
	return folder_end(&file, step, fail);
}
