/* builder/script.h: reads a session script and plays it on a stage. docs/scripts.md has the
 * language. */
#ifndef BUILDER_SCRIPT_H
#define BUILDER_SCRIPT_H

#include "talk.h"

/* A script being played. */
struct script {
	const char *path;
	struct span rest;     /* what has not been read */
	unsigned line, depth; /* depth: files that include each other */
	struct stage *stage;
	uint32_t shift;     /* added to the clients' addresses */
	int64_t pace;       /* ns between events */
	struct talk *first; /* what connections begin as */
	struct talk **talks;
	size_t talk_count;
	struct talk *current;
};

/* One event: what stands in front of its verb, and what follows. */
struct event {
	struct wish wish;
	struct span word, arguments;
	bool is_marked; /* brackets stood in front */
};

/* Plays the whole script from stage->trace.next on; each client's address is raised by shift.
 * Complains about the line that cannot be played. */
void script_play(const char *path, struct span text, struct stage *stage, uint32_t shift);

/* Handles a setting ("client 192.0.2.1:4000"); false when the word is none. */
bool setting_apply(struct script *script, struct span word, struct span arguments);

#endif
