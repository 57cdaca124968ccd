/* client/login.h: who logs in, and how. */
#ifndef CLIENT_LOGIN_H
#define CLIENT_LOGIN_H

#include "base/fail.h"
#include "base/span.h"

/* When TLS is wanted. */
enum tls_mode {
	TLS_MODE_NONE,     /* never */
	TLS_MODE_OFFERED,  /* STARTTLS when the server offers it */
	TLS_MODE_STARTTLS, /* STARTTLS, or no session */
	TLS_MODE_IMPLICIT, /* from the first octet (RFC 8314 3.3) */
};

struct login {
	const char *user; /* NULL: no login */
	/* Asks for the password (or the token of XOAUTH2 and OAUTHBEARER) when it is needed, not
	 * before: *secret, allocated by malloc(), is wiped and freed by the caller. */
	enum step (*ask_secret)(void *context, char **secret, struct fail *fail);
	void *context;
	/* A mechanism by name ("SCRAM-SHA-256", "APOP", "USER" for POP3's USER and PASS); NULL: the
	 * best that both know. Naming PLAIN, LOGIN or USER allows it on a clear connection. */
	const char *mechanism;
};

/* What a session is to be, in either protocol. */
struct course_wants {
	enum tls_mode tls;
	struct login login;
	/* It ends early behind this stage, of the protocol's own list: in order, or at once. 0: it
	 * does not. */
	int quit_after, drop_after;
};

#endif
