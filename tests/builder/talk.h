/* builder/talk.h: a TCP connection between two ends: numbers, windows, options, and how what is
 * said is cut into segments. */
#ifndef BUILDER_TALK_H
#define BUILDER_TALK_H

#include "base/chunk.h"
#include "packet.h"
#include "trace.h"

struct seal;

enum { TALK_SPLITS = 16 };

/* Segments that were named: to be sent later, or once more. */
struct talk_take {
	char *name;
	enum side side;
	bool is_held; /* never sent so far */
	struct talk_piece {
		uint32_t sequence;
		uint16_t flags;
		uint8_t *bytes;
		size_t length;
	} * pieces;
	size_t count;
};

struct talker {
	struct packet_end end;
	uint32_t isn;
	uint32_t next;    /* the number of the octet it sends next */
	uint32_t expects; /* what it acknowledges */
	uint32_t window;  /* as it is meant: the header has it shifted */
	uint8_t scale;
	bool has_scale, has_clock;
	uint32_t clock; /* its timestamp at the session's start; it ticks in milliseconds */
	uint32_t echo;  /* the newest timestamp of the other side */
	uint8_t options[PACKET_OPTIONS]; /* of its SYN */
	size_t option_length, clock_offset;
	uint16_t identification;
	struct buffer plain; /* said, but not yet sealed or sent */
	struct buffer wire;  /* sealed or in clear, goes out with the next segment */
};

struct talk {
	char *name;
	struct talker sides[2]; /* by enum side */
	struct packet_wrap wrap;
	size_t segment;    /* most octets in a segment */
	size_t record;     /* most octets of text in a TLS record, 0: a record a line */
	struct seal *seal; /* NULL: in clear */
	struct talk_take *takes;
	size_t take_count;
};

/* What all connections share. */
struct stage {
	struct trace trace;
	size_t segment;  /* cuts every write anew, 0: not */
	uint64_t split;  /* cuts behind this octet of all payload, 0: not */
	uint64_t octets; /* payload sent so far */
};

/* What the script wants to be sent, and how. */
struct wish {
	enum side side;
	struct span payload;
	uint16_t flags;    /* beside PSH and ACK */
	bool is_first_syn; /* no ACK yet */
	bool has_more;     /* of the same write behind it: no PSH */
	bool has_sequence;
	uint32_t sequence; /* counted from the first octet, which is 1 */
	size_t splits[TALK_SPLITS];
	size_t split_count;
	size_t segment;
	bool is_dropped, is_held; /* not captured; sent later */
	struct span name;         /* may be empty */
	size_t trailer;           /* octets behind the IP packet in the frame */
	bool has_sack;
	uint32_t sack[2]; /* as sequence */
};

/* A connection that begins as a copy of `from` (its ends, options, wrapping), or empty. */
struct talk *talk_new(struct span name, const struct talk *from);
void talk_free(struct talk *talk);

void talk_set_isn(struct talk *talk, enum side side, uint32_t isn);

/* The options of a side's SYN, in order: mss=1460 sackperm timestamps=1 wscale=7. */
void talk_set_options(struct talk *talk, enum side side, struct span words);

void talk_send(struct talk *talk, struct stage *stage, const struct wish *wish);

/* Sends named segments, for the first time or once more. */
void talk_again(struct talk *talk, struct stage *stage, struct span name);

/* Octets of the stream that were sent outside the capture. */
void talk_skip(struct talk *talk, enum side side, uint32_t octets);

#endif
