#include "mail/splitter.h"

#include "base/limits.h"

static void splitter_keep(struct splitter *splitter, struct span bytes, struct origin origin)
{
	if (bytes.length == 0)
		return;
	if (splitter->octets == 0) {
		buffer_clear(&splitter->kept);
		splitter->kept.limit = LIMIT_LINE + 1; /* with its CR */
		splitter->first = origin;
	}
	(void)buffer_add_span(&splitter->kept, bytes);
	splitter->octets += bytes.length;
	splitter->tail = bytes.at[bytes.length - 1];
	splitter->last = origin;
}

/* Takes the CR off the text; end is what the line end is when a CR stands there. */
static void line_finish(struct split_line *line, bool ends_in_cr, bool is_cut, enum line_end end)
{
	if (ends_in_cr) {
		line->end = end;
		if (!is_cut)
			line->text.length--;
	}
	line->is_over = is_cut || line->text.length > LIMIT_LINE;
	line->text = span_first(line->text, LIMIT_LINE);
}

enum step splitter_take(struct splitter *splitter, struct chunk *rest, struct split_line *line)
{
	size_t at = span_index(rest->bytes, '\n');
	struct span bytes = span_first(rest->bytes, at);
	bool is_whole = at < rest->bytes.length;

	rest->bytes = span_from(rest->bytes, at + 1);
	if (is_whole && splitter->octets == 0) {
		*line = (struct split_line){.text = bytes,
			.end = LINE_LF,
			.octets = at + 1,
			.first = rest->origin,
			.last = rest->origin};
		line_finish(line, at > 0 && bytes.at[at - 1] == '\r', false, LINE_CRLF);
		return STEP_DONE;
	}
	splitter_keep(splitter, bytes, rest->origin);
	if (!is_whole)
		return STEP_MORE;
	*line = (struct split_line){.text = buffer_span(&splitter->kept),
		.end = LINE_LF,
		.octets = splitter->octets + 1,
		.first = splitter->first,
		.last = rest->origin};
	line_finish(line, splitter->tail == '\r', splitter->kept.is_cut, LINE_CRLF);
	splitter->octets = 0;
	return STEP_DONE;
}

bool splitter_flush(struct splitter *splitter, struct split_line *line)
{
	if (splitter->octets == 0)
		return false;
	*line = (struct split_line){.text = buffer_span(&splitter->kept),
		.end = LINE_CUT,
		.octets = splitter->octets,
		.first = splitter->first,
		.last = splitter->last};
	line_finish(line, splitter->tail == '\r', splitter->kept.is_cut, LINE_CR);
	splitter->octets = 0;
	return true;
}

void splitter_fini(struct splitter *splitter)
{
	buffer_fini(&splitter->kept);
}
