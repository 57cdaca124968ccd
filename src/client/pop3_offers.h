/* client/pop3_offers.h: what a POP3 server can do, by its answer to CAPA (RFC 2449). */
#ifndef CLIENT_POP3_OFFERS_H
#define CLIENT_POP3_OFFERS_H

#include "base/buffer.h"

/* The list keeps enum and tags in step. */
#define POP3_OFFERS(X)                                                                             \
	X(STLS, "STLS")                                                                            \
	X(SASL, "SASL")                                                                            \
	X(USER, "USER")                                                                            \
	X(UTF8, "UTF8")                                                                            \
	X(UIDL, "UIDL")                                                                            \
	X(PIPELINING, "PIPELINING")                                                                \
	X(EXPIRE, "EXPIRE")                                                                        \
	X(LOGIN_DELAY, "LOGIN-DELAY")
enum pop3_offer {
#define X(id, name) POP3_OFFER_##id,
	POP3_OFFERS(X)
#undef X
};

struct pop3_offers {
	bool is_known;                     /* the server has answered CAPA */
	unsigned set;                      /* 1 << enum pop3_offer */
	struct buffer mechanisms;          /* with blanks between them */
	struct buffer expire, login_delay; /* what stands behind the tag */
	struct buffer line;                /* the one that is coming */
};

void pop3_offers_init(struct pop3_offers *offers);
void pop3_offers_fini(struct pop3_offers *offers);

/* Forgets all (RFC 2595 4). */
void pop3_offers_clear(struct pop3_offers *offers);

/* Reads octets of the answer; lines end with CRLF wherever the octets are split. */
void pop3_offers_add(struct pop3_offers *offers, struct span octets);

static inline bool pop3_offers_has(const struct pop3_offers *offers, enum pop3_offer offer)
{
	return (offers->set >> offer & 1) != 0;
}

#endif
