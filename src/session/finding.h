/* session/finding.h: what is odd or worth knowing in the traffic; never a failure of the program.
 */
#ifndef SESSION_FINDING_H
#define SESSION_FINDING_H

#include "base/chunk.h"
#include "mail/oddity.h"

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

/* Findings of the network and of TLS; those of the languages are in mail/oddity.h. */
#define NETWORK_FINDINGS(X)                                                                        \
	X(GAP, "bytes-missing", WARNING, "RFC 9293 3.10", "octets are missing in the capture")     \
	X(RETRANSMISSION, "retransmission", NOTE, "RFC 9293 3.8.1", "segments were sent again")    \
	X(OVERLAP, "overlap-with-other-bytes", ERROR, "RFC 9293 3.10.7.4",                         \
		"a segment sent again carries other bytes than the first time; the first are "     \
		"shown")                                                                           \
	X(NO_BEGIN, "begins-midway", NOTE, "RFC 9293 3.5",                                         \
		"the capture begins inside the connection")                                        \
	X(NO_END, "no-end", NOTE, "RFC 9293 3.6", "the capture ends before the connection does")   \
	X(RESET, "connection-reset", NOTE, "RFC 9293 3.5.2", "the connection ended by RST")        \
	X(ONE_DIRECTION, "one-direction-only", WARNING, "",                                        \
		"the capture has one direction of the connection only")                            \
	X(SNAPLEN, "packets-cut", WARNING, "",                                                     \
		"packets were cut by the snapshot length of the capture")                          \
	X(HELD_LIMIT, "held-limit", WARNING, "",                                                   \
		"more segments out of order than are kept: a gap was assumed")                     \
	X(SEALED, "sealed", NOTE, "RFC 8314 3",                                                    \
		"the dialogue is inside TLS and no keys are there to open it")                     \
	X(UNOPENED, "tls-not-authentic", WARNING, "RFC 8446 5.2",                                  \
		"a TLS record cannot be opened with the keys that are there: its authentication "  \
		"fails")                                                                           \
	X(OLD_TLS, "old-tls", WARNING, "RFC 8996 4",                                               \
		"a TLS version that must not be used any more")                                    \
	X(OFFER_UNUSED, "starttls-not-used", WARNING, "RFC 8314 3",                                \
		"STARTTLS or STLS was offered and not used")                                       \
	X(ALERT, "tls-alert", WARNING, "RFC 8446 6", "TLS ended with an alert")                    \
	X(LIMIT, "over-limit", WARNING, "", "the session has more than is kept of it")             \
	X(CLEAR_MESSAGE, "message-in-clear", NOTE, "RFC 8314 3",                                   \
		"the message can be read by anyone on the way")

enum finding_id {
#define X(id, name, severity, rfc, text) FINDING_MAIL_##id,
	MAIL_ODDITIES(X)
#undef X
#define X(id, name, severity, rfc, text) FINDING_##id,
		NETWORK_FINDINGS(X)
#undef X
			FINDING_COUNT
};

struct finding_rule {
	const char *name; /* "password-in-clear" */
	enum severity severity;
	const char *rfc; /* "RFC 8314 3.3"; "" when no RFC speaks of it */
	const char *text;
};

struct finding {
	enum finding_id id;
	enum side side;
	uint64_t frame;
	uint32_t line;      /* the session's line, from 1; 0: none */
	struct span detail; /* "1,460 bytes missing"; empty: the rule's text says all */
};

const struct finding_rule *finding_rule(enum finding_id id);
const char *severity_name(enum severity severity); /* "note", "warning", "error" */

/* The finding for an oddity of the languages. */
enum finding_id finding_of_oddity(enum oddity oddity);

#endif
