/* dissect/dialogue.h: what is said over one connection: finds the protocol, feeds mail and TLS,
 * makes the rows. */
#ifndef DISSECT_DIALOGUE_H
#define DISSECT_DIALOGUE_H

#include "dissect/recorder.h"
#include "dissect/rows.h"

enum talk {
	TALK_UNDECIDED,
	TALK_MAIL,
	TALK_TLS,   /* TLS without mail: named in the packet list of every frame */
	TALK_OTHER, /* not mail: kept only for the TCP rows */
};

struct early; /* bytes that came before the protocol was found */
struct probe;

/* What every packet touches stands in the first two cache lines, the recorder's front in them; what
 * its row needs stands behind the recorder. */
struct dialogue {
	uint8_t talk;        /* enum talk */
	bool is_tls[2];      /* the side's bytes go to TLS */
	bool is_opened;      /* mail is fed with what TLS opens */
	bool is_brief;       /* only what the table of sessions says is wanted, and no rows */
	bool is_catching_up; /* what came early is being fed: its rows are not settled yet */
	bool is_ended;
	struct mail *mail;
	struct rows *rows; /* NULL: no rows wanted */
	struct tls *tls;   /* NULL: none so far */
	struct recorder recorder;
	const struct dissect_wants *wants;
	struct connection *connection;
	uint32_t carried[2];  /* octets of packets without a line end, shown with the next row */
	struct draft *drafts; /* rows kept open */
	uint32_t *numbers;    /* the last session number given */
	struct shape *shape;  /* TLS whose names say nothing; NULL: not looked at */
	struct early *early, **early_end;
	size_t early_octets;
	struct probe *probe; /* TLS that can be opened: looks for mail in it; NULL: none */
};

/* Its place is the connection's room: so many octets, and what frees them at last. */
size_t dialogue_room_octets(void);
void dialogue_fini_room(void *room);

/* Begins the connection's dialogue in its room. */
struct dialogue *dialogue_begin(
	struct connection *connection, const struct dissect_wants *wants, struct rows *rows);

/* Leaves the room for another; the memory that it may need again stays. */
void dialogue_leave(struct dialogue *dialogue);

/* Asks for what the next bytes will need, their row, and the end, of a dialogue that may stand in
 * the room. */
void dialogue_prefetch(const void *room);
void dialogue_prefetch_row(const void *room);
void dialogue_prefetch_end(const void *room);

/* The next bytes of a side, in order; missing octets; the end of a side. */
void dialogue_chunk(struct dialogue *dialogue, enum side side, const struct chunk *chunk);
void dialogue_gap(struct dialogue *dialogue, enum side side, uint64_t octets, struct origin origin);
void dialogue_end(struct dialogue *dialogue, enum side side, struct origin origin);

/* The row of the packet whose bytes were just given (or held, or not new). */
void dialogue_row(struct dialogue *dialogue, struct draft *draft);

/* The dialogue is over: its rows wait no more, its session is filled. */
void dialogue_close(struct dialogue *dialogue, bool has_end);

#endif
