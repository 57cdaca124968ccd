/* commands/names.h: what each capture of a run is called, in the output and in the files made of
 * it: no two alike. */
#ifndef COMMANDS_NAMES_H
#define COMMANDS_NAMES_H

#include <stddef.h>

struct capture_name {
	const char *path;  /* as it was given */
	const char *label; /* without its folders; as it was given when another's files would be
			      called the same */
	char *stem;        /* of files: without folders and endings; "smtp-2" for the second smtp */
};

struct capture_names {
	struct capture_name *at;
	size_t count;
};

/* Names follow from the list alone, so that every process knows the same ones. The paths are
 * borrowed. */
void capture_names_init(struct capture_names *names, char **paths, size_t count);
void capture_names_fini(struct capture_names *names);

#endif
