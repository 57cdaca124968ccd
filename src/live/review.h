/* live/review.h: the recorded session dissected, held against the log, and drawn. */
#ifndef LIVE_REVIEW_H
#define LIVE_REVIEW_H

#include "live/citations.h"
#include "live/reel.h"

struct diagram;
struct tls_secrets;

/* The session's files are called so. What is compared is REVIEW_LOG; the lines that are told are
 * those of REVIEW_PEOPLE, its twin. */
#define REVIEW_LOG "session.jsonl"
#define REVIEW_PEOPLE "session.log"
#define REVIEW_CAPTURE "session.pcapng"

struct review {
	const struct log *log;             /* NULL: there is none to compare with */
	const struct tls_secrets *secrets; /* borrowed */
	uint16_t known_port;               /* 25, 110: by what is spoken; 0: not known */
	struct buffer text, summary;       /* of the comparison; empty: not compared */
	struct citations citations;
	struct diagram *diagram; /* NULL: there was no mail */
	size_t lines, differences;
	int64_t score;
	bool is_compared;
	bool has_clear_secret; /* a password or the like can be read without a key */
};

void review_init(struct review *review, const struct log *log, const struct tls_secrets *secrets);
void review_fini(struct review *review);

/* Looks at the connection's frames. */
enum step review_recording(
	struct review *review, struct reel *reel, const struct ends *ends, struct fail *fail);

#endif
