/* diagram/ladder.h: sessions as the rows of a ladder: plain rows, nothing is drawn yet. */
#ifndef DIAGRAM_LADDER_H
#define DIAGRAM_LADDER_H

#include "base/language.h"
#include "diagram/diagram.h"
#include "diagram/words.h"
#include "session/session.h"

enum ladder_kind {
	LADDER_ARROW, /* something that crossed the network */
	LADDER_NOTE,  /* a remark between the lifelines */
	LADDER_TLS,   /* from here on the session is inside TLS: stands before the first such row */
	LADDER_FOLD,  /* rows were left out here */
};

enum ladder_stroke {
	STROKE_PLAIN,
	STROKE_QUIET, /* TCP alone: segments that carry no mail */
	STROKE_AGAIN, /* sent again */
	STROKE_GAP,   /* missing in the capture */
};

#define LADDER_PHASES(X)                                                                           \
	X(NONE, "")                                                                                \
	X(CONNECT, N_in("phase", "connect"))                                                       \
	X(GREETING, N_in("phase", "greeting"))                                                     \
	X(HELLO, N_in("phase", "hello"))                                                           \
	X(TLS, N_in("phase", "tls"))                                                               \
	X(LOGIN, N_in("phase", "login"))                                                           \
	X(ENVELOPE, N_in("phase", "envelope"))                                                     \
	X(MESSAGE, N_in("phase", "message"))                                                       \
	X(MAILBOX, N_in("phase", "mailbox"))                                                       \
	X(SEALED, N_in("phase", "sealed"))                                                         \
	X(OTHER, N_in("phase", "other"))                                                           \
	X(QUIT, N_in("phase", "quit"))

enum ladder_phase {
#define X(id, name) LADDER_PHASE_##id,
	LADDER_PHASES(X)
#undef X
};

struct ladder_row {
	enum ladder_kind kind;
	enum ladder_stroke stroke;
	enum side from; /* arrows */
	enum ladder_phase phase;
	bool is_sealed; /* inside TLS: shaded */
	bool has_time, has_gap;
	uint64_t frame;       /* 0: none */
	int64_t time;         /* ns since the capture's first packet */
	int64_t gap;          /* ns since the row before */
	struct words said;    /* what was said, or the remark */
	struct words aside;   /* decoded, in a lighter tone */
	struct words warning; /* findings about it */
	const char *tooltip;  /* frames, time, the whole text, what it means; lines; may be NULL */
};

struct ladder_session {
	struct words title;  /* "Session 2: POP3, in clear, 192.0.2.1:1046 to 192.0.2.2:110" */
	struct words facts;  /* "x.pcapng, 2022-10-25 08:00:00 UTC, 0.480 s, delivered" */
	const char *ends[2]; /* by enum side: "192.0.2.1:1046" */
	size_t first_row, row_count;
};

struct ladder {
	struct arena arena; /* everything lives here */
	const char *name;   /* of the capture of the first session; NULL before */
	int64_t start;      /* of the first session's capture, ns since 1970 */
	struct ladder_row *rows;
	size_t row_count;
	struct ladder_session *sessions;
	size_t session_count;
	size_t used;          /* of LIMIT_DIAGRAM_ROWS; a tall row counts as several */
	uint64_t folded_rows; /* left out, with a row that says so */
	uint64_t left_out;    /* sessions that were only counted */
};

struct ladder_wants {
	enum diagram_detail detail;
	bool is_redacted;
	const char *const *notes; /* one a message, each may be NULL; or NULL */
};

void ladder_init(struct ladder *ladder);
void ladder_fini(struct ladder *ladder);

/* Whether the next session would only be counted. */
bool ladder_is_full(const struct ladder *ladder);

/* Appends the session's rows; of more than are left of LIMIT_DIAGRAM_ROWS the middle is folded.
 * Nothing of the session is kept. */
void ladder_add(
	struct ladder *ladder, const struct session *session, const struct ladder_wants *wants);

const char *ladder_phase_name(enum ladder_phase phase); /* "" for NONE */

#endif
