/* compare/verdicts.h: a log held against a session, line by line: what each line of either is to
 * the other. */
#ifndef COMPARE_VERDICTS_H
#define COMPARE_VERDICTS_H

#include "base/language.h"
#include "compare/align.h"

#define VERDICTS(X)                                                                                \
	X(SAME, N_("same"))                                                                        \
	X(DECRYPTED, N_("same, decrypted"))                                                        \
	X(FITS, N_("fits"))                                                                        \
	X(WITHHELD, N_("withheld"))                                                                \
	X(DIFFERS, N_("differs"))                                                                  \
	X(LOG_ONLY, N_("log only"))                                                                \
	X(WIRE_ONLY, N_("wire only"))

enum verdict {
#define X(id, name) VERDICT_##id,
	VERDICTS(X)
#undef X
		VERDICT_COUNT
};
const char *verdict_name(enum verdict verdict);

/* From differs on: what makes the comparison fail. */
static inline bool verdict_is_difference(enum verdict verdict)
{
	return verdict >= VERDICT_DIFFERS;
}

struct comparison_row {
	enum verdict verdict;
	enum side side;
	size_t log, log_count;   /* lines of the log; count 0: none */
	size_t wire, wire_count; /* items of the wire; count 0: none */
	bool is_bare;            /* fits, with bare LF line ends only */
	bool shows_text;         /* how cites octets of the line */
	bool has_lag;
	int64_t lag;     /* ns that the wire's time is behind the log's, the clock's zone undone */
	struct span how; /* in words, printable; may be empty */
};

struct comparison {
	struct arena arena; /* their texts live here */
	const struct log *log;
	const struct session *session;
	struct wire wire;
	struct comparison_row *rows; /* in the order of the log, the wire's own lines between; freed
					with the comparison */
	size_t row_count;
	size_t counts[VERDICT_COUNT]; /* rows */
	size_t bare_count;            /* rows that fit with bare LF only */
	size_t passed;                /* records taken for session tickets or close_notify */
	bool is_sealing_guessed;
	bool has_clock;
	int64_t clock; /* ns that the log's clock is before UTC, in quarters of an hour */
	uint64_t cost; /* of the alignment; sessions of one capture are told apart by it */
};

/* Log and session must outlive the comparison. comparison_fini() is due. */
void compare(struct comparison *comparison, const struct log *log, const struct session *session);
void comparison_fini(struct comparison *comparison);

/* How many rows differ, or are on one side only; 0: no difference. */
size_t comparison_differences(const struct comparison *comparison);

/* How well they belong together: more is better. */
int64_t comparison_score(const struct comparison *comparison);

#endif
