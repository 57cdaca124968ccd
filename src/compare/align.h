/* compare/align.h: which lines of the log stand for which lines of the wire: the alignment with the
 * fewest edits, by what was said, never by clocks. */
#ifndef COMPARE_ALIGN_H
#define COMPARE_ALIGN_H

#include "compare/log.h"
#include "compare/wire.h"

enum align_kind {
	ALIGN_PAIR,    /* they agree: text, or lengths of sealed records */
	ALIGN_DIFFERS, /* they stand for each other, and do not agree */
	ALIGN_LOG,     /* the log alone has these lines */
	ALIGN_WIRE,    /* the wire alone has it */
	ALIGN_ABSORB,  /* the wire's line is what the log withheld */
	ALIGN_PASS,    /* no dialogue: session tickets, close_notify */
};

/* How the lines of a message's text must end so that they fit into their records. */
enum align_ends {
	ENDS_CRLF,
	ENDS_LF,         /* each by a bare LF */
	ENDS_LF_INSIDE,  /* each by a bare LF, the last one by CRLF */
	ENDS_LF_IN_CRLF, /* an empty line, CRLF; lines with bare LF; CRLF once more */
};

struct align_step {
	enum align_kind kind;
	enum align_ends ends;
	size_t log, log_count;   /* first line, and how many */
	size_t wire, wire_count; /* first item, and how many */
};

struct alignment {
	struct align_step *steps; /* in order; each line and item is in one step, withheld lines
				     before what they absorb */
	size_t count;
	uint64_t cost;     /* 0: all agrees */
	bool is_by_offset; /* the steps are in the log's order, the items of a side in theirs */
};

/* alignment_fini() is due. What is weighed on the way lives in the arena. */
void align(struct alignment *alignment, struct arena *arena, const struct log *log,
	const struct wire *wire);
void alignment_fini(struct alignment *alignment);

/* Whether a line of the log and one of the wire say the same: the dot that was doubled on the wire
 * may stand doubled in the log or not. */
bool align_same_text(const struct log_line *line, const struct wire_item *item);

/* Whether the log tells how many octets it withheld. */
bool align_is_counted(const struct log_line *line);

/* Octets of count lines from first on, each with CRLF, or as the log says that they ended. */
uint64_t align_octets(const struct log *log, size_t first, size_t count);

/* Whether the line belongs to the text of a message: behind 354, or behind +OK to RETR or TOP. */
bool *align_message_lines(struct arena *arena, const struct log *log);

#endif
