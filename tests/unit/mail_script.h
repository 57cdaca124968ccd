/* tests/unit/mail_script.h: sessions as scripts, and the events of mail as a log that is easy to
 * read. */
#ifndef TESTS_UNIT_MAIL_SCRIPT_H
#define TESTS_UNIT_MAIL_SCRIPT_H

#include "mail/mail.h"

enum { SCRIPT_STEPS = 40 };

enum script_flags {
	SCRIPT_MIDWAY = 1 << 0,
	SCRIPT_QUIET = 1 << 1,  /* no oddities are wanted */
	SCRIPT_WHOLE = 1 << 2,  /* the answer depends on the chunks: not fed in pieces */
	SCRIPT_IN_TLS = 1 << 3, /* decrypted from the first byte */
};

/* Each step is a frame, numbered from 1: "C:bytes", "S:bytes"; "C!12", "S!12": 12 octets missing;
 * "C.", "S.": the side ends; "T+", "T-": goes on, decrypted or in clear. Both sides end behind the
 * last one.
 *
 * The log has a line an event: frame (or first-last), side, kind and what belongs to it, the text
 * between bars: CRLF as ~, LF as {LF}, CR as {CR}, other octets that are no ASCII text as {HH}.
 * Runs of a message's text are joined. */
struct script {
	const char *name;
	enum mail_protocol protocol;
	unsigned flags;
	const char *steps[SCRIPT_STEPS];
	const char *log;
};

/* Plays the script whole, one octet at a time, and split at every place of every step: always the
 * same log, and every octet accounted for. */
void script_check(const struct script *scripts, size_t count);

#endif
