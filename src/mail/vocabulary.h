/* mail/vocabulary.h: every verb, reply, extension and capability: its grammar, meaning and RFC
 * section. Dissector, client, practice server, views and `explain` read the same rows. */
#ifndef MAIL_VOCABULARY_H
#define MAIL_VOCABULARY_H

#include "base/span.h"

enum mail_protocol { MAIL_SMTP, MAIL_POP3 };

/* What follows a command beyond one reply, so that the parser can look it up instead of comparing
 * names. */
enum verb_effect {
	EFFECT_NONE,
	EFFECT_HELLO,     /* EHLO, HELO, LHLO */
	EFFECT_MAIL,      /* MAIL, SEND, SOML, SAML: opens a transaction */
	EFFECT_RECIPIENT, /* RCPT */
	EFFECT_DATA,      /* after 354 the client sends the message */
	EFFECT_BDAT,      /* the client sends octets at once */
	EFFECT_RESET,     /* RSET */
	EFFECT_TLS,       /* STARTTLS, STLS */
	EFFECT_AUTH,      /* AUTH: challenges and responses may follow */
	EFFECT_USER,      /* POP3 USER */
	EFFECT_PASSWORD,  /* POP3 PASS, APOP: the argument is a secret */
	EFFECT_RETRIEVE,  /* RETR, TOP: the positive reply brings a message */
	EFFECT_DELETE,    /* DELE */
	EFFECT_QUIT,
};

/* How long the positive reply of a POP3 command is (RFC 1939 3); SMTP's replies say it themselves.
 */
enum reply_shape { REPLY_ONE_LINE, REPLY_MANY_LINES, REPLY_MANY_WITHOUT_ARGUMENT };

/* States of a session as sets (RFC 5321 4.1.4, RFC 1939 3): in which a verb may come. */
enum verb_states {
	IN_START = 1 << 0,         /* before EHLO/HELO */
	IN_READY = 1 << 1,         /* greeted, no transaction open */
	IN_MAIL = 1 << 2,          /* MAIL accepted */
	IN_RECIPIENTS = 1 << 3,    /* at least one RCPT accepted */
	IN_AUTHORIZATION = 1 << 4, /* POP3 */
	IN_TRANSACTION = 1 << 5,   /* POP3 */
	IN_ANY = 0x3f,
};

struct verb {
	const char *name; /* upper case */
	enum mail_protocol protocol;
	enum verb_effect effect;
	enum reply_shape shape;
	unsigned states;     /* enum verb_states */
	bool may_be_grouped; /* RFC 2920 3.1: may stand before others in a pipelined group */
	const char *grammar; /* "MAIL FROM:<reverse-path> [SP parameters]" */
	const char *meaning; /* a sentence for people */
	const char *rfc;     /* "RFC 5321 4.1.1.2" */
};

/* The row of a command line's verb, in any case; NULL for an unknown one. */
const struct verb *vocabulary_verb(enum mail_protocol protocol, struct span line);
const struct verb *vocabulary_verbs(enum mail_protocol protocol, size_t *count);

/* What an SMTP reply code says; rows with a verb hold for replies to that verb alone and stand
 * before the general ones. */
struct reply_meaning {
	int code;
	const char *verb; /* NULL: after any verb. "." is the end of data, "" the greeting */
	const char *meaning, *rfc;
};
const struct reply_meaning *vocabulary_reply(int code, const char *verb);
const struct reply_meaning *vocabulary_replies(size_t *count);

/* The same of POP3, whose codes are 1 for +OK and -1 for -ERR. */
const struct reply_meaning *vocabulary_pop3_reply(bool is_positive, const char *verb);
const struct reply_meaning *vocabulary_pop3_replies(size_t *count);

/* One challenge or response of a login. */
struct login_step {
	const char *mechanism; /* "PLAIN"; "SCRAM-" for all that begin so */
	unsigned number;       /* from 1 */
	bool is_challenge;     /* said by the server */
	const char *meaning, *rfc;
};
/* The mechanism's step that follows the one before (NULL: its first); NULL when there is none. */
const struct login_step *vocabulary_login_step(
	struct span mechanism, const struct login_step *before);
const struct login_step *vocabulary_login_steps(size_t *count);

/* What an EHLO keyword, a CAPA tag, a MAIL/RCPT parameter, an enhanced status code, a SASL
 * mechanism or a POP3 response code is. */
enum word_kind {
	WORD_EHLO,
	WORD_CAPA,
	WORD_MAIL_PARAMETER,
	WORD_RCPT_PARAMETER,
	WORD_STATUS,
	WORD_MECHANISM,
	WORD_POP3_CODE
};
struct word {
	enum word_kind kind;
	const char *name; /* upper case; enhanced status codes as "x.1.1" */
	const char *meaning, *rfc;
};
const struct word *vocabulary_word(enum word_kind kind, struct span name);
const struct word *vocabulary_words(size_t *count);

#endif
