/* dissect/outcome.h: what became of a session, told from its commands, replies and messages. */
#ifndef DISSECT_OUTCOME_H
#define DISSECT_OUTCOME_H

#include "dissect/recorder.h"

void outcome_greeting(
	struct recorder *recorder, const struct mail_event *event); /* its last line */
void outcome_reply(
	struct recorder *recorder, const struct mail_event *event); /* the last line of a reply */
void outcome_message(struct recorder *recorder, const struct mail_event *event); /* its end */

/* Whether the message is what TOP shows of one, its header and first lines (RFC 1939 7): that is
 * not fetched yet. */
bool outcome_is_preview(const struct mail_event *event);

/* Sets session.outcome. */
void outcome_finish(struct recorder *recorder);

#endif
