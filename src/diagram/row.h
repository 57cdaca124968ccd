/* diagram/row.h: one row of the ladder out of lines, findings or a segment of the session. */
#ifndef DIAGRAM_ROW_H
#define DIAGRAM_ROW_H

#include "diagram/ladder.h"
#include "view/text.h"

/* What a row is made of: a run of lines, a finding, a segment, an end of the connection; or that
 * there are no segments to draw. */
enum ladder_event_kind {
	EVENT_OPEN,
	EVENT_LINES,
	EVENT_FINDING,
	EVENT_SEGMENT,
	EVENT_CLOSE,
	EVENT_NOTHING
};

struct ladder_event {
	enum ladder_event_kind kind;
	size_t first, last; /* lines, findings, segments */
	size_t weight;      /* rows of ordinary height that it takes */
};

struct ladder_builder {
	struct ladder *ladder;
	const struct session *session;
	const struct ladder_wants *wants;
	struct buffer said, aside, warning, tooltip, scratch;

	/* where we are in the session */
	enum ladder_phase phase;
	bool is_sealed, has_announced_tls;
	size_t next_line; /* detail tcp: the first line that the segments have not completed */
	struct text_explained explained; /* records of TLS whose tooltip says what they are */
	uint64_t segments_explained;     /* the same of TCP's flags and phases */
	bool has_last;                   /* last is known */
	int64_t last;                    /* time of the row before, ns since 1970 */
	size_t last_segment;             /* detail tcp: the last one of TLS, plus 1 */
};

void builder_init(struct ladder_builder *builder, struct ladder *ladder,
	const struct session *session, const struct ladder_wants *wants);
void builder_fini(struct ladder_builder *builder);

/* Moves on to the event, whether it is drawn or folded. */
void builder_pass(struct ladder_builder *builder, const struct ladder_event *event);

/* The same, and appends its row (and the one that announces TLS before the first inside). */
void builder_draw(struct ladder_builder *builder, const struct ladder_event *event);

/* Appends the row that says how many were folded. */
void builder_fold(struct ladder_builder *builder, size_t rows);

/* A new row behind the last; kind, from, stroke and frame are the caller's to set, and
 * row_finish() its words. */
struct ladder_row *row_new(struct ladder_builder *builder);

/* Takes the words written into the builder's buffers. */
void row_finish(struct ladder_builder *builder, struct ladder_row *row);

/* Sets time and gap; time is in ns since 1970. */
void row_set_time(struct ladder_builder *builder, struct ladder_row *row, int64_t time);

/* Appends the frames and the time to the tooltip: "frames 3, 4 · 0.095212181 s · server". */
void row_add_origin(
	struct ladder_builder *builder, const struct ladder_row *row, const struct line *line);

/* Nanoseconds; whatever the times are, and a capture can say anything, it does not overflow. */
int64_t time_between(int64_t from, int64_t to);

/* Draws a run of lines as one arrow (diagram/say.c). */
void say_lines(struct ladder_builder *builder, const struct ladder_event *event);

/* Appends the finding in words: "segments were sent again [RFC 9293 3.8.1]". */
void say_finding(struct buffer *out, const struct finding *finding);

/* Draws one segment of the TCP flow (diagram/flow.c). */
void flow_draw(struct ladder_builder *builder, const struct segment *segment);

/* Appends the segment's Info; with is_redacted without the secrets of the lines it carries. */
void flow_add_info(struct buffer *out, const struct session *session, const struct segment *segment,
	bool is_redacted);

/* Whether the segment is one of TLS, by its protocol's name. */
bool flow_is_tls(const struct segment *segment);

/* The phase a line belongs to; before is that of the line before it. */
enum ladder_phase line_phase(
	const struct session *session, const struct line *line, enum ladder_phase before);

#endif
