#include "mail/splitter.h"

void splitter_keep(struct splitter *splitter, const struct chunk *piece, bool is_begun)
{
	if (!is_begun) {
		buffer_clear(&splitter->kept);
		splitter->kept.limit = LIMIT_LINE + 1; /* with its CR */
		splitter->first = piece->origin;
		splitter->octets = 0;
	}
	if (piece->bytes.length == 0)
		return;
	(void)buffer_add_span(&splitter->kept, piece->bytes);
	splitter->octets += piece->bytes.length;
	splitter->tail = piece->bytes.at[piece->bytes.length - 1];
	splitter->last = piece->origin;
}

void splitter_end(const struct splitter *splitter, const struct origin *lf, struct mail_event *line)
{
	struct span text = buffer_span(&splitter->kept);

	line->end = lf != NULL ? LINE_LF : LINE_CUT;
	if (splitter->tail == '\r') {
		line->end = lf != NULL ? LINE_CRLF : LINE_CR;
		if (!splitter->kept.is_cut)
			text.length--;
	}
	line->text = span_first(text, LIMIT_LINE);
	line->octets = splitter->octets + (lf != NULL ? 1 : 0);
	line->first = splitter->first;
	line->last = lf != NULL ? *lf : splitter->last;
}

bool splitter_is_over(const struct mail_event *line)
{
	static const uint8_t ends[] = {
		[LINE_CRLF] = 2, [LINE_LF] = 1, [LINE_CR] = 1, [LINE_CUT] = 0};

	return line->octets > line->text.length + ends[line->end];
}
