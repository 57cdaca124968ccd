/* tests/unit/tape_maker.h: tapes of sessions that are written down as text. */
#ifndef TESTS_UNIT_TAPE_MAKER_H
#define TESTS_UNIT_TAPE_MAKER_H

#include "replay/tape.h"

/* A line for each line said: "S 220 hello", "C EHLO a", each of which gets CRLF; \xHH is an octet.
 * The session goes through packets and the dissector like any other. */
void tape_make(struct tape *tape, enum mail_protocol protocol, const char *session);

/* What tape_record() says of it. */
enum step tape_try(
	struct tape *tape, enum mail_protocol protocol, const char *session, struct fail *fail);

/* The steps as text: "said|code first-line;" each. Freed by the caller. */
char *tape_text(const struct tape *tape);

#endif
