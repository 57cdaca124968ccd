#include "client/dots.h"

/* The octets at the front that need nothing done to them. */
static size_t plain_run(struct span octets)
{
	size_t length = 0;

	while (length < octets.length && octets.at[length] != '\r' && octets.at[length] != '\n')
		length++;
	return length;
}

static void end_line(struct dot *dot, struct buffer *out)
{
	buffer_add_text(out, "\r\n");
	dot->is_inside = false;
}

void dot_add(struct dot *dot, struct span octets, struct buffer *out)
{
	while (octets.length > 0) {
		size_t length = plain_run(octets);

		if (length > 0) {
			if (!dot->is_inside && !dot->is_plain && octets.at[0] == '.')
				buffer_add_byte(out, '.');
			buffer_add(out, octets.at, length);
			dot->is_inside = true;
			dot->was_cr = false;
		} else {
			/* The LF of a CRLF has nothing left to end. */
			if (octets.at[0] == '\r' || !dot->was_cr)
				end_line(dot, out);
			dot->was_cr = octets.at[0] == '\r';
			length = 1;
		}
		octets = span_from(octets, length);
	}
}

void dot_end(struct dot *dot, struct buffer *out)
{
	if (dot->is_inside)
		end_line(dot, out);
	if (!dot->is_plain)
		buffer_add_text(out, ".\r\n");
}

/* One octet that is not in the middle of a line. */
static enum step undot_octet(struct undot *undot, uint8_t octet, struct buffer *out)
{
	if (undot->state == UNDOT_DOT_CR && octet == '\n')
		return STEP_DONE;
	if (undot->state == UNDOT_DOT && octet == '\r') {
		undot->state = UNDOT_DOT_CR;
		return STEP_MORE;
	}
	if (undot->state == UNDOT_BEGIN && octet == '.') {
		undot->state = UNDOT_DOT;
		return STEP_MORE;
	}
	if (undot->state == UNDOT_DOT_CR) { /* a dot, CR and more: the text went on */
		buffer_add_byte(out, '\r');
		undot->state = UNDOT_CR;
	}
	buffer_add_byte(out, octet);
	if (octet == '\r')
		undot->state = UNDOT_CR;
	else
		undot->state = undot->state == UNDOT_CR && octet == '\n' ? UNDOT_BEGIN : UNDOT_TEXT;
	return STEP_MORE;
}

enum step undot_take(struct undot *undot, struct span *in, struct buffer *out)
{
	while (in->length > 0) {
		size_t length = 1;

		if (undot->state == UNDOT_TEXT && in->at[0] != '\r') {
			length = span_index(*in, '\r');
			buffer_add(out, in->at, length);
		} else if (undot_octet(undot, in->at[0], out) == STEP_DONE) {
			*in = span_from(*in, 1);
			return STEP_DONE;
		}
		*in = span_from(*in, length);
	}
	return STEP_MORE;
}
