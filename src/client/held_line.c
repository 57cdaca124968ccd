#include "client/held_line.h"

bool held_line_take(struct buffer *held, struct span *octets, struct span *line)
{
	size_t lf = span_index(*octets, '\n');
	bool is_whole = lf < octets->length;

	buffer_add_span(held, span_first(*octets, lf));
	*octets = span_from(*octets, lf + 1);
	*line = buffer_span(held);
	if (line->length > 0 && line->at[line->length - 1] == '\r')
		line->length--;
	return is_whole;
}
