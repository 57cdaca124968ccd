/* mail/mail.h: the languages SMTP and POP3, fed with chunks as they come, answering with events.
 * Pure: no I/O. */
#ifndef MAIL_MAIL_H
#define MAIL_MAIL_H

#include "base/buffer.h"
#include "base/chunk.h"
#include "mail/oddity.h"
#include "mail/sasl.h"
#include "mail/vocabulary.h"

enum mail_event_kind {
	MAIL_GREETING, /* a line of the server's first reply */
	MAIL_COMMAND,  /* a command line */
	MAIL_REPLY, /* a line of a reply; POP3: also each line of a listing, its final dot included
		     */
	MAIL_CHALLENGE,     /* 334 ... or POP3 "+ ..." */
	MAIL_RESPONSE,      /* the client's answer to a challenge, "*" included */
	MAIL_MESSAGE_BEGIN, /* message bytes follow on this side (after 354, BDAT, +OK to RETR or
			       TOP) */
	MAIL_MESSAGE_TEXT,  /* a run of message bytes, dot-stuffing undone */
	MAIL_MESSAGE_END,   /* CRLF.CRLF, or the last octet of BDAT LAST, or given up (is_complete
			       says) */
	MAIL_GAP,           /* octets are missing here on this side */
	MAIL_TLS,           /* the next byte of this side is TLS */
	MAIL_TLS_BYTES,     /* bytes held back that turned out to be TLS */
	MAIL_ODDITY,        /* something RFCs do not allow: oddity says what */
};

enum line_end {
	LINE_CRLF,
	LINE_LF,
	LINE_CR,
	LINE_CUT /* the stream ended, or a gap came, before the line's end */
};

struct mail_event {
	enum mail_event_kind kind : 8;
	enum side side : 8;
	enum line_end end : 8;             /* of a line */
	enum sasl_mechanism mechanism : 8; /* AUTH commands, challenges, responses */
	enum sasl_part part : 8;           /* what this line (or the secret in it) is */
	enum oddity oddity : 8;
	bool is_first, is_final; /* of a reply's lines. BDAT: MESSAGE_END is_final with LAST */
	bool answers_message;    /* replies: to the end of a message, or to BDAT LAST */
	bool is_complete;        /* MAIL_MESSAGE_END: no gap, and the end was seen */
	int code; /* SMTP replies: 0 when the line has none. POP3: 1 +OK, -1 -ERR, 0 a further line
		   */
	struct span text; /* line without its line end, or run of message bytes; valid during the
			      call */
	uint64_t octets;  /* on the wire: line end, stuffing and final dot included; MAIL_GAP:
			   * missing.   MAIL_MESSAGE_END: all octets of the message on the wire with
			   * its end */
	struct origin first, last; /* of its first and its last octet */
	const struct verb *verb; /* MAIL_COMMAND: its row; replies and messages: the command's they
				    answer; NULL unknown */
	struct origin asked; /* replies: where the command they answer ended; frame 0 if to none */
	uint32_t asked_number; /* replies, challenges: the command's number in its session, from 1;
				  0: to none */
	struct span secret;    /* the part of text that is secret; empty if none */
};

struct mail_listener {
	void *context;
	void (*on_event)(void *context, const struct mail_event *event);
	bool wants_oddities; /* false saves the work of looking for them */
	bool is_brief; /* of a reply the last line is enough, of a message its beginning and end */
};

struct mail;

/* The listener is copied. A capture that begins midway is told by mail_begin_midway() before any
 * byte. */
struct mail *mail_new(enum mail_protocol protocol, const struct mail_listener *listener);
void mail_free(struct mail *mail);

/* The same as freeing it and making a new one, but its memory is used again: cheap, for who keeps a
 * parser for the next connection. Also begins one in room of the caller's own: mail_octets() of it,
 * all zero, beginning with a cache line of 64 octets; mail_fini() frees what it has taken. */
void mail_reset(
	struct mail *mail, enum mail_protocol protocol, const struct mail_listener *listener);
size_t mail_octets(void);
void mail_fini(struct mail *mail);

/* The connection's first bytes are not in the capture: no greeting is expected. */
void mail_begin_midway(struct mail *mail);

/* Asks for the memory that the next bytes will need. */
void mail_prefetch(const struct mail *mail);

/* Feeds the next bytes of one side; all events are given before it returns. The octets consumed:
 * all of them, or fewer when MAIL_TLS was given for this side: then the rest, and all that comes,
 * is not for mail. */
size_t mail_feed(struct mail *mail, enum side side, const struct chunk *chunk);

/* octets are missing on this side; origin is that of the next byte that is there. */
void mail_gap(struct mail *mail, enum side side, uint64_t octets, struct origin origin);

/* The side will send no more (FIN, RST, end of the capture): what is held is decided and given. */
void mail_end(struct mail *mail, enum side side, struct origin origin);

/* Whether this side's bytes are TLS from now on (MAIL_TLS was given). */
bool mail_is_sealed(const struct mail *mail, enum side side);

/* TLS was opened by keys, or what followed was no TLS: bytes are fed again, in the state after
 * STARTTLS/STLS. */
void mail_continue(struct mail *mail, bool with_tls);

/* Whether bytes of this side are held until a reply of the other says what they are. */
bool mail_is_holding(const struct mail *mail, enum side side);

/* Which protocol speaks here. heads are the first bytes of each side seen so far (at most
 * LIMIT_GUESS), ports those of the two ends, is_midway whether the beginning of the connection is
 * missing. */
enum mail_guess { GUESS_MORE, GUESS_NOT_MAIL, GUESS_SMTP, GUESS_POP3, GUESS_TLS };
struct mail_first_look {
	struct span heads[2]; /* by enum side; the sides may be exchanged when is_midway */
	uint16_t ports[2];
	bool is_midway;
};
/* *is_exchanged (only when is_midway): side 0 is in truth the server. */
enum mail_guess mail_guess(const struct mail_first_look *look, bool *is_exchanged);

/* SMTP: the path out of "MAIL FROM:<path> params" or "RCPT TO:path": without brackets, source route
 * kept. */
struct span mail_path(struct span command_line);

#endif
