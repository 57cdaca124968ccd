/* mail/conversation.h: one connection's state, shared by the two languages, and how events go out.
 * Private to mail. */
#ifndef MAIL_CONVERSATION_H
#define MAIL_CONVERSATION_H

#include "mail/content.h"
#include "mail/held.h"
#include "mail/login.h"
#include "mail/pending.h"
#include "mail/splitter.h"

/* What a side is sending. */
enum mode {
	MODE_LINES,
	MODE_TEXT,   /* a message that ends in CRLF.CRLF */
	MODE_OCTETS, /* a BDAT chunk */
	MODE_SEALED, /* TLS */
};

/* Why the next bytes of a side are not known for what they are. */
enum doubt {
	DOUBT_NONE,
	DOUBT_DATA,  /* behind DATA: message text or commands */
	DOUBT_AUTH,  /* behind AUTH or a response: a response or commands */
	DOUBT_TLS,   /* behind STARTTLS or STLS: TLS or commands */
	DOUBT_BEGIN, /* the capture begins here */
	DOUBT_CHUNK, /* behind a BDAT that was refused before its octets came: these or commands */
	DOUBT_TEXT,  /* behind a gap inside a message: still the message, or lines */
	DOUBT_LINES, /* behind a gap inside or between lines */
	DOUBT_BODY,  /* POP3, behind "+OK" to a command that was not seen */
};

/* What bytes look like. */
enum look { LOOK_MORE, LOOK_LINE, LOOK_FRAGMENT, LOOK_TEXT, LOOK_LISTING, LOOK_TLS };

struct mail_side {
	enum mode mode;
	enum doubt doubt;
	bool waits_for_reply; /* the doubt is the other side's to settle, not that of looks */
	bool is_seen, is_ended;
	bool is_lossy;      /* octets were missing */
	bool wants_tls;     /* TLS is agreed, but text still comes */
	bool is_fragment;   /* the next line lost its beginning in a gap */
	bool is_line_cut;   /* the line before the gap was given without its end */
	bool is_draining;   /* the bytes being taken were held */
	bool is_released;   /* and were so because of a reply that has come now */
	struct origin last; /* of the last octet */
	struct origin end;  /* when is_ended */
	struct splitter splitter;
	struct held held;
};

/* The reply whose lines are coming, or came last. */
struct reply {
	struct asked asked; /* kind ASK_NOTHING: to no command */
	int code;
	bool is_open;     /* further lines follow */
	bool is_greeting; /* the server's first */
	bool is_early;    /* it answers a message whose end has not been seen */
	bool is_partial;  /* some of its lines are missing */
};

struct mail {
	enum mail_protocol protocol;
	struct mail_listener listener;
	struct mail_side sides[2];
	struct pending pending;
	struct reply reply;
	struct content content;
	struct login login;
	uint32_t commands;
	uint32_t
		recipients; /* accepted in this transaction; LMTP: replies to the message to come */
	unsigned state;     /* enum verb_states that may hold now */
	unsigned expected;  /* the same when every waiting command will have succeeded */
	uint32_t said;      /* oddities that are given once a session and were given */
	bool is_midway, is_in_tls, is_lmtp;
	bool expects_greeting;
	bool offers_pipelining;
	bool is_reply_lost;    /* octets of the server were missing since the client must wait */
	bool is_pairing_loose; /* octets of the server were missing since the last new command */
	bool is_behind_body;   /* POP3: the last reply had many lines */
	bool is_text_told;     /* text behind them was told of */
	bool has_go_ahead;     /* 354 came, but no DATA was seen */
};

struct language {
	void (*on_line[2])(struct mail *mail, const struct split_line *line); /* by enum side */
	/* What the bytes at the front of a side look like; LOOK_MORE not when is_forced. */
	enum look (*look)(
		const struct mail *mail, enum side side, struct span head, bool is_forced);
	/* Takes the side's doubt away, by that look. */
	void (*settle)(struct mail *mail, enum side side, enum look look);
	/* The message's text, or a chunk of it, has ended. */
	void (*on_text_end)(struct mail *mail);
};
extern const struct language smtp_language, pop3_language;

/* An event with nothing in it. Copied, because clearing costs the parser much more. */
extern const struct mail_event event_empty;

/* Fills an event of one octet, or one place, for a start. */
static inline void event_begin(
	struct mail_event *event, enum mail_event_kind kind, enum side side, struct origin origin)
{
	*event = event_empty;
	event->kind = kind;
	event->side = side;
	event->first = event->last = origin;
	event->is_first = event->is_final = true;
}

static inline void event_begin_line(struct mail_event *event, enum mail_event_kind kind,
	enum side side, const struct split_line *line)
{
	event_begin(event, kind, side, line->first);
	event->last = line->last;
	event->text = line->text;
	event->end = line->end;
	event->octets = line->octets;
}

static inline void conversation_give(struct mail *mail, const struct mail_event *event)
{
	mail->listener.on_event(mail->listener.context, event);
}

void conversation_odd(struct mail *mail, enum side side, enum oddity oddity, struct origin origin);
/* The same, but once a session. */
void conversation_odd_once(
	struct mail *mail, enum side side, enum oddity oddity, struct origin origin);

/* Oddities that any line may have; longest is what the RFC allows, its end included. */
void conversation_judge_line(
	struct mail *mail, enum side side, const struct split_line *line, size_t longest);

/* The client has sent what only the reply gives a meaning to what follows. */
void conversation_wait(struct mail *mail, enum doubt doubt);

/* The client need not wait any more: what was held is taken. */
void conversation_release(struct mail *mail);

/* Whether a reply that the capture lacks, or has yet to show, could still settle the doubt. */
bool conversation_is_reply_coming(const struct mail *mail);

/* Replies may miss their commands in this capture: that is no oddity of the traffic. */
static inline bool conversation_is_client_partial(const struct mail *mail)
{
	const struct mail_side *client = &mail->sides[SIDE_CLIENT];

	return mail->is_midway || client->is_lossy || !client->is_seen;
}

/* The STARTTLS or STLS was accepted: each side goes over to TLS, behind what text it still sends.
 */
void conversation_begin_tls(struct mail *mail);
void conversation_seal(struct mail *mail, enum side side);

/* RFC 8446 5.1: an octet that begins a TLS record, or an SSL 2 hello, and no line. */
static inline bool conversation_looks_like_tls(uint8_t octet)
{
	return (octet >= 0x14 && octet <= 0x17) || octet >= 0x80;
}

/* Feeds bytes as far as it is known what they are; the octets consumed. */
size_t conversation_consume(struct mail *mail, enum side side, const struct chunk *chunk);

/* Keeps bytes that were not consumed; the octets kept (fewer: TLS began). */
size_t conversation_hold(struct mail *mail, enum side side, const struct chunk *chunk);

/* Takes what is held, as far as it is known what it is; at any rate when is_forced. */
void conversation_drain(struct mail *mail, enum side side, bool is_forced);

void conversation_gap(struct mail *mail, enum side side, uint64_t octets, struct origin origin);
void conversation_end(struct mail *mail, enum side side, struct origin origin);

#endif
