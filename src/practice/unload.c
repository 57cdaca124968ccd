#include "practice/unload.h"

#include <errno.h>
#include <unistd.h>

enum { PIECE = 16 * 1024 };

/* A line is at its end: whether TOP goes on. */
static bool end_line(struct unload *unload)
{
	bool is_in_body = unload->is_in_body;

	if (!unload->has_text)
		unload->is_in_body = true;
	unload->is_inside = unload->has_text = unload->ends_in_cr = false;
	if (!unload->has_limit || !unload->is_in_body)
		return true;
	if (is_in_body && unload->lines > 0)
		unload->lines--;
	return unload->lines > 0;
}

/* A run without LF. */
static void add_run(struct unload *unload, struct span run, struct buffer *out)
{
	if (run.length == 0)
		return;
	if (!unload->is_inside && run.at[0] == '.' && !unload->is_unstuffed)
		buffer_add_byte(out, '.');
	buffer_add_span(out, run);
	unload->has_text =
		unload->has_text || unload->ends_in_cr || run.length > 1 || run.at[0] != '\r';
	unload->ends_in_cr = run.at[run.length - 1] == '\r';
	unload->is_inside = true;
}

bool unload_octets(struct unload *unload, struct span octets, struct buffer *out)
{
	while (octets.length > 0) {
		struct span run = span_first(octets, span_index(octets, '\n'));

		add_run(unload, run, out);
		if (run.length == octets.length)
			return true;
		if (unload->is_unix && !unload->ends_in_cr)
			buffer_add_byte(out, '\r');
		buffer_add_byte(out, '\n');
		octets = span_from(octets, run.length + 1);
		/* LF alone ends no line where lines end in CRLF. */
		if (unload->ends_in_cr || unload->is_unix) {
			if (!end_line(unload))
				return false;
		} else {
			unload->is_inside = unload->has_text = true;
		}
	}
	return true;
}

void unload_end(struct unload *unload, struct buffer *out)
{
	buffer_add_text(out, unload->is_inside ? "\r\n.\r\n" : ".\r\n");
}

enum step unload_next(struct unload *unload, struct buffer *out)
{
	uint8_t piece[PIECE];
	ssize_t got;

	do
		got = read(unload->descriptor, piece, sizeof piece);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return STEP_FAIL;
	if (got > 0 && unload_octets(unload, span_of(piece, (size_t)got), out))
		return STEP_MORE;
	unload_end(unload, out);
	return STEP_DONE;
}

void unload_fini(struct unload *unload)
{
	if (unload->descriptor >= 0)
		close(unload->descriptor);
	unload->descriptor = -1;
}
