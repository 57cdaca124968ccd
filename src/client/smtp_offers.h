/* client/smtp_offers.h: what the server offers in its reply to EHLO. */
#ifndef CLIENT_SMTP_OFFERS_H
#define CLIENT_SMTP_OFFERS_H

#include "base/buffer.h"

/* The list keeps enum and keywords in step. */
#define SMTP_OFFERS(X)                                                                             \
	X(STARTTLS, "STARTTLS")                                                                    \
	X(AUTH, "AUTH")                                                                            \
	X(SIZE, "SIZE")                                                                            \
	X(EIGHT_BIT, "8BITMIME")                                                                   \
	X(UTF8, "SMTPUTF8")                                                                        \
	X(DSN, "DSN")                                                                              \
	X(PIPELINING, "PIPELINING")                                                                \
	X(CHUNKING, "CHUNKING")                                                                    \
	X(REQUIRETLS, "REQUIRETLS")
enum smtp_offer {
#define X(id, name) SMTP_OFFER_##id,
	SMTP_OFFERS(X)
#undef X
};

struct smtp_offers {
	unsigned set;             /* 1 << enum smtp_offer */
	uint64_t size;            /* 0: no fixed limit (RFC 1870 3) */
	struct buffer mechanisms; /* with blanks between them */
};

void smtp_offers_init(struct smtp_offers *offers);
void smtp_offers_fini(struct smtp_offers *offers);

/* Forgets all (RFC 3207 4.2). */
void smtp_offers_clear(struct smtp_offers *offers);

/* Reads a reply to EHLO (RFC 5321 4.1.1.1), whose first line is the server's name. */
void smtp_offers_read(struct smtp_offers *offers, struct span lines);

static inline bool smtp_offers_has(const struct smtp_offers *offers, enum smtp_offer offer)
{
	return (offers->set >> offer & 1) != 0;
}

#endif
