/* tests/unit/mail_script.h: sessions as scripts, and the events of mail as a log that is easy to
 * read. */
#ifndef TESTS_UNIT_MAIL_SCRIPT_H
#define TESTS_UNIT_MAIL_SCRIPT_H

#include "mail/mail.h"

/* A file of scripts, found from the top of the checkout. A script is
 *
 *	== name [FLAGS]
 *	steps, one a line
 *	--
 *	the log it must give, up to an empty line
 *
 * Flags: MIDWAY; QUIET: no oddities are wanted; IN_TLS: decrypted from the first byte; WHOLE: the
 * answer depends on the chunks, so the script is not fed in pieces.
 *
 * Each step is a frame, numbered from 1: "C:bytes", "S:bytes", with \r, \n and \xHH; "C!12",
 *"S!12": 12 octets missing; "C.", "S.": the side ends; "T+", "T-": goes on, decrypted or in clear.
 *Both sides end behind the last one.
 *
 * The log has a line an event: frame (or first-last), side, kind and what belongs to it, the text
 * between bars: CRLF as ~, LF as {LF}, CR as {CR}, other octets that are no ASCII text as {HH}.
 *Runs of a message's text are joined.
 *
 * Each script is played whole, one octet at a time, and split at every place of every step: always
 * the same log, and every octet accounted for. And with a brief listener, who is told the same but
 * for what it does not want. */
void script_check(const char *file, enum mail_protocol protocol);

#endif
