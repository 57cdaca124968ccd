/* commands/analyze.h: what `mailscope analyze` was asked to do. */
#ifndef COMMANDS_ANALYZE_H
#define COMMANDS_ANALYZE_H

#include "commands/choice.h"
#include "commands/command.h"
#include "commands/names.h"
#include "view/diagram.h"
#include "view/view.h"

/* In the order in which --view names them; the default is the first, the second and the fourth. */
#define ANALYZE_VIEWS(X)                                                                           \
	X(SESSIONS, "sessions")                                                                    \
	X(PACKETS, "packets")                                                                      \
	X(DIALOGUE, "dialogue")                                                                    \
	X(FINDINGS, "findings")                                                                    \
	X(MESSAGES, "messages")                                                                    \
	X(STREAMS, "streams")                                                                      \
	X(STATISTICS, "statistics")

enum analyze_view {
#define X(id, name) VIEW_##id,
	ANALYZE_VIEWS(X)
#undef X
		VIEW_COUNT
};

struct analyze_options {
	enum analyze_view views[VIEW_COUNT]; /* as asked for, in this order */
	size_t view_count;
	bool has_view[VIEW_COUNT];
	struct view_options view;
	const char *diagram; /* NULL: a file named after the capture */
	bool has_diagram;
	enum diagram_detail detail;
	const char *filter, *folder; /* NULL: none */
	const char *keylog;          /* NULL: none */
	struct tls_secrets *secrets; /* what is in it; NULL: none */
	bool has_all_packets;
	struct choice choice; /* of sessions */
	unsigned jobs;
	char **captures;
	size_t capture_count;
};

/* STEP_DONE: *options is filled. STEP_MORE: help or version was asked for and printed. STEP_FAIL: a
 * usage error was printed. */
enum step analyze_options_read(struct analyze_options *options, int count, char **arguments);
void analyze_options_fini(struct analyze_options *options);

/* "sessions", ... */
const char *analyze_view_name(enum analyze_view view);

/* Appends the headings that stand once, before the captures, when there are several in tsv. */
void analyze_add_headings(struct buffer *out, const struct analyze_options *options);

/* The JSON array of all captures. */
struct analyze_array {
	bool is_begun, has_objects;
};

/* Analyzes one capture and prints it; the exit status. shared: the diagram of all captures, or NULL
 * where each has its own. */
int analyze_capture(const struct analyze_options *options, const struct capture_name *name,
	struct diagram *shared, struct analyze_array *array);

/* Says where the diagram is. Machine formats keep standard output to themselves. */
void analyze_say_diagram(const struct analyze_options *options, const char *path);

#endif
