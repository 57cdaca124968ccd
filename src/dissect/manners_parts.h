/* dissect/manners_parts.h: what the files of manners share. Private to manners*.c. */
#ifndef DISSECT_MANNERS_PARTS_H
#define DISSECT_MANNERS_PARTS_H

#include "dissect/recorder.h"

/* The list keeps bits and keywords in step. */
#define OFFERS(X)                                                                                  \
	X(SIZE, "SIZE")                                                                            \
	X(8BITMIME, "8BITMIME")                                                                    \
	X(BINARYMIME, "BINARYMIME")                                                                \
	X(CHUNKING, "CHUNKING")                                                                    \
	X(DSN, "DSN")                                                                              \
	X(SMTPUTF8, "SMTPUTF8")                                                                    \
	X(REQUIRETLS, "REQUIRETLS")                                                                \
	X(AUTH, "AUTH")                                                                            \
	X(STARTTLS, "STARTTLS")                                                                    \
	X(STATUS, "ENHANCEDSTATUSCODES")                                                           \
	X(DELIVERBY, "DELIVERBY")                                                                  \
	X(FUTURERELEASE, "FUTURERELEASE")                                                          \
	X(PRIORITY, "MT-PRIORITY")                                                                 \
	X(RRVS, "RRVS")                                                                            \
	X(STLS, "STLS")                                                                            \
	X(SASL, "SASL")

enum offer {
#define X(id, name) OFFER_##id,
	OFFERS(X)
#undef X
		OFFER_COUNT
};

static inline bool manners_offers(const struct manners *manners, enum offer offer)
{
	return (manners->offers & 1u << offer) != 0;
}

/* Once a session, with the line of the event. */
void manners_note(struct recorder *recorder, const struct mail_event *event, enum finding_id id,
	struct span detail);

void manners_keep(struct recorder *recorder, struct manners_text *text, struct span span);
struct span manners_kept(const struct manners_text *text);

/* MAIL's and RCPT's parameters. */
void manners_parameters(struct recorder *recorder, const struct mail_event *event);

/* Lines of SCRAM. */
void manners_login(struct recorder *recorder, const struct mail_event *event);

#endif
