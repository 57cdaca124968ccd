/* replay/verdict.h: a live reply against the recorded one: by class and meaning, whatever
 * its times, ids, sizes and texts are. */
#ifndef REPLAY_VERDICT_H
#define REPLAY_VERDICT_H

#include "base/buffer.h"
#include "base/language.h"
#include "mail/vocabulary.h"

#define REPLAY_VERDICTS(X)                                                                         \
	X(SAME, N_("same"))                                                                        \
	X(SAME_CLASS, N_("same class")) /* another code of it, or other words behind a keyword */  \
	X(DIFFERS, N_("differs"))                                                                  \
	X(NOT_RECORDED, N_("not recorded")) /* the recording has no reply to compare with */       \
	X(NOT_PLAYED, N_("not played"))     /* it could not be said */                             \
	X(LEFT_OUT, N_("left out"))         /* as asked: TLS of the recording */                   \
	X(ADDED, N_("added"))               /* as asked: TLS that the recording has not */
enum replay_verdict {
#define X(id, name) REPLAY_##id,
	REPLAY_VERDICTS(X)
#undef X
};
const char *replay_verdict_name(enum replay_verdict verdict);

/* A reply's code, and its lines with LF behind each. */
struct replay_heard {
	int code; /* 0: none came */
	struct span lines;
};

struct replay_pair {
	enum mail_protocol protocol;
	const struct verb *verb; /* that was answered; NULL: none, or unknown */
	struct replay_heard recorded, live;
};

/* Appends to *note in words what differs. */
enum replay_verdict replay_judge(const struct replay_pair *pair, struct buffer *note);

#endif
