#include "view/explain.h"

static const struct wire_meaning rows[] = {
	{"flag", "SYN", "Asks for a connection and tells the first sequence number.",
		"RFC 9293 3.5"},
	{"flag", "SYN ACK",
		"Accepts the connection, tells this side's first sequence number, and acknowledges "
		"the other's.",
		"RFC 9293 3.5"},
	{"flag", "ACK", "Acknowledges everything up to the number it names.", "RFC 9293 3.1"},
	{"flag", "PSH", "Hand these octets to the program now, without waiting for more.",
		"RFC 9293 3.9.1.2"},
	{"flag", "FIN", "This side sends nothing more: it closes its direction.", "RFC 9293 3.6"},
	{"flag", "RST", "The connection is cut off, or was never there.", "RFC 9293 3.5.2"},
	{"flag", "URG", "The urgent pointer holds.", "RFC 9293 3.8.5"},
	{"flag", "ECE", "Congestion was met on the way; in a SYN: I can do this.", "RFC 3168 6.1"},
	{"flag", "CWR", "The sender has slowed down because of congestion.", "RFC 3168 6.1"},
	{"flag", "NS", "A nonce against lost marks of congestion; today a bit of accurate ECN.",
		"RFC 3540"},

	{"phase", "connect", "The three-way handshake: SYN, SYN ACK, ACK.", "RFC 9293 3.5"},
	{"phase", "transfer", "Octets in both directions, each acknowledged.", "RFC 9293 3.10"},
	{"phase", "close", "Four steps: FIN and ACK of one side, FIN and ACK of the other.",
		"RFC 9293 3.6"},
	{"phase", "half-close", "One direction is closed, the other still open.", "RFC 9293 3.6"},
	{"phase", "reset", "The connection ends by RST, without the four steps.", "RFC 9293 3.5.2"},
	{"phase", "retransmission", "A segment is sent again.", "RFC 9293 3.8.1"},
	{"phase", "duplicate ACK", "The same acknowledgement again: something is missing.",
		"RFC 5681 3.2"},
	{"phase", "out-of-order", "A segment came after one that was sent later.",
		"RFC 9293 3.10.7.4"},
	{"phase", "zero window", "The receiver has no room left.", "RFC 9293 3.8.6"},
	{"phase", "keep-alive", "A segment without news, to see whether the other is there.",
		"RFC 9293 3.8.4"},
	{"phase", "gap", "Octets that the capture lacks.", "RFC 9293 3.10"},
};

const struct wire_meaning *explain_tcp(size_t *count)
{
	*count = sizeof rows / sizeof rows[0];
	return rows;
}
