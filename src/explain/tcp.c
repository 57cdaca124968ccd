#include "base/language.h"
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

const struct wire_meaning *explain_tcp(size_t *count)
{
	*count = sizeof rows / sizeof rows[0];
	return rows;
}
