/* mail/oddity.h: what the languages' RFCs do not allow, as the dissector names it. */
#ifndef MAIL_ODDITY_H
#define MAIL_ODDITY_H

#include "base/language.h"

/* id, severity, RFC section, text. Severity: ERROR breaks delivery or security, WARNING a must of
 * the RFC, NOTE the rest. */
#define MAIL_ODDITIES(X)                                                                           \
	X(BARE_LF, "bare-lf", WARNING, "RFC 5321 2.3.8, RFC 1939 3",                               \
		N_("a line ends in LF without CR"))                                                \
	X(BARE_CR, "bare-cr", WARNING, "RFC 5321 2.3.8, RFC 1939 3", N_("a CR stands without LF")) \
	X(FALSE_END, "end-of-data-look-alike", ERROR, "RFC 5321 4.1.1.4, RFC 1939 3",              \
		N_("a dot line with a bare LF: some servers end the message there (smuggling)"))   \
	X(SPACE_AFTER_COLON, "space-after-colon", NOTE, "RFC 5321 3.3",                            \
		N_("blanks between the colon and the path"))                                       \
	X(NO_BRACKETS, "path-without-brackets", WARNING, "RFC 5321 4.1.2",                         \
		N_("the path stands without angle brackets"))                                      \
	X(PATH_FORM, "path-malformed", WARNING, "RFC 5321 4.1.2",                                  \
		N_("not FROM:<path> or TO:<path>, then a blank before the parameters"))            \
	X(TRAILING_BLANKS, "trailing-blanks", NOTE, "RFC 5321 4.1.1, RFC 1939 3",                  \
		N_("blanks before the end of the command"))                                        \
	X(UNKNOWN_VERB, "unknown-command", NOTE, "RFC 5321 4.1.5, RFC 1939 3",                     \
		N_("a command that no RFC knows"))                                                 \
	X(STRANGE_CODE, "strange-reply-code", WARNING, "RFC 5321 4.2, RFC 1939 3",                 \
		N_("a reply code outside 200 to 599, or +OK or -ERR in small letters"))            \
	X(CHANGED_CODE, "changed-reply-code", WARNING, "RFC 5321 4.2.1",                           \
		N_("the code changes inside one reply"))                                           \
	X(NO_CODE, "reply-without-code", WARNING, "RFC 5321 4.2, RFC 1939 3",                      \
		N_("a reply line begins with no code or status"))                                  \
	X(EARLY_DATA, "data-before-354", WARNING, "RFC 2920 3.1",                                  \
		N_("message text was sent before the 354 reply"))                                  \
	X(UNASKED_REPLY, "reply-without-command", WARNING, "RFC 5321 4.2, RFC 1939 3",             \
		N_("a reply to no command"))                                                       \
	X(MISSING_REPLY, "command-without-reply", NOTE, "RFC 5321 4.2, RFC 1939 3",                \
		N_("the session ended before the reply"))                                          \
	X(NOT_PIPELINED, "command-before-reply", WARNING, "RFC 2920 3.1, RFC 2449 6.6",            \
		N_("the next command was sent before the reply, though PIPELINING was not "        \
		   "offered"))                                                                     \
	X(BDAT_CUT, "chunk-cut-short", WARNING, "RFC 3030 2",                                      \
		N_("the capture ends inside a BDAT chunk"))                                        \
	X(BDAT_SIZE, "chunk-size-unreadable", ERROR, "RFC 3030 2",                                 \
		N_("the size of the chunk is no number"))                                          \
	X(TEXT_BEFORE_TLS, "text-behind-starttls", ERROR, "RFC 3207 4.2, RFC 2595 4",              \
		N_("text follows the STARTTLS or STLS exchange before TLS begins (injection)"))    \
	X(OPEN_TLS, "clear-text-after-starttls", NOTE, "RFC 3207 4, RFC 2595 4",                   \
		N_("after STARTTLS or STLS the session goes on in clear: decrypted in place, or "  \
		   "never TLS"))                                                                   \
	X(OLD_AUTH_OFFER, "auth-offer-old-form", NOTE, "RFC 4954 3",                               \
		N_("AUTH= is the old form of the AUTH offer"))                                     \
	X(LONG_LINE, "line-too-long", WARNING, "RFC 5321 4.5.3.1, RFC 2449 4",                     \
		N_("a line is longer than the RFC allows"))                                        \
	X(LINE_OVER_LIMIT, "line-over-limit", WARNING, "", N_("a line is longer than is kept"))    \
	X(NOT_BASE64, "not-base64", WARNING, "RFC 4954 4, RFC 5034 4",                             \
		N_("a SASL line is not base64"))                                                   \
	X(SIZE_DIFFERS, "octet-count-differs", NOTE, "RFC 1939 11",                                \
		N_("the message is not as long as the reply said"))                                \
	X(UNSTUFFED_DOT, "dot-not-doubled", WARNING, "RFC 5321 4.5.2, RFC 1939 3",                 \
		N_("a line of the message begins with one dot"))                                   \
	X(TEXT_AFTER_END, "text-after-end", ERROR, "RFC 1939 3",                                   \
		N_("text follows the dot that ended the message"))                                 \
	X(OUT_OF_ORDER, "command-out-of-order", WARNING, "RFC 5321 4.1.4, RFC 1939 3",             \
		N_("a command that may not come in this state"))                                   \
	X(CLEAR_PASSWORD, "password-in-clear", WARNING, "RFC 8314 3.3",                            \
		N_("a password crosses the network unencrypted"))                                  \
	X(CLIENT_FIRST, "client-spoke-first", WARNING, "RFC 5321 4.3.1, RFC 1939 4",               \
		N_("the client sent before the greeting"))                                         \
	X(MESSAGE_CUT, "message-incomplete", WARNING, "", N_("the end of the message was not seen"))

enum oddity {
	ODDITY_NONE,
#define X(id, name, severity, rfc, text) ODDITY_##id,
	MAIL_ODDITIES(X)
#undef X
};

#endif
