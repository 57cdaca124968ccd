/* tests/unit/example.h: sessions made by hand, as the dissector would hand them on. */
#ifndef TESTS_UNIT_EXAMPLE_H
#define TESTS_UNIT_EXAMPLE_H

#include "session/session.h"

/* Each fills *session; end with arena_fini(&session->arena). */

/* A message sent in clear with AUTH LOGIN, 25 frames; one finding. */
void example_smtp(struct session *session);

/* A submission with STARTTLS, decrypted or not, over IPv6. */
void example_starttls(struct session *session, bool is_decrypted);

/* A message fetched by POP3, 1,460 of its octets missing; the connection begins midway. */
void example_pop3(struct session *session);

/* A message of several parts, in words of several charsets. */
extern const char example_mime[];

#endif
