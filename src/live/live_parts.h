/* live/live_parts.h: what the files of a live session share; for them alone. */
#ifndef LIVE_LIVE_PARTS_H
#define LIVE_LIVE_PARTS_H

#include "base/limits.h"
#include "live/live.h"
#include "live/recording.h"

struct live {
	struct live_options options; /* texts that are kept are copies */
	char *interface, *command;
	uint16_t known_port;     /* as struct review has it */
	struct buffer folder;    /* its path, a NUL behind it */
	struct session_log *log; /* NULL: ended */
	struct tap log_tap;
	struct buffer secrets;       /* lines of SSLKEYLOGFILE format; wiped */
	bool is_said;                /* something stands in the log */
	bool has_dialogue;           /* client or server said something */
	bool has_left_out;           /* secrets over LIMIT_SECRETS */
	struct recording *recording; /* NULL: none */
};

/* What is written of a session that has ended. */
struct live_work {
	struct live *live;
	struct ends ends;
	struct live_result *result;
};

/* Writes session.pcapng, session.svg and comparison.txt, as many of them as can be. */
enum step live_write(struct live_work *work, struct fail *fail);

/* Overwrites the octets, and frees them. */
void live_wipe(struct buffer *secrets);

#endif
