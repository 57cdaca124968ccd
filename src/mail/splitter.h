/* mail/splitter.h: lines out of chunks, whatever the segment borders are. */
#ifndef MAIL_SPLITTER_H
#define MAIL_SPLITTER_H

#include "base/step.h"
#include "mail/mail.h"

/* One direction's line in the making. All zero is an empty one; memory is taken only when a line
 * comes in pieces. */
struct splitter {
	struct buffer kept; /* the beginning of a line whose end has not come */
	struct origin first, last;
	uint64_t octets; /* of the line so far; 0: at a line's beginning */
	uint8_t tail;    /* the last of them */
};

struct split_line {
	struct span text; /* without its end; at most LIMIT_LINE octets; until the next call */
	enum line_end end;
	uint64_t octets; /* on the wire, the end and what was left out included */
	struct origin first, last;
	bool is_over; /* longer than LIMIT_LINE: the rest was left out */
};

/* Takes the next line off *rest. STEP_MORE: *rest is used up, and its line goes on. */
enum step splitter_take(struct splitter *splitter, struct chunk *rest, struct split_line *line);

/* The line that will not be finished: false when none is begun. */
bool splitter_flush(struct splitter *splitter, struct split_line *line);

static inline bool splitter_is_empty(const struct splitter *splitter)
{
	return splitter->octets == 0;
}

void splitter_fini(struct splitter *splitter);

#endif
