/* session/finding.h: what is odd or worth knowing in the traffic; never a failure of the program.
 */
#ifndef SESSION_FINDING_H
#define SESSION_FINDING_H

#include "base/chunk.h"
#include "base/language.h"
#include "mail/oddity.h"

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

/* Findings of the network and of TLS; those of the languages are in mail/oddity.h. */
#define NETWORK_FINDINGS(X)                                                                        \
	X(GAP, "bytes-missing", WARNING, "RFC 9293 3.10", N_("octets are missing in the capture")) \
	X(RETRANSMISSION, "retransmission", NOTE, "RFC 9293 3.8.1",                                \
		N_("segments were sent again"))                                                    \
	X(OVERLAP, "overlap-with-other-bytes", ERROR, "RFC 9293 3.10.7.4",                         \
		N_("a segment sent again carries other bytes than the first time; the first are "  \
		   "shown"))                                                                       \
	X(NO_BEGIN, "begins-midway", NOTE, "RFC 9293 3.5",                                         \
		N_("the capture begins inside the connection"))                                    \
	X(NO_END, "no-end", NOTE, "RFC 9293 3.6",                                                  \
		N_("the capture ends before the connection does"))                                 \
	X(RESET, "connection-reset", NOTE, "RFC 9293 3.5.2", N_("the connection ended by RST"))    \
	X(ONE_DIRECTION, "one-direction-only", WARNING, "",                                        \
		N_("the capture has one direction of the connection only"))                        \
	X(SNAPLEN, "packets-cut", WARNING, "",                                                     \
		N_("packets were cut by the snapshot length of the capture"))                      \
	X(HELD_LIMIT, "held-limit", WARNING, "",                                                   \
		N_("more segments out of order than are kept: a gap was assumed"))                 \
	X(SEALED, "sealed", NOTE, "RFC 8314 3",                                                    \
		N_("the dialogue is inside TLS and no keys are there to open it"))                 \
	X(UNOPENED, "tls-not-authentic", WARNING, "RFC 8446 5.2",                                  \
		N_("a TLS record cannot be opened with the keys that are there: its "              \
		   "authentication "                                                               \
		   "fails"))                                                                       \
	X(OLD_TLS, "old-tls", WARNING, "RFC 8996 4",                                               \
		N_("a TLS version that must not be used any more"))                                \
	X(OFFER_UNUSED, "starttls-not-used", WARNING, "RFC 8314 3",                                \
		N_("STARTTLS or STLS was offered and not used"))                                   \
	X(ALERT, "tls-alert", WARNING, "RFC 8446 6", N_("TLS ended with an alert"))                \
	X(LIMIT, "over-limit", WARNING, "", N_("the session has more than is kept of it"))         \
	X(CLEAR_MESSAGE, "message-in-clear", NOTE, "RFC 8314 3",                                   \
		N_("the message can be read by anyone on the way"))                                \
	X(READABLE, "eavesdropper-reads", NOTE, "RFC 8314 3",                                      \
		N_("nothing is sealed: whoever listens on the way reads all of this"))             \
	X(TLS_SHOWS, "tls-still-shows", NOTE, "RFC 8446 5.4, RFC 6066 3",                          \
		N_("what TLS does not hide: who speaks to whom, when, and how much"))              \
	X(TLS_OFFER_INSIDE, "starttls-offered-inside-tls", WARNING, "RFC 3207 4.2, RFC 2595 4",    \
		N_("STARTTLS or STLS is offered inside TLS"))                                      \
	X(GREETING_IGNORED, "greeting-refusal-ignored", WARNING, "RFC 5321 3.1, RFC 1939 4",       \
		N_("the client goes on though the greeting refused it"))                           \
	X(HELLO_NAME, "hello-name-not-full", NOTE, "RFC 5321 2.3.5, 4.1.4",                        \
		N_("the client calls itself by neither a full host name nor an address literal"))  \
	X(COMMAND_UNOFFERED, "command-not-offered", WARNING, "RFC 5321 2.2.1, RFC 2449 5",         \
		N_("a command of an extension that the server did not offer"))                     \
	X(PARAMETER_UNOFFERED, "parameter-not-offered", WARNING, "RFC 5321 4.1.1.11",              \
		N_("a parameter of an extension that the server did not offer"))                   \
	X(PARAMETER_FORM, "parameter-malformed", WARNING, "RFC 1870 6, RFC 6152 3, RFC 3461 4",    \
		N_("the value of a parameter has not the form it must have"))                      \
	X(MECHANISM_UNOFFERED, "mechanism-not-offered", WARNING, "RFC 4954 4, RFC 5034 4",         \
		N_("a login mechanism that the server did not offer"))                             \
	X(BINARY_DATA, "binary-by-data", WARNING, "RFC 3030 3",                                    \
		N_("BODY=BINARYMIME, and then DATA in the place of BDAT"))                         \
	X(OVER_SIZE, "message-over-size", WARNING, "RFC 1870 6",                                   \
		N_("the message is larger than the server said it takes"))                         \
	X(SIZE_LOW, "size-declared-too-small", NOTE, "RFC 1870 6",                                 \
		N_("the message is larger than MAIL's SIZE said"))                                 \
	X(STATUS_CLASS, "enhanced-code-contradicts", WARNING, "RFC 2034 4",                        \
		N_("reply code and enhanced status code have different first digits"))             \
	X(STATUS_MISSING, "enhanced-code-missing", NOTE, "RFC 2034 4",                             \
		N_("ENHANCEDSTATUSCODES was offered, and a reply has none"))                       \
	X(REPEATED, "refused-command-repeated", NOTE, "RFC 5321 4.2.1",                            \
		N_("a command that was refused for good is sent again unchanged"))                 \
	X(SCRAM_NONCE, "scram-nonce-differs", ERROR, "RFC 5802 5.1",                               \
		N_("the server's nonce does not begin with the client's"))                         \
	X(SCRAM_WEAK, "scram-few-iterations", WARNING, "RFC 5802 5.1, RFC 7677 4",                 \
		N_("the server wants fewer than 4096 iterations: the password can be tried fast")) \
	X(APOP_STAMP, "apop-without-time-stamp", WARNING, "RFC 1939 7",                            \
		N_("APOP, though the greeting has no time stamp"))                                 \
	X(STLS_UTF8, "stls-after-utf8", WARNING, "RFC 6856 2.1", N_("STLS after UTF8"))            \
	X(DELETE_LOST, "deleted-without-quit", WARNING, "RFC 1939 6",                              \
		N_("messages were marked by DELE and no QUIT followed: none is removed"))          \
	X(NO_QUIT, "no-quit", NOTE, "RFC 5321 4.1.1.10, RFC 1939 6",                               \
		N_("the session ends without QUIT"))                                               \
	X(HEADER_8BIT, "header-8-bit", NOTE, "RFC 5322 2.2, RFC 6532 3",                           \
		N_("a message's header has octets above 127, and SMTPUTF8 was not said"))

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

/* What the RFC says of it: a must or a should is broken, or it is worth knowing. */
enum requirement { REQUIREMENT_NOTE, REQUIREMENT_SHOULD, REQUIREMENT_MUST };
const char *requirement_name(enum requirement requirement); /* "note", "should", "must" */

struct finding_advice {
	enum requirement requirement;
	const char *points; /* of the checklist of RFCs: "S-1 P-1" */
	const char *means;  /* for the user */
	const char *advice; /* what to do */
};
const struct finding_advice *finding_advice(enum finding_id id);

const struct finding_rule *finding_rule(enum finding_id id);
const char *severity_name(enum severity severity); /* "note", "warning", "error" */

/* The finding for an oddity of the languages. */
enum finding_id finding_of_oddity(enum oddity oddity);

#endif
