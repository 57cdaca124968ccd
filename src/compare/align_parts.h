/* compare/align_parts.h: what the parts of the alignment share; for them alone. */
#ifndef COMPARE_ALIGN_PARTS_H
#define COMPARE_ALIGN_PARTS_H

#include "compare/align.h"

/* What an edit costs. Two lines left alone cost less than two that have nothing in common. */
enum {
	COST_ALONE = 10,      /* a line of the log, or of the wire, alone */
	COST_FURTHER = 1,     /* each further line when a whole entry is left alone */
	COST_ABSORB = 3,      /* a withheld line takes one of the wire */
	COST_PASS = 1,        /* a record is taken for a ticket or an alert */
	COST_IN_GAP = 2,      /* a line of the log stands where octets are missing */
	COST_ENDS = 1,        /* fits with other line ends than CRLF alone */
	COST_RUN = 1,         /* lines and records fit as a run, no line ends where a record does */
	COST_ACROSS = 16,     /* so they do, across entries */
	COST_SHARED = 3,      /* the record goes on with what was withheld */
	COST_LENGTH = 11,     /* a record of another length stands in the line's place, at least */
	COST_LENGTH_MOST = 7, /* more of that */
	COST_BLANKS = 3,      /* trailing blanks differ */
	COST_SIMILAR = 8,     /* most of the text is the same */
	COST_SAME_WORD = 14,  /* the first word is */
	COST_NEVER = 1000,
};

/* A line of the log, or the rest of an entry of very many lines, which is weighed as one. */
struct align_unit {
	size_t line, count;
	size_t entry_end; /* index of the unit behind its entry */
	bool is_message;
};

struct align_window {
	const struct log *log;
	const struct wire *wire;
	const struct align_unit *units;
	size_t unit_count;
	size_t first_item, item_count;
	bool is_log_cut, is_wire_cut; /* more comes behind it */
};

/* A way on from a cell: units and items taken, and what it costs. */
struct align_move {
	enum align_kind kind;
	enum align_ends ends;
	size_t units, items;
	uint32_t cost;
};

/* The moves by which units from unit on and items from item on agree; how many (at most 2). */
size_t align_fits(
	const struct align_window *window, size_t unit, size_t item, struct align_move moves[2]);

/* The moves by which they stand for each other without agreeing; how many (at most 2). */
size_t align_replaces(
	const struct align_window *window, size_t unit, size_t item, struct align_move moves[2]);

/* The cheapest way through the window: moves in order, in the arena. It ends where both end, or
 * anywhere at an end behind which more comes. */
struct align_path {
	struct align_move *moves;
	size_t count;
	uint32_t cost;
};
void align_walk(struct align_path *path, struct arena *arena, const struct align_window *window);

/* Where both know the offsets of their lines, these say what belongs together, a side by itself. */
void align_by_offset(struct alignment *alignment, const struct log *log, const struct wire *wire);

#endif
