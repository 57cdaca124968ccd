/* commands/server_run.h: what practice and replay's server have in common: the script they are
 * given, and the folders that their sessions leave. */
#ifndef COMMANDS_SERVER_RUN_H
#define COMMANDS_SERVER_RUN_H

#include "commands/option_table.h"
#include "live/host.h"
#include "practice/script.h"
#include "practice/server.h"

/* Reads the files, and the rules that were given by themselves. */
enum step server_run_script(struct script *script, const struct text_list *files,
	const struct text_list *rules, struct fail *fail);

/* What is kept of the sessions. */
struct server_keep {
	bool has_folders;      /* false: nothing */
	const char *folder;    /* in which each has its own; NULL: they are named by the time */
	const char *interface; /* NULL: where clients come from */
	int capture;           /* 1: on, 2: off, as --capture has them; 0: on */
	bool no_secrets, no_diagram;
	bool has_protocol; /* FOLDER/smtp-1, not FOLDER/1 */
	bool is_quiet;
	const char *command; /* for the sections' comments */
};

struct server_run {
	struct server_keep keep;
	struct host *host; /* NULL: no folders */
	int status;        /* exit status, by the folders */
};

/* As many open files as the system allows, and no more sessions than can be kept; who hears them.
 */
void server_run_prepare(struct server_run *run, struct server_options *options);

/* Makes the folder, starts the capture, and then listens. */
enum step server_run_listen(struct server_run *run, struct server *server, struct fail *fail);

/* Waits until all folders are written. status: the server's; the exit status: a failure counts
 * before a difference. */
int server_run_end(struct server_run *run, int status);

#endif
