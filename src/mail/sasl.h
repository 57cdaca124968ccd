/* mail/sasl.h: the steps of the SASL mechanisms as they are seen on the wire, decoded for people.
 */
#ifndef MAIL_SASL_H
#define MAIL_SASL_H

#include "base/buffer.h"

/* The list keeps enum and names in step. */
#define SASL_MECHANISMS(X)                                                                         \
	X(PLAIN, "PLAIN")                                                                          \
	X(LOGIN, "LOGIN")                                                                          \
	X(CRAM_MD5, "CRAM-MD5")                                                                    \
	X(DIGEST_MD5, "DIGEST-MD5")                                                                \
	X(SCRAM_SHA_1, "SCRAM-SHA-1")                                                              \
	X(SCRAM_SHA_1_PLUS, "SCRAM-SHA-1-PLUS")                                                    \
	X(SCRAM_SHA_256, "SCRAM-SHA-256")                                                          \
	X(SCRAM_SHA_256_PLUS, "SCRAM-SHA-256-PLUS")                                                \
	X(XOAUTH2, "XOAUTH2")                                                                      \
	X(OAUTHBEARER, "OAUTHBEARER")                                                              \
	X(EXTERNAL, "EXTERNAL")                                                                    \
	X(ANONYMOUS, "ANONYMOUS")                                                                  \
	X(NTLM, "NTLM")                                                                            \
	X(GSSAPI, "GSSAPI")                                                                        \
	X(APOP, "APOP") /* not SASL, but a login of the same kind: RFC 1939 7 */

enum sasl_mechanism {
	SASL_NONE,
#define X(id, name) SASL_##id,
	SASL_MECHANISMS(X)
#undef X
		SASL_UNKNOWN,
};

/* What one line of the exchange is. */
enum sasl_part {
	SASL_PART_NONE,
	SASL_PART_COMMAND,   /* AUTH, without initial response */
	SASL_PART_CHALLENGE, /* any challenge of the server */
	SASL_PART_USER,      /* LOGIN: the user name, POP3 USER */
	SASL_PART_PASSWORD,  /* LOGIN: the password, POP3 PASS */
	SASL_PART_INITIAL,   /* the first (or only) client message of the other mechanisms */
	SASL_PART_NEXT,      /* a later client message */
	SASL_PART_CANCEL,    /* "*" */
	SASL_PART_RESULT,    /* the reply that ends it */
};

/* SASL_NONE for an empty name. */
enum sasl_mechanism sasl_mechanism(struct span name);
const char *sasl_name(enum sasl_mechanism mechanism);

#define SASL_HIDDEN "••••••" /* stands in the place of a secret */

/* Appends in plain words what a challenge or response says: `user "tim", password
 * "tanstaaftanstaaf"`; with is_redacted the secret parts as six dots. payload is the base64 text
 * alone (no code, no verb); of POP3 USER and PASS (SASL_NONE) and APOP the arguments as they are.
 * Of SASL_UNKNOWN the number of octets is said. Nothing is appended, and false returned, when it is
 * not base64 or not of the mechanism's form. The text is printable (base/printable.h). */
bool sasl_describe(enum sasl_mechanism mechanism, enum sasl_part part, struct span payload,
	bool is_redacted, struct buffer *out);

/* Puts the user's name, as it is, into *user when this line of the client tells it. */
bool sasl_user(enum sasl_mechanism mechanism, enum sasl_part part, struct span payload,
	struct buffer *user);

#endif
