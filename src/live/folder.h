/* live/folder.h: a session's folder, and files in it that appear only whole. */
#ifndef LIVE_FOLDER_H
#define LIVE_FOLDER_H

#include "base/buffer.h"
#include "base/fail.h"

#include <stdio.h>

/* Makes the folder (0700) and appends its path. named: what it is to be called; it may be there
 * already when it is empty. NULL: it is called by the prefix and the local time,
 * "smtp-20221121-002409", with "-2" and so on behind it where there is one. STEP_FAIL: FAIL_WRITE.
 */
enum step folder_make(
	struct buffer *path, const char *named, const char *prefix, struct fail *fail);

/* A file (0600) that is being written under another name. */
struct folder_file {
	FILE *stream;
	struct buffer path, beside;
};
enum step folder_begin(
	struct folder_file *file, const char *folder, const char *name, struct fail *fail);

/* Gives it its name, if it was written whole; else it is removed. Called once whatever
 * folder_begin() said. */
enum step folder_end(struct folder_file *file, enum step written, struct fail *fail);

/* Writes a whole file. */
enum step folder_write(const char *folder, const char *name, struct span octets, struct fail *fail);

#endif
