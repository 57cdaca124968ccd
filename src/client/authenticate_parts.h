/* client/authenticate_parts.h: what the ways to log in share; for authenticate*.c alone. */
#ifndef CLIENT_AUTHENTICATE_PARTS_H
#define CLIENT_AUTHENTICATE_PARTS_H

#include "client/authenticate.h"
#include "client/sasl_client.h"

/* A login that is under way. */
struct attempt {
	const struct authenticate *authenticate;
	struct conversation *conversation;
	char *secret; /* NULL: none is needed */
	struct command command;
};

enum step authenticate_say(struct attempt *attempt, struct span line, bool is_secret);

/* The last reply refuses the login. */
enum step authenticate_refuse(struct attempt *attempt, const char *what);

/* Like buffer_fini(), with nothing left in memory. */
void authenticate_wipe(struct buffer *buffer);

/* The exchange of a mechanism's messages (RFC 4954 4, RFC 5034 4). */
enum step authenticate_run_sasl(struct attempt *attempt, const struct sasl_way *way);

#endif
