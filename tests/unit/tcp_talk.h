/* tests/unit/tcp_talk.h: a TCP conversation as frames in memory, handed to the dissector in any
 * order, and what the dissector says of it as text. */
#ifndef TESTS_UNIT_TCP_TALK_H
#define TESTS_UNIT_TCP_TALK_H

#include "base/buffer.h"
#include "base/chunk.h"
#include "dissect/dissect.h"

/* One segment as it goes over the wire. */
struct said {
	enum side from;
	uint8_t flags; /* enum tcp_flag; ACK is added to all but the client's SYN */
	uint32_t sequence, acknowledgement;
	uint32_t length; /* on the wire, when the text is cut; 0: the text's */
	struct span text;
};

/* The client is 10.0.0.1 and a port of its own, the server 10.0.0.2 and port 25 or what is set. */
struct tcp_talk {
	struct buffer bytes;
	size_t *starts, count, size; /* frame i (from 1) begins at starts[i - 1] */
	uint32_t next[2];            /* sequence number of the next octet of each side */
	uint16_t ports[2];
};

void tcp_talk_init(struct tcp_talk *talk);
void tcp_talk_fini(struct tcp_talk *talk);

/* Adds a frame just as it is told: an Ethernet frame of IPv4; with port 0 of UDP. */
void tcp_talk_add(struct tcp_talk *talk, const struct said *said);

/* SYN, SYN and ACK, ACK: three frames. begin is the client's first sequence number, the server's
 * is 5000 higher. */
void tcp_talk_open(struct tcp_talk *talk, uint32_t begin);

/* The side's next octets, all that the other has said acknowledged; the last without any. */
void tcp_talk_say(struct tcp_talk *talk, enum side from, const char *text);
void tcp_talk_say_octets(struct tcp_talk *talk, enum side from, struct span octets);
void tcp_talk_acknowledge(struct tcp_talk *talk, enum side from);

/* FIN of the client, of the server, and the last ACK: three frames. */
void tcp_talk_close(struct tcp_talk *talk);

/* A session with one message. */
enum { TCP_TALK_OPENING = 3, TCP_TALK_LINES = 13 };
struct tcp_line {
	enum side from;
	const char *text;
};
extern const struct tcp_line tcp_talk_dialogue[TCP_TALK_LINES];

/* Begins a talk: frames 1 to 3 open the connection, 4 to 16 are that session, 17 to 19 close it. */
void tcp_talk_whole(struct tcp_talk *talk);

/* Begins a talk: the connection opened, and the greeting said. */
void tcp_talk_greeted(struct tcp_talk *talk);

/* The listener's side: sessions and rows as text.
 *	"SMTP clear nothing" and what is_complete, has_begin and has_end say ("whole", "midway",
 *	"open"), then a line for each line, "C 6 EHLO a", with the frames that carry it,
 *	"S gap 12", "! finding-name frame"
 *	"6 #1 SMTP C: EHLO a": row number, session if there is one, protocol, info */
struct told {
	struct dissect *dissect;
	struct dissect_wants wants;
	struct buffer sessions, rows;
	size_t session_count, row_count;
	size_t lines, messages; /* of all sessions */
	size_t messages_seen;
	bool hides_frames; /* no frame numbers in sessions */
	uint64_t last_row;
	bool is_out_of_order; /* a row came with a smaller number than the one before */
	uint64_t frames;
};

/* The told must not move until told_fini(). */
void told_init(struct told *told, const struct dissect_wants *wants);
void told_fini(struct told *told);

/* The talk's frames from first to last (from 1), one a millisecond. */
void told_frames(struct told *told, const struct tcp_talk *talk, size_t first, size_t last);

/* The same for frames chosen one by one: "1 2 4 3". */
void told_order(struct told *told, const struct tcp_talk *talk, const char *order);

void told_end(struct told *told);

const char *told_sessions(struct told *told);
const char *told_rows(struct told *told);

#endif
