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
	struct recording *recording; /* NULL: none of its own */
	struct hosted *hosted;       /* NULL: no host's */
};

/* What was recorded of a session that has ended. */
struct live_frames {
	struct reel *reel;
	struct ends ends;
	const char *interface, *filter;
	uint64_t dropped; /* by a host's capture: meanwhile, of any session */
	bool is_over;     /* TCP's end of the connection was heard */
};

/* What is written of it. */
struct live_work {
	struct live *live;
	const struct live_frames *frames;
	struct live_result *result;
};

/* As live_end(), of a session that was recorded by others; frames: NULL when it was not. */
enum step live_end_with(struct live *live, const struct live_frames *frames,
	struct live_result *result, struct fail *fail);

/* Writes session.pcapng, session.svg and comparison.txt, as many of them as can be. */
enum step live_write(struct live_work *work, struct fail *fail);

/* Overwrites the octets, and frees them. */
void live_wipe(struct buffer *secrets);

#endif
