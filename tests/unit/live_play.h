/* tests/unit/live_play.h: a live session from folder to comparison, for the tests of live. */
#ifndef TESTS_UNIT_LIVE_PLAY_H
#define TESTS_UNIT_LIVE_PLAY_H

#include "live/live.h"
#include "live_talk.h"

/* A session by SMTP in clear, with a login. */
extern const struct live_step live_clear_steps[];

/* A session in a folder of its own. */
struct live_played {
	char folder[64];
	struct live_result result;
	struct fail fail;
	enum step listened, ended;
	bool is_good;
};

struct live_wanted {
	const char *prefix;
	const char *host;
	const struct live_step *steps;
	const char *interface;
	int tls_version;
	bool no_secrets, no_capture;
	bool has_stranger; /* another connection to the same server, meanwhile */
};

/* Where tests may write. */
const char *live_temporary(void);
void live_make_folder(char *folder); /* has room for 64 octets */

/* The folder and all that a session leaves in it; what else is there is a failure. */
void live_remove_folder(const char *path);

/* The client's connection to the server, its guard on "hunter2". */
struct connection *live_connect(const struct live_server *server, struct live *live);

void live_play(struct live_played *played, const struct live_wanted *wanted);

/* A file of the folder, with a NUL behind it; NULL: it is not there. */
char *live_read_file(const struct live_played *played, const char *name, size_t *length);
bool live_file_has(const struct live_played *played, const char *name, const char *text);

/* With the helper that was built; for those who run the tests without make. */
void live_name_helper(void);

#endif
