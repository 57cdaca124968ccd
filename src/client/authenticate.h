/* client/authenticate.h: one login in either protocol: the mechanism chosen, its messages
 * exchanged, the secret asked for, guarded and wiped. */
#ifndef CLIENT_AUTHENTICATE_H
#define CLIENT_AUTHENTICATE_H

#include "client/conversation.h"
#include "client/login.h"

struct authenticate {
	struct conversation *conversation;
	const struct login *login;
	enum mail_protocol protocol;
	struct span offers;    /* SASL mechanisms that the server offers now, blanks between them */
	bool has_list;         /* false: the server could not be asked (POP3 without CAPA) */
	struct span timestamp; /* of POP3's greeting, with its brackets; empty: no APOP */
	bool has_user;         /* POP3: USER and PASS may be said */
	int seconds;           /* for each reply */
	enum fail_code (*fail_code)(const struct reply *reply); /* which failure a refusal is */
};

/* Logs in. STEP_FAIL: FAIL_DENIED (refused, or nothing that may be used is offered),
 * FAIL_TEMPORARY, FAIL_PROTOCOL, FAIL_USAGE; the failure is the conversation's. */
enum step authenticate_run(const struct authenticate *authenticate);

#endif
