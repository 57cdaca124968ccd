/* practice/replay_server.h: the server of a recorded session, which answers any live client as it
 * did. */
#ifndef PRACTICE_REPLAY_SERVER_H
#define PRACTICE_REPLAY_SERVER_H

#include "practice/script.h"
#include "practice/talk.h"
#include "practice/tape.h"

/* What all its sessions share. */
struct replay_house {
	const struct tape *tape;
	const struct script *script; /* NULL: no faults */
	bool can_tls;                /* STARTTLS, or STLS, is offered in the clear */
	bool counts_as_sealed; /* what was recorded inside TLS is meant, wherever it is said */
	const char *password;  /* for SCRAM; NULL: it is not offered */
	uint64_t seed;         /* of remade ids */

	uint64_t sessions;
};

/* Its open() wants a struct replay_house; what is spoken is the tape's. */
const struct talk_kind *replay_server_kind(const struct tape *tape);

#endif
