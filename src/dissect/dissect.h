/* dissect/dissect.h: the pipeline: frames in, sessions and packet rows out. The only one that knows
 * all stages. */
#ifndef DISSECT_DISSECT_H
#define DISSECT_DISSECT_H

#include "capture/capture.h"
#include "session/row.h"
#include "session/session.h"

struct tls_secrets;

/* What the views need; everything else is not computed. */
struct dissect_wants {
	bool lines;         /* session.lines */
	bool findings;      /* session.findings */
	bool hashes;        /* streams[].sha256 and messages[].sha256 */
	bool headers;       /* messages[].header */
	bool texts;         /* messages[].text */
	bool segments;      /* session.segments (the TCP flow) */
	bool statistics;    /* session.phases, session.ledger */
	bool rows;          /* packet rows of mail connections */
	bool all_rows;      /* packet rows of every frame */
	bool settled_rows;  /* row.session is known for every row, those of the handshake too */
	bool redacted_rows; /* secrets are hidden in rows */
	/* It is known what is spoken on every connection: what is spoken on this port of a server.
	 * 0: to be found out. */
	uint16_t known_port;
	/* To open TLS with; borrowed, they may grow meanwhile. NULL: none. */
	const struct tls_secrets *secrets;
};

/* The session and its spans hold during the call. Rows come in order of their numbers. */
struct dissect_listener {
	void *context;
	void (*on_session)(void *context, const struct session *session);
	void (*on_row)(void *context, const struct row *row);
};

struct dissect;

/* capture_name (without folders) goes into the sessions and must outlive the dissect. */
struct dissect *dissect_new(const char *capture_name, const struct dissect_wants *wants,
	const struct dissect_listener *listener);
void dissect_free(struct dissect *dissect);

/* Later sessions need no lines and no segments any more (the diagram is full): saves the work. */
void dissect_drop_lines(struct dissect *dissect);

/* A frame that the user's filter leaves out: only the capture's beginning is taken from it. */
void dissect_pass_over(struct dissect *dissect, const struct frame *frame);

void dissect_frame(struct dissect *dissect, const struct frame *frame);

/* The same for frames that are there together: while one is taken apart, what the next will need is
 * fetched. */
void dissect_frames(struct dissect *dissect, const struct frame *frames, size_t count);

/* The capture has ended: hands on the sessions still open, and the last rows. */
void dissect_end(struct dissect *dissect);

#endif
