#include "base/language.h"
#include "explain/catalogue.h"
#include "explain/explain.h"

static const struct wire_meaning rows[] = {
	{"flag", "SYN", N_("Asks for a connection and tells the first sequence number."),
		"RFC 9293 3.5"},
	{"flag", "SYN ACK",
		N_("Accepts the connection, tells this side's first sequence number, and "
		   "acknowledges "
		   "the other's."),
		"RFC 9293 3.5"},
	{"flag", "ACK", N_("Acknowledges everything up to the number it names."), "RFC 9293 3.1"},
	{"flag", "PSH", N_("Hand these octets to the program now, without waiting for more."),
		"RFC 9293 3.9.1.2"},
	{"flag", "FIN", N_("This side sends nothing more: it closes its direction."),
		"RFC 9293 3.6"},
	{"flag", "RST", N_("The connection is cut off, or was never there."), "RFC 9293 3.5.2"},
	{"flag", "URG", N_("The urgent pointer holds."), "RFC 9293 3.8.5"},
	{"flag", "ECE", N_("Congestion was met on the way; in a SYN: I can do this."),
		"RFC 3168 6.1"},
	{"flag", "CWR", N_("The sender has slowed down because of congestion."), "RFC 3168 6.1"},
	{"flag", "NS", N_("A nonce against lost marks of congestion; today the bit is AE."),
		"RFC 3540 2"},
	{"flag", "AE", N_("Accurate ECN: with CWR and ECE it counts marks of congestion."),
		"RFC 9768 3.2.2"},

	{"phase", "connect", N_("The three-way handshake: SYN, SYN ACK, ACK."), "RFC 9293 3.5"},
	{"phase", "transfer", N_("Octets in both directions, each acknowledged."), "RFC 9293 3.10"},
	{"phase", "close", N_("Four steps: FIN and ACK of one side, FIN and ACK of the other."),
		"RFC 9293 3.6"},
	{"phase", "half-close", N_("One direction is closed, the other still open."),
		"RFC 9293 3.6"},
	{"phase", "reset", N_("The connection ends by RST, without the four steps."),
		"RFC 9293 3.5.2"},
	{"phase", "retransmission", N_("A segment is sent again."), "RFC 9293 3.8.1"},
	{"phase", "duplicate ACK", N_("The same acknowledgement again: something is missing."),
		"RFC 5681 3.2"},
	{"phase", "out-of-order", N_("A segment came after one that was sent later."),
		"RFC 9293 3.10.7.4"},
	{"phase", "zero window", N_("The receiver has no room left."), "RFC 9293 3.8.6"},
	{"phase", "keep-alive", N_("A segment without news, to see whether the other is there."),
		"RFC 9293 3.8.4"},
	{"phase", "gap", N_("Octets that the capture lacks."), "RFC 9293 3.10"},
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

_Static_assert((int)ROW_COUNT <= 64, "a bit each");

static const char MARK_FRONT[] = "[TCP ";

/* What the packet list calls a segment, and the phase that it tells of. */
static const struct {
	const char *front, *phase;
} marks[] = {
	{"Retransmission]", "retransmission"},
	{"Fast Retransmission]", "retransmission"},
	{"Spurious Retransmission]", "retransmission"},
	{"Dup ACK ", "duplicate ACK"},
	{"Out-Of-Order]", "out-of-order"},
	{"ZeroWindow", "zero window"},
	{"Keep-Alive", "keep-alive"},
	{"Previous segment not captured]", "gap"},
	{"ACKed unseen segment]", "gap"},
};

/* The sentences of one segment. */
struct saying {
	struct buffer *out;
	uint64_t *explained;               /* a bit a row */
	const struct wire_meaning *leader; /* the first of them; NULL: none yet */
};

static size_t find_row(const char *name)
{
	size_t row = 0;

	while (row + 1 < ROW_COUNT && strcmp(rows[row].name, name) != 0)
		row++;
	return row;
}

static void say(struct saying *saying, const char *name)
{
	size_t row = find_row(name);

	if ((*saying->explained >> row & 1) != 0)
		return;
	*saying->explained |= (uint64_t)1 << row;
	explain_sentence(saying->out, span_text(name), rows[row].meaning, rows[row].rfc);
	if (saying->leader == NULL)
		saying->leader = &rows[row];
}

/* "[TCP Retransmission] [TCP Dup ACK 93#1] " at the front of an Info; what stands behind them. */
static struct span say_marks(struct saying *saying, struct span info)
{
	while (span_starts_letters(info, MARK_FRONT)) {
		struct span mark = span_from(info, sizeof MARK_FRONT - 1);

		for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
			if (span_starts_letters(mark, marks[i].front))
				say(saying, marks[i].phase);
		info = span_trim(span_from(info, span_index(info, ']') + 1));
	}
	return info;
}

/* The flags in brackets, "[FIN, PSH, ACK]". */
static struct span flags_of(struct span info)
{
	struct span flags = span_from(info, span_index(info, '[') + 1);

	return span_first(flags, span_index(flags, ']'));
}

static bool has_flag(struct span flags, const char *name)
{
	return span_find(flags, name) < flags.length;
}

/* The flags of the connection's beginning and end say which phase it is in. */
static void say_flags(struct saying *saying, struct span flags)
{
	static const char *const names[] = {"PSH", "URG", "ECE", "CWR", "AE"};

	if (has_flag(flags, "SYN") && has_flag(flags, "ACK"))
		say(saying, "SYN ACK");
	else if (has_flag(flags, "SYN")) {
		say(saying, "SYN");
		say(saying, "connect");
	}
	if (has_flag(flags, "FIN")) {
		say(saying, "FIN");
		say(saying, "close");
		say(saying, "half-close");
	}
	if (has_flag(flags, "RST")) {
		say(saying, "RST");
		say(saying, "reset");
	}
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (has_flag(flags, names[i]))
			say(saying, names[i]);
	if (has_flag(flags, "AE"))
		say(saying, "NS"); /* what the bit was called before */
	if (has_flag(flags, "ACK") && !has_flag(flags, "SYN"))
		say(saying, "ACK");
}

/* Whether the connection's beginning was explained: then what follows it is too. */
static bool has_connected(const struct saying *saying)
{
	return (*saying->explained >> find_row("connect") & 1) != 0;
}

static void add_guide(const struct saying *saying)
{
	const struct guide *guide;
	char id[CATALOGUE_ID_SIZE];

	if (saying->leader == NULL)
		return;
	catalogue_tcp_id(id, saying->leader);
	guide = guide_find(id);
	if (guide != NULL)
		explain_guide(saying->out, guide);
}

void text_explain_segment(
	struct buffer *out, struct span protocol, struct span info, uint64_t *explained)
{
	struct saying saying = {out, explained, NULL};
	bool is_tcp = span_is(protocol, "TCP");
	struct span flags;

	info = say_marks(&saying, info);
	flags = is_tcp ? flags_of(info) : span_of(NULL, 0);
	say_flags(&saying, flags);
	if (has_connected(&saying) && (!is_tcp || has_flag(flags, "PSH")))
		say(&saying, "transfer");
	add_guide(&saying);
}

const struct wire_meaning *explain_tcp(size_t *count)
{
	*count = ROW_COUNT;
	return rows;
}
