/* practice/talk.h: one client's session as the server sees it: octets in, octets out, and no mail.
 * What a protocol answers is put into it; who carries the octets takes it out. */
#ifndef PRACTICE_TALK_H
#define PRACTICE_TALK_H

#include "base/address.h"
#include "base/buffer.h"
#include "base/limits.h"

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
	unsigned idle; /* seconds of silence that end the session */

	/* Filled by the carrier. */
	char address[ADDRESS_TEXT]; /* of the client */
	bool is_tls;
	char cipher[64]; /* "TLS_AES_256_GCM_SHA384"; empty in the clear */
};

struct talk_kind {
	const char *name; /* "SMTP" */

	/* A new session; context is the listener's. */
	struct talk *(*open)(void *context);

	/* The connection stands: in the clear, or (again) when TLS does. */
	void (*ready)(struct talk *talk);

	/* Takes octets off the front, as many as it can use now, and returns how many. It takes
	 * none while then, pause or has_more are set; with has_more it adds to out. */
	size_t (*feed)(struct talk *talk, struct span octets);

	/* The last call: appends what the log shall say of the session, and frees it. how: "closed
	 * by the client". */
	void (*end)(struct talk *talk, const char *how, struct buffer *line);

	/* Lines for a client that comes when all places are taken, is silent too long, or is there
	 * when the server stops; NULL: none. */
	const char *busy, *timeout, *goodbye;
};

/* For the protocols: out empty, certificate good, then on. */
void talk_init(struct talk *talk, const struct talk_kind *kind, unsigned idle);
void talk_fini(struct talk *talk);

/* What is added to out from now on waits so long; waits add up until something is added. */
void talk_wait(struct talk *talk, uint64_t milliseconds);

/* Whether feed() may go on: nothing has to happen first, and out has room. */
static inline bool talk_may_go_on(const struct talk *talk)
{
	return talk->then == TALK_ON && talk->pause == 0 &&
	       talk->out.length < LIMIT_PRACTICE_OUT / 4;
}

#endif
