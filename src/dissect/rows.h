/* dissect/rows.h: the packet list: a row a frame, held back while something later must be known. */
#ifndef DISSECT_ROWS_H
#define DISSECT_ROWS_H

#include "dissect/dissect.h"
#include "net/connection.h"

/* What a row waits for before it can be written. */
enum row_wait {
	WAIT_BYTES = 1 << 0,   /* its bytes stand behind a gap */
	WAIT_REPLY = 1 << 1,   /* the other side's reply says what they are */
	WAIT_VERSION = 1 << 2, /* the TLS version agreed later */
	WAIT_GUESS = 1 << 3,   /* whether this is mail at all */
};

enum { DRAFT_ADDRESS = 48 }; /* octets of an address as text */

/* A row that is being made. */
struct draft {
	struct row row;                                /* its spans are set when it is written */
	struct draft *next_of_owner, **place_of_owner; /* the open rows of a dialogue */
	unsigned waits;                                /* enum row_wait */
	enum side side;
	const char *protocol;      /* fixed text; NULL: "TCP", or by what is said */
	const char *said_protocol; /* of what is in said: "SMTP", "SMTP/IMF", "POP", "TLSv1.2" */
	uint8_t family;            /* of the addresses: 4, 6, or 0 for those of the link */
	uint8_t addresses[2][16];
	bool has_source, has_destination;
	bool is_tls;
	bool has_opened;   /* what TLS opened came with this packet */
	bool has_line_end; /* and a line ends in it */
	bool is_finished;
	bool is_malformed;  /* "[Packet size limited during capture]" */
	bool has_new_bytes; /* payload that was not there before */
	bool is_part;     /* it was kept for a later packet: "[TCP segment of a reassembled PDU]" */
	bool is_prefixed; /* "C: " or "S: " stands before what is said */
	bool drops_code;  /* the reply line before was "NNN-" */
	bool has_message_text; /* message text goes on behind what is said */
	uint32_t payload;      /* new octets in it */
	uint32_t line_octets;  /* of them: commands and replies */
	size_t said_count;
	struct buffer marks, info,
		said; /* "[TCP Window Full] ", "25 → 1470 [ACK] ...", "EHLO GP" */
};

struct rows;

struct rows *rows_new(const struct dissect_wants *wants, const struct dissect_listener *listener);
void rows_free(struct rows *rows);

/* A fresh draft for the frame; there is one at a time until rows_end(). */
struct draft *rows_begin(struct rows *rows, const struct frame *frame, int64_t capture_start);

/* The draft is made. It is written at once when it waits for nothing and no row before it is
 * waiting. */
void rows_end(struct rows *rows, struct draft *draft);

/* The draft of the frame, if it is not written yet; else NULL. */
struct draft *rows_find(struct rows *rows, uint64_t number);

/* Writes what waits for nothing any more (the owner has changed waits of its drafts). */
void rows_flush(struct rows *rows);

/* The capture has ended: writes all. */
void rows_finish(struct rows *rows);

/* Puts the draft into its owner's list of open rows; takes it out. */
void draft_attach(struct draft *draft, struct draft **list);
void draft_detach(struct draft *draft);

/* Sets row.protocol and row.info from the draft's parts. */
void draft_finish(struct draft *draft);

/* Appends something said to the row, with " | " between. */
struct buffer *draft_say(struct draft *draft, const char *protocol);

void draft_addresses(struct draft *draft, const struct packet *packet);

#endif
