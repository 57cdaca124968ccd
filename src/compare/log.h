/* compare/log.h: the log of a mail session as plain lines, whoever wrote it. */
#ifndef COMPARE_LOG_H
#define COMPARE_LOG_H

#include "base/arena.h"
#include "base/chunk.h"
#include "base/fail.h"

enum log_kind {
	LOG_SAID,     /* a line of the dialogue */
	LOG_WITHHELD, /* here the log left something out on purpose */
};

/* How a line ended on the wire, where the log says it. */
enum log_end { LOG_END_UNKNOWN, LOG_END_CRLF, LOG_END_LF, LOG_END_NONE };

struct log_line {
	enum log_kind kind;
	enum side side;  /* of a withheld line: when has_side is set */
	bool has_side;   /* false: withheld, and either side may have spoken */
	bool is_implied; /* withheld: not said, but this kind of log never shows what comes here */
	bool may_share; /* withheld: what was left out may begin in the record of the line before */
	bool is_further; /* belongs to the entry of the line before it */
	bool has_time, has_offset;
	enum log_end end;
	struct span text;        /* without line end */
	uint32_t number;         /* line of the file, from 1 */
	int64_t time;            /* ns since 1970 by the log's own clock, whose zone is not known */
	uint64_t offset, octets; /* with has_offset: where it stands in its side's stream, line end
				    included */
};

struct log {
	struct arena arena;     /* the lines' texts live here */
	const char *format;     /* "session log", "swaks", ... */
	struct log_line *lines; /* in the order of the file; freed with the log */
	size_t count;
	bool has_times;
	bool has_entries; /* some are of several lines */
	bool has_offsets; /* every line has one */
};

/* Reads a log, its format found by what stands in it. STEP_FAIL: FAIL_DAMAGED, it is no log that
 * is known, or longer than LIMIT_LOG_LINES. On both log_fini() is due. */
enum step log_read(struct log *log, struct span text, struct fail *fail);
void log_fini(struct log *log);

#endif
