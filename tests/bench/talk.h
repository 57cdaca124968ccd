/* bench/talk.h: what the sessions of a generated capture say, turn by turn, as tables. */
#ifndef BENCH_TALK_H
#define BENCH_TALK_H

#include "frame.h"
#include "pool.h"

enum row_use {
	ROW_PLAIN = 0,
	ROW_EXACT = 1,   /* no placeholders in it */
	ROW_MESSAGE = 2, /* a message's text follows, and the line with the dot */
	ROW_BODY = 4,    /* a slice of the talk's pool follows */
	ROW_AGAIN = 8,   /* where each further round begins */
	ROW_BACK = 16,   /* where each round ends */
};

/* One turn. In its text % stands for the session's number, # for the octets of what follows. */
struct row {
	const char *text; /* NULL: end of the talk */
	uint16_t length;
	uint8_t from; /* enum side */
	uint8_t use;
};

struct talk {
	const char *name;
	const struct row *rows;
	uint16_t port;
	bool is_mail;
	bool is_udp;
	bool is_brief; /* the last words carry the FIN, nothing is acknowledged for itself */
	enum pool_kind pool;
	uint32_t least, most; /* octets of what follows a row of ROW_MESSAGE or ROW_BODY */
	uint32_t rounds;      /* at most; 0 where there is no ROW_AGAIN */
};

enum talk_name {
	TALK_RELAY,
	TALK_SUBMISSION,
	TALK_FETCH,
	TALK_BRIEF_RELAY,
	TALK_BRIEF_FETCH,
	TALK_HTTP,
	TALK_HTTPS,
	TALK_DNS,
	TALK_QUIC,
	TALK_SSH,
	TALK_DATABASE,
	TALK_OTHER,
	TALKS
};

extern const struct talk talks[TALKS];

#endif
