/* practice/talk.h: one client's session as the server sees it: octets in, octets out, and no mail.
 * What a protocol answers is put into it; who carries the octets takes it out. */
#ifndef PRACTICE_TALK_H
#define PRACTICE_TALK_H

#include "base/address.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "client/tap.h"

/* What is to happen once all of out is sent. */
enum talk_then {
	TALK_ON,
	TALK_TLS, /* the TLS handshake follows; what was read ahead is thrown away (RFC 3207 4.2) */
	TALK_CLOSE, /* the connection ends */
	TALK_RESET, /* it is cut: TCP RST */
};

/* Which certificate the server shows. */
enum talk_certificate {
	TALK_CERTIFICATE_GOOD,
	TALK_CERTIFICATE_EXPIRED,
	TALK_CERTIFICATE_WRONG_NAME,
	TALK_CERTIFICATE_SELF_SIGNED,
	TALK_CERTIFICATES,
};

struct talk_kind;

/* Filled by its kind's open(); the protocol's own state stands behind it. */
struct talk {
	const struct talk_kind *kind;
	struct buffer out; /* limit LIMIT_PRACTICE_OUT */
	enum talk_then then;
	uint64_t pause;  /* milliseconds to wait before what stands in out from pause_at on; */
	size_t pause_at; /* the carrier sets pause to 0 when they are over */
	size_t piece;    /* octets that go out in one segment; 0: as they come */
	bool has_more;   /* has more to say without being asked */
	enum talk_certificate certificate;
	unsigned idle;      /* seconds of silence that end the session */
	uint64_t session;   /* its number among those of its protocol, from 1 */
	struct buffer said; /* of a line that is not whole yet; talk_hear_line()'s */

	/* Filled by the carrier. */
	struct tap tap;             /* who hears what passes; it hears the server by the carrier */
	char address[ADDRESS_TEXT]; /* of the client */
	bool is_tls;
	char cipher[64]; /* "TLS_AES_256_GCM_SHA384"; empty in the clear */
};

/* Lines for a client that comes when all places are taken, is silent too long, or is there when the
 * server stops; NULL: none. */
struct talk_words {
	const char *busy, *timeout, *goodbye;
};

struct talk_kind {
	const char *name; /* "SMTP" */

	/* A new session; context is the listener's. */
	struct talk *(*open)(void *context);

	/* The connection stands: in the clear, or (again) when TLS does. */
	void (*ready)(struct talk *talk);

	/* Takes the next thing off the front of *octets: a line, or what is there of a message. Not
	 * called while then, pause or has_more are set. */
	void (*take)(struct talk *talk, struct span *octets);

	/* With has_more: adds to out what there is room for. NULL: it is never set. */
	void (*give)(struct talk *talk);

	/* What of a client's line must not be shown; empty: nothing. May be NULL. */
	struct span (*secret)(const struct talk *talk, struct span line);

	/* The last call: appends what the log shall say of the session, and frees it. how: "closed
	 * by the client". */
	void (*end)(struct talk *talk, const char *how, struct buffer *line);

	const struct talk_words *words;
};

/* For the protocols: out empty, certificate good, then on. */
void talk_init(struct talk *talk, const struct talk_kind *kind, unsigned idle);
void talk_fini(struct talk *talk);

/* What is added to out from now on waits so long; waits add up until something is added. */
void talk_wait(struct talk *talk, uint64_t milliseconds);

/* Takes octets off the front, as many as can be used now, and returns how many; with has_more adds
 * to out. */
size_t talk_feed(struct talk *talk, struct span octets);

/* For the protocols: what they have taken, of a message; and of a line, before it is obeyed. A line
 * is heard when it is whole, since only then is known what of it is secret. */
void talk_hear(struct talk *talk, struct span octets);
void talk_hear_break(struct talk *talk); /* as struct tap has it */
void talk_hear_line(struct talk *talk, struct span octets);

/* Whether the session may go on: nothing has to happen first, and out has room. */
static inline bool talk_may_go_on(const struct talk *talk)
{
	return talk->then == TALK_ON && talk->pause == 0 &&
	       talk->out.length < LIMIT_PRACTICE_OUT / 4;
}

#endif
