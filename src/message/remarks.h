/* message/remarks.h: what is doubtful of a route, found by comparing its fields with each other. */
#ifndef MESSAGE_REMARKS_H
#define MESSAGE_REMARKS_H

#include "base/attributes.h"
#include "message/route.h"

/* Every remark's id, severity and section; the texts stand where each is found. */
#define REMARKS(X)                                                                                 \
	X(CUT, "cut", WARNING, "")                                                                 \
	X(STRAY_LINE, "stray-line", NOTE, "RFC 5322 2.2")                                          \
	X(NO_RECEIVED, "no-received", NOTE, "RFC 5321 4.4")                                        \
	X(MANY_HOPS, "many-hops", WARNING, "RFC 5321 6.3")                                         \
	X(FIELD_UNREAD, "field-unread", NOTE, "RFC 5321 4.4")                                      \
	X(DATE_UNREAD, "date-unread", WARNING, "RFC 5322 3.3")                                     \
	X(ZONE_UNKNOWN, "zone-unknown", NOTE, "RFC 5322 4.3")                                      \
	X(WEEKDAY_WRONG, "weekday-wrong", NOTE, "RFC 5322 3.3")                                    \
	X(CLOCK_BACK, "clock-back", WARNING, "RFC 5321 4.4")                                       \
	X(SLOW_HOP, "slow-hop", NOTE, "RFC 5321 4.5.4.1")                                          \
	X(FUTURE_DATE, "future-date", WARNING, "RFC 5322 3.6.1")                                   \
	X(CHAIN_BREAK, "chain-break", WARNING, "RFC 5321 4.4")                                     \
	X(MAYBE_FORGED, "maybe-forged", NOTE, "RFC 5321 7.1")                                      \
	X(NAME_FORGED, "name-unproven", WARNING, "RFC 5321 4.1.4")                                 \
	X(HELO_DIFFERS, "helo-differs", NOTE, "RFC 5321 4.1.4")                                    \
	X(NO_REVERSE, "no-reverse-name", NOTE, "RFC 1912 2.1")                                     \
	X(NOT_PUBLIC, "not-public-address", NOTE, "RFC 6890 2.2")                                  \
	X(IN_CLEAR, "in-clear", NOTE, "RFC 3848 1")                                                \
	X(OLD_TLS, "old-tls", WARNING, "RFC 8996 4, 5")                                            \
	X(NO_DATE, "no-date", WARNING, "RFC 5322 3.6.1")                                           \
	X(NO_FROM, "no-from", WARNING, "RFC 5322 3.6.2")                                           \
	X(NO_MESSAGE_ID, "no-message-id", NOTE, "RFC 5322 3.6.4")                                  \
	X(REPEATED_FIELD, "repeated-field", WARNING, "RFC 5322 3.6")                               \
	X(SEVERAL_AUTHORS, "several-authors", NOTE, "RFC 5322 3.6.2")                              \
	X(DATE_FAR, "date-far", WARNING, "RFC 5322 3.6.1")                                         \
	X(RETURN_PATH_DIFFERS, "return-path-differs", NOTE, "RFC 9989 4.4.2")                      \
	X(SIGNER_DIFFERS, "signer-differs", NOTE, "RFC 9989 4.4.1")                                \
	X(NOTHING_ALIGNED, "nothing-aligned", WARNING, "RFC 9989 4.4")                             \
	X(CHECK_FAILED, "check-failed", WARNING, "RFC 8601 2.7")                                   \
	X(OTHER_SERVER, "results-of-others", NOTE, "RFC 8601 7.1")                                 \
	X(SPF_ADDRESS, "spf-address", WARNING, "RFC 7208 9.1")                                     \
	X(TAG_MISSING, "tag-missing", WARNING, "RFC 6376 3.5")                                     \
	X(FROM_UNSIGNED, "from-unsigned", WARNING, "RFC 6376 5.4")                                 \
	X(TEXT_OPEN, "text-unsigned", WARNING, "RFC 6376 8.2")                                     \
	X(WEAK_ALGORITHM, "weak-algorithm", WARNING, "RFC 8301 3.1")                               \
	X(SIGNATURE_TIME, "signature-time", NOTE, "RFC 6376 3.5")                                  \
	X(ARC_CHAIN, "arc-chain", WARNING, "RFC 8617 5.2")

enum remark_id {
#define X(id, name, severity, rfc) REMARK_##id,
	REMARKS(X)
#undef X
};

struct remarks {
	struct route *route;
	int64_t now; /* seconds; 0: not known */
};

/* Fills route->remarks. */
void remarks_make(struct route *route, int64_t now);

/* Adds one; hop counts from 1, 0: none. Spans in the text are given as (int)length, at. */
void remark_add(struct remarks *remarks, enum remark_id id, size_t hop, const char *format, ...)
	PRINTF_LIKE(4, 5);

/* For "%.*s": at most LIMIT_SHOWN octets of a span. */
#define SHOWN(span) remark_shown(span), (span).length > 0 ? (const char *)(span).at : ""
int remark_shown(struct span text);

/* The parts, a file each. */
void remarks_of_limits(struct remarks *remarks);
void remarks_of_times(struct remarks *remarks);
void remarks_of_chain(struct remarks *remarks);
void remarks_of_hosts(struct remarks *remarks);
void remarks_of_fields(struct remarks *remarks);
void remarks_of_origin(struct remarks *remarks);
void remarks_of_signatures(struct remarks *remarks);

/* What is compared with what a hop's field says who the client is. */
enum hop_link chain_link(const struct received *earlier, const struct received *later);

#endif
