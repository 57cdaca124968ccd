/* replay/tape.h: a recorded session as steps to be played again: what its client said, and what
 * was answered. */
#ifndef REPLAY_TAPE_H
#define REPLAY_TAPE_H

#include "base/fail.h"
#include "session/session.h"

struct tape_reply {
	int code;           /* SMTP's; POP3: those of client/conversation.h; 0: none, or no reply */
	struct span *lines; /* without their ends; of a POP3 listing its lines and final dot too */
	size_t line_count;  /* 0: none was recorded */
	bool is_open;       /* its end is not recorded */
};

enum tape_kind {
	TAPE_GREETING, /* nothing is said: the server begins */
	TAPE_COMMAND,
	TAPE_RESPONSE, /* to a challenge of a login */
	TAPE_TEXT,     /* the text of a message, behind DATA's 354 */
};

struct tape_step {
	enum tape_kind kind;
	const struct verb *verb; /* a response's and a text's is their command's; NULL: unknown */
	uint32_t command;        /* its number, by which replies find it; 0: the greeting */
	struct span said;        /* the line without its end; greeting, text: empty */
	struct span secret;      /* part of said */
	enum sasl_mechanism mechanism;
	bool is_sealed;   /* said inside TLS */
	bool has_text;    /* text is what goes with it: */
	bool is_open;     /* its end is not recorded */
	struct span text; /* TEXT and BDAT: octets that the client sent; RETR, TOP: the message that
			     came. Without stuffing */
	struct tape_reply reply;
};

struct tape {
	struct arena arena;
	const char *capture;
	uint32_t session;
	enum mail_protocol protocol;
	enum transport transport;
	struct tape_step *steps; /* the first is the greeting */
	size_t count;
	bool is_grouped; /* the client did not wait for every reply */
	bool has_login;
	bool offers_tls; /* STARTTLS or STLS, in the clear */
	bool is_cut;     /* up to where the server said what is no reply */
};

/* Copies what is needed of a session whose lines and texts were asked for. STEP_FAIL: FAIL_DAMAGED,
 * it cannot be played: sealed, or octets are missing. */
enum step tape_record(struct tape *tape, const struct session *session, struct fail *fail);
void tape_fini(struct tape *tape);

/* The class of a reply: 2 for 250 and +OK; 0 where none was recorded. */
static inline int tape_class(int code)
{
	return code / 100;
}

/* What stands behind the code or sign of a reply's line, and the blank or hyphen. */
struct span tape_reply_text(enum mail_protocol protocol, struct span line);

/* The time stamp in a POP3 greeting, with its brackets (RFC 1939 7); empty: none. */
struct span tape_stamp(struct span line);

/* The step that ends the login, message or command that begins at index: its last reply is the
 * outcome. */
size_t tape_outcome(const struct tape *tape, size_t index);

/* Appends the step as people read it, its secret hidden: "RCPT TO:<ann@a.example>", "[message, 214
 * octets]". Not printable yet. */
void tape_describe(const struct tape_step *step, struct buffer *out);

#endif
