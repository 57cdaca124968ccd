/* window/places.h: where the window keeps what: messages, sessions, drafts, and which session
 * brought or sent which message. */
#ifndef WINDOW_PLACES_H
#define WINDOW_PLACES_H

#include "base/fail.h"

#include <glib.h>

enum place { PLACE_INBOX, PLACE_SENT, PLACE_DRAFTS, PLACES };

/* The Maildir of received, or of sent messages, or the folder of drafts; to be freed. */
char *place_path(enum place place);

/* A name in the folder of sessions that is not taken yet, the folder made: "smtp-20221121-002409".
 * To be freed. NULL: FAIL_WRITE. */
char *place_session(const char *prefix, struct fail *fail);

/* The part of a message's path that stays while the message is in its store; to be freed. */
char *place_key(const char *path);

/* Remembers that the session in the folder brought or sent the message. Any thread. */
void place_link(const char *key, const char *folder);

/* The session's folder, to be freed; NULL when it is not known, or gone. */
char *place_linked(const char *key);

#endif
