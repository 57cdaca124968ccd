#include "diagram/join.h"

#include <inttypes.h>

/* Graphviz begins each node and edge with a comment that names it. In text, titles and tooltips "<"
 * is always escaped, so that a line with it in front is never theirs. */
static const char PAPER[] = "\n<!-- paper -->\n";
static const char PIECE[] = "\n<!-- ";
static const char GROUP[] = "\n<g id=\"";
static const char TAIL[] = "</g>\n</svg>\n";

enum { NODES, EDGES };
static const char *const kinds[] = {[NODES] = "node", [EDGES] = "edge"};

static void write_span(struct diagram_join *join, struct span s)
{
	if (s.length > 0)
		fwrite(s.at, 1, s.length, join->out);
}

static bool starts(struct span s, const char *text)
{
	return span_equal(span_first(s, strlen(text)), span_text(text));
}

/* Takes a piece, its comment included, off the front of *rest. */
static struct span take_piece(struct span *rest)
{
	size_t length = span_find(*rest, PIECE);
	struct span piece = span_first(*rest, length + 1);

	*rest = span_from(*rest, length + 1);
	return piece;
}

/* The value of id in a piece's first tag, <g id="node12" class="node">. */
static struct span piece_id(struct span piece)
{
	struct span id = span_from(piece, span_find(piece, GROUP) + strlen(GROUP));

	return span_first(id, span_index(id, '"'));
}

static int piece_kind(struct span piece, struct span id)
{
	struct span behind = span_from(piece, (size_t)(id.at - piece.at) + id.length);

	return starts(behind, "\" class=\"edge") ? EDGES : NODES;
}

/* Where Graphviz numbered the piece in its part, it gets its number in the whole. */
static void add_piece(struct diagram_join *join, struct span piece, const unsigned *before)
{
	struct span id = piece_id(piece);
	int kind = piece_kind(piece, id);
	struct span number = span_from(id, strlen(kinds[kind]));
	uint64_t value;

	join->before[kind]++;
	if (starts(id, kinds[kind]) && span_number(number, &value)) {
		write_span(join, span_first(piece, (size_t)(number.at - piece.at)));
		fprintf(join->out, "%" PRIu64, value + before[kind]);
		piece = span_from(piece, (size_t)(number.at - piece.at) + number.length);
	}
	write_span(join, piece);
}

bool join_add(struct diagram_join *join, struct span svg)
{
	const unsigned before[] = {join->before[NODES], join->before[EDGES]};
	size_t head = span_find(svg, PAPER) + 1;
	struct span rest = span_from(svg, head), paper;

	if (rest.length < strlen(TAIL) ||
		!span_is(span_from(rest, rest.length - strlen(TAIL)), TAIL))
		return false;
	rest.length -= strlen(TAIL);
	paper = take_piece(&rest);
	if (!join->has_begun)
		write_span(join, span_first(svg, head + paper.length));
	join->has_begun = true;
	while (rest.length > 0)
		add_piece(join, take_piece(&rest), before);
	return true;
}

void join_end(struct diagram_join *join)
{
	fputs(TAIL, join->out);
}
