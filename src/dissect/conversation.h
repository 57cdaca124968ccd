/* dissect/conversation.h: what is said over one connection: finds the protocol, feeds mail and TLS,
 * makes the rows. */
#ifndef DISSECT_CONVERSATION_H
#define DISSECT_CONVERSATION_H

#include "dissect/recorder.h"
#include "dissect/rows.h"

enum talk {
	TALK_UNDECIDED,
	TALK_MAIL,
	TALK_OTHER, /* not mail: kept only for the TCP rows */
};

struct early; /* bytes that came before the protocol was found */

struct conversation {
	const struct dissect_wants *wants;
	struct rows *rows; /* NULL: no rows wanted */
	struct connection *connection;
	enum talk talk;
	uint32_t *numbers; /* the last session number given */
	struct early *early, **early_end;
	size_t early_octets;
	struct mail *mail;
	struct tls *tls;
	bool is_tls[2]; /* the side's bytes go to TLS */
	bool is_ended;
	struct recorder recorder;
	struct draft *drafts; /* rows kept open */
	uint32_t carried[2];  /* octets of packets without a line end, shown with the next row */
	uint64_t message_row_octets;
	struct conversation *next_spare;
};

/* A conversation, out of *spare if there is one. */
struct conversation *conversation_new(struct conversation **spare,
	const struct dissect_wants *wants, struct rows *rows, struct connection *connection);
void conversation_put_back(struct conversation **spare, struct conversation *conversation);
void conversation_free_spare(struct conversation *spare);

/* The next bytes of a side, in order; missing octets; the end of a side. */
void conversation_chunk(
	struct conversation *conversation, enum side side, const struct chunk *chunk);
void conversation_gap(
	struct conversation *conversation, enum side side, uint64_t octets, struct origin origin);
void conversation_end(struct conversation *conversation, enum side side, struct origin origin);

/* The row of the packet whose bytes were just given (or held, or not new). */
void conversation_row(struct conversation *conversation, struct draft *draft);

/* The conversation is over: its rows wait no more, its session is filled. */
void conversation_close(struct conversation *conversation, bool has_end);

#endif
