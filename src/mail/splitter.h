/* mail/splitter.h: lines out of chunks, whatever the segment borders are. */
#ifndef MAIL_SPLITTER_H
#define MAIL_SPLITTER_H

#include "base/attributes.h"
#include "base/limits.h"
#include "mail/mail.h"

/* The beginning of one direction's line whose end has not come. All zero is one to begin with;
 * memory is taken only when a line comes in pieces. */
struct splitter {
	struct buffer kept;
	struct origin first, last;
	uint64_t octets; /* on the wire */
	uint8_t tail;    /* the last of them */
};

/* A whole line, from at to the LF that stands at lf: fills text, end and octets. The text has at
 * most LIMIT_LINE octets; octets counts what was left out too. */
static inline void splitter_cut(const uint8_t *at, const uint8_t *lf, struct mail_event *line)
{
	size_t length = (size_t)(lf - at);

	line->octets = length + 1;
	if (LIKELY(length > 0 && lf[-1] == '\r')) {
		line->end = LINE_CRLF;
		length--;
	} else {
		line->end = LINE_LF;
	}
	line->text = span_of(at, length < LIMIT_LINE ? length : LIMIT_LINE);
}

/* Keeps the beginning of a line, or, when one is_begun, more of it. */
void splitter_keep(struct splitter *splitter, const struct chunk *piece, bool is_begun);

/* The line that was kept ends in LF, or, with lf NULL, without one. Fills first and last too; the
 * text holds until something is kept again. */
void splitter_end(
	const struct splitter *splitter, const struct origin *lf, struct mail_event *line);

/* Whether octets of the line's text were left out. */
bool splitter_is_over(const struct mail_event *line);

static inline void splitter_fini(struct splitter *splitter)
{
	buffer_fini(&splitter->kept);
}

#endif
