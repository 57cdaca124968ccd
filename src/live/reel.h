/* live/reel.h: recorded frames in a file without a name, and which of their connections are over.
 */
#ifndef LIVE_REEL_H
#define LIVE_REEL_H

#include "capture/capture.h"
#include "live/ends.h"

struct reel;

/* folder: where the file is. NULL: FAIL_WRITE. */
struct reel *reel_new(const char *folder, struct fail *fail);
void reel_free(struct reel *reel);

/* What kind of frames there will be; the first call counts. */
void reel_begin(struct reel *reel, int link_type);

/* The next frame, decoded. What is over LIMIT_RECORDED is only counted. */
void reel_add(struct reel *reel, const struct frame *frame, const struct packet *packet);

/* Whether TCP has shown the connection's end. */
bool reel_is_over(const struct reel *reel, const struct ends *ends);

/* Whether no connection is left whose client has said nothing. */
bool reel_is_at_rest(const struct reel *reel);

/* Frames were lost that may have been its own. */
void reel_lose(struct reel *reel, uint64_t count);

/* How many frames were only counted, or lost. */
uint64_t reel_left_out(const struct reel *reel);

/* No more frames will come. STEP_FAIL: they could not all be written. */
enum step reel_finish(struct reel *reel, struct fail *fail);

/* Frames of one connection, numbered from 1; with ends that are not known, those of connections
 * begun meanwhile whose clients said nothing. */
struct reel_reader {
	const struct ends *ends;
	void *context;
	void (*on_frame)(void *context, const struct frame *frame);
};

/* Once the reel is finished, as often as wanted. */
enum step reel_read(struct reel *reel, const struct reel_reader *reader, struct fail *fail);

#endif
