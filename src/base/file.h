/* base/file.h: files that are written whole or not at all, and read whole. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buffer.h"
#include "base/fail.h"

#include <stdio.h>
#include <sys/types.h>

/* A file on its way to its place: it is written beside it, and then takes it. Whoever reads the
 * name sees the old file or the new one whole; a link that stands there is replaced, never
 * followed. */
struct new_file {
	FILE *stream; /* to write to */
	int folder;
	const char *name;
	struct buffer beside; /* the name until the end */
};

/* Begins the file of that name (borrowed) in the folder, a descriptor or AT_FDCWD; false with
 * errno, and there is nothing to end. */
bool new_file_begin(struct new_file *file, int folder, const char *name, mode_t mode);

/* Puts the file in its place; false with errno when that or any write to it failed. Then, and when
 * it is not wanted any more, nothing is left of it. */
bool new_file_end(struct new_file *file, bool is_wanted);

/* Appends all of the file, of standard input for "-", to *text; passing its limit is FAIL_DAMAGED.
 */
enum step file_read(const char *path, struct buffer *text, struct fail *fail);

/* Likewise, but what passes the limit is left unread. */
enum step file_read_front(const char *path, struct buffer *text, struct fail *fail);

#endif
